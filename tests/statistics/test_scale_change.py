"""The factor of a change of unit: by hand, in both directions, and how often it errs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.statistics.scale_change import Magnitudes, ScaleChange

SHAPES = {
    "normal": lambda rng, n: rng.normal(0, 1, n),
    "lognormal": lambda rng, n: rng.lognormal(3, 1, n),
    "exponential": lambda rng, n: rng.exponential(30, n),
    "uniform": lambda rng, n: rng.uniform(0, 400, n),
}


def change(new, old):
    def of(values):
        return Magnitudes.of(*np.unique(np.asarray(values, float), return_counts=True))

    return ScaleChange(of(new), of(old))


def test_quantiles_by_hand_leave_zeros_out():
    m = Magnitudes.of(np.array([-4.0, 0.0, 1.0, 2.0]), np.array([1, 100, 1, 2]))
    assert m.n == 4
    assert [m.quantile(q) for q in (0.25, 0.5, 0.75)] == [1, 2, 2]
    assert m.share(2.0, with_it=True) == 0.75
    assert m.share(2.0, with_it=False) == 0.25


def test_the_least_of_the_three_ratios_is_told():
    # Quartiles 1, 2, 3 become 7, 20, 30.
    assert change([7, 20, 30, 99], [1, 2, 3, 99]).value == 7
    # And the other way about.
    back = change([1, 2, 3, 99], [7, 20, 30, 99])
    assert back.value == 7
    assert back.ratio == pytest.approx(1 / 7)
    # Some grew and some shrank: no unit did that.
    assert change([1, 20, 30, 99], [2, 3, 3, 99]).value == 1


@given(
    st.lists(st.floats(0.01, 1e4), min_size=5, max_size=60),
    st.lists(st.floats(0.01, 1e4), min_size=5, max_size=60),
    st.sampled_from([7.0, 30.4, 0.01]),
)
def test_it_is_the_same_either_way_and_in_any_unit(one, other, unit):
    both, turned = change(one, other), change(other, one)
    assert both.value >= 1
    assert both.value == pytest.approx(turned.value)
    scaled = change(np.array(one) * unit, np.array(other) * unit)
    assert scaled.value == pytest.approx(both.value)
    assert both.above(3) == pytest.approx(turned.above(3))
    assert 0 <= both.above(5) <= both.above(2) <= 1
    assert 0 <= both.below(2) <= both.below(5) <= 1
    low, high = both.interval(0.95)
    assert 1 <= low <= high


def test_the_interval_holds_the_factor():
    rng = np.random.default_rng(1)
    found = change(7 * rng.lognormal(0, 1, 2_000), rng.lognormal(0, 1, 5_000))
    low, high = found.interval(0.95)
    assert 5.5 < low < 7 < high < 8.5
    assert change([5] * 60, [5] * 60).interval(0.95)[0] == 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("n", "m"), [(60, 1_000), (500, 500)])
def test_at_a_true_factor_of_two_neither_error_exceeds_one_in_twenty(shape, n, m):
    rng, draw, draws = np.random.default_rng(3), SHAPES[shape], 400
    found = [change(2 * draw(rng, n), draw(rng, m)) for _ in range(draws)]
    most = 0.05 + 3 * math.sqrt(0.05 * 0.95 / draws)
    assert np.mean([f.above(2) >= 0.95 for f in found]) <= most
    assert np.mean([f.below(2) >= 0.95 for f in found]) <= most


def test_what_was_added_to_every_number_is_no_change_of_unit():
    rng = np.random.default_rng(5)
    old = rng.lognormal(3, 2, 5_000)
    found = change(rng.lognormal(3, 2, 2_000) + 300, old)
    assert found.value > 2
    assert found.above(2) == 0
    assert (
        change(np.floor(rng.exponential(300, 2_000) / 30.4), rng.exponential(300, 5_000)).above(2)
        > 0.99
    )
