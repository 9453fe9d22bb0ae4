"""Figures over time: each period beside the others, each against the reference, gaps that grow."""

import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.disclosure import Protection
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope
from tests.helpers import AS_OF, Cells, people, write_standard

GOOD = Cells(found=700, missed=300, wrongly=100, rightly_left=900)
POOR = Cells(found=400, missed=600, wrongly=100, rightly_left=900)
SCOPE = Scope(across=("periods",), of="positives")


def over_time(**periods):
    """Return rows of several periods, each built of its groups' cells."""
    return pd.concat(
        [people(groups).assign(when=when[1:]) for when, groups in periods.items()],
        ignore_index=True,
    )


def evidence_of(frame, **more):
    return Evidence.of(
        outcome=frame["happened"].to_numpy(np.int8),
        flagged=frame["score"].to_numpy() >= 0.5,
        scores=frame["score"].to_numpy(float),
        threshold=0.5,
        protected={"sex": frame["sex"].to_numpy(object)},
        periods=frame["when"].to_numpy(object),
        **more,
    )


def measured(frame, measure, scope=SCOPE):
    return MEASURES[measure].compute(Facts(assessed=evidence_of(frame)), scope)


STEADY = over_time(_2023={"F": GOOD, "M": GOOD}, _2024={"F": GOOD, "M": GOOD})
WORSE = over_time(_2023={"F": GOOD, "M": GOOD}, _2024={"F": POOR, "M": POOR})
APART = over_time(_2023={"F": GOOD, "M": GOOD}, _2024={"F": POOR, "M": GOOD})


def test_a_periods_rate_beside_the_others_is_counted_by_hand():
    found = measured(WORSE, "true_positive_rate_difference")
    gaps = {c.group: c.estimate.value for c in found.comparisons}
    assert gaps == pytest.approx({"2023": 0.3, "2024": -0.3})
    assert {c.attribute for c in found.comparisons} == {"period"}


def test_every_group_measure_says_the_same_of_periods_as_of_an_attribute_with_their_names():
    frame = WORSE
    as_attribute = Evidence.of(
        outcome=frame["happened"].to_numpy(np.int8),
        flagged=frame["score"].to_numpy() >= 0.5,
        scores=frame["score"].to_numpy(float),
        threshold=0.5,
        protected={"period": frame["when"].to_numpy(object)},
        group_scores=("protected",),
    )
    checked = 0
    for name, measure in MEASURES.items():
        if not {"periods", "protected"} <= set(measure.across):
            continue
        mine = measure.compute(Facts(assessed=evidence_of(frame)), SCOPE)
        theirs = measure.compute(
            Facts(assessed=as_attribute), Scope(across=("protected",), of="positives")
        )
        assert [(c.group, c.n, c.n_versus) for c in mine.comparisons] == [
            (c.group, c.n, c.n_versus) for c in theirs.comparisons
        ], name
        assert [c.estimate.value for c in mine.comparisons if c.estimate] == [
            c.estimate.value for c in theirs.comparisons if c.estimate
        ], name
        checked += 1
    assert checked > 20


def test_a_gap_that_grows_is_seen_where_the_average_hides_it():
    found = measured(APART, "true_positive_rate_difference_change")
    changes = {c.group: round(c.estimate.value, 9) for c in found.comparisons}
    assert changes == {"2023 & F": 0.3, "2024 & F": -0.3, "2023 & M": -0.3, "2024 & M": 0.3}
    assert {c.group for c in found.comparisons if c.worse_off} == {"2024 & F", "2023 & M"}
    rates = {m.group: m.value for m in found.told}
    assert rates == pytest.approx(
        {"2023 & F": 0.7, "2024 & F": 0.4, "2023 & M": 0.7, "2024 & M": 0.7}
    )
    alike = measured(WORSE, "true_positive_rate_difference_change")
    assert all(c.estimate.value == pytest.approx(0) for c in alike.comparisons)


