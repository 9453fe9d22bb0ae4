"""Where a population's scores may be cut without too few people standing between two cuts.

bands        tenths of the score, joined until each holds ten people of either outcome
cells_at     who is flagged, and who is not, were the threshold at each of several cuts
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.score_histogram import ScoreHistogram, bins

if TYPE_CHECKING:
    from numpy.typing import NDArray

TENTHS = 10
GRID = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""Thresholds that may be shown, for every model alike; every tenth is one of them."""
FEWEST = 10
"""Events and non-events behind a figure that is no ratio of cells, and behind each band."""


def by_tenth(scores: ScoreHistogram, counts: NDArray[Any]) -> NDArray[np.float64]:
    """Return the first two columns of counts by bin, shape (k, 2 or 3), in tenths: (2, 10)."""
    tenth = np.searchsorted(tenth_cuts(), scores.keys, side="right")
    return np.stack([np.bincount(tenth, weights=counts[:, i], minlength=TENTHS) for i in (0, 1)])


def tenth_cuts() -> NDArray[np.int64]:
    """Return the bins at which the second to the tenth tenth of a probability begin."""
    return bins(np.arange(1, TENTHS) / TENTHS, "probability")


def curve_bands(
    histograms: Sequence[ScoreHistogram],
    *,
    threshold: float | None = None,
    within: Sequence[tuple[int, int]] | None = None,
) -> list[tuple[int, int]]:
    """Return runs of tenths of the score that hold ten events and ten non-events in each histogram.

    Parameters
    ----------
    threshold : float, optional
        Where flags begin: no band ends so near to it that the people between would be too few.
    within : sequence of (int, int), optional
        Runs that may be joined and not divided; by default the tenths themselves. Bands of groups
        are made of bands of everybody, so that no difference between them is of fewer people.
    """
    parts = [(b, b + 1) for b in range(TENTHS)] if within is None else list(within)
    people = np.stack([by_tenth(h, h.counts) for h in histograms])
    bounds: list[tuple[int, int]] = []
    start = 0
    for _, end in parts:
        if not all(_far_enough(h, end / TENTHS, threshold) for h in histograms):
            continue
        if people[:, :, start:end].sum(axis=2).min() >= FEWEST:
            bounds.append((start, end))
            start = end
    if bounds and start < TENTHS:
        bounds[-1] = (bounds[-1][0], TENTHS)
    return bounds


def _far_enough(scores: ScoreHistogram, edge: float, threshold: float | None) -> bool:
    if threshold is None or edge in (0.0, 1.0):
        return True
    low, high = sorted(bins(np.array([edge, threshold]), scores.kind).tolist())
    between = scores.counts[(scores.keys >= low) & (scores.keys < high), :2].sum(axis=0)
    return bool(low == high or between.min() >= FEWEST)


def cells_at(
    scores: ScoreHistogram, cuts: NDArray[np.int64], values: NDArray[Any] | None = None
) -> NDArray[Any]:
    """Return the (outcome, decision) cells, were everybody in a bin from the cut on flagged.

    Parameters
    ----------
    cuts : ndarray of int64, shape (n_cuts,)
        Bins at whose lower end the threshold would lie.
    values : ndarray of shape (k, 3), optional
        What is counted by bin and outcome; by default people.

    Returns
    -------
    ndarray of shape (n_cuts, 3, 2)
        As `GroupTable.counts` has them, with decision 1 for flagged.
    """
    by_bin = scores.counts if values is None else values
    before = np.concatenate([np.zeros((1, 3), by_bin.dtype), np.cumsum(by_bin, axis=0)])
    below = before[np.searchsorted(scores.keys, cuts, side="left")]
    return np.stack([below, before[-1] - below], axis=-1)
