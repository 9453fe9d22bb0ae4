"""AUROC within folds: counted by hand, as scikit-learn has it, and never surer than it may be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.statistics.held_out import FOLDS, HeldOut, RankEstimate, held_out_roc_auc


def held(fold, weights=None, clusters=None):
    given = np.ones(len(fold)) if weights is None else np.asarray(weights, float)
    return HeldOut(fold=np.asarray(fold), weights=given, clusters=clusters)


def test_pairs_are_counted_within_folds_only():
    # Fold 0: the positive beats one of two. Fold 1: both positives beat the only other.
    scores = np.array([0.5, 0.1, 0.9, 10.0, 11.0, 9.0])
    positive = np.array([True, False, False, True, True, False])
    found = held_out_roc_auc(scores, positive, held([0, 0, 0, 1, 1, 1]))
    assert found.value == pytest.approx((1 * 0.5 + 2 * 1.0) / 3)
    # Ranked across folds, the positives of fold 1 would beat everybody.
    assert found.value != pytest.approx(7 / 9)


def test_ties_count_half_and_weights_count_as_people():
    scores = np.array([1.0, 1.0, 0.0])
    positive = np.array([True, False, False])
    assert held_out_roc_auc(scores, positive, held([0, 0, 0])).value == pytest.approx(0.75)
    heavy = held_out_roc_auc(scores, positive, held([0, 0, 0], [1, 3, 1]))
    assert heavy.value == pytest.approx((3 * 0.5 + 1) / 4)


def test_without_both_kinds_in_any_fold_there_is_nothing_to_rank():
    assert held_out_roc_auc(np.arange(4.0), np.array([True] * 4), held([0, 0, 1, 1])) is None
    apart = np.array([True, True, False, False])
    assert held_out_roc_auc(np.arange(4.0), apart, held([0, 0, 1, 1])) is None


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_order_is_all_that_counts_and_the_other_side_mirrors_it(seed):
    rng = np.random.default_rng(seed)
    n = 60
    scores, positive = rng.integers(0, 9, n).astype(float), rng.random(n) < 0.4
    folds = held(rng.permutation(n) % FOLDS)
    one = held_out_roc_auc(scores, positive, folds)
    same = held_out_roc_auc(np.exp(scores) - 7, positive, folds)
    assert same.value == pytest.approx(one.value)
    assert same.standard_error == pytest.approx(one.standard_error)
    assert 0 <= one.value <= 1
    low, high = one.interval(0.95)
    assert 0 <= low <= one.value <= high <= 1
    assert one.above(0.3) >= one.above(0.6)
    for f in range(FOLDS):
        rows = folds.fold == f
        if 0 < positive[rows].sum() < rows.sum():
            flipped = held_out_roc_auc(-scores[rows], positive[rows], held(np.zeros(rows.sum())))
            straight = held_out_roc_auc(scores[rows], positive[rows], held(np.zeros(rows.sum())))
            assert flipped.value == pytest.approx(1 - straight.value)


def test_a_perfect_order_of_few_people_is_not_certain():
    scores, positive = np.arange(60.0), np.arange(60) >= 48
    found = held_out_roc_auc(scores, positive, HeldOut.of(60, seed=1))
    assert found.value == 1.0
    assert found.standard_error > 0
    assert 0.9 < found.interval(0.95)[0] + 0.25 < 1.2
    assert found.interval(0.95)[1] == 1.0


def test_copies_of_families_say_no_more_than_the_families():
    rng = np.random.default_rng(4)
    scores, positive = rng.normal(size=400), rng.random(400) < 0.3
    once = HeldOut.of(400, seed=2, clusters=np.arange(400))
    four = np.repeat(np.arange(400), 4)
    copied = held(once.fold[four], clusters=four)
    one = held_out_roc_auc(scores, positive, once)
    many = held_out_roc_auc(scores[four], positive[four], copied)
    assert many.value == pytest.approx(one.value)
    assert many.standard_error == pytest.approx(one.standard_error, rel=0.02)
    assert many.freedom == one.freedom


def test_clusters_are_dealt_whole_and_folds_are_even():
    clusters = np.repeat(np.arange(100), 3)
    dealt = HeldOut.of(300, seed=1, clusters=clusters)
    assert all(len(set(dealt.fold[clusters == c])) == 1 for c in range(100))
    assert (np.bincount(dealt.fold) == 60).all()
    assert (HeldOut.of(300, seed=1).fold == HeldOut.of(300, seed=1).fold).all()


def test_support_and_interval_say_the_same():
    estimate = RankEstimate(0.8, 0.03, 100)
    low, high = estimate.interval(0.90)
    assert estimate.above(low) == pytest.approx(0.95, abs=1e-6)
    assert estimate.below(high) == pytest.approx(0.95, abs=1e-6)
    assert (estimate.above(0.0), estimate.above(1.0)) == (1.0, 0.0)
