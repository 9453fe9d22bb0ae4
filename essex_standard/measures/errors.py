"""How far predictions of a quantity lie from what came, in each group: for regressors.

    mean error            average of (prediction - outcome); above 0: predicted too high
    mean absolute error   average of |prediction - outcome|; 0: always exactly right

Both are in the outcome's own unit, so that a limit is in it too. Fairlearn's `MetricFrame` defines
the disaggregation, scikit-learn the mean absolute error.

References
----------
Agarwal, Dudik and Wu (2019), "Fair regression: quantitative definitions and reduction-based
algorithms", ICML. Gupta et al. (2022), Fairlearn user guide, "Fairness metrics for regression".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from essex_standard.measurement import Measurement
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.means import difference, mean_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from essex_standard.evidence.group_errors import GroupErrors, Sample
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope
    from essex_standard.statistics.estimates import Normal

PUBLISHED_FROM = 10


def group_errors(facts: Facts, scope: Scope, *, absolute: bool) -> Measured:
    """Return the mean (absolute) error of the whole, or of each group, judged by itself."""
    found = _tables(facts, scope)
    if isinstance(found, Measured):
        return found
    comparisons = [
        Comparison(
            measure=_name(absolute=absolute),
            name="the whole population" if not table.attribute else f"{table.attribute}: {group}",
            attribute=table.attribute,
            group=group,
            estimate=_mean(sample, table, absolute=absolute),
            n=sample.n,
            reason="nobody's outcome is known, or too few",
            worse_off=True,
        )
        for table in found
        for group in table.groups
        for sample in (table.only(group),)
    ]
    return Measured(comparisons=tuple(comparisons))


def group_error_difference(facts: Facts, scope: Scope, *, absolute: bool) -> Measured:
    """Return each group's mean (absolute) error minus everyone else's; 0 means alike."""
    found = _tables(facts, scope)
    if isinstance(found, Measured):
        return found
    comparisons: list[Comparison] = []
    gaps: list[str] = []
    told: list[Measurement] = []
    for table in found:
        if len(table.groups) < 2:
            gaps.append(f"{table.attribute} has only one group, so there is nobody to compare with")
            continue
        comparisons += _compared(table, scope, absolute=absolute)
        told += _told(table, scope, absolute=absolute)
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps) or "no group could be compared")
    return Measured(comparisons=tuple(comparisons), told=tuple(told), gaps=tuple(gaps))


def _tables(facts: Facts, scope: Scope) -> list[GroupErrors] | Measured:
    if facts.score_kind != "quantity":
        return Measured.not_applicable("the model predicts no quantity")
    errors = facts.assessed.errors
    if not errors or not errors[""].counts.sum():
        return Measured.not_assessed("the quantity that came is known for nobody")
    wanted = [a for a in errors if ("protected" if a else "whole") in scope.across]
    if not wanted:
        return Measured.not_assessed("no protected attribute was given")
    return [errors[a] for a in wanted]


def _compared(table: GroupErrors, scope: Scope, *, absolute: bool) -> Iterator[Comparison]:
    samples = {g: table.only(g) for g in table.groups}
    for group, versus in _pairs(table.groups, scope.compare):
        mine = samples[group]
        other = table.rest(group) if versus == "rest" else samples[versus]
        sides = [_mean(s, table, absolute=absolute) for s in (mine, other)]
        estimate = None if None in sides else difference(*sides)  # type: ignore[arg-type]
        against = "" if versus == "rest" else f" against {versus}"
        yield Comparison(
            measure=f"{_name(absolute=absolute)}_difference" + ("_to_rest" if not against else ""),
            name=f"{table.attribute}: {group}{against}",
            attribute=table.attribute,
            group=group,
            versus=versus,
            estimate=estimate,
            n=mine.n,
            n_versus=other.n,
            signed=True,
            # Larger errors are worse; predicted too high or too low may be either.
            worse_off=not absolute or (estimate is not None and estimate.value > 0),
            reason="" if estimate else "one side has nobody whose outcome is known, or too few",
        )


def _pairs(groups: tuple[str, ...], compare: str) -> list[tuple[str, str]]:
    if compare == "rest":
        return [(g, "rest") for g in groups]
    if compare == "pairs":
        return [(a, b) for i, a in enumerate(groups) for b in groups[i + 1 :]]
    reference = compare.removeprefix("reference:")
    return [(g, reference) for g in groups if reference in groups and g != reference]


def _told(table: GroupErrors, scope: Scope, *, absolute: bool) -> Iterator[Measurement]:
    for group in table.groups:
        sample = table.only(group)
        estimate = _mean(sample, table, absolute=absolute)
        if estimate is None or sample.n < PUBLISHED_FROM:
            continue
        low, high = estimate.interval(scope.confidence)
        yield Measurement(
            measure=_name(absolute=absolute), attribute=table.attribute, group=group,
            value=estimate.value, low=low, high=high, n=sample.n,
        )  # fmt: skip


def _name(*, absolute: bool) -> str:
    return "mean_absolute_error" if absolute else "mean_error"


def _mean(sample: Sample, table: GroupErrors, *, absolute: bool) -> Normal | None:
    values = np.abs(sample.errors) if absolute else sample.errors
    return mean_of(values, sample.weights, sample.buckets if table.clustered else None)
