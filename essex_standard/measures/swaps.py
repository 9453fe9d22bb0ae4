"""How many decisions turn when a text speaks of another group.

    flip rate = decisions that turn / people whose texts hold such a term     0: none hang on it

Reference
---------
Garg et al. (2019), "Counterfactual fairness in text classification through robustness", AIES '19,
219-226 (counterfactual token fairness).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.flips import ROWS_ONLY, score_changes
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from essex_standard.experiments.term_swaps import TermEffect, TermSwaps
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

FEWEST_TEXTS = 10
"""A term found in fewer is not told."""

MOST_TERMS = 10
"""Terms told: those that turned the largest shares."""

NAMED_FROM = 50
"""A term is named in a sentence only if so many texts hold it, and ten decisions turned."""

MOST_NAMED = 5


def counterfactual_token_flip_rate(facts: Facts, scope: Scope) -> Measured:
    """Return the share of decisions that turn for each group a text is made to speak of."""
    if facts.assessed.threshold is None:
        return Measured.not_assessed("no decision rule is declared, so nobody is flagged")
    if facts.swaps is None:
        return Measured.not_assessed(
            "only scores are known, so no text could be scored again with its terms exchanged"
        )
    return token_flip_rate(facts.swaps, scope)


def token_flip_rate(found: TermSwaps, scope: Scope) -> Measured:
    """Return, for each target group, the share whose decision turns when texts speak of it.

    Among people whose texts hold a term of another group of the same characteristic that has a
    counterpart. Beside it stand the mean change of the score, the terms whose exchange turned the
    largest shares, and the share of people whose texts hold no term of the list.
    """
    if scope.of != "rows":
        return Measured.not_assessed(ROWS_ONLY)
    if not found.columns:
        return Measured.not_applicable("the model reads no free text")
    attribute = ", ".join(found.columns)
    if found.reason:
        return Measured.not_assessed(found.reason, noted=tuple(_noted(found)))
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    for swap in found.swaps:
        name = f"{swap.characteristic} written as {swap.target}"
        if swap.changes is None:
            gaps.append(f"{name} could not be examined: {swap.reason}.")
            continue
        group = f"{swap.characteristic}: {swap.target}"
        comparisons.append(
            Comparison(
                measure="counterfactual_token_flip_rate",
                name=name,
                attribute=attribute,
                group=group,
                estimate=swap.changes.estimate,
                n=swap.changes.n,
            )
        )
        told += score_changes(attribute, group, None, swap.changes, scope)
    told += _of_terms(attribute, found)
    told.append(
        Measurement(
            measure="without_identity_terms_share",
            value=found.without / found.examined,
            n=found.examined,
        )
    )
    return Measured(
        comparisons=tuple(comparisons),
        told=tuple(told),
        gaps=tuple(gaps),
        noted=tuple(_noted(found)),
        reason="" if comparisons else "no text could be scored again",
    )


def _of_terms(attribute: str, found: TermSwaps) -> Iterator[Measurement]:
    for effect in _worst(found)[:MOST_TERMS]:
        yield Measurement(
            measure="counterfactual_term_flip_rate",
            attribute=attribute,
            group=effect.term,
            versus=effect.became,
            value=effect.changed / effect.n,
            n=effect.n,
        )


def _worst(found: TermSwaps) -> list[TermEffect]:
    """Return the terms that turned the largest shares; one that turned none is not told."""
    enough = [e for e in found.effects if e.n >= FEWEST_TEXTS and e.changed]
    return sorted(enough, key=lambda e: (-e.changed / e.n, e.term, e.became))


def _noted(found: TermSwaps) -> Iterator[str]:
    yield (
        f"Texts were looked through for {found.terms_known} terms ({found.lexicon}); a word may "
        "mean something else in its place, and what a text says without such a word is not seen."
    )
    if found.examined < found.rows:
        yield "Not all texts were looked through: as many as fit the time, drawn by chance."
    if found.cut:
        yield "Of very long texts the first 20,000 characters were looked through."
    worst = [e for e in _worst(found) if e.n >= NAMED_FROM and e.changed >= FEWEST_TEXTS]
    if worst:
        named = "; ".join(f"'{e.term}' made '{e.became}'" for e in worst[:MOST_NAMED])
        yield f"Decisions changed most often where these terms were exchanged: {named}."
