"""How much unrecorded need would change a verdict: by hand, by brute force, and in general."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard import assess
from essex_standard.assessment import Outcome
from essex_standard.disclosure import Protection
from essex_standard.evidence.group_table import GroupTable
from essex_standard.evidence.held import Held
from essex_standard.measures.bias import compare_groups
from essex_standard.pipeline.under_recording import (
    NEUTRAL,
    NONE_FLAGGED,
    under_recording,
    unrecorded,
)
from essex_standard.standard.check import Check
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Measured, Scope
from tests.helpers import AS_OF, Cells, people, write_standard
from tests.measures.people import facts_of


class AsTheyAre:
    """Disclosure control that lets raw cells through, each effective person one of `effect`."""

    def __init__(self, facts, effect=1):
        self.table, self.effect = facts.assessed.groups["sex"], effect

    def at(self, proportions, group):
        p = proportions[self.table.groups.index(group)]
        return type(p)(p.k / self.effect, p.n / self.effect)

    def cells_of(self, _, group):
        return self.table.counts[self.table.groups.index(group)].astype(float)

    def rate(self, rate, _, group):
        return self.at(self.table.proportions(rate), group)

    def rest_rate(self, rate, _, group):
        return self.at(self.table.rest_proportions(rate), group)


def check(rate="true_positive_rate", limit=0.10, of="positives"):
    return Check(
        id="BIAS-02", title="Found equally", question="Found equally?", level="block",
        measure=f"{rate}_difference", across=("protected",), limit={"at_most": limit},
        evidence={"of": of},
    )  # fmt: skip


def judgement_of(chosen, facts):
    scope = Scope(across=("protected",), of=chosen.evidence.of)
    rate = chosen.measure.removesuffix("_difference")
    comparisons = compare_groups(facts.assessed.groups["sex"], rate, scope)
    return judge(chosen, Measured(comparisons=comparisons))


def changes(groups, chosen=None, effect=1):
    """Return (group, reading) -> change of groups given by tp, fn, fp, tn."""
    chosen, facts = chosen or check(), facts_of({"sex": groups})
    found = under_recording(chosen, judgement_of(chosen, facts), AsTheyAre(facts, effect))
    return {(c.comparison.group, c.reading): c for c in found}


# By hand -----------------------------------------------------------------------------------------


def test_the_cells_of_one_group_are_moved_as_each_reading_says():
    # 80 found, 120 missed; 50 wrongly flagged, 150 rightly left. 20 in 100 unrecorded: 200 are the
    # 80 % on record of 250, so 50 had it too, a quarter of the 200 recorded without.
    cells = np.array([[150, 50], [120, 80], [0, 0]])
    neutral = unrecorded(cells, 20, NEUTRAL)
    assert neutral == pytest.approx(np.array([[112.5, 37.5], [157.5, 92.5], [0, 0]]))
    none_flagged = unrecorded(cells, 20, NONE_FLAGGED)
    assert none_flagged == pytest.approx(np.array([[100, 50], [170, 80], [0, 0]]))


def test_more_cannot_be_unrecorded_than_are_on_record_without_the_outcome():
    cells = np.array([[30, 20], [50, 50], [0, 0]])
    assert unrecorded(cells, 33, NEUTRAL) is not None  # 49.3 of 50
    assert unrecorded(cells, 34, NEUTRAL) is None  # 51.5
    assert unrecorded(cells, 23, NONE_FLAGGED) is not None  # 29.9 of 30
    assert unrecorded(cells, 24, NONE_FLAGGED) is None


LARGE = {"F": (600_000, 400_000, 100_000, 900_000), "M": (600_000, 400_000, 100_000, 900_000)}


def test_in_large_groups_it_is_where_the_rates_themselves_cross_the_limit():
    # Found: 60 in 100 on record, 10 in 100 of those recorded without. (1 - u) 60 + u 10 = 50 at
    # u = 0.2; if none is flagged, (1 - u) 60 = 50 at u = 1/6. A whisker before, chance decides.
    found = changes(LARGE)
    assert found["F", NEUTRAL].in_100 == pytest.approx(20, abs=1)
    assert found["F", NONE_FLAGGED].in_100 == pytest.approx(17, abs=1)
    assert found["F", NEUTRAL].before is Outcome.MET
    assert found["F", NEUTRAL].after is Outcome.UNCERTAIN


def test_a_gap_beyond_the_limit_may_shrink_into_it():
    # F is found 85 in 100, everyone else 60: at (1 - u) 85 + u 10 = 70 the gap is the limit.
    high = {**LARGE, "F": (850_000, 150_000, 100_000, 900_000)}
    found = changes(high)
    assert found["F", NEUTRAL].before is Outcome.NOT_MET
    assert found["F", NEUTRAL].in_100 == pytest.approx(20, abs=1)


def test_a_group_found_less_often_is_not_helped_by_unrecorded_need():
    low = {**LARGE, "F": (400_000, 600_000, 100_000, 900_000)}
    assert changes(low)["F", NEUTRAL].in_100 is None
    assert changes(low)["F", NONE_FLAGGED].in_100 is None


def test_where_unrecorded_need_is_flagged_like_the_rest_false_alarms_do_not_change():
    fewer = dict.fromkeys("FM", (480_000, 320_000, 100_000, 900_000))
    found = changes(fewer, check("false_positive_rate", of="negatives"))
    assert found["F", NEUTRAL].in_100 is None
    # 100,000 of 1,000,000 - U are 20 in 100 when U = 500,000 = 800,000 u / (1 - u): u = 5/13.
    assert found["F", NONE_FLAGGED].in_100 == pytest.approx(38, abs=1)


def test_too_few_left_to_judge_by_is_a_change_too():
    few = {"F": (500, 500, 8, 72), "M": (9000, 9000, 5000, 45_000)}
    found = changes(few, check("false_positive_rate", limit=0.5, of="negatives"))
    # 1,000 u / (1 - u) of the 80 leave fewer than 50 once it is above 30: u = 3 in 100.
    assert found["F", NEUTRAL].in_100 == 3
    assert found["F", NEUTRAL].after is Outcome.NOT_ASSESSED


def test_what_counts_no_outcome_and_what_cannot_be_told_have_nothing_to_change():
    assert changes(LARGE, check("selection_rate", of="rows")) == {}
    unsure = {"F": (60, 40, 10, 90), "M": (55, 45, 10, 90)}
    assert changes(unsure) == {}


# By brute force on rows --------------------------------------------------------------------------


def brute_force(groups, group, reading, chosen):
    """Return the smallest u in 100 at which the whole check, judged anew on rows, is another."""
    before = outcome_on_rows(groups, chosen)[group]
    for in_100 in range(1, 51):
        tp, fn, fp, tn = groups[group]
        more = (tp + fn) * in_100 / (100 - in_100)
        among = (fp, tn) if reading == NEUTRAL else (0, tn)
        if more > sum(among):
            return None
        flagged = round(more * among[0] / sum(among)) if reading == NEUTRAL else 0
        left = round(more) - flagged
        changed = {**groups, group: (tp + flagged, fn + left, fp - flagged, tn - left)}
        if outcome_on_rows(changed, chosen)[group] is not before:
            return in_100
    return None


def outcome_on_rows(groups, chosen):
    """Return each group's outcome from its rows, counted, compared and judged from scratch."""
    names = sorted(groups)
    cells = [(1, 1), (1, 0), (0, 1), (0, 0)]
    each = [(i, *cell) for i in range(len(names)) for cell in cells]
    rows = np.repeat(each, [n for g in names for n in groups[g]], axis=0)
    codes, outcome, flagged = rows.T
    table = GroupTable.of(
        "sex", codes.astype(np.int64), names, outcome.astype(np.int8), flagged.astype(bool)
    )
    facts = facts_of({"sex": groups})
    tables = {"": table.whole(), "sex": table}
    facts = replace(facts, assessed=replace(facts.assessed, groups=tables))
    judgement = judgement_of(chosen, facts)
    unsure = {c.group for c in judgement.undecided}
    beyond = {c.group for c in judgement.breaching}
    return {
        c.group: Outcome.NOT_MET if c.group in beyond
        else Outcome.UNCERTAIN if c.group in unsure else Outcome.MET
        for c in judgement.judged
    }  # fmt: skip


