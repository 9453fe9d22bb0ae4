"""Conditional demographic disparity: whether a group is flagged less than its part, like with like.

    d(g, k) = part of g among those not flagged - part of g among those flagged, in stratum k
    CDD(g)  = sum over k of n(k) d(g, k) / sum over k of n(k)

0 means that in each stratum the group makes up as much of those flagged as of those who are not;
0.1 that it makes up ten in a hundred more of those who are not. From -1 to 1. Strata in which
everybody or nobody was flagged show no choice and are left out.

Given how many of each stratum are flagged, CDD is a sum of independent shares with known factors.
Its ends are found from the exact (Clopper and Pearson) ends of each share by the method of variance
estimates recovery, with the variance that the strata's sizes add, and 5 % on top:

    low = CDD - 1.05 sqrt(sum over shares of (factor x distance to its end)^2 + z^2 v)

Jeffreys and Wilson ends, and the linearised normal, erred in up to 9 % of simulated samples at a
nominal 5 %; see docs/statistics.md. Weights count by their effective size, clusters by the design
effect of the delete-a-group jackknife of CDD itself.

References
----------
Wachter, Mittelstadt and Russell (2021), "Why fairness cannot be automated", Computer Law & Security
Review 41, 105567. Zou, Huang and Zhang (2009), "A note on confidence interval estimation for a
linear function of binomial proportions", Computational Statistics & Data Analysis 53(4), 1080-1085.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WIDENED = 1.05
FEW = 30
"""Below so many (equal) clusters a group's own design effect is little more than a guess."""

_FURTHEST = 8.0
_HALVINGS = 40
_TWO_SIDED = 0.975
_FACTOR = np.array([1.0, -1.0])
"""Of those not flagged, and of those flagged."""


def chosen(people: Array) -> NDArray[np.bool_]:
    """Return which strata hold people of both decisions.

    Parameters
    ----------
    people : ndarray of shape (..., groups, strata, 2)
        (Weighted) people not flagged and flagged.
    """
    return np.asarray((people.sum(axis=-3) > 0).all(axis=-1))


