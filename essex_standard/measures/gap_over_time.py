"""Whether a gap between groups grows: each group's gap in one period beside that in all others.

    change = (rate(group, period) - rate(rest, period)) - (the same over every other period)

0 means that the gap is what it was. A model that was alike for all at approval and is not any more
shows here, and would not in a gap over the whole time.

References
----------
Card and Krueger (1994), "Minimum wages and employment", American Economic Review 84(4) (difference
in differences). Hardt, Price and Srebro (2016), "Equality of opportunity in supervised learning",
NeurIPS (the rates).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.group_table import GroupTable
from essex_standard.evidence.periods import (
    CHANGE,
    PERIOD,
    crossed_with_period,
    group_in_period,
    period_tables,
)
from essex_standard.measurement import Measurement
from essex_standard.measures.bias import WORSE_WHEN_HIGH, why_no_rate
from essex_standard.measures.group_figures import PUBLISHED_FROM
from essex_standard.measures.periods import dated, why_no_periods
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.gap_change import GapChange

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.evidence import Evidence
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


def rate_difference_change(facts: Facts, scope: Scope, *, rate: str) -> Measured:
    """Return by how much each group's gap in `rate` in a period differs from its usual one.

    In [-2, 2]; -0.1 means that against everyone else the group fares ten in a hundred worse (or,
    of a rate of mistakes, better) than in the other periods. Told beside it: each group's rate in
    each period.
    """
    unable = why_no_periods(facts)
    if unable is not None:
        return unable
    reason = why_no_rate(facts, rate)
    if reason:
        return Measured.not_assessed(reason)
    evidence = dated(facts.assessed)
    attributes = facts.assessed.attributes()
    if not attributes:
        return Measured.not_assessed("no protected attribute was given")
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    tables = period_tables(evidence)
    for attribute in attributes:
        crossed = tables.get(crossed_with_period(attribute))
        if crossed is None:
            gaps.append(f"{attribute} was not counted by period")
            continue
        groups = facts.assessed.groups[attribute].groups
        if len(groups) < 2:
            gaps.append(f"{attribute} has only one group, so there is nobody to compare with")
            continue
        comparisons += _of_attribute(evidence, attribute, groups, rate, scope)
        told += _told(crossed, rate, scope)
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps) or "no group could be compared")
    return Measured(comparisons=tuple(comparisons), told=tuple(told), gaps=tuple(gaps))


def _of_attribute(
    evidence: Evidence, attribute: str, groups: tuple[str, ...], rate: str, scope: Scope
) -> Iterator[Comparison]:
    high_is_worse = rate in WORSE_WHEN_HIGH
    for group in groups:
        mine, theirs = _by_period(evidence, attribute, group)
        now = list(zip(mine.proportions(rate), theirs.proportions(rate), strict=True))
        else_ = list(zip(mine.rest_proportions(rate), theirs.rest_proportions(rate), strict=True))
        cases = [_cases(t, rate, scope.of) for t in (mine, theirs)]
        for i, period in enumerate(mine.groups):
            (a, b), (c, d) = now[i], else_[i]
            estimate = GapChange(a, b, c, d) if a and b and c and d else None
            change = 0.0 if estimate is None else estimate.value
            yield Comparison(
                measure=f"{rate}{CHANGE}",
                name=f"{attribute}: {group} in {period}",
                attribute=crossed_with_period(attribute),
                group=group_in_period(attribute, group, period),
                versus="other periods",
                estimate=estimate,
                n=int(min(cases[0][0][i], cases[1][0][i])),
                n_versus=int(min(cases[0][1][i], cases[1][1][i])),
                signed=True,
                worse_off=change > 0 if high_is_worse else change < 0,
                reason="" if estimate else "one of the four sides has no cases",
            )


def _by_period(evidence: Evidence, attribute: str, group: str) -> tuple[GroupTable, GroupTable]:
    """Return a group by period, and everyone else by period."""
    sides: tuple[list[GroupTable], list[GroupTable]] = ([], [])
    for part in evidence.periods.values():
        table = part.groups[attribute]
        sides[0].append(_none(table) if group not in table.groups else table.only(group))
        sides[1].append(table.rest(group))
    names = tuple(evidence.periods)
    whole = evidence.whole
    # What is known of clusters where a group's own cells in a period say nothing.
    among = None if whole is None else whole.buckets
    return _beside(names, sides[0], among), _beside(names, sides[1], among)


def _none(table: GroupTable) -> GroupTable:
    """Return a one-group table of nobody, of the same kind."""
    whole = table.whole()

    def empty(a: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        return None if a is None else np.zeros_like(a)

    return GroupTable(
        attribute="",
        groups=("",),
        counts=np.zeros_like(whole.counts),
        weights=empty(whole.weights),
        squares=empty(whole.squares),
        buckets=empty(whole.buckets),
    )


def _beside(
    names: tuple[str, ...], tables: list[GroupTable], among: NDArray[np.float64] | None
) -> GroupTable:
    """Return one-group tables as the groups of one table."""

    def joined(part: str, axis: int) -> NDArray[np.float64] | None:
        arrays = [getattr(t, part) for t in tables]
        return None if any(a is None for a in arrays) else np.concatenate(arrays, axis=axis)

    return GroupTable(
        attribute=PERIOD,
        groups=names,
        counts=np.concatenate([t.counts for t in tables]),
        weights=joined("weights", 0),
        squares=joined("squares", 0),
        buckets=joined("buckets", 1),
        among=among,
    )


def _cases(table: GroupTable, rate: str, of: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cases of each period, and of all others."""
    counted, under = table.count(of), table.denominator(rate)
    mine = np.minimum(counted, under)
    others = np.minimum(counted.sum() - counted, under.sum() - under)
    return mine, others


def _told(crossed: GroupTable, rate: str, scope: Scope) -> Iterator[Measurement]:
    """Yield each group's rate in each period."""
    for group, n, p in zip(
        crossed.groups, crossed.denominator(rate), crossed.proportions(rate), strict=True
    ):
        if p is None or n < PUBLISHED_FROM:
            continue
        low, high = p.interval(scope.confidence)
        yield Measurement(
            measure=rate,
            attribute=crossed.attribute,
            group=group,
            value=p.value,
            low=low,
            high=high,
            n=int(n),
        )
