"""How much a gap changed over time, from rounded cells alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from essex_standard.disclosure.cells import Cells, nearest
from essex_standard.disclosure.shown import shown, withhold
from essex_standard.disclosure.suppression import WHOLE
from essex_standard.evidence.coding import JOINED
from essex_standard.evidence.group_table import CELLS
from essex_standard.evidence.periods import CHANGE, PERIOD
from essex_standard.statistics.gap_change import GapChange
from essex_standard.statistics.proportions import Proportion, ProportionDifference

if TYPE_CHECKING:
    from essex_standard.disclosure.protection import Protection
    from essex_standard.measurement import Measurement


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change of a gap as it may be published, with the people of the group in the period."""

    change: GapChange
    people: int

    @property
    def value(self) -> float:
        """The change, from rounded cells."""
        return self.change.value

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return its interval, from rounded cells."""
        return self.change.interval(confidence)


def change(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return how much a group's gap changed in a period, or nothing where a side is withheld."""
    found = gap_change(plan.assessed, m)
    return shown(m, found, confidence, None if found is None else found.people)


def gap_change(cells: Cells, m: Measurement) -> ShownChange | None:
    """Return the change of a group's gap in one period, or None where one of its sides is withheld.

    The four sides follow from four tables: the group in the period, the group, the period and
    everybody.
    """
    parts = _parts(m)
    rate = m.measure.removesuffix(CHANGE)
    if parts is None or rate not in cells.rates:
        return None
    keys = ((m.attribute, m.group), *parts, WHOLE)
    if any(key not in cells.people for key in keys):
        return None
    both, mine, then, whole = (cells.shares[key] for key in keys)
    heads = [cells.people[key] for key in keys]
    sides = (both, then - both, mine - both, whole - mine - then + both)
    both_heads, mine_heads, then_heads, whole_heads = heads
    people = (
        both_heads,
        then_heads - both_heads,
        mine_heads - both_heads,
        whole_heads - mine_heads - then_heads + both_heads,
    )
    over, under = CELLS[rate]
    other = [c for c in under if c not in over]
    shrunk = _shrinkage(cells, keys[0], rate)
    found: list[Proportion] = []
    for shares, heads_of in zip(sides, people, strict=True):
        n, of = (sum(int(a[c]) for c in under) for a in (heads_of, shares))
        share = sum(int(shares[c]) for c in over)
        numbers = [sum(int(heads_of[c]) for c in part if cells.exists[c]) for part in (over, other)]
        if min(numbers) < cells.min_cell or not 0 <= share <= of or of <= 0:
            return None
        found.append(Proportion(n * shrunk * share / of, n * shrunk))
    return ShownChange(GapChange(*found), sum(int(both_heads[c]) for c in under))


def share(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return a group's share of a period, or how far it lies from that of the other periods."""
    sides = _shares(plan.assessed, m)
    if sides is None:
        return withhold(m)
    now, otherwise = sides
    figure = now if m.versus is None else ProportionDifference(now, otherwise)
    return shown(m, figure, confidence, nearest(now.n, plan.base))


def _shares(cells: Cells, m: Measurement) -> tuple[Proportion, Proportion] | None:
    """Return a group's share of a period and of the others, by rounded people; None if withheld."""
    parts = _parts(m)
    if parts is None or "selection_rate" not in cells.rates:
        return None
    keys = ((m.attribute, m.group), *parts, WHOLE)
    if any(key not in cells.people for key in keys):
        return None
    both, mine, then, whole = (int(cells.people[key].sum()) for key in keys)
    numbers = (both, then - both, mine - both, whole - then - mine + both)
    if min(numbers) < cells.min_cell:
        return None
    return Proportion(both, then), Proportion(mine - both, whole - then)


def _parts(m: Measurement) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Return the group and the period that a measurement is of."""
    names = m.attribute.split(JOINED)
    groups = m.group.split(JOINED)
    if len(names) != 2 or len(groups) != 2 or PERIOD not in names:
        return None
    at = names.index(PERIOD)
    return (names[1 - at], groups[1 - at]), (PERIOD, groups[at])


def _shrinkage(cells: Cells, key: tuple[str, str], rate: str) -> float:
    """Return by how much weights and clusters shrink what is known of a group, in (0, 1]."""
    effective, behind = cells.effective.get((key, rate, False)), cells.behind(rate, key)
    return 1.0 if effective is None or not behind else min(effective / behind, 1.0)
