"""Outcomes that nobody could see: how far they could carry a gap, at worst and at best.

    lowest   the group's rate as low as its unseen outcomes allow, everyone else's as high
    highest  the other way round

The unseen of each decision all had the outcome, or all lacked it: a rate of outcomes is monotone in
each, so that one of the four corners is its least and one its greatest. What is believed of the gap
is what is believed whichever corner is true (`essex_standard.statistics.bounds`).

References
----------
Manski (2003), Partial Identification of Probability Distributions, Springer. Lakkaraju, Kleinberg,
Leskovec, Ludwig and Mullainathan (2017), "The selective labels problem", KDD.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

from essex_standard.evidence.design_effect import effective_proportions
from essex_standard.evidence.group_table import DENOMINATOR, NEGATIVE, POSITIVE, UNOBSERVED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.group_table import GroupTable
    from essex_standard.statistics.proportions import Proportion


def bounds(table: GroupTable, rate: str) -> tuple[tuple[Proportion, Proportion] | None, ...]:
    """Return each group's least and greatest rate over what its unseen outcomes may have been."""
    filled = [assumed(table, flagged, left) for flagged, left in product((0, 1), repeat=2)]
    of_corners = zip(*(t.proportions(rate) for t in filled), strict=True)
    return tuple(_ends(corners) for corners in of_corners)


def rest_bounds(table: GroupTable, rate: str) -> tuple[tuple[Proportion, Proportion] | None, ...]:
    """Return, for each group, the least and the greatest rate of everyone else."""
    filled = [assumed(table, flagged, left) for flagged, left in product((0, 1), repeat=2)]
    of_corners = zip(*(t.rest_proportions(rate) for t in filled), strict=True)
    return tuple(_ends(corners) for corners in of_corners)


def unobserved_shares(table: GroupTable) -> tuple[Proportion | None, ...]:
    """Return of how many of each group the outcome was not seen, as effective counts."""
    return effective_proportions(
        table.counts,
        table.weights,
        table.squares,
        table.buckets,
        None if table.buckets is None else table.buckets.sum(axis=1, keepdims=True),
        (((UNOBSERVED, 0), (UNOBSERVED, 1)), DENOMINATOR["rows"]),
    )


def assumed(table: GroupTable, flagged: int, left: int) -> GroupTable:
    """Return the table as if all unseen outcomes of the flagged, and of the others, were alike.

    Parameters
    ----------
    flagged, left : {0, 1}
        The outcome of those flagged and of those not flagged.
    """

    def filled(values: NDArray[Any] | None) -> Any:
        if values is None:
            return None
        result = values.copy()
        for decision, outcome in ((1, flagged), (0, left)):
            code = POSITIVE if outcome else NEGATIVE
            result[..., code, decision] += values[..., UNOBSERVED, decision]
        result[..., UNOBSERVED, :] = 0
        return result

    return replace(
        table,
        counts=filled(table.counts),
        weights=filled(table.weights),
        squares=filled(table.squares),
        buckets=filled(table.buckets),
    )


def _ends(corners: tuple[Proportion | None, ...]) -> tuple[Proportion, Proportion] | None:
    known = [p for p in corners if p is not None]
    if len(known) < len(corners):
        return None
    return min(known, key=lambda p: p.value), max(known, key=lambda p: p.value)
