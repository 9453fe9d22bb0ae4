from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.disclosure import Protection
from essex_standard.evidence.held import Held
from essex_standard.measures.unobserved import worst_case
from essex_standard.standard.check import Check
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Scope

from .people import facts, facts_of

SCOPE = Scope(across=("protected",), of="positives")


def of(groups, rate="true_positive_rate"):
    return worst_case(facts_of({"sex": groups}), SCOPE, rate=rate)


def test_the_unseen_of_one_side_all_had_the_outcome_and_of_the_other_side_the_other_way_round():
    # tp, fn, fp, tn, unseen flagged, unseen not flagged.
    measured = of({"F": (60, 40, 20, 80, 20, 50), "M": (70, 30, 20, 80, 10, 20)})
    gap = next(c.estimate for c in measured.comparisons if c.group == "F")
    # F at least 60 / (100 + 50), at most 80 / (100 + 20); M at most 80 / 110, at least 70 / 120.
    assert gap.lowest.value == pytest.approx(60 / 150 - 80 / 110)
    assert gap.highest.value == pytest.approx(80 / 120 - 70 / 120)
    assert gap.value == gap.lowest.value
    assert measured.comparisons[0].n == 100


def test_of_how_many_the_outcome_was_not_seen_is_told_for_each_group():
    told = {m.group: m.value for m in of({"F": (60, 40, 20, 80, 20, 30), "M": (9, 9, 9, 9)}).told}
    assert told == {"F": pytest.approx(50 / 250), "M": 0.0}


def test_where_every_outcome_was_seen_it_does_not_apply():
    measured = of({"F": (60, 40, 20, 80), "M": (70, 30, 20, 80)})
    assert not measured.applicable


def test_without_any_outcome_it_is_not_assessed():
    measured = of({"F": (0, 0, 0, 0, 50, 50), "M": (0, 0, 0, 0, 50, 50)})
    assert measured.applicable
    assert "no outcome was given" in measured.reason


def judged(groups, limit=0.10):
    check = Check(
        id="BIAS-72", title="Unseen", question="Unseen?", level="refer", limit={"at_most": limit},
        measure="true_positive_rate_difference_worst_case", across=("protected",),
        evidence={"of": "positives"},
    )  # fmt: skip
    return judge(check, of(groups)).outcome.value


def test_it_is_met_only_at_worst_and_not_met_only_at_best():
    alike = (6000, 4000, 2000, 8000)
    assert judged({"F": (*alike, 100, 100), "M": (*alike, 100, 100)}) == "met"
    assert judged({"F": (*alike, 1000, 1000), "M": (*alike, 1000, 1000)}) == "uncertain"
    far = (3000, 7000, 2000, 8000)
    assert judged({"F": (*far, 100, 100), "M": (*alike, 100, 100)}) == "not met"
    assert judged({"F": (*far, 4000, 100), "M": (*alike, 100, 4000)}) == "uncertain"


counts = st.tuples(*[st.integers(1, 6)] * 4, *[st.integers(0, 3)] * 2)


@settings(deadline=None, max_examples=30)
@given(counts, counts, st.sampled_from(["true_positive_rate", "false_omission_rate"]))
def test_no_way_of_filling_in_raw_rows_lies_outside_the_ends(one, other, rate):
    """Every number of unseen outcomes that occurred, of either decision, on either side."""
    gap = of({"F": one, "M": other}, rate)
    if not gap.applicable:
        return
    gap = next(c.estimate for c in gap.comparisons if c.group == "F")

    def rates(cells):
        tp, fn, fp, tn, flagged, left = cells
        for a, b in product(range(flagged + 1), range(left + 1)):
            y = np.repeat([1, 1, 0, 0], [tp + a, fn + b, fp + flagged - a, tn + left - b])
            d = np.repeat([1, 0, 1, 0], [tp + a, fn + b, fp + flagged - a, tn + left - b])
            yield d[y == 1].mean() if rate == "true_positive_rate" else y[d == 0].mean()

    gaps = [a - b for a, b in product(rates(one), rates(other))]
    assert min(gaps) == pytest.approx(gap.lowest.value)
    assert max(gaps) == pytest.approx(gap.highest.value)


def test_figures_rest_on_rounded_cells_and_a_small_group_is_withheld():
    groups = {"F": (602, 398, 200, 803, 102, 98), "M": (700, 300, 200, 800, 100, 100),
              "X": (30, 3, 20, 40, 12, 12), "Y": (30, 9, 20, 40, 12, 12)}  # fmt: skip
    shown = Protection.of(Held(assessed=facts_of({"sex": groups}).assessed))
    measured = of(groups)
    check = Check(
        id="BIAS-72", title="Unseen", question="Unseen?", level="note",
        measure="true_positive_rate_difference_worst_case", across=("protected",),
    )  # fmt: skip
    seen = {m.group: shown.protect(m, 0.95) for m in judge(check, measured).measurements
            if m.measure.endswith("worst_case")}  # fmt: skip
    assert seen["X"].withheld
    assert seen["Y"].withheld
    assert seen["F"].value == pytest.approx(
        next(c.estimate.value for c in measured.comparisons if c.group == "F"), abs=0.01
    )
    shares = {m.group: shown.protect(m, 0.95) for m in measured.told}
    assert shares["F"].value == 0.09
    assert shares["X"].withheld


def test_clusters_widen_what_is_believed_of_both_ends():
    rng = np.random.default_rng(5)
    n = 4000
    y = rng.choice([0, 1, 2], n, p=[0.5, 0.4, 0.1])
    scores = rng.random(n)
    families = np.repeat(np.arange(n // 8), 8).astype(str)
    y = np.repeat(y[::8], 8)
    scores = np.repeat(scores[::8], 8)
    protected = {"sex": np.repeat(rng.choice(["F", "M"], n // 8), 8)}
    plain, clustered = (
        worst_case(facts(scores=scores, y=y, protected=protected, **more), SCOPE,
                   rate="true_positive_rate").comparisons[0].estimate
        for more in ({}, {"clusters": families})
    )  # fmt: skip
    assert clustered.value == pytest.approx(plain.value)
    assert clustered.interval(0.95)[0] < plain.interval(0.95)[0]
    assert clustered.interval(0.95)[1] > plain.interval(0.95)[1]
