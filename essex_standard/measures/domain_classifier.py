"""How well the people assessed can be told from those the model learned from.

    AUROC = P(of an assessed row and a reference row, the assessed one is picked out)

0.5 means that they cannot be told apart; below a half there is no evidence of drift, and it counts
as a half. Evidently defines the same for texts (``evidently.legacy``, text domain classifier).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.column_pairs import NO_REFERENCE
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from essex_standard.experiments.domain_classifier import DomainClassifier
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope
    from essex_standard.statistics.held_out import RankEstimate

SOME = 0.1
"""Share of rows on both sides from which on it is told."""

NO_ROWS = (
    "it takes the rows of the reference, and of these nothing but the stored summary is at hand"
)


def domain_classifier_roc_auc(facts: Facts, scope: Scope) -> Measured:
    """Return how well a classifier tells assessed rows from reference rows by what the model reads.

    Beside it stands the same by the columns that tell most, with the column as `attribute`
    (``domain_classifier_roc_auc_of_column``).
    """
    if facts.reference is None:
        return Measured.not_assessed(NO_REFERENCE)
    found = facts.domain
    if found is None:
        return Measured.not_assessed(NO_ROWS)
    noted = tuple(_left_out(found))
    if found.joint is None:
        reason = found.reason or "there are too few people to try"
        return Measured.not_assessed(reason, noted=noted)
    joint = Comparison(
        measure="domain_classifier_roc_auc",
        name="all columns together",
        estimate=at_least_a_coin(found.joint),
        n=found.n[0],
        n_versus=found.n[1],
    )
    return Measured(
        comparisons=(joint,),
        told=tuple(_told(found, scope.confidence)),
        gaps=tuple(
            f"Column {c} stands in only one of the reference and the data assessed"
            for c in found.one_sided
        ),
        noted=(*_telling(found, scope.confidence), *noted, *_looked_at(found)),
    )


def at_least_a_coin(estimate: RankEstimate) -> RankEstimate:
    """Return the estimate, or a coin's where it is worse than a coin."""
    return replace(estimate, value=max(estimate.value, 0.5))


def _told(found: DomainClassifier, confidence: float) -> Iterator[Measurement]:
    for column, estimate in found.columns:
        low, high = at_least_a_coin(estimate).interval(confidence)
        yield Measurement(
            measure="domain_classifier_roc_auc_of_column",
            attribute=column,
            value=max(estimate.value, 0.5),
            low=low,
            high=high,
            n=found.n[0],
        )


def _telling(found: DomainClassifier, confidence: float) -> Iterator[str]:
    """Yield which columns tell, alone or with others; none that may as well be a coin."""
    error = (1 - confidence) / max(found.tried, 1)
    alone = [c for c, e in found.columns if e.below(0.5) <= error]
    if alone:
        yield f"Most is told by {listed(alone)}."
    others = [c for c in found.together if c not in alone][: len(found.columns)]
    if others and not alone:
        yield (
            "No column tells it by itself: what has changed is how columns go together, most of "
            f"all {listed(others)}."
        )


def _left_out(found: DomainClassifier) -> Iterator[str]:
    if found.dates:
        yield (
            f"Left out: {listed(found.dates)}. Dates tell later people from earlier ones, however "
            "alike these are."
        )
    if found.copies == 1:
        yield "The rows assessed stand in the reference too: there is nothing to tell apart."
    elif found.copies > SOME:
        yield (
            "Some of the rows assessed stand in the reference too: what there is to tell apart "
            "lies in the others."
        )


def _looked_at(found: DomainClassifier) -> Iterator[str]:
    if found.n != found.rows:
        yield "Of each side some rows were drawn for this, with a seed that is on record."
