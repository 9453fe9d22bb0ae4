"""What the names of columns suggest, for a scaffold that the team corrects; no value is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from essex_standard.submission.vocabularies import Category, ColumnRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """What the scaffold may know of a column: its name, type and number of distinct values."""

    name: str
    dtype: str
    distinct: int


_PROTECTED: tuple[tuple[str, Category], ...] = (
    (r"sex|gender", "sex"),
    (r"age|ageband|agegroup|dob", "age_band"),
    (r"ethnic\w*|race", "racial_ethnic"),
    (r"disab\w*|send|sen", "disability"),
    (r"imd|idaci|depriv\w*", "location_area"),
    (r"relig\w*|faith|belief", "religion_belief"),
    (r"orientation|sexuality", "sexual_orientation"),
    (r"pregnan\w*|matern\w*", "health"),
)
_OUTCOME = re.compile(r"outcome|target|label|result|y|withdrawn|default|event|happened")
_SCORE = re.compile(r"scores?|risk|prob|proba|probability|prediction|predicted|yhat")
_KEY = re.compile(r"id|key|uuid|uprn|upn|nhs|number|ref")
_TIME = re.compile(r"date|month|year|period|snapshot|week")
_CLUSTER = re.compile(r"family|household|person|school|student|pupil")


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a column's name: ``ageBand_2`` gives age, band, 2."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return tuple(word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word)


def is_numeric(column: ColumnFacts) -> bool:
    """Tell whether a column holds numbers."""
    return any(kind in column.dtype.lower() for kind in ("int", "float", "double", "decimal"))


def category_of(column: ColumnFacts) -> Category | None:
    """Return the category of a protected characteristic that a name suggests."""
    for pattern, category in _PROTECTED:
        if any(re.fullmatch(pattern, word) for word in words_of(column.name)):
            return category
    return None


def guess_score(columns: Sequence[ColumnFacts]) -> str:
    """Return the column that is most likely a ready score, or an empty string."""
    return _first(c for c in columns if "float" in c.dtype.lower() and _says(c, _SCORE))


def guess_outcome(columns: Sequence[ColumnFacts]) -> str:
    """Return the column that is most likely the outcome, or an empty string."""
    score = guess_score(columns)
    likely = [c for c in columns if 2 <= c.distinct <= 10 and c.name != score]
    likely = [c for c in likely if category_of(c) is None]
    # An outcome usually stands last; two values are likelier than several.
    named = [c for c in reversed(likely) if _says(c, _OUTCOME)]
    return _first(sorted(named, key=lambda c: c.distinct != 2))


def guess_protected(columns: Sequence[ColumnFacts]) -> tuple[str, ...]:
    """Return the columns whose names speak of a protected characteristic or deprivation."""
    return tuple(c.name for c in columns if category_of(c) is not None)


def guess_role(column: ColumnFacts, *, outcome: str, score: str) -> ColumnRole:
    """Return the role that a column most likely has in an agreement."""
    if column.name == outcome:
        return "label"
    if column.name == score:
        return "context_only"
    if category_of(column) is not None:
        return "protected_audit_only"
    if _says(column, _KEY):
        return "group_id" if _says(column, _CLUSTER) else "link_key"
    if _says(column, _TIME):
        return "time_index"
    return "feature"


def guess_category(column: ColumnFacts, *, outcome: str) -> Category | None:
    """Return the category that a column most likely has, or None where only the team knows."""
    if column.name == outcome:
        return "outcome_label"
    return category_of(column) or ("identifier_pseudonym" if _says(column, _KEY) else None)


def _says(column: ColumnFacts, pattern: re.Pattern[str]) -> bool:
    return any(pattern.fullmatch(word) for word in words_of(column.name))


def _first(columns: Iterable[ColumnFacts]) -> str:
    return next((column.name for column in columns), "")
