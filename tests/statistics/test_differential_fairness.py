import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.statistics.differential_fairness import DifferentialFairness, smoothed_edf
from essex_standard.statistics.proportions import Proportion


def of(flagged, people):
    groups = tuple(Proportion(float(k), float(n)) for k, n in zip(flagged, people, strict=True))
    return DifferentialFairness(smoothed_edf(flagged, people), groups)


def test_hand_worked_epsilon():
    # Smoothed shares flagged 10 / 20 and 5 / 20, not flagged 10 / 20 and 15 / 20.
    assert smoothed_edf([9.5, 4.5], [19, 19]) == pytest.approx(math.log(2))
    # Where most are flagged the shares not flagged lie further apart.
    assert smoothed_edf([9.5, 14.5], [19, 19]) == pytest.approx(math.log(2))


def test_groups_alike_have_none_and_one_group_has_no_epsilon():
    assert smoothed_edf([30, 30], [100, 100]) == 0
    assert math.isnan(smoothed_edf([30], [100]))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=5))
def test_the_interval_holds_the_value_and_the_order_of_groups_does_not_matter(cells):
    cells = [(k, k + rest + 10) for k, rest in cells]
    index = of(*zip(*cells, strict=True))
    back = of(*zip(*cells[::-1], strict=True))
    low, high = index.interval(0.95)
    assert 0 <= low <= index.value <= high
    assert back.value == pytest.approx(index.value)
    assert back.above(0.2) == pytest.approx(index.above(0.2), abs=1e-6)


def test_small_groups_that_happen_to_lie_apart_do_not_fail_a_limit_that_all_keep():
    rng = np.random.default_rng(3)
    sizes = np.array([500, 80, 40, 20, 12])
    draws = [of(rng.binomial(sizes, 0.3), sizes) for _ in range(80)]
    # The point value itself lies far beyond the limit on average, though the truth is 0.
    assert np.mean([d.value for d in draws]) > 0.4
    assert np.mean([d.above(0.22) >= 0.95 for d in draws]) <= 0.05


def test_a_wide_ratio_is_seen_and_an_even_one_is_shown():
    assert of([300, 600], [1000, 1000]).above(0.22) > 0.999
    assert of([3000, 3000], [10000, 10000]).below(0.22) > 0.999
