"""Whether like cases are decided alike, by what the model itself sees.

    consistency = 1 - mean over people of | decision - mean decision of the k nearest |

1 means that everybody is decided as those most like them are. The nearest are found as AIF360
finds them: k people in all, the person among them. Beside it stand pairs of near-duplicates: people
whose inputs fall into the same bins and categories throughout.

References
----------
Zemel, Wu, Swersky, Pitassi and Dwork (2013), "Learning fair representations", ICML (consistency).
Moreau et al. (2024), "Failing our youngest", FAccT (like cases scored unlike). Conley (1999), "GMM
estimation with cross sectional dependence", Journal of Econometrics 92(1) (its standard error).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.experiments.encoding import Levels, encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NEIGHBOURS = 5
"""As in AIF360: the person and the four most alike."""

MOST_ROWS = 5_000
MOST_ROWS_IN_PAIRS = 20_000

FEWEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """How alike people who are alike are decided, and what is needed to find the same again.

    Attributes
    ----------
    value, standard_error : float or None
        Of the consistency; None where it could not be tried, and `reason` says why.
    pairs, differing : int
        Pairs of people alike in all bins and categories, and those decided differently.
    left_out : tuple of str
        Columns of free text, which have no distance.
    rows, n : int
        Rows in the data, and rows whose nearest were looked for.
    """

    value: float | None = None
    standard_error: float | None = None
    pairs: int = 0
    differing: int = 0
    left_out: tuple[str, ...] = ()
    rows: int = 0
    n: int = 0
    seed: int = 0
    reason: str = ""


def consistency(
    frame: pd.DataFrame,
    columns: Sequence[str],
    flagged: NDArray[np.bool_],
    *,
    seed: int,
    clusters: NDArray[np.str_] | None = None,
) -> Consistency:
    """Compare each decision with those of the people most alike.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
    columns : sequence of str
        The columns that the model reads.
    flagged : ndarray of bool, shape (n_rows,)
    seed : int
        Of the rows drawn, if there are more than `MOST_ROWS` (for pairs `MOST_ROWS_IN_PAIRS`).
    clusters : ndarray of str, shape (n_rows,), optional
        Rows of one cluster count as one in the standard error.
    """
    import pandas as pd

    rows = len(frame)
    if rows < FEWEST:
        return Consistency(rows=rows, seed=seed, reason="there are too few people to compare")
    order = np.random.default_rng(seed).permutation(rows)
    drawn = np.sort(order[:MOST_ROWS_IN_PAIRS])
    coded = encode(frame.iloc[drawn], columns)
    text = tuple(c.column for c in coded if c.codes is None)
    told = [c for c in coded if c.codes is not None]
    if not told:
        return Consistency(rows=rows, seed=seed, reason="the model reads free text only")
    pairs, differing = alike_pairs(told, flagged[drawn])
    near = np.sort(order[:MOST_ROWS])
    places = coordinates(frame.iloc[near], [c.column for c in told])
    of = None if clusters is None else pd.factorize(clusters[near])[0]
    value, error = nearest_agree(places, flagged[near], of)
    return Consistency(
        value=value, standard_error=error, pairs=pairs, differing=differing, left_out=text,
        rows=rows, n=len(near), seed=seed,
    )  # fmt: skip


def alike_pairs(columns: Sequence[Levels], flagged: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the pairs alike in every column, and those of them that were decided differently."""
    codes = np.column_stack([c.codes for c in columns if c.codes is not None])
    _, place = np.unique(codes, axis=0, return_inverse=True)
    place = place.reshape(-1)
    people = np.bincount(place)
    hits = np.bincount(place, weights=flagged).astype(np.int64)
    return int((people * (people - 1) // 2).sum()), int((hits * (people - hits)).sum())


def coordinates(frame: pd.DataFrame, columns: Sequence[str]) -> Array:
    """Return the inputs as numbers among which distances mean something.

    Numbers and dates in standard deviations, with what is missing at the mean and marked; each
    category on an axis of its own, so that two people who differ in it are one apart.
    """
    import pandas as pd

    parts: list[Array] = []
    for name, level in zip(columns, encode(frame, columns), strict=True):
        column = frame[name]
        if level.order is not None:
            if not pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
                column = column.astype("int64").where(column.notna())
            values = column.to_numpy(dtype=float, na_value=np.nan)
            known = np.isfinite(values)
            spread = float(values[known].std()) or 1.0
            filled = np.where(known, (values - values[known].mean()) / spread, 0.0)
            parts.append(filled[:, None])
            if not known.all():
                parts.append((~known).astype(float)[:, None])
        else:
            parts.append(level.design().toarray() / math.sqrt(2))
    return np.hstack(parts)


def nearest_agree(
    X: Array,  # noqa: N803
    flagged: NDArray[np.bool_],
    clusters: NDArray[np.int64] | None = None,
) -> tuple[float, float]:
    """Return the consistency and its standard error.

    People who share neighbours share what is said of them: their deviations are added up over
    common neighbours before they are squared.
    """
    from scipy import sparse
    from sklearn.neighbors import NearestNeighbors

    n = len(X)
    k = min(NEIGHBOURS, n)
    near = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(X)
    found = near.kneighbors(X, return_distance=False)
    decision = flagged.astype(float)
    agree = 1 - np.abs(decision - decision[found].mean(axis=1))
    value = float(agree.mean())
    ones = np.ones(n * k)
    graph = sparse.csr_matrix((ones, found.reshape(-1), np.arange(0, n * k + 1, k)), shape=(n, n))
    shared = graph.T @ (agree - value)
    if clusters is not None:
        shared = np.bincount(clusters, weights=shared)
    apart = float(shared @ shared) / k / n**2
    # Where nearly everybody agrees, half a person more who does not.
    rate = (n * value + 0.5) / (n + 1)
    return value, math.sqrt(max(apart, rate * (1 - rate) / n))
