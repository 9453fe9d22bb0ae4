"""Which raw columns a fitted model reads, through every way scikit-learn has of choosing them."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier, StackingClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from essex_standard.models.columns import columns_read
from essex_standard.models.risk_model import RiskModel

NAMES = ["a", "b", "c", "note", "d"]


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(
        {
            "a": rng.normal(size=120),
            "b": rng.normal(size=120),
            "c": rng.choice(list("xyz"), 120),
            "note": rng.choice(["late again", "doing well"], 120),
            "d": rng.normal(size=120),
        }
    )
    return rows, (rows["a"] + rng.normal(size=120) > 0).astype(int)


def choosing(selection, remainder="drop", step=None):
    return ColumnTransformer([("n", step or StandardScaler(), selection)], remainder=remainder)


def read(people, model, *, target=True):
    rows, y = people
    found = columns_read(model.fit(rows, y) if target else model, rows.columns)
    assert found.traced, found.untraced
    return found.columns


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (["b", "a"], ("a", "b")),
        ([0, -1], ("a", "d")),
        (slice(0, 2), ("a", "b")),
        (slice("a", "b"), ("a", "b")),
        ([True, False, False, False, True], ("a", "d")),
        (np.array([True, True, False, False, False]), ("a", "b")),
        (make_column_selector(dtype_include=float), ("a", "b", "d")),
        (make_column_selector("a|b"), ("a", "b")),
        (lambda frame: list(frame.columns[-1:]), ("d",)),
    ],
    ids=[
        "names",
        "places",
        "slice",
        "names slice",
        "mask",
        "array",
        "dtype",
        "pattern",
        "function",
    ],
)
def test_every_way_of_choosing_columns_is_resolved(people, selection, expected):
    assert read(people, make_pipeline(choosing(selection), LogisticRegression())) == expected


def test_a_remainder_that_is_dropped_is_not_read_and_one_passed_through_is(people):
    encode = ("c", OneHotEncoder(), ["c", "note"])
    dropped = ColumnTransformer([encode], remainder="drop")
    passed = ColumnTransformer([encode], remainder="passthrough")
    scaled = ColumnTransformer([encode, ("no", "drop", ["b"])], remainder=StandardScaler())
    assert read(people, make_pipeline(dropped, LogisticRegression())) == ("c", "note")
    assert read(people, make_pipeline(passed, LogisticRegression())) == tuple(NAMES)
    assert read(people, make_pipeline(scaled, LogisticRegression())) == ("a", "c", "note", "d")


def test_text_in_a_nested_pipeline_is_read_by_its_column(people):
    nested = ColumnTransformer(
        [
            ("t", make_pipeline(TfidfVectorizer(), SelectKBest(k=1)), "note"),
            ("n", make_pipeline(choosing(["b"]), SelectKBest(k="all")), ["a", "b"]),
        ]
    )
    assert read(people, make_pipeline(nested, LogisticRegression())) == ("b", "note")


def test_a_union_reads_what_any_part_reads(people):
    union = FeatureUnion(
        [("1", choosing(["a"])), ("2", choosing(["d"])), ("3", "drop")], n_jobs=None
    )
    assert read(people, make_pipeline(union, LogisticRegression())) == ("a", "d")


def test_a_column_that_a_selector_drops_later_was_read(people):
    model = make_pipeline(choosing(["a", "b", "d"]), SelectKBest(k=1), LogisticRegression())
    assert read(people, model) == ("a", "b", "d")


def inner():
    return make_pipeline(choosing(["a", "b"]), LogisticRegression())


@pytest.mark.parametrize(
    "model",
    [
        CalibratedClassifierCV(inner(), cv=2),
        GridSearchCV(inner(), {"logisticregression__C": [1.0]}, cv=2),
        TunedThresholdClassifierCV(inner(), cv=2),
        VotingClassifier([("1", inner()), ("2", "drop"), ("3", inner())], voting="soft"),
        StackingClassifier([("1", inner()), ("2", inner())], cv=2),
        OneVsRestClassifier(inner()),
        CalibratedClassifierCV(GridSearchCV(inner(), {}, cv=2), cv=2),
    ],
    ids=lambda m: type(m).__name__,
)
def test_wrappers_are_looked_through(people, model):
    assert read(people, model) == ("a", "b")


def test_frozen_models_are_looked_through(people):
    rows, y = people
    frozen = CalibratedClassifierCV(FrozenEstimator(inner().fit(rows, y)))
    assert read(people, frozen) == ("a", "b")


def test_a_stack_that_passes_its_input_through_reads_all_of_it(people):
    rows, y = people
    numbers = rows[["a", "b", "d"]]
    stack = StackingClassifier([("1", inner())], passthrough=True, cv=2).fit(numbers, y)
    assert columns_read(stack, list(rows.columns)).columns == ("a", "b", "d")


def test_a_model_reads_the_columns_it_was_fitted_on_and_no_others(people):
    rows, y = people
    model = HistGradientBoostingClassifier(max_iter=2).fit(rows[["d", "a"]], y)
    assert columns_read(model, NAMES).columns == ("a", "d")
    assert columns_read(RiskModel.of(model), NAMES).columns == ("a", "d")


def test_a_model_of_arrays_reads_by_position(people):
    rows, y = people
    model = make_pipeline(choosing([1]), LogisticRegression())
    model.fit(rows[["a", "b", "d"]].to_numpy(), y)
    assert columns_read(model, ["p", "q", "r"]).columns == ("q",)
    plain = LogisticRegression().fit(rows[["a", "b"]].to_numpy(), y)
    assert columns_read(plain, ["p", "q"]).columns == ("p", "q")
    unclear = columns_read(plain, ["p", "q", "r"])
    assert (unclear.columns, unclear.traced) == (("p", "q", "r"), False)


def test_a_column_the_model_reads_and_the_data_lacks_is_listed(people):
    rows, y = people
    model = inner().fit(rows[["a", "b"]], y)
    assert columns_read(model, ["b"]).columns == ("b", "a")


def test_a_function_counts_as_reading_everything():
    found = columns_read(lambda rows: rows["a"], NAMES)
    assert found.columns == tuple(NAMES)
    assert not found.traced
    assert "plain function" in found.untraced[0]


def ratio(frame):
    return frame[["a"]]


def test_a_step_with_its_own_function_counts_as_reading_all_it_is_given_and_is_named(people):
    rows, y = people
    whole = make_pipeline(FunctionTransformer(ratio), LogisticRegression()).fit(rows, y)
    found = columns_read(whole, NAMES)
    assert found.columns == tuple(NAMES)
    assert "FunctionTransformer(ratio)" in found.untraced[0]
    part = choosing(["a", "b"], step=FunctionTransformer(ratio))
    found = columns_read(make_pipeline(part, LogisticRegression()).fit(rows, y), NAMES)
    assert found.columns == ("a", "b")
    assert not found.traced


def test_an_identity_and_a_numpy_function_hide_nothing(people):
    model = make_pipeline(FunctionTransformer(), inner())
    assert read(people, model) == ("a", "b")
    squares = choosing(["a", "d"], step=FunctionTransformer(np.square))
    assert read(people, make_pipeline(squares, LogisticRegression())) == ("a", "d")


def test_a_home_made_step_that_does_not_say_what_it_was_fitted_on_is_untraced(people):
    class Own(TransformerMixin, BaseEstimator):
        def fit(self, rows, y=None):
            self.size_, self.supervised_ = len(rows), y is not None
            return self

        def transform(self, rows):
            return rows[["a"]]

    rows, y = people
    found = columns_read(make_pipeline(Own(), LogisticRegression()).fit(rows, y), NAMES)
    assert found.columns == tuple(NAMES)
    assert "Own does not say" in found.untraced[0]


def test_no_column_outside_those_read_can_change_a_score(people):
    rows, y = people
    model = make_pipeline(
        ColumnTransformer([("n", StandardScaler(), ["a"]), ("c", OneHotEncoder(), ["c"])]),
        LogisticRegression(),
    ).fit(rows, y)
    found = columns_read(model, NAMES).columns
    other = rows.assign(**{c: rows[c].to_numpy()[::-1] for c in NAMES if c not in found})
    assert not other.equals(rows)
    assert (RiskModel.of(model).scores(other) == RiskModel.of(model).scores(rows)).all()
