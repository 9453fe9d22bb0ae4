"""Whether page one fits on one sheet of A4, told from its texts before anything is laid out.

The figures are those of ``report.css``, in points; a line is taken as somewhat shorter than it is,
so that the estimate errs towards the tighter page. Laying the page out twice would settle it too,
at twice the cost.
"""

from __future__ import annotations

from collections.abc import Iterable

from essex_standard.reports.views import FrontPage, ThemeView

SHEET = 735.0
"""Height of the text on one sheet: 297 mm less the margins of ``pdf.css``, in points."""

DENSE_SHEET = 780.0
"""The same for the smaller sizes and spaces of the dense page, told in ordinary points."""

_FIXED = 289.0
"""Headings, boxes and the four large figures."""


_HEADING = 22.0
"""One more heading in a column."""


def front_height(
    front: FrontPage, themes: Iterable[ThemeView], *, title: str, subtitle: str
) -> float:
    """Return about how tall page one would be in its ordinary sizes, in points."""
    return (
        _FIXED
        + _tall([title], 36, 30)
        + _tall([subtitle], 105, 13.5)
        + _tall(front.asked, 88, 17)
        + _tall(front.reasons, 84, 18)
        + _tall([" ".join(front.board)], 70, 15)
        + sum(max(17.6, 5 + _tall([theme.reason], 40, 13)) for theme in themes)
        # The standing sentence on what *rightly* means follows the notes in the same paragraph.
        + _tall([" ".join(front.figure_notes) + " " * 80], 118, 12)
        + max(
            _tall(front.unknown, 40, 15),
            _tall(front.worst, 40, 15) + _HEADING + _tall(front.proposed, 40, 15),
        )
    )


def _tall(texts: Iterable[str], line: int, height: float) -> float:
    return sum(height * -(-len(text) // line) for text in texts)
