"""AUROC and average precision of binned scores, alone and against a simple rule, with errors.

Everything works on counts by bin, so that the cost does not grow with the rows.

References
----------
DeLong, DeLong and Clarke-Pearson (1988), "Comparing the areas under two or more correlated
receiver operating characteristic curves", Biometrics 44(3), 837-845.
Efron and Tibshirani (1993), An Introduction to the Bootstrap (the Poisson bootstrap of counts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 400
"""Bootstrap draws: the standard error of a standard error is then about 3.5 %."""


def placements(
    order: NDArray[np.float64], negatives: NDArray[np.float64], positives: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return DeLong's placement values of a positive and of a negative in each cell.

    Parameters
    ----------
    order : ndarray of shape (k,)
        Score (or rule value) of each cell; cells may share one.
    negatives, positives : ndarray of shape (k,)
        Counts by cell.

    Returns
    -------
    of_positives : ndarray of shape (k,)
        Share of negatives scored below it, ties counted half; its mean over positives is AUROC.
    of_negatives : ndarray of shape (k,)
        Share of positives scored above it, ties counted half.
    """
    _, index = np.unique(order, return_inverse=True)
    index = index.reshape(-1)
    neg = np.bincount(index, weights=negatives)
    pos = np.bincount(index, weights=positives)
    below = np.cumsum(neg) - neg / 2
    above = pos.sum() - np.cumsum(pos) + pos / 2
    return (below / neg.sum())[index], (above / pos.sum())[index]


def auroc_error(
    of_positives: NDArray[np.float64],
    of_negatives: NDArray[np.float64],
    negatives: NDArray[np.float64],
    positives: NDArray[np.float64],
) -> float:
    """Return the standard error of an AUROC, or of a difference when placements are differences."""

    def variance(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
        n = float(weights.sum())
        mean = float(values @ weights) / n
        return float(((values - mean) ** 2) @ weights) / max(n - 1, 1) / n

    return float(np.sqrt(variance(of_positives, positives) + variance(of_negatives, negatives)))


def average_precision(
    order: NDArray[np.float64], negatives: NDArray[np.float64], positives: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return average precision for one or many sets of counts.

    ``AP = sum over thresholds of (recall_k - recall_{k-1}) * precision_k``, as scikit-learn has it.

    Parameters
    ----------
    order : ndarray of shape (k,)
    negatives, positives : ndarray of shape (..., k)

    Returns
    -------
    ndarray of shape (...)
        NaN where there is no positive.
    """
    _, index = np.unique(-order, return_inverse=True)
    index = index.reshape(-1)
    by_score = np.argsort(index, kind="stable")
    starts = np.flatnonzero(np.diff(index[by_score], prepend=-1))
    pos = np.add.reduceat(positives[..., by_score], starts, axis=-1)
    neg = np.add.reduceat(negatives[..., by_score], starts, axis=-1)
    hits, wrong = np.cumsum(pos, axis=-1), np.cumsum(neg, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(hits + wrong > 0, hits / (hits + wrong), 0.0)
        total: NDArray[np.float64] = (pos * precision).sum(axis=-1) / pos.sum(axis=-1)
    return total


def bootstrap_counts(
    negatives: NDArray[np.float64], positives: NDArray[np.float64], *, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return `DRAWS` Poisson resamples of the counts, of shape (DRAWS, k) each."""
    rng = np.random.default_rng(seed)
    size = (DRAWS, len(negatives))
    return rng.poisson(negatives, size).astype(float), rng.poisson(positives, size).astype(float)
