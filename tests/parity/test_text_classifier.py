"""Whether texts can be told apart: Evidently's own figure on raw rows, and scikit-learn's folds."""

import os

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import make_pipeline

from essex_standard.experiments.copies import deal, with_copies
from essex_standard.experiments.text_classifier import text_classifier
from tests.experiments.test_text_classifier import notes


def sides(share):
    new = pd.concat([notes(round(900 * share), 1, "online"), notes(round(900 * (1 - share)), 3)])
    return new.reset_index(drop=True), notes(900, 2)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
def test_fold_by_fold_it_is_scikit_learns_pipeline_on_the_same_folds(share):
    new, old = sides(share)
    texts = pd.concat([old, new], ignore_index=True)
    y = np.repeat([0, 1], [len(old), len(new)])
    fold = deal(with_copies([texts], y == 1), None, 5).fold
    learner = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, max_df=0.5, stop_words="english"),
        SGDClassifier(
            alpha=0.0001, max_iter=50, penalty="l1", loss="modified_huber", random_state=42
        ),
    )
    scores = cross_val_predict(learner, texts, y, cv=PredefinedSplit(fold), method="predict_proba")[
        :, 1
    ]
    each = [(roc_auc_score(y[f], scores[f]), y[f].sum()) for f in (fold == i for i in range(5))]
    values, shares = np.array(each).T
    ours = text_classifier("note", new, old, seed=5).roc_auc
    assert ours.value == pytest.approx(values @ shares / shares.sum(), abs=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
def test_evidently_learning_on_one_half_finds_about_as_much(share):
    os.environ["DO_NOT_TRACK"] = "1"
    from evidently.legacy.utils.data_drift_utils import calculate_text_drift_score

    new, old = sides(share)
    theirs, _ = calculate_text_drift_score(old, new, bootstrap=False)
    ours = text_classifier("note", new, old, seed=5).roc_auc.value
    # Learning on four fifths finds more than learning on one half, and is tried on all texts.
    assert -0.04 < ours - theirs < 0.08
