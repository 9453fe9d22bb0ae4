"""Rules for what is told of people who look alike: the smallest of their classes are the secret."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.disclosure.shown import two_decimals, withhold
from essex_standard.statistics.anonymity import band_of

if TYPE_CHECKING:
    from essex_standard.disclosure.protection import Protection
    from essex_standard.evidence.held import Held
    from essex_standard.measurement import Measurement


ROUND_SIZES = tuple(a * 10**b for b in range(1, 7) for a in (1, 2, 5))


def quasi_identifiers(held: Held) -> tuple[str, ...]:
    """Return the columns by which people look alike."""
    return () if held.assessed.classes is None else held.assessed.classes.columns


def smallest_cells(held: Held) -> dict[str, int]:
    """Return the fewest people of any class who have any one value of each sensitive column."""
    found: dict[str, int] = {}
    for population in (held.assessed, held.reference):
        classes = None if population is None else population.classes
        if classes is None:
            continue
        for column in classes.sensitive_columns:
            cell = classes.smallest_cell(column)
            found[column] = min(cell, found.get(column, cell))
    return found


def people_alike(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return the size of the smallest class, rounded down to a round number.

    Of fewer than the minimum only that is told. To the nearest five it could be the size of a
    group whose own table is withheld.
    """
    if m.value is None or m.value < plan.min_cell:
        return replace(withhold(m), below=plan.min_cell)
    at_least = max(size for size in (plan.min_cell, *ROUND_SIZES) if size <= m.value)
    return _alone(m, float(at_least))


def values_alike(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return the fewest different values in a class, from the minimum on."""
    if m.value is None or m.value < plan.min_cell:
        return replace(withhold(m), below=plan.min_cell)
    return _alone(m, m.value)


def of_cells(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return a figure from which the cells of one class could be worked out, if all are large."""
    if plan.smallest_cells.get(m.attribute, 0) < plan.min_cell:
        return withhold(m)
    if any(plan.tells_of_a_group(c) for c in (m.attribute, *plan.quasi_identifiers)):
        return withhold(m)
    return replace(two_decimals(m, None), low=None, high=None)


def in_bands(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return the band that a share of people reaches; of fewer than the minimum, nothing."""
    if m.value is None or m.n is None or round(m.value * m.n) < plan.min_cell:
        return withhold(m)
    band = band_of(m.value)
    return withhold(m) if band is None else _alone(m, band)


def _alone(m: Measurement, value: float) -> Measurement:
    return replace(m, value=value, low=None, high=None, n=None)
