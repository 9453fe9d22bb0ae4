"""Which groups may be shown: large enough in every cell, and not to be had by subtraction.

    primary      a cell of the group is below the minimum
    complement   the group would give a primary one away, and is withheld with it
    attack       what linear programming can still narrow down is withheld too, until nothing is

A group's table is shown whole or withheld whole, because several rates of one small table can be
solved for its cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from essex_standard.disclosure.attacker import Family, Key, exposed
from essex_standard.evidence.coding import JOINED
from essex_standard.evidence.group_table import BUCKETS, GroupTable

MIN_CELL = 10
"""Smallest cell of people behind any figure (ACRO's safe threshold); it can only be raised."""

WHOLE: Key = ("", "")

UNOBSERVED_ROW = 2

MOST_DEEP = 600
"""Groups of crossings of three and more attributes that are protected figure by figure; the
programs of the attacker grow with them, and a table beyond is withheld whole."""

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
    unclear |= _too_many({a: t for a, t in tables.items() if a not in unclear})
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
    """Return every set of groups that adds up to a total, with that total.

    A crossing adds up to each crossing of all its attributes but one (a pair to each of its
    attributes), and an attribute to everybody.
    """
    families: list[Family] = []
    crossings = _crossings(tables)
    for attribute, table in tables.items():
        if not attribute:
            continue
        if attribute not in crossings:
            families.append((WHOLE, tuple((attribute, g) for g in table.groups)))
            continue
        parts = crossings[attribute]
        parted = _parted(table, tuple(tables[p] for p in parts))
        for margin in _margins(parts, tables):
            at = [parts.index(p) for p in margin]
            side = JOINED.join(margin)
            members: dict[str, list[Key]] = {g: [] for g in tables[side].groups}
            for group in table.groups:
                mine = JOINED.join(parted[group][0][i] for i in at)
                members[mine].append((attribute, group))
            families += [((side, g), tuple(found)) for g, found in members.items() if found]
    return families


def _margins(parts: tuple[str, ...], tables: Mapping[str, GroupTable]) -> list[tuple[str, ...]]:
    """Return the tables that a crossing adds up to, next below it; all attributes if one lacks."""
    below = list(combinations(parts, len(parts) - 1))
    there = [margin for margin in below if JOINED.join(margin) in tables]
    if len(there) == len(below):
        return there
    return [*(m for m in there if len(m) > 1), *((p,) for p in parts)]


def _parted(table: GroupTable, singles: tuple[GroupTable, ...]) -> dict[str, list[tuple[str, ...]]]:
    """Return, for each group of a crossing, the groups of its attributes that it may stand for."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for group in table.groups:
        ways: list[tuple[tuple[str, ...], str]] = [((), group)]
        for i, single in enumerate(singles):
            last = i == len(singles) - 1
            ways = [
                ((*before, g), rest[len(g) + len(JOINED) :])
                for before, rest in ways
                for g in single.groups
                if (rest == g if last else rest.startswith(f"{g}{JOINED}"))
            ]
        found[group] = [parts for parts, _ in ways]
    return found


def _unclear(tables: Mapping[str, GroupTable]) -> frozenset[str]:
    """Return the crossings whose names do not tell which groups they are of.

    That is where a name holds ' & ' itself. What cannot be traced to its totals cannot be
    protected: such a table is withheld whole.
    """
    return frozenset(
        crossing
        for crossing, parts in _crossings(tables).items()
        for found in [_parted(tables[crossing], tuple(tables[p] for p in parts))]
        if any(len(ways) != 1 for ways in found.values())
    )


def _too_many(tables: Mapping[str, GroupTable]) -> frozenset[str]:
    """Return the crossings of three and more that are withheld whole, being too many to attack.

    The smaller are kept first, and no crossing without all that it adds up to.
    """
    crossings = {c: p for c, p in _crossings(tables).items() if len(p) > 2}
    room = MOST_DEEP
    out: set[str] = set()
    for crossing in sorted(crossings, key=lambda c: (len(crossings[c]), len(tables[c].groups), c)):
        below = {JOINED.join(m) for m in _margins(crossings[crossing], tables)}
        room -= len(tables[crossing].groups)
        if room < 0 or below & out:
            room += len(tables[crossing].groups)
            out.add(crossing)
    return frozenset(out)


def _crossings(tables: Mapping[str, GroupTable]) -> dict[str, tuple[str, ...]]:
    """Return the tables that cross attributes of which there are tables too."""
    found: dict[str, tuple[str, ...]] = {}
    for name in tables:
        parts = tuple(name.split(JOINED))
        if len(parts) > 1 and all(p in tables for p in parts) and list(parts) == sorted(set(parts)):
            found[name] = parts
    return found
