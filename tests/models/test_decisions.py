"""Decisions by threshold and by capacity; ties at the cut are nobody's lottery."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.errors import DataError
from essex_standard.models.decisions import decisions

SCORES = [0.9, 0.8, 0.5, 0.5, 0.5, 0.1]


def test_the_threshold_itself_is_flagged():
    decided = decisions(SCORES, threshold=0.5)
    assert decided.flagged.tolist() == [True] * 5 + [False]
    assert decided.told == ()


@pytest.mark.parametrize(
    ("capacity", "flagged", "threshold", "ties"),
    [(1, 1, 0.9, 0), (2, 2, 0.8, 0), (3, 2, 0.8, 3), (4, 2, 0.8, 3), (5, 5, 0.5, 0)],
)
def test_a_capacity_flags_the_highest_and_leaves_ties_at_the_cut(
    capacity, flagged, threshold, ties
):
    decided = decisions(SCORES, capacity=capacity)
    assert decided.flagged.sum() == flagged
    assert decided.threshold == threshold
    assert decided.ties_unflagged == ties
    assert bool(decided.told) == (ties > 0)


@given(
    st.lists(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 1.0]), min_size=1, max_size=60),
    st.integers(1, 80),
)
@settings(max_examples=50, deadline=None)
def test_a_capacity_is_never_exceeded_and_is_a_threshold(scores, capacity):
    decided = decisions(scores, capacity=capacity)
    values = np.array(scores)
    assert decided.flagged.sum() <= capacity
    assert (decided.flagged == (values >= decided.threshold)).all()
    left = capacity - decided.flagged.sum()
    if decided.ties_unflagged:
        assert left < decided.ties_unflagged  # the tied would not all have fitted
    else:
        assert left == 0 or decided.flagged.all()


def test_when_everybody_ties_nobody_is_flagged_and_it_is_told():
    decided = decisions([1.0] * 40, capacity=10)
    assert not decided.flagged.any()
    assert decided.told[0].startswith("All people share the score")
    assert "flags nobody" in decided.told[1]


def test_few_ties_are_told_without_their_number():
    told = decisions(SCORES, capacity=3).told[0]
    assert told.startswith("Fewer than 10 people share the score")


def test_a_capacity_above_the_data_flags_everybody_and_is_told():
    decided = decisions(SCORES, capacity=100)
    assert decided.flagged.all()
    assert "flags everybody" in decided.told[0]


@pytest.mark.parametrize(("threshold", "word"), [(1.0, "nobody"), (0.0, "everybody")])
def test_a_threshold_that_decides_nothing_is_told_and_no_error(threshold, word):
    assert word in decisions(SCORES, threshold=threshold).told[0]


@pytest.mark.parametrize("threshold", [1.4, -0.1, float("nan"), float("inf"), "high", True])
def test_what_is_no_probability_is_no_threshold(threshold):
    with pytest.raises(DataError, match=r"threshold: .* is not a (probability|number)"):
        decisions(SCORES, threshold=threshold)


def test_an_unbounded_threshold_may_be_any_number():
    assert decisions([-3.0, 5.0], threshold=-1, score_kind="unbounded").flagged.tolist() == [
        False,
        True,
    ]


@pytest.mark.parametrize("capacity", [0, -3, 2.5, True, "ten", float("nan")])
def test_a_capacity_is_a_whole_number_above_zero(capacity):
    with pytest.raises(DataError, match=r"capacity: .* is not a number of people"):
        decisions(SCORES, capacity=capacity)


def test_a_whole_float_is_a_capacity():
    assert decisions(SCORES, capacity=2.0).flagged.sum() == 2


def test_neither_and_both_are_refused():
    with pytest.raises(DataError, match="neither a threshold nor a capacity"):
        decisions(SCORES)
    with pytest.raises(DataError, match="both a threshold and a capacity"):
        decisions(SCORES, threshold=0.5, capacity=2)


def test_nobody_to_decide_about_is_refused():
    with pytest.raises(DataError, match="nobody to decide about"):
        decisions([], threshold=0.5)


def test_the_repr_shows_no_score_and_no_count():
    assert repr(decisions(SCORES, capacity=2)) == "Decided(told=())"
