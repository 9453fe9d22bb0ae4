"""Groups as a team declares them: bands of a number, a grouping by name, entries that mean nothing.

    age = [0, 5, 10]                 ->  "0 to under 5", "5 to under 10", "10 and over"
    ethnicity = "census-2021-..."    ->  WBRI, WIRI, ... merged into "White", ...
    "not stated", "REFU"             ->  unknown

What is merged, lacking or left over is told. A sentence names groups of the grouping, never an
entry of the data that few people share: it can name them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError
from essex_standard.evidence.group_table import UNKNOWN

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

FEWEST = 10
"""A group of fewer people is told like one of nobody."""

MOST_BANDS = 50

_NUMBER = re.compile(r"-?\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of a grouping, and the entries that stand for it.

    Attributes
    ----------
    entries : tuple of str
        What may stand for it beside the name itself; capitals do not matter.
    code : str
        A number that stands for it, where every entry of the column is such a number.
    beside : bool
        The data need not have it.
    """

    name: str
    entries: tuple[str, ...] = ()
    code: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """A known set of groups, by which the entries of a column can be read."""

    id: str
    title: str
    groups: tuple[Group, ...]
    unknown: tuple[str, ...] = ()

    def place(self, entries: Sequence[str]) -> dict[str, str]:
        """Return the group of each entry that belongs to one; unknown ones belong to `UNKNOWN`.

        A bare number counts only where every bare number of the column is a code of the grouping:
        codes of another grouping would else be taken for these.
        """
        words = {_plain(v): g.name for g in self.groups for v in (g.name, *g.entries)}
        words |= {_plain(v): UNKNOWN for v in self.unknown if not _NUMBER.fullmatch(v)}
        codes = {g.code: g.name for g in self.groups if g.code}
        codes |= {v: UNKNOWN for v in self.unknown if _NUMBER.fullmatch(v)}
        numbers = [e for e in entries if _NUMBER.fullmatch(e)]
        known = codes if all(n in codes for n in numbers) else {}
        found = {e: known.get(e) for e in numbers}
        found |= {e: words.get(_plain(e)) for e in entries if e not in found}
        return {e: name for e, name in found.items() if name is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """How protected columns are to be read.

    Attributes
    ----------
    not_known : frozenset of str
        Entries of any column that plainly say that it is not known, in small letters.
    groupings : mapping of column to Grouping, or None where each entry is a group as it is
    bands : mapping of column to the edges of its bands, increasing
    """

    not_known: frozenset[str] = frozenset()
    groupings: Mapping[str, Grouping | None] = field(default_factory=dict)
    bands: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def banded(
    column: pd.Series, edges: Sequence[float], declared: Declared, *, name: str
) -> pd.Series:
    """Return the bands that the numbers of a column fall into; missing stays missing.

    A band runs from its edge up to, and without, the next one; the last has no upper end.

    Raises
    ------
    DataError
        If the edges are none, or the column does not hold numbers.
    """
    import pandas as pd

    if len(edges) < 2 or not all(map(math.isfinite, edges)) or list(edges) != sorted(set(edges)):
        raise DataError.because(
            "bands are given by two or more numbers, each above the one before",
            where=f"bands of '{name}'",
            mend=f"For instance {name} = [0, 5, 10, 16, 18]",
        )
    if len(edges) > MOST_BANDS:
        raise DataError.because(
            f"there are more than {MOST_BANDS} bands",
            where=f"bands of '{name}'",
            mend="Declare fewer and broader bands",
        )
    texts = column.astype(object)
    is_text = texts.map(lambda v: isinstance(v, str))
    empty = texts.isna() | (is_text & texts.map(lambda v: _says_nothing(v, declared.not_known)))
    numbers = pd.to_numeric(texts.where(~empty), errors="coerce").astype(float)
    odd = texts.map(lambda v: isinstance(v, (bool, np.bool_))) | (numbers.isna() & ~empty)
    if odd.any() or np.isinf(numbers).any():
        raise DataError.because(
            "bands are declared for it, and some of its values are no numbers",
            where=f"protected column '{name}'",
            mend="Give numbers, leave the value empty where it is not known, or declare no bands",
        )
    place = np.searchsorted(np.asarray(edges, float), numbers.to_numpy(), side="right")
    labels = np.array(band_names(edges), dtype=object)[place]
    return pd.Series(labels, index=column.index).mask(empty.to_numpy(dtype=bool))


def band_names(edges: Sequence[float]) -> list[str]:
    """Return the names of all bands, the one below the first edge included."""
    between = [f"{a:g} to under {b:g}" for a, b in pairwise(edges)]
    return [f"under {edges[0]:g}", *between, f"{edges[-1]:g} and over"]


def grouped(
    labels: NDArray[np.str_], declared: Declared, *, name: str
) -> tuple[NDArray[np.str_], tuple[str, ...]]:
    """Return labels as declared, and what was done to them in sentences.

    Raises
    ------
    DataError
        If no entry belongs to the grouping that is declared.
    """
    import pandas as pd

    codes, distinct = pd.factorize(np.asarray(labels, dtype=object))
    entries = [str(e) for e in distinct]
    people = dict(zip(entries, np.bincount(codes, minlength=len(entries)).tolist(), strict=True))
    told: list[str] = []
    silent = {e for e in entries if e != UNKNOWN and _says_nothing(e, declared.not_known)}
    into = {e: UNKNOWN if e in silent else e for e in entries}
    grouping = declared.groupings.get(name)
    if grouping is not None:
        left = [e for e in entries if into[e] != UNKNOWN]
        placed = grouping.place(left)
        if left and not placed:
            raise DataError.because(
                f"none of its entries belongs to the grouping '{grouping.id}'",
                where=f"protected column '{name}'",
                mend=f"Declare the grouping that its codes are of, or none; '{grouping.id}' knows: "
                + "; ".join(g.name for g in grouping.groups[:6]),
            )
        into |= placed
        silent |= {e for e, group in placed.items() if group == UNKNOWN}
        told += _of_grouping(grouping, into, people, len(left) - len(placed), name)
    if silent:
        told.insert(0, _of_silent(silent, people, name))
    names = np.array([into[e] for e in entries], dtype=object)
    result: NDArray[np.str_] = names[codes]
    return result, tuple(told)


def _of_silent(silent: set[str], people: Mapping[str, int], name: str) -> str:
    """Tell which entries count as unknown; those of few people only by the fact."""
    named = sorted(e for e in silent if people[e] >= FEWEST)
    which = f" ({', '.join(named)})" if named else ""
    return (
        f"Entries of {name} that say that it is not known{which} were counted as unknown, which is "
        "a group of its own."
    )


def _of_grouping(
    grouping: Grouping, into: Mapping[str, str], people: Mapping[str, int], outside: int, name: str
) -> list[str]:
    """Tell what was merged, which groups the data lack, and what belongs to none."""
    size: dict[str, int] = {}
    for entry, group in into.items():
        size[group] = size.get(group, 0) + people[entry]
    names = {g.name for g in grouping.groups}
    merged = sum(1 for group in into.values() if group in names)
    present = len(names & size.keys())
    told = []
    if merged > present:
        told.append(
            f"{name}: {merged} kinds of entry were merged into {present} groups as declared "
            f"({grouping.id})."
        )
    else:
        told.append(f"{name}: entries were read as the groups of {grouping.id}, as declared.")
    lacking = [g.name for g in grouping.groups if size.get(g.name, 0) < FEWEST and not g.beside]
    if lacking:
        told.append(
            f"{name}: fewer than {FEWEST} people, or nobody, in these groups of {grouping.id}: "
            f"{'; '.join(lacking)}."
        )
    if outside:
        kinds = "1 kind of entry belongs" if outside == 1 else f"{outside} kinds of entry belong"
        left = "a group of its own" if outside == 1 else "groups of their own"
        told.append(f"{name}: {kinds} to no group of {grouping.id}, and stays {left}.")
    return told


def _says_nothing(entry: Any, not_known: frozenset[str]) -> bool:
    return isinstance(entry, str) and (not entry.strip() or _plain(entry) in not_known)


def _plain(entry: str) -> str:
    """Return an entry without what does not matter: capitals, doubled blanks, curly quotes."""
    return " ".join(entry.replace("’", "'").split()).casefold()
