"""Rules for what a model loses without some of its columns."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.disclosure.cells import nearest
from essex_standard.disclosure.shown import two, two_decimals, withhold
from essex_standard.evidence.group_table import FN, TP

if TYPE_CHECKING:
    from essex_standard.disclosure.protection import Protection
    from essex_standard.measurement import Measurement


def loss(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return a loss that is no ratio of cells: ten with the outcome and ten without it."""
    if plan.events is None or plan.non_events is None or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    return two_decimals(m, None if m.n is None else plan.rows(m.n))


def per_1000(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how many of every 1,000 are found fewer, in steps of the rounding base of people.

    It is given to nobody where fewer people than the minimum stand behind it: who is found by one
    copy and not by the other is counted in the measure, which then tells no figure.
    """
    if m.value is None or m.n is None or m.n < 100 or plan.events is None:
        return withhold(m)
    people = nearest(m.n, plan.base)
    step = plan.base * 1000 / people

    def rounded(x: float | None, *, up: bool) -> float | None:
        if x is None:
            return None
        steps = math.ceil(x / step - 1e-9) if up else math.floor(x / step + 1e-9)
        return float(math.ceil(steps * step) if up else math.floor(steps * step))

    value = float(round(plan.base * round(m.value * m.n / 1000 / plan.base) * 1000 / people))
    return replace(
        m,
        value=value + 0.0,
        low=rounded(m.low, up=False),
        high=rounded(m.high, up=True),
        n=people,
    )


def of_group(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how many fewer of a group are found, of those who had the outcome, by whole steps."""
    mine = plan.assessed.people.get((m.attribute, m.group))
    if m.value is None or m.n is None or mine is None or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    of = int(mine[TP] + mine[FN])
    if of < 2 * plan.min_cell:
        return withhold(m)
    fewer = math.copysign(nearest(round(abs(m.value) * m.n), plan.base), m.value)
    return replace(m, value=two(fewer / of), low=None, high=None, n=of)