def disparity(people: Array) -> Array:
    """Return CDD of each group over the strata of both decisions; leading axes are kept.

    Parameters
    ----------
    people : ndarray of shape (..., groups, strata, 2)
        (Weighted) people not flagged and flagged.

    Returns
    -------
    ndarray of shape (..., groups)
        NaN where no stratum holds both decisions.
    """
    totals = people.sum(axis=-3, keepdims=True)
    both = (totals > 0).all(axis=-1, keepdims=True)
    n = np.where(both[..., 0], totals.sum(axis=-1), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(both, people / totals, 0.0)
        found = (n * (shares[..., 0] - shares[..., 1])).sum(axis=-1) / n.sum(axis=-1)
    return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalDisparity:
    """CDD of one group, as a sum of independent shares.

    Parameters
    ----------
    value : float
    hits, sizes : ndarray of shape (strata, 2)
        The group's effective people, and everyone's, not flagged and flagged.
    parts : ndarray of shape (strata,)
        Part of all people in each stratum; they add up to 1.
    spread : float
        Variance of `value` that the sizes of the strata add.

    Notes
    -----
    `above` and `below` are one minus one-sided p-values.
    """

    value: float
    hits: Array
    sizes: Array
    parts: Array
    spread: float

    def above(self, x: float) -> float:
        """Return one minus the p-value of 'it is at most `x`'."""
        return self._support(x) if x < self.value else 1.0 - self._support(x)

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval whose ends `above` and `below` would just reject on each side."""
        from scipy.special import ndtri

        z = float(ndtri(0.5 + confidence / 2))
        return max(self._end(z, up=False), -1.0), min(self._end(z, up=True), 1.0)

    def _support(self, x: float) -> float:
        """Return with how much confidence the true value lies on this side of `x`."""
        from scipy.special import ndtr

        up = x >= self.value
        low, high = 0.0, _FURTHEST
        for _ in range(_HALVINGS):
            z = (low + high) / 2
            end = self._end(z, up=up)
            reaches = end >= x if up else end <= x
            low, high = (low, z) if reaches else (z, high)
        return float(ndtr(low))

    def _end(self, z: float, *, up: bool) -> float:
        from scipy.special import betaincinv, ndtr

        k, n = self.hits, self.sizes
        tail, share = float(ndtr(-z)), k / n
        with np.errstate(invalid="ignore", divide="ignore"):
            low = np.where(k > 0, betaincinv(np.maximum(k, 1e-9), n - k + 1, tail), 0.0)
            high = np.where(k < n, 1 - betaincinv(np.maximum(n - k, 1e-9), k + 1, tail), 1.0)
        # What pushes the sum up: a higher share of those not flagged, a lower one of those flagged.
        rising = (_FACTOR > 0) == up
        away = np.where(rising, high - share, share - low)
        squared = float(((self.parts[:, None] * away) ** 2).sum()) + z * z * self.spread
        return self.value + (1 if up else -1) * WIDENED * float(np.sqrt(squared))


def disparities(
    counts: Array,
    weights: Array | None = None,
    squares: Array | None = None,
    buckets: Array | None = None,
) -> tuple[ConditionalDisparity | None, ...]:
    """Return CDD of each group, None where no stratum holds people of both decisions.

    Parameters
    ----------
    counts, weights, squares : ndarray of shape (groups, strata, 2)
        People, and sums of their weights and of these squared, not flagged and flagged.
    buckets : ndarray of shape (128, groups, strata, 2), optional
        (Weighted) people by bucket of their cluster.
    """
    values = counts if weights is None else weights
    keep = chosen(values)
    if not keep.any():
        return (None,) * len(counts)
    values = values[:, keep].astype(np.float64)
    totals = values.sum(axis=0)
    shares = np.clip(values / totals, 0.0, 1.0)
    n = totals.sum(axis=1)
    parts = n / n.sum()
    found = disparity(values)
    sizes = np.broadcast_to(totals, values.shape)
    people = float(n.sum())
    if squares is not None:
        sizes, people = _with_weights(squares[:, keep], totals, shares)
    apart = shares[..., 0] - shares[..., 1] - found[:, None]
    spread = (parts * apart**2).sum(axis=1) / people
    effects = np.ones(len(values))
    if buckets is not None:
        padded = (shares * sizes + 0.5) / (sizes + 1)
        plain = (parts[:, None] ** 2 * padded * (1 - padded) / sizes).sum(axis=(1, 2)) + spread
        effects = _design_effects(buckets[:, :, keep], plain)
    return tuple(
        ConditionalDisparity(
            value=float(found[g]),
            hits=shares[g] * sizes[g] / effects[g],
            sizes=sizes[g] / effects[g],
            parts=parts,
            spread=float(spread[g] * effects[g]),
        )
        if np.isfinite(effects[g])
        else None
        for g in range(len(values))
    )


def _with_weights(squares: Array, totals: Array, shares: Array) -> tuple[Array, float]:
    """Return effective people behind each share, and of all: Kish's, or fewer by linearisation."""
    all_ = squares.sum(axis=0)
    kish = np.broadcast_to(totals**2 / all_, shares.shape)
    variance = (squares * (1 - shares) ** 2 + (all_ - squares) * shares**2) / totals**2
    with np.errstate(invalid="ignore", divide="ignore"):
        linearised = np.where(variance > 0, shares * (1 - shares) / variance, np.inf)
    varies = (shares > 0) & (shares < 1)
    sizes = np.where(varies, np.minimum(kish, linearised), kish)
    return sizes, float(totals.sum() ** 2 / all_.sum())


def _design_effects(buckets: Array, plain: Array) -> Array:
    """Return by how much clusters raise each group's variance: at least 1, infinite for one."""
    from scipy.special import stdtrit

    used = buckets.sum(axis=(1, 2, 3)) > 0
    m = int(used.sum())
    if m < 2:
        return np.full(len(plain), np.inf)
    left = np.maximum(buckets.sum(axis=0)[None] - buckets[used], 0.0)
    values = disparity(left)
    squared = (m - 1) / m * ((values - np.nanmean(values, axis=0)) ** 2)
    variance = np.nansum(squared, axis=0)
    mine = buckets[used].sum(axis=(2, 3))
    with np.errstate(invalid="ignore", divide="ignore"):
        clusters = mine.sum(axis=0) ** 2 / (mine**2).sum(axis=0)
        effects = variance / plain
        pooled = variance.sum() / plain.sum()
    effects = np.where(clusters < FEW, np.fmax(effects, pooled), effects)
    freedom = np.maximum(np.nan_to_num(clusters) - 1, 0.5)
    widening = stdtrit(freedom, _TWO_SIDED) / stdtrit(np.inf, _TWO_SIDED)
    return np.asarray(np.maximum(np.nan_to_num(effects, nan=1.0), 1.0) * widening**2)
