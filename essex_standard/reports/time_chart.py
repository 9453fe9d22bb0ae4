"""Draw figures over time: a dot with its likely range for each period, joined in their order.

One panel a measure, all on the same periods, so that what moves together is seen together. Known
breaks (a new form, a lockdown, a law) are upright dashed lines through every panel, by number.
Coordinates come from the values given and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from essex_standard.reports.drawing import BLUE, GREY, INK, PALE, RED, WIDTH, Canvas

_LEFT, _GAP, _TOP, _PLOT, _BOTTOM = 30.0, 34.0, 26.0, 78.0, 22.0
_TEXT, _SMALL = 9.5, 8.5
_LABELS = 4
_INSET = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePoint:
    """One period of one panel; nothing is drawn where `value` is None.

    Attributes
    ----------
    mark : {"dot", "diamond"}
        A diamond lies beyond the limit.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    mark: str = "dot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One measure over all periods.

    Attributes
    ----------
    title : str
    points : tuple of TimePoint
        One a period, in order.
    low, high : float
        Ends of the upright axis.
    ticks : tuple of (float, str)
    line : float or None
        A value worth a dashed level line: the figure over all periods, or the limit.
    """

    title: str
    points: tuple[TimePoint, ...]
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    line: float | None = None


def time_chart(
    panels: Sequence[Panel],
    periods: Sequence[str],
    *,
    breaks: Sequence[tuple[float, str]] = (),
    alt: str,
    name: str,
) -> str:
    """Return panels side by side, two in a row.

    Parameters
    ----------
    periods : sequence of str
        Their names, in order; each panel has a point for each of them.
    breaks : sequence of (float, str)
        Where a known break lies, in places of periods (1.5 is half-way between the second and the
        third), and its mark.
    alt : str
        Alternative text; becomes the SVG's own ``<title>``.
    name : str
        Prefix that keeps this chart's ids apart from those of other charts on the page.
    """
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    width = (WIDTH - columns * _LEFT - (columns - 1) * _GAP) / columns
    height = _TOP + _PLOT + _BOTTOM
    canvas = Canvas(WIDTH, rows * height)
    for i, panel in enumerate(panels):
        left = _LEFT + (i % columns) * (width + _GAP + _LEFT)
        _draw(canvas, panel, periods, breaks, left, (i // columns) * height + _TOP, width)
    return canvas.svg(alt, name)


def _draw(
    canvas: Canvas,
    panel: Panel,
    periods: Sequence[str],
    breaks: Sequence[tuple[float, str]],
    left: float,
    top: float,
    width: float,
) -> None:
    step = (width - 2 * _INSET) / max(len(periods) - 1, 1)

    def x(place: float) -> float:
        at = place if len(periods) > 1 else place + 0.5
        return left + _INSET + step * at

    def y(value: float) -> float:
        share = (value - panel.low) / (panel.high - panel.low)
        return top + _PLOT * (1 - min(max(share, 0.0), 1.0))

    bottom = top + _PLOT
    canvas.text(left - 24, top - 16, panel.title, INK, _TEXT, "left", "bold")
    for tick, label in panel.ticks:
        canvas.line((left, y(tick)), (left + width, y(tick)), PALE, 0.5)
        canvas.text(left - 5, y(tick), label, GREY, _SMALL, "right")
    if panel.line is not None:
        canvas.line((left, y(panel.line)), (left + width, y(panel.line)), INK, 0.9, dashed=True)
    for place, mark in breaks:
        canvas.line((x(place), top - 3), (x(place), bottom), GREY, 1.0, dashed=True)
        canvas.text(x(place), top - 7, mark, GREY, _SMALL, "center", "bold")
    every = -(-len(periods) // _LABELS)
    for i, period in enumerate(periods):
        if i % every == 0:
            canvas.text(x(i), bottom + 8, period, GREY, _SMALL, "center")
    _points(canvas, panel.points, x, y)


def _points(
    canvas: Canvas,
    points: Sequence[TimePoint],
    x: Callable[[float], float],
    y: Callable[[float], float],
) -> None:
    """Draw the line that joins neighbouring points, and over it each point with its range."""
    for i, (one, other) in enumerate(pairwise(points)):
        if one.value is not None and other.value is not None:
            canvas.line((x(i), y(one.value)), (x(i + 1), y(other.value)), PALE, 1.2)
    for i, point in enumerate(points):
        if point.value is None:
            continue
        colour = RED if point.mark == "diamond" else BLUE
        if point.low is not None and point.high is not None:
            canvas.line((x(i), y(point.low)), (x(i), y(point.high)), colour, 1.6)
        canvas.mark(x(i), y(point.value), point.mark, colour)
