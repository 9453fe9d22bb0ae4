"""L13, C4 and C6: what was agreed for monitoring, to identify or for another role is no input."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from essex_standard.assessment import Level
from essex_standard.submission import DataSharingAgreement
from essex_standard.submission.rules import ColumnsUsed, RuleInput, RuleStatus, run_rules

from .agreement_examples import AS_OF, example_columns, write_example

AUDIT = {"party": "us", "activity": ["fairness_audit"], "art9": ["9_2_g"], "sch1": ["sch1_8"]}
MODEL = {"party": "us", "activity": ["develop_model"], "art6": "6_1_e"}


def own(*rows, category="disability", role=None, granularity=None, name="own"):
    told = {"name": "told", "categories": [category], "role": role, "granularity": granularity}
    told = {k: v for k, v in told.items() if v is not None}
    return DataSharingAgreement.model_validate(
        {
            "id": name,
            "title": "Our own records",
            "layer": "own_records",
            "status": "signed",
            "dates": {"start": date(2026, 1, 1), "end": date(2028, 1, 1)},
            "party": [{"id": "us", "role": "controller"}],
            "legal": list(rows),
            "dataset": [
                {
                    "id": "people",
                    "column": [
                        {"name": "debt", "categories": ["finance_debt"], "role": "feature"},
                        told,
                    ],
                }
            ],
        }
    )  # fmt: skip


def run(code, *agreements, as_of=AS_OF, **columns):
    used = ColumnsUsed(**({"consumed": ("debt",)} | columns))
    given = RuleInput(submission=None, agreements=agreements, columns=used, as_of=as_of)
    (result,) = run_rules([code], given)
    return result


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"consumed": ("debt", "told")}, "is an input of the model"),
        ({"label": "told"}, "is the outcome"),
        ({"link": ("told",)}, "is a key that links data"),
    ],
)
def test_what_is_held_for_monitoring_only_is_not_used_beyond_it(columns, words):
    result = run("L13", own(MODEL, AUDIT), **columns)
    assert (result.status, result.severity) == (RuleStatus.TRIGGERED, Level.BLOCK)
    (hit,) = result.hits
    assert "'told'" in hit.what
    assert words in hit.what
    assert hit.where == "agreements[own].dataset[0].column[1]"


def test_reading_it_to_compare_groups_is_what_it_is_for():
    assert run("L13", own(MODEL, AUDIT), audit=("told",)).status is RuleStatus.CLEAR


@pytest.mark.parametrize(
    "row",
    [
        MODEL | {"art9": ["9_2_g"], "sch1": ["sch1_18"]},
        MODEL | {"art9": ["9_2_g"], "sch1": ["sch1_8", "sch1_18"]},
        MODEL | {"art9": ["9_2_a"]},
    ],
)
def test_another_condition_for_the_model_is_not_monitoring_only(row):
    assert run("L13", own(row, AUDIT), consumed=("told",)).status is RuleStatus.CLEAR


def test_another_condition_for_something_else_does_not_let_the_model_read_it():
    disclose = {"party": "us", "activity": ["disclose"], "art9": ["9_2_g"], "sch1": ["sch1_18"]}
    result = run("L13", own(MODEL, AUDIT, disclose), consumed=("told",))
    assert result.status is RuleStatus.TRIGGERED


def test_paragraph_8_does_not_cover_every_kind_of_data():
    result = run("L13", own(MODEL, AUDIT, category="trade_union"))
    (hit,) = result.hits
    assert "trade union" in hit.what
    assert run("L13", own(MODEL, AUDIT, category="sexual_orientation")).hits == ()


def test_one_agreement_that_holds_it_for_monitoring_is_enough():
    free = own(MODEL | {"art9": ["9_2_a"]}, name="free")
    result = run("L13", free, own(MODEL, AUDIT), consumed=("told",))
    assert [hit.where for hit in result.hits] == ["agreements[own].dataset[0].column[1]"]


def test_without_paragraph_8_there_is_nothing_to_ask_and_unknown_columns_are_no_pass():
    assert run("L13", own(MODEL), consumed=("told",)).status is RuleStatus.NOT_APPLICABLE
    lapsed = run("L13", own(MODEL, AUDIT), consumed=("told",), as_of=date(2029, 1, 1))
    assert lapsed.status is RuleStatus.NOT_APPLICABLE
    assert run("L13", own(MODEL, AUDIT), traced=False).status is RuleStatus.NOT_ASSESSABLE
    given = RuleInput(submission=None, agreements=(own(AUDIT),), columns=None, as_of=AS_OF)
    assert [r.status for r in run_rules(["L13", "C4", "C6"], given)] == [
        RuleStatus.NOT_ASSESSABLE
    ] * 3
    nothing = replace(given, agreements=())
    assert [r.status for r in run_rules(["L13", "C4", "C6"], nothing)] == [
        RuleStatus.NOT_ASSESSABLE
    ] * 3


@pytest.mark.parametrize(
    ("role", "level"),
    [
        ("protected_audit_only", Level.BLOCK),
        ("context_only", Level.BLOCK),
        ("not_for_model", Level.BLOCK),
        ("label", Level.BLOCK),
        ("link_key", Level.BLOCK),
        ("group_id", Level.BLOCK),
        ("time_index", Level.REFER),
        ("feature", None),
        ("cohort_filter", None),
        (None, None),
    ],
)
def test_a_column_keeps_its_role(role, level):
    result = run("C6", own(MODEL, role=role), consumed=("debt", "told"))
    assert [hit.severity for hit in result.hits] == ([] if level is None else [level])


@pytest.mark.parametrize(
    ("category", "granularity", "words"),
    [
        ("identifier_direct", None, "a direct identifier"),
        ("location_fine", "address", "an address"),
        ("location_fine", "postcode", None),
        ("identifier_pseudonym", None, None),
    ],
)
def test_a_declared_direct_identifier_is_no_input(category, granularity, words):
    agreement = own(MODEL, category=category, granularity=granularity)
    result = run("C4", agreement, consumed=("debt", "told"))
    assert [words in hit.what for hit in result.hits] == ([] if words is None else [True])
    assert run("C4", agreement).status is RuleStatus.CLEAR
    assert run("C4", agreement, traced=False).status is RuleStatus.NOT_ASSESSABLE


def test_an_untraced_model_is_not_cleared_of_either(tmp_path):
    assert run("C6", own(MODEL), traced=False).status is RuleStatus.NOT_ASSESSABLE
    loaded = write_example(tmp_path)
    given = RuleInput.of(loaded, columns=example_columns(), as_of=AS_OF)
    assert [r.status for r in run_rules(["L13", "C4", "C6"], given)] == [RuleStatus.CLEAR] * 3
