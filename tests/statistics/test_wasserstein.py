import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from essex_standard.statistics.wasserstein import WassersteinEstimate

RNG = np.random.default_rng(11)


def points(values):
    return np.unique(np.asarray(values, dtype=np.float64), return_counts=True)


def estimate(assessed, reference):
    return WassersteinEstimate.of_points(points(assessed), points(reference))


def test_hand_worked():
    # Half of each moves from 0 to 1 and the reference's standard deviation is one half:
    # three quarters against one half at 1, a quarter of the people moved by 1, over 0.5.
    assert estimate([0, 1, 1, 1], [0, 1]).value == pytest.approx(0.5)
    assert estimate([0, 1], [0, 1]).value == 0


finite = st.lists(
    st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=2, max_size=30
)  # fmt: skip


@given(finite, finite.filter(lambda v: np.std(v) > 0.1))
def test_the_value_is_scipys_in_standard_deviations(assessed, reference):
    expected = wasserstein_distance(assessed, reference) / np.std(reference)
    assert estimate(assessed, reference).value == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(
    finite,
    finite.filter(lambda v: np.std(v) > 0.1),
    st.sampled_from([1e-6, 0.5, 1e160]),
    st.sampled_from([0, 3]),
)
def test_units_and_origin_change_nothing(assessed, reference, unit, origin):
    one = estimate(assessed, reference)
    other = estimate(*((np.array(side) + origin) * unit for side in (assessed, reference)))
    for x in (0.05, 0.5):
        assert other.above(x) == pytest.approx(one.above(x), abs=1e-5)


@given(finite, finite.filter(lambda v: np.std(v) > 0.1))
def test_support_falls_from_one_and_the_interval_holds_the_value(assessed, reference):
    found = estimate(assessed, reference)
    assert found.above(-0.1) == 1
    assert found.above(0.1) == pytest.approx(1 - found.below(0.1))
    low, high = found.interval(0.95)
    assert 0 <= low <= found.value <= high


def test_more_rows_of_the_same_are_surer():
    new, old = RNG.normal(0.3, 1, 400), RNG.normal(0, 1, 400)
    few, many = (estimate(np.repeat(new, k), np.repeat(old, k)) for k in (1, 9))
    assert few.value == pytest.approx(many.value)
    assert many.above(0.1) > few.above(0.1) > 0.5


def test_a_quarter_of_a_standard_deviation_is_beyond_a_tenth_after_correction():
    # 2.9 standard errors beyond the limit, and the correction over 36 columns asks for 3.2 of noise
    # and limit together: nineteen in twenty must be found.
    found = [
        1 - estimate(RNG.normal(0.25, 1, 2000), RNG.normal(0, 1, 5000)).above(0.1) < 0.05 / 36
        for _ in range(60)
    ]
    assert np.mean(found) >= 0.9


@pytest.mark.parametrize("draw", [RNG.standard_cauchy, lambda n: RNG.pareto(0.8, n)])
def test_without_a_variance_there_is_no_false_alarm(draw):
    # Single values are as large as all others together; Holm over 36 columns.
    alarms = [1 - estimate(draw(500), draw(1000)).above(0.1) < 0.05 / 36 for _ in range(200)]
    assert sum(alarms) <= 2


def test_one_far_value_is_no_finding():
    old = RNG.normal(0, 1, 1000)
    assert 1 - estimate([*RNG.normal(0, 1, 999), 1e6], old).above(0.1) > 0.05
