"""What the inputs tell of a group: scikit-learn's ridge and AUROC on raw rows, fold by fold."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from essex_standard.experiments.encoding import encode
from essex_standard.experiments.proxies import proxies
from essex_standard.experiments.ridge import RIDGE
from essex_standard.statistics.held_out import FOLDS, HeldOut, held_out_roc_auc


def people(n=1500, seed=3):
    rng = np.random.default_rng(seed)
    group = rng.choice(["a", "b", "c"], n, p=[0.6, 0.3, 0.1]).astype(object)
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=n) + 0.8 * (group == "a"),
            "place": np.where(rng.random(n) < 0.3, group, rng.choice(["p", "q"], n)),
            "gap": np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n) + (group == "c")),
        }
    )
    return frame, group


def mean_of_folds(y, scores, fold, weights=None):
    """Return scikit-learn's AUROC of each fold, weighted by the fold's positives."""
    weights = np.ones(len(y)) if weights is None else weights
    each = [
        (roc_auc_score(y[f], scores[f], sample_weight=weights[f]), weights[f] @ y[f])
        for f in (fold == i for i in range(FOLDS))
    ]
    values, shares = np.array(each).T
    return values @ shares / shares.sum()


@pytest.mark.parametrize("weighted", [False, True])
def test_auroc_within_folds_is_scikit_learns(weighted):
    rng = np.random.default_rng(1)
    y, scores = rng.random(900) < 0.2, rng.integers(0, 40, 900).astype(float)
    weights = rng.integers(1, 6, 900).astype(float) if weighted else None
    held = HeldOut.of(900, seed=4, weights=weights)
    found = held_out_roc_auc(scores, y, held).value
    assert found == pytest.approx(mean_of_folds(y, scores, held.fold, weights), abs=1e-12)


def test_the_learner_is_scikit_learns_ridge_on_the_same_levels():
    frame, group = people()
    found = {
        g.group: g.inputs.value for g in proxies(frame, list(frame), {"g": group}, seed=7).groups
    }
    design = np.hstack([b.design().toarray() for b in encode(frame, list(frame))])
    fold = HeldOut.of(len(frame), seed=7).fold
    for name in "abc":
        y = (group == name).astype(float)
        scores = cross_val_predict(Ridge(alpha=RIDGE), design, y, cv=PredefinedSplit(fold))
        assert found[name] == pytest.approx(mean_of_folds(y, scores, fold), abs=1e-4)


def test_a_logistic_regression_on_raw_rows_finds_about_as_much():
    frame, group = people(4000)
    found = {
        g.group: g.inputs.value for g in proxies(frame, list(frame), {"g": group}, seed=7).groups
    }
    raw = pd.get_dummies(frame.assign(missing=frame["gap"].isna(), gap=frame["gap"].fillna(0)))
    fold = HeldOut.of(len(frame), seed=7).fold
    learner = make_pipeline(StandardScaler(), LogisticRegression())
    for name in "abc":
        y = (group == name).astype(float)
        scores = cross_val_predict(
            learner, raw.astype(float), y, cv=PredefinedSplit(fold), method="predict_proba"
        )[:, 1]
        # A place that is all but certain weighs more in a logistic regression than shares can say.
        assert found[name] == pytest.approx(mean_of_folds(y, scores, fold), abs=0.03)
