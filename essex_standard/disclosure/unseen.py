"""What may be shown of outcomes that nobody saw: their share, and the gap at worst, from cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from essex_standard.disclosure.attacker import Key
from essex_standard.disclosure.cells import Cells
from essex_standard.disclosure.suppression import UNOBSERVED_ROW, WHOLE
from essex_standard.evidence.group_table import GroupTable
from essex_standard.evidence.unobserved import bounds
from essex_standard.statistics.bounds import BoundedDifference
from essex_standard.statistics.proportions import Proportion, ProportionDifference


def unobserved_share(cells: Cells, key: Key) -> Proportion | None:
    """Return of how many of a group the outcome was not seen, or None where that is withheld."""
    sides = _sides(cells, key)
    if sides is None:
        return None
    n = int(cells.people[key].sum())
    return Proportion(float(sides[0][UNOBSERVED_ROW].sum() / sides[0].sum()) * n, n)


def gap_at_worst(cells: Cells, key: Key, rate: str) -> BoundedDifference | None:
    """Return a group's gap to everyone else over what unseen outcomes may have been."""
    sides = _sides(cells, key)
    if sides is None or (sides < 0).any():
        return None
    table = GroupTable(attribute=key[0], groups=("mine", "rest"), counts=sides)
    mine, rest = bounds(table, rate)
    if mine is None or rest is None:
        return None
    own, others = (
        [_of_size(p, cells.effective.get((key, rate, is_rest))) for p in ends]
        for ends, is_rest in ((mine, False), (rest, True))
    )
    return BoundedDifference(
        lowest=ProportionDifference(own[0], others[1]),
        highest=ProportionDifference(own[1], others[0]),
    )


def _sides(cells: Cells, key: Key) -> NDArray[np.int64] | None:
    """Return the cells of a group and of everyone else, where unseen outcomes are counted."""
    shares = cells.shares
    if key not in shares or WHOLE not in shares or not cells.exists[UNOBSERVED_ROW].any():
        return None
    return np.stack([shares[key], shares[WHOLE] - shares[key]])


def _of_size(p: Proportion, effective: int | None) -> Proportion:
    n = p.n if effective is None else min(p.n, float(effective))
    return Proportion(p.value * n, n)
