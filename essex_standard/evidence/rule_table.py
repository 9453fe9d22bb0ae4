"""The model's score and the simple rule's value of the same people, counted together.

The difference of two rankings of the same people is far more certain than each ranking alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.score_histogram import bins

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleTable:
    """Joint counts of the model's score and the simple rule's value, by outcome.

    Attributes
    ----------
    kind : {"probability", "unbounded"}
        Of the model's scores.
    keys : ndarray of int64, shape (k, 2)
        Score bin (of a probability: 2,048, four of a histogram's in one), and the rule's bin.
    counts : ndarray of int64, shape (k, 2)
        People with outcome 0 and 1.
    weights : ndarray of float64, shape (k, 2), or None
        Sums of their sample weights.
    """

    kind: str
    keys: NDArray[np.int64]
    counts: NDArray[np.int64]
    weights: NDArray[np.float64] | None = None

    @classmethod
    def of(
        cls,
        scores: NDArray[np.float64],
        rule: NDArray[np.float64],
        outcome: NDArray[np.int8],
        *,
        kind: str,
        weights: NDArray[np.float64] | None = None,
    ) -> RuleTable:
        """Count the rows whose outcome was observed."""
        seen = outcome < 2
        pairs = np.stack([bins(scores[seen], kind), bins(rule[seen], "unbounded")], axis=1)
        if kind == "probability":
            pairs[:, 0] //= 4
        keys, index = np.unique(pairs, axis=0, return_inverse=True)
        cell, size = index.reshape(-1) * 2 + outcome[seen].astype(np.int64), len(keys) * 2
        return cls(
            kind=kind,
            keys=keys,
            counts=np.bincount(cell, minlength=size).reshape(-1, 2).astype(np.int64),
            weights=None
            if weights is None
            else np.bincount(cell, weights=weights[seen], minlength=size)
            .reshape(-1, 2)
            .astype(float),
        )

    def __add__(self, other: RuleTable) -> RuleTable:
        """Return the table of both populations."""
        if self.kind != other.kind:
            raise ValueError(f"cannot add {self.kind} and {other.kind} scores")
        if (self.weights is None) != (other.weights is None):
            raise ValueError("cannot add scores with weights and scores without")
        stacked = np.concatenate([self.keys, other.keys])
        keys, index = np.unique(stacked, axis=0, return_inverse=True)

        def total(one: NDArray[Any] | None, another: NDArray[Any] | None) -> Any:
            if one is None or another is None:
                return None
            both = np.zeros((len(keys), 2), dtype=one.dtype)
            np.add.at(both, index.reshape(-1), np.concatenate([one, another]))
            return both

        return RuleTable(
            kind=self.kind,
            keys=keys,
            counts=total(self.counts, other.counts),
            weights=total(self.weights, other.weights),
        )

    def people(self, outcome: int) -> NDArray[np.float64]:
        """Return people with an outcome by cell, weighted as `ScoreHistogram.positives` are."""
        if self.weights is None:
            return self.counts[:, outcome].astype(np.float64)
        total = float(self.weights.sum())
        return self.weights[:, outcome] * (float(self.counts.sum()) / total if total > 0 else 0.0)

    def __eq__(self, other: object) -> bool:
        """Return whether both hold the same counts."""
        if not isinstance(other, RuleTable):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.kind, self.keys.tobytes()))

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists, for the restricted store."""
        return {
            "kind": self.kind,
            "keys": self.keys.tolist(),
            "counts": self.counts.tolist(),
            "weights": None if self.weights is None else self.weights.tolist(),
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> RuleTable:
        """Return the table that `to_dict` wrote."""
        return cls(
            kind=stored["kind"],
            keys=np.asarray(stored["keys"], dtype=np.int64).reshape(-1, 2),
            counts=np.asarray(stored["counts"], dtype=np.int64).reshape(-1, 2),
            weights=None
            if stored["weights"] is None
            else np.asarray(stored["weights"], dtype=np.float64).reshape(-1, 2),
        )
