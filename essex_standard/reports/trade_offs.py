"""The section on the choice of threshold: a table, its curve, and the tidy frame for Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from essex_standard.assessment import Assessment
from essex_standard.context import Context, TradeOff, TradeOffs, WidestGap
from essex_standard.evidence.held import Held
from essex_standard.reports.drawing import CurveWords, Dot, curve_chart
from essex_standard.reports.text import clean
from essex_standard.reports.views import Chart, Exhibit, Table, TableGroup, TradeOffView
from essex_standard.reports.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 9
_MOST_ATTRIBUTES = 4
_GROUP_CAP = 14
_NAME_CAP = 18
_MISSED, _WRONGLY = (
    "false_negative_rate_difference_to_rest",
    "false_positive_rate_difference_to_rest",
)


def trade_offs_frame(assessment: Assessment) -> pd.DataFrame:
    """Return every threshold's counts and gaps: unrounded while the evidence is held."""
    import pandas as pd

    from essex_standard.measures.trade_offs import COLUMNS, trade_offs

    if isinstance(assessment.evidence, Held) and not assessment.protected:
        found = trade_offs(assessment.evidence.assessed)
        return pd.DataFrame(columns=list(COLUMNS)) if found is None else found.frame()
    rows: list[tuple[Any, ...]] = []
    for p in assessment.context.trade_offs.points:
        rows += [
            (p.threshold, p.declared, name, "", "", float(getattr(p, name)), pd.NA)
            for name in ("flagged", "rightly", "wrongly", "missed")
        ]
        rows += [
            (p.threshold, p.declared, g.measure, g.attribute, g.group, g.value, pd.NA)
            for g in p.gaps
        ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"people": "Int64", "value": float, "threshold": float})


def trade_off_view(context: Context, words: Wording) -> TradeOffView | None:
    """Return the section, or None where nothing is known of other thresholds."""
    known = context.trade_offs
    if not known.points:
        return TradeOffView(notes=(known.why_not,)) if known.why_not else None
    points = _chosen(known)
    wrongly = context.polarity == "intrusive"
    table = _table(points, words, measure=_WRONGLY if wrongly else _MISSED)
    rule = context.decision_rule
    chart = _chart(points, words)
    notes = [words("trade_offs.declared", rule=rule)] if rule else []
    if chart is None:
        notes += [moved] if (moved := _moved(points, words)) else []
    return TradeOffView(notes=tuple(notes), exhibit=Exhibit(table=table, chart=chart))


def _chosen(known: TradeOffs) -> tuple[TradeOff, ...]:
    """Return at most nine points: the declared one with its neighbours, the ends, others evenly."""
    points = known.points
    last = len(points) - 1
    here = next((i for i, p in enumerate(points) if p.declared), 0)
    evenly = (round(i * last / (_MOST_ROWS - 1)) for i in range(_MOST_ROWS))
    wanted = (here, here - 1, here + 1, 0, last, *evenly)
    places = [i for i in dict.fromkeys(wanted) if 0 <= i <= last][:_MOST_ROWS]
    return tuple(points[i] for i in sorted(places))


def _table(points: tuple[TradeOff, ...], words: Wording, *, measure: str) -> Table:
    attributes = list(dict.fromkeys(g.attribute for p in points for g in p.gaps))
    shown = attributes[:_MOST_ATTRIBUTES]
    rows = []
    for p in points:
        gaps = {g.attribute: g for g in p.gaps if g.measure == measure}
        rows.append(
            (
                _name(p, words),
                *(f"{n:,}" for n in (p.flagged, p.rightly, p.wrongly, p.missed)),
                *(_gap(gaps.get(a), words) for a in shown),
            )
        )
    key = "wrongly" if measure == _WRONGLY else "missed"
    notes = [words(f"trade_offs.gap_note.{key}")] if shown else []
    if len(attributes) > len(shown):
        notes.append(words("trade_offs.more", n=len(attributes) - len(shown)))
    return Table(
        caption=words("trade_offs.caption"),
        head=(
            *words.find("trade_offs.head"),
            *(
                words("trade_offs.gap", attribute=clean(a.replace("_", " "), _NAME_CAP))
                for a in shown
            ),
        ),
        groups=(TableGroup(heading="", rows=tuple(rows)),),
        notes=tuple(notes),
    )


def _name(p: TradeOff, words: Wording) -> str:
    return words("trade_offs.here", threshold=_number(p)) if p.declared else _number(p)


def _number(p: TradeOff) -> str:
    return f"{p.threshold:.3f}".rstrip("0").ljust(4, "0")


def _gap(gap: WidestGap | None, words: Wording) -> str:
    if gap is None or gap.value is None:
        return words("words.too_few")
    return words(
        "trade_offs.gap_cell",
        value=words.number(gap.value, "points"),
        group=clean(gap.group, _GROUP_CAP),
    )


def _moved(points: tuple[TradeOff, ...], words: Wording) -> str:
    """Return what one step down from the declared threshold, or else one up, would change."""
    here = next((i for i, p in enumerate(points) if p.declared), None)
    if here is None or len(points) < 2:
        return ""
    now = points[here]
    then = points[here - 1] if here else points[here + 1]
    key = "trade_offs.lower" if here else "trade_offs.higher"
    return words(
        key,
        now=_number(now),
        then=_number(then),
        flagged=abs(then.flagged - now.flagged),
        missed=abs(then.missed - now.missed),
        wrongly=abs(then.wrongly - now.wrongly),
    )


def _chart(points: tuple[TradeOff, ...], words: Wording) -> Chart | None:
    """Return those found against those flagged, threshold by threshold."""
    drawn = [p for p in points if p.rightly + p.missed > 0]
    if len(drawn) < 2:
        return None
    dots, places = [], []
    for p in drawn:
        found = p.rightly / (p.rightly + p.missed)
        places.append(p.flagged / 1000)
        text = words(
            "trade_offs.dot",
            found=words.number(found, "of_100"),
            flagged=words.number(p.flagged / 1000, "of_100"),
        )
        mark = "diamond" if p.declared else "dot"
        name = f"{_number(p)} ◆" if p.declared else _number(p)
        dots.append(Dot(heading="", name=name, text=text, value=found, mark=mark))
    title = _moved(points, words) or words("trade_offs.chart")
    items = "; ".join(words("chart.alt_item", name=d.name, text=d.text) for d in dots)
    axes = CurveWords(
        x=words("trade_offs.x"),
        y=words("trade_offs.y"),
        diagonal=words("trade_offs.diagonal"),
        name_head=words("trade_offs.head_threshold"),
        value_head=words("trade_offs.head_found"),
    )
    alt = words("chart.alt", title=title.rstrip("."), items=items)
    return Chart(title=title, svg=curve_chart(dots, places, axes, alt=alt, name="trade-offs"))
