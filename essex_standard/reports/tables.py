"""Blocks of measurements as tables: every figure a chart draws stands here in words and digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from essex_standard.assessment import Finding
from essex_standard.measurement import Measurement
from essex_standard.reports.figures import (
    BASELINE_GROUP,
    CROSSED,
    RECAST,
    Block,
    Row,
    beyond,
    said,
    shown,
)
from essex_standard.reports.views import Table, TableGroup
from essex_standard.reports.wording import Wording


def table_of(block: Block, finding: Finding, words: Wording, *, hidden: int = 0) -> Table:
    """Return a block's table.

    Parameters
    ----------
    hidden : int
        Rows that were left out of the block to keep the report readable; told beneath the table.
    """
    head, rows = _LAYOUTS[block.kind](block, words)
    groups = tuple(
        TableGroup(heading=heading, rows=tuple(cells for _, cells in members))
        for heading, members in groupby(rows, key=lambda item: item[0])
    )
    return Table(
        caption=words(f"table.{block.kind}"),
        head=head,
        groups=groups,
        notes=tuple(_notes(block, finding, words, hidden)),
    )


def name_of(row: Row, words: Wording) -> str:
    """Return what a row is called in its table and chart."""
    if row.versus:
        recast = all(measure.startswith(RECAST) for measure in row.by_measure)
        key = "words.recorded_as" if recast else "words.against"
        return words(key, group=row.group, versus=row.versus)
    return row.group or row.attribute


def is_small(row: Row, finding: Finding) -> bool:
    """Return whether the check found this group too small to compare."""
    name = f"{row.attribute}: {row.group}"
    deep = row.attribute.count(CROSSED) > 1
    return name in finding.not_compared or (deep and name not in finding.compared)


_MOST_WITHHELD = 12

_Rows = list[tuple[str, tuple[str, ...]]]


def _group_layout(block: Block, words: Wording) -> tuple[tuple[str, ...], _Rows]:
    names = (shown(measure, words).name for measure in block.measures)
    head = (words("table.group"), words("table.cases"), *names)
    rows = [
        (row.attribute, (name_of(row, words), _cases(row, words), *_cells(row, block, words)))
        for row in block.rows
    ]
    if block.everyone is not None:
        rest = (words("table.nobody_else") for _ in block.measures[1:])
        everyone = said(block.everyone, words)
        cells = (words("words.everyone"), _n(block.everyone, words), everyone, *rest)
        rows.insert(0, ("", cells))
    return head, rows


def _curve_layout(block: Block, words: Wording) -> tuple[tuple[str, ...], _Rows]:
    head, rows = _group_layout(block, words)
    return (words("table.score"), *head[1:]), [("", cells) for _, cells in rows]


def _column_layout(block: Block, words: Wording) -> tuple[tuple[str, ...], _Rows]:
    names = tuple(shown(measure, words).name for measure in block.measures)
    rows = [("", (name_of(row, words), *_cells(row, block, words))) for row in block.rows]
    return (words("table.column"), *names), rows


def _whole_layout(block: Block, words: Wording) -> tuple[tuple[str, ...], _Rows]:
    head = (words("table.measure"), words("table.cases"), words("table.value"))
    return head, [
        ("", (_whole_name(m, words), _n(m, words), said(m, words)))
        for m in sorted(_all(block), key=lambda m: shown(m.measure, words).is_gap)
    ]


_LAYOUTS = {
    "groups": _group_layout,
    "pairs": _group_layout,
    "curve": _curve_layout,
    "columns": _column_layout,
    "whole": _whole_layout,
}


def _whole_name(m: Measurement, words: Wording) -> str:
    name = shown(m.measure, words).name
    if not m.group:
        return name
    group = words("table.baseline") if m.group == BASELINE_GROUP else m.group
    return words("table.of_group", name=name.split(":")[0], group=group)


def _all(block: Block) -> Iterator[Measurement]:
    return (m for row in block.rows for m in row.by_measure.values())


def _cells(row: Row, block: Block, words: Wording) -> Iterator[str]:
    return (said(row.by_measure.get(measure), words) for measure in block.measures)


def _cases(row: Row, words: Wording) -> str:
    return _n(row.cases, words)


def _n(m: Measurement, words: Wording) -> str:
    if m.n is not None:
        return f"{m.n:,}"
    # Below a number there are few by definition; what is too few to tell is another matter.
    told_of_few = m.withheld and m.below is None
    return words("words.too_few" if told_of_few else "words.no_count")


def _notes(block: Block, finding: Finding, words: Wording, hidden: int) -> Iterator[str]:
    for measure in dict.fromkeys(m.measure for m in block.spread):
        yield _spread([m for m in block.spread if m.measure == measure], words)
    if block.kind == "groups" and any(
        beyond(m) for row in block.rows for m in row.by_measure.values()
    ):
        yield words("table.unlikely")
    if block.kind == "groups" and any(
        is_small(row, finding)
        and row.by_measure.get(block.measures[0]) is not None
        and row.by_measure[block.measures[0]].value is not None
        for row in block.rows
    ):
        yield words("table.hollow")
    if block.withheld:
        names = words.listed(block.withheld, most=_MOST_WITHHELD)
        yield words("table.withheld", names=names)
    if hidden:
        yield words("table.more", n=f"{hidden:,}")


def _spread(measurements: Sequence[Measurement], words: Wording) -> str:
    """Return one sentence for a figure that each attribute has once, such as its widest gap."""
    measure = measurements[0].measure
    kind = shown(measure, words)
    name, style = kind.name, kind.style
    if kind.is_gap:
        ratio = "_ratio" in measure
        overall = "_overall" if measure.endswith("_to_overall") else ""
        name = words(f"table.spread_{'ratio' if ratio else 'gap'}{overall}")
        style = "of_100" if style == "points" else "plain"
    items = (
        words(
            "table.spread_item",
            attribute=m.attribute,
            value=said(m, words) if m.value is None else words.number(m.value, style),
        )
        for m in measurements
    )
    return words("table.spread", measure=name, items="; ".join(items))
