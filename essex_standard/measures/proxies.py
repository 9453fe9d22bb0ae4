"""How well the model's inputs, and its score alone, tell which group somebody belongs to.

    AUROC = P(of two people, one of the group and one not, the first is picked out)

0.5 means that the inputs say nothing of the group, 1 that they give it away. A characteristic that
was left out of a model can still act in it through what tells of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from essex_standard.experiments.proxies import GroupProxy
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope
    from essex_standard.statistics.held_out import RankEstimate

NAMED = 3
"""Columns named as telling most of an attribute."""


def proxy_roc_auc(facts: Facts, scope: Scope) -> Measured:
    """Return how well the model's own inputs tell each group from everybody else.

    Beside it stand the same by the score alone (``proxy_roc_auc_of_score``) and by the columns
    that tell most (``proxy_roc_auc_of_column``, with the column as `versus`).
    """
    found = facts.proxies
    if found is None or not found.groups:
        return Measured.not_assessed("no protected attribute was given")
    told = tuple(m for g in found.groups for m in _told(g, scope.confidence))
    if not facts.columns_read:
        return Measured.not_assessed(
            "the columns that the model reads are not known, so what they tell of groups is not "
            "either",
            told=told,
        )
    by_attribute: dict[str, list[GroupProxy]] = {}
    for group in found.groups:
        by_attribute.setdefault(group.attribute, []).append(group)
    comparisons: list[Comparison] = []
    gaps: list[str] = []
    noted = [f"The model reads {a} itself; here it is left out." for a in found.taken]
    for attribute, groups in by_attribute.items():
        if not any(g.n_versus for g in groups):
            gaps.append(f"{attribute} has only one group, so there is nobody to compare with")
            continue
        comparisons += [_comparison(g) for g in groups]
        columns = _telling_most(groups, scope.confidence)
        if columns:
            noted.append(f"Most is told of {attribute} by {listed(columns)}.")
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps), told=told)
    return Measured(comparisons=tuple(comparisons), told=told, gaps=tuple(gaps), noted=tuple(noted))


def _comparison(group: GroupProxy) -> Comparison:
    return Comparison(
        measure="proxy_roc_auc",
        name=f"{group.attribute}: {group.group}",
        attribute=group.attribute,
        group=group.group,
        versus="rest",
        estimate=group.inputs,
        n=group.n,
        n_versus=group.n_versus,
        reason="" if group.inputs else "the model reads nothing else that could tell of it",
    )


def _told(group: GroupProxy, confidence: float) -> Iterator[Measurement]:
    if group.score is not None:
        yield _measurement(group, "proxy_roc_auc_of_score", "rest", group.score, confidence)
    for column, estimate in group.columns:
        yield _measurement(group, "proxy_roc_auc_of_column", column, estimate, confidence)


def _measurement(
    group: GroupProxy, measure: str, versus: str, estimate: RankEstimate, confidence: float
) -> Measurement:
    low, high = estimate.interval(confidence)
    return Measurement(
        measure=measure,
        attribute=group.attribute,
        group=group.group,
        versus=versus,
        value=estimate.value,
        low=low,
        high=high,
        n=group.n,
    )


def _telling_most(groups: Sequence[GroupProxy], confidence: float) -> list[str]:
    """Return the columns that tell most of any group; none that may as well be a coin."""
    best: dict[str, float] = {}
    for column, estimate in (pair for g in groups for pair in g.columns):
        if estimate.interval(confidence)[0] > 0.5:
            best[column] = max(estimate.value, best.get(column, 0.0))
    return sorted(best, key=lambda c: (-best[c], c))[:NAMED]
