"""Rates, gaps and ratios against published intervals, exact tests and numerical integration."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest, fisher_exact

from essex_standard.statistics.proportions import (
    Proportion,
    ProportionDifference,
    ProportionRatio,
)

# Brown, Cai and DasGupta (2001), Table 5: limits of the modified Jeffreys interval at 95 % for
# n = 7 and 10 where it is the plain Jeffreys interval (x = 2 .. 5).
PUBLISHED_JEFFREYS = [
    (2, 7, 0.065, 0.648),
    (3, 7, 0.139, 0.766),
    (2, 10, 0.044, 0.503),
    (3, 10, 0.093, 0.606),
    (5, 10, 0.224, 0.776),
]


@pytest.mark.parametrize(("k", "n", "low", "high"), PUBLISHED_JEFFREYS)
def test_a_rate_has_the_jeffreys_interval_as_published(k, n, low, high):
    assert Proportion(k, n).interval(0.95) == pytest.approx((low, high), abs=6e-4)


@pytest.mark.parametrize(("k", "n"), [(1, 20), (13, 40), (499, 500), (2.5, 7.25)])
def test_a_rate_has_the_jeffreys_interval_of_the_beta_distribution(k, n):
    expected = beta.ppf([0.05, 0.95], k + 0.5, n - k + 0.5)
    assert Proportion(k, n).interval(0.90) == pytest.approx(expected)


def test_the_interval_reaches_the_end_where_none_or_all_were_found():
    assert Proportion(0, 25).interval(0.95) == pytest.approx((0.0, beta.ppf(0.975, 0.5, 25.5)))
    assert Proportion(25, 25).interval(0.95) == pytest.approx((beta.ppf(0.025, 25.5, 0.5), 1.0))


@pytest.mark.parametrize(("k", "n", "x"), [(3, 40, 0.2), (0, 30, 0.05), (30, 30, 0.9), (7, 9, 0.5)])
def test_a_single_rate_is_tested_exactly(k, n, x):
    p = Proportion(k, n)
    assert 1 - p.above(x) == pytest.approx(binomtest(k, n, x, alternative="greater").pvalue)
    assert 1 - p.below(x) == pytest.approx(binomtest(k, n, x, alternative="less").pvalue)


@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2"), [(15, 30, 5, 25), (2, 60, 9, 70), (400, 900, 350, 1000), (0, 8, 3, 9)]
)
def test_without_a_margin_the_test_is_fishers(k1, n1, k2, n2):
    cells = [[k1, n1 - k1], [k2, n2 - k2]]
    gap = ProportionDifference(Proportion(k1, n1), Proportion(k2, n2))
    ratio = ProportionRatio(Proportion(k1, n1), Proportion(k2, n2))
    more, fewer = (fisher_exact(cells, alternative=a)[1] for a in ("greater", "less"))
    assert 1 - gap.above(0.0) == pytest.approx(more, rel=1e-4, abs=1e-9)
    assert 1 - gap.below(0.0) == pytest.approx(fewer, rel=1e-4, abs=1e-9)
    assert 1 - ratio.above(1.0) == pytest.approx(more, rel=1e-4, abs=1e-9)
    assert 1 - ratio.below(1.0) == pytest.approx(fewer, rel=1e-4, abs=1e-9)


PAIRS = [
    (3, 50, 30, 500),
    (7, 12, 5, 3000),
    (480, 500, 70, 80),
    (12.3, 40.7, 100.5, 222.2),
    (20_000, 50_000, 700, 2000),
    (1, 10, 50, 100),
]


def integral(first, second, at):
    """Return E over `second` of P(first > at(second)) on a fine grid that is dense at both ends."""
    t = np.linspace(0, 1, 100_001)
    t = t * t * (3 - 2 * t)
    middle = (t[1:] + t[:-1]) / 2
    return float(np.diff(second.cdf(t)) @ first.sf(at(middle)))


@pytest.mark.parametrize("counts", PAIRS)
@pytest.mark.parametrize("x", [-0.3, -0.1, 0.0, 0.07, 0.25])
def test_the_support_for_a_gap_is_the_integral_it_stands_for(counts, x):
    k1, n1, k2, n2 = counts
    expected = integral(beta(k1, n1 - k1 + 1), beta(k2 + 1, n2 - k2), lambda p2: p2 + x)
    found = ProportionDifference(Proportion(k1, n1), Proportion(k2, n2)).above(x)
    assert found == pytest.approx(expected, abs=2e-6)


@pytest.mark.parametrize("counts", PAIRS)
@pytest.mark.parametrize("x", [0.5, 0.8, 1.0, 1.25, 3.0])
def test_the_support_for_a_ratio_is_the_integral_it_stands_for(counts, x):
    k1, n1, k2, n2 = counts
    expected = integral(beta(k1, n1 - k1 + 1), beta(k2 + 1, n2 - k2), lambda p2: p2 * x)
    found = ProportionRatio(Proportion(k1, n1), Proportion(k2, n2)).above(x)
    assert found == pytest.approx(expected, abs=2e-6)


def test_the_support_agrees_with_a_million_simulated_rates():
    rng = np.random.default_rng(0)
    draws = rng.beta(45, 61 - 45 + 1, 10**6) - rng.beta(31, 90 - 30, 10**6)
    gap = ProportionDifference(Proportion(45, 61), Proportion(30, 90))
    assert gap.above(0.3) == pytest.approx((draws > 0.3).mean(), abs=0.002)


@pytest.mark.parametrize(
    ("n1", "n2", "p2"), [(50, 50, 0.0), (50, 400, 0.9), (60, 1000, 0.05), (30, 30, 0.45)]
)
@pytest.mark.parametrize("alpha", [0.05, 0.005])
def test_at_a_true_gap_of_the_margin_neither_error_exceeds_its_level(n1, n2, p2, alpha):
    # Exact: every pair of counts, weighed by its binomial probability. Jeffreys posteriors err
    # in 13 % to 15 % of samples in two of these cells.
    margin = 0.1
    p1 = p2 + margin
    too_far = near = 0.0
    for k1 in range(n1 + 1):
        for k2 in np.flatnonzero(binom.pmf(range(n2 + 1), n2, p2) > 1e-6):
            chance = binom.pmf(k1, n1, p1) * binom.pmf(k2, n2, p2)
            if chance < 1e-7:
                continue
            gap = ProportionDifference(Proportion(k1, n1), Proportion(int(k2), n2))
            too_far += chance * (1 - gap.above(margin) <= alpha)
            near += chance * (1 - gap.below(margin) <= alpha)
    assert too_far <= alpha
    assert near <= alpha


COUNTS = st.integers(1, 400).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n)).map(lambda kn: Proportion(*kn))
)


@settings(max_examples=50, deadline=None)
@given(COUNTS, COUNTS)
def test_a_gap_turned_round_is_its_negative(a, b):
    one, other = ProportionDifference(a, b), ProportionDifference(b, a)
    assert one.value == pytest.approx(-other.value)
    assert one.above(0.1) == pytest.approx(other.below(-0.1), abs=1e-9)
    low, high = one.interval(0.95)
    assert (-high, -low) == pytest.approx(other.interval(0.95), abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(COUNTS, COUNTS)
def test_support_falls_as_the_margin_grows_and_never_exceeds_what_is_left(a, b):
    gap = ProportionDifference(a, b)
    grid = np.linspace(-1, 1, 21)
    above = [gap.above(x) for x in grid]
    assert all(x >= y - 1e-9 for x, y in pairwise(above))
    assert all(up + gap.below(x) <= 1 + 1e-9 for up, x in zip(above, grid, strict=True))


@settings(max_examples=50, deadline=None)
@given(COUNTS, COUNTS, st.sampled_from([0.8, 0.95, 0.999]))
def test_an_interval_holds_the_value_and_ends_where_the_tests_do(a, b, confidence):
    gap = ProportionDifference(a, b)
    low, high = gap.interval(confidence)
    tail = (1 - confidence) / 2
    assert -1 <= low <= gap.value <= high <= 1
    if -1 < low < gap.value:
        assert 1 - gap.above(low) == pytest.approx(tail, abs=1e-3)
    if gap.value < high < 1:
        assert 1 - gap.below(high) == pytest.approx(tail, abs=1e-3)


@settings(max_examples=50, deadline=None)
@given(COUNTS, COUNTS)
def test_a_ratio_turned_round_is_its_inverse(a, b):
    one, other = ProportionRatio(a, b), ProportionRatio(b, a)
    assert one.above(1.25) == pytest.approx(other.below(0.8), abs=1e-6)
    low, high = one.interval(0.95)
    assert low <= one.value <= high
    if low > 0 and np.isfinite(high):
        inverse = other.interval(0.95)
        assert (1 / high, 1 / low) == pytest.approx(inverse, rel=1e-3)


def test_a_ratio_to_a_rate_of_nought_still_has_a_value_and_an_open_end():
    ratio = ProportionRatio(Proportion(40, 100), Proportion(0, 500))
    low, high = ratio.interval(0.95)
    assert ratio.value == pytest.approx((40.5 / 101) / (0.5 / 501))
    assert low > 10
    assert high == np.inf
    assert 1 - ratio.above(1.25) < 1e-9


def test_two_rates_of_nought_leave_their_ratio_open_and_their_gap_small():
    a, b = Proportion(0, 200), Proportion(0, 300)
    assert ProportionRatio(a, b).interval(0.95) == (0.0, np.inf)
    assert 1 - ProportionDifference(a, b).below(0.1) < 1e-6
    assert 1 - ProportionDifference(a, b).above(-0.1) < 1e-6


@pytest.mark.parametrize(("k1", "k2"), [(0, 0), (0, 30), (20, 0), (20, 30)])
def test_rates_of_nought_and_one_give_numbers_and_no_nan(k1, k2):
    a, b = Proportion(k1, 20), Proportion(k2, 30)
    for estimate in (ProportionDifference(a, b), ProportionRatio(a, b)):
        figures = [estimate.value, *estimate.interval(0.99)]
        figures += [f(x) for f in (estimate.above, estimate.below) for x in (-1, 0, 0.5, 1, 2)]
        assert not np.isnan(figures).any()
