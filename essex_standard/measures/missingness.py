"""Whether values are missing more often, or less, than where the model learned.

    missing_share_difference = share of rows without a value, assessed - reference

What a model makes of a missing value it learned from those that were missing then. An infinite
number is no missing value; it is compared in the same way, as a figure of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.column_pairs import (
    NONE_IN_BOTH,
    column_pairs,
    not_comparable,
)
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.proportions import Proportion, ProportionDifference

if TYPE_CHECKING:
    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

MISSING, INFINITE = "missing_share", "infinite_share"


def missing_share_difference(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return by how much the share of rows without a value has changed in each column.

    -1 means that a column empty in the reference is filled everywhere now, 0 that values are
    missing as often as then, 1 that a column filled then holds nothing now. Intervals and tests are
    those of a difference of two proportions (melded, Fay, Proschan and Brittain 2015). Told beside
    it: the share on either side.

    Returns
    -------
    Measured
        A column that is absent on one side is a gap.
    """
    reason = not_comparable(facts)
    if reason:
        return Measured.not_assessed(reason)
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    noted: list[str] = []
    for column, new, old in column_pairs(facts):
        if new is None or old is None:
            where = "the data assessed" if new is None else "the reference"
            gaps.append(f"Column {column} is not in {where}.")
            continue
        comparisons.append(_compared(MISSING, f"column {column}", new, old))
        told += _told(MISSING, new, old)
        if new.infinite or old.infinite:
            name = f"column {column} (infinite values)"
            comparisons.append(_compared(INFINITE, name, new, old))
            told += _told(INFINITE, new, old)
        if new.infinite >= facts.min_cell:
            noted.append(f"Column {column} holds infinite numbers.")
    return Measured(
        comparisons=tuple(comparisons),
        told=tuple(told),
        gaps=tuple(gaps),
        noted=tuple(noted),
        reason="" if comparisons else NONE_IN_BOTH,
    )


def _share(measure: str, profile: ColumnProfile) -> Proportion:
    k = profile.missing if measure == MISSING else profile.infinite
    return Proportion(k, profile.rows)


def _compared(measure: str, name: str, new: ColumnProfile, old: ColumnProfile) -> Comparison:
    return Comparison(
        measure=f"{measure}_difference",
        name=name,
        attribute=new.name,
        estimate=ProportionDifference(_share(measure, new), _share(measure, old)),
        n=new.rows,
        n_versus=old.rows,
        signed=True,
    )


def _told(measure: str, new: ColumnProfile, old: ColumnProfile) -> Iterator[Measurement]:
    for profile, group in ((new, "assessed"), (old, "reference")):
        share = _share(measure, profile).value
        yield Measurement(
            measure=measure, attribute=profile.name, group=group, value=share, n=profile.rows
        )
