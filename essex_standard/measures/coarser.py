"""Whether columns could be coarser: what the model loses with the coarsest version proposed.

    coarsening_loss = AUROC(copy of the columns that stay) - AUROC(copy of them, some made coarser)

0 means that nothing is lost. Of a column whose every coarser version costs more than the margin may
hide, it is the loss of the finest of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

MEASURE = "coarsening_loss"

NOT_TRIED = "the model could not be fitted again with coarser columns"


def coarsening_loss(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return what is lost in AUROC where each column is as coarse as is proposed."""
    found = facts.necessity
    if found is None or found.reason or found.coarser is None:
        return Measured.not_assessed((found and found.reason) or NOT_TRIED)
    if not found.coarser:
        return Measured.not_applicable("no column that the model needs can be made coarser")
    known = [c for c in found.coarser if c.loss is not None]
    return Measured(
        comparisons=tuple(
            Comparison(
                measure=MEASURE,
                name=f"column {c.column}",
                attribute=c.column,
                estimate=c.loss,
                n=found.positives,
                n_versus=found.negatives,
            )
            for c in known
        ),
        gaps=tuple(
            f"Column {c.column} could not be tried in a coarser version: {c.reason}."
            for c in found.coarser
            if c.loss is None
        ),
        noted=tuple(f"Column {c.column}: {c.words} would do." for c in known if c.words),
        reason="" if known else "no column could be made coarser",
    )
