"""Any column as a handful of levels: what an experiment can learn from without assuming a shape.

    numbers, dates    ten bins of equal size, and a level for what is missing; beside them the
                      place in the order, for a design matrix
    categories        the thirty most common, the others together, and what is missing
    free text         512 hashed words, each there or not

Bins and levels are cut from the column alone, never with a look at what it is to predict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from scipy import sparse

BINS = 10
MOST_LEVELS = 30
WORDS = 512

ORDER_SCALE = 5.0
"""How much more readily a penalised learner takes up a straight line than a level of its own."""

_TEXT_DISTINCT, _TEXT_WORDS = 0.5, 3


@dataclass(frozen=True, slots=True)
class Levels:
    """One column in levels.

    Attributes
    ----------
    column : str
    codes : ndarray of int, shape (n,), or None
        Level of each row, from 0 up without a gap; None for free text.
    words : sparse matrix of shape (n, WORDS), or None
        For free text.
    order : ndarray of float, shape (n,), or None
        For numbers and dates: the normal score of each value's rank, 0 where it is missing.
    """

    column: str
    codes: NDArray[np.int64] | None
    words: sparse.csr_matrix | None = None
    order: NDArray[np.float64] | None = None

    @property
    def width(self) -> int:
        """Number of levels."""
        return WORDS if self.codes is None else int(self.codes.max(initial=-1)) + 1

    def design(self) -> sparse.csr_matrix:
        """Return one indicator a level (or word), and the order scaled by `ORDER_SCALE`."""
        from scipy import sparse

        if self.codes is None:
            assert self.words is not None  # noqa: S101 - a column has one or the other
            return self.words
        n = len(self.codes)
        one = sparse.csr_matrix((np.ones(n), (np.arange(n), self.codes)), shape=(n, self.width))
        if self.order is None:
            return one
        return sparse.hstack([one, sparse.csr_matrix(ORDER_SCALE * self.order[:, None])]).tocsr()


def levels(column: pd.Series, name: str, *, bins: int = BINS) -> Levels:
    """Return a column in levels."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        return _in_order(name, values, bins)
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_timedelta64_dtype(column):
        values = np.where(column.isna(), np.nan, column.astype("int64").to_numpy(dtype=float))
        return _in_order(name, values, bins)
    codes, distinct = pd.factorize(column.map(str, na_action="ignore"), use_na_sentinel=True)
    if is_text(distinct, int((codes >= 0).sum())):
        return Levels(name, None, _words(column))
    order = np.argsort(-np.bincount(codes[codes >= 0], minlength=len(distinct)), kind="stable")
    # The last place is for what is missing, whose code is -1.
    place = np.full(len(distinct) + 1, MOST_LEVELS)
    place[order[:MOST_LEVELS]] = np.arange(min(len(order), MOST_LEVELS))
    place[-1] = MOST_LEVELS + 1
    return Levels(name, _dense(place[codes]))


def encode(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[Levels, ...]:
    """Return each column in levels, in the order given."""
    return tuple(levels(frame[c], c) for c in columns)


def _in_order(name: str, values: NDArray[np.float64], bins: int) -> Levels:
    from scipy.special import ndtri
    from scipy.stats import rankdata

    known = np.isfinite(values)
    order = np.zeros(len(values))
    if not known.any():
        return Levels(name, np.zeros(len(values), dtype=np.int64))
    cuts = np.unique(np.quantile(values[known], np.linspace(0, 1, bins + 1)[1:-1]))
    order[known] = ndtri(rankdata(values[known]) / (known.sum() + 1))
    codes = np.where(known, np.searchsorted(cuts, values, side="right"), bins)
    return Levels(name, _dense(codes), order=order)


def _dense(codes: NDArray[Any]) -> NDArray[np.int64]:
    return np.unique(codes, return_inverse=True)[1].reshape(-1).astype(np.int64)


def is_text(distinct: Any, present: int) -> bool:
    """Return whether a column holds free text: mostly different, and of several words each."""
    if len(distinct) <= MOST_LEVELS or len(distinct) < _TEXT_DISTINCT * present:
        return False
    sample = distinct[:200]
    return sum(len(str(t).split()) for t in sample) >= _TEXT_WORDS * len(sample)


def _words(column: pd.Series) -> sparse.csr_matrix:
    from sklearn.feature_extraction.text import HashingVectorizer

    hashing = HashingVectorizer(n_features=WORDS, alternate_sign=False, norm=None, binary=True)
    words: sparse.csr_matrix = hashing.transform(column.fillna("").map(str))
    return words
