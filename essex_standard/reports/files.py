"""Files whole or not at all, and JSON whose bytes and digest are always the same."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from essex_standard.errors import AssessmentFileError, OutputError


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file whole or leave what was there; a link is replaced, not followed.

    Parameters
    ----------
    mode : int
        Permissions, which the user's umask may narrow further; they hold from the first byte.

    Raises
    ------
    OutputError
        If the folder or file cannot be written.
    """
    # An unforeseeable name that must not exist yet: nobody can put a link of theirs in its place.
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        try:
            with os.fdopen(os.open(draft, flags, mode), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except (OSError, ValueError) as error:  # a name with a null byte is a ValueError
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise OutputError.because(
            f"it cannot be written ({reason})",
            where=str(path),
            mend="Name a folder that you may write to",
        ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file as it was read: its content, its digest, and what plain JSON does not allow."""

    content: dict[str, Any]
    digest: str
    odd: frozenset[str]


def read_stored(path: Path) -> StoredFile:
    """Read JSON, packed or not.

    Raises
    ------
    AssessmentFileError
        If the file cannot be read, or is not a JSON table.
    """
    odd: set[str] = set()
    try:
        raw = path.read_bytes()
        packed = raw[:2] == b"\x1f\x8b"
        content = json.loads(
            gzip.decompress(raw) if packed else raw,
            parse_constant=lambda word: _odd_number(word, odd),
            object_pairs_hook=_without_doubles(odd),
        )
    except FileNotFoundError as error:
        raise AssessmentFileError.because(
            "there is no such file", where=str(path), mend="Check the path"
        ) from error
    except (OSError, EOFError, RecursionError, ValueError, zlib.error) as error:
        raise AssessmentFileError.because(
            f"it cannot be read as an assessment ({type(error).__name__})",
            where=str(path),
            mend="Use the file that 'essex-standard assess' wrote",
        ) from None
    if not isinstance(content, dict):
        raise AssessmentFileError.because(
            "it is not an assessment", where=str(path), mend="Give assessment.json"
        )
    return StoredFile(
        content=content,
        digest=f"sha256:{hashlib.sha256(raw).hexdigest()}",
        odd=frozenset(odd),
    )


def _odd_number(word: str, odd: set[str]) -> float:
    odd.add(f"the word {word}")
    return float(word)


def _without_doubles(odd: set[str]) -> Callable[[list[tuple[str, Any]]], dict[str, Any]]:
    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            odd.add("a key twice")
        return found

    return table


def canonical(content: dict[str, Any]) -> str:
    """Return the one spelling of a JSON table that digests are taken of."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(content: dict[str, Any]) -> str:
    """Return the digest of a JSON table."""
    return f"sha256:{hashlib.sha256(utf8(canonical(content))).hexdigest()}"


def utf8(text: str) -> bytes:
    """Return UTF-8; half a surrogate pair, which has no UTF-8, becomes the mark for the unknown."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8")
