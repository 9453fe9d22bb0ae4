"""Rules for what attacks on the model found, which tell of the people it was trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.disclosure.shown import two_decimals, withhold

if TYPE_CHECKING:
    from essex_standard.disclosure.protection import Protection
    from essex_standard.measurement import Measurement


def of_copy(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how well one half of the reference is told from the other."""
    if m.n is None or m.n < 2 * plan.min_cell or not plan.reference_total:
        return withhold(m)
    return two_decimals(m, None)


def overfitting_gap(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return by how much better people are ordered in training; `n` is the fewest of any kind."""
    if m.n is None or m.n < plan.min_cell or plan.events is None or plan.non_events is None:
        return withhold(m)
    return two_decimals(m, None)
