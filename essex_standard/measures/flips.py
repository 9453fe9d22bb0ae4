"""How many decisions turn when a protected column, or a term in a text, says another thing.

    flip rate = decisions that turn / people scored again        0: what was changed decides nothing

References
----------
Kusner, Loftus, Russell and Silva (2017), "Counterfactual fairness", NeurIPS 30. Garg et al. (2019),
"Counterfactual fairness in text classification through robustness", AIES '19, 219-226.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.bias import why_no_rate
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from essex_standard.experiments.counterfactual_flips import CounterfactualFlips, Flip
    from essex_standard.experiments.decision_changes import Changes
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

MOST_TOLD = 30
"""Pairs of groups whose change of score is told: those with the largest."""

NO_MODEL = "only scores are known, so nobody could be scored again with something changed"
ROWS_ONLY = 'flips are counted among all people: the check must say of = "rows"'


def counterfactual_flip_rate(facts: Facts, scope: Scope) -> Measured:
    """Return the share of decisions that turn for each pair of groups; see `flip_rate`."""
    if facts.flips is None:
        return Measured.not_assessed(NO_MODEL)
    found = flip_rate(facts.flips, scope)
    # A rule that flags nobody turns for nobody, whatever the column does.
    undecided = why_no_rate(facts, "selection_rate") if found.applicable else ""
    return Measured.not_assessed(undecided) if undecided else found


def flip_rate(found: CounterfactualFlips, scope: Scope) -> Measured:
    """Return, for each group, the share whose decision turns when the column says another group.

    One comparison for each pair (group, group recorded in its place) of each protected column that
    the model takes. 0 means that the column itself turns no decision, 1 that it turns all. Beside
    it stand the mean change of the score and the mean of its size.
    """
    if scope.of != "rows":
        return Measured.not_assessed(ROWS_ONLY)
    if not found.attributes and not found.unread:
        return Measured.not_assessed("no protected attribute was given")
    unread = _unread(found.unread)
    if not found.attributes:
        return Measured.not_applicable(unread)
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: dict[str, None] = {}
    for attribute in found.attributes:
        if attribute.reason:
            gaps[f"{attribute.attribute} could not be examined: {attribute.reason}."] = None
        for flip in attribute.flips:
            if flip.changes is None:
                named = f"{attribute.attribute} recorded as {flip.target}"
                gaps[f"{named} could not be examined: {flip.reason}."] = None
                continue
            comparisons.append(_comparison(attribute.attribute, flip, flip.changes))
        told += _score_changes(attribute.attribute, attribute.flips, scope)
    return Measured(
        comparisons=tuple(comparisons),
        told=tuple(told),
        gaps=tuple(gaps),
        noted=(f"{unread[0].upper()}{unread[1:]}.",) if unread else (),
        reason="" if comparisons else "no protected column could be examined",
    )


def _unread(attributes: Sequence[str]) -> str:
    if not attributes:
        return ""
    names = " or ".join(filter(None, [", ".join(attributes[:-1]), attributes[-1]]))
    return (
        f"the model does not take {names}, so changing it cannot change a score (what other "
        "columns reveal of it is another question)"
    )


def _comparison(attribute: str, flip: Flip, changes: Changes) -> Comparison:
    return Comparison(
        measure="counterfactual_flip_rate",
        name=f"{attribute}: {flip.source} recorded as {flip.target}",
        attribute=attribute,
        group=flip.source,
        versus=flip.target,
        estimate=changes.estimate,
        n=changes.n,
    )


def _score_changes(attribute: str, flips: tuple[Flip, ...], scope: Scope) -> list[Measurement]:
    known = [(flip, flip.changes) for flip in flips if flip.changes is not None]
    largest = sorted(known, key=lambda pair: -pair[1].mean_absolute)[:MOST_TOLD]
    return [
        m
        for flip, changes in known
        if (flip, changes) in largest
        for m in score_changes(attribute, flip.source, flip.target, changes, scope)
    ]


def score_changes(
    attribute: str, group: str, versus: str | None, changes: Changes, scope: Scope
) -> tuple[Measurement, Measurement]:
    """Return the mean change of the score with its interval, and the mean of the change's size."""
    low, high = None, None
    if 0 < changes.standard_error < float("inf"):
        low, high = Normal(changes.mean, changes.standard_error).interval(scope.confidence)
    mean = Measurement(
        measure="counterfactual_score_change",
        attribute=attribute,
        group=group,
        versus=versus,
        value=changes.mean,
        low=low,
        high=high,
        n=changes.n,
    )
    size = replace(
        mean,
        measure="counterfactual_absolute_score_change",
        value=changes.mean_absolute,
        low=None,
        high=None,
    )
    return mean, size
