"""What a comparison of groups left out: attributes not given, not known, or of one group only.

    unknown share = people whose group is unknown / all people assessed

0 means that everybody's group is known. People of unknown group stay a group of their own; where
they are too many, what is seen of the others need not hold for them, and the attribute is a gap.
A gap keeps a check from *met*, whatever the other attributes show.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from essex_standard.evidence.coding import JOINED, is_deep
from essex_standard.evidence.group_table import UNKNOWN, GroupTable
from essex_standard.measurement import Measurement
from essex_standard.statistics.comparison import OF_GROUPS, Measured

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

FEWEST = 10
"""Cases on a side below which a group of a deep crossing is only counted."""


# Of whom a figure tells: people of these outcomes and these decisions.
_BEHIND: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "true_positive_rate": ((1,), (0, 1)),
    "false_negative_rate": ((1,), (0, 1)),
    "false_positive_rate": ((0,), (0, 1)),
    "true_negative_rate": ((0,), (0, 1)),
    "positive_predictive_value": ((0, 1), (1,)),
    "false_discovery_rate": ((0, 1), (1,)),
    "false_omission_rate": ((0, 1), (0,)),
    **dict.fromkeys(
        ("accuracy", "outcome_prevalence", "roc_auc", "average_precision", "brier_score"),
        ((0, 1), (0, 1)),
    ),
    **dict.fromkeys(("calibration_slope", "calibration_in_the_large"), ((0, 1), (0, 1))),
}


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
        many, or that has no two known groups, and for each crossing of which nothing was judged;
        each attribute's unknown share is told.
    """
    if not OF_GROUPS.intersection(scope.across) or not measured.applicable:
        return measured
    tables = {a: facts.assessed.groups[a] for a in facts.assessed.attributes()}
    measured = _without_the_smallest(measured)
    gaps = dict.fromkeys(
        (
            *measured.gaps,
            *_gaps(tables, scope),
            *_not_crossed(measured, tables, scope),
            *_unseen(measured, facts, scope),
        )
    )
    return replace(
        measured,
        gaps=tuple(g for g in gaps if g != measured.reason),
        told=(*measured.told, *_unknown_shares(tables)),
    )


def _without_the_smallest(measured: Measured) -> Measured:
    """Return what was found without the groups of deep crossings that are below ten on a side.

    There are hundreds, a list of which tells a reader nothing, and tells of people.
    """
    small = {
        (c.attribute, c.group)
        for c in measured.comparisons
        if is_deep(c.attribute) and min(c.n, c.n if c.n_versus is None else c.n_versus) < FEWEST
    }
    if not small:
        return measured
    counts = Counter(attribute for attribute, _ in sorted(small))
    return replace(
        measured,
        comparisons=tuple(c for c in measured.comparisons if (c.attribute, c.group) not in small),
        told=tuple(m for m in measured.told if (m.attribute, m.group) not in small),
        unnamed=tuple(counts.items()),
    )


def _not_crossed(measured: Measured, attributes: Collection[str], scope: Scope) -> Iterator[str]:
    """Yield each crossing of which no group was judged, whatever the reason."""
    if "intersections" not in scope.across or not (measured.comparisons or measured.unnamed):
        return
    unnamed = dict(measured.unnamed)
    seen = {c.attribute for c in measured.comparisons}
    for size in range(2, scope.depth + 1):
        for names in combinations(sorted(attributes), size):
            crossing = JOINED.join(names)
            if crossing in unnamed and crossing not in seen:
                yield f"{crossing}: no group of it is large enough to be compared"
            elif crossing not in seen:
                yield f"{crossing}: they could not be crossed for this figure"


def _unseen(measured: Measured, facts: Facts, scope: Scope) -> Iterator[str]:
    """Yield each attribute with a group that is too small only because its outcomes are not known.

    Such a group is no small one: were its outcomes known as often as others' are, it would reach
    the check's minimum. Left out as too small, it would be hidden.
    """
    for c in measured.comparisons:
        table = facts.assessed.groups.get(c.attribute)
        if table is None or not c.attribute:
            continue
        for group, n in ((c.group, c.n), (c.versus, c.n_versus)):
            if group in table.groups and n is not None and n < scope.minimum:
                of_unknown = UNKNOWN in group.split(JOINED)
                if not of_unknown and _is_hidden(table, group, c.measure, scope.minimum):
                    yield (
                        f"{c.attribute}: the outcome of most people is not known in a group that "
                        "would be large enough to be compared"
                    )


def _is_hidden(table: GroupTable, group: str, measure: str, minimum: int) -> bool:
    """Say whether most outcomes behind a figure are unknown, and known ones would be enough."""
    kind = next((k for k in _BEHIND if measure.startswith(k)), None)
    if kind is None or measure.endswith("_worst_case"):
        return False
    outcomes, decisions = _BEHIND[kind]
    counts = table.counts[:, :, list(decisions)].sum(axis=2)
    rows, known = counts.sum(axis=1), counts[:, :2].sum(axis=1)
    share = counts[:, list(outcomes)].sum() / max(int(known.sum()), 1)
    i = table.groups.index(group)
    return bool(2 * known[i] < rows[i] and rows[i] * share >= minimum)


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
