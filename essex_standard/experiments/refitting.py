"""Fit a copy of a model again without some of its columns, and score people with it.

A pipeline that names its columns fails where one is gone. So a column is left out by giving
everybody, in training and when scored, one and the same value of it: the commonest one in training.
A column that is the same for everyone tells no two people apart, for any model; its name, its type
and its known categories stay what they were.

Copies are compared with a copy fitted to all columns, and never with the model itself: both have
then seen the same rows, the same labels and the same seed, so that nothing but the columns differs.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.models.inputs import as_the_model_expects
from essex_standard.models.labels import classes_of, positive_indices
from essex_standard.models.risk_model import RiskModel

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Change = Callable[[pd.Series], pd.Series]

FEWEST = 20
"""People with and without the outcome in training, below which no copy is fitted."""

MOST_LEARNED = 20_000
"""People to whom a copy is fitted at most."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What a copy makes of the people assessed, or why there is none."""

    scores: Array | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """What copies are fitted to.

    Attributes
    ----------
    risk : RiskModel
        The model as it is fitted.
    frame : DataFrame
        Rows of training of known outcome.
    labels : ndarray, shape (n,)
        Their outcomes: the model's own labels where these are known, else 0 and 1.
    positive : tuple
        The labels predicted.
    seed : int
    """

    risk: RiskModel = field(repr=False)
    frame: pd.DataFrame = field(repr=False)
    labels: NDArray[Any] = field(repr=False)
    positive: tuple[Any, ...]
    seed: int

    def copy(
        self,
        X: pd.DataFrame,  # noqa: N803
        without: Collection[str] = (),
        changes: Mapping[str, Change] | None = None,
    ) -> Copy:
        """Fit a copy without some columns and return its scores of X.

        Parameters
        ----------
        changes : mapping of column to what is made of its values, in training and in X
        """
        try:
            values = {c: commonest(self.frame[c]) for c in without}
            model = self._fitted(blanked(changed(self.frame, changes or {}), values))
            scores = model.scores(blanked(changed(X, changes or {}), values))
        except Exception as error:  # noqa: BLE001
            # Whatever a model raises while it is fitted, the rest of the assessment stands. Its
            # words may quote a value of a row: only its kind is kept.
            return Copy(None, f"a copy could not be fitted ({type(error).__name__})")
        return Copy(scores)

    def _fitted(self, frame: pd.DataFrame) -> RiskModel:
        copy = unfitted(self.risk.model, self.seed)
        X = as_the_model_expects(inside(self.risk.model), frame, name=self.risk.name)  # noqa: N806
        with warnings.catch_warnings():
            # That a column is constant, or a fit slow to settle, was our doing and not the team's.
            warnings.simplefilter("ignore")
            copy.fit(X, self.labels)
        if classes_of(copy) == classes_of(self.risk.model):
            return replace(self.risk, model=copy)
        met = {str(c) for c in classes_of(copy) or ()}
        positive = tuple(p for p in self.positive if str(p) in met)
        return RiskModel.of(copy, positive=positive or None, score_kind=self.risk.score_kind)


def can_be_fitted(model: Any) -> bool:
    """Return whether a model is an estimator that can be copied and fitted again."""
    model = inside(model)
    return hasattr(model, "fit") and hasattr(model, "get_params")


def inside(model: Any) -> Any:
    """Return the estimator to copy: the one wrapped, or the best that a search found."""
    if type(model).__name__ == "AssuredModel":
        return inside(model.model)
    # A search found its settings already: they are copied, and not searched for again.
    return getattr(model, "best_estimator_", model)


def unfitted(model: Any, seed: int) -> Any:
    """Return an unfitted copy, on one core and with a seed wherever it has none.

    Parts that were frozen (fitted before, as in a calibration) are fitted again too.
    """
    from sklearn.base import clone

    copy = clone(inside(model))
    for name, value in list(copy.get_params(deep=True).items()):
        last = name.rsplit("__", maxsplit=1)[-1]
        if type(value).__name__ == "FrozenEstimator":
            copy.set_params(**{name: clone(value.estimator)})
        elif last == "cv" and value == "prefit":
            copy.set_params(**{name: None})
    for name, value in list(copy.get_params(deep=True).items()):
        last = name.rsplit("__", maxsplit=1)[-1]
        if last == "random_state" and not isinstance(value, int):
            copy.set_params(**{name: seed})
        elif last == "n_jobs" and value is not None:
            copy.set_params(**{name: 1})
    return copy


def commonest(column: pd.Series) -> Any:
    """Return the value that most have, or the missing one where nobody has any."""
    counted = column.astype(object).map(_hashable).value_counts(sort=False)
    if not len(counted):
        return None
    most = counted.to_numpy().max()
    # Of values that as many have, the first in order of their text: the same on every run.
    return min((v for v, n in counted.items() if n == most), key=str)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, (list, np.ndarray)) else value


def changed(frame: pd.DataFrame, changes: Mapping[str, Change]) -> pd.DataFrame:
    """Return the frame with columns changed, and all else as it was."""
    result = frame.copy(deep=False)
    for column, change in changes.items():
        result.isetitem(list(frame.columns).index(column), change(frame[column]).array)
    return result


def blanked(frame: pd.DataFrame, values: dict[str, Any]) -> pd.DataFrame:
    """Return the frame with one and the same value in each of these columns, its type kept."""
    import pandas as pd

    result = frame.copy(deep=False)
    for column, value in values.items():
        old = frame[column]
        filled = pd.Series([value] * len(frame), index=frame.index, dtype=object)
        place = list(frame.columns).index(column)
        result.isetitem(place, filled.astype(old.dtype).array)
    return result


def labels_to_learn(
    model: Any, raw: Any, outcome: NDArray[np.int8], positive: tuple[Any, ...]
) -> tuple[NDArray[Any], tuple[Any, ...]]:
    """Return the labels to fit to: the model's own where they can be told, else 0 and 1.

    Parameters
    ----------
    raw : array or None
        The column of outcomes as it stands in training.
    outcome : ndarray of int8
        The same as 0 and 1.
    """
    classes = classes_of(model) or ()
    if raw is not None:
        labels = np.asarray(raw)
        if set(np.unique(labels.astype(str))) <= {str(c) for c in classes}:
            return labels, positive
    if len(classes) == 2:
        (place,) = positive_indices(classes, positive or None, where="model")
        return np.where(outcome == 1, classes[place], classes[1 - place]), (classes[place],)
    return outcome.astype(np.int64), (1,)
