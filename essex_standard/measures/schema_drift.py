"""Whether the columns that the model reads are still there, and still hold the same kind of value.

    schema_changes(column) = 1 where it was lost, is new, or holds another kind of value; else 0

A counted fact about the tables, not about people: it has no interval.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from essex_standard.evidence.column_pair import WORDS, same_kind
from essex_standard.measures.column_pairs import NONE_IN_BOTH, column_pairs, not_comparable
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Exact

if TYPE_CHECKING:
    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


def schema_changes(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return, for each column that the model reads, whether it was lost, added or retyped.

    ``"1"`` and 1 are one code in two spellings, and no change. A column that held values and holds
    none now is one. Columns that the model does not read are noted where they came or went.

    Returns
    -------
    Measured
        A column that holds no value on either side is a gap: nobody can say of which kind it is.
    """
    reason = not_comparable(facts)
    if reason:
        return Measured.not_assessed(reason)
    comparisons: list[Comparison] = []
    gaps: list[str] = []
    noted: list[str] = []
    for column, new, old in column_pairs(facts):
        if not _filled(new) and not _filled(old):
            gaps.append(
                f"Column {column} holds no value in the data assessed nor in the reference, so "
                "that its kind is not known."
            )
            continue
        change = _change(column, new, old)
        noted += [change] if change else []
        comparisons.append(
            Comparison(
                measure="schema_changes",
                name=f"column {column}",
                attribute=column,
                estimate=Exact(float(bool(change))),
                n=facts.assessed.rows,
            )
        )
    return Measured(
        comparisons=tuple(comparisons),
        gaps=tuple(gaps),
        noted=(*noted, *_elsewhere(facts)),
        reason="" if comparisons else NONE_IN_BOTH,
    )


def _filled(profile: ColumnProfile | None) -> bool:
    return profile is not None and profile.kind != "empty"


def _change(column: str, new: ColumnProfile | None, old: ColumnProfile | None) -> str:
    """Return what became of a column in a sentence, or an empty string."""
    if new is None:
        return f"Column {column} is no longer in the data assessed."
    if old is None:
        return f"Column {column} was not in the reference."
    if new.kind == "empty":
        return f"Column {column} was {WORDS[old.kind]} in the reference and is empty now."
    if old.kind == "empty":
        return f"Column {column} was empty in the reference and is {WORDS[new.kind]} now."
    if same_kind(new, old):
        return ""
    return f"Column {column} was {WORDS[old.kind]} in the reference and is {WORDS[new.kind]} now."


def _elsewhere(facts: Facts) -> Iterator[str]:
    """Yield the columns that came or went and that the model does not read."""
    read = {column for column, _, _ in column_pairs(facts)}
    now, then = facts.columns_in_data, facts.columns_in_reference
    if not now or not then:
        return
    new, lost = _apart(now, (*then, *read)), _apart(then, (*now, *read))
    if new:
        yield f"In the data assessed and not in the reference, and not read by the model: {new}."
    if lost:
        yield f"In the reference and not in the data assessed, and not read by the model: {lost}."


def _apart(columns: Collection[str], known: Collection[str]) -> str:
    names = [c for c in columns if c not in set(known)]
    return listed(names) if names else ""
