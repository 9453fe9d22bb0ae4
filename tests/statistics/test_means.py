"""Means: against scipy on raw values, and as exact as their clusters allow."""

import numpy as np
import pytest
from scipy import stats

from essex_standard.statistics.means import difference, mean_of


def test_the_error_of_a_mean_is_that_of_a_t_interval():
    values = np.random.default_rng(1).gamma(2.0, 3.0, 60)
    found = mean_of(values, np.ones(60), None)
    low, high = stats.t.interval(0.95, 59, loc=values.mean(), scale=stats.sem(values))
    assert found.value == pytest.approx(values.mean())
    assert found.interval(0.95) == pytest.approx((low, high))


def test_a_difference_adds_variances():
    one, other = mean_of(np.array([1.0, 2, 3, 4]), np.ones(4), None), None
    other = mean_of(np.array([2.0, 2, 6, 6]), np.ones(4), None)
    both = difference(one, other)
    assert both.value == pytest.approx(2.5 - 4.0)
    assert both.standard_error == pytest.approx(np.hypot(one.standard_error, other.standard_error))


def test_one_person_has_no_error_to_speak_of():
    assert mean_of(np.array([3.0]), np.ones(1), None) is None


def test_families_of_ten_alike_count_as_one_each():
    rng = np.random.default_rng(2)
    families = np.repeat(np.arange(100), 10)
    values = np.repeat(rng.normal(size=100), 10)
    alone = mean_of(values, np.ones(1000), None)
    together = mean_of(values, np.ones(1000), families)
    assert together.standard_error == pytest.approx(alone.standard_error * np.sqrt(10), rel=0.1)


def test_a_single_cluster_tells_nothing():
    found = mean_of(np.arange(20.0), np.ones(20), np.zeros(20, dtype=np.int64))
    assert found.interval(0.95) == (-np.inf, np.inf)
    assert found.above(0.0) == found.below(0.0) == 0.5
