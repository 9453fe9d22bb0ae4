"""The section on fewer columns: how well the model does as columns go, and which need not stay.

It repeats no judgement: the check across columns says which are not shown to be needed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from essex_standard.assessment import Assessment, Finding
from essex_standard.measurement import Measurement
from essex_standard.reports.figures import said
from essex_standard.reports.time_chart import Panel, TimePoint, time_chart
from essex_standard.reports.views import Chart, Exhibit, FewerColumnsView, Table, TableGroup
from essex_standard.reports.wording import Wording

STEP = "roc_auc_of_fewer_columns"
JUDGED = "necessity_loss"
_FEWEST = 2
MOST_STEPS = 30
"""The last of them are shown: what lies before the margin is reached is nearly flat."""


def fewer_columns_view(assessment: Assessment, words: Wording) -> FewerColumnsView | None:
    """Return the section, or None where no check searched for fewer columns."""
    for finding in assessment.findings:
        steps = [m for m in finding.measurements if m.measure == STEP]
        if sum(1 for m in steps if m.value is not None) >= _FEWEST:
            return _view(assessment, finding, steps, words)
    return None


def _view(
    assessment: Assessment, finding: Finding, steps: Sequence[Measurement], words: Wording
) -> FewerColumnsView:
    shown = steps[-MOST_STEPS:]
    notes = []
    if len(shown) < len(steps):
        notes.append(words("fewer_columns.more", n=len(steps) - len(shown)))
    stay = assessment.minimised_columns()
    return FewerColumnsView(
        notes=tuple(notes),
        # Read alike by TOML and by Python.
        columns=json.dumps(list(stay), ensure_ascii=False) if stay else "",
        exhibit=Exhibit(
            table=Table(
                caption=words("fewer_columns.caption"),
                head=tuple(words(f"fewer_columns.{k}") for k in ("stay", "gone", "auroc")),
                groups=(
                    TableGroup(
                        heading="",
                        rows=tuple(
                            (m.group, m.attribute or words("fewer_columns.none"), said(m, words))
                            for m in shown
                        ),
                    ),
                ),
            ),
            chart=_chart(shown, _least(finding, steps), words),
        ),
    )


def _least(finding: Finding, steps: Sequence[Measurement]) -> float | None:
    """Return the AUROC at which the margin is used up."""
    limits = [
        m.limit
        for m in finding.measurements
        if m.measure == JUDGED and isinstance(m.limit, float | int)
    ]
    full = next((m.value for m in steps if not m.attribute), None)
    return full - limits[0] if limits and full is not None else None


def _chart(steps: Sequence[Measurement], least: float | None, words: Wording) -> Chart | None:
    points = tuple(
        TimePoint(
            value=m.value,
            low=m.low,
            high=m.high,
            mark="diamond" if _beyond(m, least) else "dot",
        )
        for m in steps
    )
    values = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
    low = min(0.5, *values)
    panel = Panel(
        title=words("fewer_columns.panel"),
        points=points,
        low=low,
        high=1.0,
        ticks=tuple((t, words.number(t, "plain")) for t in (0.5, 0.75, 1.0)),
        line=least,
    )
    title = words("fewer_columns.chart")
    items = "; ".join(
        words(
            "chart.alt_item",
            name=words("fewer_columns.point", stay=m.group),
            text=said(m, words),
        )
        for m in steps
    )
    alt = words("chart.alt", title=title.rstrip("."), items=items)
    svg = time_chart([panel], [m.group for m in steps], alt=alt, name="fewer-columns")
    return Chart(title=title, svg=svg)


def _beyond(m: Measurement, least: float | None) -> bool:
    return least is not None and m.high is not None and m.high < least
