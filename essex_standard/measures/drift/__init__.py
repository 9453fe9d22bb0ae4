"""Whether the population assessed still looks like the one the model was trained on.

Evidently defines the scores; here its own test functions are called on column profiles, on the bins
they would choose on raw rows (`binning`, `evidently`). How sure we are of a score is ours
(`distances`, on `essex_standard.statistics`). `columns` compares column by column, `scores` the
score.

References
----------
Evidently 0.7, ``evidently.legacy.calculations.stattests`` (``jensenshannon``, ``psi``,
``wasserstein``).
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from essex_standard.measures.drift.columns import column_drift
from essex_standard.measures.drift.scores import score_drift
from essex_standard.measures.periods import together

if TYPE_CHECKING:
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Measured, Scope


def drift_of(facts: Facts, scope: Scope, *, measure: str) -> Measured:
    """Return a distance of each column that the model reads, of the score, or of both."""
    found: list[Measured] = []
    if "columns" in scope.across:
        found.append(column_drift(facts, scope, measure=measure))
    if "whole" in scope.across:
        reference = None if facts.reference is None else facts.reference.score_profile
        found.append(score_drift(facts.assessed.score_profile, reference, measure=measure))
    return reduce(together, found)
