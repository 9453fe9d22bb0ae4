"""Cramer's V and the Kolmogorov-Smirnov statistic as effect sizes with intervals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from scipy.stats.contingency import association

from essex_standard.statistics.cramers_v import CramersVEstimate, cramers_v
from essex_standard.statistics.kolmogorov_smirnov import KolmogorovSmirnovEstimate

RNG = np.random.default_rng(12)
counts = st.lists(st.integers(0, 60), min_size=3, max_size=8)


def of_points(*sides):
    return KolmogorovSmirnovEstimate.of_points(*(np.unique(s, return_counts=True) for s in sides))


def test_hand_worked():
    # p = (1/2, 1/2), q = (1/4, 3/4): ((1/4)^2 / (3/4) + (1/4)^2 / (5/4)) / 2 = 1/15.
    assert cramers_v(np.array([2, 2]), np.array([1, 3])) == pytest.approx(math.sqrt(1 / 15))
    assert cramers_v(np.array([5, 0]), np.array([0, 9])) == 1
    assert of_points([0, 0, 1, 1], [0, 1, 1, 1]).value == 0.25
    assert of_points([0, 0], [1, 1]).value == 1


@given(st.integers(2, 50).flatmap(lambda k: st.tuples(*[st.integers(0, 99)] * 4, st.just(k))))
def test_v_is_scipys_for_samples_of_one_size(drawn):
    a, b, c, _, k = drawn
    n = a + b + k
    one, other = np.array([a, b, k]), np.array([min(c, n), 0, n - min(c, n)])
    table = np.array([one, other])[:, (one + other) > 0]
    if table.shape[1] > 1:
        assert cramers_v(one, other) == pytest.approx(association(table, method="cramer"))


@given(counts, st.integers(1, 9))
def test_v_does_not_hang_on_how_many_of_each_were_seen(side, times):
    one = np.array(side) + 1
    assert cramers_v(one, one[::-1] * times) == pytest.approx(cramers_v(one, one[::-1]))


@given(st.lists(st.integers(-9, 9), min_size=1), st.lists(st.integers(-9, 9), min_size=1))
def test_the_gap_is_scipys(one, other):
    assert of_points(one, other).value == pytest.approx(
        ks_2samp(one, other, method="asymp").statistic
    )


def estimates(n, m, p, q):
    new, old = RNG.multinomial(n, p), RNG.multinomial(m, q)
    values = np.arange(len(p))
    return (
        CramersVEstimate.of_counts(new, old, ordered=False),
        KolmogorovSmirnovEstimate.of_points((values, new), (values, old)),
    )


@pytest.mark.parametrize(("n", "m"), [(200, 1000), (1000, 1000)])
def test_at_the_limit_both_err_in_one_of_twenty_at_most(n, m):
    q = np.full(8, 1 / 8)
    p = q + np.repeat([0.1 / 4, -0.1 / 4], 4)  # V is about 0.1 and the widest gap 0.1
    limits = (cramers_v(p, q), 0.1)
    above = np.array(
        [
            [e.above(x) for e, x in zip(estimates(n, m, p, q), limits, strict=True)]
            for _ in range(600)
        ]
    )
    allowed = 0.05 + 3 * math.sqrt(0.05 * 0.95 / 600)
    assert ((1 - above < 0.05).mean(axis=0) <= allowed).all()
    assert ((above < 0.05).mean(axis=0) <= allowed).all()


def test_no_difference_is_met_and_twice_the_limit_is_not():
    q = np.full(8, 1 / 8)
    p = q + np.repeat([0.25 / 4, -0.25 / 4], 4)
    for e in estimates(3000, 5000, q, q):
        assert e.above(0.1) < 0.05
    for e in estimates(3000, 5000, p, q):
        assert e.above(0.1) > 0.95
        low, high = e.interval(0.95)
        assert 0.1 < low < e.value < high < 0.5
        assert e.above(-1) == 1
        assert e.above(1) == 0
        assert e.below(0.2) == 1 - e.above(0.2)
