"""The two pages: what moved, in words; and the same over time.

Record (protected figures only) -> plain values -> ``report_templates/monitoring.html``
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from essex_standard.measurement import Measurement
from essex_standard.monitoring.figures import SERIES
from essex_standard.monitoring.record import Entry, Record, Seen, Standing
from essex_standard.monitoring.wording import counted, words
from essex_standard.reports.html import render_template
from essex_standard.reports.text import clean
from essex_standard.reports.time_chart import Panel, TimePoint, time_chart

FEWER = ((6, 320), (4, 320), (2, 240), (1, 160))
"""Findings of one kind on paper, and characters of each: the most that two sheets can hold, for a
screen has them all."""

MOST_BATCHES = 12
MOST_BREAKS = 5
"""Known breaks on paper: the latest."""
_CAP = 320
_SHORT = 60
_IN_100 = frozenset(
    {
        "selection_rate",
        "outcome_prevalence",
        "true_positive_rate",
        "true_positive_rate_difference_to_rest",
    }
)


def render(record: Record, *, digest: str, paper: bool, fewer: tuple[int, int] = FEWER[0]) -> str:
    """Return the page of a record.

    Parameters
    ----------
    digest : str
        The record's own, for the foot of every page.
    paper : bool
        Whether it must fit two sheets: then the rest is counted, and stands on the screen's page.
    fewer : (int, int)
        Findings of one kind on paper, and characters of each.
    """
    say = words()
    latest = record.entries[-1]
    shown = record.entries[-MOST_BATCHES:] if paper else record.entries
    cap, length = fewer if paper else (None, _CAP)
    seen = (*latest.seen, *record.watch)
    of = {
        "moved": _lines(seen, {Standing.MOVED}, cap, length),
        "cannot": _lines(seen, {Standing.LOST}, cap, length),
        "decided": _lines(latest.seen, {Standing.AS_DECIDED}, cap, length),
        "awaited": _lines(latest.seen, {Standing.AWAITED}, cap, length),
        "watch": _lines(record.watch, {Standing.WATCHED}, cap, length),
    }
    return render_template(
        "monitoring.html",
        say=say,
        record=record,
        digest=digest,
        paper=paper,
        subtitle=say["page"]["subtitle"].format(
            name=record.name,
            assessed_on=record.assessed_on,
            standard=record.standard.name,
            version=record.standard.version,
            batches=counted(len(record.entries), "batches"),
            period=latest.period,
        ),
        running=say["page"]["running"].format(name=record.name),
        how=say["page"]["how"].format(planned=record.looks_a_year),
        lists=of,
        stops=[(s, _who(s.who_stops, s.within_days)) for s in record.stops],
        told=_told(record, cap),
        chart=_chart(record, shown),
        table=_table(record, shown),
        breaks=_breaks(record, paper=paper),
        earlier=""
        if len(shown) == len(record.entries)
        else say["page"]["earlier"].format(shown=len(shown), all=len(record.entries)),
    )


def _told(record: Record, most: int | None) -> tuple[str, ...]:
    told = tuple(dict.fromkeys(record.told))
    more = len(told) - len(told[:most])
    return (*told[:most], counted(more, "more")) if more else told


def _breaks(record: Record, *, paper: bool) -> list[str]:
    """Return the known breaks by the numbers that the charts give them."""
    cap = _SHORT if paper else _CAP
    lines = [f"{i}. {b.on}: {clean(b.what, cap)}" for i, b in enumerate(record.breaks, 1)]
    return ["; ".join(lines[-MOST_BREAKS:])] if paper and lines else lines


def _lines(
    seen: Sequence[Seen], standings: set[Standing], most: int | None, length: int
) -> tuple[list[str], str]:
    """Return what stands so, one line a check, and how many more there are."""
    found = {
        s.finding.check: clean(f"{s.finding.check}. {s.finding.statement} {s.note}".strip(), length)
        for s in seen
        if s.standing in standings
    }
    kept = list(found.values())[:most]
    more = len(found) - len(kept)
    return kept, counted(more, "more") if more else ""


def _who(who: str, days: int | None) -> str:
    say = words()["page"]
    if not who:
        return ""
    return str(
        say["stop_who_only"].format(who=who)
        if days is None
        else say["stop_who"].format(who=who, days=days)
    )


# Over time ---------------------------------------------------------------------------------------


def _by_measure(figures: Sequence[Measurement]) -> Mapping[str, Measurement]:
    return {m.measure: m for m in figures if m.value is not None}


def _chart(record: Record, entries: Sequence[Entry]) -> str:
    """Return the panels as SVG; empty where no figure is known twice."""
    rows = [_by_measure(record.baseline), *(_by_measure(e.figures) for e in entries)]
    places = [words()["page"]["assessment"], *(e.period for e in entries)]
    panels = [p for name in SERIES if (p := _panel(name, [row.get(name) for row in rows]))]
    if not panels:
        return ""
    days = [record.assessed_on, *(e.on for e in entries)]
    marks = [
        (place, str(i))
        for i, known in enumerate(record.breaks, start=1)
        if (place := _place_of(known.on, days)) is not None
    ]
    alt = f"{words()['page']['charts']}: " + "; ".join(
        f"{place}, {words()['series'][name]}: {_said(name, m)}"
        for place, row in zip(places, rows, strict=True)
        for name, m in row.items()
    )
    return time_chart(panels, places, breaks=marks, alt=alt, name="monitoring")


def _place_of(on: str, days: Sequence[str]) -> float | None:
    """Return where a day lies between the batches after the first; None outside them."""
    for i, (one, other) in enumerate(pairwise(days[1:]), start=1):
        if one <= on < other:
            first, last = dt.date.fromisoformat(one), dt.date.fromisoformat(other)
            return i + (dt.date.fromisoformat(on) - first).days / (last - first).days
    return None


def _panel(name: str, figures: Sequence[Measurement | None]) -> Panel | None:
    points = tuple(
        TimePoint() if m is None else TimePoint(value=m.value, low=m.low, high=m.high)
        for m in figures
    )
    values = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
    if not values:
        return None
    top = next((end for end in (0.2, 0.5, 1.0) if end >= max(values)), max(values))
    low = min(0.0, *values)
    ticks = tuple((t, f"{100 * t:.0f}" if name in _IN_100 else f"{t:.2f}") for t in (low, top))
    return Panel(title=words()["series"][name], points=points, low=low, high=top, ticks=ticks)


def _table(record: Record, entries: Sequence[Entry]) -> dict[str, Any]:
    say = words()["page"]
    rows = [_by_measure(record.baseline), *(_by_measure(e.figures) for e in entries)]
    names = [n for n in SERIES if any(n in row for row in rows)]
    first = [(say["assessment"], "", "")]
    first += [
        (e.period, say["withheld"] if e.rows is None else f"{e.rows:,}", e.verdict.value)
        for e in entries
    ]
    return {
        "head": (
            say["batch"],
            say["people"],
            say["result"],
            *(words()["series"][n] for n in names),
        ),
        "rows": [
            (*start, *(_said(n, row.get(n)) for n in names))
            for start, row in zip(first, rows, strict=True)
        ],
    }


def _said(name: str, m: Measurement | None) -> str:
    if m is None or m.value is None:
        return "–"
    return f"{100 * m.value:.0f}" if name in _IN_100 else f"{m.value:.2f}"
