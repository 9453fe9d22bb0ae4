"""Which fitted models carry the people they were trained on."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.impute import KNNImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from threadpoolctl import threadpool_limits

from essex_standard.models.rows_inside import parts_with_rows

RNG = np.random.default_rng(1)
X = pd.DataFrame(RNG.normal(size=(300, 3)), columns=list("abc"))
Y = (X["a"] + RNG.normal(size=300) > 0).astype(int).to_numpy()


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (KNeighborsClassifier(), "KNeighborsClassifier"),
        (SVC(), "SVC"),
        (GaussianProcessClassifier(optimizer=None), "GaussianProcess"),
        (make_pipeline(KNNImputer(), LogisticRegression()), "KNNImputer"),
        (
            make_pipeline(ColumnTransformer([("i", KNNImputer(), ["a"])]), GaussianNB()),
            "KNNImputer",
        ),
        (VotingClassifier([("n", KNeighborsClassifier())]), "KNeighborsClassifier"),
        (CalibratedClassifierCV(KNeighborsClassifier(), cv=2), "KNeighborsClassifier"),
        (RandomForestClassifier(5, random_state=0), "RandomForestClassifier"),
        (DecisionTreeClassifier(random_state=0), "DecisionTreeClassifier"),
    ],
    ids=lambda m: m if isinstance(m, str) else type(m).__name__,
)
def test_a_part_that_keeps_people_is_named(model, name):
    found = parts_with_rows(model.fit(X, Y))
    assert len(found) == 1
    assert found[0].startswith(name)


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        LinearSVC(),
        GaussianNB(),
        HistGradientBoostingClassifier(min_samples_leaf=20, max_iter=5),
        RandomForestClassifier(5, min_samples_leaf=20, random_state=0),
        GradientBoostingClassifier(n_estimators=5, max_depth=2, min_samples_leaf=20),
    ],
    ids=lambda m: type(m).__name__,
)
def test_a_model_that_learned_rules_is_not(model):
    with threadpool_limits(1):
        assert parts_with_rows(model.fit(X, Y)) == ()


def test_boosted_trees_with_tiny_leaves_are_named():
    model = HistGradientBoostingClassifier(min_samples_leaf=1, max_iter=2, max_leaf_nodes=None)
    with threadpool_limits(1):
        found = parts_with_rows(model.fit(X, Y))
    assert found == (
        "HistGradientBoostingClassifier (most leaves of its trees hold fewer than 10 people)",
    )


def test_whatever_is_no_estimator_is_passed_over():
    circle = KNeighborsClassifier()
    circle.itself = circle
    assert parts_with_rows(circle) == ()
    assert parts_with_rows(lambda x: x) == ()
    assert parts_with_rows(None) == ()
