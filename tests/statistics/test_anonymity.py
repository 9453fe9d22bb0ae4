"""Hand-worked figures of anonymity, and what must hold of any."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.statistics.anonymity import (
    BANDS,
    EXACT,
    MOST,
    alone_by,
    band_of,
    distinct_l,
    entropy_l,
    equal_distance,
    ordered_distance,
    smallest_identifying_set,
)

# Two classes of ten: nine with value 0 and one with 1; five with 1 and five with 2.
OF_CLASS, VALUE, PEOPLE = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2]), np.array([9, 1, 5, 5])


def test_l_is_the_fewest_different_values():
    assert distinct_l(OF_CLASS, 2) == 2
    assert distinct_l(np.array([0, 0, 1]), 2) == 1


def test_rare_values_lift_entropy_by_little():
    expected = np.exp(-(0.9 * np.log(0.9) + 0.1 * np.log(0.1)))
    assert entropy_l(OF_CLASS, PEOPLE) == pytest.approx(expected)
    assert entropy_l(np.array([0]), np.array([7])) == pytest.approx(1.0)
    assert entropy_l(np.array([0, 0]), np.array([4, 4])) == pytest.approx(2.0)


def test_equal_distance_is_half_of_all_differences():
    # Everybody: 0.45, 0.30, 0.25. The first class has 0.9, 0.1, 0: too much by 0.45.
    assert equal_distance(OF_CLASS, VALUE, PEOPLE) == pytest.approx(0.45)


def test_ordered_distance_counts_how_far_numbers_lie_apart():
    # At or below each value: everybody 0.45, 0.75, 1; the first 0.9, 1, 1; the second 0, 0.5, 1.
    assert ordered_distance(OF_CLASS, VALUE, PEOPLE, 3) == pytest.approx((0.45 + 0.25) / 2)


def test_one_value_tells_nothing():
    assert ordered_distance(np.array([0, 1]), np.array([0, 0]), np.array([3, 4]), 1) == 0.0
    assert equal_distance(np.array([0, 1]), np.array([0, 0]), np.array([3, 4])) == 0.0


def test_two_ends_are_as_far_apart_as_can_be():
    of_class, value = np.array([0, 1]), np.array([0, 1])
    people = np.array([1, 999])
    assert ordered_distance(of_class, value, people, 2) == pytest.approx(0.999)
    assert equal_distance(of_class, value, people) == pytest.approx(0.999)


def test_a_share_is_told_in_bands():
    assert band_of(0.499) == 0.2
    assert band_of(0.5) == 0.5
    assert band_of(1.0) == 0.5
    assert band_of(0.0099) is None
    assert list(BANDS) == sorted(BANDS, reverse=True)


def people_of(*rows):
    codes, people = np.unique(np.array(rows), axis=0, return_counts=True)
    return codes.astype(np.int64), people.astype(np.int64)


def test_whoever_shares_a_value_with_nobody_is_alone():
    codes, people = people_of((0, 0), (0, 0), (0, 1), (1, 1))
    assert alone_by(codes, people) == 2
    assert alone_by(codes[:, :1], people) == 1


def test_one_column_may_be_enough():
    codes, people = people_of(*[(0, i) for i in range(20)])
    assert smallest_identifying_set(codes, people) == (1,)


def test_two_columns_together_may_be_enough_where_neither_is():
    codes, people = people_of(*[(i, j, 0) for i in range(6) for j in range(6)])
    assert smallest_identifying_set(codes, people) == (0, 1)


def test_where_most_hide_no_set_is_named():
    codes, people = people_of(*[(i % 4, i % 3) for i in range(48)])
    assert smallest_identifying_set(codes, people) == ()


def test_exactly_half_alone_is_not_most():
    codes, people = people_of((0,), (1,), (2,), (2,))
    assert alone_by(codes, people) == MOST * 4
    assert smallest_identifying_set(codes, people) == ()


TABLES = st.integers(1, 4).flatmap(
    lambda columns: st.lists(st.tuples(*[st.integers(0, 5)] * columns), min_size=1, max_size=25)
)


@given(TABLES)
def test_no_smaller_set_sets_most_people_apart(rows):
    codes, people = people_of(*rows)
    found = smallest_identifying_set(codes, people)
    enough = [
        which
        for size in range(1, codes.shape[1] + 1)
        for which in combinations(range(codes.shape[1]), size)
        if alone_by(codes[:, list(which)], people) > MOST * len(rows)
    ]
    assert bool(found) == bool(enough)
    if found:
        assert found in enough
        assert len(found) == min(map(len, enough))


@given(TABLES)
def test_one_more_column_never_hides_anybody(rows):
    codes, people = people_of(*rows)
    alone = [alone_by(codes[:, : j + 1], people) for j in range(codes.shape[1])]
    assert alone == sorted(alone)


def test_many_columns_are_added_one_by_one():
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 3, (300, EXACT + 3))
    codes, people = people_of(*map(tuple, codes))
    found = smallest_identifying_set(codes, people)
    assert alone_by(codes[:, list(found)], people) > MOST * 300
    assert len(found) < EXACT + 3


@given(
    st.lists(
        st.lists(st.integers(0, 9), min_size=3, max_size=3).filter(any), min_size=2, max_size=6
    )
)
def test_both_distances_lie_between_nought_and_one(table):
    cells = [(c, v, n) for c, row in enumerate(table) for v, n in enumerate(row) if n]
    of_class, value, people = (np.array(x) for x in zip(*cells, strict=True))
    by_rank = ordered_distance(of_class, value, people, 3)
    assert -1e-12 <= by_rank <= equal_distance(of_class, value, people) + 1e-12 <= 1
