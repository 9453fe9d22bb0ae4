"""The columns to be compared between the reference and the data assessed, and their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.measures.facts import Facts

NO_REFERENCE = "no reference data were given, so there is nothing to compare with"
NO_COLUMNS = "the columns that the model reads are not known"
NONE_IN_BOTH = "no column could be compared between the reference and the data assessed"

Pair = tuple[str, "ColumnProfile | None", "ColumnProfile | None"]
"""A column with its profile in the data assessed and in the reference, None where it is absent."""


def column_pairs(facts: Facts) -> Iterator[Pair]:
    """Yield each column that the model reads (of ready scores: each that it may read)."""
    old = {} if facts.reference is None else facts.reference.columns
    for column in facts.columns_read or tuple(facts.assessed.columns):
        yield column, facts.assessed.columns.get(column), old.get(column)


def not_comparable(facts: Facts) -> str:
    """Return why no column can be compared at all, or an empty string."""
    if facts.reference is None:
        return NO_REFERENCE
    if not (facts.columns_read or facts.assessed.columns):
        return NO_COLUMNS
    if not facts.assessed.rows or not facts.reference.rows:
        side = "reference data hold" if facts.assessed.rows else "data assessed hold"
        return f"the {side} no rows"
    return ""
