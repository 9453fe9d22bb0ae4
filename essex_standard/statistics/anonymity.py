"""How far people hide among those who look like them, from counts of classes.

    k   people in the smallest class
    l   fewest different sensitive values in any class
    t   farthest that the sensitive values of any class lie from those of everybody

A class is everybody who shares the value of each quasi-identifier.

References
----------
Sweeney (2002), "k-anonymity: a model for protecting privacy", International Journal of Uncertainty,
Fuzziness and Knowledge-Based Systems 10(5), 557-570.
Machanavajjhala, Kifer, Gehrke and Venkitasubramaniam (2007), "l-diversity: privacy beyond
k-anonymity", ACM Transactions on Knowledge Discovery from Data 1(1), 3.
Li, Li and Venkatasubramanian (2007), "t-closeness: privacy beyond k-anonymity and l-diversity",
ICDE, 106-115.
Sainz-Pardo Diaz and Lopez Garcia (2022), "A Python library to check the level of anonymity of a
dataset", Scientific Data 9, 785 (pycanon).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT = 6
"""Up to so many columns every set of them is tried; of more the best is added one by one."""

MOST = 0.5
"""Share of people above which they are *most people*."""

BANDS = (0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
"""Shares of people who stand alone are told as *at least* one of these, and never exactly."""


def band_of(share: float) -> float | None:
    """Return the largest band that a share reaches, or None below all of them."""
    return next((band for band in BANDS if share >= band), None)


def distinct_l(of_class: NDArray[np.int64], classes: int) -> int:
    """Return l of distinct l-diversity: the fewest different values in any class.

    Parameters
    ----------
    of_class : ndarray of int64, shape (n_cells,)
        The class of each cell of class and value that occurs.
    classes : int
        How many classes there are, > 0.
    """
    return int(np.bincount(of_class, minlength=classes).min())


def entropy_l(of_class: NDArray[np.int64], people: NDArray[np.int64]) -> float:
    """Return l of entropy l-diversity: the exponential of the lowest entropy in any class.

    1 means that everybody in some class has the same value; as many as there are values, that all
    are equally common in every class. Pycanon prints it rounded down.
    """
    total = np.bincount(of_class, weights=people)
    share = people / total[of_class]
    entropy = np.bincount(of_class, weights=-share * np.log(share))
    return float(np.exp(entropy.min()))


def equal_distance(
    of_class: NDArray[np.int64], value: NDArray[np.int64], people: NDArray[np.int64]
) -> float:
    """Return t where all values are equally far apart: the largest total variation distance.

    0 means that every class has everybody's shares of the values; near 1, that some class has only
    values which hardly anybody else has.
    """
    share, everybody = _shares(of_class, value, people)
    # What a class has too much of it has too little of elsewhere: half the absolute differences.
    excess = np.maximum(share - everybody[value], 0.0)
    return float(np.bincount(of_class, weights=excess).max())


def ordered_distance(
    of_class: NDArray[np.int64], value: NDArray[np.int64], people: NDArray[np.int64], values: int
) -> float:
    """Return t of numbers: the largest Earth Mover's distance with the values' ranks as distances.

    0 means that every class has everybody's shares; 1, that some class is wholly at one end while
    everybody else is at the other.

    Parameters
    ----------
    of_class, value, people : ndarray of int64, shape (n_cells,), sorted by class and value
    values : int
        Distinct values of the whole population.
    """
    if values < 2:
        return 0.0
    share, everybody = _shares(of_class, value, people, values)
    below = np.cumsum(everybody)  # of everybody, at or below each value
    summed = np.concatenate([[0.0], np.cumsum(below)])
    starts = np.flatnonzero(np.concatenate([[True], of_class[1:] != of_class[:-1]]))
    running = np.cumsum(share)
    before = np.concatenate([[0.0], running])[starts]
    lengths = np.diff(np.concatenate([starts, [len(of_class)]]))
    mine = running - np.repeat(before, lengths)
    # Between one of its values and the next a class has the same share at or below.
    stop = np.concatenate([value[1:], [values]])
    stop[np.concatenate([starts[1:] - 1, [len(of_class) - 1]])] = values
    apart = _between(below, summed, mine, value, stop)
    first = value[starts]
    apart[starts] += summed[first]  # below its lowest value the class has nobody
    return float(np.bincount(of_class, weights=apart).max() / (values - 1))


def _between(
    below: NDArray[Any], summed: NDArray[Any], level: NDArray[Any], start: Any, stop: Any
) -> NDArray[np.float64]:
    """Return the sum of ``|level - below[i]|`` for i from `start` to `stop`, without `stop`."""
    cross = np.clip(np.searchsorted(below, level), start, stop)
    under = level * (cross - start) - (summed[cross] - summed[start])
    over = (summed[stop] - summed[cross]) - level * (stop - cross)
    result: NDArray[np.float64] = under + over
    return result


def _shares(
    of_class: NDArray[np.int64],
    value: NDArray[np.int64],
    people: NDArray[np.int64],
    values: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return each cell's share of its class, and everybody's share of each value."""
    share = people / np.bincount(of_class, weights=people)[of_class]
    everybody = np.bincount(value, weights=people, minlength=values) / people.sum()
    return share, everybody


# Who stands alone -------------------------------------------------------------------------------


def alone_by(codes: NDArray[np.int64], people: NDArray[np.int64]) -> int:
    """Return how many people share their values of these columns with nobody.

    Parameters
    ----------
    codes : ndarray of int64, shape (n_classes, n_columns)
    people : ndarray of int64, shape (n_classes,)
    """
    import pandas as pd

    place = codes[:, 0]
    for column in codes.T[1:]:
        place, _ = pd.factorize(place * (int(column.max(initial=0)) + 1) + column)
    place, distinct = pd.factorize(place)
    return int((np.bincount(place, weights=people, minlength=len(distinct)) == 1).sum())


def smallest_identifying_set(
    codes: NDArray[np.int64], people: NDArray[np.int64]
) -> tuple[int, ...]:
    """Return the fewest columns by which most people stand alone; empty where none do.

    Of several sets of the same size it is the one by which most stand alone. With more than `EXACT`
    columns, the column that sets most people apart is added until most are: not always the fewest.
    """
    rows, columns = int(people.sum()), codes.shape[1]
    if alone_by(codes, people) <= MOST * rows:
        return ()
    kinds = codes.max(axis=0, initial=0) + 1

    def alone(which: tuple[int, ...]) -> int:
        # More people cannot stand alone than there are combinations.
        if float(np.prod(kinds[list(which)].astype(np.float64))) <= MOST * rows:
            return 0
        return alone_by(codes[:, list(which)], people)

    if columns <= EXACT:
        for size in range(1, columns + 1):
            found = [(alone(which), which) for which in combinations(range(columns), size)]
            most, which = max(found, key=lambda pair: pair[0])
            if most > MOST * rows:
                return which
    chosen: tuple[int, ...] = ()
    while len(chosen) < columns:
        rest = [j for j in range(columns) if j not in chosen]
        best = max(rest, key=lambda j: (alone((*chosen, j)), kinds[j]))
        chosen = (*chosen, best)
        if alone(chosen) > MOST * rows:
            break
    return tuple(sorted(chosen))
