"""A TOML file as it was read: its data, its digest, and the line on which each key stands.

The standard library parses TOML but forgets positions. The scanner here walks the text a second
time, after the parser has accepted it, and notes where each key path begins; it judges nothing.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from essex_standard.errors import SubmissionError

Key = str | int
KeyPath = tuple[Key, ...]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\r\n]*")
_SHORT_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TomlFile:
    """One TOML file, read once.

    Attributes
    ----------
    name : str
        How messages call it.
    path : pathlib.Path
        Where it was read.
    data : mapping
        The parsed document.
    positions : mapping of key path to (line, column)
        Both counted from 1; a key path is a tuple of names and, in arrays, indices from 0.
    digest : str
        ``sha256:`` and the digest of the file's bytes.
    """

    name: str
    path: Path
    data: Mapping[str, Any] = field(repr=False)
    positions: Mapping[KeyPath, tuple[int, int]] = field(repr=False)
    digest: str

    def position(self, key: Sequence[Key]) -> tuple[int, int] | None:
        """Return line and column of a key path, or of the nearest table around it."""
        path = tuple(key)
        while path:
            if path in self.positions:
                return self.positions[path]
            path = path[:-1]
        return None

    def line(self, key: Sequence[Key]) -> int | None:
        """Return the line of a key path, or of the nearest table around it."""
        found = self.position(key)
        return found[0] if found else None

    def where(self, key: Sequence[Key]) -> str:
        """Return ``file:line, key.path``, as every message about the file says it."""
        line = self.line(key)
        place = f"{self.name}:{line}" if line else self.name
        return f"{place}, {dotted(key)}" if key else place


def dotted(key: Sequence[Key]) -> str:
    """Return a key path as it is written: ``party[2].role`` (indices count from 0)."""
    text = ""
    for part in key:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def read_toml(path: Path, *, name: str = "") -> TomlFile:
    """Read a TOML file with the positions of its keys.

    Parameters
    ----------
    path : pathlib.Path
        The file; UTF-8, with or without a byte order mark (Windows editors write one).
    name : str, optional
        How messages call it; the path as given by default.

    Raises
    ------
    SubmissionError
        Code F1, with the line where known, if it cannot be read, is not UTF-8 or is not TOML.
    """
    name = name or str(path)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise SubmissionError.because(
            "There is no such file",
            where=name,
            mend="Check the path, or run 'essex-standard init' to start a submission",
            code="F1",
        ) from None
    except OSError as error:
        raise SubmissionError.because(
            f"The file cannot be read ({error.strerror or type(error).__name__})",
            where=name,
            mend="Check that it is a file and that you may read it",
            code="F1",
        ) from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SubmissionError.because(
            "The file is not UTF-8 text",
            where=f"{name}:{line}",
            mend="Save it with the encoding UTF-8",
            code="F1",
        ) from None
    data = _parse(text, name)
    return TomlFile(
        name=name,
        path=path,
        data=data,
        positions=_WhenAsked(text),
        digest=f"sha256:{hashlib.sha256(raw).hexdigest()}",
    )


def positions_of(text: str) -> Mapping[KeyPath, tuple[int, int]]:
    """Return line and column of each key path of a text that is valid TOML; see `TomlFile`."""
    return _Scanner(text).positions()


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError is one; so is a number of thousands of digits
        message = str(error)
        found = _POSITION.search(message)
        line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
        fault = message.split(" (at ", maxsplit=1)[0]
        raise SubmissionError.because(
            f"The file is not valid TOML: {fault}",
            where=f"{name}:{line}, column {column}",
            mend='Text stands in quotes, dates do not, lists in square brackets: key = "value"',
            code="F1",
        ) from None
    except RecursionError:
        raise SubmissionError.because(
            "The file is nested too deeply to be read",
            where=name,
            mend="Write it in the shape of the schema",
            code="F1",
        ) from None


class _WhenAsked(Mapping[KeyPath, tuple[int, int]]):
    """Positions that are looked for when somebody asks: a file without a fault is read faster."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[KeyPath, tuple[int, int]] | None = None

    def _found(self) -> dict[KeyPath, tuple[int, int]]:
        if self._known is None:
            self._known = _Scanner(self._text).positions()
        return self._known

    def __getitem__(self, key: KeyPath) -> tuple[int, int]:
        return self._found()[key]

    def __iter__(self) -> Iterator[KeyPath]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())


class _Scanner:
    """Walks a valid TOML text and notes the offset at which each key path begins."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: dict[KeyPath, int] = {}
        self._last: dict[KeyPath, int] = {}  # index of the newest table of each array of tables

    def positions(self) -> dict[KeyPath, tuple[int, int]]:
        table: KeyPath = ()
        self._skip(_GAP)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_GAP)
        starts = [0, *(m.end() for m in re.finditer("\n", self._text))]
        return {
            path: ((row := bisect_right(starts, offset)), offset - starts[row - 1] + 1)
            for path, offset in self._found.items()
        }

    def _header(self) -> KeyPath:
        start = self._at
        double = self._text.startswith("[[", start)
        self._at += 2 if double else 1
        names = self._names()
        self._at += 2 if double else 1
        path: KeyPath = ()
        for depth, name in enumerate(names):
            path = (*path, name)
            self._found.setdefault(path, start)
            if double and depth == len(names) - 1:
                self._last[path] = self._last.get(path, -1) + 1
            if path in self._last:
                path = (*path, self._last[path])
                self._found.setdefault(path, start)
        return path

    def _pair(self, table: KeyPath) -> None:
        start = self._at
        path = table
        for name in self._names():
            path = (*path, name)
            self._found.setdefault(path, start)
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _names(self) -> list[str]:
        names: list[str] = []
        while True:
            self._skip(_BLANK)
            if self._text[self._at] in "\"'":
                start = self._at
                self._string()
                names.append(tomllib.loads(f"k = {self._text[start : self._at]}")["k"])
            else:
                names.append(self._skip(_BARE_KEY))
            self._skip(_BLANK)
            if self._text[self._at] != ".":
                return names
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        match self._text[self._at]:
            case '"' | "'":
                self._string()
            case "[":
                self._items(path, closing="]")
            case "{":
                self._items(path, closing="}")
            case _:
                self._skip(_SCALAR)

    def _items(self, path: KeyPath, *, closing: str) -> None:
        """Walk an array or an inline table, from its opening to past its closing bracket."""
        self._at += 1
        index = 0
        self._skip(_GAP)
        while self._text[self._at] != closing:
            if closing == "]":
                self._found.setdefault((*path, index), self._at)
                self._value((*path, index))
                index += 1
            else:
                self._pair(path)
            self._skip(_GAP)
            if self._text[self._at] == ",":
                self._at += 1
                self._skip(_GAP)
        self._at += 1

    def _string(self) -> None:
        quote = self._text[self._at]
        closing = quote * 3
        if not self._text.startswith(closing, self._at):
            self._skip(_SHORT_STRING)
            return
        self._at += len(closing)
        while not self._text.startswith(closing, self._at):
            escaped = quote == '"' and self._text[self._at] == "\\"
            self._at += 2 if escaped else 1
        self._at += len(closing)
        # A long string may end in one or two quotes of its own before the closing three.
        while self._text.startswith(quote, self._at):
            self._at += 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]
