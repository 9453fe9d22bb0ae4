"""Labels as codes, and attributes crossed: how rows are told apart before they are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

JOINED = " & "
"""Between the names of attributes, and of groups, that are crossed; no name may hold it."""

MOST_CROSSED = 5_000
"""Groups of one crossing; beyond, it is a key rather than a crossing."""

Coded = tuple["NDArray[Any]", "NDArray[np.int64]"]
"""Sorted labels, and each row's index in them."""


def codes_of(
    labels: NDArray[np.str_], *, sort: bool = True
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the distinct labels, sorted if asked for, and each row's index in them."""
    import pandas as pd

    # Hashing is some twenty times faster than np.unique, which sorts all rows as strings.
    codes, distinct = pd.factorize(np.asarray(labels, dtype=object), sort=sort)
    return np.asarray(distinct), np.asarray(codes, dtype=np.int64)


def crossings(coded: Mapping[str, Coded], depth: int) -> dict[str, Coded]:
    """Return every crossing of two and up to `depth` attributes, the shallow ones first."""
    found: dict[str, Coded] = {}
    for size in range(2, depth + 1):
        for names in combinations(sorted(coded), size):
            before = JOINED.join(names[:-1])
            found[JOINED.join(names)] = _crossed(
                coded[before] if size == 2 else found[before], coded[names[-1]], names
            )
    return found


def _crossed(one: Coded, other: Coded, names: Sequence[str]) -> Coded:
    """Return the crossings that occur, under their joined names.

    Raises
    ------
    DataError
        If there are too many of them to be groups.
    """
    (labels_a, codes_a), (labels_b, codes_b) = one, other
    crossed = codes_a * len(labels_b) + codes_b
    seen = np.flatnonzero(np.bincount(crossed, minlength=len(labels_a) * len(labels_b)))
    if len(seen) > MOST_CROSSED:
        raise DataError.because(
            f"crossed, they make {len(seen):,} groups, more than the {MOST_CROSSED:,} that can be "
            "told apart",
            where=f"protected columns {', '.join(names)}",
            mend="Merge the values of one of them into broader groups, or ask for a lesser depth "
            "in the check",
        )
    joined = [f"{labels_a[c // len(labels_b)]}{JOINED}{labels_b[c % len(labels_b)]}" for c in seen]
    # Two crossings may read alike where a label holds the joining sign: they are then one group.
    distinct, place = np.unique(np.array(joined, dtype=object), return_inverse=True)
    code_of = np.zeros(len(labels_a) * len(labels_b), dtype=np.int64)
    code_of[seen] = place.reshape(-1)
    return distinct, code_of[crossed]


def places(periods: NDArray[np.str_]) -> dict[str, NDArray[np.int64]]:
    """Return the places of each period's rows, the periods in order."""
    labels, codes = codes_of(periods)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(labels) + 1))
    return {str(label): order[ends[i] : ends[i + 1]] for i, label in enumerate(labels)}


def is_deep(attribute: str) -> bool:
    """Return whether a name is that of a crossing of three and more attributes."""
    return attribute.count(JOINED) > 1
