import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2

from essex_standard.statistics.comparison import Estimate
from essex_standard.statistics.divergence import (
    LARGEST_DISTANCE,
    JensenShannonEstimate,
    PsiEstimate,
    pool_sparse,
)

ESTIMATES = (JensenShannonEstimate, PsiEstimate)
COUNTS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=12
).filter(lambda pairs: all(sum(side) > 0 for side in zip(*pairs, strict=True)))


def estimate(kind, assessed, reference, *, ordered=True):
    return kind.of_counts(np.array(assessed), np.array(reference), ordered=ordered)


@pytest.mark.parametrize("kind", ESTIMATES)
def test_both_are_estimates(kind):
    assert isinstance(estimate(kind, [40, 60], [50, 50]), Estimate)


def test_the_distance_is_scipys():
    a, b = np.array([10, 20, 70, 0]), np.array([30, 30, 30, 10])
    expected = jensenshannon(a, b)
    assert estimate(JensenShannonEstimate, a, b).value == pytest.approx(expected)


def test_the_index_of_forty_sixty_against_half_and_half_is_the_worked_one():
    # (0.4 - 0.5) ln(0.4 / 0.5) + (0.6 - 0.5) ln(0.6 / 0.5) = 0.040547
    assert estimate(PsiEstimate, [4000, 6000], [5000, 5000]).value == pytest.approx(
        0.040547, abs=2e-5
    )


def test_without_drift_the_support_is_the_central_chi_squared():
    known = JensenShannonEstimate(distance=0.1, bins=5, n=200, m=300)
    statistic = 8 * 0.1**2 / (1 / 200 + 1 / 300)
    assert known.above(0) == pytest.approx(chi2.cdf(statistic, 4))
    index = PsiEstimate(psi=0.08, bins=5, n=200, m=300)
    assert index.above(0) == pytest.approx(chi2.cdf(0.08 / (1 / 200 + 1 / 300), 4))


@pytest.mark.parametrize("kind", ESTIMATES)
@settings(max_examples=40, deadline=None)
@given(pairs=COUNTS, ordered=st.booleans())
def test_support_falls_from_left_to_right_and_the_interval_holds_the_value(kind, pairs, ordered):
    e = estimate(kind, *zip(*pairs, strict=True), ordered=ordered)
    grid = [0.0, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8]
    supports = [e.above(x) for x in grid]
    assert supports == sorted(supports, reverse=True)
    assert all(e.above(x) + e.below(x) == pytest.approx(1) for x in grid)
    low, high = e.interval(0.95)
    wider = e.interval(0.99)
    assert 0 <= low <= e.value <= high
    assert wider[0] <= low + 1e-6
    assert wider[1] >= high - 1e-6


@pytest.mark.parametrize("kind", ESTIMATES)
@settings(max_examples=40, deadline=None)
@given(pairs=COUNTS)
def test_exchanging_the_two_samples_changes_nothing(kind, pairs):
    a, b = zip(*pairs, strict=True)
    assert estimate(kind, a, b).above(0.1) == pytest.approx(estimate(kind, b, a).above(0.1))


def test_the_ends_of_the_interval_are_where_the_support_says():
    e = estimate(JensenShannonEstimate, [300, 500, 200], [250, 400, 350])
    low, high = e.interval(0.9)
    assert e.above(low) == pytest.approx(0.95, abs=1e-4)
    assert e.above(high) == pytest.approx(0.05, abs=1e-4)


@pytest.mark.parametrize("kind", ESTIMATES)
def test_more_rows_of_the_same_shares_tell_more(kind):
    small = estimate(kind, [30, 50, 20], [25, 40, 35])
    large = estimate(kind, [3000, 5000, 2000], [2500, 4000, 3500])
    assert small.value == pytest.approx(large.value, rel=0.03)
    assert np.diff(large.interval(0.95)) < np.diff(small.interval(0.95)) / 5


def test_nothing_in_common_is_the_largest_distance():
    e = estimate(JensenShannonEstimate, [500, 0], [0, 500])
    assert e.value == pytest.approx(LARGEST_DISTANCE)
    assert e.above(0.5) == pytest.approx(1)
    assert e.above(LARGEST_DISTANCE) == 0
    assert e.interval(0.95)[1] <= LARGEST_DISTANCE


def test_a_constant_column_that_stays_constant_has_not_moved():
    e = estimate(JensenShannonEstimate, [2000], [3000])
    assert e.value == 0
    assert e.above(0.1) < 0.001
    assert e.interval(0.95)[0] == 0


def test_a_luckily_small_distance_does_not_shrink_the_interval_to_nothing():
    e = estimate(JensenShannonEstimate, [100] * 10, [100] * 10)
    assert e.value == 0
    assert e.interval(0.95)[1] > 0.02


@settings(max_examples=50, deadline=None)
@given(pairs=COUNTS, ordered=st.booleans())
def test_pooling_keeps_every_row_and_leaves_no_sparse_bin(pairs, ordered):
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    pooled = pool_sparse(a, b, ordered=ordered)
    assert (pooled[0].sum(), pooled[1].sum()) == (a.sum(), b.sum())
    if len(pooled[0]) > 1:
        expected = (pooled[0] + pooled[1]) / (a.sum() + b.sum()) * min(a.sum(), b.sum())
        assert expected.min() >= 5 - 1e-9


def test_ordered_bins_are_pooled_with_their_neighbours_and_categories_by_rarity():
    a, b = np.array([1, 50, 1, 48]), np.array([1, 50, 1, 48])
    assert pool_sparse(a, b, ordered=True)[0].tolist() == [51, 49]
    assert pool_sparse(a, b, ordered=False)[0].tolist() == [50, 50]


def test_drift_hidden_in_a_rare_bin_cannot_be_pooled_away():
    # 4 % of the assessed hold a value nobody had: distance 0.12, though pooling with a neighbour
    # all but hides it.
    assessed = np.array([120] * 8 + [40])
    reference = np.array([12500] * 8 + [0])
    e = JensenShannonEstimate.of_counts(assessed, reference, ordered=True)
    assert e.value > 0.1
    assert e.above(0.1) > 0.05


def test_very_large_samples_are_still_evaluated():
    e = JensenShannonEstimate(distance=0.2, bins=24, n=10**8, m=10**8)
    assert e.above(0.1) == pytest.approx(1)
    assert e.above(0.3) == pytest.approx(0)
    low, high = e.interval(0.95)
    assert math.isclose(low, 0.2, rel_tol=1e-3)
    assert math.isclose(high, 0.2, rel_tol=1e-3)
