"""The counts of page one: of every 1,000 people scored, how many are flagged, rightly or missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from essex_standard.context import PerThousand
from essex_standard.disclosure.cells import Cells
from essex_standard.disclosure.suppression import WHOLE
from essex_standard.evidence.group_table import FN, FP, TN, TP

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SMALLEST_FOR_PER_THOUSAND = 100


def per_thousand(cells: Cells, total: int | None) -> PerThousand:
    """Return counts scaled from the rounded cells of the whole."""
    people, shares = (c.get(WHOLE) for c in (cells.people, cells.shares))
    if people is None or shares is None:
        return PerThousand(
            why_not=f"Fewer than {cells.min_cell} people were in one of the four outcomes: too few "
            "to say."
        )
    known = (TP, FP, FN, TN)
    tested_on = sum(int(people[c]) for c in known)
    if tested_on < SMALLEST_FOR_PER_THOUSAND:
        return PerThousand(
            tested_on=total,
            why_not="The outcome was known for fewer than 100 people: too few to say how many of "
            "1,000.",
        )
    return PerThousand(tested_on=tested_on, **thousandths(shares))


def thousandths(cells: NDArray[np.int64]) -> dict[str, Any]:
    """Return of every 1,000 of known outcome the flagged, rightly, wrongly and missed.

    Parameters
    ----------
    cells : ndarray of shape (2 or 3, 2)
        Rounded (outcome, decision) cells.
    """
    of = sum(int(cells[c]) for c in (TP, FP, FN, TN))
    rightly, wrongly, missed = (round(1000 * int(cells[c]) / of) for c in (TP, FP, FN))
    return {
        "flagged": rightly + wrongly,
        "rightly": rightly,
        "wrongly": wrongly,
        "missed": missed,
    }
