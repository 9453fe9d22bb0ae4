"""Draw a chart as SVG whose text stays text: two shapes, nothing else.

- `dot_chart`: a dot with its likely range for each row, name on the left, figures on the right;
- `curve_chart`: what happened against what was foretold, on a square.

Coordinates come from the values given and from nothing else, so a chart gives away no more than the
table beside it. Nothing here words a sentence or knows a finding.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

INK, GREY, PALE = "#0b0c0c", "#505a5f", "#c8cdd0"
BLUE, RED = "#12436d", "#942514"

WIDTH = 482.0
_ROW, _HEADING, _TOP, _BOTTOM = 15.0, 17.0, 16.0, 22.0
_PLOT_LEFT, _PLOT_RIGHT = 158.0, 344.0
_TEXT, _SMALL = 9.5, 8.5
_NAME_WIDTH = 27
_SQUARE = 190.0

# One salt for every chart: SVG ids are hashed with it and so are the same on every run.
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "essex-standard",
    "font.family": ["DejaVu Sans"],
    "path.simplify": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One row of a dot chart.

    Attributes
    ----------
    mark : {"dot", "diamond", "hollow", "none"}
        Shape, since colour does not survive a grey printer; ``none`` draws no mark at all.
    """

    heading: str
    name: str
    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    mark: str = "dot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A horizontal axis from nought, with the places where it is ticked.

    `line` is a value worth a labelled line: everyone's rate, or the limit.
    """

    top: float
    ticks: tuple[tuple[float, str], ...]
    label: str = ""
    line: tuple[float, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveWords:
    """What stands along a curve chart's axes and diagonal, and above the figures beside it."""

    x: str
    y: str
    diagonal: str
    name_head: str
    value_head: str


def dot_chart(dots: Sequence[Dot], scale: Scale, *, alt: str, name: str) -> str:
    """Return a dot-and-interval chart.

    Parameters
    ----------
    alt : str
        Alternative text; becomes the SVG's own ``<title>``.
    name : str
        Prefix that keeps this chart's ids apart from those of other charts on the page.
    """
    headings = sum(1 for i, d in enumerate(dots) if _starts_group(dots, i) and d.heading)
    height = _TOP + _ROW * len(dots) + _HEADING * headings + _BOTTOM
    canvas = Canvas(WIDTH, height)
    span = _PLOT_RIGHT - _PLOT_LEFT
    bottom = height - _BOTTOM

    def x(value: float) -> float:
        return _PLOT_LEFT + span * min(max(value / scale.top, 0.0), 1.0)

    for tick, label in scale.ticks:
        canvas.line((x(tick), _TOP - 4), (x(tick), bottom), PALE, 0.5)
        canvas.text(x(tick), bottom + 6, label, GREY, _SMALL, "center")
    if scale.label:
        canvas.text(_PLOT_RIGHT + 14, bottom + 6, scale.label, GREY, _SMALL, "left")
    if scale.line:
        at, label = scale.line
        canvas.line((x(at), _TOP - 4), (x(at), bottom), INK, 0.9, dashed=True)
        canvas.text(x(at), _TOP - 10, label, INK, _SMALL, "center")
    y = _TOP
    for i, dot in enumerate(dots):
        if dot.heading and _starts_group(dots, i):
            canvas.text(
                0, y + _HEADING / 2 + 1, _short(dot.heading, 40), INK, _TEXT, "left", "bold"
            )
            y += _HEADING
        middle = y + _ROW / 2
        canvas.text(0, middle, _short(dot.name, _NAME_WIDTH), INK, _TEXT, "left")
        canvas.text(_PLOT_RIGHT + 14, middle, dot.text, INK, _TEXT, "left")
        if dot.mark != "none" and dot.value is not None:
            colour = RED if dot.mark == "diamond" else BLUE
            if dot.low is not None and dot.high is not None:
                canvas.line((x(dot.low), middle), (x(dot.high), middle), colour, 1.6)
            canvas.mark(x(dot.value), middle, dot.mark, colour)
        y += _ROW
    return canvas.svg(alt, name)


