"""Other thresholds are told only where nobody stands alone between two of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.disclosure import Protection
from essex_standard.disclosure.trade_offs import GRID, HARMS
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.evidence.score_bands import curve_bands


def rows(n, seed, *, groups=("F", "M"), spread=1.3, middle=-1.0):
    rng = np.random.default_rng(seed)
    logit = rng.normal(middle, spread, n)
    scores = 1 / (1 + np.exp(-logit))
    outcome = (rng.random(n) < scores).astype(np.int8)
    return scores, outcome, rng.choice(np.array(groups, dtype=object), n)


def gathered(scores, outcome, sex, threshold=0.4, **more):
    return Evidence.of(
        outcome=outcome, flagged=scores >= threshold, scores=scores, threshold=threshold,
        protected={"sex": sex}, group_scores=("protected",), **more,
    )  # fmt: skip


def told(evidence, **terms):
    return Protection.of(Held(assessed=evidence, **terms)).trade_offs(evidence)


POPULATIONS = st.tuples(
    st.integers(200, 6000), st.integers(0, 10_000), st.sampled_from([0.05, 0.13, 0.4, 0.42, 0.77])
)


@settings(max_examples=40, deadline=None)
@given(POPULATIONS)
def test_between_any_two_cuts_that_are_shown_stand_ten_of_either_outcome(population):
    n, seed, threshold = population
    scores, outcome, sex = rows(n, seed)
    evidence = gathered(scores, outcome, sex, threshold)
    points = told(evidence).points
    # Bands of the curve, wherever a check shows it, are cuts as well.
    ends = [e / 10 for _, e in curve_bands([evidence.scores], threshold=threshold)][:-1]
    cuts = sorted({*(p.threshold for p in points), *(ends if points else ())})
    for low, high in pairwise(cuts):
        between = (scores >= low) & (scores < high)
        for y in (0, 1):
            # A bin is astride a cut by less than one part in 256 of the odds.
            assert (between & (outcome == y)).sum() >= 10 - 2, (low, high)
    for p in points:
        for y in (0, 1):
            for flagged in (False, True):
                cell = (outcome == y) & ((scores >= p.threshold) == flagged)
                assert cell.sum() >= 10 - 2


@settings(max_examples=25, deadline=None)
@given(POPULATIONS)
def test_the_same_holds_for_each_group_whose_gap_is_told_and_for_its_rest(population):
    n, seed, threshold = population
    scores, outcome, sex = rows(n, seed, groups=("F", "M", "X"))
    points = told(gathered(scores, outcome, sex, threshold)).points
    named = {}
    for p in points:
        for g in p.gaps:
            if g.value is not None:
                named.setdefault(g.group, set()).add(p.threshold)
    for group, cuts in named.items():
        for side in (sex == group, sex != group):
            for low, high in pairwise(sorted({*cuts, threshold})):
                between = (scores >= low) & (scores < high) & side
                assert all((between & (outcome == y)).sum() >= 10 - 2 for y in (0, 1))


def test_thresholds_lie_on_the_grid_or_are_the_declared_one():
    points = told(gathered(*rows(5000, 1), threshold=0.42)).points
    assert len(points) > 5
    assert [p.threshold for p in points] == sorted(p.threshold for p in points)
    assert [p.threshold for p in points if p.declared] == [0.42]
    assert {p.threshold for p in points if not p.declared} <= set(GRID)
    # Between 0.40 and 0.42 too few would stand.
    assert 0.4 not in {p.threshold for p in told(gathered(*rows(900, 1), threshold=0.42)).points}


def test_figures_are_those_of_page_one_and_near_the_true_ones():
    scores, outcome, sex = rows(8000, 2)
    evidence = gathered(scores, outcome, sex)
    protection = Protection.of(Held(assessed=evidence))
    now = protection.per_thousand()
    points = protection.trade_offs(evidence).points
    here = next(p for p in points if p.declared)
    assert (here.flagged, here.rightly, here.wrongly, here.missed) == (
        now.flagged, now.rightly, now.wrongly, now.missed,
    )  # fmt: skip
    for p in points:
        flagged = scores >= p.threshold
        assert p.flagged == p.rightly + p.wrongly
        assert p.missed == pytest.approx(1000 * (~flagged & (outcome == 1)).mean(), abs=2)
        assert p.flagged == pytest.approx(1000 * flagged.mean(), abs=3)
        gaps = {g.measure: g for g in p.gaps if g.value is not None}
        assert set(gaps) <= {f"{rate}_difference_to_rest" for rate in HARMS}
        missed = gaps.get("false_negative_rate_difference_to_rest")
        if missed is not None:
            of = [(~flagged & side & (outcome == 1)).sum() / (side & (outcome == 1)).sum()
                  for side in (sex == missed.group, sex != missed.group)]  # fmt: skip
            assert missed.value == pytest.approx(of[0] - of[1], abs=0.02)
    assert any(g.value is not None for p in points if not p.declared for g in p.gaps)


def test_a_withheld_group_has_no_gap_anywhere():
    scores, outcome, sex = rows(5000, 3)
    sex[:25] = "X"
    points = told(gathered(scores, outcome, sex)).points
    assert "X" not in {g.group for p in points for g in p.gaps}


@pytest.mark.parametrize("n", [30, 90])
def test_too_few_people_leave_no_trade_offs_and_say_why(n):
    found = told(gathered(*rows(n, 4)))
    assert found.points == ()
    assert "too few" in found.why_not


def test_weights_and_unbounded_scores_leave_none_and_say_why():
    scores, outcome, sex = rows(3000, 5)
    weighted = told(gathered(scores, outcome, sex, weights=np.full(3000, 2.0)))
    assert "weighted" in weighted.why_not
    unbounded = told(gathered(scores * 90, outcome, sex, threshold=30, score_kind="unbounded"))
    assert "not probabilities" in unbounded.why_not


def test_families_and_a_higher_minimum_show_no_more():
    scores, outcome, sex = rows(2500, 6)
    plain = {p.threshold for p in told(gathered(scores, outcome, sex)).points}
    families = np.array([f"f{i}" for i in range(2500)], dtype=object)
    clustered = told(gathered(scores, outcome, sex, clusters=families)).points
    stricter = told(gathered(scores, outcome, sex), min_cell=60).points
    assert {p.threshold for p in stricter} < plain
    assert len(clustered) < len(plain)
    assert stricter


def test_nothing_is_told_without_a_rule():
    scores, outcome, sex = rows(500, 7)
    bare = Evidence.of(
        outcome=outcome, flagged=np.zeros(500, bool), scores=scores, protected={"sex": sex}
    )
    assert told(bare) == type(told(bare))()
