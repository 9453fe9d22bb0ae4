"""Columns that the model is handed and never uses, by its structure.

    passed_and_unused(column) = 1 where no score can depend on it; else 0

A fact about the model itself: it has no interval, and holds for people never seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Exact

if TYPE_CHECKING:
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


def passed_and_unused(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return, for each column handed to the model, whether no score can depend on it.

    See `essex_standard.models.used.columns_traced`.

    Returns
    -------
    Measured
        A part of the model that could not be looked into is a gap, unless mixing up its columns
        shows that each moves some score.
    """
    traced = facts.traced
    if traced is None:
        return Measured.not_assessed("the columns that the model is handed are not known")
    unused = traced.unused
    never_read = [c for c in unused if c not in facts.columns_read]
    dropped = [c for c in unused if c in facts.columns_read]
    moved = {e.column for e in (facts.effects.effects if facts.effects else ()) if e.moved}
    doubtful = traced.untraced and not set(traced.used) <= moved
    noted = []
    if never_read:
        noted.append(f"No step of the model reads {listed(never_read)}.")
    if dropped:
        verb, no = ("is", "it") if len(dropped) == 1 else ("are", "any of them")
        noted.append(
            f"{listed(dropped)} {verb} read by a step of the model; what comes of {no} is dropped "
            "later, or has no weight."
        )
    return Measured(
        comparisons=tuple(
            Comparison(
                measure="passed_and_unused",
                name=f"column {column}",
                attribute=column,
                estimate=Exact(float(column in set(unused))),
                n=facts.assessed.rows,
            )
            for column in traced.passed
        ),
        gaps=tuple(w.replace("counts as read", "counts as used") for w in traced.untraced)
        if doubtful
        else (),
        noted=tuple(noted),
        reason="" if traced.passed else "the model is handed no column",
    )
