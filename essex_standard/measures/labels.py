"""Label quality: whether the outcome itself is recorded alike, before any rate is taken of it.

    prevalence(group) = people with the outcome on record / people whose outcome is known

A rate can be no better than the outcomes it counts. Where one group's outcome is recorded more
often, need may differ, or who looks, or who writes it down; the figures alone cannot say which.

References
----------
Jacobs and Wallach (2021), "Measurement and fairness", FAccT. Obermeyer, Powers, Vogeli and
Mullainathan (2019), "Dissecting racial bias in an algorithm used to manage the health of
populations", Science 366, 447-453 (a recorded outcome that stood in for need).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.measures.bias import compare_groups
from essex_standard.measures.effectiveness import outcome_prevalence_difference as since_training
from essex_standard.measures.group_figures import everyone, told_of_groups
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from essex_standard.evidence.group_table import GroupTable
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

PREVALENCE = "outcome_prevalence"


def outcome_prevalence_difference(facts: Facts, scope: Scope) -> Measured:
    """Return how much more common the recorded outcome is on one side than on the other.

    Across the whole: in the assessed data against the reference. Across protected attributes: in
    each group against everyone else (or as `scope.compare` says), each group's prevalence beside
    it. 0 means equally common; -0.1 that ten in a hundred fewer have the outcome on record.

    Returns
    -------
    Measured
        Not assessed where no outcome is known; a gap for an attribute with one group only.
    """
    groups = tuple(a for a in scope.across if a != "whole")
    if not groups:
        return since_training(facts, scope)
    across = _across_groups(facts, scope)
    if "whole" not in scope.across:
        return across
    whole = since_training(facts, scope)
    return Measured(
        comparisons=(*whole.comparisons, *across.comparisons),
        told=(*whole.told, *across.told),
        gaps=tuple(g for m in (whole, across) for g in (m.reason, *m.gaps) if g),
    )


def _across_groups(facts: Facts, scope: Scope) -> Measured:
    tables = _tables(facts, scope)
    if not tables:
        return Measured.not_assessed("no protected attribute was given")
    whole = facts.assessed.whole
    assert whole is not None  # noqa: S101 - tables exist, so the whole does
    if facts.positives + facts.negatives == 0:
        return Measured.not_assessed("no outcome was given, so none is recorded for any group")
    if not facts.positives or not facts.negatives:
        who = "everybody" if facts.positives else "nobody"
        return Measured.not_assessed(f"{who} has the outcome on record, so it tells nobody apart")
    comparisons: list[Comparison] = []
    told = list(everyone(whole, PREVALENCE, scope))
    gaps: list[str] = []
    for table in tables:
        if len(table.groups) < 2:
            gaps.append(f"{table.attribute} has only one group, so there is nobody to compare with")
            continue
        comparisons += compare_groups(table, PREVALENCE, scope)
        told += told_of_groups(table, whole, PREVALENCE, scope, "difference")
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps) or "no group could be compared")
    return Measured(comparisons=tuple(comparisons), told=tuple(told), gaps=tuple(gaps))


def _tables(facts: Facts, scope: Scope) -> list[GroupTable]:
    return [
        facts.assessed.groups[a]
        for across in ("protected", "intersections")
        if across in scope.across
        for a in facts.assessed.attributes(
            intersections=across == "intersections", depth=scope.depth
        )
    ]
