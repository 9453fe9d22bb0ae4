"""The faults of a Standard's files in our own words: what, in which file and line, how to mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from essex_standard.errors import Problem, nearest

SCHEMA = "essex-standard/1"
Lines = Callable[[str], int]

_TYPE_STEPS = ("function-", "tuple[", "constrained-", "lax-or-strict")
_EXPECTED = {
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
    "string": "text in quotes",
    "int": "a number",
    "float": "a number",
    "tuple": "a list in square brackets",
    "too_": "a list of two numbers",
    "model": "a table in curly brackets",
    "date": "a date such as 2026-11-23, without quotes",
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": "a number of at most {le}",
    "greater_than": "a number above {gt}",
    "less_than": "a number below {lt}",
}
"""What a value should have been, by the beginning of the kind of fault."""


def worded(
    invalid: ValidationError, place: str, line: Lines, keys: Sequence[str]
) -> Iterator[Problem]:
    """Yield every fault of a file once.

    Parameters
    ----------
    place : str
        The file, as messages call it.
    line : callable
        From a key to its line.
    keys : sequence of str
        Keys that the file may hold at its top.
    """
    # A value that is neither a whole nor a broken number fails twice: it is told once.
    told = {_path(fault): fault for fault in reversed(invalid.errors())}
    for fault in reversed(told.values()):
        yield _worded(fault, place, line, keys)


def _path(fault: Any) -> tuple[str, ...]:
    """Return the keys to a fault, without the steps that stand for types and for list places."""
    steps = [str(p) for p in fault["loc"] if isinstance(p, str)]
    return tuple(s for s in steps if not s.startswith(_TYPE_STEPS) and s not in {"int", "float"})


def _worded(fault: Any, place: str, line: Lines, fields: Sequence[str]) -> Problem:
    path = _path(fault)
    key = ".".join(path) or "the file"
    name = path[-1] if path else ""
    where = f"{place}:{line(name)}, {key}"
    context = fault.get("ctx", {})
    match fault["type"]:
        case "extra_forbidden":
            known = _known_keys(path, fields)
            return Problem(
                what=f"'{name}' is not a key that a Standard knows",
                where=where,
                mend=nearest(name, known) or f"Known keys: {', '.join(known)}",
            )
        case "missing":
            return Problem(what=f"'{name}' is missing", where=where, mend=f"Add {name} = ...")
        case "literal_error":
            allowed = str(context["expected"]).replace("'", '"')
            value = str(fault["input"])
            near = nearest(value, re.findall(r'"([^"]*)"', allowed))
            return Problem(
                what=f"'{value}' is not one of the words allowed here",
                where=where,
                mend=f"{near} Use {allowed}".strip(),
            )
        case "string_pattern_mismatch":
            mend = f'Use "{SCHEMA}"' if name == "schema" else "Use capitals and a number: BIAS-02"
            return Problem(
                what=f"'{fault['input']}' is not how {name} is written", where=where, mend=mend
            )
    if name == "minimum":
        text = "a minimum below 10 lets single people decide"
        return Problem(what=text, where=where, mend="Use 10 or more; the usual minimum is 50")
    expected = next((w for kind, w in _EXPECTED.items() if fault["type"].startswith(kind)), "")
    if expected:
        expected = expected.format(**context)
        return Problem(what=f"it is not {expected}", where=where, mend=f"Give {expected}")
    text = str(fault["msg"]).removeprefix("Value error, ")
    return Problem(what=text[0].lower() + text[1:], where=where, mend="Correct the value")


def _known_keys(path: tuple[str, ...], fields: Sequence[str]) -> Sequence[str]:
    inner = {
        "limit": ["at_most", "at_least", "between"],
        "evidence": ["confidence", "minimum", "of", "near_certain", "unknown_at_most"],
        "applies_when": ["polarity", "stage", "declared"],
    }
    return inner.get(path[0], fields) if len(path) > 1 else fields


def _line(raw: bytes, key: str) -> int:
    """Return the line on which `key` is set, or 1."""
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), start=1):
        text = line.strip()
        if key and (
            text.startswith((f"{key} ", f"{key}=", f"[{key}]", f"[[{key}]]"))
            or re.search(rf"[{{,]\s*{re.escape(key)}\s*=", text)
        ):
            return number
    return 1


def lines_of(raw: bytes) -> Lines:
    """Return the function from a key to the line on which a file sets it."""
    return lambda key: _line(raw, key)
