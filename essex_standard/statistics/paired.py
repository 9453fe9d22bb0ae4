"""What is lost from one set of scores to another on the same people, with paired errors.

    loss in AUROC = AUROC(all columns) - AUROC(without some)

Both sets of scores rank the same people, so that most of what makes an AUROC uncertain falls away
in the difference: its error is taken of each person's own difference. Above 0 something is lost.

References
----------
DeLong, DeLong and Clarke-Pearson (1988), "Comparing the areas under two or more correlated
receiver operating characteristic curves", Biometrics 44(3), 837-845. Obuchowski (1997),
"Nonparametric analysis of clustered ROC curve data", Biometrics 53(2), 567-578 (families as
units). Vickers and Elkin (2006), "Decision curve analysis", Medical Decision Making 26(6), 565-574.
Efron and Tibshirani (1993), An Introduction to the Bootstrap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.statistics.estimates import Normal
from essex_standard.statistics.ranking import average_precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Flags = NDArray[np.bool_]

LEAST_ERROR = 1e-9
"""Of a difference between scores that rank everybody alike: it is nought, whoever is drawn."""

DRAWS = 200
"""Bootstrap draws: the standard error of a standard error is then about 5 %."""

_AT_ONCE = 2_000_000
"""Numbers of resampled people held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Whose scores are compared.

    Attributes
    ----------
    positive : ndarray of bool, shape (n,)
        Who had the outcome; both kinds are there.
    weights : ndarray of float, shape (n,)
        Ones where none are given.
    clusters : ndarray of int, shape (n,), or None
        Code of each person's family or school, from 0.
    """

    positive: Flags
    weights: Array
    clusters: NDArray[np.int64] | None = None

    @classmethod
    def of(
        cls,
        positive: Flags,
        weights: Array | None = None,
        clusters: NDArray[np.int64] | None = None,
    ) -> People:
        """Return the people, each of weight 1 and a family of their own unless given."""
        codes = None
        if clusters is not None:
            _, codes = np.unique(clusters, return_inverse=True)
            codes = codes.reshape(-1).astype(np.int64)
        given = np.ones(len(positive)) if weights is None else weights
        return cls(positive=positive, weights=given, clusters=codes)


def auroc_loss(one: Array, other: Array, people: People) -> Normal:
    """Return the AUROC of one set of scores minus that of another, with DeLong's paired error.

    Parameters
    ----------
    one, other : ndarray of shape (n,)

    Returns
    -------
    Normal
        0 where both rank alike; above 0 where `one` ranks better. With weights the placements are
        weighted, with clusters each family counts once (Obuchowski 1997).

    Examples
    --------
    >>> people = People.of(np.array([False, False, True, True]))
    >>> best, worst = np.array([1.0, 2.0, 3.0, 4.0]), np.array([4.0, 3.0, 2.0, 1.0])
    >>> auroc_loss(best, worst, people).value
    1.0
    """
    apart = _placements(one, people) - _placements(other, people)
    positive, w = people.positive, people.weights
    of_positives, of_negatives = w * positive, w * ~positive
    value = float(of_positives @ apart) / float(of_positives.sum())
    influence = np.where(
        positive, of_positives / of_positives.sum(), of_negatives / of_negatives.sum()
    ) * (apart - value)
    return Normal(value, max(math.sqrt(_variance(influence, people)), LEAST_ERROR))


def auroc(scores: Array, people: People) -> float:
    """Return the AUROC of one set of scores, ties counted half."""
    w = people.weights * people.positive
    return float(w @ _placements(scores, people)) / float(w.sum())


def average_precision_loss(one: Array, other: Array, people: People, *, seed: int) -> Normal:
    """Return the average precision of one set of scores minus that of another.

    The error is that of a paired Poisson bootstrap: who is drawn, or whose family, is drawn for
    both.
    """
    negatives, positives = people.weights * ~people.positive, people.weights * people.positive

    def loss(times: Array) -> Array:
        drawn = times * negatives, times * positives
        return average_precision(one, *drawn) - average_precision(other, *drawn)

    rng = np.random.default_rng(seed)
    n = len(one)
    units = n if people.clusters is None else int(people.clusters.max()) + 1
    found: list[Array] = []
    step = max(_AT_ONCE // max(n, 1), 1)
    for start in range(0, DRAWS, step):
        times = rng.poisson(1.0, (min(step, DRAWS - start), units)).astype(float)
        found.append(loss(times if people.clusters is None else times[:, people.clusters]))
    error = float(np.nanstd(np.concatenate(found)))
    return Normal(float(loss(np.ones(n))), max(error, LEAST_ERROR))


def mean_loss(of_each: Array, people: People) -> Normal:
    """Return a weighted mean over people of what each loses, its error by families.

    Everything that is a sum over people is of this kind: the Brier score, people found, and the
    net benefit ``found - odds * wrongly flagged`` (Vickers and Elkin 2006).
    """
    w = people.weights / people.weights.sum()
    value = float(w @ of_each)
    n = len(of_each)
    if people.clusters is None:
        influence = w * (of_each - value)
        variance = float(influence @ influence) * n / max(n - 1, 1)
    else:
        sums = np.bincount(people.clusters, weights=w * (of_each - value))
        variance = float(sums @ sums) * len(sums) / max(len(sums) - 1, 1)
    return Normal(value, max(math.sqrt(variance), LEAST_ERROR))


def _placements(scores: Array, people: People) -> Array:
    """Return, for each person, the weighted share of the other kind they are ranked right to."""
    _, index = np.unique(scores, return_inverse=True)
    index = index.reshape(-1)
    pos = np.bincount(index, weights=people.weights * people.positive)
    neg = np.bincount(index, weights=people.weights * ~people.positive)
    below = (np.cumsum(neg) - neg / 2) / neg.sum()
    above = (pos.sum() - np.cumsum(pos) + pos / 2) / pos.sum()
    result: Array = np.where(people.positive, below[index], above[index])
    return result


def _variance(influence: Array, people: People) -> float:
    if people.clusters is not None:
        sums = np.bincount(people.clusters, weights=influence)
        m = len(np.unique(people.clusters[people.positive]))
        return float(sums @ sums) * m / max(m - 1, 1)
    total = 0.0
    for side in (people.positive, ~people.positive):
        n = int(side.sum())
        total += float(influence[side] @ influence[side]) * n / max(n - 1, 1)
    return total
