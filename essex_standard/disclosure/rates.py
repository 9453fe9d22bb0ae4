"""Rules for figures that are ratios of the rounded cells, and for gaps between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from essex_standard.disclosure import indices
from essex_standard.disclosure.disparity import few_decided
from essex_standard.disclosure.shown import shown, two, two_decimals, withhold
from essex_standard.disclosure.suppression import WHOLE
from essex_standard.disclosure.unseen import gap_at_worst, unobserved_share
from essex_standard.evidence.group_table import CELLS, UNKNOWN
from essex_standard.statistics.proportions import ProportionDifference, ProportionRatio

if TYPE_CHECKING:
    from essex_standard.disclosure.protection import Protection
    from essex_standard.measurement import Measurement

GAPS: dict[str, Callable[..., Any]] = {
    "_difference_to_rest": ProportionDifference,
    "_ratio_to_rest": ProportionRatio,
    "_difference": ProportionDifference,
    "_ratio": ProportionRatio,
}

_POPULATIONS = frozenset({"assessed", "reference"})
_ODDS = ("true_positive_rate", "false_positive_rate")


def rate(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return a rate of the whole, of a group or of a population."""
    if _of_a_population(plan, m):
        return _prevalence(plan, m, confidence)
    key = m.attribute, m.group
    return shown(m, plan.rate(m.measure, *key), confidence, plan.assessed.behind(m.measure, key))


