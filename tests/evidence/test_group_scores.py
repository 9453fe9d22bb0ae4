"""Scores by group: they add up, reopen, and hold what counting the rows of a group holds."""

import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.group_scores import GroupScores, sum_of
from essex_standard.evidence.score_histogram import Binned, ScoreHistogram

from .populations import populations, rows

BOTH = ("protected", "intersections")


def gathered(population):
    return Evidence.of(**population, group_scores=BOTH)


@settings(max_examples=50, deadline=None)
@given(populations(), st.integers(0, 30))
def test_scores_of_two_batches_are_the_scores_of_both(population, cut):
    n = len(population["outcome"])
    first, second = (
        gathered(rows(population, np.arange(n)[part]))
        for part in (slice(None, cut), slice(cut, None))
    )
    both = gathered(population).group_scores
    assert (first + second).group_scores == both
    assert (second + first).group_scores == both


@settings(max_examples=30, deadline=None)
@given(populations(weighted=True), st.integers(0, 9), st.integers(0, 9))
def test_it_does_not_matter_in_what_order_three_batches_are_added(population, i, j):
    n = len(population["outcome"])
    cuts = sorted((min(i, n), min(i + j, n)))
    a, b, c = (
        gathered(rows(population, part)).group_scores["sex"]
        for part in np.split(np.arange(n), cuts)
    )
    assert (a + b) + c == a + (b + c)


@settings(max_examples=50, deadline=None)
@given(populations())
def test_each_group_has_the_histogram_of_its_own_rows(population):
    evidence = gathered(population)
    for attribute, found in evidence.group_scores.items():
        assert list(found.groups) == sorted(found.groups)
        for group, histogram in found.by_group().items():
            mine = np.ones(len(population["outcome"]), bool)
            for one, value in zip(attribute.split(" & "), group.split(" & "), strict=True):
                mine &= population["protected"][one] == value
            part = rows(population, np.flatnonzero(mine))
            assert histogram == ScoreHistogram.of(
                part["scores"], part["outcome"], kind="probability", weights=part["weights"]
            )
    if evidence.rows:
        assert evidence.group_scores["sex"].whole() == evidence.scores


@settings(max_examples=30, deadline=None)
@given(populations(smallest=2))
def test_a_group_and_its_rest_are_everybody(population):
    found = gathered(population).group_scores["area"]
    for group, mine in found.by_group().items():
        if len(found.groups) > 1:
            assert mine + found.rest(group) == found.whole()


@settings(max_examples=30, deadline=None)
@given(populations())
def test_stored_scores_reopen_as_they_were_and_older_evidence_has_none(population):
    evidence = gathered(population)
    stored = json.loads(json.dumps(evidence.to_dict()))
    assert Evidence.from_dict(stored).group_scores == evidence.group_scores
    del stored["group_scores"]
    assert Evidence.from_dict(stored).group_scores == {}


def test_scores_of_groups_are_gathered_only_where_they_are_asked_for():
    population = {
        "outcome": np.array([0, 1], np.int8),
        "scores": np.array([0.25, 0.75]),
        "protected": {"a": np.array(["x", "y"]), "b": np.array(["u", "u"])},
    }
    assert not Evidence.of(**population).group_scores
    assert set(Evidence.of(**population, group_scores=("protected",)).group_scores) == {"a", "b"}
    assert set(gathered(population).group_scores) == {"a", "b", "a & b"}


def test_scores_of_different_attributes_are_not_added():
    outcome, codes = np.array([1], np.int8), np.zeros(1, np.int64)
    binned = Binned.of(np.array([0.5]), "probability")
    one = GroupScores.of("sex", codes, ["F"], binned, outcome)
    with pytest.raises(ValueError, match="cannot add scores of 'sex' and 'age'"):
        one + GroupScores.of("age", codes, ["F"], binned, outcome)


def test_hundreds_of_crossed_groups_are_counted_as_a_few_are():
    rng = np.random.default_rng(3)
    n, g = 3_000, 400
    codes, scores = rng.integers(0, g, n), rng.random(n)
    outcome = rng.integers(0, 3, n).astype(np.int8)
    names = [f"{i:03}" for i in range(g)]
    found = GroupScores.of("many", codes, names, Binned.of(scores, "probability"), outcome)
    expected = [
        ScoreHistogram.of(scores[codes == i], outcome[codes == i], kind="probability")
        for i in range(g)
    ]
    assert list(found.histograms) == expected
    assert sum_of(found.histograms) == ScoreHistogram.of(scores, outcome, kind="probability")


def test_a_million_rows_by_three_attributes_take_well_below_half_a_second():
    rng = np.random.default_rng(4)
    n = 1_000_000
    scores = 1 / (1 + np.exp(-rng.normal(-2, 1.2, n)))
    outcome = rng.integers(0, 2, n).astype(np.int8)
    coded = {g: rng.integers(0, g, n) for g in (2, 6, 20)}
    binned = Binned.of(scores, "probability")
    began = time.process_time()
    for g, codes in coded.items():
        GroupScores.of(str(g), codes, [f"{i:02}" for i in range(g)], binned, outcome)
    # The machine of the day may be twice as slow as the one this was measured on.
    assert time.process_time() - began < 0.5