def curve_chart(
    dots: Sequence[Dot], places: Sequence[float], words: CurveWords, *, alt: str, name: str
) -> str:
    """Return dots with upright likely ranges on a square from 0 to 1, beside its diagonal.

    Parameters
    ----------
    places : sequence of float
        Where each dot stands from left to right, in [0, 1].
    """
    left, top = 48.0, 10.0
    canvas = Canvas(WIDTH, top + _SQUARE + 40)

    def x(value: float) -> float:
        return left + _SQUARE * min(max(value, 0.0), 1.0)

    def y(value: float) -> float:
        return top + _SQUARE * (1 - min(max(value, 0.0), 1.0))

    for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        canvas.line((x(tick), y(0)), (x(tick), y(1)), PALE, 0.5)
        canvas.line((x(0), y(tick)), (x(1), y(tick)), PALE, 0.5)
        canvas.text(x(tick), y(0) + 9, f"{tick * 100:.0f}", GREY, _SMALL, "center")
        canvas.text(left - 6, y(tick), f"{tick * 100:.0f}", GREY, _SMALL, "right")
    canvas.line((x(0), y(0)), (x(1), y(1)), INK, 0.9, dashed=True)
    canvas.text(x(0.55), y(0.3), words.diagonal, INK, _SMALL, "left")
    canvas.text(x(0.5), y(0) + 24, words.x, GREY, _SMALL, "center")
    canvas.text(10, y(0.5), words.y, GREY, _SMALL, "center", rotation=90)
    for dot, place in zip(dots, places, strict=True):
        if dot.value is None:
            continue
        if dot.low is not None and dot.high is not None:
            canvas.line((x(place), y(dot.low)), (x(place), y(dot.high)), BLUE, 1.6)
        canvas.mark(x(place), y(dot.value), dot.mark, BLUE)
    canvas.text(x(1) + 40, y(1) + 4, words.name_head, GREY, _SMALL, "left")
    canvas.text(x(1) + 110, y(1) + 4, words.value_head, GREY, _SMALL, "left")
    for i, dot in enumerate(dots):
        at = y(1) + 22 + i * 14
        canvas.text(x(1) + 40, at, dot.name, INK, _TEXT, "left")
        canvas.text(x(1) + 110, at, dot.text, INK, _TEXT, "left")
    return canvas.svg(alt, name)


class Canvas:
    """A matplotlib figure in points, measured from the top left, without its axes machinery.

    Ticks, labels and legends laid out by matplotlib cost most of its time and measure text in a
    font that the report does not use; here only its drawing and its SVG writer are needed.
    """

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure

        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        self._axes: Any = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str,
        width: float,
        *,
        dashed: bool = False,
    ) -> None:
        """Draw a straight line, in points from the top left."""
        from matplotlib.lines import Line2D

        self._axes.add_artist(
            Line2D(
                (start[0], end[0]),
                (start[1], end[1]),
                color=colour,
                linewidth=width,
                linestyle=(0, (3, 2)) if dashed else "-",
                solid_capstyle="butt",
                clip_on=False,
            )
        )

    def mark(self, x: float, y: float, kind: str, colour: str) -> None:
        """Draw a dot, a hollow dot or a diamond."""
        # Patches, not line markers: those become references that cost the PDF engine dear.
        from matplotlib.patches import Circle, Polygon

        style: Any = {
            "facecolor": "white" if kind == "hollow" else colour,
            "edgecolor": colour,
            "linewidth": 1.2,
            "clip_on": False,
            # Over the line of its range, and over one that joins it to its neighbours.
            "zorder": 3,
        }
        shape = (
            Polygon([(x - 4.4, y), (x, y - 4.4), (x + 4.4, y), (x, y + 4.4)], **style)
            if kind == "diamond"
            else Circle((x, y), 3.0, **style)
        )
        self._axes.add_artist(shape)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        colour: str,
        size: float,
        align: str,
        weight: str = "normal",
        *,
        rotation: float = 0,
    ) -> None:
        """Write a line of text."""
        self._axes.text(
            x,
            y,
            text,
            color=colour,
            fontsize=size,
            ha=align,
            va="center_baseline",
            fontweight=weight,
            rotation=rotation,
            # A dollar sign in a name is a dollar sign, not the start of a formula.
            parse_math=False,
        )

    def svg(self, alt: str, name: str) -> str:
        """Return the drawing as SVG, its ids beginning with `name`."""
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        out = StringIO()
        with mpl.rc_context(_STYLE), warnings.catch_warnings():
            # Only widths are asked of matplotlib's own font; the report's font draws the letters.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            canvas: Any = FigureCanvasSVG(self._figure)
            canvas.print_svg(
                out,
                metadata={
                    "Title": alt,
                    "Date": None,
                    "Creator": None,
                    "Format": None,
                    "Type": None,
                },
            )
        return _inline(out.getvalue(), name)


_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_GLOBAL_STYLE = re.compile(r"<style type=\"text/css\">.*?</style>", re.DOTALL)
_BACKGROUND = re.compile(r'<g id="patch_\d+">\s*<path[^>]*style="fill: #ffffff"/>\s*</g>')
_TAG = re.compile(r"<[^>]+>")
_ID = re.compile(r'(\bid="|href="#|url\(#)')
_FONT = re.compile(r"font-family: [^;\"]*")
_IDLE = re.compile(r' transform="rotate\(-?0 [^)]*\)"')


def _inline(svg: str, name: str) -> str:
    """Return the SVG fit to stand inside a page: no prologue, no rule for the page, own ids."""
    svg = _PROLOGUE.sub("", svg, count=1)
    for unwanted in (_METADATA, _GLOBAL_STYLE, _BACKGROUND):
        svg = unwanted.sub("", svg)
    # Inside tags only: a name that happens to hold such words must reach the reader as it is.
    svg = _TAG.sub(lambda tag: _tidy(tag[0], name), svg)
    return svg.replace("<svg ", '<svg role="img" class="chart" ', 1)


def _tidy(tag: str, name: str) -> str:
    tag = _ID.sub(rf"\g<1>{name}-", tag)
    return _IDLE.sub("", _FONT.sub("font-family: Inter, sans-serif", tag))


def _starts_group(dots: Sequence[Dot], i: int) -> bool:
    return i == 0 or dots[i].heading != dots[i - 1].heading


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"