def gap(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return a difference or a ratio of two rates: to the rest, of two groups, or of all."""
    if _of_a_population(plan, m):
        return _prevalence(plan, m, confidence)
    ending = next(name for name in GAPS if m.measure.endswith(name))
    rate, maker = m.measure.removesuffix(ending), GAPS[ending]
    if not m.group:
        return _between_groups(plan, m, rate, ratio=maker is ProportionRatio)
    mine = plan.rate(rate, m.attribute, m.group)
    if m.versus is None or m.measure.endswith("_to_rest"):
        other = plan.rest_rate(rate, m.attribute, m.group)
    else:
        other = plan.rate(rate, m.attribute, m.versus)
    if mine is None or other is None or (maker is ProportionRatio and other.k == 0):
        return withhold(m)
    return shown(
        m, maker(mine, other), confidence, plan.assessed.behind(rate, (m.attribute, m.group))
    )


def _between_groups(plan: Protection, m: Measurement, rate: str, *, ratio: bool) -> Measurement:
    """Fairlearn's max - min (or min / max) over the groups that are shown."""
    told = [plan.rate(rate, m.attribute, g) for g in plan.groups.get(m.attribute, ())]
    values = [p.value for p in told if p is not None]
    if len(values) < 2 or (ratio and max(values) == 0):
        return withhold(m)
    value = min(values) / max(values) if ratio else max(values) - min(values)
    return replace(m, value=two(value), low=None, high=None, n=None)


def fairlearn(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return Fairlearn's demographic parity or equalised odds over the groups that are shown."""
    over = ("selection_rate",) if m.measure.startswith("demographic_parity") else _ODDS
    ratio = m.measure.endswith("_ratio")
    return _worst(plan, m, over, _between_groups, ratio=ratio)


def to_overall(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Fairlearn's furthest distance of a shown group from everybody."""
    stem = m.measure.removesuffix("_to_overall")
    ratio = stem.endswith("_ratio")
    base = stem.removesuffix("_ratio" if ratio else "_difference")
    over = _ODDS if base == "equalized_odds" else (base,)
    return _worst(plan, m, over, _from_everybody, ratio=ratio)


def _worst(
    plan: Protection,
    m: Measurement,
    rates: tuple[str, ...],
    of: Callable[..., Measurement],
    *,
    ratio: bool,
) -> Measurement:
    found = [of(plan, m, rate, ratio=ratio).value for rate in rates if rate in CELLS]
    values = [v for v in found if v is not None]
    if not values or len(values) < len(rates):
        return withhold(m)
    value = min(values) if ratio else max(values)
    return replace(m, value=value, low=None, high=None, n=None)


def _from_everybody(plan: Protection, m: Measurement, rate: str, *, ratio: bool) -> Measurement:
    everybody = plan.rate(rate)
    told = [plan.rate(rate, m.attribute, g) for g in plan.groups.get(m.attribute, ())]
    values = [p.value for p in told if p is not None]
    if everybody is None or len(values) < 2 or (ratio and not everybody.value):
        return withhold(m)
    of = everybody.value
    if ratio:
        value = min(min(v / of, of / v) if v else 0.0 for v in values)
    else:
        value = max(abs(v - of) for v in values)
    return replace(m, value=two(value), low=None, high=None, n=None)


def index(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return an index of inequality, anew from rounded cells."""
    groups = plan.groups.get(m.attribute, ())
    if m.measure in indices.BETWEEN:
        alpha = indices.BETWEEN[m.measure]
        value = indices.of_groups(plan.assessed, m.attribute, groups, alpha)
        told = replace(m, value=two(value), low=None, high=None, n=None)
        return withhold(m) if value is None else told
    if m.measure in indices.ALPHA:
        found = indices.of_everyone(plan.assessed, indices.ALPHA[m.measure])
        return shown(m, found, confidence, plan.assessed.behind("accuracy", (m.attribute, m.group)))
    return shown(m, indices.epsilon(plan.assessed, m.attribute, groups), confidence, None)


def count(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return how many people a group holds, as the sum of its rounded cells."""
    cells = plan.assessed.people.get((m.attribute, m.group))
    if cells is None or "selection_rate" not in plan.assessed.rates:
        return withhold(m)
    return replace(m, value=float(cells.sum()), low=None, high=None, n=int(cells.sum()))


def unknown_share(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return the share of people in the group of the unknown, from rounded cells."""
    mine = plan.assessed.people.get((m.attribute, UNKNOWN))
    if mine is None or not plan.total or "selection_rate" not in plan.assessed.rates:
        return withhold(m)
    return replace(m, value=two(int(mine.sum()) / plan.total), n=plan.total)


def _of_a_population(plan: Protection, m: Measurement) -> bool:
    """Return whether a measurement is of all people assessed, or of all in the reference data."""
    named = m.group in _POPULATIONS and m.group not in plan.groups.get(m.attribute, ())
    return named and m.measure.startswith("outcome_prevalence")


def _prevalence(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    rate = "outcome_prevalence"
    now, then = (side.proportion(rate, WHOLE) for side in (plan.assessed, plan.reference))
    of_now, of_then = (side.behind(rate, WHOLE) for side in (plan.assessed, plan.reference))
    if m.measure == rate:
        is_then = m.group == "reference"
        return shown(m, then if is_then else now, confidence, of_then if is_then else of_now)
    if now is None or then is None:
        return withhold(m)
    return shown(m, ProportionDifference(now, then), confidence, of_now)


def unobserved(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return of how many people of a group the outcome was not seen."""
    share = unobserved_share(plan.assessed, (m.attribute, m.group))
    return shown(m, share, confidence, None if share is None else int(share.n))


def worst_case(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return a gap over what unseen outcomes may have been."""
    rate = m.measure.removesuffix("_difference_worst_case")
    gap = gap_at_worst(plan.assessed, (m.attribute, m.group), rate)
    return shown(m, gap, confidence, plan.assessed.behind(rate, (m.attribute, m.group)))


def disparity(plan: Protection, m: Measurement, _: float) -> Measurement:
    """Return a group's disparity, where ten were flagged and ten were not on either side."""
    mine = plan.assessed.people.get((m.attribute, m.group))
    if mine is None or m.group in few_decided(
        plan.assessed, m.attribute, plan.groups.get(m.attribute, ())
    ):
        return withhold(m)
    return two_decimals(m, int(mine.sum()))


def under_recording(plan: Protection, m: Measurement) -> Measurement:
    """Return what it takes to change an outcome: it was computed from the rounded cells.

    That no share would do, or to what the outcome would change, tells of a withheld group too.
    """
    if (m.attribute, m.group) not in plan.assessed.shares:
        return replace(withhold(m), versus=None)
    return replace(m, n=plan.assessed.behind("true_positive_rate", (m.attribute, m.group)))
