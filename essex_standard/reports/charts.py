"""Choose the chart for a block of measurements, the sentence above it and its alternative text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from essex_standard.assessment import Finding, Outcome
from essex_standard.measurement import Measurement
from essex_standard.reports.drawing import CurveWords, Dot, Scale, curve_chart, dot_chart
from essex_standard.reports.figures import (
    BASELINE_GROUP,
    EFFECTS,
    Block,
    Row,
    Shown,
    beyond,
    said,
    shown,
    widest,
)
from essex_standard.reports.tables import is_small, name_of
from essex_standard.reports.views import Chart
from essex_standard.reports.wording import Wording

_CHANGE = ("distance", "stability_index")
_FEWEST = 2
_ENDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_MOST_GROUP_ROWS = 24
_MOST_CURVE_ROWS = 12


def chart_of(block: Block, finding: Finding, words: Wording, *, name: str) -> Chart | None:
    """Return the chart of a block's rows; None where a drawing would say less than the table.

    Parameters
    ----------
    name : str
        A short identifier, unique on the page.
    """
    drawn = sum(1 for row in block.rows if _main(row, block).value is not None)
    if drawn < _FEWEST:
        return None
    # From nought or not at all: a bar of nothing to the left of the axis would mislead.
    match block.kind:
        case "groups" if not any(_below_nought(_main(row, block)) for row in block.rows):
            return _group_chart(block, finding, words, name)
        case "curve" if len(block.rows) <= _MOST_CURVE_ROWS:
            return _curve_chart(block, finding, words, name)
        case "whole":
            return _whole_chart(block, finding, words, name)
        case "columns" if all((_main(row, block).value or 0.0) >= 0 for row in block.rows):
            return _column_chart(block, finding, words, name)
        case _:
            return None


def _main(row: Row, block: Block) -> Measurement:
    return row.by_measure.get(block.measures[0]) or row.cases


def _below_nought(m: Measurement) -> bool:
    return any(x is not None and x < 0 for x in (m.value, m.low))


def _group_chart(block: Block, finding: Finding, words: Wording, name: str) -> Chart:
    main = shown(block.measures[0], words)
    rows = block.rows[:_MOST_GROUP_ROWS]
    dots = tuple(_group_dot(row, block, finding, words, main) for row in rows)
    line = None
    if block.everyone is not None and block.everyone.value is not None:
        value = block.everyone.value
        line = (value, words("chart.everyone", value=words.number(value, main.style)))
    title = _group_title(block, finding, words, main)
    alt = _alt(title, dots, words)
    scale = _scale(dots, main, words, line)
    return Chart(title=title, svg=dot_chart(dots, scale, alt=alt, name=name))


def _group_dot(row: Row, block: Block, finding: Finding, words: Wording, main: Shown) -> Dot:
    m = _main(row, block)
    mark = "dot"
    if is_small(row, finding):
        mark = "hollow"
    if any(beyond(other) for other in row.by_measure.values()):
        mark = "diamond"
    return _dot(m, words, main, heading=row.attribute, name=name_of(row, words), mark=mark)


def _dot(
    m: Measurement, words: Wording, main: Shown, *, name: str, heading: str = "", mark: str = "dot"
) -> Dot:
    if m.value is None:
        text = words("chart.withheld") if m.withheld else said(m, words)
        return Dot(heading=heading, name=name, text=text, mark="none")
    return Dot(
        heading=heading,
        name=name,
        text=words.with_interval(m.value, m.low, m.high, main.style),
        value=m.value,
        low=m.low,
        high=m.high,
        mark=mark,
    )


def _group_title(block: Block, finding: Finding, words: Wording, main: Shown) -> str:
    furthest = widest(block.rows, [m for m in block.measures if shown(m, words).is_gap])
    if finding.theme != "bias":
        return words("chart.groups.other", measure=main.name)
    match finding.outcome:
        case Outcome.NOT_MET if furthest and shown(furthest[1].measure, words).style == "points":
            row, m = furthest
            gap = words.number(abs(m.value or 0.0), "of_100")
            named = f"{row.attribute} {name_of(row, words)}"
            named = named[0].upper() + named[1:]
            return words("chart.groups.not met", name=named, gap=gap)
        case Outcome.MET:
            return words("chart.groups.met")
        case Outcome.UNCERTAIN:
            return words("chart.groups.uncertain")
        case _:
            return words("chart.groups.other", measure=main.name)


def _curve_chart(block: Block, finding: Finding, words: Wording, name: str) -> Chart | None:
    main = shown(block.measures[0], words)
    places = [_middle(row.group) for row in block.rows]
    if any(place is None for place in places):
        return None
    dots = tuple(
        _dot(_main(row, block), words, main, name=name_of(row, words)) for row in block.rows
    )
    known = [place for place in places if place is not None]
    off = [
        (abs(dot.value - place), dot.name)
        for dot, place in zip(dots, known, strict=True)
        if dot.value is not None
    ]
    met = finding.outcome is Outcome.MET
    title = words("chart.curve.met") if met else words("chart.curve.other", name=max(off)[1])
    axes = CurveWords(
        x=words("chart.curve_x"),
        y=words("chart.curve_y"),
        diagonal=words("chart.curve_line"),
        name_head=words("table.score"),
        value_head=main.name,
    )
    svg = curve_chart(dots, known, axes, alt=_alt(title, dots, words), name=name)
    return Chart(title=title, svg=svg)


def _middle(group: str) -> float | None:
    """Return the middle of a score bin such as ``0.2 to 0.3``; None where it is not one."""
    low, _, high = group.partition(" to ")
    try:
        return (float(low) + float(high)) / 2
    except ValueError:
        return None


def _whole_chart(block: Block, finding: Finding, words: Wording, name: str) -> Chart | None:
    """Return the model beside the simple rule, where both have a figure of the same measure."""
    by_group = {row.group: row for row in block.rows}
    if not {"", BASELINE_GROUP} <= set(by_group):
        return None
    measure = next(iter(by_group[BASELINE_GROUP].by_measure))
    pair = [by_group[group].by_measure.get(measure) for group in ("", BASELINE_GROUP)]
    gain = by_group[""].by_measure.get(f"{measure}_difference_to_baseline")
    main = shown(measure, words)
    names = (words("chart.whole.row_model"), words("chart.whole.row_baseline"))
    dots = tuple(
        _dot(m, words, main, name=row) for row, m in zip(names, pair, strict=True) if m is not None
    )
    if len(dots) < _FEWEST:
        return None
    if finding.outcome is Outcome.MET or gain is None or gain.value is None:
        title = words("chart.whole.met" if finding.outcome is Outcome.MET else "chart.whole.both")
    else:
        title = words("chart.whole.other", gap=words.number(gain.value, "signed"))
    scale = Scale(top=1.0, ticks=tuple((i / 5, f"{i / 5:.1f}") for i in range(6)))
    return Chart(title=title, svg=dot_chart(dots, scale, alt=_alt(title, dots, words), name=name))


def _column_chart(block: Block, finding: Finding, words: Wording, name: str) -> Chart:
    measure = block.measures[0]
    main = shown(measure, words)
    dots = tuple(
        _dot(
            m := _main(row, block),
            words,
            main,
            name=name_of(row, words),
            mark="diamond" if beyond(m) else "dot",
        )
        for row in block.rows
    )
    line = None
    limit = next((_main(r, block).limit for r in block.rows if _main(r, block).limit), None)
    if isinstance(limit, float | int):
        line = (float(limit), words("chart.limit", value=words.number(limit, main.style)))
    title = _column_title(measure, dots, finding, words, main)
    scale = _scale(dots, main, words, line)
    return Chart(title=title, svg=dot_chart(dots, scale, alt=_alt(title, dots, words), name=name))


def _column_title(
    measure: str, dots: Sequence[Dot], finding: Finding, words: Wording, main: Shown
) -> str:
    valued = [(dot.value, dot) for dot in dots if dot.value is not None]
    if measure.endswith(_CHANGE):
        if finding.outcome is Outcome.MET:
            return words("chart.change.met")
        value, dot = max(valued, key=lambda pair: pair[0])
        return words("chart.change.other", name=dot.name, value=words.number(value, main.style))
    if measure in EFFECTS:
        value, dot = min(valued, key=lambda pair: pair[0])
        return words(
            f"chart.effect.{measure}", name=dot.name, value=words.number(value, main.style)
        )
    return words("chart.columns.other", measure=main.name.split(":")[0])


def _scale(
    dots: Sequence[Dot], main: Shown, words: Wording, line: tuple[float, str] | None
) -> Scale:
    """Return the axis: 0 to 100 for shares, else from 0 to the first fixed end that holds all."""
    if main.style == "of_100":
        ticks = tuple((i / 5, f"{i * 20}") for i in range(6))
        return Scale(top=1.0, ticks=ticks, label=words("chart.axis_of_100"), line=line)
    largest = max(
        (max(dot.value, dot.high or 0.0) for dot in dots if dot.value is not None), default=0.0
    )
    if line:
        largest = max(largest, line[0])
    top = next((end for end in _ENDS if end >= largest), math.ceil(largest))
    ticks = tuple((top * i / 5, f"{top * i / 5:.2f}") for i in range(6))
    return Scale(top=top, ticks=ticks, line=line)


def _alt(title: str, dots: Sequence[Dot], words: Wording) -> str:
    items = "; ".join(
        words("chart.alt_item", name=f"{d.heading} {d.name}" if d.heading else d.name, text=d.text)
        for d in dots
    )
    return words("chart.alt", title=title, items=items)
