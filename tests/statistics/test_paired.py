"""What is lost between two sets of scores on the same people, against sums written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from essex_standard.statistics.paired import (
    People,
    auroc,
    auroc_loss,
    average_precision_loss,
    mean_loss,
)


def drawn(n=300, seed=0, levels=12):
    rng = np.random.default_rng(seed)
    y = rng.random(n) < 0.4
    one = np.round(rng.normal(y * 1.0, 1) * levels / 4)
    return y, one, np.round(one + rng.normal(0, levels / 4, n))


def delong(y, one, other):
    """DeLong, DeLong and Clarke-Pearson (1988), equations 2 to 6, pair by pair on raw rows."""

    def kernel(scores):
        pos, neg = scores[y][:, None], scores[~y][None, :]
        return (pos > neg) + 0.5 * (pos == neg)

    k = kernel(one), kernel(other)
    m, n = k[0].shape
    v10 = np.stack([x.mean(axis=1) for x in k])
    v01 = np.stack([x.mean(axis=0) for x in k])
    s = np.cov(v10) / m + np.cov(v01) / n
    contrast = np.array([1.0, -1.0])
    return k[0].mean() - k[1].mean(), float(np.sqrt(contrast @ s @ contrast))


@pytest.mark.parametrize("seed", range(5))
def test_the_loss_and_its_error_are_those_of_delong_on_raw_rows(seed):
    y, one, other = drawn(seed=seed)
    found = auroc_loss(one, other, People.of(y))
    assert (found.value, found.standard_error) == pytest.approx(delong(y, one, other), abs=1e-12)
    assert found.value == pytest.approx(roc_auc_score(y, one) - roc_auc_score(y, other), abs=1e-12)


def test_whole_weights_count_people():
    y, one, other = drawn()
    times = np.random.default_rng(1).integers(1, 4, len(y))
    weighted = auroc_loss(one, other, People.of(y, times.astype(float)))
    repeated = auroc_loss(*(np.repeat(s, times) for s in (one, other)), People.of(y.repeat(times)))
    assert weighted.value == pytest.approx(repeated.value)


def test_a_family_told_twice_counts_once():
    y, one, other = drawn()
    clusters = np.arange(len(y))
    twice = People.of(np.tile(y, 2), clusters=np.tile(clusters, 2))
    single = auroc_loss(one, other, People.of(y, clusters=clusters))
    doubled = auroc_loss(np.tile(one, 2), np.tile(other, 2), twice)
    assert doubled.value == pytest.approx(single.value)
    assert doubled.standard_error == pytest.approx(single.standard_error)


def test_families_of_one_are_nearly_nobody_told_of_families():
    y, one, other = drawn()
    alone = auroc_loss(one, other, People.of(y))
    families = auroc_loss(one, other, People.of(y, clusters=np.arange(len(y))))
    assert families.standard_error == pytest.approx(alone.standard_error, rel=0.02)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 5), st.floats(-3, 3))
def test_what_orders_alike_loses_nothing_and_turning_round_turns_the_sign(seed, slope, offset):
    y, one, other = drawn(60, seed)
    y[:2] = [True, False]
    people = People.of(y)
    same = auroc_loss(one, slope * one + offset, people)
    assert (same.value, same.standard_error) == (0.0, 1e-9)
    there, back = auroc_loss(one, other, people), auroc_loss(other, one, people)
    assert there.value == pytest.approx(-back.value)
    assert there.standard_error == pytest.approx(back.standard_error)
    assert auroc(one, people) == pytest.approx(roc_auc_score(y, one))


def test_average_precision_is_scikit_learns_and_its_error_that_of_redrawn_people():
    y, one, other = drawn()
    found = average_precision_loss(one, other, People.of(y), seed=3)
    raw = average_precision_score(y, one) - average_precision_score(y, other)
    assert found.value == pytest.approx(raw)
    rng = np.random.default_rng(9)
    redrawn = []
    for _ in range(300):
        rows = rng.integers(0, len(y), len(y))
        scores = (average_precision_score(y[rows], s[rows]) for s in (one, other))
        redrawn.append(next(scores) - next(scores))
    assert found.standard_error == pytest.approx(np.std(redrawn), rel=0.2)


def test_a_mean_is_that_of_each_person_and_of_families_as_one():
    y, one, other = drawn()
    p, q = (1 / (1 + np.exp(-s)) for s in (one, other))
    each = (q - y) ** 2 - (p - y) ** 2
    found = mean_loss(each, People.of(y))
    assert found.value == pytest.approx(brier_score_loss(y, q) - brier_score_loss(y, p))
    assert found.standard_error == pytest.approx(each.std(ddof=1) / np.sqrt(len(y)))
    twice = People.of(np.tile(y, 2), clusters=np.tile(np.arange(len(y)), 2))
    assert mean_loss(np.tile(each, 2), twice).standard_error == pytest.approx(found.standard_error)
