"""Labels of a column and how often each occurs: exactly while they are few, else by hash bucket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_LABELS = 1000
BUCKETS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelCounts:
    """Labels and how often each occurs; where `bucketed`, hash buckets ``#0`` to ``#1023``."""

    counts: Mapping[str, int] = field(default_factory=dict)
    bucketed: bool = False

    @classmethod
    def of(cls, labels: NDArray[np.object_], rows: NDArray[np.int64]) -> Self:
        """Return the counts of distinct labels, each of which fills `rows` rows."""
        if len(labels) > MOST_LABELS:
            return cls(counts=_to_buckets(labels, rows), bucketed=True)
        return cls(counts=dict(sorted(zip(labels.tolist(), rows.tolist(), strict=True))))

    def __add__(self, other: Self) -> Self:
        if self.bucketed or other.bucketed:
            return type(self)(
                counts=_summed(self.in_buckets().counts, other.in_buckets().counts), bucketed=True
            )
        together = type(self)(counts=_summed(self.counts, other.counts))
        return together.in_buckets() if len(together.counts) > MOST_LABELS else together

    @property
    def rows(self) -> int:
        """Rows that hold a label."""
        return sum(self.counts.values())

    def in_buckets(self) -> Self:
        """Return the same rows counted by hash bucket."""
        if self.bucketed:
            return self
        labels = np.array(list(self.counts), dtype=object)
        rows = np.array(list(self.counts.values()), dtype=np.int64)
        return type(self)(counts=_to_buckets(labels, rows), bucketed=True)


def _to_buckets(labels: NDArray[np.object_], rows: NDArray[np.int64]) -> dict[str, int]:
    from pandas.util import hash_array

    total = np.zeros(BUCKETS, dtype=np.int64)
    if len(labels):
        np.add.at(total, (hash_array(labels, categorize=False) % BUCKETS).astype(np.intp), rows)
    return {f"#{i}": int(total[i]) for i in np.flatnonzero(total)}


def _summed(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    together = dict(a)
    for label, count in b.items():
        together[label] = together.get(label, 0) + count
    return dict(sorted(together.items()))
