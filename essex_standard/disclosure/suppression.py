"""Which groups may be shown: large enough in every cell, and not to be had by subtraction.

    primary      a cell of the group is below the minimum
    complement   the group would give a primary one away, and is withheld with it
    attack       what linear programming can still narrow down is withheld too, until nothing is

A group's table is shown whole or withheld whole, because several rates of one small table can be
solved for its cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from essex_standard.disclosure.attacker import Family, Key, exposed
from essex_standard.evidence.group_table import BUCKETS, GroupTable

MIN_CELL = 10
"""Smallest cell of people behind any figure (ACRO's safe threshold); it can only be raised."""

WHOLE: Key = ("", "")

UNOBSERVED_ROW = 2

DOMINATED_BELOW = 2.5
"""Effective size below which two heavy rows may hold more than 90 % of a weighted cell: if two of
them do, the sum of squared shares is at least 0.405, so Kish's effective size is at most 2.47."""


def protected_cells(whole: NDArray[np.int64], k: int) -> NDArray[np.bool_]:
    """Return which of a population's (outcome, decision) cells exist, and so must be large enough.

    A cell is empty by definition, and not by chance, if its whole row or column is: nobody was
    flagged, no outcome was observed. Fewer than `k` unobserved outcomes, flagged or not, are left
    out of every figure.

    Returns
    -------
    ndarray of bool, shape (3, 2)
    """
    kept = whole.copy()
    if unobserved_left_out(whole, k):
        kept[UNOBSERVED_ROW] = 0
    exists: NDArray[np.bool_] = (kept.sum(axis=1, keepdims=True) > 0) & (
        kept.sum(axis=0, keepdims=True) > 0
    )
    return exists


def unobserved_left_out(whole: NDArray[np.int64], k: int) -> bool:
    """Return whether people of unobserved outcome are too few to be counted anywhere."""
    known, unobserved = whole[:UNOBSERVED_ROW], whole[UNOBSERVED_ROW]
    in_use = (whole.sum(axis=0) > 0) & (unobserved.sum() > 0)
    return bool(known.sum() > 0 and (unobserved[in_use] < k).any())


def withheld(tables: Mapping[str, GroupTable], *, k: int, base: int) -> frozenset[Key]:
    """Return the groups to withhold when no cell below `k` may be found out.

    The minimum is raised step by step, each step keeping what the last one withheld: a higher
    minimum then never shows what a lower one withholds.
    """
    whole = tables.get("")
    if whole is None:
        return frozenset()
    unclear = _unclear(tables)
    mute = frozenset((a, g) for a in unclear for g in tables[a].groups)
    tables = {a: t for a, t in tables.items() if a not in unclear}
    families = _families(tables)
    hidden: frozenset[Key] = frozenset()
    for minimum in range(MIN_CELL, k + 1):
        exists = protected_cells(whole.counts[0], minimum)
        cells = {
            (attribute, group): table.counts[i][exists]
            for attribute, table in tables.items()
            for i, group in enumerate(table.groups)
        }
        if WHOLE not in hidden:
            primary = _primary(tables, exists, minimum)
            hidden = _closed(cells, families, hidden | primary, k=minimum, base=base)
    return hidden | mute


def _primary(tables: Mapping[str, GroupTable], exists: NDArray[np.bool_], k: int) -> frozenset[Key]:
    return frozenset(
        (attribute, group)
        for attribute, table in tables.items()
        for i, group in enumerate(table.groups)
        if _too_small(table, i, exists, k)
    )


def _too_small(table: GroupTable, i: int, exists: NDArray[np.bool_], k: int) -> bool:
    if bool((table.counts[i][exists] < k).any()):
        return True
    if table.weights is not None and table.squares is not None:
        heavy = table.weights[i][exists] ** 2 < DOMINATED_BELOW * table.squares[i][exists]
        if bool(heavy.any()) or bool((table.weights[i][exists] <= 0).any()):
            return True
    if table.buckets is None:
        return False
    # Ten rows of one family are one family: buckets that hold somebody are fewer than clusters.
    families = (table.buckets[:, i] > 0).sum(axis=0)[exists]
    return bool((families < min(k, BUCKETS // 2)).any())


def _closed(
    cells: Mapping[Key, NDArray[np.int64]],
    families: Sequence[Family],
    hidden: frozenset[Key],
    *,
    k: int,
    base: int,
) -> frozenset[Key]:
    """Return the groups withheld with all that would give them away."""
    while True:
        hidden = _complemented(cells, families, hidden, k)
        if WHOLE in hidden:
            return frozenset(cells)
        found = exposed(cells, families, hidden, k=k, base=base)
        if not found:
            return hidden
        more = {key for group in sorted(found) for key in _next_to(group, cells, families, hidden)}
        # Where nothing beside it is left to withhold, only silence is safe.
        hidden = hidden | more if more else frozenset(cells)


def _complemented(
    cells: Mapping[Key, NDArray[np.int64]],
    families: Sequence[Family],
    hidden: frozenset[Key],
    k: int,
) -> frozenset[Key]:
    out = set(hidden)
    while True:
        before = len(out)
        for parent, members in families:
            if parent in out:
                out.update(members)
            else:
                out |= _complement(members, out, cells, k)
        if len(out) == before:
            return frozenset(out)


def _complement(
    members: Sequence[Key], out: set[Key], cells: Mapping[Key, NDArray[np.int64]], k: int
) -> set[Key]:
    """Return the smallest further members until the withheld ones are two, and `k` in each cell."""
    hidden = [m for m in members if m in out]
    shown = _smallest_first([m for m in members if m not in out], cells)
    extra: set[Key] = set()
    while hidden and shown:
        total = np.sum([cells[m] for m in hidden], axis=0)
        if len(hidden) > 1 and (total >= k).all():
            break
        hidden.append(shown.pop(0))
        extra.add(hidden[-1])
    return extra


def _next_to(
    group: Key,
    cells: Mapping[Key, NDArray[np.int64]],
    families: Sequence[Family],
    hidden: frozenset[Key],
) -> set[Key]:
    """Return the smallest shown group in a family with `group`; else the total above it."""
    mine = [f for f in families if group in f[1]]
    beside = [m for _, members in mine for m in members if m not in hidden]
    above = [parent for parent, _ in mine if parent not in hidden and parent != WHOLE]
    return set(_smallest_first(beside or above, cells)[:1])


def _smallest_first(keys: Sequence[Key], cells: Mapping[Key, NDArray[np.int64]]) -> list[Key]:
    return sorted(set(keys), key=lambda key: (int(cells[key].sum()), cells[key].tolist(), key))


def _families(tables: Mapping[str, GroupTable]) -> list[Family]:
    """Return every set of groups that adds up to a total, with that total."""
    families: list[Family] = []
    pairs = _pairs(tables)
    for attribute, table in tables.items():
        if not attribute:
            continue
        if attribute not in pairs:
            families.append((WHOLE, tuple((attribute, g) for g in table.groups)))
            continue
        first, second = pairs[attribute]
        parts = _crossed(tables[first], tables[second])
        for side, which in ((first, 0), (second, 1)):
            for mine in tables[side].groups:
                members = tuple((attribute, g) for g in table.groups if parts[g][0][which] == mine)
                families.append(((side, mine), members))
    return families


def _crossed(first: GroupTable, second: GroupTable) -> dict[str, list[tuple[str, str]]]:
    """Return the two groups that each name of a pair may stand for."""
    names: dict[str, list[tuple[str, str]]] = {}
    for a in first.groups:
        for b in second.groups:
            names.setdefault(f"{a} & {b}", []).append((a, b))
    return names


def _unclear(tables: Mapping[str, GroupTable]) -> frozenset[str]:
    """Return the pairs whose names do not tell which two groups they are of, if a name holds ' & '.

    What cannot be traced to its totals cannot be protected: such a table is withheld whole.
    """
    return frozenset(
        pair
        for pair, (a, b) in _pairs(tables).items()
        for names in [_crossed(tables[a], tables[b])]
        if any(len(names.get(g, ())) != 1 for g in tables[pair].groups)
    )


def _pairs(tables: Mapping[str, GroupTable]) -> dict[str, tuple[str, str]]:
    singles = [a for a in tables if a]
    return {
        f"{a} & {b}": (a, b) for a in singles for b in singles if a < b and f"{a} & {b}" in tables
    }
