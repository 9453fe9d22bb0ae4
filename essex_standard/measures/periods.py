"""Figures over time: a measure of groups asked of periods, or one of columns of each period.

    of groups     each period against all others           rate(2024-03) - rate(every other month)
    of columns    each period against the reference         distance(2024-03, reference)

A period is one more way of parting people, so that the measures, the judge and disclosure control
are those of groups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from essex_standard.evidence.group_table import UNKNOWN
from essex_standard.evidence.periods import by_period
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Measured, Scope

if TYPE_CHECKING:
    from essex_standard.evidence.evidence import Evidence

Compute = Callable[[Facts, Scope], Measured]

ONE_PERIOD = "everybody assessed is of one and the same period"


def with_periods(compute: Compute) -> Compute:
    """Return a measure of groups that can be asked of periods too."""

    def computed(facts: Facts, scope: Scope) -> Measured:
        if "periods" not in scope.across:
            return compute(facts, scope)
        over_time = _stacked(compute, facts, scope)
        others = tuple(a for a in scope.across if a != "periods")
        if not others:
            return over_time
        return together(compute(facts, replace(scope, across=others)), over_time)

    return computed


def each_period(compute: Compute) -> Compute:
    """Return a measure of two populations that can be asked of each period too."""

    def computed(facts: Facts, scope: Scope) -> Measured:
        if "periods" not in scope.across:
            return compute(facts, scope)
        others = tuple(a for a in scope.across if a != "periods")
        return _one_by_one(compute, facts, replace(scope, across=others or ("whole",)))

    return computed


def why_no_periods(facts: Facts) -> Measured | None:
    """Return what to say where nothing can be compared over time, or None."""
    dated = [p for p in facts.assessed.periods if p != UNKNOWN]
    if not dated:
        return Measured.not_assessed(facts.no_periods or "no date of each row was given")
    if len(dated) == 1:
        return Measured.not_applicable(ONE_PERIOD)
    return None


def dated(evidence: Evidence) -> Evidence:
    """Return evidence whose periods are those of rows with a date."""
    return replace(evidence, periods={p: e for p, e in evidence.periods.items() if p != UNKNOWN})


def _stacked(compute: Compute, facts: Facts, scope: Scope) -> Measured:
    unable = why_no_periods(facts)
    if unable is not None:
        return unable
    seen = replace(facts, assessed=by_period(dated(facts.assessed)))
    return compute(seen, replace(scope, across=("protected",), attributes=()))


def _one_by_one(compute: Compute, facts: Facts, scope: Scope) -> Measured:
    periods = dated(facts.assessed).periods
    if not periods:
        return Measured.not_assessed(facts.no_periods or "no date of each row was given")
    found: list[Measured] = []
    for period, evidence in periods.items():
        mine = compute(replace(facts, assessed=evidence), scope)
        found.append(
            replace(
                mine,
                comparisons=tuple(
                    replace(c, name=f"{c.name} in {period}", group=c.group or period)
                    for c in mine.comparisons
                ),
                told=tuple(replace(m, group=m.group or period) for m in mine.told),
                gaps=tuple(f"{period}: {g}" for g in mine.gaps),
            )
        )
    return reduce(together, found)


def together(one: Measured, other: Measured) -> Measured:
    """Return what was found by both; a gap in either is a gap."""
    comparisons = (*one.comparisons, *other.comparisons)
    reasons = [m.reason for m in (one, other) if m.reason and m.applicable and not m.comparisons]
    gaps = dict.fromkeys((*one.gaps, *other.gaps, *(reasons if comparisons else ())))
    return Measured(
        comparisons=comparisons,
        told=(*one.told, *other.told),
        gaps=tuple(gaps),
        applicable=one.applicable or other.applicable,
        reason="" if comparisons else (one.reason or other.reason),
        how_we_know=one.how_we_know,
        unnamed=(*one.unnamed, *other.unnamed),
        noted=tuple(dict.fromkeys((*one.noted, *other.noted))),
    )