def test_a_mix_that_moves_is_counted_by_hand_and_shown_from_rounded_people():
    few = Cells(found=70, missed=30, wrongly=10, rightly_left=890)
    frame = over_time(_2023={"F": GOOD, "M": GOOD}, _2024={"F": few, "M": GOOD})
    found = measured(frame, "group_share_difference", Scope(across=("periods",)))
    by = {c.group: c for c in found.comparisons}
    assert by["2024 & F"].estimate.value == pytest.approx(1000 / 3000 - 2000 / 4000)
    assert by["2023 & F"].estimate.value == pytest.approx(2000 / 4000 - 1000 / 3000)
    assert (by["2024 & F"].n, by["2024 & F"].n_versus) == (3000, 4000)
    shares = {m.group: m.value for m in found.told}
    assert shares["2024 & F"] == pytest.approx(1 / 3)
    shown = Protection.of(Held(assessed=evidence_of(frame)))
    told = next(m for m in found.told if m.group == "2024 & F")
    assert shown.protect(told, 0.95).value == pytest.approx(0.33)
    assert shown.protect(told, 0.95).n == 3000


def test_a_group_that_is_absent_from_a_period_is_no_part_of_it():
    frame = over_time(_2023={"F": GOOD, "M": GOOD}, _2024={"M": GOOD})
    found = measured(frame, "group_share_difference", Scope(across=("periods",)))
    by = {c.group: c.estimate.value for c in found.comparisons}
    assert by["2024 & F"] == pytest.approx(-0.5)
    shown = Protection.of(Held(assessed=evidence_of(frame)))
    told = next(m for m in found.told if m.group == "2024 & F")
    assert shown.protect(told, 0.95).withheld


def test_a_group_that_a_period_lacks_is_a_side_without_cases():
    frame = over_time(_2023={"F": GOOD, "M": GOOD}, _2024={"M": GOOD})
    found = measured(frame, "true_positive_rate_difference_change")
    assert {c.group for c in found.comparisons if c.estimate is None} == {
        "2023 & F", "2024 & F", "2023 & M", "2024 & M",
    }  # fmt: skip
    assert all(c.reason for c in found.comparisons)


@pytest.mark.parametrize(
    "measure", ["true_positive_rate_difference", "true_positive_rate_difference_change"]
)
def test_one_period_is_no_question_and_no_date_is_not_assessed(measure):
    one = STEADY[STEADY["when"] == "2023"]
    assert not measured(one, measure).applicable
    undated = STEADY.assign(when="unknown")
    found = measured(undated, measure)
    assert found.applicable
    assert not found.comparisons
    assert found.reason


