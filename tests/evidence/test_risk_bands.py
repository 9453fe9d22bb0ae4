"""Bands of the score: where they are cut, what they are called, and that nobody is lost."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.risk_bands import RiskBands, joined

from .populations import populations, rows


def bands(scores, y=None, sex=None, *, kind="probability", weights=None, threshold=0.5):
    scores = np.asarray(scores, dtype=float)
    y = np.zeros(len(scores), np.int8) if y is None else np.asarray(y, np.int8)
    evidence = Evidence.of(
        outcome=y, flagged=scores >= threshold, scores=scores, score_kind=kind,
        threshold=threshold, weights=weights, group_scores=("protected",),
        protected={} if sex is None else {"sex": np.asarray(sex, dtype=object)},
    )  # fmt: skip
    return RiskBands.of(evidence)


def test_a_score_of_few_values_is_in_bands_already():
    found = bands([1] * 30 + [2] * 20 + [3] * 10, [0, 1] * 30, kind="unbounded", threshold=2.5)
    assert found.names == ("1", "2", "3")
    assert found.counts[""][0].tolist() == [[15, 15, 0], [10, 10, 0], [5, 5, 0]]


def test_a_value_that_few_people_have_is_joined_to_the_one_below():
    found = bands([1] * 30 + [2] * 3 + [3] * 20 + [4] * 9, kind="unbounded", threshold=2.5)
    assert found.names == ("1 to 2", "3 to 4")
    assert found.counts[""][0][:, 0].tolist() == [33, 29]
    # Too few at the bottom take the next with them.
    found = bands([1] * 3 + [2] * 30 + [3] * 20, kind="unbounded", threshold=2.5)
    assert found.names == ("1 to 2", "3")


def test_other_scores_are_cut_at_round_numbers_near_fifths_of_everybody():
    scores = np.random.default_rng(1).uniform(0, 1, 20_000)
    found = bands(scores)
    assert found.names == ("below 0.2", "0.2 to 0.4", "0.4 to 0.6", "0.6 to 0.8", "0.8 and above")
    expected = [((low <= scores) & (scores < low + 0.2)).sum() for low in (0, 0.2, 0.4, 0.6, 0.8)]
    # A bin of the histogram may hold scores on both sides of a cut.
    assert np.abs(found.counts[""][0][:, 0] - expected).max() <= 40


def test_unbounded_scores_are_cut_at_two_digits():
    scores = np.random.default_rng(2).normal(500, 100, 5_000)
    found = bands(scores, kind="unbounded", threshold=600)
    assert len(found.names) == 5
    assert found.names[0] == f"below {float(f'{np.quantile(scores, 0.2):.2g}'):g}"
    assert found.counts[""][0].sum(axis=1).min() > 700


def test_rare_risks_are_still_told_apart():
    scores = np.random.default_rng(3).beta(1, 200, 10_000)
    found = bands(scores)
    assert len(found.names) >= 3
    assert found.counts[""][0].sum(axis=1).min() >= 10


@pytest.mark.parametrize("scores", [[0.3] * 50, [0.3] * 45 + [0.4] * 5])
def test_where_nearly_all_have_one_score_there_are_no_bands(scores):
    assert bands(scores) is None


def test_a_band_is_called_by_group_and_score():
    assert joined("sex", "F", "0.2 to 0.4") == ("score & sex", "0.2 to 0.4 & F")
    assert joined("area", "N", "3") == ("area & score", "N & 3")
    assert joined("", "", "3") == ("score", "3")


@settings(max_examples=60, deadline=None)
@given(populations(weighted=True))
def test_everybody_is_in_one_band_of_each_attribute(population):
    evidence = Evidence.of(**population, group_scores=("protected", "intersections"))
    found = RiskBands.of(evidence)
    if found is None:
        return
    assert all(" & " not in attribute for attribute in found.groups)
    for attribute, counts in found.counts.items():
        assert counts.shape == (len(found.groups[attribute]), len(found.names), 3)
        assert np.array_equal(counts.sum(axis=0), found.counts[""][0])
        assert counts.sum() == evidence.rows
        if found.weights:
            total = found.weights[attribute].sum(axis=0)
            assert np.allclose(total, found.weights[""][0])


@settings(max_examples=40, deadline=None)
@given(populations(), st.integers(0, 30))
def test_bands_follow_from_evidence_that_was_added_or_reopened(population, cut):
    n = len(population["outcome"])
    of = [
        Evidence.of(**rows(population, np.arange(n)[part]), group_scores=("protected",))
        for part in (slice(None, cut), slice(cut, None))
    ]
    whole = Evidence.of(**population, group_scores=("protected",))
    reopened = Evidence.from_dict(json.loads(json.dumps(whole.to_dict())))
    expected = RiskBands.of(whole)
    for evidence in (of[0] + of[1], reopened):
        found = RiskBands.of(evidence)
        assert (found is None) == (expected is None)
        if found is not None and expected is not None:
            assert (found.names, found.groups) == (expected.names, expected.groups)
            assert all(np.array_equal(found.counts[a], c) for a, c in expected.counts.items())
