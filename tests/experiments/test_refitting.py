"""A copy fitted without a column: for every kind of pipeline, and where none can be fitted."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import VarianceThreshold
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from essex_standard.experiments.refitting import (
    Learning,
    blanked,
    can_be_fitted,
    commonest,
    labels_to_learn,
    unfitted,
)
from essex_standard.integrations.assured_model import AssuredModel
from essex_standard.models.risk_model import RiskModel

COLUMNS = ["a", "b", "place", "note"]


def people(n=400, seed=0):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=(2, n))
    frame = pd.DataFrame(
        {
            "a": a,
            "b": b,
            "place": rng.choice(["x", "y", "z"], n),
            "note": rng.choice(["needs help", "all well", "asked again"], n),
        }
    )
    return frame, (rng.random(n) < 1 / (1 + np.exp(-2 * a))).astype(int)


def pipeline(last=None):
    parts = ColumnTransformer(
        [
            ("numbers", StandardScaler(), ["a", "b"]),
            ("place", OneHotEncoder(), ["place"]),
            ("note", TfidfVectorizer(), "note"),
        ]
    )
    return Pipeline([("parts", parts), ("risk", LogisticRegression() if last is None else last)])


def learning(model, frame, y, **changed):
    risk = RiskModel.of(model)
    return Learning(risk=risk, frame=frame, labels=y, positive=(1,), seed=1, **changed)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_kind_of_column_can_be_left_out_of_a_pipeline_that_names_it(column):
    frame, y = people()
    new, _ = people(seed=1)
    copy = learning(pipeline().fit(frame, y), frame, y).copy(new, [column])
    assert copy.reason == ""
    # What stands in the column of those scored changes nothing any more.
    turned = new.assign(**{column: new[column].to_numpy()[::-1]})
    again = learning(pipeline().fit(frame, y), frame, y).copy(turned, [column])
    np.testing.assert_array_equal(copy.scores, again.scores)


@pytest.mark.parametrize(
    "last",
    [LogisticRegression(C=1e9), HistGradientBoostingClassifier(max_iter=20, random_state=0)],
)
def test_leaving_a_column_out_is_what_a_model_that_never_had_it_does(last):
    frame, y = people()
    new, _ = people(seed=1)
    numbers = frame[["a", "b"]]
    copy = learning(last.fit(numbers, y), numbers, y).copy(new[["a", "b"]], ["a"])
    without = type(last)(**last.get_params()).fit(frame[["b"]], y)
    np.testing.assert_allclose(copy.scores, without.predict_proba(new[["b"]])[:, 1], atol=1e-4)


def test_with_no_column_left_out_a_copy_is_the_model_again():
    frame, y = people()
    model = pipeline().fit(frame, y)
    copy = learning(model, frame, y).copy(frame)
    np.testing.assert_allclose(copy.scores, model.predict_proba(frame)[:, 1])


def test_the_model_itself_and_the_frames_are_left_as_they_were():
    frame, y = people()
    model = pipeline().fit(frame, y)
    before, kept = model.predict_proba(frame), frame.copy()
    learning(model, frame, y).copy(frame, ["a", "note"])
    np.testing.assert_array_equal(model.predict_proba(frame), before)
    pd.testing.assert_frame_equal(frame, kept)


def wrapped():
    yield "calibrated", CalibratedClassifierCV(pipeline(), cv=3)
    yield "searched", GridSearchCV(pipeline(), {"risk__C": [0.1, 1.0]}, cv=2)
    yield "forest", pipeline(RandomForestClassifier(20, n_jobs=2))


@pytest.mark.parametrize(("name", "model"), list(wrapped()))
def test_wrapped_models_are_fitted_again_and_alike_each_time(name, model):
    frame, y = people()
    model.fit(frame, y)
    one, two = (learning(model, frame, y).copy(frame, ["a"]) for _ in range(2))
    assert one.reason == ""
    np.testing.assert_array_equal(one.scores, two.scores)


def test_a_frozen_part_is_fitted_again_too():
    frozen = pytest.importorskip("sklearn.frozen")
    frame, y = people()
    inner = pipeline().fit(frame, y)
    model = CalibratedClassifierCV(frozen.FrozenEstimator(inner)).fit(frame, y)
    copy = learning(model, frame, y).copy(frame, ["a"])
    # Had the inner model been kept, a constant in its best column would only blur it.
    assert type(unfitted(model, 1).estimator).__name__ == "Pipeline"
    assert copy.reason == ""


def test_an_assured_model_is_looked_into():
    frame, y = people()
    model = AssuredModel(pipeline().fit(frame, y), "nowhere.json")
    assert can_be_fitted(model)
    assert learning(model, frame, y).copy(frame, ["a"]).reason == ""


def test_a_function_cannot_be_fitted_again():
    assert not can_be_fitted(lambda X: X["a"])


class Refuses(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):  # noqa: ARG002
        self.classes_ = np.unique(y)
        if hasattr(self, "fail"):
            raise ValueError("Mr Smith of 4 High Street")
        return self

    def __sklearn_clone__(self):
        other = Refuses()
        other.fail = True
        return other

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)


def test_a_copy_that_cannot_be_fitted_is_told_without_its_words():
    frame, y = people()
    copy = learning(Refuses().fit(frame, y), frame, y).copy(frame, ["a"])
    assert copy.scores is None
    assert copy.reason == "a copy could not be fitted (ValueError)"


def test_a_pipeline_that_refuses_constants_is_told():
    frame, y = people()
    model = make_pipeline(VarianceThreshold(), LogisticRegression()).fit(frame[["a"]], y)
    copy = learning(model, frame[["a"]], y).copy(frame[["a"]], ["a"])
    assert "could not be fitted" in copy.reason


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, 2, 2]),
        pd.Series([1.5, np.nan, 1.5]),
        pd.Series(["b", "a", "a"], dtype="category"),
        pd.Series([True, True, False]),
        pd.Series(pd.to_datetime(["2024-01-01", "2024-01-01", None])),
        pd.Series([1, None, 1], dtype="Int64"),
        pd.Series([None, None, None], dtype=object),
        pd.Series([np.nan, np.nan, np.nan]),
        pd.Series(["x", None, "x"], dtype="string"),
    ],
)
def test_a_column_of_one_value_keeps_its_type(column):
    frame = pd.DataFrame({"c": column, "d": [1, 2, 3]})
    filled = blanked(frame, {"c": commonest(frame["c"])})
    assert filled["c"].dtype == column.dtype
    assert filled["c"].nunique(dropna=False) == 1
    assert filled["d"].tolist() == [1, 2, 3]


def test_lists_and_bytes_can_be_left_out_too():
    frame, _ = people(50)
    odd = frame.assign(lists=[[1, 2]] * 50, raw=[b"\x00\xff"] * 50)
    filled = blanked(odd, {c: commonest(odd[c]) for c in ("lists", "raw")})
    assert filled["lists"].nunique() == filled["raw"].nunique() == 1


def test_a_column_that_is_not_in_training_is_told():
    frame, y = people()
    copy = learning(pipeline().fit(frame, y), frame.drop(columns="note"), y).copy(frame, ["note"])
    assert copy.reason == "a copy could not be fitted (KeyError)"


def test_labels_are_the_models_own_where_they_can_be_told():
    frame, y = people()
    words = np.where(y == 1, "Fail", "Pass")
    model = LogisticRegression().fit(frame[["a"]], words)
    outcome = y.astype(np.int8)
    assert labels_to_learn(model, words, outcome, ("Fail",))[1] == ("Fail",)
    labels, positive = labels_to_learn(model, None, outcome, ("Fail",))
    assert (labels == words).all()
    assert positive == ("Fail",)
    three = LogisticRegression().fit(frame[["a"]], np.arange(len(y)) % 3)
    labels, positive = labels_to_learn(three, None, outcome, (1, 2))
    assert set(labels) == {0, 1}
    assert positive == (1,)


def test_an_ordinal_encoder_meets_no_value_it_does_not_know():
    frame, y = people()
    encoder = ColumnTransformer([("place", OrdinalEncoder(), ["place"])], remainder="drop")
    model = make_pipeline(encoder, LogisticRegression()).fit(frame, y)
    assert learning(model, frame, y).copy(frame, ["place"]).reason == ""
