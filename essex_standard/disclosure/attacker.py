"""The attacker we know of: what follows, for a withheld cell, from everything that is shown.

    total = sum of its members            one equation a family and kind of cell
    shown cell in what rounds to it       withheld cell >= 0

A cell below the minimum is safe if it could still be empty, and could still hold ``k - 1`` people:
the publication then says no more than the rule itself. (A large cell, withheld to protect a small
one, may be seen to be large: that is what could have been printed.) Both ends are found by linear
programming over all families together, so that rows, columns and totals are solved as one system.
The attacker is given every rounded cell, which is more than rates and sizes tell.

References
----------
Fischetti and Salazar (2000), "Models and algorithms for optimizing cell suppression in tabular
data with linear constraints", Journal of the American Statistical Association 95(451), 916-928.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Key = tuple[str, str]
"""An attribute and one of its groups; ``("", "")`` is everybody."""

Family = tuple[Key, tuple[Key, ...]]
"""A total, and the groups that add up to it."""

_HAIR = 1e-6


def exposed(
    cells: Mapping[Key, NDArray[np.int64]],
    families: Sequence[Family],
    hidden: frozenset[Key],
    *,
    k: int,
    base: int,
) -> set[Key]:
    """Return the withheld groups of which a small cell is narrowed down to less than 0 to k - 1.

    Parameters
    ----------
    cells : mapping of group to ndarray of shape (kinds,)
        The raw cells that are protected, of every group.
    """
    linked = [f for f in families if f[0] in hidden or any(m in hidden for m in f[1])]
    # Withheld groups come first: the rest are only known to lie in what rounds to them.
    order = sorted(hidden & {key for parent, members in linked for key in (parent, *members)})
    shown = sorted({key for parent, members in linked for key in (parent, *members)} - hidden)
    if not order:
        return set()
    place = {key: i for i, key in enumerate((*order, *shown))}
    matrix = np.zeros((len(linked), len(place)))
    for row, (parent, members) in enumerate(linked):
        matrix[row, place[parent]] = -1
        for member in members:
            matrix[row, place[member]] = 1
    truth = np.array([cells[key] for key in place], dtype=float)
    low, high = _could_be(truth, base)
    low[: len(order)], high[: len(order)] = 0, np.inf
    found: set[int] = set()
    for kind in range(truth.shape[1]):
        bounds = np.stack([low[:, kind], high[:, kind]], axis=1)
        found |= _narrowed(matrix, bounds, truth[:, kind], len(order), k)
    return {order[i] for i in found}


def _could_be(
    cells: NDArray[np.float64], base: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest whole number that round to the same multiple."""
    multiple = np.rint(cells / base)
    half = base / 2
    # Ties go to the even multiple: it reaches half a step on either side, an odd one not quite.
    reach = np.where(multiple % 2 == 0, np.floor(half), np.ceil(half) - 1)
    return np.maximum(multiple * base - reach, 0), multiple * base + reach


def _narrowed(
    matrix: NDArray[np.float64],
    bounds: NDArray[np.float64],
    truth: NDArray[np.float64],
    unknowns: int,
    k: int,
) -> set[int]:
    """Return the unknowns below k that ``matrix @ x == 0`` keeps from 0 or from k - 1."""
    from scipy.optimize import linprog

    # Each solution shows what is possible for every unknown at once, which spares most programs.
    least, most = truth.copy(), truth.copy()
    zero = np.zeros(len(matrix))
    small = np.flatnonzero(truth[:unknowns] < k)
    for i in small:
        for sign in (1.0, -1.0):
            if least[i] <= _HAIR if sign > 0 else most[i] >= k - 1:
                continue
            aim = np.zeros(len(truth))
            aim[i] = sign
            solved = linprog(aim, A_eq=matrix, b_eq=zero, bounds=bounds, method="highs")  # type: ignore[call-overload]
            if solved.status == 0 and solved.x is not None:
                np.minimum(least, solved.x, out=least)
                np.maximum(most, solved.x + _HAIR, out=most)
    # Whatever the solver could not vouch for counts as narrowed.
    inside = (least <= _HAIR) & (most >= k - 1)
    return {int(i) for i in small if not inside[i]}
