"""Read a Standard's folder: every fault of every file in one message, and the digest of it all."""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from essex_standard.assessment import THEMES, StandardRef
from essex_standard.errors import Problem, StandardError, nearest
from essex_standard.standard.check import Check

SCHEMA = "essex-standard/1"


class _Header(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Annotated[str, Field(alias="schema", pattern=f"^{SCHEMA}$")]
    name: Annotated[str, Field(min_length=1)]
    version: Annotated[str, Field(min_length=1)]
    adopted: dt.date
    checks: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The adopted set of checks and rules.

    Attributes
    ----------
    checks : mapping of theme to tuple of Check
        In the order of ``standard.toml``.
    rules : tuple of str
        Codes of the rules in force.
    digest : str
        SHA-256 over ``standard.toml`` and every check in force, in sorted path order.
    strays : tuple of str
        Files in the folder that are not listed, told and not run.
    """

    name: str
    version: str
    adopted: str
    digest: str
    checks: Mapping[str, tuple[Check, ...]]
    rules: tuple[str, ...]
    strays: tuple[str, ...] = ()

    @property
    def ref(self) -> StandardRef:
        """What a report carries of the Standard."""
        return StandardRef(
            name=self.name, version=self.version, digest=self.digest, adopted=self.adopted
        )

    def __iter__(self) -> Iterator[tuple[str, Check]]:
        for theme, checks in self.checks.items():
            for check in checks:
                yield theme, check


def load_standard(
    folder: Traversable | Path | str,
    *,
    measures: Mapping[str, tuple[str, ...]],
    rules: Collection[str],
) -> Standard:
    """Read and check a Standard.

    Parameters
    ----------
    folder : path or Traversable
        Holds ``standard.toml`` and one folder a theme.
    measures : mapping of measure name to the scopes it can be taken across
    rules : collection of str
        Codes that exist.

    Raises
    ------
    StandardError
        Listing every fault with its file, line and mend.
    """
    root = Path(folder) if isinstance(folder, str) else folder
    if not (root / "standard.toml").is_file():
        raise StandardError.because(
            "there is no standard.toml in this folder",
            where=str(folder),
            mend="Name a folder that holds a Standard; 'essex-standard standard show' prints the "
            "shipped one",
        )
    problems: list[Problem] = []
    header_text = (root / "standard.toml").read_bytes()
    header = _parse(header_text, "standard.toml", _Header, problems)
    checks: dict[str, dict[str, Check]] = {}
    places: dict[str, str] = {}
    contents: dict[str, bytes] = {}
    for theme in sorted(t.name for t in root.iterdir() if t.is_dir() and t.name in THEMES):
        for entry in sorted((root / theme).iterdir(), key=lambda e: e.name):
            if not entry.name.endswith(".toml"):
                continue
            place = f"{theme}/{entry.name}"
            contents[place] = entry.read_bytes()
            check = _parse(contents[place], place, Check, problems)
            if check is None:
                continue
            if check.id in places:
                problems.append(
                    Problem(
                        what=f"the id {check.id} is used in {places[check.id]} as well",
                        where=f"{place}:{_line(contents[place], 'id')}",
                        mend="Give each check an id of its own",
                    )
                )
            places[check.id] = place
            checks.setdefault(theme, {})[check.id] = check
            problems += _check_problems(check, place, contents[place], measures)
    strays: tuple[str, ...] = ()
    if header is not None:
        problems += _header_problems(header, header_text, places, rules)
        strays = tuple(p for i, p in sorted(places.items()) if i not in header.checks)
    if problems or header is None:
        raise StandardError(problems)
    listed = {i: n for n, i in enumerate(header.checks)}
    ordered = {
        theme: tuple(
            sorted(
                (c for c in checks[theme].values() if c.id in listed), key=lambda c: listed[c.id]
            )
        )
        for theme in THEMES
        if theme in checks
    }
    return Standard(
        name=header.name,
        version=header.version,
        adopted=header.adopted.isoformat(),
        digest=_digest(
            {"standard.toml": header_text} | {places[i]: contents[places[i]] for i in listed}
        ),
        checks={t: c for t, c in ordered.items() if c},
        rules=header.rules,
        strays=strays,
    )


def _digest(contents: Mapping[str, bytes]) -> str:
    """Hash names and bytes; line endings are made one, as git may change them on the way."""
    total = hashlib.sha256()
    for name in sorted(contents):
        body = contents[name].replace(b"\r\n", b"\n")
        total.update(f"{name}\0{len(body)}\0".encode())
        total.update(body)
    return f"sha256:{total.hexdigest()}"


def _parse(raw: bytes, place: str, model: Any, problems: list[Problem]) -> Any:
    try:
        table = tomllib.loads(raw.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(
            Problem(what=f"it is not readable TOML: {error}", where=place, mend="Mend that line")
        )
        return None
    try:
        return model.model_validate(table)
    except ValidationError as invalid:
        fields = [f.alias or n for n, f in model.model_fields.items()]
        problems += [_worded(fault, place, raw, fields) for fault in invalid.errors()]
        return None


def _worded(fault: Any, place: str, raw: bytes, fields: list[str]) -> Problem:
    path = [str(p) for p in fault["loc"] if not str(p).startswith(("function-", "tuple["))]
    key = ".".join(path) or "the file"
    where = f"{place}:{_line(raw, path[-1] if path else '')}, {key}"
    if fault["type"] == "extra_forbidden":
        return Problem(
            what=f"'{path[-1]}' is not a key that a Standard knows",
            where=where,
            mend=nearest(path[-1], _known_keys(path, fields)) or f"Known keys: {', '.join(fields)}",
        )
    if fault["type"] == "missing":
        return Problem(what=f"'{path[-1]}' is missing", where=where, mend=f"Add {path[-1]} = ...")
    text = str(fault["msg"]).removeprefix("Value error, ")
    if path and path[-1] == "minimum":
        text = "a minimum below 10 lets single people decide"
        return Problem(what=text, where=where, mend="Use 10 or more; the usual minimum is 50")
    return Problem(what=text[0].lower() + text[1:], where=where, mend="Correct the value")


def _known_keys(path: list[str], fields: list[str]) -> list[str]:
    inner = {
        "limit": ["at_most", "at_least", "between"],
        "evidence": ["confidence", "minimum", "of", "near_certain"],
        "applies_when": ["polarity", "stage"],
    }
    return inner.get(path[0], fields) if len(path) > 1 else fields


def _check_problems(
    check: Check, place: str, raw: bytes, measures: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    if check.measure not in measures:
        yield Problem(
            what=f"there is no measure '{check.measure}'",
            where=f"{place}:{_line(raw, 'measure')}, measure",
            mend=nearest(check.measure, measures)
            or f"The measures are: {', '.join(sorted(measures))}",
        )
        return
    wrong = [a for a in check.across if a not in measures[check.measure]]
    if wrong:
        yield Problem(
            what=f"{check.measure} cannot be taken across {', '.join(wrong)}",
            where=f"{place}:{_line(raw, 'across')}, across",
            mend=f"Use {' or '.join(measures[check.measure])}",
        )
    if check.limit is not None:
        gap = check.measure.endswith("_difference") and "baseline" not in check.measure
        bounds = [abs(end) for end in check.limit.ends if end is not None]
        if gap and (check.limit.at_least is not None or max(bounds) > 0.5):
            yield Problem(
                what="no model could fail this limit: gaps above 0.5 are hardly ever seen",
                where=f"{place}:{_line(raw, 'limit')}, limit",
                mend="Use limit = { at_most = 0.10 } or another value up to 0.5",
            )
        if check.measure.endswith("_ratio") and (
            check.limit.at_least is not None and check.limit.at_least <= 0
        ):
            yield Problem(
                what="no model could fail this limit: a ratio is never below 0",
                where=f"{place}:{_line(raw, 'limit')}, limit",
                mend="Use limit = { at_least = 0.8 } or another value above 0",
            )


def _header_problems(
    header: Any, raw: bytes, places: Mapping[str, str], rules: Collection[str]
) -> Iterator[Problem]:
    for identifier in header.checks:
        if identifier not in places:
            yield Problem(
                what=f"the check {identifier} is listed, and no file has that id",
                where=f"standard.toml:{_line(raw, 'checks')}, checks",
                mend=nearest(identifier, places) or "Add its file, or take it off the list",
            )
    for code in header.rules:
        if code not in rules:
            yield Problem(
                what=f"there is no rule {code}",
                where=f"standard.toml:{_line(raw, 'rules')}, rules",
                mend=f"The rules are: {', '.join(rules)}",
            )
    for name, listed in (("checks", header.checks), ("rules", header.rules)):
        for twice in sorted({i for i in listed if listed.count(i) > 1}):
            yield Problem(
                what=f"{twice} is listed twice",
                where=f"standard.toml:{_line(raw, name)}, {name}",
                mend="List it once",
            )


def _line(raw: bytes, key: str) -> int:
    """Return the line on which `key` is set, or 1."""
    for number, line in enumerate(raw.decode("utf-8", "replace").splitlines(), start=1):
        text = line.strip()
        if key and (text.startswith((f"{key} ", f"{key}=", f"[{key}]")) or f" {key} =" in text):
            return number
    return 1
