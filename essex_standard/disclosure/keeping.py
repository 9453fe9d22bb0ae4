"""What evidence may keep of a column once it is stored: no name, no key, no text of one person.

While it is gathered, evidence counts each label exactly, so that batches add up. At rest a label
that fewer than the minimum share would be a copy of their rows: its column is kept in hash buckets,
and a column of keys in bins. Drift is measured on either. Of people who look alike only the
sizes of their classes are left.
"""

from __future__ import annotations

from dataclasses import replace

from essex_standard.disclosure.suppression import MIN_CELL
from essex_standard.evidence.column_profile import ColumnProfile, NumberCounts
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held

KEY_SHARE = 0.5
"""Share of distinct values from which whole numbers are taken for keys and not for quantities."""

FEW_NUMBERS = 20
"""Up to so many distinct numbers a column is a list of codes, compared value by value."""


def at_rest(held: Held) -> Held:
    """Return the evidence as it may be stored; the same again for what is stored already."""
    k = max(held.min_cell, MIN_CELL)
    return replace(
        held,
        assessed=_kept(held.assessed, k),
        reference=None if held.reference is None else _kept(held.reference, k),
    )


def _kept(evidence: Evidence, k: int) -> Evidence:
    return replace(
        evidence,
        columns={name: _coarse(profile, k) for name, profile in evidence.columns.items()},
        classes=None if evidence.classes is None else evidence.classes.sealed(),
    )


def _coarse(profile: ColumnProfile, k: int) -> ColumnProfile:
    labels, numbers = profile.labels, profile.numbers
    if any(rows < k for rows in labels.counts.values()):
        labels = labels.in_buckets()
    if _are_keys(profile) and not numbers.binned:
        # Adding nothing that is binned bins the rest by the profile's own rule.
        numbers = numbers + NumberCounts(binned=True)
    return replace(profile, labels=labels, numbers=numbers)


def _are_keys(profile: ColumnProfile) -> bool:
    distinct, rows = len(profile.numbers.at), profile.numbers.rows
    all_whole = not profile.dates and profile.whole == rows
    return all_whole and distinct > max(FEW_NUMBERS, KEY_SHARE * rows)
