from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.statistics.crossing import Crossing
from essex_standard.statistics.subset_scan import (
    Expectation,
    Search,
    best_log_q,
    scan,
    score_of,
    subgroup_score,
    values_named,
)

SIZES = (3, 2, 4)


def table(seed, rows=400, sizes=SIZES, levels=5):
    rng = np.random.default_rng(seed)
    codes = np.stack([rng.integers(0, k, rows) for k in sizes])
    level = rng.integers(0, levels, rows)
    p = np.sort(rng.uniform(0.05, 0.7, levels))
    events = (rng.random(rows) < p[level]).astype(float)
    return codes, level, p, events


def crossing(codes, level, people=None, levels=5, sizes=SIZES):
    ones = np.ones(len(level)) if people is None else people
    return Crossing.of(codes, sizes, level, ones, levels)


def every_subgroup(sizes):
    """Yield every choice of at least one value of each column."""
    columns = [[np.array(c) for c in product((False, True), repeat=k) if any(c)] for k in sizes]
    yield from product(*columns)


def test_the_score_of_one_level_is_the_binomial_likelihood_ratio():
    # 30 events of 100 where 20 were expected: q makes the odds 3/7 instead of 1/4.
    q = (3 / 7) / (1 / 4)
    by_hand = 30 * np.log(q) - 100 * np.log(1 - 0.2 + q * 0.2)
    people, p = np.array([100.0]), np.array([0.2])
    assert best_log_q(30, people, p) == pytest.approx(np.log(q), abs=1e-8)
    assert subgroup_score(30, people, p, 1) == pytest.approx(by_hand)
    # The same as the difference of two binomial log-likelihoods.
    assert by_hand == pytest.approx(30 * np.log(0.3 / 0.2) + 70 * np.log(0.7 / 0.8))


def test_a_subgroup_that_lies_the_other_way_scores_nothing():
    assert subgroup_score(30, np.array([100.0]), np.array([0.2]), -1) == 0
    assert subgroup_score(30, np.array([100.0]), np.array([0.2]), -1, penalty=3.0) == -3


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("penalty", [1e-17, 0.5, 2.0])
def test_the_best_of_all_subgroups_is_found(direction, penalty):
    for seed in range(6):
        codes, level, p, events = table(seed)
        cells = crossing(codes, level)
        search = Search.of(cells, Expectation.of(p, direction, grid=200))
        best = max(score_of(search, events, chosen, penalty) for chosen in every_subgroup(SIZES))
        found = scan(search, events, rng=np.random.default_rng(0), restarts=40, penalty=penalty)
        assert found.score == pytest.approx(best, abs=1e-6)
        again = score_of(search, events, found.chosen, penalty)
        assert found.score == pytest.approx(again, abs=1e-9)


def test_a_planted_subgroup_is_named():
    codes, level, p, events = table(1, rows=4000)
    inside = (codes[0] == 2) & (codes[2] == 1)
    events[inside] = 1.0
    cells = crossing(codes, level)
    found = scan(
        Search.of(cells, Expectation.of(p, 1)), events, rng=np.random.default_rng(0), restarts=3
    )
    first, second, third = found.chosen
    assert first.tolist() == [False, False, True]
    assert second.all()
    assert third.tolist() == [False, True, False, False]
    assert values_named(found.chosen) == 2
    np.testing.assert_array_equal(cells.inside(found.chosen), inside)


def test_cells_of_several_people_score_as_the_same_people_one_by_one():
    codes, level, p, events = table(4, rows=600)
    number = (codes[0] * 2 + codes[1]) * 4 * 5 + codes[2] * 5 + level
    _, first, place = np.unique(number, return_index=True, return_inverse=True)
    cells = crossing(codes[:, first], level[first], np.bincount(place))
    together = np.bincount(place, weights=events)
    expectation = Expectation.of(p, 1)
    one = scan(
        Search.of(crossing(codes, level), expectation),
        events,
        rng=np.random.default_rng(3),
        restarts=5,
    )
    other = scan(Search.of(cells, expectation), together, rng=np.random.default_rng(3), restarts=5)
    assert other.score == pytest.approx(one.score)
    assert [v.tolist() for v in other.chosen] == [v.tolist() for v in one.chosen]


def test_no_event_and_nothing_but_events_are_searched_too():
    codes, level, p, events = table(5)
    for value in (0.0, 1.0):
        for direction in (1, -1):
            found = scan(
                Search.of(crossing(codes, level), Expectation.of(p, direction)), events * 0 + value,
                rng=np.random.default_rng(0), restarts=2,
            )  # fmt: skip
            assert np.isfinite(found.score)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(4)))
def test_what_values_are_called_changes_nothing(seed, order):
    codes, level, p, events = table(seed, rows=300)
    renamed = codes.copy()
    renamed[2] = np.array(order)[codes[2]]
    expectation = Expectation.of(p, 1)
    found = [
        scan(
            Search.of(crossing(c, level), expectation),
            events,
            rng=np.random.default_rng(1),
            restarts=1,
        )
        for c in (codes, renamed)
    ]
    assert found[0].score == pytest.approx(found[1].score)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_choice_of_one_columns_values_improves_on_what_was_found(seed):
    codes, level, p, events = table(seed, rows=300)
    search = Search.of(crossing(codes, level), Expectation.of(p, 1, grid=200))
    found = scan(search, events, rng=np.random.default_rng(1), restarts=1)
    for a, size in enumerate(SIZES):
        for values in product((False, True), repeat=size):
            if any(values):
                other = [*found.chosen]
                other[a] = np.array(values)
                assert score_of(search, events, tuple(other)) <= found.score + 1e-3
