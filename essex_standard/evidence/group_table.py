"""Counts of people by group, outcome and decision: all that a rate, a gap or a verdict needs.

    counts[group, outcome, decision]     outcome: 0, 1, 2 = unobserved; decision: 0, 1 = flagged

A table is a monoid: adding two tables gives the table of both populations, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.statistics.proportions import Proportion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

UNKNOWN = "unknown"
"""Rows whose protected value is missing are a group of their own, never dropped."""

BUCKETS = 128
"""Delete-a-group jackknife: clusters fall into this many buckets of a hash of their id."""

NEGATIVE, POSITIVE, UNOBSERVED = 0, 1, 2

TP, FP, FN, TN = (1, 1), (0, 1), (1, 0), (0, 0)
_U0, _U1 = (2, 0), (2, 1)

CELLS: dict[str, tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]] = {
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
    """

    attribute: str
    groups: tuple[str, ...]
    counts: NDArray[np.int64]
    weights: NDArray[np.float64] | None = None
    squares: NDArray[np.float64] | None = None
    buckets: NDArray[np.float64] | None = None

    @classmethod
    def of(
        cls,
        attribute: str,
        codes: NDArray[np.int64],
        groups: Sequence[str],
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
            groups=tuple(groups),
            counts=counts,
            weights=w,
            squares=s,
            buckets=b,
        )

    def __add__(self, other: GroupTable) -> GroupTable:
        """Return the table of both populations."""
        if self.attribute != other.attribute:
            raise ValueError(f"cannot add tables of {self.attribute!r} and {other.attribute!r}")
        groups = tuple(sorted({*self.groups, *other.groups}))

        def add(a: Any, b: Any, axis: int) -> Any:
            if a is None or b is None:
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
        """Return whether attribute, groups and every array are equal."""
        if not isinstance(other, GroupTable):
            return NotImplemented
        return self.to_dict() == other.to_dict()

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
        return self._pick([i for i, g in enumerate(self.groups) if g != group]).whole()

    def only(self, group: str) -> GroupTable:
        """Return the one-group table of `group`."""
        return self._pick([self.groups.index(group)])

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
        return _sum(self.counts, DENOMINATOR[of])

    def denominator(self, rate: str) -> NDArray[np.int64]:
        """Return the unweighted people of each group behind `rate`."""
        return _sum(self.counts, CELLS[rate][1])

    def proportion(self, rate: str) -> Proportion | None:
        """Return a one-group table's rate as effective counts, or None without a denominator.

        With weights n is Kish's effective size; with clusters it is divided by the design effect
        of the rate, from a delete-a-group jackknife over the buckets.

        References
        ----------
        Kish (1965), Survey Sampling, section 11.7. Kott (2001), "The delete-a-group jackknife",
        Journal of Official Statistics 17(4), 521-526.
        """
        over, under = CELLS[rate]
        values = self.counts if self.weights is None else self.weights
        den = float(_sum(values, under)[0])
        if den <= 0:
            return None
        p = min(max(float(_sum(values, over)[0]) / den, 0.0), 1.0)
        n = float(_sum(self.counts, under)[0])
        if self.squares is not None:
            n = den**2 / float(_sum(self.squares, under)[0])
        n /= self._design_effect(over, under, p, n)
        return Proportion(p * n, n)

    def _design_effect(
        self,
        over: tuple[tuple[int, int], ...],
        under: tuple[tuple[int, int], ...],
        p: float,
        n: float,
    ) -> float:
        if self.buckets is None:
            return 1.0
        k_b = _sum(self.buckets, over)[:, 0]
        n_b = _sum(self.buckets, under)[:, 0]
        remaining = n_b.sum() - n_b
        used = remaining > 0
        rates = (k_b.sum() - k_b)[used] / remaining[used]
        groups = int(used.sum())
        if groups < 2:
            return 1.0
        jackknife = (groups - 1) / groups * float(((rates - rates.mean()) ** 2).sum())
        # At p = 0 or 1 nothing varies; the add-half rate keeps the binomial variance above zero.
        smooth = (p * n + 0.5) / (n + 1)
        return max(1.0, jackknife / (smooth * (1 - smooth) / n))

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

        def array(name: str) -> Any:
            return None if stored[name] is None else np.asarray(stored[name], dtype=np.float64)

        return cls(
            attribute=stored["attribute"],
            groups=tuple(stored["groups"]),
            counts=np.asarray(stored["counts"], dtype=np.int64),
            weights=array("weights"),
            squares=array("squares"),
            buckets=array("buckets"),
        )


def _float(values: NDArray[Any]) -> NDArray[np.float64]:
    return values.astype(np.float64)


def _sum(values: NDArray[Any], cells: tuple[tuple[int, int], ...]) -> NDArray[Any]:
    """Add up the named (outcome, decision) cells over the last two axes."""
    outcome, decision = zip(*cells, strict=True)
    total: NDArray[Any] = values[..., list(outcome), list(decision)].sum(axis=-1)
    return total
