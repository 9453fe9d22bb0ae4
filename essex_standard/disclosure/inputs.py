"""Rules for figures about columns, and for what experiments found of the model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.disclosure import statistics
from essex_standard.disclosure.cells import nearest
from essex_standard.disclosure.examined import design_effect, examined, share_of_people
from essex_standard.disclosure.shown import shown, two, two_decimals, withhold
from essex_standard.disclosure.suppression import WHOLE
from essex_standard.statistics.proportions import Proportion

if TYPE_CHECKING:
    from essex_standard.disclosure.protection import Protection
    from essex_standard.measurement import Measurement


def share_of_rows(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return a share of rows; one of fewer than the minimum only where it reads 0.00 anyway."""
    side = plan.columns.get((m.attribute, m.group or "assessed"))
    if m.value is None or side is None or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    is_missing = m.measure == "missing_share"
    of = side.rows if is_missing else side.present
    if not of:
        return withhold(m)
    n = of if m.n is None else m.n
    k = round(m.value * n)
    if k < plan.min_cell:
        if (plan.min_cell - 1) / of >= 0.005:
            return withhold(m)
        return replace(m, value=0.0, low=None, high=None, n=of)
    if is_missing and n - k < plan.min_cell:
        return withhold(m)
    share = min(1.0, nearest(k, plan.base) / of)
    return replace(m, value=two(share), low=None, high=None, n=of)


def distance(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how far apart two populations are in a column of which neither side is withheld."""
    sides = [plan.columns.get((m.attribute, side)) for side in ("assessed", "reference")]
    present = [side.present for side in sides if side is not None]
    if len(present) < 2 or not all(present) or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    return two_decimals(m, present[0])


def share_of_words(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return a share of words of texts; in words of fewer texts than the minimum it is withheld."""
    side = plan.columns.get((m.attribute, m.group))
    if m.value is None or m.n is None or side is None or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    share = share_of_people(m, plan.min_cell, plan.base)
    if share is None or not side.present:
        return withhold(m)
    return replace(m, value=two(share.value), low=None, high=None, n=side.present)


def text_length(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return the median length of texts, of at least twice the minimum of them."""
    side = plan.columns.get((m.attribute, m.group))
    if m.value is None or side is None or (side.present or 0) < 2 * plan.min_cell:
        return withhold(m)
    if plan.tells_of_a_group(m.attribute):
        return withhold(m)
    return replace(m, value=float(f"{m.value:.2g}"), low=None, high=None, n=side.present)


def told_apart(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how well two populations are told apart, by columns that tell of no withheld group."""
    n = plan.rows(m.n or 0)
    if n is None or not plan.total or not plan.reference_total:
        return withhold(m)
    if plan.tells_of_a_group(m.attribute):
        return withhold(m)
    # Where (nearly) all rows were looked at, their number is that of the total and no other.
    return two_decimals(m, plan.total if n >= plan.total - 4 * plan.base else n)


def of_column(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return what an experiment found of one column, unless a withheld group shows in it."""
    if plan.tells_of_a_group(m.attribute):
        return withhold(m)
    if m.measure.endswith("roc_auc"):
        return statistics.statistic(plan, m, confidence)
    found = share_of_people(m, plan.min_cell, plan.base)
    told = shown(m, found, confidence, None if found is None else int(found.n))
    # Pairs share people, so that their number says nothing of how sure a share of them is.
    return told if m.low is not None else replace(told, low=None, high=None)


def proxy(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how well a group is told from the rest, where its people and theirs are shown."""
    whole, mine = (plan.assessed.people.get(of) for of in (WHOLE, (m.attribute, m.group)))
    n = _examined(plan, m)
    if whole is None or mine is None or n is None or int((whole - mine).sum()) < plan.min_cell:
        return withhold(m)
    return two_decimals(m, n)


def moved(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return the share of scores that an experiment moved: it tells of the model only."""
    if m.value is None or m.n is None or m.n < plan.min_cell:
        return withhold(m)
    n = nearest(m.n, plan.base)
    k = min(nearest(m.value * m.n, plan.base), n)
    return shown(m, Proportion(k, n), confidence, n)


def hangs_on(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how much of the scores' differences hangs on a column, unless a group shows in it."""
    if m.n is None or m.n < plan.min_cell or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    return two_decimals(m, nearest(m.n, plan.base))


def flipped(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return the share of decisions that an experiment turned in a group, as in `moved`."""
    if m.n is None:
        # A counted fact: no score moved at all. It says nothing of anybody.
        return two_decimals(m, None)
    n = _examined(plan, m)
    if n is None or m.value is None:
        return withhold(m)
    k, effect = nearest(m.value * m.n, plan.base), design_effect(m, confidence)
    return shown(m, Proportion(min(k, n) / effect, n / effect), confidence, n)


def score_change(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return by how much scores of a group changed, where enough of it were examined."""
    n = _examined(plan, m)
    return withhold(m) if n is None else two_decimals(m, n)


def _examined(plan: Protection, m: Measurement) -> int | None:
    known = m.group in plan.groups.get(m.attribute, ())
    return examined(m, plan.assessed.people, plan.min_cell, plan.base, of_a_group=known)
