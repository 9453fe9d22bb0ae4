"""Means of weighted, perhaps clustered samples, with standard errors that know both.

    standard error = s / sqrt(n),  or the delete-a-group jackknife over buckets where that is larger

A variance from few people, or few buckets, is itself uncertain: the error is widened by Student's t
over z, so that a normal reading of it keeps its level.

References
----------
Kott (2001), "The delete-a-group jackknife", Journal of Official Statistics 17(4), 521-526.
Welch (1947), "The generalization of Student's problem when several different population variances
are involved", Biometrika 34, 28-35.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from essex_standard.statistics.estimates import Normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_TWO_SIDED = 0.975


def mean_of(values: Array, weights: Array, buckets: NDArray[np.int64] | None) -> Normal | None:
    """Return the mean with its standard error, or None of fewer than two effective people.

    Parameters
    ----------
    values, weights : ndarray of shape (k,)
        Weights add up to the effective number of people.
    buckets : ndarray of int64, shape (k,), optional
        Bucket of the cluster that each value belongs to.
    """
    n = float(weights.sum())
    if n <= 1:
        return None
    mean = float(values @ weights) / n
    variance = float(((values - mean) ** 2) @ weights) / (n - 1)
    error = np.sqrt(variance / n) * _widening(n - 1)
    if buckets is not None:
        error = max(error, _jackknife(values, weights, buckets))
    return Normal(mean, max(float(error), 1e-12))


def difference(first: Normal, second: Normal) -> Normal:
    """Return the difference of two independent means."""
    error = float(np.hypot(first.standard_error, second.standard_error))
    return Normal(first.value - second.value, error)


def _jackknife(values: Array, weights: Array, buckets: NDArray[np.int64]) -> float:
    _, place = np.unique(buckets, return_inverse=True)
    place = place.reshape(-1)
    sums = np.bincount(place, weights=values * weights)
    sizes = np.bincount(place, weights=weights)
    m = len(sizes)
    if m < 2:
        # One cluster says as much as one person: nothing about how others would fare.
        return float("inf")
    left = (sums.sum() - sums) / (sizes.sum() - sizes)
    squared = (m - 1) / m * float(((left - left.mean()) ** 2).sum())
    # Unequal buckets amount to fewer equal ones.
    even = float(sizes.sum() ** 2 / (sizes**2).sum())
    return float(np.sqrt(squared)) * _widening(max(even - 1, 0.5))


def _widening(freedom: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, _TWO_SIDED) / stdtrit(np.inf, _TWO_SIDED))
