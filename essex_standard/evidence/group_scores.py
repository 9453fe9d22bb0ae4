"""The scores of each group by outcome: what a figure about scores, and not about flags, needs.

    GroupScores.of(batch_1) + GroupScores.of(batch_2) == GroupScores.of(both)

One `ScoreHistogram` a group. All of them are counted at once, by group and bin, so that many small
groups cost no more than a few large ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.score_histogram import ScoreHistogram

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.score_histogram import Binned

_DENSE = 16
"""Up to so many cells a row are counted without sorting; crossed groups may have many more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupScores:
    """Histograms of one attribute (or of two joined by ``" & "``) of one population.

    Attributes
    ----------
    attribute : str
    groups : tuple of str
        Sorted labels.
    histograms : tuple of ScoreHistogram
        One a group, in the same order.
    """

    attribute: str
    groups: tuple[str, ...]
    histograms: tuple[ScoreHistogram, ...]

    @classmethod
    def of(
        cls,
        attribute: str,
        codes: NDArray[np.int64],
        groups: Sequence[str] | NDArray[Any],
        binned: Binned,
        outcome: NDArray[np.int8],
        *,
        weights: NDArray[np.float64] | None = None,
    ) -> GroupScores:
        """Count one population.

        Parameters
        ----------
        codes : ndarray of int64, shape (n_rows,)
            Index of each row's group in `groups` (which must be sorted).
        binned : Binned
            The scores of the n_rows in bins, shared by all attributes.
        outcome : ndarray of int8, shape (n_rows,)
            0, 1, or 2 where it was not observed.
        weights : ndarray of float64, shape (n_rows,), optional
        """
        k = len(binned.keys)
        place = codes * k + binned.index
        size = len(groups) * k
        if size * 3 <= _DENSE * max(len(codes), 1):
            cells: NDArray[np.int64] = np.arange(size)
        else:
            cells, place = np.unique(place, return_inverse=True)
            place = place.reshape(-1)
        at = place * 3 + outcome.astype(np.int64)
        counts = np.bincount(at, minlength=len(cells) * 3).reshape(-1, 3).astype(np.int64)
        heavy: NDArray[np.float64] | None = None
        held = counts.any(axis=1)
        if weights is not None:
            sums = np.bincount(at, weights=weights, minlength=len(cells) * 3).reshape(-1, 3)
            heavy = sums[held].astype(np.float64)
        cells, counts = cells[held], counts[held]
        ends = np.searchsorted(cells, np.arange(len(groups) + 1) * k)
        return cls(
            attribute=attribute,
            groups=tuple(str(g) for g in groups),
            histograms=tuple(
                ScoreHistogram(
                    kind=binned.kind,
                    keys=binned.keys[cells[a:b] % k] if k else binned.keys,
                    counts=counts[a:b],
                    weights=None if heavy is None else heavy[a:b],
                )
                for a, b in pairwise(ends)
            ),
        )

    def __add__(self, other: GroupScores) -> GroupScores:
        """Return the histograms of both populations, groups merged by name."""
        if self.attribute != other.attribute:
            raise ValueError(f"cannot add scores of {self.attribute!r} and {other.attribute!r}")
        found = self.by_group()
        for group, histogram in other.by_group().items():
            found[group] = found[group] + histogram if group in found else histogram
        groups = tuple(sorted(found))
        return GroupScores(
            attribute=self.attribute,
            groups=groups,
            histograms=tuple(found[g] for g in groups),
        )

    def by_group(self) -> dict[str, ScoreHistogram]:
        """Return each group's histogram by its name."""
        return dict(zip(self.groups, self.histograms, strict=True))

    def whole(self) -> ScoreHistogram:
        """Return the histogram of everybody."""
        return sum_of(self.histograms)

    def rest(self, group: str) -> ScoreHistogram:
        """Return the histogram of everyone but `group`."""
        return sum_of([h for g, h in self.by_group().items() if g != group])

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, for the restricted store."""
        return {
            "attribute": self.attribute,
            "groups": list(self.groups),
            "histograms": [h.to_dict() for h in self.histograms],
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> GroupScores:
        """Return the histograms that `to_dict` wrote."""
        return cls(
            attribute=stored["attribute"],
            groups=tuple(stored["groups"]),
            histograms=tuple(ScoreHistogram.from_dict(h) for h in stored["histograms"]),
        )


def sum_of(histograms: Sequence[ScoreHistogram]) -> ScoreHistogram:
    """Return the histogram of several populations together, all at once; at least one is needed."""
    first = histograms[0]
    keys, index = np.unique(np.concatenate([h.keys for h in histograms]), return_inverse=True)
    index = index.reshape(-1)

    def total(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
        both = np.zeros((len(keys), 3), dtype=dtype)
        np.add.at(both, index, np.concatenate(parts))
        return both

    heavy = [h.weights for h in histograms if h.weights is not None]
    return ScoreHistogram(
        kind=first.kind,
        keys=keys,
        counts=total([h.counts for h in histograms], np.int64),
        weights=total(heavy, np.float64) if len(heavy) == len(histograms) else None,
    )
