"""What scoring the same people again with one thing changed does to scores and decisions.

    changed = #{ i : [f(x_i') >= t] != [f(x_i) >= t] }      moved = #{ i : f(x_i') != f(x_i) }

Both counterfactual experiments (another value of a protected column, another identity term in a
text) count alike, and keep nothing of a row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.design_effect import effective_proportions
from essex_standard.evidence.group_table import BUCKETS
from essex_standard.experiments.column_effect import TOLERANCE
from essex_standard.statistics.estimates import Exact
from essex_standard.statistics.proportions import Proportion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one change did to some people.

    Attributes
    ----------
    n, of : int
        People re-scored, and people they were drawn from; alike where all were.
    changed, gained : int
        Decisions that turned, and those of them that turned into a flag.
    moved : int
        Scores that moved at all.
    effective : float
        `n` divided by the design effect of families or schools; `n` without them.
    mean, mean_absolute, standard_error : float
        Of the score's change, after less before.
    """

    n: int
    of: int
    changed: int
    gained: int
    moved: int
    effective: float
    mean: float
    mean_absolute: float
    standard_error: float

    @property
    def estimate(self) -> Exact | Proportion:
        """The share of decisions that turned.

        Where all were re-scored and no score moved there is nothing to estimate: that is a fact of
        this model on these data. Where some moved, the people stand for those to come.
        """
        if not self.moved and self.n == self.of:
            return Exact(0.0)
        return Proportion(self.changed * self.effective / self.n, self.effective)


def changes(
    before: Scores,
    after: Scores,
    *,
    threshold: float,
    of: int,
    spread: float,
    buckets: NDArray[np.int64] | None = None,
) -> Changes:
    """Compare two scorings of the same people at a fixed threshold.

    Parameters
    ----------
    before, after : ndarray of shape (n,), n > 0
    of : int
        People they were drawn from.
    spread : float
        Of all scores before, beside which a movement is measured.
    buckets : ndarray of int64 in [0, 128), shape (n,), optional
        Of each person's family or school (`cluster_buckets`).
    """
    n = len(before)
    flagged, turned = before >= threshold, after >= threshold
    changed = flagged != turned
    difference = after - before
    return Changes(
        n=n,
        of=of,
        changed=int(np.count_nonzero(changed)),
        gained=int(np.count_nonzero(turned & ~flagged)),
        moved=int(np.count_nonzero(moves(before, after, spread))),
        effective=float(n) if buckets is None else _effective(changed, buckets),
        mean=float(difference.mean()),
        mean_absolute=float(np.abs(difference).mean()),
        standard_error=_standard_error(difference, buckets),
    )


def moves(before: Scores, after: Scores, spread: float) -> NDArray[np.bool_]:
    """Return which scores moved, beside their own size and the spread of all scores."""
    # Scores that are all alike have no spread to compare with: then a millionth of one counts.
    scale = min(1.0, spread) if spread > 0 else 1.0
    return np.abs(after - before) > TOLERANCE * np.maximum(scale, np.abs(before))


def _effective(changed: NDArray[np.bool_], buckets: NDArray[np.int64]) -> float:
    """Return how many independent people the share stands on, by a delete-a-group jackknife."""
    counts = np.zeros((BUCKETS, 1, 3, 2))
    counts[:, 0, 0, :] = np.bincount(2 * buckets + changed, minlength=2 * BUCKETS).reshape(-1, 2)
    (found,) = effective_proportions(
        counts.sum(axis=0).astype(np.int64), None, None, counts, counts, (_CHANGED, _ALL)
    )
    assert found is not None  # noqa: S101 - there is at least one person
    return min(float(found.n), float(len(changed)))


_CHANGED = ((0, 1),)
_ALL = ((0, 0), (0, 1))


def _standard_error(difference: Scores, buckets: NDArray[np.int64] | None) -> float:
    """Return the standard error of the mean change, over buckets of clusters if there are any."""
    n = len(difference)
    if n < 2:
        return math.inf
    off = difference - difference.mean()
    if buckets is None:
        return float(math.sqrt((off**2).sum() / (n - 1) / n))
    sums = np.bincount(buckets, weights=off)
    used = len(np.unique(buckets))
    if used < 2:
        return math.inf
    return float(math.sqrt((sums**2).sum() * used / (used - 1)) / n)
