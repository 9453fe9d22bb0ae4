"""Names of groups that every page and file can hold: readable, of bounded length, never two alike.

Entries of a column may be anything: 10,000 characters, control characters, marks that turn the
direction of the whole line. What is changed ends in a mark of its own, so that two entries never
become one group.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

LONGEST = 80
KEPT = 60

_TURNING = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)
"""Marks that turn the direction of what follows them, or are nothing to see."""

_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's control characters, halves of characters, and separators of lines and paragraphs."""


def readable(entries: Sequence[str]) -> list[str]:
    r"""Return a name for each entry, in their order; distinct entries keep distinct names.

    Parameters
    ----------
    entries : sequence of str
        Distinct, without blanks at their ends.

    Examples
    --------
    >>> readable(["F", "M"])
    ['F', 'M']
    >>> readable(["a\x07b"])
    ['a b [55fc]']
    """
    plain = [_seen(entry) for entry in entries]
    return [
        text if text == entry else f"{_cut(text)} [{_mark(entry)}]"
        for text, entry in zip(plain, entries, strict=True)
    ]


def _seen(entry: str) -> str:
    """Return the entry with a blank for what cannot be seen, and cut where it is too long."""
    if len(entry) <= LONGEST and entry.isprintable():
        return entry
    hidden = [c in _TURNING or unicodedata.category(c) in _UNSEEN for c in entry]
    if len(entry) <= LONGEST and not any(hidden):
        return entry
    shown = (" " if h else c for c, h in zip(entry, hidden, strict=True))
    return _cut(" ".join("".join(shown).split()) or "unreadable")


def _cut(text: str) -> str:
    return text if len(text) <= KEPT else f"{text[:KEPT].rstrip()}…"


def _mark(entry: str) -> str:
    return blake2b(entry.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
