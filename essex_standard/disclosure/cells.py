"""Rounded cells: what remains of the tables once disclosure control is done.

Nothing in here refers to the raw tables any more; every later figure is computed from it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from essex_standard.disclosure.attacker import Key
from essex_standard.disclosure.suppression import (
    UNOBSERVED_ROW,
    WHOLE,
    protected_cells,
    unobserved_left_out,
    withheld,
)
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.group_table import CELLS, GroupTable
from essex_standard.statistics.proportions import Proportion


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The (outcome, decision) cells of every group that may be shown.

    Attributes
    ----------
    people : mapping of group to ndarray of int64, shape (3, 2)
        Rounded counts of people.
    shares : mapping of group to ndarray of int64, shape (3, 2)
        What rates are taken of: `people`, or with weights the weighted people, scaled so that the
        weights of the whole add up to its people, and rounded alike.
    effective : mapping of (group, rate, of the rest) to int
        Effective size behind a rate where weights or clusters shrink it, rounded down.
    exists : ndarray of bool, shape (3, 2)
        Cells that are not empty by definition.
    rates : frozenset of str
        Rates that can be told at all: none over people of unobserved outcome where these are left
        out and not few.
    """

    people: Mapping[Key, NDArray[np.int64]] = field(default_factory=dict)
    shares: Mapping[Key, NDArray[np.int64]] = field(default_factory=dict)
    effective: Mapping[tuple[Key, str, bool], int] = field(default_factory=dict)
    exists: NDArray[np.bool_] = field(default_factory=lambda: np.zeros((3, 2), dtype=bool))
    rates: frozenset[str] = frozenset()
    min_cell: int = 10
    base: int = 5

    @classmethod
    def of(cls, tables: Mapping[str, GroupTable], k: int, base: int) -> Cells:
        """Protect the tables of one population."""
        whole = tables.get("")
        if whole is None:
            return cls(min_cell=k, base=base)
        counts = whole.counts[0]
        hidden, exists = withheld(tables, k=k, base=base), protected_cells(counts, k)
        shown = {
            (attribute, group): (table, i)
            for attribute, table in tables.items()
            for i, group in enumerate(table.groups)
            if (attribute, group) not in hidden
        }
        few_left_out = int(counts[UNOBSERVED_ROW].sum()) < k
        rates = frozenset(
            rate
            for rate in CELLS
            if rate != "selection_rate" or few_left_out or not unobserved_left_out(counts, k)
        )
        people = {key: rounded(t.counts[i] * exists, base) for key, (t, i) in shown.items()}
        shares = people
        if whole.weights is not None:
            scale = float((counts * exists).sum()) / float((whole.weights[0] * exists).sum() or 1.0)
            shares = {
                key: rounded(t.weights[i] * exists * scale, base)
                for key, (t, i) in shown.items()
                if t.weights is not None
            }
        return cls(
            people=people,
            shares=shares,
            effective=_effective(shown, rates, base),
            exists=exists,
            rates=rates,
            min_cell=k,
            base=base,
        )

    @property
    def total(self) -> int | None:
        """People in all, as the sum of the rounded cells; None where the whole is withheld."""
        whole = self.people.get(WHOLE)
        return None if whole is None else int(whole.sum())

    def proportion(self, rate: str, key: Key) -> Proportion | None:
        """Return a group's rate, or None where it is withheld."""
        mine = self.people.get(key)
        if mine is None:
            return None
        return self._proportion(
            rate, mine, self.shares[key], self.effective.get((key, rate, False))
        )

    def rest(self, rate: str, key: Key) -> Proportion | None:
        """Return the rate of everyone but a group, or None where either is withheld."""
        if key not in self.people or WHOLE not in self.people:
            return None
        return self._proportion(
            rate,
            self.people[WHOLE] - self.people[key],
            self.shares[WHOLE] - self.shares[key],
            self.effective.get((key, rate, True)),
        )

    def behind(self, rate: str, key: Key) -> int | None:
        """Return the people in a rate's denominator, from rounded cells."""
        mine = self.people.get(key)
        return None if mine is None else sum(int(mine[c]) for c in CELLS[rate][1])

    def _proportion(
        self,
        rate: str,
        people: NDArray[np.int64],
        shares: NDArray[np.int64],
        effective: int | None,
    ) -> Proportion | None:
        over, under = CELLS[rate]
        other = [c for c in under if c not in over]
        enough = self._enough(people, over) and self._enough(people, other)
        n, of = sum(int(people[c]) for c in under), sum(int(shares[c]) for c in under)
        share = sum(int(shares[c]) for c in over)
        if rate not in self.rates or not enough or n < self.min_cell or not 0 <= share <= of > 0:
            return None
        size = min(n, n if effective is None else effective)
        return Proportion(size * share / of, size)

    def _enough(self, people: NDArray[np.int64], part: object) -> bool:
        """Return whether a numerator, or what it leaves, is large enough or empty by definition."""
        cells = [c for c in part if self.exists[c]]  # type: ignore[attr-defined]
        return not cells or sum(int(people[c]) for c in cells) >= self.min_cell


def _effective(
    shown: Mapping[Key, tuple[GroupTable, int]], rates: frozenset[str], base: int
) -> dict[tuple[Key, str, bool], int]:
    """Return effective sizes, rounded down; at least one step, for the group itself is shown."""
    found: dict[tuple[Key, str, bool], int] = {}
    for (attribute, group), (table, _) in shown.items():
        if table.squares is None and table.buckets is None:
            continue
        sides = [(False, table.only(group))]
        if len(table.groups) > 1:
            sides.append((True, table.rest(group)))
        for is_rest, part in sides:
            for rate in rates:
                p = part.proportion(rate)
                if p is not None:
                    size = max(base, math.floor(p.n / base) * base)
                    found[(attribute, group), rate, is_rest] = size
    return found


def reference_cells(reference: Evidence | None, k: int, base: int) -> Cells:
    """Return the reference population's cells; its decisions are not looked at."""
    whole = None if reference is None else reference.whole
    if whole is None:
        return Cells(min_cell=k, base=base)
    undecided = np.zeros((1, 3, 2), dtype=np.int64)
    undecided[0, :, 0] = whole.counts[0].sum(axis=1)
    return Cells.of({"": GroupTable(attribute="", groups=("",), counts=undecided)}, k, base)


def rounded(cells: NDArray[np.int64] | NDArray[np.float64], base: int) -> NDArray[np.int64]:
    """Round to the nearest multiple, ties to the even multiple: the same cell always alike."""
    return (np.rint(cells / base) * base).astype(np.int64)


def nearest(n: float, base: int) -> int:
    """Round one number to the nearest multiple of `base`."""
    return round(n / base) * base