@pytest.mark.parametrize(
    ("groups", "rate", "limit"),
    [
        ({"F": (700, 300, 200, 1800), "M": (1400, 600, 400, 3600)}, "true_positive_rate", 0.10),
        ({"F": (760, 240, 200, 800), "M": (700, 300, 200, 1800), "X": (350, 150, 100, 900)},
         "true_positive_rate", 0.15),
        ({"F": (950, 50, 200, 2800), "M": (700, 300, 200, 1800), "X": (350, 150, 100, 900)},
         "true_positive_rate", 0.10),
        ({"F": (300, 200, 300, 2700), "M": (600, 400, 700, 5300)}, "false_omission_rate", 0.05),
        ({"F": (300, 200, 300, 2700), "M": (600, 400, 700, 5300)}, "false_discovery_rate", 0.20),
        ({"F": (300, 200, 300, 2700), "M": (600, 400, 700, 5300)}, "false_positive_rate", 0.06),
    ],
)  # fmt: skip
def test_it_is_what_brute_force_on_rows_finds(groups, rate, limit):
    chosen = check(rate, limit=limit, of="rows")
    found = changes(groups, chosen)
    assert found
    for (group, reading), change in found.items():
        expected = brute_force(groups, group, reading, chosen)
        if expected is None or change.in_100 is None:
            assert change.in_100 == expected, (group, reading)
        else:
            # Rows are whole people, and the others' correction moves with the rows.
            assert change.in_100 == pytest.approx(expected, abs=1), (group, reading)


