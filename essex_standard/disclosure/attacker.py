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
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Key = tuple[str, str]
"""An attribute and one of its groups; ``("", "")`` is everybody."""

Family = tuple[Key, tuple[Key, ...]]
"""A total, and the groups that add up to it."""

_HAIR = 1e-6

MOST_NODES = 500
"""Of a search among whole numbers; where it ends without a solution the cell counts as exposed."""


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
    # Families that are shown whole count too: they narrow what their rounded cells may be.
    linked = [f for f in families if f[1]]
    # Withheld groups come first: the rest are only known to lie in what rounds to them.
    order = sorted(hidden & {key for parent, members in linked for key in (parent, *members)})
    shown = sorted({key for parent, members in linked for key in (parent, *members)} - hidden)
    if not order:
        return set()
    place = {key: i for i, key in enumerate((*order, *shown))}
    matrix = _equations(linked, place)
    truth = np.array([cells[key] for key in place], dtype=float)
    low, high = _could_be(truth, base)
    low[: len(order)], high[: len(order)] = 0, np.inf
    found: set[int] = set()
    for kind in range(truth.shape[1]):
        bounds = np.stack([low[:, kind], high[:, kind]], axis=1)
        found |= _narrowed(matrix, bounds, truth[:, kind], len(order), k)
    return {order[i] for i in found}


def _equations(families: Sequence[Family], place: Mapping[Key, int]) -> csr_array:
    """Return one row a family: its members, less its total."""
    from scipy.sparse import coo_array

    entries = [
        (row, place[key], 1.0 if i else -1.0)
        for row, (parent, members) in enumerate(families)
        for i, key in enumerate((parent, *members))
    ]
    rows, columns, values = zip(*entries, strict=True)
    return coo_array((values, (rows, columns)), shape=(len(families), len(place))).tocsr()


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
    matrix: csr_array,
    bounds: NDArray[np.float64],
    truth: NDArray[np.float64],
    unknowns: int,
    k: int,
) -> set[int]:
    """Return the unknowns below k that ``matrix @ x == 0`` keeps from 0 or from k - 1."""
    least, most = truth.copy(), truth.copy()
    small = np.flatnonzero(truth[:unknowns] < k)
    # Each solution shows what is possible for every unknown at once: one program that aims at all
    # of them spares most of the programs that aim at one.
    for at_once in (True, False):
        for sign in (1.0, -1.0):
            _push(matrix, bounds, small, least, most, k=k, sign=sign, at_once=at_once)
    # Whatever the solver could not vouch for counts as narrowed.
    inside = (least <= _HAIR) & (most >= k - 1)
    return {int(i) for i in small if not inside[i]}


def _push(
    matrix: csr_array,
    bounds: NDArray[np.float64],
    small: NDArray[np.int64],
    least: NDArray[np.float64],
    most: NDArray[np.float64],
    *,
    k: int,
    sign: float,
    at_once: bool,
) -> None:
    """Lower `least` (sign 1) or raise `most` (sign -1) to what the equations allow."""

    def open_() -> NDArray[np.int64]:
        return small[least[small] > _HAIR] if sign > 0 else small[most[small] < k - 1]

    tried: set[int] = set()
    while len(aims := open_()):
        if not at_once:
            aims = aims[~np.isin(aims, list(tried))][:1]
            tried.update(aims.tolist())
        if not len(aims):
            return
        aim = np.zeros(len(least))
        aim[aims] = sign
        found = _solved(matrix, bounds, aim, aims if sign < 0 else aims[:0], k)
        if found is not None:
            np.minimum(least, found, out=least)
            np.maximum(most, found + _HAIR, out=most)
        if at_once and len(open_()) == len(aims):
            return  # nothing is gained by aiming at all of them again


def _solved(
    matrix: csr_array,
    bounds: NDArray[np.float64],
    aim: NDArray[np.float64],
    capped: NDArray[np.int64],
    k: int,
) -> NDArray[np.float64] | None:
    """Return a solution in whole people; `capped` unknowns need not rise above k - 1.

    Crossings of three are no network: their linear programs may end on halves of people, which the
    publication rules out. Such an end is sought again among whole numbers.
    """
    from scipy.optimize import Bounds, LinearConstraint, linprog, milp

    bounds = bounds.copy()
    # Without a cap the program would pour everybody into one of the cells.
    bounds[capped, 1] = np.minimum(bounds[capped, 1], k - 1)
    zero = np.zeros(matrix.shape[0])
    solved = linprog(aim, A_eq=matrix, b_eq=zero, bounds=bounds, method="highs")  # type: ignore[call-overload]
    if solved.status != 0 or solved.x is None:
        return None
    if np.abs(solved.x - np.rint(solved.x)).max() <= _HAIR:
        return np.asarray(np.rint(solved.x))
    whole = milp(
        aim,
        constraints=LinearConstraint(matrix, zero, zero),
        integrality=np.ones(len(aim), dtype=np.int64),
        bounds=Bounds(bounds[:, 0], bounds[:, 1]),
        options={"node_limit": MOST_NODES},
    )
    return None if whole.x is None else np.asarray(np.rint(whole.x))