def test_drift_of_each_period_is_told_under_its_name():
    rng = np.random.default_rng(3)
    n = 3000
    frame = pd.DataFrame(
        {
            "score": rng.random(n) * 0.98 + 0.01,
            "happened": rng.integers(0, 2, n),
            "sex": "F",
            "when": np.where(np.arange(n) < n // 2, "2023", "2024"),
        }
    )
    columns = pd.DataFrame({"x": np.where(frame["when"] == "2024", 3.0, 0.0) + rng.normal(size=n)})
    evidence = evidence_of(frame, columns=columns, period_columns=True)
    reference = Evidence.of(
        outcome=np.zeros(n, np.int8), columns=pd.DataFrame({"x": rng.normal(size=n)}),
        scores=rng.random(n),
    )  # fmt: skip
    facts = Facts(assessed=evidence, reference=reference, columns_read=("x",))
    found = MEASURES["jensen_shannon_distance"].compute(facts, Scope(across=("columns", "periods")))
    by = {c.group: c.estimate.value for c in found.comparisons}
    assert set(by) == {"2023", "2024"}
    assert by["2023"] < 0.1 < 0.5 < by["2024"]
    assert {c.attribute for c in found.comparisons} == {"x"}


def standard(tmp_path, measure, of="positives"):
    text = f"""
id = "DRIFT-27"
title = "No group falls behind over time"
question = "Has any group come to be found less often than it used to be?"
measure = "{measure}"
across = ["periods"]
level = "refer"
limit = {{ at_most = 0.10 }}
evidence = {{ of = "{of}" }}
"""
    write_standard(tmp_path / "standard", {"drift/over_time.toml": text})
    return tmp_path / "standard"


def run(tmp_path, frame, measure):
    return assess(
        None, frame, y="happened", scores="score", protected=["sex"], time="when", threshold=0.5,
        standard=standard(tmp_path, measure), as_of=AS_OF,
    )  # fmt: skip


def test_end_to_end_a_gap_that_grows_is_not_met_and_named(tmp_path):
    assessment = run(tmp_path, APART, "true_positive_rate_difference_change")
    finding = assessment.findings[0]
    assert finding.outcome.value == "not met"
    assert "those of 2024 whose sex is F" in finding.statement
    assert "in the other periods" in finding.statement
    assert run(
        tmp_path, STEADY, "true_positive_rate_difference_change"
    ).findings[0].outcome.value == "met"  # fmt: skip


def test_end_to_end_a_period_is_named_as_one(tmp_path):
    finding = run(tmp_path, WORSE, "true_positive_rate_difference").findings[0]
    assert finding.outcome.value == "not met"
    assert "those of 2024" in finding.statement
    assert "all other periods" in finding.statement
    met = run(tmp_path, STEADY, "true_positive_rate_difference").findings[0]
    assert met.outcome.value == "met"
    assert "in every period that could be compared" in met.statement


def test_without_dates_it_is_not_assessed_and_says_why(tmp_path):
    assessment = assess(
        None, STEADY, y="happened", scores="score", protected=["sex"], threshold=0.5,
        standard=standard(tmp_path, "true_positive_rate_difference"), as_of=AS_OF,
    )  # fmt: skip
    finding = assessment.findings[0]
    assert finding.outcome.value == "not assessed"
    assert "no date of each row was given" in finding.statement


# Disclosure --------------------------------------------------------------------------------------


def test_a_small_group_in_one_period_is_withheld_with_all_that_would_give_it_away():
    small = Cells(found=4, missed=3, wrongly=2, rightly_left=30)
    frame = over_time(_2023={"F": GOOD, "M": GOOD}, _2024={"F": small, "M": GOOD})
    evidence = evidence_of(frame)
    shown = Protection.of(Held(assessed=evidence))
    assert ("period & sex", "2024 & F") not in shown.assessed.people
    # F in 2023 or M in 2024 would give it back from the totals shown.
    totals = {("period", "2024"), ("sex", "F")} <= set(shown.assessed.people)
    assert not totals or ("period & sex", "2023 & F") not in shown.assessed.people
    change = measured(frame, "true_positive_rate_difference_change")
    from essex_standard.measurement import Measurement

    figures = [
        shown.protect(
            Measurement(measure=c.measure, attribute=c.attribute, group=c.group, versus=c.versus,
                        value=c.estimate.value, low=-1, high=1, n=c.n), 0.95,
        )
        for c in change.comparisons
    ]  # fmt: skip
    assert {m.group for m in figures if m.withheld} >= {"2024 & F", "2023 & F"}


def test_a_change_that_may_be_shown_comes_from_rounded_cells():
    odd = Cells(found=403, missed=598, wrongly=101, rightly_left=902)
    frame = over_time(_2023={"F": GOOD, "M": GOOD}, _2024={"F": odd, "M": GOOD})
    shown = Protection.of(Held(assessed=evidence_of(frame)))
    change = measured(frame, "true_positive_rate_difference_change").comparisons
    from essex_standard.measurement import Measurement

    c = next(c for c in change if c.group == "2024 & F")
    m = shown.protect(
        Measurement(measure=c.measure, attribute=c.attribute, group=c.group, versus=c.versus,
                    value=c.estimate.value, low=-1.0, high=1.0, n=c.n), 0.95,
    )  # fmt: skip
    assert not m.withheld
    assert m.value == pytest.approx(c.estimate.value, abs=0.01)
    assert m.n % 5 == 0
    assert m.low <= m.value <= m.high
