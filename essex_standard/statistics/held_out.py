"""AUROC of scores that were given to people whom the scorer had not seen, fold by fold.

    AUROC = sum over folds of (positives in the fold / all positives) * AUROC within the fold

Scores of different folds come from different fits and are never ranked against each other: a fold
whose training part held more positives scores everybody a little higher, which would pull a pooled
AUROC of nothing below a half.

Every two folds meet twice, each once as the other's teacher: where there is little to learn that
doubles the variance. It is multiplied by 1 + FOLDS / (FOLDS - 1), as Nadeau and Bengio do.

References
----------
LeDell, Petersen and van der Laan (2015), "Computationally efficient confidence intervals for
cross-validated area under the ROC curve estimates", Electronic Journal of Statistics 9(1),
1583-1607 (the error from influence values). Nadeau and Bengio (2003), "Inference for the
generalization error", Machine Learning 52(3), 239-281 (folds depend on each other). Hanley and
McNeil (1982), Radiology 143(1), 29-36 (the error's floor). Qin and Hotilovac (2008), Statistical
Methods in Medical Research 17(2), 207-221 (the logit scale).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FOLDS = 5

SHARED_FITS = 1 + FOLDS / (FOLDS - 1)
"""By how much the variance of one fold's AUROC understates that of all of them together."""


@dataclass(frozen=True, slots=True)
class RankEstimate:
    """An AUROC: Student's t on the logit scale, so that its interval stays between 0 and 1.

    `above` and `below` are one-sided p-values.

    Parameters
    ----------
    value : float in [0, 1]
        0.5 is a coin, 1 is perfect.
    standard_error : float
        On the scale of the value; > 0.
    freedom : float
        Degrees of freedom: one less than the people (or families) on the smaller side.
    """

    value: float
    standard_error: float
    freedom: float

    def above(self, x: float) -> float:
        """Return the support for the true AUROC being above x."""
        from scipy.special import stdtr

        if not 0 < x < 1:
            return float(x <= 0)
        centre, error = self._on_the_logit_scale()
        return float(stdtr(self.freedom, (centre - math.log(x / (1 - x))) / error))

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the two-sided interval, which always holds the value."""
        from scipy.special import expit, stdtrit

        centre, error = self._on_the_logit_scale()
        t = float(stdtrit(self.freedom, 0.5 + confidence / 2))
        low, high = float(expit(centre - t * error)), float(expit(centre + t * error))
        return min(low, self.value), max(high, self.value)

    def _on_the_logit_scale(self) -> tuple[float, float]:
        # An AUROC of 1 has no logit: as if half a person more had been ranked on the other side.
        edge = 0.5 / (self.freedom + 2)
        value = min(max(self.value, edge), 1 - edge)
        return math.log(value / (1 - value)), self.standard_error / (value * (1 - value))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """Which rows are held out together, what each weighs and to whom it belongs.

    Attributes
    ----------
    fold : ndarray of int, shape (n,)
    weights : ndarray of float, shape (n,)
    clusters : ndarray of int, shape (n,), or None
        Code of each row's family or school.
    """

    fold: NDArray[np.int64]
    weights: Array
    clusters: NDArray[np.int64] | None = None

    @classmethod
    def of(
        cls,
        n: int,
        *,
        seed: int,
        weights: Array | None = None,
        clusters: NDArray[np.int64] | None = None,
    ) -> HeldOut:
        """Deal rows, or whole clusters, into folds of about one size."""
        rng = np.random.default_rng(seed)
        if clusters is None:
            fold = rng.permutation(n) % FOLDS
        else:
            _, clusters = np.unique(clusters, return_inverse=True)
            clusters = clusters.reshape(-1)
            fold = (rng.permutation(int(clusters.max(initial=-1)) + 1) % FOLDS)[clusters]
        given = np.ones(n) if weights is None else weights
        return cls(fold=fold, weights=given, clusters=clusters)


def held_out_roc_auc(
    scores: Array,
    positive: NDArray[np.bool_],
    held: HeldOut,
    *,
    shared_fits: float = SHARED_FITS,
) -> RankEstimate | None:
    """Return the AUROC of held-out scores, or None where no fold has people of both kinds.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        Of each row, from a fit that had not seen its fold.
    positive : ndarray of bool, shape (n,)
    held : HeldOut
    shared_fits : float
        By how much the variance is multiplied; 1 for scores of a fit to none of these rows.

    Returns
    -------
    RankEstimate or None
    """
    influence = np.zeros(len(scores))
    used: list[tuple[float, float]] = []
    for f in range(FOLDS):
        rows = np.flatnonzero((held.fold == f) & (held.weights > 0))
        is_positive = positive[rows]
        if not 0 < is_positive.sum() < len(rows):
            continue
        weights = held.weights[rows]
        place = _placements(scores[rows], is_positive, weights)
        share = float(weights[is_positive].sum())
        inside = float(weights[is_positive] @ place[is_positive]) / share
        # Positives count among themselves; negatives by the positives of their fold.
        of = np.where(is_positive, weights, weights * share / weights[~is_positive].sum())
        influence[rows] = of * (place - inside)
        used.append((inside, share))
    if not used:
        return None
    values, shares = np.array(used).T
    total = float(shares.sum())
    value = min(max(float(values @ shares) / total, 0.0), 1.0)
    size, other = _sizes(positive, held)
    error = math.sqrt(shared_fits * _variance(influence / total, positive, held, len(used)))
    floor = _hanley_mcneil(value, size, other)
    return RankEstimate(value, max(error, floor), max(min(size, other) - 1, 1))


def _placements(scores: Array, positive: NDArray[np.bool_], weights: Array) -> Array:
    """Return, for each row, the share of the other kind that it is ranked rightly against."""
    _, index = np.unique(scores, return_inverse=True)
    index = index.reshape(-1)
    pos = np.bincount(index, weights=weights * positive)
    neg = np.bincount(index, weights=weights * ~positive)
    below = (np.cumsum(neg) - neg / 2) / neg.sum()
    above = (pos.sum() - np.cumsum(pos) + pos / 2) / pos.sum()
    result: Array = np.where(positive, below[index], above[index])
    return result


def _variance(influence: Array, positive: NDArray[np.bool_], held: HeldOut, folds: int) -> float:
    if held.clusters is not None:
        sums = np.bincount(held.clusters, weights=influence)
        m = len(np.unique(held.clusters[positive]))
        return float(sums @ sums) * m / max(m - 1, 1)
    total = 0.0
    for side in (positive, ~positive):
        n = int(side.sum())
        # Each fold's own mean was taken from its rows.
        total += float(influence[side] @ influence[side]) * n / max(n - folds, 1)
    return total


def _sizes(positive: NDArray[np.bool_], held: HeldOut) -> tuple[float, float]:
    """Return how many people, or families, stand on each side."""
    if held.clusters is None:
        return float(positive.sum()), float((~positive).sum())
    first, second = (len(np.unique(held.clusters[side])) for side in (positive, ~positive))
    return float(first), float(second)


def _hanley_mcneil(value: float, size: float, other: float) -> float:
    """Return the standard error of a smooth curve of this area: an error of 0 is luck, not proof.

    The area is drawn towards a half by half a person, and mirrored where it is below.
    """
    n = min(size, other)
    area = (max(value, 1 - value) * n + 0.5) / (n + 1)
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    spread = (size - 1) * (one - area**2) + (other - 1) * (two - area**2)
    return math.sqrt((area * (1 - area) + spread) / (size * other))
