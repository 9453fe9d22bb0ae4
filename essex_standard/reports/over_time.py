"""The section on time: each figure in every period, and what is known to have changed when.

It repeats no judgement: the checks across periods say what was met. Here their figures stand side
by side, so that a reader sees what moved together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from essex_standard.assessment import Assessment
from essex_standard.context import Break
from essex_standard.evidence.periods import PERIOD, days_of
from essex_standard.measurement import Measurement
from essex_standard.reports.figures import said, shown
from essex_standard.reports.text import clean
from essex_standard.reports.time_chart import Panel, TimePoint, time_chart
from essex_standard.reports.views import Chart, Exhibit, OverTimeView, Table, TableGroup
from essex_standard.reports.wording import Wording

_DRAWN = (
    "selection_rate",
    "outcome_prevalence",
    "true_positive_rate",
    "false_positive_rate",
    "roc_auc",
    "calibration_in_the_large",
)
"""Measures that have a panel and a column of the table, in this order."""

MOST_PERIODS = 24
"""The latest of them are shown; the others stand in assessment.json."""

_MOST_BREAKS = 8
_WHAT_CAP = 160


def over_time_view(assessment: Assessment, words: Wording) -> OverTimeView | None:
    """Return the section, or None where fewer than two periods have a figure."""
    by_measure = _figures(assessment)
    periods = sorted({p for found in by_measure.values() for p in found})
    if len(periods) < 2:
        return None
    kept = periods[-MOST_PERIODS:]
    measures = [m for m in _DRAWN if m in by_measure]
    breaks = assessment.context.known_breaks[:_MOST_BREAKS]
    chart = _chart(by_measure, measures, kept, breaks, words)
    notes = [*_broken(breaks, kept, words)]
    if len(kept) < len(periods):
        notes.append(words("over_time.more", n=len(periods) - len(kept)))
    table = Table(
        caption=words("over_time.caption"),
        head=(words("over_time.period"), *(shown(m, words).name for m in measures)),
        groups=(
            TableGroup(
                heading="",
                rows=tuple(
                    (p, *(said(by_measure[m].get(p), words) for m in measures)) for p in kept
                ),
            ),
        ),
    )
    return OverTimeView(notes=tuple(notes), exhibit=Exhibit(table=table, chart=chart))


def place_of(on: dt.date, periods: Sequence[str]) -> float | None:
    """Return where a day lies among periods, in their places; None where it is not among them.

    A period stands at the middle of its days: the first of January lies at -0.5 of the first year.
    """
    for i, period in enumerate(periods):
        span = days_of(period)
        if span is not None and span[0] <= on < span[1]:
            return i - 0.5 + (on - span[0]).days / (span[1] - span[0]).days
    return None


def _figures(assessment: Assessment) -> dict[str, dict[str, Measurement]]:
    """Return each period's own figures, by measure; the first check that tells one tells it."""
    found: dict[str, dict[str, Measurement]] = {}
    for finding in assessment.findings:
        for m in finding.measurements:
            if m.attribute == PERIOD and m.group and m.versus is None and m.measure in _DRAWN:
                found.setdefault(m.measure, {}).setdefault(m.group, m)
    return found


def _chart(
    by_measure: Mapping[str, Mapping[str, Measurement]],
    measures: Sequence[str],
    periods: Sequence[str],
    breaks: Sequence[Break],
    words: Wording,
) -> Chart | None:
    panels = [
        panel
        for m in measures
        if (panel := _panel(m, [by_measure[m].get(p) for p in periods], words)) is not None
    ]
    if not panels:
        return None
    marks = [
        (place, str(i))
        for i, known in enumerate(breaks, start=1)
        if (place := _placed(known, periods)) is not None
    ]
    title = words("over_time.chart")
    items = "; ".join(
        words("chart.alt_item", name=f"{shown(m, words).name}, {p}", text=said(figure, words))
        for m in measures
        for p in periods
        if (figure := by_measure[m].get(p)) is not None
    )
    alt = words("chart.alt", title=title.rstrip("."), items=items)
    svg = time_chart(panels, periods, breaks=marks, alt=alt, name="over-time")
    return Chart(title=title, svg=svg)


def _placed(known: Break, periods: Sequence[str]) -> float | None:
    try:
        return place_of(dt.date.fromisoformat(known.on), periods)
    except ValueError:
        return None


def _panel(measure: str, figures: Sequence[Measurement | None], words: Wording) -> Panel | None:
    points = tuple(
        TimePoint() if m is None else TimePoint(value=m.value, low=m.low, high=m.high)
        for m in figures
    )
    values = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
    if sum(1 for p in points if p.value is not None) < 2:
        return None
    style = shown(measure, words).style
    if measure == "roc_auc":
        low, high, places = min(0.5, *values), 1.0, (0.5, 0.75, 1.0)
    elif style == "of_100":
        top = next(end for end in (0.2, 0.5, 1.0) if end >= min(max(values), 1.0))
        low, high, places = 0.0, top, (0.0, top / 2, top)
    else:
        reach = max(0.5, *(abs(v) for v in values))
        low, high, places = -reach, reach, (-reach, 0.0, reach)
    ticks = tuple((t, words.number(t, style)) for t in places)
    return Panel(title=_short_name(measure, words), points=points, low=low, high=high, ticks=ticks)


def _short_name(measure: str, words: Wording) -> str:
    return words(f"over_time.panel.{measure}")


def _broken(breaks: Sequence[Break], periods: Sequence[str], words: Wording) -> Iterator[str]:
    for i, known in enumerate(breaks, start=1):
        key = "over_time.break" if _placed(known, periods) is not None else "over_time.break_beside"
        yield words(key, mark=i, on=known.on, what=clean(known.what, _WHAT_CAP))
