"""Rules for how many texts of a column hold identifiers of one kind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.disclosure.column_shares import MENTIONS, OWN_MENTIONS
from essex_standard.disclosure.shown import two, withhold
from essex_standard.statistics.proportions import Proportion

if TYPE_CHECKING:
    from essex_standard.disclosure.protection import Protection
    from essex_standard.measurement import Measurement


def count(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return a number of texts; of fewer than the minimum only that they are fewer."""
    if m.value is None or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    if m.value < plan.min_cell:
        return replace(withhold(m), below=plan.min_cell)
    figure = plan.column_shares.get((MENTIONS, m.attribute, m.group))
    if not isinstance(figure, Proportion):
        return withhold(m)
    return replace(m, value=figure.k, low=None, high=None, n=None)


def share(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return the share of texts with one of their own, from rounded counts."""
    figure = plan.column_shares.get((OWN_MENTIONS, m.attribute, m.group))
    if not isinstance(figure, Proportion) or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    return replace(m, value=two(figure.value), low=None, high=None, n=int(figure.n))
