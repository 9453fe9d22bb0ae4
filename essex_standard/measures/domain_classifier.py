"""How well the people assessed can be told from those the model learned from.

    AUROC = P(of an assessed row and a reference row, the assessed one is picked out)

0.5 means that they cannot be told apart; below a half there is no evidence of drift, and it counts
as a half. Evidently defines the same for texts (``evidently.legacy``, text domain classifier).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from essex_standard.experiments.domain_classifier import MOST_ROWS
from essex_standard.experiments.text_classifier import MOST_TEXTS
from essex_standard.measurement import Measurement
from essex_standard.measures.column_pairs import NO_REFERENCE
from essex_standard.measures.periods import together
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from essex_standard.experiments.domain_classifier import DomainClassifier
    from essex_standard.experiments.text_classifier import TextClassifier
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope
    from essex_standard.statistics.held_out import RankEstimate

TOLD = 3
"""Columns told and named: those that tell most."""

SOME = 0.1
"""Share of rows on both sides from which on it is told."""

DRAWN = "Of either side up to {most:,} {what} were drawn for this, with a seed that is on record."

NO_ROWS = (
    "it takes the rows of the reference, and of these nothing but the stored summary is at hand"
)


def domain_classifier_roc_auc(facts: Facts, scope: Scope) -> Measured:
    """Return how well a classifier tells assessed rows from reference rows by what the model reads.

    Across the whole by all columns, across columns by each column of texts alone. Beside the whole
    stands the same by the columns that tell most, with the column as `attribute`
    (``domain_classifier_roc_auc_of_column``).
    """
    if facts.reference is None:
        return Measured.not_assessed(NO_REFERENCE)
    found = facts.domain
    if found is None:
        return Measured.not_assessed(NO_ROWS)
    parts = []
    if "whole" in scope.across:
        parts.append(_of_all_columns(found, scope))
    if "columns" in scope.across:
        parts.append(_of_texts(facts.text_domains))
    if len(parts) == 1:
        return parts[0]
    # Where the model reads no text, the whole speaks for itself.
    return together(*parts) if parts[1].applicable else parts[0]


def _of_all_columns(found: DomainClassifier, scope: Scope) -> Measured:
    noted = tuple(_left_out(found))
    if found.joint is None:
        reason = found.reason or "there are too few people to try"
        return Measured.not_assessed(reason, noted=noted)
    joint = Comparison(
        measure="domain_classifier_roc_auc",
        name="all columns together",
        estimate=told_apart(found),
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


def _of_texts(found: Sequence[TextClassifier]) -> Measured:
    if not found:
        return Measured.not_applicable("the model reads no free text")
    comparisons = tuple(
        Comparison(
            measure="domain_classifier_roc_auc",
            name=f"column {text.column}",
            attribute=text.column,
            estimate=at_least_a_coin(text.roc_auc),
            n=text.n[0],
            n_versus=text.n[1],
        )
        for text in found
        if text.roc_auc is not None
    )
    gaps = tuple(f"Column {t.column}: {t.reason}" for t in found if t.roc_auc is None)
    drawn = any(text.n != text.rows for text in found)
    return Measured(
        comparisons=comparisons,
        gaps=gaps if comparisons else (),
        reason="" if comparisons else "; ".join(gaps),
        noted=(DRAWN.format(most=MOST_TEXTS, what="texts"),) if drawn else (),
    )


@dataclass(frozen=True, slots=True)
class ToldApart:
    """How well the best of several classifiers tells two populations apart.

    That they lie beyond a limit is shown by the one of all columns. That they lie within it takes
    more: no classifier reaches what the best could, so that none tried may speak against it (an
    intersection-union test, Berger 1982, Technometrics 24(4), 295-300).

    Parameters
    ----------
    joint : RankEstimate
        By all columns together; a coin where it is worse than one.
    alone : tuple of RankEstimate
        By each column alone.
    """

    joint: RankEstimate
    alone: tuple[RankEstimate, ...] = ()

    @property
    def value(self) -> float:
        """The AUROC by all columns together."""
        return self.joint.value

    def above(self, x: float) -> float:
        """Return the support for the populations being told apart more often than x."""
        return self.joint.above(x)

    def below(self, x: float) -> float:
        """Return the support for x not being reached: the least that any classifier gives it."""
        return min(e.below(x) for e in (self.joint, *self.alone))

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the two-sided interval of the AUROC by all columns together."""
        return self.joint.interval(confidence)


def told_apart(found: DomainClassifier) -> ToldApart:
    """Return the estimate to be judged; all columns together must have been tried."""
    assert found.joint is not None  # noqa: S101 - asked for only where it is known
    alone = (*(e for _, e in found.columns), *found.in_order)
    return ToldApart(at_least_a_coin(found.joint), alone)


def at_least_a_coin(estimate: RankEstimate) -> RankEstimate:
    """Return the estimate, or a coin's where it is worse than a coin."""
    return replace(estimate, value=max(estimate.value, 0.5))


def _told(found: DomainClassifier, confidence: float) -> Iterator[Measurement]:
    for column, estimate in found.columns[:TOLD]:
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
    alone = [c for c, e in found.columns[:TOLD] if e.below(0.5) <= error]
    if alone:
        yield f"Most is told by {listed(alone)}."
    others = [c for c in found.together if c not in alone][:TOLD]
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
        yield DRAWN.format(most=MOST_ROWS, what="rows")
