"""Whether people hold values that the model never met: new categories, numbers beyond the range.

    share of rows with such a value  -  share that chance explains

How both are counted and what chance does: `essex_standard.statistics.new_values`. Ranges are never
told: their ends are single people's values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from essex_standard.evidence.column_pair import (
    Unseen,
    holds_categories,
    holds_numbers,
    outside_range,
    unseen_categories,
    why_apart,
)
from essex_standard.measures.column_pairs import (
    NONE_IN_BOTH,
    column_pairs,
    not_comparable,
)
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.new_values import NewShare

if TYPE_CHECKING:
    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    measure: str
    concerns: Callable[[ColumnProfile, ColumnProfile], bool]
    count: Callable[[ColumnProfile, ColumnProfile], Unseen]
    none: str


CATEGORIES = _Question(
    measure="new_category_share",
    concerns=holds_categories,
    count=unseen_categories,
    none="the model reads no column of categories",
)
RANGE = _Question(
    measure="out_of_range_share",
    concerns=holds_numbers,
    count=outside_range,
    none="the model reads no column of numbers",
)


def new_category_share(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return the share of rows whose category the reference never had, chance taken away.

    0 means that every category was there (or might have been missed by chance), 1 that all are
    new. Categories are named from `Facts.min_cell` people on. Beyond 1,000 categories names are
    not kept, and a small share cannot be told from none. Texts are not looked at.
    """
    return _measured(facts, CATEGORIES)


def out_of_range_share(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return the share of numbers outside what the reference spans, chance taken away.

    0 means that all lie between its least and its greatest (or as few beyond as chance gives, about
    2 / (rows + 1)), 1 that none does. Dates are not looked at: new ones are later.
    """
    return _measured(facts, RANGE)


def _measured(facts: Facts, question: _Question) -> Measured:
    reason = not_comparable(facts)
    if reason:
        return Measured.not_assessed(reason)
    comparisons: list[Comparison] = []
    gaps: list[str] = []
    noted: list[str] = []
    for column, new, old in column_pairs(facts):
        apart = why_apart(column, new, old)
        if apart:
            gaps.append(apart)
        elif new is not None and old is not None and question.concerns(new, old):
            found = question.count(new, old)
            comparisons.append(_compared(question.measure, column, found))
            names = [label for label, rows in found.named if rows >= facts.min_cell]
            if names:
                noted.append(f"New in column {column}: {listed(names)}.")
    if not comparisons and not gaps:
        return Measured.not_applicable(question.none)
    return Measured(
        comparisons=tuple(comparisons),
        gaps=tuple(gaps),
        noted=tuple(noted),
        reason="" if comparisons else NONE_IN_BOTH,
    )


def _compared(measure: str, column: str, found: Unseen) -> Comparison:
    estimate = NewShare.of_counts(
        found.rows, found.of, found.alone, found.reference, found.pairs, hidden=found.hidden
    )
    return Comparison(
        measure=measure,
        name=f"column {column}",
        attribute=column,
        estimate=estimate,
        n=found.of,
        n_versus=found.reference,
    )
