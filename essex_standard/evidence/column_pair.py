"""One column in two populations: what its profiles say of each other, counted.

    assessed profile, reference profile  ->  kinds, and rows that the reference had nothing like

Counts only; how sure they make us is `essex_standard.statistics`' matter.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from essex_standard.evidence.column_profile import ColumnProfile

WORDS = {
    "empty": "empty",
    "numeric": "a number",
    "datetime": "a date",
    "categorical": "a category",
    "text": "text",
    "mixed": "a mixture of numbers and text",
}


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
