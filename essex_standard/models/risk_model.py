"""`RiskModel`: any estimator, pipeline or function seen one way, scores in and decisions out.

- ``predict_proba``: the probability of the positive outcome, found by name in ``classes_``;
- ``decision_function``: an unbounded score, turned so that higher means the positive outcome;
- ``predict`` of a regressor: the quantity it predicts, where that is what is declared;
- a plain function: X in, one score a row out.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from essex_standard.errors import DataError, EssexError, ModelError
from essex_standard.models.inputs import as_the_model_expects
from essex_standard.models.labels import classes_of, list_classes, positive_indices
from essex_standard.models.scores import (
    ScoreKind,
    check_score_kind,
    n_rows_of,
    validate_scores,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

How = Literal["predict_proba", "decision_function", "predict", "callable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskModel:
    """A model seen one way; make it with `RiskModel.of`.

    Attributes
    ----------
    model : object
        What was given, as it was given.
    name : str
        Class or function name, for messages and reports.
    how : {"predict_proba", "decision_function", "predict", "callable"}
        Where the scores come from.
    score_kind : {"probability", "unbounded", "quantity"}
        Probabilities lie in [0, 1]; for unbounded scores calibration is not applicable.
    positive : tuple of str
        The classes whose probabilities are summed; empty for a plain function.
    """

    model: Any = field(repr=False)
    name: str
    how: How
    score_kind: ScoreKind
    positive: tuple[str, ...] = ()
    _columns: tuple[int, ...] = field(default=(), repr=False)
    _classes: int = field(default=0, repr=False)

    @classmethod
    def of(
        cls, model: Any, *, positive: Any = None, score_kind: ScoreKind | None = None
    ) -> RiskModel:
        """Look at any model one way.

        Parameters
        ----------
        model : estimator, pipeline or callable
            Fitted; or a function that takes X and returns one score a row.
        positive : label or sequence of labels, optional
            The outcome predicted, as named in the model's ``classes_``; the probabilities of
            several are summed. Needed unless the classes are 0 and 1, or False and True.
        score_kind : {"probability", "unbounded", "quantity"}, optional
            Default: ``"unbounded"`` for a decision function, otherwise ``"probability"``.

        Returns
        -------
        RiskModel

        Raises
        ------
        ModelError
            If it is not fitted, cannot score, or its classes lack the positive outcome.
        DataError
            If `score_kind` is unknown.

        Examples
        --------
        >>> RiskModel.of(lambda X: X[:, 0]).scores(np.array([[0.25], [0.5]])).tolist()
        [0.25, 0.5]
        """
        if score_kind is not None:
            check_score_kind(score_kind)
        if isinstance(model, RiskModel):
            return model
        name = name_of(model)
        if inspect.isclass(model):
            raise ModelError.because(
                f"{name} is a class, not a fitted model", where="model", mend="Give a fitted one."
            )
        classes = classes_of(model)
        if classes is None and _is_unfitted(model):
            raise _not_fitted(name)
        if score_kind == "quantity" and callable(getattr(model, "predict", None)):
            return cls(model=model, name=name, how="predict", score_kind=score_kind)
        if callable(getattr(model, "predict_proba", None)):
            return cls._estimator(model, classes, positive, how="predict_proba", kind=score_kind)
        if callable(getattr(model, "decision_function", None)):
            return cls._estimator(
                model, classes, positive, how="decision_function", kind=score_kind
            )
        if callable(model):
            return cls(
                model=model, name=name, how="callable", score_kind=score_kind or "probability"
            )
        raise ModelError.because(
            f"{name} has neither predict_proba nor decision_function, and is not a function",
            where="model",
            mend="Give a classifier, or a function that returns one score a row (for a regressor: "
            "its predict method). Where it predicts a quantity such as days or a grade, say "
            "score_kind = 'quantity'. A search fitted with refit=False holds no model to use.",
        )

    @classmethod
    def _estimator(
        cls,
        model: Any,
        classes: tuple[Any, ...] | None,
        positive: Any,
        *,
        how: How,
        kind: ScoreKind | None,
    ) -> RiskModel:
        name = name_of(model)
        if classes is None:
            raise ModelError.because(
                f"{name} has {how} and no classes_, so which score means the outcome predicted "
                "cannot be told by name",
                where="model",
                mend="Give a function that returns the score of that outcome, one a row.",
            )
        columns = positive_indices(classes, positive, where=name)
        if how == "decision_function" and len(classes) != 2:
            raise ModelError.because(
                f"{name} has {len(classes)} classes ({list_classes(classes)}) and gives no "
                "probabilities; decision values of several classes cannot be added up",
                where="model",
                mend="Train it on two classes, or calibrate it (CalibratedClassifierCV).",
            )
        usual: ScoreKind = "probability" if how == "predict_proba" else "unbounded"
        return cls(
            model=model,
            name=name,
            how=how,
            score_kind=kind or usual,
            positive=tuple(str(classes[i]) for i in columns),
            _columns=columns,
            _classes=len(classes),
        )

    def scores(self, X: Any) -> NDArray[np.float64]:  # noqa: N803
        """Return one score a row; a higher score means a higher risk of the outcome.

        Parameters
        ----------
        X : pandas.DataFrame, array or whatever a plain function takes, n_rows long
            Columns the model was not fitted on are left out before it sees them, and the others
            are put in its order. A plain function gets X as it is.

        Returns
        -------
        numpy.ndarray of shape (n_rows,), float64

        Raises
        ------
        ModelError
            If columns are missing, or the model fails on this data.
        DataError
            If what it returns are not usable scores: see `validate_scores`.
        """
        n_rows = n_rows_of(X)
        where = f"scores of {self.name}"
        match self.how:
            case "callable":
                raw = self._run(self.model, X)
                _check_index(raw, X, where)
                return validate_scores(raw, n_rows, self.score_kind, where=where)
            case "predict_proba":
                inputs = as_the_model_expects(self.model, X, name=self.name)
                table = np.asarray(self._run(self.model.predict_proba, inputs))
                if table.shape != (n_rows, self._classes):
                    raise ModelError.because(
                        f"predict_proba did not return one column for each of the {self._classes} "
                        "classes and one row a person",
                        where=self.name,
                        mend="Give the data one row a person, as the model was trained.",
                    )
                raw = table[:, list(self._columns)].sum(axis=1, dtype=np.float64)
            case "predict":
                inputs = as_the_model_expects(self.model, X, name=self.name)
                raw = np.asarray(self._run(self.model.predict, inputs))
            case "decision_function":
                inputs = as_the_model_expects(self.model, X, name=self.name)
                raw = np.asarray(self._run(self.model.decision_function, inputs))
                # scikit-learn's convention for two classes: positive values mean classes_[1].
                raw = raw if self._columns == (1,) else -raw
        return validate_scores(raw, n_rows, self.score_kind, where=where)

    def _run(self, function: Callable[[Any], Any], X: Any) -> Any:  # noqa: N803
        from sklearn.exceptions import NotFittedError

        try:
            return function(X)
        except (EssexError, MemoryError):
            raise
        except NotFittedError:
            raise _not_fitted(self.name) from None
        except Exception as error:  # noqa: BLE001
            # The model's own words may quote a value of a row ("unknown category ..."): its kind
            # of error is passed on, its words are not.
            raise ModelError.because(
                f"the model could not score this data ({type(error).__name__})",
                where=self.name,
                mend="Give the same columns, types and categories as in training; calling the "
                "model on this data yourself shows the whole error.",
            ) from None


def name_of(model: Any) -> str:
    """Return how a message names a model: its class, its last step's class, or its function."""
    if inspect.isclass(model) or inspect.isroutine(model):
        return str(getattr(model, "__qualname__", type(model).__name__))
    steps = getattr(model, "steps", None)
    if isinstance(steps, list) and steps:
        return f"{type(model).__name__} ending in {type(steps[-1][1]).__name__}"
    return type(model).__name__


def _is_unfitted(model: Any) -> bool:
    """Return True only if a scikit-learn estimator is certainly not fitted.

    Asked only of a model without ``classes_``. `check_is_fitted` raises TypeError on what is no
    estimator, calls a pipeline fitted if its last step is, and calls a home-made estimator unfitted
    if none of its attributes ends in an underscore: so scoring itself has the last word.
    """
    from sklearn.base import BaseEstimator
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    if not isinstance(model, BaseEstimator):
        return False
    try:
        check_is_fitted(model)
    except NotFittedError:
        return True
    return False


def _not_fitted(name: str) -> EssexError:
    return ModelError.because(
        "the model is not fitted", where=name, mend="Fit it and save it again."
    )


def _check_index(raw: Any, X: Any, where: str) -> None:  # noqa: N803
    """Refuse a function's Series whose rows stand in another order than those it was given."""
    if hasattr(raw, "index") and hasattr(X, "index") and hasattr(raw, "to_numpy"):
        same = getattr(raw.index, "equals", None)
        if callable(same) and hasattr(X, "columns") and not same(X.index):
            raise DataError.because(
                "the scores returned carry another index than the data",
                where=where,
                mend="Return them in the order of the rows given, with the same index or as an "
                "array.",
            )
