"""One column in two populations: what its profiles say of each other, counted.

    assessed profile, reference profile  ->  kinds, and rows that the reference had nothing like

Counts only; how sure they make us is `essex_standard.statistics`' matter.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.evidence.label_counts import LabelCounts

WORDS = {
    "empty": "empty",
    "numeric": "a number",
    "datetime": "a date",
    "categorical": "a category",
    "text": "text",
    "mixed": "a mixture of numbers and text",
}


_NAMES = 0.9
"""Different labels to each row, from which on they are names of rows and no categories."""

_FEWEST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Rows of the data assessed whose value the reference had nothing like, and what chance does.

    Attributes
    ----------
    rows, of : int
        Rows assessed with such a value, and with any.
    alone, reference : int
        Rows of the reference that the rest of it had nothing like, and with any value: left out,
        each of them would have been unseen, though nothing changed.
    pairs : int
        Values that two rows of the reference hold.
    named : tuple of (str, int)
        The new categories with their rows, most first; empty for numbers.
    hidden : bool
        Categories are counted in buckets, so that `rows` is the least that it may be.
    """

    rows: int
    of: int
    alone: int
    reference: int
    pairs: int = 0
    named: tuple[tuple[str, int], ...] = ()
    hidden: bool = False


def why_apart(column: str, new: ColumnProfile | None, old: ColumnProfile | None) -> str:
    """Return in words what keeps a column from being compared, or an empty string.

    Parameters
    ----------
    new, old : ColumnProfile or None
        Of the data assessed and of the reference; None where the column is not there.
    """
    if new is None and old is None:
        return f"Column {column} is in neither the data assessed nor the reference."
    if new is None:
        return f"Column {column} is in the reference and no longer in the data assessed."
    if old is None:
        return f"Column {column} is in the data assessed and was not in the reference."
    for profile, where in ((new, "the data assessed"), (old, "the reference")):
        if not profile.present:
            return f"Column {column} holds no value in {where}."
    if same_kind(new, old):
        return ""
    return f"Column {column} was {WORDS[old.kind]} in the reference and is {WORDS[new.kind]} now."


def same_kind(new: ColumnProfile, old: ColumnProfile) -> bool:
    """Return whether every form that the assessed values take is one that the reference had.

    The forms are number, date and word. A label that reads as a number is a number: ``"1"`` and 1
    are one code in two spellings. Labels that are counted in buckets have lost their spelling, and
    are taken to be of the form of the other side's labels, if it has any.
    """
    return all(
        form in _forms(old)
        or (form == "label" and old.labels.rows > 0)
        or (form in {"word", "number"} and "label" in _forms(old))
        for form in _forms(new)
    )


def holds_categories(new: ColumnProfile, old: ColumnProfile) -> bool:
    """Return whether a column is one of categories: labels on some side, no text and no keys."""
    kinds = {new.kind, old.kind}
    if names_rows(new) and names_rows(old):
        return False
    return bool(kinds & {"categorical", "mixed"}) and "text" not in kinds


def names_rows(profile: ColumnProfile | None) -> bool:
    """Return whether a column's labels name its rows, as a key's do: another in nearly all."""
    if profile is None or profile.kind != "categorical" or profile.present < _FEWEST_NAMED:
        return False
    return profile.distinct() > _NAMES * profile.present


def holds_numbers(new: ColumnProfile, old: ColumnProfile) -> bool:
    """Return whether a column is one of numbers on both sides (dates are none)."""
    return new.kind == old.kind == "numeric"


def unseen_categories(new: ColumnProfile, old: ColumnProfile) -> Unseen:
    """Count the rows assessed whose category no row of the reference holds."""
    binned = new.numbers.binned or old.numbers.binned
    now, then = (p.labels if binned else p.as_labels() for p in (new, old))
    hidden = now.bucketed or then.bucketed
    if hidden:
        now, then = now.in_buckets(), then.in_buckets()
    fresh = [(label, rows) for label, rows in now.counts.items() if label not in then.counts]
    return Unseen(
        rows=sum(rows for _, rows in fresh),
        of=now.rows,
        alone=_held_by(then, 1),
        reference=then.rows,
        pairs=_held_by(then, 2),
        named=() if hidden else tuple(sorted(fresh, key=lambda pair: (-pair[1], pair[0]))),
        hidden=hidden,
    )


def outside_range(new: ColumnProfile, old: ColumnProfile) -> Unseen:
    """Count the numbers assessed below the least or above the greatest of the reference.

    Where numbers are counted in bins, those in the same bin as an end (within 0.1 % of it) are
    taken to lie inside.
    """
    points, rows = new.points()
    at, counts = old.points()
    outside = (points < old.low) | (points > old.high)
    if old.numbers.binned or new.numbers.binned:
        outside &= ~_near(points, old.low) & ~_near(points, old.high)
    ends = {0, len(at) - 1}
    return Unseen(
        rows=int(rows[outside].sum()),
        of=int(rows.sum()),
        alone=sum(int(counts[i] == 1) for i in ends) if len(at) > 1 else 0,
        reference=int(counts.sum()),
    )


def _near(points: NDArray[np.float64], end: float) -> NDArray[np.bool_]:
    return np.asarray(np.abs(points - end) <= 1e-3 * abs(end))


def _held_by(labels: LabelCounts, rows: int) -> int:
    return sum(1 for count in labels.counts.values() if count == rows)


def _forms(profile: ColumnProfile) -> set[str]:
    found = set()
    if profile.dates:
        found.add("date")
    if profile.numbers.rows + profile.infinite > profile.dates:
        found.add("number")
    if profile.labels.bucketed:
        found.add("label")
    else:
        found |= {
            "number" if _reads_as_number(label) else "word" for label in profile.labels.counts
        }
    return found


def _reads_as_number(label: str) -> bool:
    try:
        return math.isfinite(float(label))
    except ValueError:
        return False
