"""Which of the columns handed to a fitted model have a part in its scores, by its structure.

    column -> features that are made of it -> features kept -> features that the estimator uses

Nothing is run. The estimator uses a feature unless its structure shows that it cannot: every
coefficient exactly 0, no tree that ever splits on it. What cannot be looked into is taken to use
all it is given, and is named: a column is called unused only where that is certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.models.columns import WRAPPERS, untraced_step
from essex_standard.models.feature_origins import Features, Trace, all_of, is_sklearn, through
from essex_standard.models.inputs import feature_names
from essex_standard.models.risk_model import RiskModel

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsTraced:
    """The columns that a model is handed, and those that it uses.

    Attributes
    ----------
    passed, used : tuple of str
        In the order in which the model is handed them.
    untraced : tuple of str
        One sentence a part that could not be looked into: of its columns none is called unused.
    """

    passed: tuple[str, ...]
    used: tuple[str, ...]
    untraced: tuple[str, ...] = ()

    @property
    def unused(self) -> tuple[str, ...]:
        """Columns that are handed to the model and have no part in any score."""
        return tuple(c for c in self.passed if c not in set(self.used))


def columns_traced(model: Any, available: Sequence[str]) -> ColumnsTraced:
    """Return which columns the fitted model is handed, and which of them it uses.

    Parameters
    ----------
    model : RiskModel, fitted estimator, pipeline or callable
    available : sequence of str
        Columns of the data, in order: what a model fitted without column names reads is told by
        position.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> import pandas as pd
    >>> table = pd.DataFrame({"a": [0.0, 1.0, 2.0], "b": [5.0, 5.0, 5.0]})
    >>> columns_traced(LinearRegression().fit(table, table["a"]), ["a", "b"]).unused
    ('b',)
    """
    if isinstance(model, RiskModel):
        model = model.model
    names = feature_names(model) or tuple(available)
    passed = tuple(str(name) for name in names)
    expected = getattr(model, "n_features_in_", len(passed))
    if expected != len(passed):
        why = f"was fitted on {expected} columns without names"
        return ColumnsTraced(passed=passed, used=passed, untraced=(untraced_step(model, why),))
    trace = Trace()
    used = _used(model, tuple(frozenset({name}) for name in passed), trace)
    return ColumnsTraced(
        passed=passed,
        used=tuple(name for name in passed if name in used),
        untraced=tuple(dict.fromkeys(trace.untraced)),
    )


# Estimators: which features have a part in the scores --------------------------------------------


def _used(model: Any, features: Features, trace: Trace) -> frozenset[str]:
    """Return the columns that an estimator uses of those that its features are made of."""
    from sklearn.pipeline import Pipeline

    name = type(model).__name__
    if isinstance(model, Pipeline):
        for _, step in model.steps[:-1]:
            features = through(step, features, trace)
        return _used(model.steps[-1][1], features, trace)
    if name in WRAPPERS and hasattr(model, WRAPPERS[name]):
        inner = getattr(model, WRAPPERS[name])
        if getattr(model, "passthrough", False):
            return all_of(features)
        parts = inner if isinstance(inner, list) else [inner]
        return all_of(_used(p, features, trace) for p in parts if not isinstance(p, str))
    if model is None or isinstance(model, str):  # a pipeline that ends in "passthrough"
        return all_of(features)
    if not is_sklearn(model):
        trace.untraced.append(untraced_step(model, "cannot be looked into"))
        return all_of(features)
    kept = _kept_by(model, len(features))
    if kept is not None:
        return all_of(f for f, k in zip(features, kept, strict=True) if k)
    return all_of(features)


def _kept_by(model: Any, n: int) -> NDArray[np.bool_] | None:
    """Return which of `n` features an estimator of scikit-learn uses; None for all."""
    if type(model).__name__ in {"DummyClassifier", "DummyRegressor", "_ConstantPredictor"}:
        return np.zeros(n, dtype=bool)
    if getattr(model, "n_features_in_", n) != n:
        return None  # some step made more or fewer than could be counted
    split = _split_on(model)
    if split is not None:
        kept = np.zeros(n, dtype=bool)
        kept[[i for i in split if 0 <= i < n]] = True
        return kept
    coefficients = getattr(model, "coef_", None)
    if coefficients is None or np.shape(coefficients)[-1:] != (n,):
        return None
    dense = coefficients.toarray() if hasattr(coefficients, "toarray") else np.asarray(coefficients)
    # Not a number is no zero: such a model uses what it is given, for better or worse.
    found: NDArray[np.bool_] = (np.atleast_2d(dense) != 0).any(axis=0)
    return found


def _split_on(model: Any) -> set[int] | None:
    """Return the features that any tree of a model splits on; None where it is no trees."""
    if hasattr(model, "tree_"):
        return {int(i) for i in np.unique(model.tree_.feature) if i >= 0}
    if hasattr(model, "_predictors"):  # histogram gradient boosting
        return _histogram_splits(model)
    parts = getattr(model, "estimators_", None)
    if parts is None:
        return None
    init = getattr(model, "init_", None)
    if init is not None and type(init).__name__ not in {"str", "DummyClassifier", "DummyRegressor"}:
        return None
    # A list of forests is no table of trees, whatever numpy would make of it.
    trees = parts.ravel().tolist() if isinstance(parts, np.ndarray) else list(parts)
    places = getattr(model, "estimators_features_", None) or [None] * len(trees)
    found: set[int] = set()
    for tree, place in zip(trees, places, strict=True):
        mine = _split_on(tree)
        if mine is None:
            return None
        found |= mine if place is None else {int(place[i]) for i in mine}
    return found


def _histogram_splits(model: Any) -> set[int]:
    inside = {
        int(i)
        for stage in model._predictors  # noqa: SLF001 - scikit-learn tells it nowhere else
        for tree in stage
        for i in tree.nodes["feature_idx"][tree.nodes["is_leaf"] == 0]
    }
    categorical = getattr(model, "is_categorical_", None)
    if categorical is None:
        return inside
    # Its own preprocessor puts the categorical features first.
    order = [*np.flatnonzero(categorical), *np.flatnonzero(~np.asarray(categorical))]
    return {int(order[i]) for i in inside}
