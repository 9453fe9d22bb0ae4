"""What may be told of the columns themselves: shares of rows on either side, and their gaps.

    raw counts of a column  ->  rounded counts, or nothing  ->  share, gap and interval

A share of fewer rows than the minimum (or of all but fewer) is shown only where it reads 0.00 (or
1.00) whatever the count is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from essex_standard.disclosure.cells import nearest
from essex_standard.disclosure.shown import shown, withhold
from essex_standard.evidence.column_pair import (
    Unseen,
    holds_categories,
    holds_numbers,
    outside_range,
    unseen_categories,
    why_apart,
)
from essex_standard.evidence.mention_kinds import KINDS, group_of
from essex_standard.statistics.new_values import NewShare
from essex_standard.statistics.proportions import Proportion, ProportionDifference

if TYPE_CHECKING:
    from essex_standard.disclosure.behind import Column
    from essex_standard.disclosure.protection import Protection
    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.evidence.evidence import Evidence
    from essex_standard.measurement import Measurement
    from essex_standard.statistics.comparison import Estimate

Key = tuple[str, str, str]
"""Measure, column, and side: ``assessed``, ``reference``, or empty for both together.

Of what texts hold it is the kind, or empty where they hold nothing."""

MENTIONS, OWN_MENTIONS = "identifiers_in_texts", "identifiers_of_their_own_in_texts"
"""Keys of what texts hold, and of what is not an office's."""

_COUNTED = {"missing_share": "missing", "infinite_share": "infinite"}


def column_shares(
    assessed: Evidence,
    reference: Evidence | None,
    behind: Mapping[tuple[str, str], Column],
    k: int,
    base: int,
) -> Mapping[Key, Estimate]:
    """Return every figure of a column that may be shown; what is withheld has no entry.

    Parameters
    ----------
    behind : mapping of (column, side) to Column
        How many rows and values there are, as they may be printed.
    """
    old = {} if reference is None else reference.columns
    return {
        key: figure
        for name, profile in assessed.columns.items()
        for key, figure in _of_column(profile, old.get(name), behind, k, base)
        if figure is not None
    }


def column_share(plan: Protection, m: Measurement, confidence: float) -> Measurement:
    """Return a share of rows, or a gap between both sides, computed from rounded counts."""
    figure = plan.column_shares.get((m.measure, m.attribute, m.group))
    side = plan.columns.get((m.attribute, m.group or "assessed"))
    if figure is None or side is None or plan.tells_of_a_group(m.attribute):
        return withhold(m)
    return shown(m, figure, confidence, side.rows)


def share_of_rows(found: int, rows: int, n: int | None, k: int, base: int) -> Proportion | None:
    """Return `found` of `rows` from rounded counts; None where it is withheld.

    Parameters
    ----------
    n : int or None
        The rows as they may be printed.
    """
    if rows < k or not n:
        return None
    reads_alike = _reads_alike(rows, k)
    if found < k:
        return Proportion(0.0, n) if reads_alike else None
    if rows - found < k:
        return Proportion(float(n), float(n)) if reads_alike else None
    return Proportion(float(min(nearest(found, base), n)), float(n))


def _of_column(
    new: ColumnProfile,
    old: ColumnProfile | None,
    behind: Mapping[tuple[str, str], Column],
    k: int,
    base: int,
) -> Iterator[tuple[Key, Estimate | None]]:
    sides = {"assessed": new} | ({} if old is None else {"reference": old})
    for measure, counted in _COUNTED.items():
        shares = {
            side: share_of_rows(getattr(p, counted), p.rows, behind[new.name, side].rows, k, base)
            for side, p in sides.items()
        }
        for side, share in shares.items():
            yield (measure, new.name, side), share
        now, then = shares["assessed"], shares.get("reference")
        if now is not None and then is not None:
            yield (f"{measure}_difference", new.name, ""), ProportionDifference(now, then)
    for side, profile in sides.items():
        yield from _mentions(profile, side, behind, k, base)
    if old is not None and not why_apart(new.name, new, old):
        yield from _unseen(new, old, behind, k, base)


def _mentions(
    new: ColumnProfile,
    side: str,
    behind: Mapping[tuple[str, str], Column],
    k: int,
    base: int,
) -> Iterator[tuple[Key, Estimate | None]]:
    """Yield the share of texts with each kind of identifier that some hold."""
    texts = new.mentions.texts
    # Rows that hold numbers: where they are few, their number must not follow from two others.
    n = behind[new.name, side].present if new.present - texts < k else nearest(texts, base)
    for name in KINDS:
        found = new.mentions.holding(name)
        if found:
            group = group_of(name, side)
            yield (MENTIONS, new.name, group), share_of_rows(found, texts, n, k, base)
            own = new.mentions.own(name)
            yield (OWN_MENTIONS, new.name, group), share_of_rows(own, texts, n, k, base)
    yield (OWN_MENTIONS, new.name, group_of("", side)), share_of_rows(0, texts, n, k, base)


def _unseen(
    new: ColumnProfile,
    old: ColumnProfile,
    behind: Mapping[tuple[str, str], Column],
    k: int,
    base: int,
) -> Iterator[tuple[Key, Estimate | None]]:
    """Yield the shares of rows with a value that the reference never had."""
    n, m = (behind[new.name, side].present for side in ("assessed", "reference"))
    if holds_categories(new, old):
        found = unseen_categories(new, old)
        alone = float(nearest(found.alone, base))
        if found.alone < k:
            # Nothing hangs on how many they are: nought where they do not show, else the middle.
            alone = 0.0 if _reads_alike(found.reference, k) else (k - 1) / 2
        yield ("new_category_share", new.name, ""), _beyond_chance(found, alone, n, m, k, base)
    elif holds_numbers(new, old):
        found = outside_range(new, old)
        yield ("out_of_range_share", new.name, ""), _beyond_chance(found, 2.0, n, m, k, base)


def _beyond_chance(
    found: Unseen, alone: float, n: int | None, m: int | None, k: int, base: int
) -> Estimate | None:
    share = share_of_rows(found.rows, found.of, n, k, base)
    if share is None or not m:
        return None
    return NewShare.of_counts(share.k, share.n, min(alone, m), m, hidden=found.hidden)


def _reads_alike(rows: int, k: int) -> bool:
    """Return whether fewer than the minimum make no difference to a share in two decimals."""
    return (k - 1) / rows < 0.005
