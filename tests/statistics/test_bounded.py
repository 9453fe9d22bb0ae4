import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from essex_standard.statistics.bounded import Bounded, BoundedDifference
from essex_standard.statistics.comparison import Estimate

FIGURES = st.builds(Bounded, st.floats(0.0, 1.0), st.floats(0.002, 0.2), st.floats(10, 1e6))
INSIDE = st.builds(Bounded, st.floats(0.1, 0.9), st.floats(0.002, 0.02), st.floats(10, 1e6))


def test_they_are_what_a_measure_hands_to_the_judge():
    one = Bounded(0.7, 0.02, 100)
    assert isinstance(one, Estimate)
    assert isinstance(BoundedDifference(one, one), Estimate)


def test_an_interval_is_students_on_the_log_odds():
    # By hand: log-odds of 0.8 is 1.3863; error 0.02 / (0.8 * 0.2) = 0.125; 300 cases, 100 freedom.
    low, high = Bounded(0.8, 0.02, 300).interval(0.95)
    reach = t.ppf(0.975, 100) * 0.125
    assert math.log(low / (1 - low)) == pytest.approx(math.log(4) - reach)
    assert math.log(high / (1 - high)) == pytest.approx(math.log(4) + reach)


def test_with_many_cases_a_gap_is_the_normal_one():
    gap = BoundedDifference(Bounded(0.75, 0.004, 1e9), Bounded(0.7, 0.003, 1e9))
    assert gap.value == pytest.approx(0.05)
    assert gap.above(0.04) == pytest.approx(norm.cdf(0.01 / 0.005), abs=0.003)
    low, high = gap.interval(0.95)
    assert (low, high) == pytest.approx((0.05 - 0.0098, 0.05 + 0.0098), abs=2e-4)


@given(FIGURES, FIGURES, st.floats(-0.99, 0.99))
def test_support_falls_from_one_to_nought(a, b, x):
    for estimate in (a, BoundedDifference(a, b)):
        assert 0 <= estimate.above(x) <= 1
        assert estimate.above(x) + estimate.below(x) == pytest.approx(1)
        assert estimate.above(x) >= estimate.above(x + 0.05) - 1e-6
        low, high = estimate.interval(0.9)
        assert low <= estimate.value <= high


@given(INSIDE, INSIDE)
def test_the_ends_of_an_interval_are_where_support_just_fails(a, b):
    for estimate in (a, BoundedDifference(a, b)):
        low, high = estimate.interval(0.9)
        assert estimate.above(low) == pytest.approx(0.95, abs=1e-3)
        assert estimate.below(high) == pytest.approx(0.95, abs=1e-3)


@given(FIGURES, FIGURES)
def test_a_gap_read_the_other_way_round_is_its_mirror(a, b):
    one, other = BoundedDifference(a, b), BoundedDifference(b, a)
    assert one.value == -other.value
    assert one.above(0.1) == pytest.approx(other.below(-0.1), abs=1e-6)


def test_full_separation_of_a_few_people_is_not_certain():
    low, high = Bounded(1.0, 0.02, 12).interval(0.95)
    assert low < 0.95
    assert high == 1.0


def test_a_design_effect_widens_a_figure_and_takes_cases_away():
    wider = Bounded(0.7, 0.02, 90).inflated(3.0)
    assert (wider.standard_error, wider.cases) == pytest.approx((0.06, 10))
