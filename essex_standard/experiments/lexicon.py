"""A list of identity terms, and the exchange of one group's terms for another's in a text.

    "She took her son"  --female <-> male-->  "He took his daughter"

Both groups' terms change places, so that the exchange done twice gives the text back wherever each
term has one counterpart. Whole words only, the longest first, and no word is exchanged twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

BEFORE_NOUN, OTHERWISE = "before_noun", "otherwise"

_HYPHENS = "-‐‑"
_NEXT_WORD = re.compile(r"[ \t]+([^\W\d_][\w'’]*)")
_ARTICLE = re.compile(r"(?<![\w'’-])([Aa])(n?)[ ]$")
_SOUNDS_LIKE_A_VOWEL = re.compile(r"(?:[aio]|u(?!ni|se)|e(?!u)|hono|heir)(?<!one)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """Terms that stand for each other.

    Attributes
    ----------
    spellings : mapping of group to tuple of str
        The first spelling is the one that is written.
    when : {"", "before_noun", "otherwise"}
        Which of two rows a word belongs to that stands in both.
    as_written : bool
        Recognised only as spelled.
    """

    spellings: Mapping[str, tuple[str, ...]]
    when: str = ""
    as_written: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristic:
    """The groups of one characteristic and their terms, row by row."""

    name: str
    groups: tuple[str, ...]
    rows: tuple[TermRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """A list of identity terms.

    Attributes
    ----------
    function_words : frozenset of str
        In lower case: after ``her`` and ``his`` they tell that no noun follows.
    """

    name: str
    version: str
    characteristics: tuple[Characteristic, ...]
    function_words: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many different terms are recognised."""
        return len(
            {
                folded(term)
                for characteristic in self.characteristics
                for row in characteristic.rows
                for spellings in row.spellings.values()
                for term in spellings
            }
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a text: where, of which group, in which row, and how the list spells it."""

    start: int
    end: int
    group: str
    row: int
    spelling: str


class Exchange:
    """The terms of one characteristic, ready to be found and exchanged."""

    def __init__(self, characteristic: Characteristic, function_words: frozenset[str]) -> None:
        self.characteristic = characteristic
        self._function_words = function_words
        self._written: dict[tuple[str, int, str], str | None] = {}
        self._places: dict[str, list[tuple[int, str, str]]] = {}
        for number, row in enumerate(characteristic.rows):
            for group, spellings in row.spellings.items():
                for spelling in spellings:
                    place = (number, group, spelling)
                    self._places.setdefault(folded(spelling), []).append(place)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        by_letter: dict[str, list[str]] = {}
        for term in sorted(self._places, key=lambda term: (-len(term), term)):
            by_letter.setdefault(term[0], []).append(_as_pattern(term[1:]))
        terms = "|".join(
            f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in sorted(by_letter.items())
        )
        # A word that hangs on by a hyphen is another word ("non-Muslim"); 's and 'd are not.
        return re.compile(rf"(?<!\w)(?<!\w[{_HYPHENS}'’])(?:{terms})(?!\w)(?![{_HYPHENS}]\w)")

    def find(self, text: str) -> list[Found]:
        """Return the terms of a text in their order."""
        found = []
        # Four times as fast as a pattern that takes any case.
        for match in self._pattern.finditer(_small(text)):
            place = self._place(match, text)
            if place is not None:
                row, group, spelling = place
                found.append(Found(match.start(), match.end(), group, row, spelling))
        return found

    def _place(self, match: re.Match[str], text: str) -> tuple[int, str, str] | None:
        rows = self.characteristic.rows
        places = [
            place
            for place in self._places.get(folded(match[0]), ())
            if not rows[place[0]].as_written or text[match.start() : match.end()] == place[2]
        ]
        if len(places) > 1:
            when = self._when(text, match.end())
            places = [p for p in places if rows[p[0]].when in ("", when)] or places
        return places[0] if places else None

    def _when(self, text: str, end: int) -> str:
        word = _NEXT_WORD.match(text, end)
        if word is None or word[1].lower() in self._function_words:
            return OTHERWISE
        return BEFORE_NOUN

    def between(
        self, text: str, found: Sequence[Found], one: str, other: str
    ) -> tuple[str, list[tuple[str, str]]]:
        """Return the text with the terms of two groups exchanged, and (term, what it became)."""
        pieces: list[str] = []
        became: list[tuple[str, str]] = []
        at = 0
        for term in found:
            target = {one: other, other: one}.get(term.group)
            spelling = None if target is None else self.counterpart(term, target)
            if spelling is None:
                continue
            written = text[term.start : term.end]
            replacement = _cased(written, term.spelling, spelling)
            pieces += [_with_article(text[at : term.start], written, replacement), replacement]
            became.append((term.spelling, spelling))
            at = term.end
        return "".join([*pieces, text[at:]]), became

    def counterpart(self, term: Found, group: str) -> str | None:
        """Return how a term is written of another group; None where the list has no word for it."""
        asked = (term.spelling, term.row, group)
        if asked not in self._written:
            self._written[asked] = self._counterpart(term, group)
        return self._written[asked]

    def _counterpart(self, term: Found, group: str) -> str | None:
        places = self._places[folded(term.spelling)]
        rows = [term.row, *(number for number, _, _ in places)]
        of_group = (self.characteristic.rows[number].spellings.get(group) for number in rows)
        return next((spellings[0] for spellings in of_group if spellings), None)


def folded(term: str) -> str:
    """Return a term as it is looked up: small letters, plain apostrophes, hyphens and spaces."""
    plain = re.sub(rf"[{_HYPHENS}]", "-", term.replace("’", "'"))
    return " ".join(plain.lower().split())


def _small(text: str) -> str:
    """Return the text in small letters, each in its place (a Turkish capital i has two of them)."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def _as_pattern(term: str) -> str:
    pieces = {" ": r"\s{1,3}", "'": "['’]", "-": f"[{_HYPHENS}]"}
    return "".join(pieces.get(letter) or re.escape(letter) for letter in term)


def _cased(written: str, spelling: str, replacement: str) -> str:
    """Return the replacement in the case in which the term was written."""
    if written.isupper() and not spelling.isupper() and len(written) > 1:
        return replacement.upper()
    if written.islower():
        return replacement.lower() if not spelling.islower() else replacement
    if written[0].isupper() and not spelling[0].isupper():
        return replacement[0].upper() + replacement[1:]
    return replacement


def _with_article(before: str, written: str, replacement: str) -> str:
    """Return the text before a term with its "a" or "an" fitted to the replacement."""
    article = _ARTICLE.search(before)
    if article is None:
        return before
    was, now = (bool(_SOUNDS_LIKE_A_VOWEL.match(word)) for word in (written, replacement))
    if was == now or bool(article[2]) != was:
        return before
    return f"{before[: article.start()]}{article[1]}{'n' if now else ''} "
