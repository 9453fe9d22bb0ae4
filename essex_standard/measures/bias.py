"""Group gaps: each group's rate beside everyone else's, with Fairlearn's figures beside it.

    difference to the rest = rate(group) - rate(everyone but the group)

Point values and intervals come from the same cells (group x outcome x decision), so that their cost
does not grow with the rows; `group_figures` holds what is told beside them.

References
----------
Fairlearn user guide, "Assessment"; Hardt, Price and Srebro (2016), "Equality of opportunity in
supervised learning", NeurIPS; Chouldechova (2017), "Fair prediction with disparate impact", Big
Data 5(2).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.group_table import CELLS
from essex_standard.measures.group_figures import counts, everyone, told_of_groups
from essex_standard.statistics.comparison import OF_GROUPS, Comparison, Estimate, Measured
from essex_standard.statistics.proportions import (
    Proportion,
    ProportionDifference,
    ProportionRatio,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.group_table import GroupTable
    from essex_standard.measurement import Measurement
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

MOST_PAIRED = 200
"""Groups that are compared in pairs; the comparisons grow with their square."""

ONE_ATTRIBUTE = "only one protected attribute was given, so none can be crossed"

# A rate is worse for a group when it is low (found, rightly flagged) or high (missed, wrongly
# flagged); it decides which side of a pair is named the worse off.
WORSE_WHEN_HIGH = frozenset(
    {"false_positive_rate", "false_negative_rate", "false_discovery_rate", "false_omission_rate"}
)

# Their denominators hold people of both outcomes.
_OF_BOTH = frozenset(
    {"positive_predictive_value", "false_discovery_rate", "false_omission_rate", "accuracy"}
)


def rate_difference(facts: Facts, scope: Scope, *, rate: str) -> Measured:
    """Return each group's `rate` minus everyone else's (or another group's).

    0 means that the rate is the same; the sign is the group's: -0.1 means ten in a hundred fewer.
    """
    return _gaps(facts, scope, rate, kind="difference")


def rate_ratio(facts: Facts, scope: Scope, *, rate: str) -> Measured:
    """Return each group's `rate` divided by everyone else's (or another group's); 1 means alike.

    A limit of at least r is broken below r and above 1 / r alike, as in Fairlearn's min / max.
    """
    return _gaps(facts, scope, rate, kind="ratio")


def group_rate(facts: Facts, scope: Scope, *, rate: str) -> Measured:
    """Return `rate` itself, of everyone (``whole``) or of each group (``protected``).

    From 0 to 1. Each group answers to the limit by itself: no group is compared with another.
    """
    tables = [facts.assessed.whole] if "whole" in scope.across else []
    if OF_GROUPS.intersection(scope.across):
        chosen, unavailable = tables_of(facts, scope)
        if unavailable is not None:
            return unavailable
        tables += chosen
    reason = why_no_rate(facts, rate)
    if reason:
        return Measured.not_assessed(reason)
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    for table in tables:
        assert table is not None  # noqa: S101 - without one there is no rate
        sizes = np.minimum(table.count(scope.of), table.denominator(rate))
        for group, n, p in zip(table.groups, sizes, table.proportions(rate), strict=True):
            comparisons.append(
                Comparison(
                    measure=rate,
                    name=f"{table.attribute}: {group}" if table.attribute else "everyone",
                    attribute=table.attribute,
                    group=group,
                    estimate=p,
                    n=int(n),
                    reason="" if p else "nobody is in its denominator, or none with weight",
                )
            )
        if table.attribute:
            told += counts(table)
    return Measured(comparisons=tuple(comparisons), told=tuple(told))


def _gaps(facts: Facts, scope: Scope, rate: str, *, kind: str) -> Measured:
    tables, unavailable = tables_of(facts, scope)
    if unavailable is not None:
        return unavailable
    reason = why_no_rate(facts, rate)
    if reason:
        return Measured.not_assessed(reason)
    whole = facts.assessed.whole
    assert whole is not None  # noqa: S101 - tables exist, so the whole does
    comparisons: list[Comparison] = []
    told = list(everyone(whole, rate, scope))
    gaps: list[str] = []
    for table in tables:
        if len(table.groups) < 2:
            gaps.append(f"{table.attribute} has only one group, so there is nobody to compare with")
            continue
        if scope.compare == "pairs" and len(table.groups) > MOST_PAIRED:
            gaps.append(
                f"{table.attribute} has more than {MOST_PAIRED} groups, too many for pairs of them"
            )
            continue
        reference = scope.compare.removeprefix("reference:")
        if reference != scope.compare and reference not in table.groups:
            gaps.append(f"{table.attribute} has no group '{reference}' to compare with")
        comparisons += compare_groups(
            table, rate, scope, kind=kind, high_is_worse=_high_is_worse(facts, rate)
        )
        told += told_of_groups(table, whole, rate, scope, kind)
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps) or "no group could be compared")
    return Measured(comparisons=tuple(comparisons), told=tuple(told), gaps=tuple(gaps))


def tables_of(facts: Facts, scope: Scope) -> tuple[list[GroupTable], Measured | None]:
    """Return the tables of the attributes asked for, or what to say where there are none."""
    tables = [
        facts.assessed.groups[a]
        for across in ("protected", "intersections")
        if across in scope.across
        for a in facts.assessed.attributes(
            intersections=across == "intersections", depth=scope.depth
        )
    ]
    if tables:
        return tables, None
    if scope.across == ("intersections",) and facts.assessed.attributes():
        return [], Measured.not_assessed(ONE_ATTRIBUTE)
    return [], Measured.not_assessed("no protected attribute was given")


def why_no_rate(facts: Facts, rate: str) -> str:
    """Return why nothing can be said of a rate, or an empty string."""
    whole = facts.assessed.whole
    if whole is None or (facts.assessed.scores is None and facts.score_kind != "none"):
        return "there are no scores"
    if rate == "outcome_prevalence":
        return _why_not(facts, rate)
    return _decides_nothing(whole) or (_why_not(facts, rate) if rate != "selection_rate" else "")


def _high_is_worse(facts: Facts, rate: str) -> bool:
    """Say whether a high rate harms: a flag that intrudes does, one that brings help does not."""
    if rate == "selection_rate" and facts.submission is not None:
        return str(facts.submission.polarity) == "intrusive"
    return rate in WORSE_WHEN_HIGH


def _decides_nothing(whole: GroupTable) -> str:
    """Return why flags cannot be compared at all, or an empty string.

    Where nobody or everybody is flagged every group fares alike, and an even gap would vouch for a
    rule that was never seen to choose.
    """
    if not int(whole.count("flagged")[0]):
        return "nobody was flagged, so how flags fall on groups was not seen"
    if not int(whole.count("unflagged")[0]):
        return "everybody was flagged, so how flags fall on groups was not seen"
    return ""


def _why_not(facts: Facts, rate: str) -> str:
    """Return why a rate that needs outcomes cannot be had at all, or an empty string."""
    if facts.positives + facts.negatives == 0:
        return "no outcome was given, so right and wrong cannot be told apart"
    under = CELLS[rate][1]
    whole = facts.assessed.whole
    assert whole is not None  # noqa: S101
    if sum(int(whole.counts[0][c]) for c in under) > 0:
        return _one_outcome(facts) if rate in _OF_BOTH else ""
    return {
        "true_positive_rate": "nobody assessed had the outcome",
        "false_negative_rate": "nobody assessed had the outcome",
        "false_positive_rate": "everybody assessed had the outcome",
        "true_negative_rate": "everybody assessed had the outcome",
        "positive_predictive_value": "nobody was flagged",
        "false_discovery_rate": "nobody was flagged",
        "false_omission_rate": "everybody was flagged",
    }.get(rate, "nobody is in its denominator")


def _one_outcome(facts: Facts) -> str:
    """Return that only one outcome occurs, or an empty string.

    Where nobody, or everybody, has the outcome these rates are 0 or 1 in every group whatever the
    model does, or follow the flags alone: an even gap would vouch for what was never put to a test.
    """
    if not facts.positives:
        return "nobody assessed had the outcome, so right and wrong cannot be told apart"
    if not facts.negatives:
        return "everybody assessed had the outcome, so right and wrong cannot be told apart"
    return ""


def compare_groups(
    table: GroupTable,
    rate: str,
    scope: Scope,
    *,
    kind: str = "difference",
    high_is_worse: bool | None = None,
) -> tuple[Comparison, ...]:
    """Return the comparisons that `scope` asks for between the groups of one table.

    Parameters
    ----------
    kind : {"difference", "ratio"}
    high_is_worse : bool, optional
        Whether a high rate is to a group's disadvantage; by default as `WORSE_WHEN_HIGH` has it.

    Returns
    -------
    tuple of Comparison
        Empty where the table lacks the reference group.
    """
    bad = rate in WORSE_WHEN_HIGH if high_is_worse is None else high_is_worse
    # What the check counts may be more than the rate's own denominator: flagged people without a
    # known outcome, or all rows. A rate of three people stays one of three.
    sizes = np.minimum(table.count(scope.of), table.denominator(rate))
    mine = table.proportions(rate)
    if scope.compare != "rest":
        return tuple(
            _against_group(table, i, j, rate, kind, mine, sizes, high_is_worse=bad)
            for i, j in pairs(table.groups, scope.compare, mine, high_is_worse=bad)
        )
    others = table.rest_proportions(rate)
    rest_sizes = np.minimum(
        table.count(scope.of).sum() - table.count(scope.of),
        table.denominator(rate).sum() - table.denominator(rate),
    )
    found = []
    for i, group in enumerate(table.groups):
        estimate = _estimate(mine[i], others[i], kind)
        found.append(
            Comparison(
                measure=f"{rate}_{kind}_to_rest",
                name=f"{table.attribute}: {group}",
                attribute=table.attribute,
                group=group,
                versus="rest",
                estimate=estimate,
                n=int(sizes[i]),
                n_versus=int(rest_sizes[i]),
                signed=True,
                worse_off=_is_worse_off(estimate, kind, high_is_worse=bad),
                reason="" if estimate else "one side has no cases, or none with weight",
            )
        )
    return tuple(found)


def _against_group(
    table: GroupTable,
    i: int,
    j: int,
    rate: str,
    kind: str,
    rates: Sequence[Proportion | None],
    sizes: NDArray[np.int64],
    *,
    high_is_worse: bool,
) -> Comparison:
    estimate = _estimate(rates[i], rates[j], kind)
    return Comparison(
        measure=f"{rate}_{kind}",
        name=f"{table.attribute}: {table.groups[i]} against {table.groups[j]}",
        attribute=table.attribute,
        group=table.groups[i],
        versus=table.groups[j],
        estimate=estimate,
        n=int(sizes[i]),
        n_versus=int(sizes[j]),
        signed=True,
        worse_off=_is_worse_off(estimate, kind, high_is_worse=high_is_worse),
        reason="" if estimate else "one side has no cases, or none with weight",
    )


def pairs(
    groups: Sequence[str],
    compare: str,
    figures: Sequence[Estimate | None],
    *,
    high_is_worse: bool,
) -> list[tuple[int, int]]:
    """Return places of the groups to compare; of a pair the worse off comes first."""
    everyone = range(len(groups))
    if compare != "pairs":
        reference = compare.removeprefix("reference:")
        at = [i for i in everyone if groups[i] == reference]
        return [(i, j) for j in at for i in everyone if i != j]

    def value(i: int) -> float:
        p = figures[i]
        return 0.0 if p is None else p.value

    return [
        (j, i) if value(i) != value(j) and (value(j) > value(i)) == high_is_worse else (i, j)
        for i, j in combinations(everyone, 2)
    ]


def _is_worse_off(estimate: Estimate | None, kind: str, *, high_is_worse: bool) -> bool:
    if estimate is None:
        return False
    neutral = 0.0 if kind == "difference" else 1.0
    return estimate.value > neutral if high_is_worse else estimate.value < neutral


def _estimate(mine: Proportion | None, other: Proportion | None, kind: str) -> Estimate | None:
    if mine is None or other is None:
        return None
    return (
        ProportionDifference(mine, other) if kind == "difference" else ProportionRatio(mine, other)
    )
