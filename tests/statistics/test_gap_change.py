"""A difference of two gaps: its point value, its limits, and how often it errs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.statistics.gap_change import GapChange
from essex_standard.statistics.proportions import Proportion

shares = st.tuples(st.integers(1, 400), st.floats(0, 1)).map(
    lambda t: Proportion(round(t[0] * t[1]), t[0])
)


def test_the_point_value_is_worked_by_hand():
    # 0.5 - 0.7 now, 0.6 - 0.7 before: ten in a hundred worse.
    found = GapChange(
        Proportion(50, 100), Proportion(70, 100), Proportion(60, 100), Proportion(140, 200)
    )
    assert found.value == pytest.approx(-0.1)


@given(shares, shares, shares, shares, st.floats(-1.9, 1.9))
@settings(max_examples=150, deadline=None)
def test_support_falls_interval_holds_the_value_and_sides_mirror(a, b, c, d, x):
    found = GapChange(a, b, c, d)
    low, high = found.interval(0.95)
    assert low <= found.value <= high
    assert 0 <= found.above(x) <= 1
    assert found.above(x) >= found.above(x + 0.05) - 1e-6
    assert found.below(x) == pytest.approx(1 - found.above(x))
    mirrored = GapChange(b, a, d, c)
    assert mirrored.above(-x) == pytest.approx(found.below(x), abs=1e-4)


def test_it_errs_seldom_enough_at_its_limit():
    rng = np.random.default_rng(20181)
    wrong = 0
    draws = 400
    for _ in range(draws):
        # The truth is a change of exactly -0.10.
        n = (80, 400, 300, 1500)
        p = (0.45, 0.65, 0.55, 0.65)
        found = GapChange(
            *(Proportion(int(rng.binomial(m, q)), m) for m, q in zip(n, p, strict=True))
        )
        wrong += found.above(-0.10) > 0.95 or found.below(-0.10) > 0.95
    assert wrong / draws <= 0.10 + 3 * (0.1 * 0.9 / draws) ** 0.5
    assert wrong / draws >= 0.03  # and is no empty caution
