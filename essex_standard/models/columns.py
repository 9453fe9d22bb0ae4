"""Which raw columns a fitted model reads: traced through its steps, never guessed too small.

A column is read if it reaches any working step; what a later step makes of it (a selector that
drops it again, a weight of zero) does not unread it. A step that cannot be traced is taken to read
every column it is given, and is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.models.inputs import feature_names
from essex_standard.models.risk_model import RiskModel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Fitted parts that get the very columns the outer estimator gets, by class name: an attribute name
# alone would not do (RFE has an `estimator_` too, which sees only the columns RFE selected).
WRAPPERS = {
    "GridSearchCV": "best_estimator_",
    "RandomizedSearchCV": "best_estimator_",
    "HalvingGridSearchCV": "best_estimator_",
    "HalvingRandomSearchCV": "best_estimator_",
    "TunedThresholdClassifierCV": "estimator_",
    "FixedThresholdClassifier": "estimator_",
    "SelfTrainingClassifier": "estimator_",
    "FrozenEstimator": "estimator",
    "CalibratedClassifierCV": "calibrated_classifiers_",
    "_CalibratedClassifier": "estimator",
    "VotingClassifier": "estimators_",
    "StackingClassifier": "estimators_",
    "OneVsRestClassifier": "estimators_",
    "TransformedTargetRegressor": "regressor_",
}

_Read = tuple[set[str], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsRead:
    """The raw columns a model reads.

    Attributes
    ----------
    columns : tuple of str
        In the order of the data.
    traced : bool
        False if some step could not be looked into; `columns` is then an upper bound.
    untraced : tuple of str
        One sentence a step that could not be traced.
    """

    columns: tuple[str, ...]
    traced: bool
    untraced: tuple[str, ...] = ()


def columns_read(model: Any, available: Sequence[str]) -> ColumnsRead:
    """Return every raw column the fitted model reads.

    Parameters
    ----------
    model : RiskModel, fitted estimator, pipeline or callable
    available : sequence of str
        The columns of the data the model is given, in order: what a model fitted without column
        names reads is told by position.

    Returns
    -------
    ColumnsRead
        A column that a model was fitted on and that is not available is listed all the same.

    Examples
    --------
    >>> columns_read(lambda X: X["age"], ["age", "sex"]).columns
    ('age', 'sex')
    """
    if isinstance(model, RiskModel):
        model = model.model
    given = tuple(available)
    inputs = feature_names(model) or given
    expected = getattr(model, "n_features_in_", None)
    if expected is not None and expected != len(inputs):
        reason = f"{_named(model)} was fitted on {expected} columns without names"
        read, reasons = set(inputs), [f"{reason}, and the data has {len(inputs)}."]
    else:
        read, reasons = _read(model, inputs)
    ordered = tuple(c for c in dict.fromkeys((*given, *inputs)) if c in read)
    untraced = tuple(dict.fromkeys(reasons))
    return ColumnsRead(columns=ordered, traced=not untraced, untraced=untraced)


def _read(step: Any, inputs: tuple[str, ...]) -> _Read:
    """Return the inputs that reach a working part of a step, and what could not be traced."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import FeatureUnion, Pipeline
    from sklearn.preprocessing import FunctionTransformer

    for kind, read in (
        (Pipeline, _pipeline),
        (ColumnTransformer, _column_transformer),
        (FeatureUnion, _feature_union),
        (FunctionTransformer, _function),
    ):
        if isinstance(step, kind):
            return read(step, inputs)
    attribute = WRAPPERS.get(type(step).__name__)
    if attribute is not None and hasattr(step, attribute):
        return _wrapper(step, getattr(step, attribute), inputs)
    return _leaf(step, inputs)


def _pipeline(step: Any, inputs: tuple[str, ...]) -> _Read:
    """Return what the first working step reads: later ones see only what it hands on."""
    for _, part in step.steps:
        if part is None or part == "passthrough" or _hands_on(part):
            continue
        return _read(part, inputs)
    return set(inputs), []


def _hands_on(part: Any) -> bool:
    """Return whether a step hands its input on untouched, so that the next one decides."""
    from sklearn.preprocessing import FunctionTransformer

    return isinstance(part, FunctionTransformer) and part.func is None


