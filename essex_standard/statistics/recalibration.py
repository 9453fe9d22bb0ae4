"""What people with the same score have in common: the share with the outcome, as a smooth curve.

    logit P(outcome | score) = a + b z + sum_k c_k max(z - knot_k, 0)

z is the log-odds of a probability, or a score in units of its spread. A calibrated score stays what
it is (a = 0, b = 1, c = 0); one that is too bold, or too high for everybody, is put right for
everybody, so that what is then found in a subgroup is about the subgroup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST_LEVELS = 128
"""Distinct scores are merged into so many of nearly equal numbers of people."""

_KNOTS = 3
_EVENTS_A_TERM = 25
_RIDGE = 1e-6
_STEPS = 50
_SMALLEST = 1e-6


def merged_levels(score: Array, people: Array) -> NDArray[np.int64]:
    """Return the level, in [0, 128), of each of several sorted-together scores.

    Parameters
    ----------
    score, people : ndarray of shape (cells,)
        The same score always falls into the same level.
    """
    distinct, place = np.unique(score, return_inverse=True)
    place = place.reshape(-1)
    if len(distinct) <= MOST_LEVELS:
        return place.astype(np.int64)
    total = np.bincount(place, weights=people)
    middle = np.cumsum(total) - total / 2
    level = np.floor(middle / total.sum() * MOST_LEVELS).astype(np.int64)
    _, level = np.unique(np.minimum(level, MOST_LEVELS - 1), return_inverse=True)
    merged: NDArray[np.int64] = level.reshape(-1)[place].astype(np.int64)
    return merged


def expected_rates(z: Array, people: Array, events: Array) -> Array:
    """Return the expected probability at each level, fitted to all people.

    Parameters
    ----------
    z : ndarray of shape (levels,)
        Log-odds, or a score.
    people, events : ndarray of shape (levels,)
    """
    spread = _spread(z, people)
    x = np.zeros_like(z) if spread == 0 else (z - np.average(z, weights=people)) / spread
    x = np.clip(x, -6, 6)
    fewer = min(float(events.sum()), float((people - events).sum()))
    terms = min(_KNOTS, max(0, int(fewer / _EVENTS_A_TERM) - 2), max(0, len(z) - 2))
    knots = _quantiles(x, people, np.arange(1, terms + 1) / (terms + 1))
    design = np.stack([np.ones_like(x), x, *(np.maximum(x - k, 0) for k in knots)], axis=1)
    return np.clip(_fitted(design, people, events), _SMALLEST, 1 - _SMALLEST)


def _fitted(design: Array, people: Array, events: Array) -> Array:
    """Return the fitted probabilities (Newton; a trace of ridge keeps every table solvable)."""
    share = (events.sum() + 0.5) / (people.sum() + 1)
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(share / (1 - share))
    ridge = _RIDGE * people.sum() * np.eye(len(beta))
    ridge[0, 0] = 0.0
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        slope = design.T @ (events - people * p) - ridge @ beta
        curve = design.T @ (design * (people * p * (1 - p))[:, None]) + ridge
        step = np.linalg.lstsq(curve, slope, rcond=None)[0]
        # Long strides are cut: on nearly separated data Newton would jump over the hill.
        beta = beta + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-9:
            break
    fitted: Array = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
    return fitted


def _spread(z: Array, people: Array) -> float:
    mean = np.average(z, weights=people)
    return float(np.sqrt(np.average((z - mean) ** 2, weights=people)))


def _quantiles(x: Array, people: Array, at: Array) -> Array:
    order = np.argsort(x)
    share = np.cumsum(people[order]) / people.sum()
    place = np.minimum(np.searchsorted(share, at), len(x) - 1)
    return np.unique(x[order][place])
