"""How many independent people a rate stands on, where some weigh more or belong together.

    effective n = n / design effect

Weights: the smaller of Kish's effective size and the linearised variance's. Clusters: a
delete-a-group jackknife over 128 buckets of clusters. A variance from few clusters is itself
uncertain; n is therefore cut by the square of z over Student's t, as Korn and Graubard do, and a
group of few clusters has at least the design effect of everybody.

References
----------
Kish (1965), Survey Sampling, section 11.7. Kott (2001), "The delete-a-group jackknife", Journal
of Official Statistics 17(4), 521-526. Korn and Graubard (1998), "Confidence intervals for
proportions with small expected number of positive counts estimated from survey data", Survey
Methodology 24(2), 193-201.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.statistics.proportions import Proportion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Cells = tuple[tuple[int, int], ...]
"""(outcome, decision) cells of a group table."""

_TWO_SIDED = 0.975

FEW = 30
"""Below so many (equal) clusters a group's own design effect is little more than a guess."""


def effective_proportions(
    counts: NDArray[np.int64],
    weights: Array | None,
    squares: Array | None,
    buckets: Array | None,
    among: Array | None,
    cells: tuple[Cells, Cells],
) -> tuple[Proportion | None, ...]:
    """Return each group's rate as effective counts, None where its denominator is empty.

    Parameters
    ----------
    counts, weights, squares : ndarray of shape (groups, 3, 2)
        As in `GroupTable`.
    buckets : ndarray of shape (128, groups, 3, 2), or None
    among : ndarray of shape (128, 1, 3, 2), or None
        Buckets of the whole population, for groups in which the rate never varies.
    cells : (cells of the numerator, cells of the denominator)
    """
    over, under = cells
    values = counts if weights is None else weights
    den = sum_cells(values, under).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = np.clip(sum_cells(values, over) / den, 0.0, 1.0)
    n = sum_cells(counts, under).astype(float)
    if squares is not None:
        n = np.minimum(n, _size_with_weights(squares, den, p, cells))
    if buckets is not None:
        assert among is not None  # noqa: S101 - the two come together
        n = _size_with_clusters(n, den, p, buckets, among, cells)
    return tuple(
        Proportion(float(p_g * n_g), float(n_g)) if d > 0 and n_g > 0 else None
        for p_g, n_g, d in zip(p, n, den, strict=True)
    )


def sum_cells(values: NDArray[Any], cells: Cells) -> NDArray[Any]:
    """Add up the named (outcome, decision) cells over the last two axes."""
    outcome, decision = zip(*cells, strict=True)
    total: NDArray[Any] = values[..., list(outcome), list(decision)].sum(axis=-1)
    return total


def _size_with_weights(squares: Array, den: Array, p: Array, cells: tuple[Cells, Cells]) -> Array:
    """Return the smaller of Kish's size, and the one that the linearised variance amounts to.

    Kish's holds where weight and outcome are unrelated; where the rarer side weighs more, the
    variance ``sum w^2 (y - p)^2 / (sum w)^2`` is larger than it allows for.
    """
    hits, all_ = (sum_cells(squares, c) for c in cells)
    with np.errstate(invalid="ignore", divide="ignore"):
        kish = den**2 / all_
        variance = (hits * (1 - p) ** 2 + (all_ - hits) * p**2) / den**2
        linearised = np.where(variance > 0, p * (1 - p) / variance, np.inf)
    varies = (p > 0) & (p < 1)
    size: Array = np.where(varies, np.minimum(kish, linearised), kish)
    return size


def _size_with_clusters(
    n: Array, den: Array, p: Array, buckets: Array, among: Array, cells: tuple[Cells, Cells]
) -> Array:
    from scipy.special import stdtrit

    effect, clusters = _jackknife(buckets, n, p, cells)
    constant, few = (p <= 0) | (p >= 1), clusters < FEW
    if (constant | few).any():
        # Clusters of which every member fares alike, and a rate at its end, look like
        # independent people; of a handful of clusters, luck makes many look so. The design
        # effect of everybody must then stand in, or be the least.
        hits, all_ = (sum_cells(among, c)[:, 0] for c in cells)
        whole = float(all_.sum())
        share = np.full_like(p, hits.sum() / whole if whole > 0 else 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            people = whole * n / den
        varies = 0 < share[0] < 1
        borrowed = _jackknife(among, people, share, cells)[0] if varies else n / clusters
        effect = np.where(few, np.fmax(effect, borrowed), effect)
        effect = np.where(constant, borrowed, effect)
    size = n / np.maximum(effect, 1.0)
    freedom = np.maximum(clusters - 1, 0.01)
    z, t = stdtrit(np.inf, _TWO_SIDED), stdtrit(freedom, _TWO_SIDED)
    # A single cluster says as much as one person.
    cut: Array = np.maximum(size * (z / t) ** 2, np.minimum(n, 1.0))
    return cut


def _jackknife(
    buckets: Array, n: Array, p: Array, cells: tuple[Cells, Cells]
) -> tuple[Array, Array]:
    """Return each group's design effect, and how many equal buckets its own amount to."""
    over, under = cells
    k_b, n_b = sum_cells(buckets, over), sum_cells(buckets, under)
    k, total = k_b.sum(axis=0), n_b.sum(axis=0)
    remaining = total - n_b
    used = (n_b > 0) & (remaining > 0)
    m = used.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = np.where(used, (k - k_b) / remaining, 0.0)
        mean = rates.sum(axis=0) / m
        squared = np.where(used, (rates - mean) ** 2, 0.0).sum(axis=0)
        variance = (m - 1) / m * squared
        # At p = 0 or 1 nothing varies; the add-half rate keeps the binomial variance above zero.
        smooth = (p * n + 0.5) / (n + 1)
        effect = np.where(m > 1, variance / (smooth * (1 - smooth) / n), 1.0)
        even = np.where(total > 0, total**2 / (n_b**2).sum(axis=0), 1.0)
    return effect, even
