"""From scores to decisions: by a threshold, or by how many people can be helped.

    flagged = score >= threshold

A capacity of k is resolved to the threshold that flags at most k people. Where several people
share the score at the cut, choosing among them would be a lottery nobody declared: none of them is
flagged, and that is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError
from essex_standard.models.scores import SMALLEST_TOLD, ScoreKind, about, validate_scores

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Who is flagged, at which threshold, and what the reader must be told of it.

    Attributes
    ----------
    flagged : numpy.ndarray of shape (n_rows,), bool
        ``score >= threshold``, always.
    threshold : float
        The threshold given, or the one that a capacity comes to: the lowest score flagged. Where
        nobody can be flagged it is the number just above the highest score.
    ties_unflagged : int
        People left unflagged because they share the score at the cut of a capacity; a raw count,
        for the restricted store only.
    told : tuple of str
        Sentences for the report; their counts are protected.
    """

    flagged: NDArray[np.bool_] = field(repr=False)
    threshold: float = field(repr=False)
    ties_unflagged: int = field(default=0, repr=False)
    told: tuple[str, ...] = ()


def decisions(
    scores: Any,
    *,
    threshold: float | None = None,
    capacity: int | None = None,
    score_kind: ScoreKind = "probability",
) -> Decided:
    """Flag everybody at or above a threshold, or the `capacity` people with the highest scores.

    Parameters
    ----------
    scores : array_like of shape (n_rows,)
    threshold : float, optional
        In the scores' own unit; from 0 to 1 for probabilities.
    capacity : int, optional
        Number of people who can be flagged in the period that the scores cover.
    score_kind : {"probability", "unbounded"}

    Returns
    -------
    Decided

    Raises
    ------
    DataError
        If both or neither are given, the threshold is no probability or no number, the capacity is
        not a whole number above zero, or the scores are unusable.

    Examples
    --------
    >>> decisions([0.9, 0.5, 0.5, 0.1], capacity=2).flagged.tolist()
    [True, False, False, False]
    """
    values = validate_scores(scores, np.shape(scores)[0] if np.ndim(scores) else 0, score_kind)
    if not len(values):
        raise DataError.because(
            "there is nobody to decide about",
            where="scores",
            mend="Give data with at least one row.",
        )
    if threshold is not None and capacity is not None:
        raise DataError.because(
            "both a threshold and a capacity are given, and they may flag different people",
            where="threshold, capacity",
            mend="Give the one by which decisions will really be made.",
        )
    if threshold is not None:
        return _by_threshold(values, check_threshold(threshold, score_kind))
    if capacity is not None:
        return _by_capacity(values, check_capacity(capacity))
    raise DataError.because(
        "neither a threshold nor a capacity is given, so nobody can be flagged",
        where="threshold, capacity",
        mend="Give threshold (flagged: score >= threshold) or capacity (the top k are flagged).",
    )


def check_threshold(
    threshold: float, score_kind: ScoreKind = "probability", *, where: str = "threshold"
) -> float:
    """Return the threshold as a float.

    Raises
    ------
    DataError
        If it is not a finite number, or outside [0, 1] for probabilities.
    """
    try:
        value = float(threshold)
    except (TypeError, ValueError):
        value = float("nan")
    if not np.isfinite(value) or isinstance(threshold, bool):
        raise DataError.because(
            f"{threshold!r} is not a number",
            where=where,
            mend="Give the score from which on people are flagged.",
        )
    if score_kind == "probability" and not 0.0 <= value <= 1.0:
        raise DataError.because(
            f"{value:g} is not a probability",
            where=where,
            mend="Give a number from 0 to 1, or say score_kind = 'unbounded'.",
        )
    return value


def check_capacity(capacity: int, *, where: str = "capacity") -> int:
    """Return the capacity as an int.

    Raises
    ------
    DataError
        If it is not a whole number above zero.
    """
    # A float that is whole (100.0) comes out of spreadsheets and of months x capacity a month.
    whole = isinstance(capacity, Integral) or (
        isinstance(capacity, (float, np.floating)) and float(capacity).is_integer()
    )
    if isinstance(capacity, bool) or not whole or int(capacity) <= 0:
        raise DataError.because(
            f"{capacity!r} is not a number of people",
            where=where,
            mend="Give a whole number of at least 1: how many people can be flagged.",
        )
    return int(capacity)


def _by_threshold(scores: NDArray[np.float64], threshold: float) -> Decided:
    flagged = scores >= threshold
    told = _nobody_or_everybody(flagged, f"The threshold {threshold:g}")
    return Decided(flagged=flagged, threshold=threshold, told=told)


def _by_capacity(scores: NDArray[np.float64], capacity: int) -> Decided:
    n = len(scores)
    if capacity >= n:
        return Decided(
            flagged=np.ones(n, dtype=np.bool_),
            threshold=float(scores.min()),
            told=_nobody_or_everybody(np.ones(1, dtype=np.bool_), f"The capacity of {capacity:,}"),
        )
    # The k-th and (k+1)-th highest scores, without sorting a million of them.
    cut_below, cut = np.partition(scores, (n - capacity - 1, n - capacity))[
        [n - capacity - 1, n - capacity]
    ]
    if cut_below < cut:
        return Decided(flagged=scores >= cut, threshold=float(cut))
    above = scores > cut
    tied = int(np.count_nonzero(scores == cut))
    threshold = scores[above].min() if above.any() else np.nextafter(cut, np.inf)
    flagged = scores >= threshold
    how_many = "Fewer than 10" if tied < SMALLEST_TOLD else about(tied, n).capitalize()
    shared = (
        f"{how_many} people share the score at which the capacity of {capacity:,} is reached. None "
        "of them is flagged, because nothing declared says whom to choose, so some of the capacity "
        "is not used."
    )
    return Decided(
        flagged=flagged,
        threshold=float(threshold),
        ties_unflagged=tied,
        told=(shared, *_nobody_or_everybody(flagged, f"The capacity of {capacity:,}")),
    )


def _nobody_or_everybody(flagged: NDArray[np.bool_], rule: str) -> tuple[str, ...]:
    if not flagged.any():
        return (f"{rule} flags nobody in this data: how well flags work cannot be assessed.",)
    if flagged.all():
        return (f"{rule} flags everybody in this data, so the model decides nothing.",)
    return ()
