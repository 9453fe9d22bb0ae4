"""A column of scores, whoever made it: checked once, before anything is computed from it."""

from __future__ import annotations

from collections.abc import Sized
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from essex_standard.errors import DataError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

ScoreKind = Literal["probability", "unbounded", "quantity"]
"""A quantity is a prediction of the outcome itself, in the outcome's own unit (a regressor)."""

PROBABILITY_SLACK = 1e-6
"""How far outside [0, 1] rounding may carry a probability (a sum of float32 columns is 1.0000001).

Within it a score is put back on the boundary; beyond it the score is refused.
"""

SMALLEST_TOLD = 10
"""Counts of people below this are not put into a message (the design, *Files and editions*)."""


def validate_scores(
    scores: Any,
    n_rows: int,
    score_kind: ScoreKind = "probability",
    *,
    where: str = "scores",
) -> NDArray[np.float64]:
    """Return the scores as float64, or say everything that is wrong with them.

    Parameters
    ----------
    scores : array_like of shape (n_rows,) or (n_rows, 1)
        A higher score means a higher risk of the outcome.
    n_rows : int
        Number of people to be scored.
    score_kind : {"probability", "unbounded", "quantity"}
        Whether every score must lie in [0, 1].
    where : str
        What the message calls them, e.g. ``"submission.toml, model.scores"``.

    Returns
    -------
    numpy.ndarray of shape (n_rows,), float64
        In the order given; probabilities within `PROBABILITY_SLACK` of [0, 1] are put inside.

    Raises
    ------
    DataError
        If they are not numbers, not one a row, missing, infinite, or no probabilities.
    """
    values = _as_floats(scores, where)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise DataError.because(
            f"{_shape_in_words(values)} came back, where one score a row is needed",
            where=where,
            mend="Give one score a row: the probability of the outcome predicted, for instance "
            "model.predict_proba(X)[:, i], where i is the place of that outcome in model.classes_.",
        )
    if len(values) != n_rows:
        raise DataError.because(
            "the number of scores is not the number of rows",
            where=where,
            mend="Give exactly one score a row, in the order of the rows.",
        )
    problems = [*_missing(values, where), *_out_of_bounds(values, score_kind, where)]
    if problems:
        raise DataError(problems)
    return np.clip(values, 0.0, 1.0) if score_kind == "probability" else values


def about(count: int, of: int) -> str:
    """Return a count of people as it may stand in a message: never a small one, never exact."""
    if count == of:
        return "all"
    if of - count < SMALLEST_TOLD:
        return "nearly all"
    return "some" if count < SMALLEST_TOLD else f"about {5 * round(count / 5):,}"


def check_score_kind(score_kind: str, *, where: str = "score_kind") -> None:
    """Refuse a kind of score that is not known.

    Raises
    ------
    DataError
        If it is none of ``"probability"``, ``"unbounded"`` and ``"quantity"``.
    """
    if score_kind not in {"probability", "unbounded", "quantity"}:
        raise DataError.because(
            f"'{score_kind}' is not a kind of score",
            where=where,
            mend="Give 'probability' (every score from 0 to 1), 'unbounded', or 'quantity' (a "
            "prediction of the outcome itself, in its own unit).",
        )


def n_rows_of(X: Any) -> int:  # noqa: N803
    """Return the number of rows of a frame, array, sparse matrix or sequence."""
    shape = getattr(X, "shape", None)
    if shape:
        return int(shape[0])
    if isinstance(X, Sized):
        return len(X)
    raise DataError.because(
        f"{type(X).__name__} has no rows",
        where="X",
        mend="Give a dataframe or an array with one row a person.",
    )


def _as_floats(scores: Any, where: str) -> NDArray[np.float64]:
    try:
        dated = getattr(getattr(scores, "dtype", None), "kind", "") in {"m", "M"}
        if hasattr(scores, "to_numpy") and hasattr(scores, "isna") and not dated:
            # pandas: nullable and Arrow columns become NaN here, not objects.
            return np.asarray(scores.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
        values = np.asarray(scores)
        # Casting "safely within a kind" refuses dates, durations and complex numbers; an object
        # array may hold numbers and is tried.
        casting: Literal["unsafe", "same_kind"] = (
            "unsafe" if values.dtype.kind == "O" else "same_kind"
        )
        return values.astype(np.float64, casting=casting)
    except (TypeError, ValueError):
        # The library's own message may quote a value of a row: it is not passed on.
        raise DataError.because(
            "some scores are not numbers, or do not form one column",
            where=where,
            mend="Give one number a row; a higher number means a higher risk.",
        ) from None


def _shape_in_words(values: NDArray[np.float64]) -> str:
    match values.ndim:
        case 0:
            return "a single number"
        case 2:
            return f"{values.shape[1]} columns"
        case _:
            return f"an array of {values.ndim} dimensions"


def _missing(values: NDArray[np.float64], where: str) -> list[Problem]:
    bad = int(np.count_nonzero(~np.isfinite(values)))
    if not bad:
        return []
    return [
        Problem(
            what=f"{about(bad, len(values))} scores are missing or infinite",
            where=where,
            mend="Every person needs a score: score them, or take them out of the data and say so "
            "in the submission.",
        )
    ]


def _out_of_bounds(values: NDArray[np.float64], score_kind: ScoreKind, where: str) -> list[Problem]:
    check_score_kind(score_kind)
    if score_kind != "probability":
        return []
    with np.errstate(invalid="ignore"):
        outside = (values < -PROBABILITY_SLACK) | (values > 1.0 + PROBABILITY_SLACK)
    bad = int(np.count_nonzero(outside & np.isfinite(values)))
    if not bad:
        return []
    return [
        Problem(
            what=f"{about(bad, len(values))} scores lie outside 0 to 1, so they are no "
            "probabilities",
            where=where,
            mend="Give probabilities, or say score_kind = 'unbounded' (calibration is then not "
            "applicable).",
        )
    ]
