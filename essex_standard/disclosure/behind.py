"""How many people stand behind figures that are no ratio of cells: events, values of a column."""

from __future__ import annotations

from dataclasses import dataclass

from essex_standard.disclosure.cells import Cells, nearest
from essex_standard.disclosure.suppression import WHOLE
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.group_table import FN, FP, TN, TP


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """How many people have a value in a column, on one side; None below the minimum."""

    present: int | None
    rows: int | None
    few_missing: bool


def total_of(cells: Cells, population: Evidence | None, k: int, base: int) -> int | None:
    """Return the sum of what is shown, so that nothing follows from a total rounded apart."""
    if population is None or population.rows < k:
        return None
    return nearest(population.rows, base) if cells.total is None else cells.total


def events_of(
    population: Evidence, cells: Cells, k: int, base: int
) -> tuple[int | None, int | None]:
    """Return people with and without the outcome as they may be printed; None below the minimum."""
    whole = population.whole
    if whole is None:
        return None, None
    raw = int(whole.count("positives")[0]), int(whole.count("negatives")[0])
    if min(raw) < k:
        return None, None
    shown = cells.people.get(WHOLE)
    if shown is None:
        return nearest(raw[0], base), nearest(raw[1], base)
    return int(shown[TP] + shown[FN]), int(shown[FP] + shown[TN])


def columns_of(
    population: Evidence, side: str, total: int | None, k: int, base: int
) -> dict[tuple[str, str], Column]:
    """Return how many people have a value in each column of one population."""
    profiles = dict(population.columns)
    if population.score_profile is not None:
        profiles[""] = population.score_profile
    found: dict[tuple[str, str], Column] = {}
    for name, profile in profiles.items():
        few = profile.rows - profile.present < k
        present = total if few else nearest(profile.present, base)
        found[name, side] = Column(
            present=None if profile.present < k else present, rows=total, few_missing=few
        )
    return found
