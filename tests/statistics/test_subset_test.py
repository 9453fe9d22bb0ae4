import numpy as np
import pytest

from essex_standard.statistics.crossing import Crossing
from essex_standard.statistics.subset_test import People, SubsetExcess

LEVELS = np.linspace(0.1, 0.5, 10)


def people(excess=0.0, rows=6000, seed=0, **kwargs):
    """Return people of whom those with value 1 of the first and second column lie beyond."""
    rng = np.random.default_rng(seed)
    codes = np.stack([rng.integers(0, k, rows) for k in (2, 3, 4)])
    level = rng.integers(0, len(LEVELS), rows)
    inside = (codes[0] == 1) & (codes[1] == 1)
    events = rng.random(rows) < LEVELS[level] + excess * inside
    cells = Crossing.of(codes, (2, 3, 4), level, np.ones(rows), len(LEVELS))
    return People(crossing=cells, p=LEVELS, events=events.astype(float), seed=1, **kwargs), inside


def searched(excess=0.0, direction=1, smallest=500, **kwargs):
    who, inside = people(excess, **kwargs)
    return SubsetExcess.of(who, direction, smallest=smallest), inside


def test_a_subgroup_far_beyond_the_limit_is_found_and_is_beyond_it():
    excess, inside = searched(0.25)
    np.testing.assert_array_equal(excess.inside, inside)
    observed = excess.people.events[inside].mean()
    expected = LEVELS[excess.people.crossing.level[inside]].mean()
    assert excess.value == pytest.approx(observed - expected)
    assert excess.p_value == 1 / 200
    assert excess.above(0.10) >= 0.95
    assert excess.below(0.10) == 0
    low, high = excess.interval(0.95)
    assert low < 0.25 < high
    assert low > 0.10


def test_where_nothing_is_amiss_nothing_is_found_and_a_large_excess_is_ruled_out():
    excess, _ = searched(0.0)
    assert not excess.is_found
    assert excess.value == 0
    assert excess.interval(0.95) == (0, 0)
    assert excess.above(0.10) < 0.95
    assert excess.below(0.15) >= 0.95


def test_a_small_subgroup_cannot_be_ruled_out():
    excess, _ = searched(0.0, smallest=30)
    assert excess.below(0.10) < 0.95
    assert searched(0.0, smallest=7000)[0].below(0.10) == 0


def test_fewer_events_than_expected_are_the_other_direction():
    excess, inside = searched(-0.2, direction=-1, rows=12_000)
    np.testing.assert_array_equal(excess.inside, inside)
    assert excess.value < -0.1
    assert excess.below(-0.05) >= 0.95
    assert excess.above(-0.05) == 0
    assert excess.above(0.0) == 0
    assert excess.below(0.05) == 1


def test_of_one_direction_nothing_can_lie_on_the_other_side():
    excess, _ = searched(0.0)
    assert excess.above(-0.01) == 1
    assert excess.below(0.0) == 0
    assert excess.below(-0.1) == 0


def test_a_found_excess_between_nought_and_the_limit_is_not_beyond_it():
    excess, _ = searched(0.12, rows=12_000)
    assert excess.is_found
    assert excess.above(0.10) < 0.95
    assert excess.above(0.02) >= 0.95


def test_clusters_make_the_same_score_less_sure():
    alone, _ = searched(0.10)
    clustered, _ = searched(0.10, design_effect=5.0)
    assert clustered.top < alone.top / 5
    assert alone.is_found
    assert clustered.p_value > alone.p_value
    assert clustered.below(0.10) < 0.95


def test_the_same_seed_gives_the_same_answer():
    first, second = searched(0.05)[0], searched(0.05)[0]
    assert first.p_value == second.p_value
    assert first.by_chance == second.by_chance
    assert first.below(0.1) == second.below(0.1)


def test_an_excess_that_no_share_allows_is_ruled_out():
    # Where one in ten has the outcome, no subgroup can have forty in a hundred fewer.
    who, _ = people()
    low = People(
        crossing=who.crossing, p=np.full(10, 0.1), seed=2,
        events=(np.random.default_rng(0).random(6000) < 0.1).astype(float),
    )  # fmt: skip
    assert SubsetExcess.of(low, -1, smallest=500).below(0.0) == 0
    assert SubsetExcess.of(low, -1, smallest=500).above(-0.4) >= 0.95
