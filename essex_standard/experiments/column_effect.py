"""Whether a column that reaches the model does anything there.

For each column the values are shuffled among the rows, everything else staying as it was, and the
rows are counted whose score moves at all. A column that moves no score is read for nothing: data
about people that the model could do without.

    moved(c) = #{ i : |f(x_i with c shuffled) - f(x_i)| > tolerance }

Shuffling keeps the column's distribution, so the model meets no value it has not met. It answers
*whether* a column has an effect, not how much it is worth: that needs refits. How much of the
scores' differences hangs on it is the total-effect index of Sobol, by Jansen's estimator,

    share(c) = mean (f(x_i with c shuffled) - f(x_i))**2 / (2 var f)

0 for a column that moves nothing, and 1 where the column alone makes the score. What two columns do
together counts for both.

References
----------
Jansen (1999), "Analysis of variance designs for model output", Computer Physics Communications
117(1-2), 35-43.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Score = Callable[[pd.DataFrame], NDArray[np.float64]]

MOST_ROWS = 20_000
"""Rows examined at most: enough to meet what acts on one row in 2,000 in nearly every draw."""

TOLERANCE = 1e-6
"""How far a score must move to count, beside its own size and beside the spread of all scores.

Adding up the same numbers in another order moves a double by about 1e-16 and a float32 by about
1e-7; a millionth is above both, and far below any difference a decision could turn on.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnEffect:
    """What shuffling one column did.

    Attributes
    ----------
    column : str
    n : int
        Rows examined. With very few, a shuffle may by chance change nothing.
    moved : int or None
        Rows whose score moved in at least one shuffle; None if it could not be examined.
    reason : str
        Why it could not be examined; empty otherwise.
    variance_share : float or None
        Share of the scores' variance that hangs on the column, in [0, 1]; None if it could not be
        examined.
    """

    column: str
    n: int
    moved: int | None
    reason: str = ""
    variance_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnEffects:
    """The effect of each column, and what is needed to find the same again.

    Attributes
    ----------
    effects : tuple of ColumnEffect
        In the order asked.
    rows : int
        Rows in the data.
    n : int
        Rows examined: all, or `MOST_ROWS` drawn with the seed.
    seed, repeats : int
        The seed, and how often each column was shuffled.
    """

    effects: tuple[ColumnEffect, ...]
    rows: int
    n: int
    seed: int
    repeats: int


def column_effects(
    score: Score,
    X: pd.DataFrame,  # noqa: N803
    columns: Sequence[str],
    *,
    seed: int,
    repeats: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> ColumnEffects:
    """Shuffle each column in turn and count the scores that move.

    Parameters
    ----------
    score : callable
        Frame of m rows in, m scores out.
    X : pandas.DataFrame of shape (n_rows, n_columns)
        Left as it is.
    columns : sequence of str
        Columns to examine.
    seed : int
        A column's shuffle depends on the seed and on its own name, not on the other columns asked.
    repeats : int, default 1
        Shuffles a column.
    progress : callable, optional
        Called with the number of columns done and their total.

    Returns
    -------
    ColumnEffects

    Raises
    ------
    DataError
        If columns are missing or stand twice in the data, or there are no rows.
    ValueError
        If `repeats` is below 1.
    EssexError
        If the model cannot score the data as it stands.
    """
    if repeats < 1:
        raise ValueError(f"repeats is {repeats}: shuffle each column at least once")
    _check(X, columns)
    frame = _sample(X, seed)
    n = len(frame)
    before = np.asarray(score(frame), dtype=np.float64)
    steady = not _moves(before, np.asarray(score(frame), dtype=np.float64)).any()
    effects = []
    for done, column in enumerate(columns, start=1):
        if not steady:
            reason = "the model gives other scores when nothing is changed"
            effects.append(ColumnEffect(column=column, n=n, moved=None, reason=reason))
        else:
            effects.append(_effect(score, frame, column, before, seed=seed, repeats=repeats))
        if progress is not None:
            progress(done, len(columns))
    return ColumnEffects(effects=tuple(effects), rows=len(X), n=n, seed=seed, repeats=repeats)


def _check(X: pd.DataFrame, columns: Sequence[str]) -> None:  # noqa: N803
    present = list(X.columns)
    problems = [
        Problem(
            what=f"the column '{column}' stands in the data {present.count(column)} times"
            if column in present
            else f"the column '{column}' is not in the data",
            where="columns to examine",
            mend=nearest(str(column), map(str, present)) or "Name each column once, as it stands.",
        )
        for column in columns
        if present.count(column) != 1
    ]
    if not len(X):
        problems.append(
            Problem(what="there are no rows", where="data", mend="Give data with rows.")
        )
    if problems:
        raise DataError(problems)


def _sample(X: pd.DataFrame, seed: int) -> pd.DataFrame:  # noqa: N803
    if len(X) <= MOST_ROWS:
        return X
    rows = np.random.default_rng(seed).choice(len(X), size=MOST_ROWS, replace=False)
    return X.take(np.sort(rows))


def _effect(
    score: Score,
    frame: pd.DataFrame,
    column: str,
    before: NDArray[np.float64],
    *,
    seed: int,
    repeats: int,
) -> ColumnEffect:
    import pandas as pd

    random = np.random.default_rng([seed, *_words(column)])
    place = list(frame.columns).index(column)
    # Taken by position from the column's own array: dtype and categories stay what they were.
    values = frame.iloc[:, place].array
    moved = np.zeros(len(frame), dtype=np.bool_)
    squares = 0.0
    for _ in range(repeats):
        shuffled = frame.copy(deep=False)
        taken = values.take(random.permutation(len(frame)))
        # The dtype is said: guessed anew, text that cannot be encoded would fail.
        shuffled.isetitem(
            place, pd.Series(taken, index=frame.index, dtype=frame.dtypes.iloc[place])
        )
        try:
            after = np.asarray(score(shuffled), dtype=np.float64)
        except Exception as error:  # noqa: BLE001
            # Whatever a model raises, the other columns can still be examined. Its words may quote
            # a value of a row: only its kind is kept.
            reason = f"the model could not score the shuffled data ({type(error).__name__})"
            return ColumnEffect(column=column, n=len(frame), moved=None, reason=reason)
        moved |= _moves(before, after)
        squares += float(((after - before) ** 2).mean()) / repeats
    return ColumnEffect(
        column=column,
        n=len(frame),
        moved=int(np.count_nonzero(moved)),
        variance_share=_variance_share(squares, before) if moved.any() else 0.0,
    )


def _variance_share(squares: float, before: NDArray[np.float64]) -> float:
    variance = float(before.var())
    # Scores that were all alike and then moved hang on the column alone.
    return min(squares / (2 * variance), 1.0) if variance > 0 else 1.0


def _words(column: Any) -> list[int]:
    """Return four numbers made from a column's name, for the seed."""
    return list(np.frombuffer(hashlib.sha256(str(column).encode()).digest()[:16], dtype="<u4"))


def _moves(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.bool_]:
    spread = float(np.ptp(before)) if len(before) else 0.0
    # Scores that are all alike have no spread to compare with: then a millionth of one counts.
    scale = min(1.0, spread) if spread > 0 else 1.0
    return np.abs(after - before) > TOLERANCE * np.maximum(scale, np.abs(before))
