"""Age is a protected characteristic like any other: a model that reads it is told of.

Equality Act 2010, section 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_OF_AGE = frozenset(
    {"age", "ages", "aged", "dob", "yob", "birth", "birthdate", "birthday", "birthyear", "born"}
)


def is_of_age(name: str) -> bool:
    """Return whether a column's name says that it holds ages or dates of birth."""
    return any(word.lower() in _OF_AGE for word in _WORDS.findall(name))


def age_unwatched(columns: Iterable[str], protected: Iterable[str]) -> tuple[str, ...]:
    """Return what must be told where the model reads ages and nobody compares ages."""
    read = [c for c in columns if is_of_age(c)]
    if not read or any(is_of_age(a) for a in protected):
        return ()
    named = " and ".join(f"'{c}'" for c in read)
    sentence = (
        f"The model reads age (column {named}), and no protected attribute covers it: how people "
        "of different ages fare was not compared. Age is a protected characteristic like any other."
    )
    return (sentence,)
