"""What a comparison of groups left out: attributes not given, not known, or of one group only.

    unknown share = people whose group is unknown / all people assessed

0 means that everybody's group is known. People of unknown group stay a group of their own; where
they are too many, what is seen of the others need not hold for them, and the attribute is a gap.
A gap keeps a check from *met*, whatever the other attributes show.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.evidence.group_table import UNKNOWN, GroupTable
from essex_standard.measurement import Measurement
from essex_standard.statistics.comparison import OF_GROUPS, Measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


def covered(measured: Measured, facts: Facts, scope: Scope) -> Measured:
    """Return what a measure found, with the gaps in what it looked at.

    Parameters
    ----------
    measured : Measured
        What the measure itself found.
    scope : Scope
        Its `attributes` must have been given; its `unknown_at_most` bounds the unknown.

    Returns
    -------
    Measured
        With a gap for each attribute that was required and not given, that is unknown for too
        many, or that has no two known groups; and each attribute's unknown share told.
    """
    if not OF_GROUPS.intersection(scope.across) or not measured.applicable:
        return measured
    tables = {a: facts.assessed.groups[a] for a in facts.assessed.attributes()}
    gaps = dict.fromkeys((*measured.gaps, *_gaps(tables, scope)))
    return replace(
        measured,
        gaps=tuple(g for g in gaps if g != measured.reason),
        told=(*measured.told, *_unknown_shares(tables)),
    )


def unknown_share(table: GroupTable, of: str = "rows") -> float:
    """Return the share of people whose group is unknown, by counted people.

    Parameters
    ----------
    of : str
        Among whom: ``rows``, ``positives``, ``negatives``, ``flagged`` or ``unflagged``.

    Returns
    -------
    float
        In [0, 1]; 0 where there is nobody.
    """
    people = table.count(of)
    total = int(people.sum())
    if UNKNOWN not in table.groups or not total:
        return 0.0
    return int(people[table.groups.index(UNKNOWN)]) / total


def _gaps(tables: dict[str, GroupTable], scope: Scope) -> Iterator[str]:
    for name in scope.attributes:
        if name not in tables:
            yield f"{name} is required and was not given"
    for name, table in tables.items():
        known = [g for g in table.groups if g != UNKNOWN]
        whom = _among_whom_too_many(table, scope)
        if not known:
            yield f"{name} is unknown for everybody"
        elif whom:
            yield f"{name} is unknown for more than {100 * scope.unknown_at_most:g} in 100 {whom}"
        elif len(table.groups) == 1:
            yield f"{name} has only one group, so there is nobody to compare with"
        elif len(known) == 1:
            yield f"{name} has only one known group, so there is nobody to compare with"
    yield from _crossings(tables, scope)


def _among_whom_too_many(table: GroupTable, scope: Scope) -> str:
    """Say among whom too many are unknown: everybody, or those whom the check counts."""
    if unknown_share(table) > scope.unknown_at_most:
        return "of those assessed"
    if unknown_share(table, scope.of) > scope.unknown_at_most:
        return "of those whom the check is about"
    return ""


def _crossings(tables: dict[str, GroupTable], scope: Scope) -> Iterator[str]:
    """Yield what keeps attributes from being crossed as deep as the check asks."""
    if "intersections" not in scope.across or not tables:
        return
    if len(tables) < 2:
        yield "only one protected attribute was given, so none can be crossed"
    elif len(tables) < scope.depth:
        yield f"only {len(tables)} protected attributes were given to cross {scope.depth} of them"


def _unknown_shares(tables: dict[str, GroupTable]) -> Iterator[Measurement]:
    """Yield, for each attribute, the share of people whose group is unknown."""
    for name, table in tables.items():
        share = unknown_share(table)
        if share:
            yield Measurement(
                measure="unknown_share",
                attribute=name,
                value=share,
                n=int(table.count("rows").sum()),
            )