# In general --------------------------------------------------------------------------------------

rates = st.floats(0.1, 0.9)


@settings(max_examples=60, deadline=None)
@given(
    rates,
    rates,
    rates,
    st.integers(300, 4000),
    st.sampled_from([NEUTRAL, NONE_FLAGGED]),
    st.sampled_from(["true_positive_rate", "false_omission_rate", "false_positive_rate"]),
)
def test_what_has_changed_stays_changed(found, alarms, common, size, reading, rate):
    """Bisection finds the first change: no smaller number in 100 changes the outcome."""
    shares = (found * common, (1 - found) * common, alarms * (1 - common))
    cells = (*(round(share * size) for share in shares), round((1 - sum(shares)) * size))
    groups = {"F": cells, "M": tuple(4 * c for c in cells)}
    chosen = check(rate, limit=0.15, of="rows")
    change = changes(groups, chosen).get(("F", reading))
    if change is None or change.in_100 is None:
        return
    facts = facts_of({"sex": groups})
    estimates = judgement_of(chosen, facts).judged
    mine = next(c for c in estimates if c.group == "F")
    for in_100 in range(1, change.in_100):
        moved = unrecorded(facts.assessed.groups["sex"].counts[0], in_100, reading)
        (tp, fn), (fp, tn) = moved[1][::-1], moved[0][::-1]
        over, under = {"true_positive_rate": (tp, tp + fn), "false_omission_rate": (fn, fn + tn),
                       "false_positive_rate": (fp, fp + tn)}[rate]  # fmt: skip
        first = type(mine.estimate.first)(over, under)
        again = replace(mine, estimate=type(mine.estimate)(first, mine.estimate.second))
        assert 1 - again.estimate.below(0.15) <= 0.05
        assert 1 - again.estimate.above(-0.15) <= 0.05


@settings(max_examples=40, deadline=None)
@given(st.integers(50, 75), st.integers(1, 15))
def test_it_takes_more_the_farther_the_gap_is_inside_the_limit(found, farther):
    def in_100(rate):
        cells = (rate * 400, (100 - rate) * 400, 4000, 36_000)
        others = (60 * 4000, 40 * 4000, 40_000, 360_000)
        change = changes({"F": cells, "M": others}, check(limit=0.20)).get(("F", NEUTRAL))
        return None if change is None else change.in_100

    near, far = in_100(found), in_100(min(found + farther, 78))
    if near is not None and far is not None:
        assert far >= near


