"""Whether like cases are decided alike: consistency, and near-duplicates decided differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Normal

if TYPE_CHECKING:
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


def consistency(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return how far each decision agrees with those of the people most alike.

    1 means that everybody is decided as those most like them are, 0 that nobody is. Told beside
    it: ``alike_decided_differently``, of pairs alike in all that the model sees, the share decided
    differently.
    """
    found = facts.consistency
    if found is None:
        return Measured.not_assessed(
            "the columns that the model reads, or its decisions, are not known"
        )
    whole = facts.assessed.whole
    if whole is not None and not (whole.count("flagged")[0] and whole.count("unflagged")[0]):
        return Measured.not_assessed("everybody was decided alike, so no choice was seen")
    if found.value is None or found.standard_error is None:
        return Measured.not_assessed(found.reason)
    told: tuple[Measurement, ...] = ()
    if found.pairs:
        share = found.differing / found.pairs
        told = (Measurement(measure="alike_decided_differently", value=share, n=found.pairs),)
    noted: tuple[str, ...] = ()
    if found.left_out:
        noted = (f"Free text was left out of what makes people alike: {listed(found.left_out)}.",)
    return Measured(
        comparisons=(
            Comparison(
                measure="consistency",
                name="everyone",
                estimate=Normal(found.value, found.standard_error),
                n=found.n,
            ),
        ),
        told=told,
        noted=noted,
    )
