"""Whether a column gives the outcome away: it was made from it, or filled in because of it.

For each column, in five held-out folds (families and schools are held out whole):

- how well the column alone puts people in order of the outcome (AUROC);
- what share of those with the outcome (or of those without) stand at values of the column at
  which, in the other folds, all but one in a hundred fared alike.

The second finds what the first misses: a leaving date that is filled in for those who left, and
for nobody else, has an AUROC of no more than 0.8 where half of the outcomes are of another kind.

References
----------
Kaufman, Rosset, Perlich and Stitelman (2012), "Leakage in data mining", ACM Transactions on
Knowledge Discovery from Data 6(4). Moreau et al. (2024), "Failing our youngest", FAccT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.experiments.encoding import Levels, encode
from essex_standard.experiments.one_column import held_out_share
from essex_standard.statistics.held_out import FOLDS, HeldOut, held_out_roc_auc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.statistics.held_out import RankEstimate

MOST_ROWS = 10_000

ALL_ALIKE = 0.99
"""At a value where so many fared alike, nothing is left to predict."""

FEWEST_AT_A_VALUE = 50
"""People at a value in the other folds before it can tell; with fewer, luck makes all alike."""

COMMON = 0.8
"""An outcome more common than this is nearly always right anyway: its side is not looked at."""

FEWEST = 50
"""People on each side before anything is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLeak:
    """What one column gives away.

    Attributes
    ----------
    roc_auc : RankEstimate or None
        Of the outcome by the column alone; None for free text.
    given_away, of : int
        People whose outcome the column gives away, and all people with that outcome: of the two
        sides the one of which more is given away. Both 0 where neither side could be looked at.
    side : str
        ``with`` or ``without`` the outcome.
    missing_tells : bool
        What gives it away is that the column is, or is not, filled in.
    """

    column: str
    roc_auc: RankEstimate | None
    given_away: int = 0
    of: int = 0
    side: str = "with"
    missing_tells: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leakage:
    """What each column gives away; `reason` says why nothing could be tried."""

    columns: tuple[ColumnLeak, ...] = ()
    rows: int = 0
    n: int = 0
    seed: int = 0
    reason: str = ""


def leakage(
    frame: pd.DataFrame,
    columns: Sequence[str],
    outcome: NDArray[np.int8],
    *,
    seed: int,
    clusters: NDArray[np.str_] | None = None,
) -> Leakage:
    """Try to tell the outcome from each column alone.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
    columns : sequence of str
        The columns that the model reads.
    outcome : ndarray of int8, shape (n_rows,)
        0, 1, or 2 where it was not observed; those rows are left out.
    seed : int
        Of the rows drawn, if there are more than `MOST_ROWS`, and of the folds.
    clusters : ndarray of str, shape (n_rows,), optional
    """
    import pandas as pd

    rows = np.flatnonzero(outcome < 2)
    known = len(rows)
    if known > MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
    y = outcome[rows] == 1
    if min(int(y.sum()), int((~y).sum())) < FEWEST:
        return Leakage(
            rows=known, n=len(rows), seed=seed,
            reason="too few people had the outcome, or were without it, to try what tells of it",
        )  # fmt: skip
    codes = None if clusters is None else pd.factorize(clusters[rows])[0]
    held = HeldOut.of(len(rows), seed=seed, clusters=codes)
    taken = frame.iloc[rows]
    found = tuple(_column(c, taken[c.column], y, held) for c in encode(taken, columns))
    return Leakage(columns=found, rows=known, n=len(rows), seed=seed)


def _column(column: Levels, values: pd.Series, y: NDArray[np.bool_], held: HeldOut) -> ColumnLeak:
    if column.codes is None:
        return ColumnLeak(column=column.column, roc_auc=None)
    shares = held_out_share(column, y[:, None], held)[:, 0]
    filled = Levels(column.column, values.notna().to_numpy().astype(np.int64))
    best = ColumnLeak(column=column.column, roc_auc=held_out_roc_auc(shares, y, held))
    for side, is_side in (("with", y), ("without", ~y)):
        if is_side.mean() > COMMON:
            continue
        of_filling = _telling(filled, is_side, held)
        # A column filled in for few may have too few at each value, and enough at all of them.
        told = int(((_telling(column, is_side, held) | of_filling) & is_side).sum())
        by_filling = int((of_filling & is_side).sum())
        if not best.of or told / is_side.sum() > best.given_away / best.of:
            best = ColumnLeak(
                column=column.column,
                roc_auc=best.roc_auc,
                given_away=told,
                of=int(is_side.sum()),
                side=side,
                # Half or more of what is given away would be by the mere filling in.
                missing_tells=by_filling > 0 and 2 * by_filling >= told,
            )
    return best


def _telling(column: Levels, is_side: NDArray[np.bool_], held: HeldOut) -> NDArray[np.bool_]:
    """Return the rows at values at which all but one in a hundred of the other folds fared so."""
    assert column.codes is not None  # noqa: S101 - free text was left out
    size = FOLDS * column.width
    where = held.fold * column.width + column.codes
    people = np.bincount(where, minlength=size).reshape(FOLDS, -1)
    hits = np.bincount(where, weights=is_side, minlength=size).reshape(FOLDS, -1)
    seen, of_them = people.sum(axis=0) - people, hits.sum(axis=0) - hits
    tells = (seen >= FEWEST_AT_A_VALUE) & (of_them >= ALL_ALIKE * seen)
    result: NDArray[np.bool_] = tells[held.fold, column.codes]
    return result
