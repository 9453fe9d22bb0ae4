"""Which columns the model could do without, and what each of the others buys.

    necessity_loss of a column = AUROC(copy of all columns) - AUROC(copy without it and without
                                 those that were left out already)

0 means that nothing is lost. Columns that say the same are so never all found to be of no use: the
first of them goes, and of the second it is said what losing both would cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from essex_standard.experiments.fewer_columns import FewerColumns
    from essex_standard.experiments.necessity import Necessity
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope
    from essex_standard.statistics.estimates import Normal

MEASURE = "necessity_loss"

SHUFFLED_ONLY = (
    "What shuffling a column costs this model is told; whether a model fitted without the column "
    "would do as well could not be examined."
)


def of_columns(found: Necessity, facts: Facts, scope: Scope) -> Measured:
    """Return the loss in AUROC by column, and how it grows as columns go.

    Told beside it: `shuffled_loss`, what the model itself loses where the column's values are mixed
    up; `average_precision_loss`, of a column that was left out, with those before it;
    `stays_in_smallest_set`, 1 for a column that stays; and `roc_auc_of_fewer_columns`, with the
    column that goes as `attribute` and the number of those that stay as `group`.
    """
    by_column = found.by_column
    if by_column is None:
        return Measured.not_assessed(found.reason or "no column could be left out")
    shuffled = tuple(
        _figure("shuffled_loss", c.column, c.shuffled, facts.positives, scope)
        for c in by_column.columns
        if c.shuffled is not None
    )
    if found.reason:
        noted = (SHUFFLED_ONLY,) if shuffled else ()
        return Measured.not_assessed(found.reason, told=shuffled, noted=noted)
    precision = tuple(
        _figure("average_precision_loss", c.column, c.average_precision, found.positives, scope)
        for c in by_column.columns
        if c.average_precision is not None
    )
    known = [c for c in by_column.columns if c.loss is not None]
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
        told=(*shuffled, *precision, *_set(by_column), *_steps(by_column, found, scope)),
        gaps=tuple(
            f"Column {c.column} could not be examined: {c.reason}."
            for c in by_column.columns
            if c.loss is None
        ),
        noted=tuple(_in_words(by_column)),
        reason="" if known else "no column could be left out",
    )


def _figure(measure: str, column: str, estimate: Normal, n: int, scope: Scope) -> Measurement:
    low, high = estimate.interval(scope.confidence)
    return Measurement(
        measure=measure, attribute=column, value=estimate.value, low=low, high=high, n=n
    )


def _set(by_column: FewerColumns) -> Iterator[Measurement]:
    for c in by_column.columns:
        yield Measurement(
            measure="stays_in_smallest_set", attribute=c.column, value=float(not c.left_out)
        )


def _steps(by_column: FewerColumns, found: Necessity, scope: Scope) -> Iterator[Measurement]:
    """Yield the AUROC of ever fewer columns; its range is that of the loss, and not of itself."""
    best = found.copy_roc_auc
    if best is None or not by_column.steps:
        return
    measure = "roc_auc_of_fewer_columns"
    yield Measurement(
        measure=measure, group=str(len(by_column.columns)), value=best, n=found.positives
    )
    for step in by_column.steps:
        low, high = step.loss.interval(scope.confidence)
        yield Measurement(
            measure=measure,
            attribute=step.column,
            group=str(step.stay),
            value=best - step.loss.value,
            low=best - high,
            high=best - low,
            n=found.positives,
        )


def _in_words(by_column: FewerColumns) -> Iterator[str]:
    for gone, stays in by_column.either:
        yield (
            f"Either column {gone} or column {stays} could be left out, and not both: they say "
            "much the same."
        )
    stay = [c.column for c in by_column.columns if not c.left_out]
    if stay and len(stay) < len(by_column.columns):
        yield f"The smallest set of columns found: {listed(stay)}."
