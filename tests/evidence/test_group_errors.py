"""Errors of predictions by group: they add up, reopen, and hold no single error."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.group_errors import GroupErrors

LABELS = ("a", "b", "c")


@st.composite
def batches(draw):
    n = draw(st.integers(0, 25))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    errors = np.round(rng.normal(size=n) * draw(st.sampled_from([0.1, 1.0, 500.0])), 3)
    errors[rng.random(n) < 0.1] = np.nan
    return {
        "codes": rng.integers(0, 3, n),
        "errors": errors,
        "weights": rng.choice([0.5, 1.0, 2.0], n) if draw(st.booleans()) else None,
        "buckets": rng.integers(0, 128, n) if draw(st.booleans()) else None,
    }


def counted(batch, part=slice(None)):
    def cut(name):
        return None if batch[name] is None else batch[name][part]

    return GroupErrors.of(
        "team", cut("codes"), LABELS, cut("errors"), weights=cut("weights"), buckets=cut("buckets")
    )


@settings(max_examples=80, deadline=None)
@given(batches(), st.integers(0, 25))
def test_errors_of_two_batches_are_the_errors_of_both(batch, cut):
    first, second = counted(batch, slice(None, cut)), counted(batch, slice(cut, None))
    assert first + second == counted(batch)
    assert second + first == counted(batch)


@settings(max_examples=40, deadline=None)
@given(batches())
def test_stored_and_reopened_they_are_the_same(batch):
    errors = counted(batch)
    assert GroupErrors.from_dict(json.loads(json.dumps(errors.to_dict()))) == errors


@settings(max_examples=40, deadline=None)
@given(batches())
def test_a_group_and_the_rest_are_everybody_whose_outcome_is_known(batch):
    errors = counted(batch)
    known = int(np.isfinite(batch["errors"]).sum())
    for group in LABELS:
        assert errors.only(group).n + errors.rest(group).n == known


def test_groups_are_merged_by_name():
    one = GroupErrors.of("team", np.array([0]), ("b",), np.array([1.0]))
    other = GroupErrors.of("team", np.array([0, 1]), ("a", "b"), np.array([2.0, 1.0]))
    both = one + other
    assert both.groups == ("a", "b")
    assert (both.only("a").n, both.only("b").n) == (1, 2)
    assert both.only("b").errors == pytest.approx([1.0], rel=0.004)


def test_what_was_gathered_unlike_cannot_be_added():
    plain = GroupErrors.of("team", np.array([0]), ("a",), np.array([1.0]))
    heavy = GroupErrors.of("team", np.array([0]), ("a",), np.array([1.0]), weights=np.ones(1))
    for other in (heavy, GroupErrors.of("place", np.array([0]), ("a",), np.array([1.0]))):
        with pytest.raises(ValueError, match="cannot"):
            plain + other
