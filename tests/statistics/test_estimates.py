import pytest

from essex_standard.statistics.comparison import Estimate
from essex_standard.statistics.estimates import Exact, Normal


def test_a_counted_fact_is_above_or_below_with_certainty():
    fact = Exact(3.0)
    assert (fact.above(2), fact.above(3), fact.below(3), fact.below(4)) == (1, 0, 0, 1)
    assert fact.interval(0.95) == (3.0, 3.0)


@pytest.mark.parametrize(
    ("x", "above"), [(0.0, 0.5), (-1.959964, 0.975), (1.644854, 0.05), (-8.0, 1.0)]
)
def test_a_normal_estimate_has_the_tails_of_the_printed_tables(x, above):
    standard = Normal(0.0, 1.0)
    assert standard.above(x) == pytest.approx(above, abs=1e-6)
    assert standard.below(x) == pytest.approx(1 - above, abs=1e-6)


def test_a_normal_interval_is_symmetric_and_scales_with_the_error():
    low, high = Normal(2.0, 0.5).interval(0.95)
    assert (low, high) == pytest.approx((2 - 0.979982, 2 + 0.979982), abs=1e-6)


def test_a_far_tail_keeps_its_digits():
    # Holm's correction over many groups asks for p-values far below 0.05.
    assert Normal(0.0, 1.0).above(6.0) == pytest.approx(9.865876e-10, rel=1e-5)


def test_both_are_estimates_to_the_judge():
    assert isinstance(Exact(1.0), Estimate)
    assert isinstance(Normal(1.0, 1.0), Estimate)
