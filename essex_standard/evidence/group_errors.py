"""How far predictions of a quantity lie from what came, by group: for regressors.

    error = prediction - outcome          above 0: predicted too high

Errors are counted in bins of their leading float bits (8 of the mantissa: 0.4 % of the error), so
that two populations add exactly and no single error is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.score_histogram import bins, middles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_KIND = "quantity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The errors of one group, or of everyone else, as a weighted sample.

    Attributes
    ----------
    errors, weights : ndarray of shape (k,)
        The middle of each bin, and the (weighted) people in it.
    buckets : ndarray of int64, shape (k,)
        Bucket of the cluster's hashed id; all 0 without clusters.
    n : int
        People.
    """

    errors: Array
    weights: Array
    buckets: NDArray[np.int64]
    n: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupErrors:
    """Errors of one attribute's groups; ``""`` is the whole population, whose only group is ``""``.

    Attributes
    ----------
    attribute : str
    groups : tuple of str
        Sorted labels.
    clustered : bool
        Whether buckets of clusters are told apart.
    cells : ndarray of int64, shape (k, 3)
        Place of the group, bucket of the cluster, bin of the error; in ascending order.
    counts : ndarray of int64, shape (k,)
    weights, squares : ndarray of float64, shape (k,), or None
        Sums of sample weights, and of their squares.
    """

    attribute: str
    groups: tuple[str, ...]
    clustered: bool
    cells: NDArray[np.int64]
    counts: NDArray[np.int64]
    weights: Array | None = None
    squares: Array | None = None

    @classmethod
    def of(
        cls,
        attribute: str,
        codes: NDArray[np.int64],
        groups: Sequence[str],
        errors: Array,
        *,
        weights: Array | None = None,
        buckets: NDArray[np.int64] | None = None,
    ) -> GroupErrors:
        """Count one population.

        Parameters
        ----------
        codes : ndarray of int64, shape (n_rows,)
            Index of each row's group in `groups` (which must be sorted).
        errors : ndarray of float64, shape (n_rows,)
            Prediction minus outcome; NaN where the outcome was not observed.
        weights : ndarray of float64, shape (n_rows,), optional
        buckets : ndarray of int64, shape (n_rows,), in [0, 128), optional
        """
        seen = np.isfinite(errors)
        bucket = np.zeros(int(seen.sum()), np.int64) if buckets is None else buckets[seen]
        at = np.stack([codes[seen], bucket, bins(errors[seen], _KIND)], axis=1)
        w = None if weights is None else weights[seen]
        return _summed(
            attribute,
            tuple(str(g) for g in groups),
            at,
            np.ones(len(at), np.int64),
            w,
            None if w is None else w**2,
            clustered=buckets is not None,
        )

    def __add__(self, other: GroupErrors) -> GroupErrors:
        """Return the errors of both populations, groups merged by name."""
        if self.attribute != other.attribute:
            raise ValueError(f"cannot add errors of {self.attribute!r} and {other.attribute!r}")
        if self.clustered != other.clustered or (self.weights is None) != (other.weights is None):
            raise ValueError("errors gathered with and without clusters or weights cannot be added")
        groups = tuple(sorted({*self.groups, *other.groups}))
        cells = []
        for part in (self, other):
            place = np.array([groups.index(g) for g in part.groups], dtype=np.int64)
            moved = part.cells.copy()
            moved[:, 0] = place[part.cells[:, 0]] if len(place) else moved[:, 0]
            cells.append(moved)

        def both(name: str) -> Any:
            a, b = getattr(self, name), getattr(other, name)
            return None if a is None or b is None else np.concatenate([a, b])

        return _summed(
            self.attribute,
            groups,
            np.concatenate(cells),
            both("counts"),
            both("weights"),
            both("squares"),
            clustered=self.clustered,
        )

    def __eq__(self, other: object) -> bool:
        """Return whether both hold the same counts."""
        if not isinstance(other, GroupErrors):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.attribute, self.groups, self.cells.tobytes()))

    def only(self, group: str) -> Sample:
        """Return the errors of one group."""
        return self._sample(self.cells[:, 0] == self.groups.index(group))

    def rest(self, group: str) -> Sample:
        """Return the errors of everyone but `group`."""
        return self._sample(self.cells[:, 0] != self.groups.index(group))

    def _sample(self, chosen: NDArray[np.bool_]) -> Sample:
        counts = self.counts[chosen]
        weights = counts.astype(float) if self.weights is None else self.weights[chosen]
        n = int(counts.sum())
        if self.weights is not None and self.squares is not None and weights.sum() > 0:
            # Weights stand for as many people as Kish's effective size: an error must not shrink
            # because all weights were doubled.
            kish = float(weights.sum()) ** 2 / max(float(self.squares[chosen].sum()), 1e-300)
            weights = weights * (min(kish, n) / float(weights.sum()))
        return Sample(
            errors=middles(self.cells[chosen, 2], _KIND),
            weights=weights,
            buckets=self.cells[chosen, 1],
            n=n,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, for the restricted store."""
        return {
            "attribute": self.attribute,
            "groups": list(self.groups),
            "clustered": self.clustered,
            "cells": self.cells.tolist(),
            "counts": self.counts.tolist(),
            "weights": None if self.weights is None else self.weights.tolist(),
            "squares": None if self.squares is None else self.squares.tolist(),
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> GroupErrors:
        """Return the errors that `to_dict` wrote."""

        def floats(name: str) -> Any:
            return None if stored[name] is None else np.asarray(stored[name], dtype=np.float64)

        return cls(
            attribute=stored["attribute"],
            groups=tuple(stored["groups"]),
            clustered=stored["clustered"],
            cells=np.asarray(stored["cells"], dtype=np.int64).reshape(-1, 3),
            counts=np.asarray(stored["counts"], dtype=np.int64),
            weights=floats("weights"),
            squares=floats("squares"),
        )


def _summed(
    attribute: str,
    groups: tuple[str, ...],
    at: NDArray[np.int64],
    counts: NDArray[np.int64],
    weights: Array | None,
    squares: Array | None,
    *,
    clustered: bool,
) -> GroupErrors:
    """Return one cell for each distinct place."""
    cells, index = np.unique(at, axis=0, return_inverse=True)
    index = index.reshape(-1)

    def total(part: NDArray[Any] | None) -> Any:
        return None if part is None else np.bincount(index, weights=part, minlength=len(cells))

    return GroupErrors(
        attribute=attribute,
        groups=groups,
        clustered=clustered,
        cells=cells.reshape(-1, 3),
        counts=np.asarray(total(counts)).astype(np.int64),
        weights=total(weights),
        squares=total(squares),
    )
