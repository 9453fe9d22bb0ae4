"""Counts of people by group, outcome and decision: all that a rate, a gap or a verdict needs.

    counts[group, outcome, decision]     outcome: 0, 1, 2 = unobserved; decision: 0, 1 = flagged

A table is a monoid: adding two tables gives the table of both populations, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.design_effect import Cells, effective_proportions, sum_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from essex_standard.statistics.proportions import Proportion

UNKNOWN = "unknown"
"""Rows whose protected value is missing are a group of their own, never dropped."""

BUCKETS = 128
"""Delete-a-group jackknife: clusters fall into this many buckets of a hash of their id."""

NEGATIVE, POSITIVE, UNOBSERVED = 0, 1, 2

TP, FP, FN, TN = (1, 1), (0, 1), (1, 0), (0, 0)
_U0, _U1 = (2, 0), (2, 1)

CELLS: dict[str, tuple[Cells, Cells]] = {
    # rate: (cells of the numerator, cells of the denominator)
    "selection_rate": ((TP, FP, _U1), (TP, FP, FN, TN, _U0, _U1)),
    "true_positive_rate": ((TP,), (TP, FN)),
    "false_negative_rate": ((FN,), (TP, FN)),
    "false_positive_rate": ((FP,), (FP, TN)),
    "true_negative_rate": ((TN,), (FP, TN)),
    "positive_predictive_value": ((TP,), (TP, FP)),
    "false_discovery_rate": ((FP,), (TP, FP)),
    "false_omission_rate": ((FN,), (FN, TN)),
    "accuracy": ((TP, TN), (TP, FP, FN, TN)),
    "outcome_prevalence": ((TP, FN), (TP, FP, FN, TN)),
}

DENOMINATOR = {
    "rows": (TP, FP, FN, TN, _U0, _U1),
    "positives": (TP, FN),
    "negatives": (FP, TN),
    "flagged": (TP, FP, _U1),
    "unflagged": (FN, TN, _U0),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupTable:
    """One attribute (or several joined by ``" & "``) of one population.

    Attributes
    ----------
    attribute : str
        Empty for the whole population, whose only group is ``""``.
    groups : tuple of str
        Sorted labels.
    counts : ndarray of int64, shape (groups, 3, 2)
        Unweighted people.
    weights, squares : ndarray of float64, same shape, or None
        Sums of sample weights and of their squares.
    buckets : ndarray of float64, shape (128, groups, 3, 2), or None
        The (weighted) counts by bucket of the cluster's hashed id.
    among : ndarray of float64, shape (128, 1, 3, 2), or None
        Of a table cut out of a larger one, the larger one's buckets: what is known of clusters
        where the cut-out itself says nothing. It is not stored.
    """

    attribute: str
    groups: tuple[str, ...]
    counts: NDArray[np.int64]
    weights: NDArray[np.float64] | None = None
    squares: NDArray[np.float64] | None = None
    buckets: NDArray[np.float64] | None = None
    among: NDArray[np.float64] | None = None

    @classmethod
    def of(
        cls,
        attribute: str,
        codes: NDArray[np.int64],
        groups: Sequence[str] | NDArray[Any],
        outcome: NDArray[np.int8],
        flagged: NDArray[np.bool_],
        *,
        weights: NDArray[np.float64] | None = None,
        buckets: NDArray[np.int64] | None = None,
    ) -> GroupTable:
        """Count one population.

        Parameters
        ----------
        codes : ndarray of int64, shape (n_rows,)
            Index of each row's group in `groups` (which must be sorted).
        outcome : ndarray of int8, shape (n_rows,)
            0, 1, or 2 where it was not observed.
        flagged : ndarray of bool, shape (n_rows,)
        weights : ndarray of float64, shape (n_rows,), optional
        buckets : ndarray of int64, shape (n_rows,), in [0, 128), optional
        """
        shape = (len(groups), 3, 2)
        size = len(groups) * 6
        cell = codes * 6 + outcome.astype(np.int64) * 2 + flagged
        counts = np.bincount(cell, minlength=size).reshape(shape).astype(np.int64)
        w = s = b = None
        if weights is not None:
            w = _float(np.bincount(cell, weights=weights, minlength=size).reshape(shape))
            s = _float(np.bincount(cell, weights=weights**2, minlength=size).reshape(shape))
        if buckets is not None:
            full = np.bincount(buckets * size + cell, weights=weights, minlength=BUCKETS * size)
            b = full.reshape(BUCKETS, *shape).astype(np.float64)
        return cls(
            attribute=attribute,
            groups=tuple(str(g) for g in groups),
            counts=counts,
            weights=w,
            squares=s,
            buckets=b,
        )

    def __add__(self, other: GroupTable) -> GroupTable:
        """Return the table of both populations."""
        if self.attribute != other.attribute:
            raise ValueError(f"cannot add tables of {self.attribute!r} and {other.attribute!r}")
        for name in ("weights", "buckets"):
            if (getattr(self, name) is None) != (getattr(other, name) is None):
                raise ValueError(f"cannot add a table with {name} and one without")
        groups = tuple(sorted({*self.groups, *other.groups}))

        def add(a: Any, b: Any, axis: int) -> Any:
            if a is None:
                return None
            shape = (*a.shape[:axis], len(groups), 3, 2)
            total = np.zeros(shape, dtype=a.dtype)
            for table, part in ((self, a), (other, b)):
                index = [groups.index(g) for g in table.groups]
                if axis:
                    total[:, index] += part
                else:
                    total[index] += part
            return total

        return GroupTable(
            attribute=self.attribute,
            groups=groups,
            counts=add(self.counts, other.counts, 0),
            weights=add(self.weights, other.weights, 0),
            squares=add(self.squares, other.squares, 0),
            buckets=add(self.buckets, other.buckets, 1),
        )

    def __eq__(self, other: object) -> bool:
        """Return whether attribute, groups and every stored array are equal."""
        if not isinstance(other, GroupTable):
            return NotImplemented
        return (self.attribute, self.groups) == (other.attribute, other.groups) and all(
            np.array_equal(a, b) if a is not None and b is not None else a is b
            for a, b in (
                (getattr(self, name), getattr(other, name))
                for name in ("counts", "weights", "squares", "buckets")
            )
        )

    def __hash__(self) -> int:
        return hash((self.attribute, self.groups, self.counts.tobytes()))

    def whole(self) -> GroupTable:
        """Return the table with all groups added up into one."""
        return GroupTable(
            attribute="",
            groups=("",),
            counts=self.counts.sum(axis=0, keepdims=True),
            weights=None if self.weights is None else self.weights.sum(axis=0, keepdims=True),
            squares=None if self.squares is None else self.squares.sum(axis=0, keepdims=True),
            buckets=None if self.buckets is None else self.buckets.sum(axis=1, keepdims=True),
        )

    def rest(self, group: str) -> GroupTable:
        """Return the whole of everyone but `group`."""
        index = [i for i, g in enumerate(self.groups) if g != group]
        return replace(self._pick(index).whole(), among=self._buckets_of_all())

    def only(self, group: str) -> GroupTable:
        """Return the one-group table of `group`."""
        return replace(self._pick([self.groups.index(group)]), among=self._buckets_of_all())

    def _buckets_of_all(self) -> NDArray[np.float64] | None:
        return None if self.buckets is None else self.buckets.sum(axis=1, keepdims=True)

    def _pick(self, index: list[int]) -> GroupTable:
        return GroupTable(
            attribute=self.attribute,
            groups=tuple(self.groups[i] for i in index),
            counts=self.counts[index],
            weights=None if self.weights is None else self.weights[index],
            squares=None if self.squares is None else self.squares[index],
            buckets=None if self.buckets is None else self.buckets[:, index],
        )

    def count(self, of: str) -> NDArray[np.int64]:
        """Return the unweighted people of each group who are `of` (a key of `DENOMINATOR`)."""
        return sum_cells(self.counts, DENOMINATOR[of])

    def denominator(self, rate: str) -> NDArray[np.int64]:
        """Return the unweighted people of each group behind `rate`."""
        return sum_cells(self.counts, CELLS[rate][1])

    def proportion(self, rate: str) -> Proportion | None:
        """Return a one-group table's rate as effective counts, or None without a denominator."""
        return self.proportions(rate)[0]

    def proportions(self, rate: str) -> tuple[Proportion | None, ...]:
        """Return each group's rate as effective counts, None where its denominator is empty.

        With weights or clusters n is divided by the rate's design effect: see
        `essex_standard.evidence.design_effect`.
        """
        if self.buckets is None:
            among = None
        else:
            among = self._buckets_of_all() if self.among is None else self.among
        return effective_proportions(
            self.counts, self.weights, self.squares, self.buckets, among, CELLS[rate]
        )

    def rest_proportions(self, rate: str) -> tuple[Proportion | None, ...]:
        """Return, for each group, the rate of everyone else, as `proportions` does.

        Faster than `rest` for one group after another: their sum is taken once.
        """

        def others(part: NDArray[Any] | None, axis: int) -> Any:
            if part is None:
                return None
            # A difference of float sums may fall a hair below zero.
            return np.maximum(part.sum(axis=axis, keepdims=True) - part, 0)

        return effective_proportions(
            others(self.counts, 0),
            others(self.weights, 0),
            others(self.squares, 0),
            others(self.buckets, 1),
            self._buckets_of_all(),
            CELLS[rate],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, for the restricted store."""
        return {
            "attribute": self.attribute,
            "groups": list(self.groups),
            "counts": self.counts.tolist(),
            "weights": None if self.weights is None else self.weights.tolist(),
            "squares": None if self.squares is None else self.squares.tolist(),
            "buckets": None if self.buckets is None else self.buckets.tolist(),
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> GroupTable:
        """Return the table that `to_dict` wrote."""
        groups = tuple(stored["groups"])
        shape = (len(groups), 3, 2)

        def array(name: str, *shape: int) -> Any:
            if stored[name] is None:
                return None
            return np.asarray(stored[name], dtype=np.float64).reshape(shape)

        return cls(
            attribute=stored["attribute"],
            groups=groups,
            counts=np.asarray(stored["counts"], dtype=np.int64).reshape(shape),
            weights=array("weights", *shape),
            squares=array("squares", *shape),
            buckets=array("buckets", BUCKETS, *shape),
        )


def _float(values: NDArray[Any]) -> NDArray[np.float64]:
    return values.astype(np.float64)
