"""The two p-values of a comparison, whatever its limit and its kind."""

import pytest

from essex_standard.standard.check import LimitTable
from essex_standard.standard.limit_tests import limit_tests
from essex_standard.statistics.comparison import Comparison
from essex_standard.statistics.estimates import Exact, Normal
from essex_standard.statistics.proportions import Proportion, ProportionDifference, ProportionRatio

GAP = ProportionDifference(Proportion(60, 100), Proportion(630, 1000))
RATIO = ProportionRatio(Proportion(60, 100), Proportion(630, 1000))


def compared(estimate, *, signed=True):
    return Comparison(measure="m", name="x", estimate=estimate, n=100, signed=signed)


def test_a_gap_is_tested_on_both_sides_of_its_limit():
    (found,) = limit_tests(LimitTable(at_most=0.1), [compared(GAP)])
    assert found.within == pytest.approx(max(1 - GAP.above(-0.1), 1 - GAP.below(0.1)))
    over = 1 - GAP.above(0.1) + 1 - GAP.above(-0.1)
    under = 1 - GAP.below(-0.1) + 1 - GAP.below(0.1)
    assert found.beyond == pytest.approx(min(over, under, 1.0))


def test_a_ratio_of_at_least_four_fifths_is_broken_by_its_inverse_too():
    (found,) = limit_tests(LimitTable(at_least=0.8), [compared(RATIO)])
    assert found.within == pytest.approx(max(1 - RATIO.above(0.8), 1 - RATIO.below(1.25)))


def test_different_kinds_of_estimate_are_tested_side_by_side():
    limit = LimitTable(at_least=0.0)
    mixed = [compared(e, signed=False) for e in (Normal(1.0, 0.5), GAP, Exact(0.0), Exact(-1.0))]
    found = limit_tests(limit, [*mixed, compared(None)])
    assert found[0].within == pytest.approx(1 - Normal(1.0, 0.5).above(0))
    assert found[1].beyond == pytest.approx(1 - GAP.below(0))
    assert (found[2].within, found[3].within) == (0, 1)
    assert (found[4].within, found[4].beyond) == (1, 1)


def test_nothing_compared_is_nothing_tested():
    assert limit_tests(LimitTable(at_most=0.1), []) == ()
