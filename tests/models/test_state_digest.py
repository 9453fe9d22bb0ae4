"""One model has one state digest, however often it is saved; another training has another."""

import functools
import io
import pickle
import warnings
from collections import OrderedDict

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
from scipy import sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from essex_standard.models.state_digest import state_digest


def people(seed):
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "a": rng.normal(size=150),
            "b": rng.normal(size=150),
            "c": rng.choice(list("xyz"), 150),
            "note": rng.choice(["late again", "doing well"], 150),
        }
    )
    return rows, (rows["a"] + rng.normal(size=150) > 0).astype(int)


def columns(*, dense=False):
    return ColumnTransformer(
        [
            ("n", make_pipeline(SimpleImputer(), StandardScaler()), make_column_selector("a|b")),
            ("c", OneHotEncoder(handle_unknown="ignore"), ["c"]),
            ("t", TfidfVectorizer(), "note"),
        ],
        sparse_threshold=0 if dense else 0.3,
    )


MODELS = {
    "logistic": lambda: make_pipeline(columns(), LogisticRegression()),
    "boosting": lambda: make_pipeline(
        columns(dense=True),
        HistGradientBoostingClassifier(max_iter=3, random_state=np.random.RandomState(1)),
    ),
    "forest": lambda: make_pipeline(columns(), RandomForestClassifier(4, random_state=0)),
    "calibrated": lambda: CalibratedClassifierCV(
        make_pipeline(columns(), LogisticRegression()), cv=2
    ),
    "search": lambda: GridSearchCV(
        make_pipeline(columns(), LogisticRegression()), {"logisticregression__C": [0.1, 1]}, cv=2
    ),
}


def through_skops(model):
    content = skops.io.dumps(model)
    return skops.io.loads(content, trusted=skops.io.get_untrusted_types(data=content))


def through_joblib(model):
    stream = io.BytesIO()
    joblib.dump(model, stream)
    stream.seek(0)
    return joblib.load(stream)


@pytest.mark.parametrize("name", MODELS)
def test_a_saved_model_keeps_its_digest_and_a_refit_does_not(name):
    rows, y = people(0)
    model = MODELS[name]().fit(rows, y)
    digest = state_digest(model).digest
    assert digest is not None
    again = through_joblib(through_skops(through_skops(through_joblib(model))))
    again.predict_proba(rows)
    assert state_digest(again).digest == digest
    assert state_digest(MODELS[name]().fit(*people(1))).digest != digest


def test_the_same_training_twice_is_the_same_state_timings_apart():
    rows, y = people(0)
    first, second = (MODELS["search"]().fit(rows, y) for _ in range(2))
    assert not np.array_equal(
        first.cv_results_["mean_fit_time"], second.cv_results_["mean_fit_time"]
    )
    assert state_digest(first) == state_digest(second)


def test_one_changed_coefficient_changes_the_digest():
    rows, y = people(0)
    model = MODELS["logistic"]().fit(rows, y)
    before = state_digest(model)
    coefficients = model[-1].coef_
    coefficients[0, 0] = np.nextafter(coefficients[0, 0], np.inf)
    assert state_digest(model) != before


def test_one_changed_threshold_in_a_tree_changes_the_digest():
    rows, y = people(0)
    model = MODELS["boosting"]().fit(rows, y)
    before = state_digest(model)
    nodes = model[-1]._predictors[0][0].nodes
    nodes["num_threshold"][0] += 0.5
    assert state_digest(model) != before


def test_an_older_version_stamp_does_not_change_the_digest():
    model = StandardScaler().fit([[1.0], [2.0]])
    state = {**model.__getstate__(), "_sklearn_version": "1.0"}
    older = StandardScaler()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        older.__setstate__(state)
    assert state_digest(older) == state_digest(model)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({3, 1, 2}, {2, 3, 1}),
        (np.float64(0.5), 0.5),
        (np.array([[1, 2], [3, 4]]), np.asfortranarray([[1, 2], [3, 4]])),
        (np.array([1, 2], dtype=">i4"), np.array([1, 2], dtype="<i4")),
        (sparse.csr_array([[0, 1], [2, 0]]), sparse.csc_array([[0, 1], [2, 0]])),
        (np.random.default_rng(1), np.random.default_rng(1)),
        (np.random.RandomState(1), np.random.RandomState(1)),
        (pd.Index(["a", "b"]), pd.Index(["a", "b"])),
        (functools.partial(max, key=len), functools.partial(max, key=len)),
    ],
)
def test_what_is_equal_in_content_has_one_digest(one, other):
    assert state_digest(one).digest is not None
    assert state_digest(one) == state_digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, "1"),
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        ([1, 2], (1, 2)),
        ([1, [2]], [[1], 2]),
        (["ab", "c"], ["a", "bc"]),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}),
        ({}, OrderedDict()),
        (np.zeros(4), np.zeros((2, 2))),
        (np.zeros(2, dtype="f4"), np.zeros(2, dtype="f8")),
        (np.array(["a", None], dtype=object), np.array(["a", "None"], dtype=object)),
        (np.random.default_rng(1), np.random.default_rng(2)),
        (np.log, np.log1p),
        (StandardScaler, StandardScaler()),
        (sparse.csr_array([[0, 1]]), sparse.csr_array([[1, 0]])),
        (pd.Series([1, 2]), pd.Series([1, 2], index=[5, 6])),
        (np.datetime64("2024-01-01"), np.datetime64("2024-01-02")),
    ],
)
def test_what_differs_in_content_differs_in_digest(one, other):
    assert state_digest(one).digest is not None
    assert state_digest(other).digest is not None
    assert state_digest(one) != state_digest(other)


def test_the_padding_of_records_is_not_part_of_the_state():
    dtype = np.dtype({"names": ["a", "b"], "formats": ["u1", "f8"], "offsets": [0, 8]})
    clean, dirty = (np.frombuffer(bytes([fill]) * 32, dtype=dtype).copy() for fill in (0, 255))
    for array in (clean, dirty):
        array["a"], array["b"] = [1, 2], [0.5, 0.25]
    dirty.view("u1").reshape(2, 16)[:, 1:8] = 99
    assert clean.tobytes() != dirty.tobytes()
    assert state_digest(clean) == state_digest(dirty)


def cycle():
    looped = {"name": "a", "parts": [1, 2]}
    looped["self"] = looped
    looped["parts"].append(looped)
    return looped


def test_a_cycle_is_walked_once_and_survives_saving():
    digest = state_digest(cycle())
    assert digest.digest is not None
    assert state_digest(pickle.loads(pickle.dumps(cycle()))) == digest
    changed = cycle()
    changed["parts"][0] = 9
    assert state_digest(changed) != digest


def test_sharing_is_identity_and_is_left_out():
    shared = [1, 2]
    assert state_digest([shared, shared]) == state_digest([[1, 2], [1, 2]])


def test_many_shared_parts_are_walked_once_each():
    deep = ["end"]
    for _ in range(60):  # 2 ** 60 paths lead to the end
        deep = [deep, deep]
    assert state_digest(deep).digest is not None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (lambda x: x, "without a name of its own"),
        ({"open": io.BytesIO().getbuffer()}, "memoryview"),
        ((n for n in [1]), "generator"),
    ],
)
def test_what_cannot_be_walked_has_no_digest_and_a_reason(value, reason):
    found = state_digest(value)
    assert found.digest is None
    assert reason in found.reason


def test_parts_nested_too_deeply_have_no_digest_and_a_reason():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    found = state_digest(deep)
    assert found.digest is None
    assert found.reason == "parts nested too deeply"
