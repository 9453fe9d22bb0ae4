"""Counts over the crossing of several columns, the score, the outcome and the decision.

    (value of column 1, ..., value of column 8, bin of the score) -> people by outcome and decision

In most crossings there is one person: it is the most sensitive thing that is gathered. It is handed
to the search for subgroups and dropped; it is no part of `Evidence`, is never stored, and no report
sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.banding import Bands
from essex_standard.evidence.score_histogram import bins, middles

if TYPE_CHECKING:
    from numpy.typing import NDArray

DECISION = "decision"
"""Kind of score where only decisions are known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CrossTable:
    """People whose outcome was observed, crossed.

    Attributes
    ----------
    bands : tuple of Bands
        Of the columns crossed, fixed before counting.
    kind : {"probability", "unbounded", "decision"}
    cells : ndarray of int64, shape (cells, columns + 1), sorted
        A code of each column, and the bin of the score (or the decision).
    counts : ndarray of int64, shape (cells, 2, 2)
        People by outcome and decision.
    buckets : ndarray of int64, shape (k, 2), or None
        A bucket of clusters and a bin of the score; with their people by outcome in `by_bucket`.
    by_bucket : ndarray of int64, shape (k, 2), or None
    """

    bands: tuple[Bands, ...]
    kind: str
    cells: NDArray[np.int64] = field(repr=False)
    counts: NDArray[np.int64] = field(repr=False)
    buckets: NDArray[np.int64] | None = field(default=None, repr=False)
    by_bucket: NDArray[np.int64] | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        bands: Sequence[Bands],
        columns: Sequence[Any],
        outcome: NDArray[np.int8],
        *,
        flagged: NDArray[np.bool_],
        scores: NDArray[np.float64] | None = None,
        kind: str = "probability",
        buckets: NDArray[np.int64] | None = None,
    ) -> CrossTable:
        """Count one batch of rows.

        Parameters
        ----------
        columns : sequence of Series or ndarray of shape (n_rows,)
            The column of each of `bands`.
        outcome : ndarray of int8, shape (n_rows,)
            0, 1, or 2 where it was not observed: such rows are left out.
        scores : ndarray of float64, shape (n_rows,), optional
            Without them the decision stands in their place.
        buckets : ndarray of int64, shape (n_rows,), optional
            The bucket of each row's cluster.
        """
        known = outcome != 2
        key = flagged.astype(np.int64) if scores is None else bins(scores, kind)
        y, decision, key = outcome[known].astype(np.int64), flagged[known], key[known]
        rows = [b.codes(c)[known] for b, c in zip(bands, columns, strict=True)]
        cells, counts = _counted(
            np.column_stack([*rows, key]).astype(np.int64), y * 2 + decision, 4
        )
        of_bucket = by_bucket = None
        if buckets is not None:
            of_bucket, by_bucket = _counted(np.column_stack([buckets[known], key]), y, 2)
        return cls(
            bands=tuple(bands),
            kind=DECISION if scores is None else kind,
            cells=cells,
            counts=counts.reshape(-1, 2, 2),
            buckets=of_bucket,
            by_bucket=by_bucket,
        )

    def __add__(self, other: CrossTable) -> CrossTable:
        """Return the table of both populations.

        Raises
        ------
        ValueError
            If they were not counted at the same bands, or only one has clusters.
        """
        if (self.bands, self.kind) != (other.bands, other.kind):
            raise ValueError("crossings counted at different bands cannot be added")
        if (self.buckets is None) != (other.buckets is None):
            raise ValueError("cannot add a crossing with clusters and one without")
        cells, counts = _added(self.cells, self.counts, other.cells, other.counts)
        of_bucket = by_bucket = None
        if self.buckets is not None:
            of_bucket, by_bucket = _added(
                self.buckets, self.by_bucket, other.buckets, other.by_bucket
            )
        return CrossTable(
            bands=self.bands, kind=self.kind, cells=cells, counts=counts,
            buckets=of_bucket, by_bucket=by_bucket,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        """Return whether bands and every count are equal."""
        if not isinstance(other, CrossTable):
            return NotImplemented
        return (self.bands, self.kind) == (other.bands, other.kind) and all(
            np.array_equal(a, b) if a is not None and b is not None else a is b
            for a, b in (
                (getattr(self, name), getattr(other, name))
                for name in ("cells", "counts", "buckets", "by_bucket")
            )
        )

    def __hash__(self) -> int:
        return hash((self.bands, self.cells.tobytes()))

    @property
    def score(self) -> NDArray[np.float64]:
        """The score in the middle of each cell's bin (or the decision, 0 or 1)."""
        return self.middle(self.cells[:, -1])

    def middle(self, keys: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the score in the middle of bins."""
        return keys.astype(np.float64) if self.kind == DECISION else middles(keys, self.kind)


def _counted(
    rows: NDArray[np.int64], what: NDArray[np.int64], kinds: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct rows, sorted, and how many of each kind there are of them."""
    distinct, index = _distinct(rows)
    counts = np.bincount(index * kinds + what, minlength=len(distinct) * kinds)
    return distinct, counts.reshape(-1, kinds).astype(np.int64)


def _added(a: Any, of_a: Any, b: Any, of_b: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    distinct, index = _distinct(np.concatenate([a, b]))
    total = np.zeros((len(distinct), *of_a.shape[1:]), dtype=np.int64)
    np.add.at(total, index, np.concatenate([of_a, of_b]))
    return distinct, total


def _distinct(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return sorted distinct rows and each row's place among them.

    As one number a row: many times faster than sorting rows of numbers.
    """
    *codes, key = rows.T
    keys, place = np.unique(key, return_inverse=True)
    number = np.zeros(len(rows), dtype=np.int64)
    for code in codes:
        number = number * (int(code.max(initial=0)) + 1) + code
    number = number * (len(keys) + 1) + place.reshape(-1)
    _, first, index = np.unique(number, return_index=True, return_inverse=True)
    return rows[first], index.reshape(-1)
