"""Whether the people scored are still the same mix: each group as a part of each period.

    difference = people of the group in the period / people in the period
                 - the same over every other period

0 means that the group is as large a part as it was. A mix that moves changes what every average
over all people says, though nothing else may have changed.

References
----------
Quiñonero-Candela et al. (2009), Dataset Shift in Machine Learning, MIT Press (covariate shift).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.group_table import GroupTable
from essex_standard.evidence.periods import PERIOD, crossed_with_period, group_in_period
from essex_standard.measurement import Measurement
from essex_standard.measures.bias import compare_groups
from essex_standard.measures.group_figures import PUBLISHED_FROM
from essex_standard.measures.periods import dated, why_no_periods
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.evidence import Evidence
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

SHARE = "group_share"

_SHARE_OF_ALL = "outcome_prevalence"
"""The rate of a table whose positives are a group's people and whose negatives all others."""


def group_share_difference(facts: Facts, scope: Scope) -> Measured:
    """Return how much larger a part of a period each group is than of the other periods.

    In [-1, 1]. Told beside it: each group's share of each period.
    """
    unable = why_no_periods(facts)
    if unable is not None:
        return unable
    attributes = facts.assessed.attributes()
    if not attributes:
        return Measured.not_assessed("no protected attribute was given")
    evidence = dated(facts.assessed)
    if any(e.whole is None for e in evidence.periods.values()):
        return Measured.not_assessed("people were not counted by period")
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    for attribute in attributes:
        for group in facts.assessed.groups[attribute].groups:
            table = _share_table(evidence, attribute, group)
            for c in compare_groups(table, _SHARE_OF_ALL, replace(scope, of="rows")):
                crossed = group_in_period(attribute, group, c.group)
                comparisons.append(
                    replace(
                        c,
                        measure=f"{SHARE}_difference_to_rest",
                        name=f"{attribute}: {group} in {c.group}",
                        attribute=crossed_with_period(attribute),
                        group=crossed,
                        versus="other periods",
                        worse_off=True,
                    )
                )
            told += _told(table, attribute, group, scope)
    return Measured(comparisons=tuple(comparisons), told=tuple(told))


def _share_table(evidence: Evidence, attribute: str, group: str) -> GroupTable:
    """Return a table of periods in which a group's people are positives, all others negatives."""
    parts = [e.groups[attribute] for e in evidence.periods.values()]
    at = [t.groups.index(group) if group in t.groups else None for t in parts]

    def column(name: str, axis: int) -> NDArray[np.float64] | None:
        arrays = [getattr(t, name) for t in parts]
        if any(a is None for a in arrays):
            return None
        found = []
        for a, i in zip(arrays, at, strict=True):
            # All outcomes and decisions together: who is there is asked, not what came of it.
            people = a.sum(axis=(-2, -1))
            mine = np.zeros_like(people.sum(axis=axis)) if i is None else people.take(i, axis=axis)
            cells = np.zeros((*mine.shape, 3, 2), dtype=a.dtype)
            cells[..., 1, 1] = mine
            cells[..., 0, 0] = people.sum(axis=axis) - mine
            found.append(cells)
        return np.stack(found, axis=axis)

    counts = column("counts", 0)
    assert counts is not None  # noqa: S101 - every table has counts
    return GroupTable(
        attribute=PERIOD,
        groups=tuple(evidence.periods),
        counts=counts.astype(np.int64),
        weights=column("weights", 0),
        squares=column("squares", 0),
        buckets=column("buckets", 1),
    )


def _told(table: GroupTable, attribute: str, group: str, scope: Scope) -> Iterator[Measurement]:
    """Yield a group's share of each period."""
    for period, n, p in zip(
        table.groups,
        table.denominator(_SHARE_OF_ALL),
        table.proportions(_SHARE_OF_ALL),
        strict=True,
    ):
        if p is None or n < PUBLISHED_FROM:
            continue
        low, high = p.interval(scope.confidence)
        yield Measurement(
            measure=SHARE,
            attribute=crossed_with_period(attribute),
            group=group_in_period(attribute, group, period),
            value=p.value,
            low=low,
            high=high,
            n=int(n),
        )
