"""Rules for figures about scores and people that are no ratio of the rounded cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from essex_standard.disclosure.cells import nearest
from essex_standard.disclosure.shown import shown, two_decimals, withhold
from essex_standard.disclosure.suppression import WHOLE
from essex_standard.evidence.coding import JOINED
from essex_standard.evidence.group_table import FN, FP, TN, TP
from essex_standard.statistics.proportions import Proportion

if TYPE_CHECKING:
    from essex_standard.disclosure.protection import Protection
    from essex_standard.measurement import Measurement

SCORE = "score"
"""Attribute of the bands of a curve, alone or joined with that of a group."""

_OF_EVENTS = ("calibration_slope", "calibration_in_the_large")


def observed_rate(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return the outcome in a band of a curve, whose bands may be shown."""
    told = not plan.weighted_scores and _has_curve(plan, m)
    return rate_of_people(plan, m, confidence) if told else withhold(m)


def rate_of_people(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return a rate by its own rounded counts: ten with the outcome and ten without."""
    if m.value is None or m.n is None:
        return withhold(m)
    events = round(m.value * m.n)
    if min(events, m.n - events) < plan.min_cell:
        return withhold(m)
    k, rest = nearest(events, plan.base), nearest(m.n - events, plan.base)
    return shown(m, Proportion(k, k + rest), confidence, k + rest)


def _has_curve(plan: Protection, m: Measurement) -> bool:
    """Return whether a band is of everybody, or of groups of which none is withheld.

    Bands of groups add up to those of everybody, which would give a withheld one away.
    """
    named = m.attribute.split(JOINED)
    if SCORE not in named:
        return False
    named.remove(SCORE)
    attribute = JOINED.join(named)
    return not named or (attribute in plan.groups and not plan.tells_of_a_group(attribute))


def statistic(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return a figure that is no ratio of cells; it needs ten events and ten non-events."""
    events, non_events = _events_of(plan, m)
    if events is None or non_events is None:
        return withhold(m)
    # What is judged counts those with the outcome, what is told everybody.
    of_events = m.measure.startswith(_OF_EVENTS) or m.limit is not None
    of_events |= "_difference" in m.measure
    return two_decimals(m, events + (0 if of_events else non_events))


def mean(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return a mean over people: ten of them, on either side of a difference."""
    sides = _sides(plan, m)
    sizes = [0 if side is None else int(side.sum()) for side in sides]
    if min(sizes) < plan.min_cell:
        return withhold(m)
    return two_decimals(m, sizes[0])


def consistency(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how alike everybody is decided, where ten were flagged and ten were not."""
    if plan.rate("selection_rate") is None or m.n is None or m.n < plan.min_cell:
        return withhold(m)
    return two_decimals(m, nearest(m.n, plan.base))


def subgroup(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return the excess in a subgroup that may be named.

    A search names a subgroup only where each of its cells, of the rest's, and of what a single
    value adds holds the minimum. That none was found looks like one that may not be named:
    which of the two it is may hang on a withheld group.
    """
    if not m.group or m.n is None or m.n < plan.min_cell:
        return withhold(m)
    return two_decimals(m, nearest(m.n, plan.base))


def _events_of(plan: Protection, m: Measurement) -> tuple[int | None, int | None]:
    """Return events and non-events behind a figure; of a gap, those of its smaller side."""
    if not m.attribute or not m.group or m.attribute not in plan.groups:
        return plan.events, plan.non_events
    sides = _sides(plan, m)
    counts = [(int(s[TP] + s[FN]), int(s[FP] + s[TN])) for s in sides if s is not None]
    if len(counts) < len(sides) or min(n for pair in counts for n in pair) < plan.min_cell:
        return None, None
    return counts[0]


def _sides(plan: Protection, m: Measurement) -> list[Any]:
    """Return the rounded cells of a figure's group, and of what it is compared with."""
    mine = plan.assessed.people.get((m.attribute, m.group))
    if m.versus == "rest":
        whole = plan.assessed.people.get(WHOLE)
        return [mine, None if whole is None or mine is None else whole - mine]
    if m.versus is not None:
        return [mine, plan.assessed.people.get((m.attribute, m.versus))]
    return [mine]
