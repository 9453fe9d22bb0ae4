"""Make any text harmless to lay out.

    names and sentences from data and submissions -> the same words, without what breaks a page

Control characters, bidirectional overrides, lone surrogates and endless words are hostile until
proven otherwise: some hide text from a reader, some stop the PDF engine, all are dropped here once,
before a page is made. Escaping for HTML is the template engine's work, not this module's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar

from essex_standard.assessment import Assessment

NAME_CAP = 60
"""Longest name (a column, a group, an identifier) that is printed; more than any table can hold."""

SENTENCE_CAP = 1_200
"""Longest paragraph that is printed. Past it a text is an annex, and belongs in the submission."""

_NAMES = frozenset(
    {
        "attribute", "columns", "columns_read", "group", "id", "measure", "parties", "protected",
        "status", "theme", "versus",
    }
)  # fmt: skip
# Format characters that carry meaning inside words of some scripts, and so are no control codes.
_JOINERS = "\u200c\u200d"
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_STACKED_MARKS = 4
_SPACES = re.compile(r"\s+")

T = TypeVar("T")


def clean(text: str, cap: int = SENTENCE_CAP) -> str:
    """Return the text on one line, without harmful characters and no longer than `cap`.

    Parameters
    ----------
    text : str
        Any text, whole or hostile.
    cap : int
        Number of characters after which it is cut and marked with an ellipsis.
    """
    if len(text) <= cap and text.isascii() and text.isprintable():
        return text
    spaced = _SPACES.sub(" ", text[: 4 * cap])
    kept: list[str] = []
    marks = 0
    for character in spaced:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > _STACKED_MARKS:
            continue
        if category not in _HARMFUL or character in _JOINERS:
            kept.append(character)
    plain = "".join(kept).strip()
    return plain if len(plain) <= cap else plain[: cap - 1].rstrip() + "…"


def cleaned(assessment: Assessment) -> Assessment:
    """Return the assessment with every text in it made harmless, and without its Evidence."""
    return _cleaned(replace(assessment, evidence=None), SENTENCE_CAP)


def _cleaned(value: T, cap: int) -> T:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return clean(value, cap)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(_cleaned(item, cap) for item in value)  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return {clean(str(k), NAME_CAP): _cleaned(v, NAME_CAP) for k, v in value.items()}  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        changes = {
            f.name: _cleaned(getattr(value, f.name), NAME_CAP if f.name in _NAMES else cap)
            for f in fields(value)
        }
        return replace(value, **changes)
    return value