@pytest.mark.parametrize("reading", [NEUTRAL, NONE_FLAGGED])
def test_clusters_weaken_what_is_met_and_so_take_less(reading):
    groups = {"F": (3500, 1500, 1000, 9000), "M": (3500, 1500, 1000, 9000)}
    plain = changes(groups)["F", reading].in_100
    assert changes(groups, effect=4)["F", reading].in_100 < plain


# In an assessment --------------------------------------------------------------------------------

EVEN = {
    "F": Cells(700, 300, 203, 1797),
    "M": Cells(1400, 600, 400, 3600),
    "X": Cells(70, 30, 5, 60),
    "Y": Cells(70, 30, 8, 60),
}


def assessed(tmp_path, groups=EVEN, level="block", limit="0.20"):
    frame = people(groups)
    return assess(
        None, frame[["sex"]], frame["happened"], scores=frame["score"], threshold=0.5,
        protected=["sex"], as_of=AS_OF,
        standard=write_standard(tmp_path, level=level, limit=limit),
    )  # fmt: skip


def of_finding(assessment):
    (finding,) = (f for f in assessment.findings if f.check == "BIAS-02")
    return finding, {(m.group, m.measure): m for m in finding.measurements}


def test_the_figure_stands_in_the_finding_and_in_words(tmp_path):
    finding, figures = of_finding(assessed(tmp_path))
    assert finding.outcome is Outcome.MET
    value = figures["F", NEUTRAL].value
    assert 0.05 < value < 0.35
    assert figures["F", NEUTRAL].versus == "uncertain"
    said = [d for d in finding.details if "not on record" in d]
    assert f"{value * 100:.0f} in 100 people" in said[0]
    assert "This check would no longer be met." in said[0]


def test_a_withheld_group_keeps_it_back_and_a_shown_one_rests_on_rounded_cells(tmp_path):
    assessment = assessed(tmp_path)
    shown = Protection.of(assessment.evidence)
    finding, figures = of_finding(assessment)
    assert shown.rate("true_positive_rate", "sex", "X") is None
    assert ("X", NEUTRAL) not in figures
    kept = replace(figures["F", NEUTRAL], group="X")
    assert shown.protect(kept, 0.95).withheld
    assert not any("X" in d for d in finding.details if "record" in d)
    # 203 and 1797 are printed as 205 and 1795, and so is what follows from them.
    rounded = assessed(tmp_path / "again", {**EVEN, "F": Cells(700, 300, 205, 1795)})
    assert of_finding(rounded)[1]["F", NEUTRAL].value == figures["F", NEUTRAL].value


def test_nothing_of_it_depends_on_who_is_withheld(tmp_path):
    # X is found 20 in 100, which breaks the limit, and Y is found as often as the others; or not.
    one = {**EVEN, "X": Cells(20, 80, 5, 60)}
    other = {**one, "X": one["Y"], "Y": one["X"]}
    first, second = (
        {k: m for k, m in of_finding(assessed(tmp_path / str(i), groups))[1].items()
         if k[1].startswith("under_recording")}
        for i, groups in enumerate((one, other))
    )  # fmt: skip
    assert {group for group, _ in first} == {"F", "M"}
    assert first == second


def test_only_what_stops_release_is_examined(tmp_path):
    _, figures = of_finding(assessed(tmp_path, level="refer"))
    assert not any(measure.startswith("under_recording") for _, measure in figures)


def test_page_one_tells_it_where_one_in_five_would_undo_what_is_met(tmp_path):
    assessment = assessed(tmp_path, {g: EVEN[g] for g in "FM"}, limit="0.12")
    assessment.to_html(tmp_path / "report.html")
    assert "went unrecorded" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_evidence_behind_it_is_not_touched():
    facts = facts_of({"sex": LARGE})
    before = facts.assessed.groups["sex"].counts.copy()
    under_recording(check(), judgement_of(check(), facts), AsTheyAre(facts))
    assert (facts.assessed.groups["sex"].counts == before).all()
    assert Held(assessed=facts.assessed).assessed is facts.assessed
