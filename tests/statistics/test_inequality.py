import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.statistics.inequality import (
    BENEFITS,
    InequalityIndex,
    between_groups,
    entropy_index,
)


@pytest.mark.parametrize(
    ("people", "alpha", "expected"),
    [
        # Mean benefit 1: GE(2) is half the variance, a quarter each way gives 0.25.
        ((25, 50, 25), 2, 0.25),
        # Theil: a quarter have twice the mean, 0.25 * 2 * log 2.
        ((25, 50, 25), 1, 0.5 * np.log(2)),
        # Half missed, half right: the mean is 1/2, half have twice the mean.
        ((50, 50, 0), 1, np.log(2)),
        ((50, 50, 0), 2, 0.5),
        ((0, 70, 0), 1, 0.0),
    ],
)
def test_hand_worked_indices(people, alpha, expected):
    assert InequalityIndex(*people, alpha).value == pytest.approx(expected)


def test_where_nobody_benefits_there_is_no_index():
    assert np.isnan(entropy_index((10.0, 0.0, 0.0), BENEFITS, 2))


def test_between_groups_everybody_has_the_mean_of_their_group():
    # Means 1/2 and 3/2, half of the people each: GE(2) = (1.25 - 1) / 2.
    assert between_groups(np.array([[5.0, 5.0, 0.0], [0.0, 5.0, 5.0]]), 2) == pytest.approx(0.125)
    assert between_groups(np.array([[5.0, 9.0, 5.0], [1.0, 3.0, 1.0]]), 1) == pytest.approx(0)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*[st.integers(0, 400)] * 3).filter(lambda p: p[1] + p[2] > 0), st.sampled_from([1, 2])
)
def test_the_interval_holds_the_value_and_support_falls_as_the_bar_rises(people, alpha):
    index = InequalityIndex(*people, alpha)
    low, high = index.interval(0.95)
    assert 0 <= low <= index.value <= high
    bars = [0.01, 0.1, 0.3, 1.0]
    above = [index.above(x) for x in bars]
    assert above == sorted(above, reverse=True)
    assert all(index.above(x) + index.below(x) <= 1 + 1e-9 for x in bars)


@pytest.mark.parametrize("n", [50, 200, 2000])
@pytest.mark.parametrize("shares", [(0.1, 0.8, 0.1), (0.02, 0.97, 0.01), (0.2, 0.5, 0.3)])
def test_at_the_limit_it_errs_in_about_five_in_a_hundred_at_most(shares, n):
    rng = np.random.default_rng(5)
    truth = entropy_index(shares, BENEFITS, 2)
    draws = [InequalityIndex(*map(float, d), 2) for d in rng.multinomial(n, shares, 600)]
    three_errors = 3 * np.sqrt(0.05 * 0.95 / 600)
    assert np.mean([d.above(truth) >= 0.95 for d in draws]) <= 0.05 + three_errors
    assert np.mean([d.below(truth) >= 0.95 for d in draws]) <= 0.05 + three_errors
