"""Measures in which the weights of rows play no part say so, wherever weights are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Measured, Scope

if TYPE_CHECKING:
    from essex_standard.evidence.evidence import Evidence

EACH_ONCE = "Weights play no part here: everybody counts once."


def unweighted(compute: Callable[[Facts, Scope], Measured]) -> Callable[[Facts, Scope], Measured]:
    """Return a measure that notes, beside what it found, that weights were not used for it."""

    def computed(facts: Facts, scope: Scope) -> Measured:
        found = compute(facts, scope)
        if not found.comparisons or not has_weights(facts.assessed):
            return found
        return replace(found, noted=(*found.noted, EACH_ONCE))

    return computed


def has_weights(evidence: Evidence) -> bool:
    """Return whether the rows were given weights."""
    tables = (*evidence.groups.values(), evidence.scores)
    return any(t is not None and t.weights is not None for t in tables)
