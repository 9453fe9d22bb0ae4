"""What gives the scores: a model, a model file, a function, a column, or an array.

Scorer.of(request)  ->  scores_of(scorer, table)
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from essex_standard.errors import DataError
from essex_standard.models.labels import classes_of, labels_of
from essex_standard.models.loading import LoadedModel, load_callable, load_model
from essex_standard.models.risk_model import RiskModel
from essex_standard.models.scores import validate_scores
from essex_standard.pipeline.columns import column, declared_name
from essex_standard.pipeline.request import Request
from essex_standard.pipeline.tables import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """Where the scores come from.

    Attributes
    ----------
    model : RiskModel or None
        None where the scores were ready.
    column : str
        Name of the column of ready scores; empty for a model or an array.
    score_kind : {"probability", "unbounded", "quantity"}
    file_digest : str or None
        Of the model's file; None where no file was loaded, because then nothing ties what was
        assessed to the bytes of one.
    """

    model: RiskModel | None = field(default=None, repr=False)
    column: str = ""
    score_kind: str = "probability"
    file_digest: str | None = None
    trusted: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[Any, ...]:
        """The outcomes that the model knows by name."""
        return () if self.model is None else tuple(classes_of(self.model.model) or ())


def find_scorer(request: Request) -> Scorer:
    """Return what gives the scores: a keyword first, then what the submission names.

    Raises
    ------
    ModelError
        If the model cannot be loaded or used.
    DataError
        If there is neither a model nor a score.
    """
    declared = request.declared
    kind: Any = request.score_kind or (None if declared is None else declared.model.score_kind)
    found = _loaded(request)
    if found is None and request.model is None:
        named = declared_name(request, "scores") if request.scores is None else request.scores
        name = named if isinstance(named, str) else ""
        if request.scores is None and not name:
            raise DataError.because(
                "there is neither a model nor a score",
                where="model",
                mend="Pass a model, or scores=",
            )
        kind = kind or "probability"
        return Scorer(column=name, score_kind=kind, told=_unbounded(kind))
    model = RiskModel.of(
        _as_given(request) if found is None else found.model,
        positive=positive_labels(request) or None,
        score_kind=kind,
    )
    told = list(() if found is None else found.told)
    if request.scores is not None:
        told.append("Scores were given beside the model: the model's own were used.")
    return Scorer(
        model=model,
        score_kind=model.score_kind,
        file_digest=None if found is None else found.file_digest,
        trusted=() if found is None else found.trusted,
        told=(*told, *_other_file(request, found), *_unbounded(model.score_kind)),
    )


@dataclass(frozen=True, slots=True)
class ArrayFunction:
    """A function that was given with an array, and is called with arrays."""

    function: Callable[[Any], Any]

    def __call__(self, frame: Any) -> Any:
        """Return the function's scores for the rows of a frame."""
        return self.function(frame.to_numpy())


def _as_given(request: Request) -> Any:
    """Return the model; a plain function of an array is called with what the caller would give."""
    import numpy as np

    plain = callable(request.model) and not hasattr(request.model, "fit")
    return (
        ArrayFunction(request.model)
        if plain and isinstance(request.X, np.ndarray)
        else request.model
    )


def _loaded(request: Request) -> LoadedModel | None:
    """Return the model of the file or function that is named, or None where none is."""
    declared, loaded = request.declared, request.submission
    trusted = () if declared is None else declared.model.trusted_types
    if isinstance(request.model, (str, os.PathLike)):
        return load_model(request.model, trusted_types=trusted, trust_pickle=request.trust_pickle)
    ready = request.model is not None or request.scores is not None
    if ready or declared is None or loaded is None:
        return None
    if declared.model.callable:
        return load_callable(declared.model.callable, loaded.folder)
    if not declared.model.file:
        return None
    return load_model(
        loaded.resolve(declared.model.file),
        trusted_types=trusted,
        trust_pickle=request.trust_pickle,
    )


def _other_file(request: Request, found: LoadedModel | None) -> tuple[str, ...]:
    """Tell where the submission states the digest of another file than the one loaded."""
    stated = "" if request.declared is None else request.declared.model.sha256
    if not stated or found is None or found.file_digest.removeprefix("sha256:") == stated.lower():
        return ()
    return (
        "The model file assessed is not the one whose digest the submission states (model.sha256).",
    )


def _unbounded(kind: str) -> tuple[str, ...]:
    if kind != "unbounded":
        return ()
    return ("The scores are not probabilities (unbounded): calibration does not apply.",)


def positive_labels(request: Request) -> tuple[Any, ...]:
    """Return the labels that mean the outcome predicted; empty for 1 or True."""
    if request.positive is not None:
        return labels_of(request.positive)
    return () if request.declared is None else tuple(request.declared.model.positive)


def scores_of(request: Request, scorer: Scorer, table: Table) -> NDArray[np.float64]:
    """Return one checked score a row.

    Raises
    ------
    ModelError, DataError
        If the model fails on these rows, or what comes back are no usable scores.
    """
    if scorer.model is not None:
        if table.frame is None:
            raise DataError.because(
                "the model has nothing to score", where="X", mend="Pass X beside the model"
            )
        return scorer.model.scores(table.frame)
    kind: Any = scorer.score_kind
    where = f"column '{scorer.column}'" if isinstance(request.scores, str) else "scores"
    if request.scores is None:
        where = f"{request.where('model', 'scores')}, column '{scorer.column}'"
    return validate_scores(column(request, table, "scores"), table.rows, kind, where=where)
