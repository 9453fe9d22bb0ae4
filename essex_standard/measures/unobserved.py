"""Rates of outcomes, bounded over what the outcomes that nobody saw may have been.

References
----------
See `essex_standard.evidence.unobserved`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from essex_standard.evidence.group_table import UNOBSERVED, GroupTable
from essex_standard.evidence.unobserved import bounds, rest_bounds, unobserved_shares
from essex_standard.measurement import Measurement
from essex_standard.measures.bias import WORSE_WHEN_HIGH
from essex_standard.measures.group_figures import PUBLISHED_FROM
from essex_standard.statistics.bounds import BoundedDifference
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.proportions import Proportion, ProportionDifference

if TYPE_CHECKING:
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

NONE_UNSEEN = (
    "the outcome of everybody scored is known, so no unseen outcome could change a finding"
)


def worst_case(facts: Facts, scope: Scope, *, rate: str) -> Measured:
    """Return each group's gap in `rate` to everyone else, whatever the unseen outcomes were.

    Its value is the worse of the two ends: 0.3 means that the gap may be as wide as 30 in 100.
    Within the limit is only what is so at worst, beyond it what is so even at best.
    """
    tables = [facts.assessed.groups[a] for a in facts.assessed.attributes()]
    if not tables:
        return Measured.not_assessed("no protected attribute was given")
    if facts.positives + facts.negatives == 0:
        return Measured.not_assessed(
            "no outcome was given, so right and wrong cannot be told apart"
        )
    whole = facts.assessed.whole
    assert whole is not None  # noqa: S101 - tables exist, so the whole does
    if not int(whole.counts[0, UNOBSERVED].sum()):
        return Measured.not_applicable(NONE_UNSEEN)
    if scope.compare != "rest":
        return Measured.not_assessed("worst cases are taken of each group against everyone else")
    gaps = [
        f"{t.attribute} has only one group, so there is nobody to compare with"
        for t in tables
        if len(t.groups) < 2
    ]
    several = [t for t in tables if len(t.groups) > 1]
    comparisons = tuple(c for t in several for c in _comparisons(t, rate))
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps))
    told = tuple(m for t in several for m in _told(t, scope))
    return Measured(comparisons=comparisons, told=told, gaps=tuple(gaps))


def _comparisons(table: GroupTable, rate: str) -> Iterator[Comparison]:
    # No corner has fewer behind a rate than were seen; those are what the minimum counts.
    seen = table.denominator(rate)
    sides = zip(bounds(table, rate), rest_bounds(table, rate), strict=True)
    for i, (mine, other) in enumerate(sides):
        estimate = None if mine is None or other is None else _bounded(mine, other)
        value = 0.0 if estimate is None else estimate.value
        yield Comparison(
            measure=f"{rate}_difference_worst_case",
            name=f"{table.attribute}: {table.groups[i]}",
            attribute=table.attribute,
            group=table.groups[i],
            versus="rest",
            estimate=estimate,
            n=int(seen[i]),
            n_versus=int(seen.sum() - seen[i]),
            signed=True,
            worse_off=value > 0 if rate in WORSE_WHEN_HIGH else value < 0,
            reason="" if estimate else "one side has no cases, or none with weight",
        )


def _bounded(
    mine: tuple[Proportion, Proportion], other: tuple[Proportion, Proportion]
) -> BoundedDifference:
    return BoundedDifference(
        lowest=ProportionDifference(mine[0], other[1]),
        highest=ProportionDifference(mine[1], other[0]),
    )


def _told(table: GroupTable, scope: Scope) -> Iterator[Measurement]:
    """Yield of how many of each group the outcome was not seen."""
    rows = table.count("rows")
    for i, (group, p) in enumerate(zip(table.groups, unobserved_shares(table), strict=True)):
        n = int(rows[i])
        if p is None:
            continue
        low, high = p.interval(scope.confidence) if n >= PUBLISHED_FROM else (None, None)
        yield Measurement(
            measure="unobserved_share",
            attribute=table.attribute,
            group=group,
            value=p.value if n >= PUBLISHED_FROM else None,
            low=low,
            high=high,
            n=n,
        )
