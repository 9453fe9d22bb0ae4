"""`AssuredModel`: a scikit-learn estimator that refuses to predict unless it is released.

A gate in CI keeps a model from being shipped; this keeps one from being used, after its release has
run out, or after somebody has changed it in place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from os import PathLike
from typing import Any, TypeVar

from sklearn.base import BaseEstimator, MetaEstimatorMixin
from sklearn.utils.metaestimators import available_if

from essex_standard.assessment import Assessment
from essex_standard.errors import NotAssured, Problem
from essex_standard.models.state_digest import state_digest

Method = TypeVar("Method", bound=Callable[..., Any])


def _delegates(name: str) -> Callable[[Method], Method]:
    """Offer a method only where the wrapped model has it."""
    decorate: Callable[[Method], Method] = available_if(lambda self: hasattr(self.model, name))
    return decorate


class AssuredModel(MetaEstimatorMixin, BaseEstimator):  # type: ignore[misc]
    """Predict as the wrapped model does, while the assessment allows it.

    Parameters
    ----------
    model : fitted estimator
        The very model that was assessed: its fitted state must have the digest of the assessment.
    assessment : Assessment or path of ``assessment.json``

    Raises
    ------
    NotAssured
        From every prediction, if the assessment does not release the model, its release has run
        out, the model's state is not the one assessed, or that cannot be told.
    """

    def __init__(self, model: Any, assessment: Assessment | str | PathLike[str]) -> None:
        self.model = model
        self.assessment = assessment

    def fit(self, X: Any, y: Any = None, **_: Any) -> AssuredModel:  # noqa: N803, ARG002
        """Refuse: a model fitted anew is another model, and nobody has assessed it.

        Raises
        ------
        NotAssured
            Always.
        """
        raise NotAssured.because(
            "fitting it again would make another model, which nobody has assessed",
            where="AssuredModel.fit",
            mend="Fit the model itself, assess it, and wrap it with its own assessment",
        )

    @_delegates("predict")
    def predict(self, X: Any) -> Any:  # noqa: N803
        """Return the wrapped model's ``predict``."""
        return self._released().predict(X)

    @_delegates("predict_proba")
    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        """Return the wrapped model's ``predict_proba``."""
        return self._released().predict_proba(X)

    @_delegates("decision_function")
    def decision_function(self, X: Any) -> Any:  # noqa: N803
        """Return the wrapped model's ``decision_function``."""
        return self._released().decision_function(X)

    @property
    def classes_(self) -> Any:
        """The wrapped model's classes."""
        return self.model.classes_

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def _released(self) -> Any:
        """Return the wrapped model if it may be used today."""
        assessment = self.assessment
        if not isinstance(assessment, Assessment):
            assessment = Assessment.load(assessment)
        assessment.require()
        today = dt.date.today()
        until = assessment.release.until
        problems = []
        if until is not None and dt.date.fromisoformat(until) < today:
            problems.append(
                Problem(
                    what=f"its release ran out on {until}",
                    where=assessment.subject.name,
                    mend="Assess the model again, and have the board decide again",
                )
            )
        assessed = assessment.subject.model_state_digest
        if assessed is None:
            problems.append(
                Problem(
                    what="the assessment holds no digest of a model's state, so it cannot be told "
                    "whether this is the model that was assessed",
                    where=assessment.subject.name,
                    mend="Assess the model itself, and not only its scores",
                )
            )
        elif state_digest(self.model).digest != assessed:
            problems.append(
                Problem(
                    what="this is not the model that was assessed, or it was changed since",
                    where=assessment.subject.name,
                    mend="Load the model that was assessed, or assess this one",
                )
            )
        if problems:
            raise NotAssured(problems)
        return self.model
