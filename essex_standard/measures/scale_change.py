"""Whether the unit of a column changed: days that became months, pounds that became pence.

What a change of unit does to numbers, and how sure one can be: `statistics.scale_change`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.evidence.column_pair import holds_numbers, why_apart
from essex_standard.measures.column_pairs import NONE_IN_BOTH, column_pairs, not_comparable
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.scale_change import Magnitudes, ScaleChange

if TYPE_CHECKING:
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

UNITS = (
    (2.54, "inches", "centimetres"),
    (3.28, "metres", "feet"),
    (4.35, "months", "weeks"),
    (7.0, "weeks", "days"),
    (12.0, "years", "months"),
    (24.0, "days", "hours"),
    (30.4, "months", "days"),
    (52.2, "years", "weeks"),
    (60.0, "hours", "minutes"),
    (91.3, "quarters", "days"),
    (100.0, "pounds", "pence"),
    (365.25, "years", "days"),
    (1000.0, "thousands", "units"),
    (1440.0, "days", "minutes"),
    (3600.0, "hours", "seconds"),
    (86400.0, "days", "seconds"),
)
"""Factors by which numbers grow where the first unit becomes the second."""

NEAR = 0.08
"""A factor so near a known one, as a share of it, is taken for it: chance moves it by as much."""

NAMED_FROM, SURE = 2.0, 0.95
"""A note names a column whose factor is surely above this; the check's limit judges."""


FEWEST = 20
"""Numbers other than zero: quantiles of fewer are single people's values."""

_TOO_FEW = "Too few numbers in column {column} are not zero to tell whether its unit changed."


def scale_change(facts: Facts, scope: Scope) -> Measured:
    """Return by what factor all numbers of each column grew or shrank; 1 means not at all.

    Dates are not looked at, nor are columns that are zero for nearly everybody, which are named:
    they have no size to speak of. Where people are few, though, too few numbers are a gap.
    """
    reason = not_comparable(facts)
    if reason:
        return Measured.not_assessed(reason)
    comparisons: list[Comparison] = []
    gaps: list[str] = []
    noted: list[str] = []
    for column, new, old in column_pairs(facts):
        apart = why_apart(column, new, old)
        if apart:
            gaps.append(apart)
        elif new is not None and old is not None and holds_numbers(new, old):
            now, then = Magnitudes.of(*new.points()), Magnitudes.of(*old.points())
            if min(now.n, then.n) < max(FEWEST, scope.minimum):
                few_people = min(new.present, old.present) < max(FEWEST, scope.minimum)
                (gaps if few_people else noted).append(_TOO_FEW.format(column=column))
                continue
            found = ScaleChange(now, then)
            comparisons.append(
                Comparison(
                    measure="scale_change",
                    name=f"column {column}",
                    attribute=column,
                    estimate=found,
                    n=now.n,
                    n_versus=then.n,
                )
            )
            if found.above(NAMED_FROM) >= SURE:
                noted.append(_named(column, found.middle))
    if not comparisons and not gaps:
        return Measured.not_applicable("the model reads no column with enough numbers")
    return Measured(
        comparisons=tuple(comparisons),
        gaps=tuple(gaps),
        noted=tuple(noted),
        reason="" if comparisons else NONE_IN_BOTH,
    )


def _named(column: str, ratio: float) -> str:
    """Return which change of unit a factor looks like."""
    factor = max(ratio, 1 / ratio)
    way = "larger" if ratio > 1 else "smaller"
    near = min(UNITS, key=lambda unit: abs(factor / unit[0] - 1))
    if abs(factor / near[0] - 1) > NEAR:
        return f"In column {column} all numbers are several times {way} than they were."
    known, small, large = near
    first, second = (small, large) if ratio > 1 else (large, small)
    return (
        f"In column {column} all numbers are about {known:g} times {way} than they were, as when "
        f"{first} become {second}."
    )
