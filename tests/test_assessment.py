"""How a verdict follows from findings, and what `require` says when it is not release."""

from __future__ import annotations

from itertools import product

import pytest

from essex_standard.assessment import (
    Assessment,
    Finding,
    HowWeKnow,
    Level,
    Outcome,
    Release,
    StandardRef,
    Subject,
    Verdict,
    verdict_of,
)
from essex_standard.errors import NotAssured
from essex_standard.measurement import Measurement


def finding(outcome, level, *, check="X-1", **more):
    return Finding(
        check=check, title="A title", theme="bias", level=level, outcome=outcome,
        how_we_know=HowWeKnow.MEASURED, statement="A statement.", **more,
    )  # fmt: skip


def assessment(*findings, allowed=False):
    return Assessment(
        standard=StandardRef(name="S", version="1", digest="sha256:0"),
        subject=Subject(name="A model", stage="pilot", rows=None, assessed_on="2026-11-23"),
        findings=findings,
        release=Release(allowed=allowed),
    )


P, R, B = Verdict.PASS, Verdict.REFER, Verdict.BLOCK


@pytest.mark.parametrize(
    ("outcome", "by_level"),
    [
        (Outcome.MET, (P, P, P)),
        (Outcome.NOT_MET, (B, R, P)),
        (Outcome.UNCERTAIN, (R, R, P)),
        (Outcome.NOT_ASSESSED, (R, R, P)),
        (Outcome.NOT_APPLICABLE, (P, P, P)),
        (Outcome.WAIVED, (R, R, R)),
    ],
)
def test_each_outcome_at_each_level_counts_as_the_design_says(outcome, by_level):
    for level, expected in zip((Level.BLOCK, Level.REFER, Level.NOTE), by_level, strict=True):
        assert verdict_of([finding(outcome, level)]) is expected, level


def test_tell_softens_uncertain_and_nothing_else():
    for outcome, level in product(Outcome, (Level.BLOCK, Level.REFER)):
        told = verdict_of([finding(outcome, level, when_uncertain="tell")])
        if outcome is Outcome.UNCERTAIN:
            assert told is Verdict.PASS
        else:
            assert told is verdict_of([finding(outcome, level)])


def test_the_worst_finding_decides_in_whatever_order():
    worst_first = [
        finding(Outcome.NOT_MET, Level.BLOCK),
        finding(Outcome.UNCERTAIN, Level.REFER),
        finding(Outcome.MET, Level.BLOCK),
    ]

    assert verdict_of(worst_first) is verdict_of(worst_first[::-1]) is Verdict.BLOCK
    assert verdict_of(worst_first[1:]) is Verdict.REFER


def test_nothing_examined_is_referred():
    assert verdict_of([]) is Verdict.REFER


def test_require_returns_a_released_assessment():
    released = assessment(finding(Outcome.MET, Level.BLOCK), allowed=True)

    assert released.require() is released


def test_require_lists_all_that_blocks_with_its_remedy_and_nothing_that_does_not():
    with pytest.raises(NotAssured) as caught:
        assessment(
            finding(Outcome.NOT_MET, Level.BLOCK, check="A", remedy=("Retrain",)),
            finding(Outcome.NOT_MET, Level.REFER, check="B"),
            finding(Outcome.NOT_MET, Level.BLOCK, check="C"),
        ).require()

    assert [p.where for p in caught.value.problems] == ["A (block)", "C (block)"]
    assert caught.value.problems[0].mend == "Retrain"
    assert caught.value.problems[1].mend


@pytest.mark.parametrize("findings", [(), (finding(Outcome.MET, Level.BLOCK),)])
def test_require_gives_a_reason_even_where_no_finding_stands_in_the_way(findings):
    with pytest.raises(NotAssured, match="nothing was examined, or the board has not released"):
        assessment(*findings).require()


def test_the_gravest_finding_comes_first():
    order = assessment(
        finding(Outcome.MET, Level.BLOCK, check="fine"),
        finding(Outcome.NOT_MET, Level.NOTE, check="note"),
        finding(Outcome.UNCERTAIN, Level.BLOCK, check="unclear"),
        finding(Outcome.NOT_MET, Level.REFER, check="refers"),
        finding(Outcome.NOT_MET, Level.BLOCK, check="blocks"),
    ).gravest()

    assert [f.check for f in order] == ["blocks", "refers", "unclear", "note", "fine"]


def test_measurements_are_a_tidy_frame_even_without_any():
    columns = ["check", "measure", "attribute", "group", "versus", "value", "low", "high", "n",
               "limit", "outcome"]  # fmt: skip
    one = Measurement(measure="selection_rate", attribute="sex", group="F", value=0.25, n=40)
    filled = assessment(finding(Outcome.MET, Level.NOTE, measurements=(one,))).measurements()

    assert list(assessment().measurements().columns) == columns
    assert filled.loc[0, ["check", "group", "value", "outcome"]].tolist() == [
        "X-1", "F", 0.25, "met",
    ]  # fmt: skip


def test_the_evidence_is_not_part_of_what_is_printed():
    held = Assessment(
        standard=StandardRef(name="S", version="1", digest="sha256:0"),
        subject=Subject(name="A model", stage="pilot", rows=None, assessed_on="2026-11-23"),
        findings=(),
        release=Release(allowed=False),
        evidence="CANARY",
    )

    assert "CANARY" not in repr(held)
