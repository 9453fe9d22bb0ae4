"""Whether people can be told apart: scikit-learn's trees on raw rows, with the same folds."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from threadpoolctl import threadpool_limits

from essex_standard.experiments.domain_classifier import (
    LEAVES,
    RATE,
    ROWS_IN_A_LEAF,
    TREES,
    domain_classifier,
)
from essex_standard.experiments.encoding import encode
from essex_standard.statistics.held_out import FOLDS, HeldOut


@pytest.fixture(autouse=True)
def one_thread():
    with threadpool_limits(limits=1):
        yield


def people(n, seed, shift, together):
    rng = np.random.default_rng(seed)
    one, two, three = rng.normal(size=(3, n))
    return pd.DataFrame(
        {"one": one, "two": together * one + np.sqrt(1 - together**2) * two, "three": three + shift}
    )


def of_folds(y, scores, fold):
    each = [(roc_auc_score(y[f], scores[f]), y[f].sum()) for f in (fold == i for i in range(FOLDS))]
    values, shares = np.array(each).T
    return values @ shares / shares.sum()


@pytest.mark.parametrize(("shift", "together"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.7)])
def test_it_is_scikit_learns_trees_on_the_same_levels_and_folds(shift, together):
    new, old = people(900, 1, shift, together), people(1100, 2, 0.0, 0.0)
    both = pd.concat([old, new], ignore_index=True)
    y = np.repeat([0.0, 1.0], [len(old), len(new)])
    codes = np.column_stack([b.codes for b in encode(both, list(both))]).astype(float)
    # Nobody stands on both sides: each row is dealt by itself.
    fold = HeldOut.of(len(both), seed=4, clusters=np.arange(len(both))).fold
    learner = HistGradientBoostingRegressor(
        max_iter=TREES, max_leaf_nodes=LEAVES, learning_rate=RATE,
        min_samples_leaf=ROWS_IN_A_LEAF, early_stopping=False,
    )  # fmt: skip
    scores = cross_val_predict(learner, codes, y, cv=PredefinedSplit(fold))
    found = domain_classifier(new, old, list(new), seed=4).joint
    assert found.value == pytest.approx(of_folds(y, scores, fold), abs=1e-9)


@pytest.mark.parametrize(("shift", "together"), [(0.5, 0.0), (0.0, 0.7)])
def test_larger_trees_on_the_raw_values_find_about_as_much(shift, together):
    new, old = people(3000, 1, shift, together), people(3000, 2, 0.0, 0.0)
    both = pd.concat([old, new], ignore_index=True)
    y = np.repeat([0, 1], [len(old), len(new)])
    fold = HeldOut.of(len(both), seed=4).fold
    learner = HistGradientBoostingClassifier(max_iter=100, learning_rate=0.05)
    scores = cross_val_predict(learner, both, y, cv=PredefinedSplit(fold), method="predict_proba")[
        :, 1
    ]
    found = domain_classifier(new, old, list(new), seed=4).joint
    assert found.value == pytest.approx(of_folds(y, scores, fold), abs=0.03)
