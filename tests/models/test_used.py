"""Which columns a fitted model uses, by its structure; shuffling the others must change nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import NMF, PCA, FactorAnalysis, SparsePCA
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)
from sklearn.feature_selection import RFE, SelectFromModel, SelectKBest, VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    Normalizer,
    OneHotEncoder,
    PolynomialFeatures,
    StandardScaler,
)
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from essex_standard.models.risk_model import RiskModel
from essex_standard.models.used import columns_traced

NAMES = ("a", "b", "c", "note", "d", "same")


@pytest.fixture(scope="module")
def people():
    """Return rows in which only `a` tells of the outcome, and `same` tells nothing at all."""
    rng = np.random.default_rng(0)
    n = 240
    rows = pd.DataFrame(
        {
            "a": rng.normal(size=n),
            "b": rng.normal(size=n),
            "c": rng.choice(list("xyz"), n),
            "note": rng.choice(["late again", "doing well", "no news"], n),
            "d": rng.normal(size=n),
            "same": 1.0,
        }
    )
    return rows, (rows["a"] + rng.normal(size=n) / 4 > 0).astype(int)


def lasso():
    return LogisticRegression(C=0.03, l1_ratio=1.0, solver="liblinear")


def everything(*, words=None):
    filled = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler())
    return ColumnTransformer(
        [
            ("n", filled, ["a", "same"]),
            ("p", PolynomialFeatures(2), ["b"]),
            ("o", OneHotEncoder(drop="first", min_frequency=20), ["c"]),
            ("t", words or TfidfVectorizer(), "note"),
        ]
    )  # fmt: skip


def only(*columns):
    return ColumnTransformer([("x", "passthrough", list(columns))])


MODELS = {
    "one feature kept": make_pipeline(everything(), SelectKBest(k=1), LogisticRegression()),
    "weights of 0": make_pipeline(everything(), lasso()),
    "kept by a model": make_pipeline(everything(), SelectFromModel(lasso()), SVC()),
    "hashed words": make_pipeline(everything(words=HashingVectorizer(n_features=8)), lasso()),
    "one tree": make_pipeline(everything(), DecisionTreeClassifier(max_depth=1)),
    "forest": make_pipeline(everything(), RandomForestClassifier(3, max_depth=1, random_state=0)),
    "extra trees": make_pipeline(only("a", "b"), ExtraTreesClassifier(3, max_depth=1)),
    "boosting": make_pipeline(only("a", "b", "d"), GradientBoostingClassifier(n_estimators=2)),
    "boosted stumps": make_pipeline(only("a", "b"), AdaBoostClassifier(n_estimators=2)),
    "bags of columns": make_pipeline(
        only("a", "b", "d", "same"),
        BaggingClassifier(DecisionTreeClassifier(max_depth=1), 3, max_features=2, random_state=1),
    ),
    "union": make_pipeline(
        FeatureUnion([("1", only("a", "same")), ("2", only("d"))]), VarianceThreshold(), SVC()
    ),
    "bins": make_pipeline(only("a", "b"), KBinsDiscretizer(3), SelectKBest(k=2), SVC()),
    "components": make_pipeline(
        ColumnTransformer([("p", PCA(1), ["a", "b"]), ("d", "passthrough", ["d"])]),
        KNeighborsClassifier(),
    ),
    "nobody": make_pipeline(everything(), DummyClassifier()),
    "selected twice": make_pipeline(
        only("a", "b", "d"), RFE(LogisticRegression(), n_features_to_select=2), lasso()
    ),
    "calibrated": CalibratedClassifierCV(make_pipeline(only("a", "b"), lasso()), cv=2),
    "votes": VotingClassifier(
        [("1", make_pipeline(only("a", "d"), lasso())), ("2", make_pipeline(only("a"), SVC()))]
    ),
    "logarithms": make_pipeline(only("a", "b"), FunctionTransformer(np.tanh), lasso()),
}


def scores_of(model, rows):
    for way in ("predict_proba", "decision_function", "predict"):
        if hasattr(model, way):
            return np.asarray(getattr(model, way)(rows))
    raise AssertionError(model)


@pytest.mark.parametrize("name", MODELS)
def test_mixing_up_what_is_called_unused_changes_no_score(people, name):
    rows, y = people
    model = MODELS[name].fit(rows, y)
    found = columns_traced(model, NAMES)
    assert found.passed == NAMES
    assert not found.untraced
    assert found.unused
    mixed = rows.copy()
    for i, column in enumerate(found.unused):
        mixed[column] = rows[column].sample(frac=1, random_state=i).to_numpy()
    assert np.array_equal(scores_of(model, rows), scores_of(model, mixed))


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("one feature kept", ("a",)),
        ("weights of 0", ("a",)),
        ("one tree", ("a",)),
        ("union", ("a", "d")),
        ("bins", ("a",)),
        ("components", ("a", "b", "d")),
        ("nobody", ()),
        ("calibrated", ("a",)),
        ("logarithms", ("a",)),
    ],
)
def test_what_is_left_is_what_was_made_to_matter(people, name, used):
    rows, y = people
    assert columns_traced(MODELS[name].fit(rows, y), NAMES).used == used


def test_categories_of_histogram_boosting_are_found_in_their_own_places(people):
    rows, y = people
    table = rows[["b", "c", "a", "same"]].assign(c=rows["c"].astype("category"))
    y = ((rows["c"] == "x") ^ (np.arange(len(y)) % 9 == 0)).astype(int)
    model = HistGradientBoostingClassifier(max_iter=1, max_leaf_nodes=2).fit(table, y)
    assert columns_traced(model, list(table)).used == ("c",)


def test_a_text_is_used_where_one_of_its_words_is(people):
    rows, _ = people
    said = (rows["note"] == "late again").astype(int)
    words = ColumnTransformer([("w", CountVectorizer(), "note"), ("n", "passthrough", ["b"])])
    model = make_pipeline(words, SelectKBest(k=1), LogisticRegression()).fit(rows, said)
    assert columns_traced(model, NAMES).used == ("note",)


class Strange(TransformerMixin, BaseEstimator):
    def fit(self, X, y=None):  # noqa: ARG002
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return np.asarray(X)


def test_a_part_of_somebody_elses_is_named_and_uses_all_it_is_given(people):
    rows, y = people
    inside = ColumnTransformer([("s", Strange(), ["b", "d"]), ("a", "passthrough", ["a"])])
    found = columns_traced(make_pipeline(inside, lasso()).fit(rows, y), NAMES)
    assert found.used == ("a",)  # by its place: both that it made have no weight
    assert "Strange cannot be looked into" in found.untraced[0]
    alone = columns_traced(make_pipeline(only("b", "d"), Strange(), SVC()).fit(rows, y), NAMES)
    assert alone.used == ("b", "d")
    assert len(alone.untraced) == 1
    assert columns_traced(lambda X: X["a"], ["a", "b"]).used == ("a", "b")
    assert columns_traced(lambda X: X["a"], ["a", "b"]).untraced
    made = make_pipeline(only("a"), FunctionTransformer(lambda x: x * 2), SVC()).fit(rows, y)
    assert "FunctionTransformer" in columns_traced(made, NAMES).untraced[0]


def test_columns_are_told_by_position_where_the_model_knows_no_names(people):
    rows, y = people
    model = lasso().fit(rows[["b", "a"]].to_numpy(), y)
    assert columns_traced(RiskModel.of(model), ["b", "a"]).unused == ("b",)
    other = columns_traced(model, ["b", "a", "d"])
    assert other.used == ("b", "a", "d")
    assert "without names" in other.untraced[0]


@pytest.mark.parametrize(
    "mixing",
    [
        Normalizer(),
        TfidfTransformer(),
        NMF(2, max_iter=50, init="random", random_state=0),
        SparsePCA(2, max_iter=20, random_state=0),
        FactorAnalysis(2, max_iter=20),
        FunctionTransformer(np.abs),
    ],
    ids=lambda step: type(step).__name__,
)
def test_what_hangs_on_whole_rows_is_seen_to(people, mixing):
    rows, y = people
    table = rows[["a", "b", "d"]].abs()
    model = make_pipeline(only("a", "b", "d"), mixing, SelectKBest(k=1), SVC()).fit(table, y)
    found = columns_traced(model, list(table))
    mixed = table.copy()
    for i, column in enumerate(found.unused):
        mixed[column] = table[column].sample(frac=1, random_state=i).to_numpy()
    assert np.array_equal(scores_of(model, table), scores_of(model, mixed))
    if not isinstance(mixing, FunctionTransformer):
        assert not found.unused


def test_forests_inside_bags_are_looked_into(people):
    rows, y = people
    forests = RandomForestClassifier(2, max_depth=1, random_state=0, max_features=None)
    bags = make_pipeline(
        only("a", "b", "same"), BaggingClassifier(forests, 2, max_features=2, random_state=0)
    ).fit(rows, y)
    found = columns_traced(bags, NAMES)
    assert "same" in found.unused
    mixed = rows.assign(**{c: rows[c].to_numpy()[::-1] for c in found.unused})
    assert np.array_equal(scores_of(bags, rows), scores_of(bags, mixed))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.permutations(["a", "b", "d", "same"]),
    st.integers(1, 4),
    st.sampled_from(
        [StandardScaler(), PolynomialFeatures(2), KBinsDiscretizer(3), PCA(2), Normalizer()]
    ),
    st.integers(1, 3),
    st.sampled_from([lasso(), DecisionTreeClassifier(max_depth=2), KNeighborsClassifier()]),
)
def test_no_column_is_called_unused_that_moves_a_score(people, order, n, step, k, last):
    rows, y = people
    rest = [c for c in order if c not in order[:n]]
    first = ColumnTransformer([("s", step if n > 1 else StandardScaler(), order[:n])])
    second = ColumnTransformer([("p", "passthrough", rest)]) if rest else "drop"
    model = make_pipeline(
        FeatureUnion([("1", first), ("2", second)]), SelectKBest(k=min(k, 2)), last
    ).fit(rows, y)
    found = columns_traced(model, NAMES)
    mixed = rows.copy()
    for i, column in enumerate(found.unused):
        mixed[column] = rows[column].sample(frac=1, random_state=i).to_numpy()
    assert np.array_equal(scores_of(model, rows), scores_of(model, mixed))
