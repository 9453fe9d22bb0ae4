"""Two columns counted in the bins that Evidently would choose on their raw rows.

For a number with more than 20 distinct values in the reference these are ``ceil(log2(n + m) + 1)``
(Sturges) equal bins from the least to the greatest value of both samples; everything else is
compared value by value. Infinite values are left out, as Evidently leaves them out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.column_profile import ColumnProfile

FEW_VALUES = 20
"""Evidently compares value by value up to this many distinct values in the reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """Both populations counted in the same bins.

    Attributes
    ----------
    assessed, reference : ndarray of shape (n_bins,)
        Rows.
    ordered : bool
        Whether neighbouring bins are alike: True for intervals of a number.
    """

    assessed: NDArray[np.int64]
    reference: NDArray[np.int64]
    ordered: bool


def bins_of(assessed: ColumnProfile, reference: ColumnProfile) -> Bins:
    """Return both columns counted in the bins that Evidently would choose on their raw rows."""
    if as_intervals(assessed, reference):
        edges = _sturges(assessed, reference)
        new, old = (
            np.histogram(points, bins=edges, weights=counts)[0].astype(np.int64)
            for points, counts in (assessed.points(), reference.points())
        )
        return Bins(assessed=new, reference=old, ordered=True)
    labels = (assessed.as_labels(), reference.as_labels())
    if any(side.bucketed for side in labels):
        labels = (labels[0].in_buckets(), labels[1].in_buckets())
    keys = sorted({*labels[0].counts, *labels[1].counts})
    new, old = (np.array([side.counts.get(k, 0) for k in keys], dtype=np.int64) for side in labels)
    return Bins(assessed=new, reference=old, ordered=False)


def as_intervals(assessed: ColumnProfile, reference: ColumnProfile) -> bool:
    """Return whether Evidently would put the numbers in intervals."""
    numbers = not assessed.labels.rows and not reference.labels.rows
    return numbers and len(reference.numbers.at) > FEW_VALUES


def _sturges(assessed: ColumnProfile, reference: ColumnProfile) -> NDArray[np.float64]:
    low, high = min(assessed.low, reference.low), max(assessed.high, reference.high)
    rows = assessed.numbers.rows + reference.numbers.rows
    width = (high - low) / (math.log2(rows) + 1.0)
    # numpy never makes a bin of whole numbers narrower than 1, and a column of whole numbers with
    # gaps is no longer of whole numbers in a frame.
    whole = all(p.whole == p.rows for p in (assessed, reference))
    number = math.ceil((high - low) / (max(width, 1.0) if whole else width))
    return np.linspace(low, high, max(number, 1) + 1)
