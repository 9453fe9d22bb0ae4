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

FEWEST = 100
"""People of whom something is said as so many of 1,000."""


def loss(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return a loss that is no ratio of cells: ten with the outcome and ten without it."""
    if plan.events is None or plan.non_events is None or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    return two_decimals(m, None if m.n is None else _behind(plan, m.n, plan.events))


def _behind(plan: Protection, n: int, whole: int) -> int | None:
    """Return how many stand behind a figure; of (nearly) all of them, as all are printed.

    Two roundings of one count would tell more than either.
    """
    rounded = plan.rows(n)
    return whole if rounded is not None and rounded >= whole - 4 * plan.base else rounded


def per_1000(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how many of every 1,000 are found fewer, in steps of the rounding base of people.

    Who is found by one copy and not by the other is counted in the measure: where fewer people than
    the minimum are, it tells no figure.
    """
    events, non_events = plan.events, plan.non_events
    if m.value is None or m.n is None or m.n < FEWEST or events is None or non_events is None:
        return withhold(m)
    people = _behind(plan, m.n, events + non_events) or 0
    if people < FEWEST:
        return withhold(m)
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