def _column_transformer(step: Any, inputs: tuple[str, ...]) -> _Read:
    names = feature_names(step) or inputs
    fitted = getattr(step, "transformers_", None)
    if fitted is None:
        return set(inputs), [untraced_step(step, "is not fitted")]
    reads: list[_Read] = []
    for _, part, selection in fitted:
        if isinstance(part, str) and part == "drop":
            continue
        chosen = chosen_of(selection, names)
        if chosen is None:
            reads.append((set(inputs), [untraced_step(step, "chooses columns in an unknown way")]))
        elif isinstance(part, str) or not chosen:
            reads.append((set(chosen), []))
        else:
            reads.append(_read(part, chosen))
    return _together(reads)


def chosen_of(selection: Any, names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the columns that a fitted selection stands for; None if it cannot be resolved.

    A selection is a name, a place, a list of either, a mask, or a slice of either (a slice of names
    includes its end, as in pandas).
    """
    if isinstance(selection, slice):
        start, stop = selection.start, selection.stop
        if isinstance(start, str):
            start = names.index(start) if start in names else None
        if isinstance(stop, str):
            stop = names.index(stop) + 1 if stop in names else None
        return names[slice(start, stop, selection.step)]
    if callable(selection):
        return None
    items = [selection] if isinstance(selection, str) or np.ndim(selection) == 0 else selection
    values = [v.item() if isinstance(v, np.generic) else v for v in items]
    if values and all(isinstance(v, bool) for v in values):
        return tuple(name for name, kept in zip(names, values, strict=False) if kept)
    if all(isinstance(v, str) for v in values):
        return tuple(values)
    if all(isinstance(v, int) and -len(names) <= v < len(names) for v in values):
        return tuple(names[v] for v in values)
    return None


def _feature_union(step: Any, inputs: tuple[str, ...]) -> _Read:
    parts = [part for _, part in step.transformer_list if part != "drop"]
    if any(isinstance(part, str) for part in parts):
        return set(inputs), []
    return _together(_read(part, inputs) for part in parts)


def _function(step: Any, inputs: tuple[str, ...]) -> _Read:
    # A universal function of numpy works number by number: it reads everything and hides nothing.
    if step.func is None or isinstance(step.func, np.ufunc):
        return set(inputs), []
    return set(inputs), [untraced_step(step, "applies a function of its own")]


def _wrapper(step: Any, inner: Any, inputs: tuple[str, ...]) -> _Read:
    # A stacking model that passes its input through reads all of it, whatever its parts read.
    if getattr(step, "passthrough", False):
        return set(inputs), []
    parts = inner if isinstance(inner, list) else [inner]
    return _together(_read(part, inputs) for part in parts if not isinstance(part, str))


def _leaf(step: Any, inputs: tuple[str, ...]) -> _Read:
    """Return all inputs: an estimator reads what it was fitted on.

    What follows scikit-learn's convention and notes what it was fitted on is traced, whoever wrote
    it; so is any part of scikit-learn (a text vectoriser notes nothing, and reads its one column).
    """
    noted = feature_names(step)
    read = set(noted) if noted is not None and set(noted) <= set(inputs) else set(inputs)
    ours = type(step).__module__.split(".")[0] == "sklearn"
    if ours or noted is not None or hasattr(step, "n_features_in_"):
        return read, []
    if callable(step):
        return read, [untraced_step(step, "is a plain function")]
    return read, [untraced_step(step, "does not say which columns it was fitted on")]


def _together(reads: Iterable[_Read]) -> _Read:
    columns: set[str] = set()
    reasons: list[str] = []
    for read, why in reads:
        columns |= read
        reasons += why
    return columns, reasons


def untraced_step(step: Any, why: str) -> str:
    """Return the sentence on a step that could not be looked into."""
    return f"{_named(step)} {why}: every column it is given counts as read."


def _named(step: Any) -> str:
    from sklearn.preprocessing import FunctionTransformer

    if isinstance(step, FunctionTransformer):
        inner = getattr(step.func, "__qualname__", type(step.func).__name__)
        return f"The step FunctionTransformer({inner})"
    name = getattr(step, "__qualname__", type(step).__name__)
    return f"The step {name}"
