"""Read a Standard's list of identity terms: every fault with its line, what is wrong and the mend.

The list lies in ``lexicons/identity_terms.toml`` of the Standard's folder. A board amends it like a
check, and it is part of the Standard's digest. A Standard without one uses the shipped list.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from essex_standard.errors import Problem, nearest
from essex_standard.experiments.lexicon import (
    BEFORE_NOUN,
    OTHERWISE,
    Characteristic,
    Lexicon,
    TermRow,
    folded,
)
from essex_standard.resources import standard_dir
from essex_standard.standard.check import Check
from essex_standard.submission.toml_file import KeyPath, positions_of

SCHEMA = "essex-lexicon/1"
PLACE = "lexicons/identity_terms.toml"
MEASURES_BY_TERMS = frozenset({"counterfactual_token_flip_rate"})
"""Measures that need the list."""

_TOP = ("schema", "name", "version", "adopted", "function_words", "characteristic")
_MUST = ("schema", "name", "version", "characteristic")
_OF_CHARACTERISTIC = ("name", "groups", "terms")
_OF_ROW = ("when", "as_written")
_WHEN = (BEFORE_NOUN, OTHERWISE)
_LONGEST_TERM = 60
_TERM = re.compile(r"\w(?:.*\w)?", re.DOTALL)


_Where = Callable[[KeyPath], str]


def lexicon_in_force(
    own: bytes | None, checks: Iterable[Check], problems: list[Problem]
) -> tuple[dict[str, bytes], Lexicon | None]:
    """Return the list of terms of a Standard, and its file for the digest.

    Parameters
    ----------
    own : bytes or None
        The list in the Standard's folder. It is read and checked even where no check needs it.
    checks : iterable of Check
        In force. If one of them needs a list and there is none, the shipped one is used.
    problems : list of Problem
        Faults are added to it.
    """
    if own is not None:
        return {PLACE: own}, read_lexicon(own, problems)
    if not any(check.measure in MEASURES_BY_TERMS for check in checks):
        return {}, None
    shipped = (standard_dir() / PLACE).read_bytes()
    return {PLACE: shipped}, read_lexicon(shipped, problems, f"the shipped {PLACE}")


def read_lexicon(raw: bytes, problems: list[Problem], place: str = PLACE) -> Lexicon | None:
    """Return the list of terms in a file, or None with its faults added to `problems`."""
    try:
        text = raw.decode("utf-8-sig")
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(
            Problem(what=f"it is not readable TOML: {error}", where=place, mend="Mend that line")
        )
        return None
    found: list[Mapping[KeyPath, tuple[int, int]]] = []

    def where(path: KeyPath) -> str:
        # Lines are looked up only if there is a fault to tell.
        lines = found[0] if found else positions_of(text)
        found[:] = [lines]
        known = path
        while known and known not in lines:
            known = known[:-1]
        line = lines[known][0] if known else 1
        named = [str(p) for p in path if isinstance(p, str)]
        return f"{place}:{line}, {'.'.join(named) or 'the file'}"

    faults = list(_faults(table, where))
    problems += faults
    return None if faults else _made(table)


def _made(table: Mapping[str, Any]) -> Lexicon:
    return Lexicon(
        name=table["name"],
        version=table["version"],
        function_words=frozenset(w.lower() for w in table.get("function_words", ())),
        characteristics=tuple(
            Characteristic(
                name=of["name"],
                groups=tuple(of["groups"]),
                rows=tuple(
                    TermRow(
                        spellings={g: _spellings(row[g]) for g in of["groups"] if g in row},
                        when=row.get("when", ""),
                        as_written=row.get("as_written", False),
                    )
                    for row in of["terms"]
                ),
            )
            for of in table["characteristic"]
        ),
    )


def _spellings(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


# Faults ------------------------------------------------------------------------------------------


def _faults(table: Mapping[str, Any], where: _Where) -> Iterator[Problem]:
    yield from _keys(table, _TOP, _MUST, (), where)
    if "schema" in table and table["schema"] != SCHEMA:
        yield Problem(
            what=f"'{table['schema']}' is not how schema is written",
            where=where(("schema",)),
            mend=f'Use "{SCHEMA}"',
        )
    for key in ("name", "version"):
        if key in table and not _is_text(table[key]):
            yield Problem(
                what="it is not text in quotes", where=where((key,)), mend='Write it as "1"'
            )
    words = table.get("function_words", [])
    if not isinstance(words, list) or not all(_is_text(w) for w in words):
        yield _no_list(("function_words",), where)
    given = table.get("characteristic", [])
    if not isinstance(given, list) or not all(isinstance(c, dict) for c in given):
        yield Problem(
            what="it is not a list of tables",
            where=where(("characteristic",)),
            mend="Begin each characteristic with [[characteristic]]",
        )
        return
    if "characteristic" in table and not given:
        yield Problem(
            what="there is no characteristic, so no term would ever be exchanged",
            where=where(("characteristic",)),
            mend="Add one, or take the checks of texts out of force",
        )
    names = [of.get("name") for of in given]
    for number, of in enumerate(given):
        if names.index(of.get("name")) < number:
            yield Problem(
                what=f"'{of.get('name')}' is the name of another characteristic as well",
                where=where(("characteristic", number, "name")),
                mend="Give each its own name, and all its terms in one place",
            )
        yield from _characteristic(of, ("characteristic", number), where)


def _characteristic(of: Mapping[str, Any], path: KeyPath, where: _Where) -> Iterator[Problem]:
    yield from _keys(of, _OF_CHARACTERISTIC, _OF_CHARACTERISTIC, path, where)
    if "name" in of and not _is_text(of["name"]):
        yield Problem(
            what="it is not text in quotes", where=where((*path, "name")), mend='Write it as "sex"'
        )
    groups, rows = of.get("groups", []), of.get("terms", [])
    if not isinstance(groups, list) or not all(_is_text(g) for g in groups):
        yield _no_list((*path, "groups"), where)
        return
    if "groups" in of and len(set(groups)) < 2:
        yield Problem(
            what="fewer than two groups leave nothing to exchange",
            where=where((*path, "groups")),
            mend="Name two groups or more",
        )
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield Problem(
            what="it is not a list of tables",
            where=where((*path, "terms")),
            mend='Write each row as { female = "she", male = "he" }',
        )
        return
    for number, row in enumerate(rows):
        yield from _row(row, groups, (*path, "terms", number), where)
    yield from _clashes(rows, groups, path, where)


def _row(
    row: Mapping[str, Any], groups: Sequence[str], path: KeyPath, where: _Where
) -> Iterator[Problem]:
    for key in row:
        if key not in (*groups, *_OF_ROW):
            yield Problem(
                what=f"'{key}' is not a group of this characteristic",
                where=where((*path, key)),
                mend=nearest(key, (*groups, *_OF_ROW)) or f"The groups are: {', '.join(groups)}",
            )
    named = [g for g in groups if g in row]
    if len(named) < 2:
        yield Problem(
            what="a row with fewer than two groups has nothing to exchange",
            where=where(path),
            mend="Give a term of another group, or take the row out",
        )
    if row.get("when", BEFORE_NOUN) not in _WHEN:
        yield Problem(
            what=f"'{row['when']}' is not one of the words allowed here",
            where=where((*path, "when")),
            mend=f'Use "{BEFORE_NOUN}" or "{OTHERWISE}"',
        )
    if not isinstance(row.get("as_written", False), bool):
        yield Problem(
            what="it is neither true nor false",
            where=where((*path, "as_written")),
            mend="Write as_written = true",
        )
    for group in named:
        terms = _spellings(row[group])
        if not terms or not all(_is_term(t) for t in terms):
            yield Problem(
                what=f"a term is text of 1 to {_LONGEST_TERM} characters that begins and ends with "
                "a letter or digit",
                where=where((*path, group)),
                mend='Write "wheelchair user", or a list of spellings in square brackets',
            )


def _clashes(
    rows: Sequence[Mapping[str, Any]], groups: Sequence[str], path: KeyPath, where: _Where
) -> Iterator[Problem]:
    """Yield the terms that stand for two groups, or in two rows that nothing tells apart."""
    seen: dict[str, tuple[str, int, str]] = {}
    for number, row in enumerate(rows):
        for group in (g for g in groups if g in row):
            for term in _spellings(row[group]):
                if not _is_term(term):
                    continue
                when = str(row.get("when", ""))
                before, at, then = seen.setdefault(folded(term), (group, number, when))
                if (before, at) == (group, number) and term == _first(row[group], term):
                    continue
                line = where((*path, "terms", at, before)).split(",")[0].rpartition(":")[2]
                if before != group:
                    yield Problem(
                        what=f"'{term}' stands for {before} as well (line {line})",
                        where=where((*path, "terms", number, group)),
                        mend="Keep it in one group: a word of two groups tells of neither",
                    )
                elif at == number or not (when and then) or when == then:
                    yield Problem(
                        what=f"'{term}' stands in line {line} as well, and nothing tells which "
                        "row is meant",
                        where=where((*path, "terms", number, group)),
                        mend=f'Take it out of one, or say when = "{BEFORE_NOUN}" in one and '
                        f'"{OTHERWISE}" in the other',
                    )


def _first(value: Any, term: str) -> str:
    """Return the first spelling in a list that is looked up like this one."""
    return next((t for t in _spellings(value) if folded(t) == folded(term)), term)


def _keys(
    table: Mapping[str, Any],
    known: Sequence[str],
    required: Sequence[str],
    path: KeyPath,
    where: _Where,
) -> Iterator[Problem]:
    for key in table:
        if key not in known:
            yield Problem(
                what=f"'{key}' is not a key that a list of terms knows",
                where=where((*path, key)),
                mend=nearest(key, known) or f"Known keys: {', '.join(known)}",
            )
    for key in required:
        if key not in table:
            yield Problem(
                what=f"'{key}' is missing", where=where((*path, key)), mend=f"Add {key} = ..."
            )


def _no_list(path: KeyPath, where: _Where) -> Problem:
    return Problem(
        what="it is not a list of texts in square brackets",
        where=where(path),
        mend='Write it as ["one", "another"]',
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_term(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_TERM and bool(_TERM.fullmatch(value))
