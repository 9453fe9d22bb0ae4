"""What may be shown of several populations together, each of which was published by itself.

    part 1 (rounded cells) + part 2 (rounded cells) = everybody (rounded cells)

Parts have nobody in common: an assessment and the batches of later months. A total that were
rounded anew, less the parts that are printed already, would tell of the part that is not. So
nothing here looks at a raw table: what is shown of all is the sum of what is shown of each, and
where a part withholds a group, the group of all is withheld too. Whoever has the parts learns
nothing from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

from essex_standard.disclosure.behind import Column
from essex_standard.disclosure.cells import Cells
from essex_standard.disclosure.protection import Protection
from essex_standard.disclosure.suppression import WHOLE
from essex_standard.evidence.coding import JOINED
from essex_standard.evidence.periods import PERIOD, crossed_with_period, group_in_period

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from essex_standard.disclosure.attacker import Key

    Table = Mapping[Key, NDArray[np.int64]]
    Effective = Mapping[tuple[Key, str, bool], int]


def of_disjoint(parts: Mapping[str, Protection]) -> Protection:
    """Return what may be shown of all parts together, and of each as a period of that name.

    Parameters
    ----------
    parts : mapping of name to Protection
        At least one; no two may have a person in common.
    """
    plans = list(parts.values())
    cells = [plan.assessed for plan in plans]
    named = {name: plan.assessed for name, plan in parts.items()}
    periods = tuple(sorted(parts))
    attributes = [a for a in plans[0].groups if a and JOINED not in a and a != PERIOD]
    groups = {
        a: tuple(sorted({g for plan in plans for g in plan.groups.get(a, ())}))
        for a in plans[0].groups
    }
    in_periods = {
        crossed_with_period(a): tuple(
            group_in_period(a, g, p) for p, plan in parts.items() for g in plan.groups.get(a, ())
        )
        for a in attributes
    }
    return Protection(
        assessed=Cells(
            people=_tables([c.people for c in cells], {n: c.people for n, c in named.items()}),
            shares=_tables([c.shares for c in cells], {n: c.shares for n, c in named.items()}),
            effective=_effective(
                [c.effective for c in cells], {n: c.effective for n, c in named.items()}
            ),
            exists=reduce(lambda a, b: a | b, (c.exists for c in cells)),
            rates=frozenset.intersection(*(c.rates for c in cells)),
            min_cell=cells[0].min_cell,
            base=cells[0].base,
        ),
        reference=plans[0].reference,
        groups={**groups, PERIOD: periods, **in_periods},
        columns=_columns(plans),
        events=_sum([plan.events for plan in plans]),
        non_events=_sum([plan.non_events for plan in plans]),
        weighted_scores=any(plan.weighted_scores for plan in plans),
        total=_sum([plan.total for plan in plans]),
        reference_total=plans[0].reference_total,
        min_cell=plans[0].min_cell,
        base=plans[0].base,
    )


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [n for n in numbers if n is not None]
    return sum(known) if len(known) == len(numbers) else None


def _tables(all_of: Sequence[Table], named: Mapping[str, Table]) -> dict[Key, NDArray[np.int64]]:
    """Return the sums of what every part shows, and each part's own as that of a period."""
    shared = set.intersection(*(set(t) for t in all_of))
    found = {key: sum(t[key] for t in all_of) for key in sorted(shared) if _own(key)}
    for period, table in named.items():
        for key, cells in table.items():
            if (mine := _in_period(key, period)) is not None:
                found[mine] = cells
    return found  # type: ignore[return-value]


def _effective(
    all_of: Sequence[Effective], named: Mapping[str, Effective]
) -> dict[tuple[Key, str, bool], int]:
    shared = set.intersection(*(set(e) for e in all_of))
    found = {k: sum(e[k] for e in all_of) for k in shared if _own(k[0])}
    for period, sizes in named.items():
        for (key, rate, is_rest), size in sizes.items():
            mine = _in_period(key, period)
            if mine is not None and not is_rest:
                found[mine, rate, False] = size
        others = [e for p, e in named.items() if p != period]
        for rate in {rate for key, rate, _ in sizes if key == WHOLE}:
            rest = [e.get((WHOLE, rate, False)) for e in others]
            if rest and (size_of := _sum(rest)) is not None:
                found[(PERIOD, period), rate, True] = size_of
    return found


def _own(key: Key) -> bool:
    """Return whether a group is no period of a part's own."""
    return PERIOD not in key[0].split(JOINED)


def _in_period(key: Key, period: str) -> Key | None:
    attribute, group = key
    if key == WHOLE:
        return PERIOD, period
    if JOINED in attribute or attribute == PERIOD:
        return None
    return crossed_with_period(attribute), group_in_period(attribute, group, period)


def _columns(plans: Sequence[Protection]) -> dict[tuple[str, str], Column]:
    shared = set.intersection(*(set(plan.columns) for plan in plans))
    return {
        key: plans[0].columns[key]
        if key[1] == "reference"
        else Column(
            present=_sum([plan.columns[key].present for plan in plans]),
            rows=_sum([plan.columns[key].rows for plan in plans]),
            few_missing=any(plan.columns[key].few_missing for plan in plans),
        )
        for key in shared
    }
