"""What one column alone says of groups or outcomes, learned in some folds and used in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from essex_standard.statistics.held_out import FOLDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.experiments.encoding import Levels
    from essex_standard.statistics.held_out import HeldOut

    Array = NDArray[np.float64]

PRIOR = 20.0
"""A level's own share counts against that of everybody, as if twenty more of those stood at it."""


def held_out_share(column: Levels, member: NDArray[np.bool_], held: HeldOut) -> Array:
    """Return each row's share of members at its level, seen in the other folds."""
    assert column.codes is not None  # noqa: S101 - free text has no levels
    where = held.fold * column.width + column.codes
    size = FOLDS * column.width
    shape = (FOLDS, column.width, -1)
    people = np.bincount(where, minlength=size).reshape(FOLDS, column.width)
    hits = np.stack(
        [np.bincount(where, weights=m, minlength=size) for m in member.T.astype(float)], axis=-1
    ).reshape(shape)
    seen, of_them = people.sum(axis=0) - people, hits.sum(axis=0) - hits
    mean = of_them.sum(axis=1, keepdims=True) / seen.sum(axis=1)[:, None, None]
    share = (of_them + PRIOR * mean) / (seen[..., None] + PRIOR)
    result: Array = share[held.fold, column.codes]
    return result
