"""How much of the scores' differences hangs on each column, as far as it is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from essex_standard.experiments.column_effect import ColumnEffects
    from essex_standard.measures.facts import Facts

Importance = Mapping[str, tuple[float, int]]
"""Column -> (share of the scores' variance, rows examined); absent where it is not known."""


def importance(facts: Facts) -> Importance:
    """Return the larger share of each column, among the people assessed and in the reference.

    A column that broke, and is now the same for everybody, moves no score now: what it did is seen
    in the reference. One that was the same for everybody then is seen now.
    """
    now, then = facts.effects, facts.effects_in_reference
    if now is None or then is None:
        return {}
    shares_now, shares_then = _shares(now), _shares(then)
    return {
        column: max(share, shares_then[column])
        for column, share in shares_now.items()
        if column in shares_then
    }


def _shares(effects: ColumnEffects) -> Importance:
    return {
        e.column: (e.variance_share, e.n) for e in effects.effects if e.variance_share is not None
    }
