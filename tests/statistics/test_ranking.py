import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from essex_standard.statistics.ranking import (
    DRAWS,
    auroc_error,
    average_precision,
    bootstrap_counts,
    placements,
)


def as_counts(label, score):
    values, index = np.unique(score, return_inverse=True)
    return (
        values,
        np.bincount(index, weights=1 - label, minlength=len(values)),
        np.bincount(index, weights=label, minlength=len(values)),
    )


def people(n, seed, distinct=12):
    rng = np.random.default_rng(seed)
    label = np.concatenate([[0, 1], rng.integers(0, 2, n - 2)])
    return label, np.round(rng.random(n) * 0.7 + 0.3 * label, 6) * distinct // 1


def delong_directly(label, *scores):
    """Return DeLong's covariance of several AUROCs from all pairs of a positive and a negative."""
    kernels = []
    for score in scores:
        x, y = score[label == 1][:, None], score[label == 0][None, :]
        kernels.append((x > y) + 0.5 * (x == y))
    of_positives = np.cov([k.mean(axis=1) for k in kernels])
    of_negatives = np.cov([k.mean(axis=0) for k in kernels])
    return of_positives / (label == 1).sum() + of_negatives / (label == 0).sum()


@pytest.mark.parametrize("seed", range(4))
def test_placements_average_to_the_area_and_give_delongs_error(seed):
    label, score = people(80, seed)
    cells = as_counts(label, score)
    of_pos, of_neg = placements(*cells)
    _, negatives, positives = cells
    area = roc_auc_score(label, score)
    assert of_pos @ positives / positives.sum() == pytest.approx(area)
    assert of_neg @ negatives / negatives.sum() == pytest.approx(area)
    direct = float(np.sqrt(delong_directly(label, score)))
    assert auroc_error(of_pos, of_neg, negatives, positives) == pytest.approx(direct)


def test_the_error_of_a_difference_is_delongs_for_correlated_areas():
    rng = np.random.default_rng(3)
    label = rng.integers(0, 2, 120)
    one = np.round(label + rng.normal(0, 1, 120), 1)
    other = np.round(0.4 * one + 0.3 * label + rng.normal(0, 1, 120), 1)
    cells, index = np.unique(np.stack([one, other], 1), axis=0, return_inverse=True)
    index = index.reshape(-1)
    negatives, positives = (np.bincount(index, weights=label == v) for v in (0, 1))
    first, second = (placements(cells[:, i], negatives, positives) for i in (0, 1))
    error = auroc_error(first[0] - second[0], first[1] - second[1], negatives, positives)
    covariance = delong_directly(label, one, other)
    expected = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    assert error == pytest.approx(float(np.sqrt(expected)))


def test_a_hand_worked_area():
    # Scores 1 2 3 with (negatives, positives) (2, 0), (1, 1), (0, 2): of 3 x 3 pairs 8.5 are
    # in order, ties half.
    order = np.array([1.0, 2.0, 3.0])
    negatives, positives = np.array([2.0, 1.0, 0.0]), np.array([0.0, 1.0, 2.0])
    of_pos, of_neg = placements(order, negatives, positives)
    assert of_pos @ positives / 3 == pytest.approx(8.5 / 9)
    assert of_pos[1:] == pytest.approx([2.5 / 3, 1.0])
    assert of_neg[:2] == pytest.approx([1.0, 2.5 / 3])


@settings(max_examples=40, deadline=None)
@given(st.integers(4, 60), st.integers(0, 10_000))
def test_average_precision_is_scikit_learns_with_ties(n, seed):
    label, score = people(n, seed, distinct=6)
    found = average_precision(*as_counts(label, score))
    assert found == pytest.approx(average_precision_score(label, score))


def test_average_precision_takes_many_sets_of_counts_at_once():
    label, score = people(50, 9)
    order, negatives, positives = as_counts(label, score)
    both = average_precision(
        order, np.stack([negatives, 2 * negatives]), np.stack([positives, positives])
    )
    assert both.shape == (2,)
    assert both[0] == average_precision(order, negatives, positives)
    assert both[1] < both[0]


def test_without_a_positive_there_is_no_average_precision():
    assert np.isnan(average_precision(np.arange(3.0), np.ones(3), np.zeros(3)))


def test_bootstrapped_counts_are_the_same_on_every_run_and_vary_as_poisson():
    counts = np.array([5.0, 400.0, 0.0]), np.array([50.0, 1.0, 3.0])
    negatives, positives = bootstrap_counts(*counts, seed=1)
    again, _ = bootstrap_counts(*counts, seed=1)
    assert (negatives == again).all()
    assert negatives.shape == (DRAWS, 3)
    assert negatives[:, 1].mean() == pytest.approx(400, abs=4)
    assert positives[:, 0].var() == pytest.approx(50, rel=0.25)
    assert not negatives[:, 2].any()
