"""One set of evidence a period: whether what was found holds from month to month or year to year.

A period is one more way of parting people. Seen as an attribute called `PERIOD`, every figure of
groups is a figure of periods, protected in the same plan as all others:

    by_period(evidence).groups == {"": whole, "period": one group a period, "period & sex": ...}
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.coding import JOINED
from essex_standard.evidence.group_scores import GroupScores
from essex_standard.evidence.group_table import GroupTable

if TYPE_CHECKING:
    from essex_standard.evidence.evidence import Evidence

PERIOD = "period"
"""The attribute whose groups are periods; no protected attribute may be called so beside them."""


_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_QUARTER = re.compile(r"^(\d{4}) Q([1-4])$")
_YEAR = re.compile(r"^(\d{4})$")

CHANGE = "_difference_change"
"""Ending of the measures that tell how much a gap differs in one period from its usual one."""


def crossed_with_period(attribute: str) -> str:
    """Return the name of an attribute crossed with the period, in alphabetical order."""
    return JOINED.join(sorted((attribute, PERIOD)))


def group_in_period(attribute: str, group: str, period: str) -> str:
    """Return the name of a group of `attribute` in one period, in the order of their attributes."""
    return JOINED.join(g for _, g in sorted(((attribute, group), (PERIOD, period))))


def period_tables(evidence: Evidence) -> dict[str, GroupTable]:
    """Return a table whose groups are periods, and one for each attribute crossed with them.

    Returns
    -------
    dict of str to GroupTable
        Empty where the evidence holds no periods, or no decisions.
    """
    parts = {p: e for p, e in evidence.periods.items() if e.whole is not None}
    if not parts:
        return {}
    found = {PERIOD: _stacked(PERIOD, {p: e.groups[""] for p, e in parts.items()}, _of_whole)}
    for attribute in next(iter(parts.values())).attributes():
        name = crossed_with_period(attribute)
        found[name] = _stacked(
            name,
            {p: e.groups[attribute] for p, e in parts.items()},
            lambda group, period, of=attribute: group_in_period(of, group, period),
        )
    return found


def by_period(evidence: Evidence) -> Evidence:
    """Return the same evidence with periods in the place of the protected attributes."""
    tables = period_tables(evidence)
    scored = {p: e.scores for p, e in evidence.periods.items() if e.scores is not None}
    names = tuple(sorted(scored))
    of_periods = GroupScores(
        attribute=PERIOD, groups=names, histograms=tuple(h for p in names if (h := scored[p]))
    )
    whole = {"": evidence.groups[""]} if "" in evidence.groups else {}
    return replace(
        evidence,
        groups=whole | ({PERIOD: tables[PERIOD]} if tables else {}),
        group_scores={PERIOD: of_periods} if names else {},
        strata={},
    )


def _of_whole(group: str, period: str) -> str:  # noqa: ARG001 - the whole has one group
    return period


def _stacked(attribute: str, tables: Mapping[str, GroupTable], name: object) -> GroupTable:
    """Return the tables of several periods as one, each group named with its period."""
    assert callable(name)  # noqa: S101 - typed as object so that a lambda may stand for it
    rows = [
        (str(name(group, period)), table, i)
        for period, table in tables.items()
        for i, group in enumerate(table.groups)
    ]
    rows.sort(key=lambda row: row[0])

    def column(part: str, axis: int) -> object:
        arrays = [getattr(table, part) for _, table, _ in rows]
        if any(a is None for a in arrays):
            return None
        taken = [a[:, i] if axis else a[i] for a, (_, _, i) in zip(arrays, rows, strict=True)]
        return np.stack(taken, axis=axis)

    return GroupTable(
        attribute=attribute,
        groups=tuple(group for group, _, _ in rows),
        counts=column("counts", 0),  # type: ignore[arg-type]
        weights=column("weights", 0),  # type: ignore[arg-type]
        squares=column("squares", 0),  # type: ignore[arg-type]
        buckets=column("buckets", 1),  # type: ignore[arg-type]
    )


def days_of(period: str) -> tuple[dt.date, dt.date] | None:
    """Return the first day of a month, quarter or year, and the first day after it."""
    if found := _MONTH.match(period):
        year, month, months = int(found[1]), int(found[2]), 1
    elif found := _QUARTER.match(period):
        year, month, months = int(found[1]), 3 * int(found[2]) - 2, 3
    elif found := _YEAR.match(period):
        year, month, months = int(found[1]), 1, 12
    else:
        return None
    if not 1 <= month <= 12 or not 1 <= year < 9999:
        return None
    after = month + months
    return dt.date(year, month, 1), dt.date(year + (after > 12), (after - 1) % 12 + 1, 1)
