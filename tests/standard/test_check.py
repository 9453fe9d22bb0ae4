"""A check as data: its defaults, its limit in words, and what cannot be a check."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from essex_standard.standard import Check
from essex_standard.standard.check import LimitTable
from tests.helpers import ROOT

REQUIRED = {
    "id": "BIAS-02",
    "title": "Need is found equally often",
    "question": "Is it?",
    "measure": "true_positive_rate_difference",
    "level": "block",
    "limit": {"at_most": 0.1},
}


def test_what_is_left_out_has_the_documented_defaults():
    check = Check.model_validate(REQUIRED)
    assert (check.compare, check.across, check.when_uncertain) == ("rest", ("whole",), "refer")
    assert (check.evidence.confidence, check.evidence.minimum, check.evidence.of) == (
        0.95,
        50,
        "rows",
    )
    assert check.evidence.near_certain == 0.999
    assert check.applies_when.polarity == ()


@pytest.mark.parametrize("absent", ["id", "title", "question", "measure", "level"])
def test_what_is_required_may_not_be_left_out(absent):
    with pytest.raises(ValidationError):
        Check.model_validate({k: v for k, v in REQUIRED.items() if k != absent})


def test_only_a_note_may_go_without_a_limit():
    without = {k: v for k, v in REQUIRED.items() if k != "limit"}
    assert Check.model_validate(without | {"level": "note"}).limit is None
    for level in ("block", "refer"):
        with pytest.raises(ValidationError, match="needs a limit"):
            Check.model_validate(without | {"level": level})


@pytest.mark.parametrize(
    ("limit", "ends", "value", "words"),
    [
        ({"at_most": 0.1}, (None, 0.1), 0.1, "at most 0.1"),
        ({"at_least": 0}, (0.0, None), 0.0, "at least 0"),
        ({"between": (0.8, 1.25)}, (0.8, 1.25), (0.8, 1.25), "between 0.8 and 1.25"),
    ],
)
def test_a_limit_says_its_ends(limit, ends, value, words):
    table = LimitTable.model_validate(limit)
    assert (table.ends, table.value, table.words) == (ends, value, words)


@pytest.mark.parametrize(
    "limit",
    [
        {},
        {"at_most": 0.1, "at_least": 0.0},
        {"between": (0.2, 0.1)},
        {"between": (0.1, 0.1)},
        {"at_most": float("inf")},
        {"at_most": float("nan")},
        {"between": (float("-inf"), 0.1)},
        {"at_most": "0.1"},
        {"at_most": True},
    ],
)
def test_what_is_no_limit_is_refused(limit):
    with pytest.raises(ValidationError):
        LimitTable.model_validate(limit)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "bias-02"),
        ("compare", "neighbours"),
        ("compare", "reference:"),
        ("evidence", {"minimum": 9}),
        ("evidence", {"confidence": 0.4}),
        ("evidence", {"near_certain": 0.5}),
        ("level", "warn"),
        ("when_uncertain", "pass"),
        ("across", ["people"]),
    ],
)
def test_what_no_check_may_say_is_refused(field, value):
    with pytest.raises(ValidationError):
        Check.model_validate(REQUIRED | {field: value})


def test_a_check_cannot_be_changed_once_made():
    check = Check.model_validate(REQUIRED)
    with pytest.raises(ValidationError):
        check.level = "note"


def test_no_limit_lives_in_python():
    # The shipped limits stand in checks/; a threshold in an `if` of the judge would be another.
    text = (ROOT / "essex_standard" / "standard" / "judge.py").read_text(encoding="utf-8")
    assert "0.10" not in text
    assert "0.8" not in text
