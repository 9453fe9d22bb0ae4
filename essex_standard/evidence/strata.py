"""Groups within the values of a declared legitimate factor: like compared with like.

    a group table whose groups are (group, stratum)  ->  people[group, stratum, outcome, decision]

A stratum holds the people with one value of the factor. The tables are `GroupTable`s, so that they
add and are stored as all others; the sign that joins the two names occurs in neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError
from essex_standard.evidence.group_table import GroupTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Coded = tuple[NDArray[Any], NDArray[np.int64]]

WITHIN = "\x1f"
"""Joins a group and its stratum; labels hold no sign that cannot be read on a page."""

MOST_STRATA = 5_000
"""Groups times values of the factor that occur; beyond, hardly anybody shares a stratum."""


def within(groups: Coded, strata: Coded, attribute: str) -> Coded:
    """Return the pairs of group and stratum that occur, sorted, and each row's index in them.

    Parameters
    ----------
    groups, strata : (labels, codes)
        Distinct labels, and each row's index in them.

    Raises
    ------
    DataError
        If there are too many of them.
    """
    (names, of_group), (values, of_stratum) = groups, strata
    size = len(names) * len(values)
    crossed = of_group * len(values) + of_stratum
    seen = np.flatnonzero(np.bincount(crossed, minlength=size))
    if len(seen) > MOST_STRATA:
        raise DataError.because(
            f"with the legitimate factor it makes {len(seen):,} strata, more than the "
            f"{MOST_STRATA:,} that can be told apart",
            where=f"protected column '{attribute}'",
            mend="Merge the values of the factor, or of the column, into broader groups",
        )
    joined = [f"{names[c // len(values)]}{WITHIN}{values[c % len(values)]}" for c in seen]
    order = np.array(sorted(range(len(seen)), key=lambda i: joined[i]), dtype=np.int64)
    code_of = np.zeros(size, dtype=np.int64)
    code_of[seen[order]] = np.arange(len(seen))
    return np.array([joined[i] for i in order], dtype=object), code_of[crossed]


def within_factor(
    attributes: Mapping[str, Coded],
    factor: Coded,
    outcome: NDArray[np.int8],
    flagged: NDArray[np.bool_],
    *,
    weights: Array | None = None,
    buckets: NDArray[np.int64] | None = None,
) -> dict[str, GroupTable]:
    """Return the table of each attribute within the factor; parameters as `GroupTable.of`."""
    found = {}
    for attribute, groups in attributes.items():
        labels, codes = within(groups, factor, attribute)
        found[attribute] = GroupTable.of(
            attribute, codes, labels, outcome, flagged, weights=weights, buckets=buckets
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """One attribute's people by group and stratum.

    Attributes
    ----------
    groups, strata : tuple of str
    people : ndarray of int64, shape (groups, strata, 3, 2)
        By outcome and decision, as in `GroupTable`.
    weights, squares : ndarray of float64, same shape, or None
    buckets : ndarray of float64, shape (128, groups, strata, 3, 2), or None
    """

    groups: tuple[str, ...]
    strata: tuple[str, ...]
    people: NDArray[np.int64]
    weights: Array | None = None
    squares: Array | None = None
    buckets: Array | None = None

    @classmethod
    def of(cls, table: GroupTable) -> Strata:
        """Lay a table of (group, stratum) out as an array."""
        pairs = [label.split(WITHIN, 1) for label in table.groups]
        groups = tuple(sorted({g for g, _ in pairs}))
        strata = tuple(sorted({s for _, s in pairs}))
        at = ([groups.index(g) for g, _ in pairs], [strata.index(s) for _, s in pairs])

        def laid_out(part: Any, axis: int = 0) -> Any:
            if part is None:
                return None
            shape = (*part.shape[:axis], len(groups), len(strata), *part.shape[axis + 1 :])
            full = np.zeros(shape, dtype=part.dtype)
            if axis:
                full[:, at[0], at[1]] = part
            else:
                full[at] = part
            return full

        return cls(
            groups=groups,
            strata=strata,
            people=laid_out(table.counts),
            weights=laid_out(table.weights),
            squares=laid_out(table.squares),
            buckets=laid_out(table.buckets, 1),
        )
