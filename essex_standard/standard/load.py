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
from essex_standard.experiments.lexicon import Lexicon
from essex_standard.standard.check import Check
from essex_standard.standard.faults import SCHEMA, lines_of, worded
from essex_standard.standard.groupings import FOLDER, KINDS, Groupings, together
from essex_standard.standard.lexicon import PLACE, lexicon_in_force
from essex_standard.standard.sense import check_problems, unknown_measure


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
        SHA-256 over ``standard.toml``, every check in force and the list of identity terms, in
        sorted path order.
    strays : tuple of str
        Files in the folder that are not listed, told and not run.
    groupings : Groupings or None
        What ``groupings/`` holds; None where there is no such folder. The digest covers it.
    lexicon : Lexicon or None
        Identity terms that are exchanged in texts: the folder's own list, or the shipped one if a
        check in force needs it.
    """

    name: str
    version: str
    adopted: str
    digest: str
    checks: Mapping[str, tuple[Check, ...]]
    rules: tuple[str, ...]
    strays: tuple[str, ...] = ()
    groupings: Groupings | None = None
    lexicon: Lexicon | None = None

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
    if header is None:
        raise StandardError(problems)
    checks: dict[str, dict[str, Check]] = {}
    places: dict[str, str] = {}
    strays: list[str] = []
    unnamed: dict[str, list[Problem]] = {}
    contents = dict(_files(root))
    beside = {p: contents.pop(p) for p in list(contents) if p.startswith(f"{FOLDER}/")}
    groupings = _groupings(beside, problems)
    own_terms = contents.pop(PLACE, None)
    for place, raw in contents.items():
        theme = place.partition("/")[0]
        of_a_theme = theme in THEMES and place.count("/") == 1
        identifier = _id(raw)
        if identifier not in header.checks and (identifier is not None or not of_a_theme):
            strays.append(place)
            continue
        if identifier is None:
            _parse(raw, place, Check, unnamed.setdefault(place, []))
            continue
        check = _parse(raw, place, Check, problems)
        if not of_a_theme:
            problems.append(_no_theme(identifier, place))
        if identifier in places:
            problems.append(
                Problem(
                    what=f"the id {identifier} is used in {places[identifier]} as well",
                    where=f"{place}:{lines_of(raw)('id')}",
                    mend="Give each check an id of its own",
                )
            )
        places[identifier] = place
        if check is None:
            problems += _measure_besides(raw, place, measures)
        else:
            checks.setdefault(theme, {})[check.id] = check
            problems += check_problems(check, place, lines_of(raw), measures)
    if all(identifier in places for identifier in header.checks):
        # Every check that is listed was found, so a file that cannot be read is nobody's check.
        strays += unnamed
    else:
        problems += [fault for faults in unnamed.values() for fault in faults]
    problems += _header_problems(header, header_text, places, rules)
    in_force = [c for of in checks.values() for c in of.values()]
    terms, lexicon = lexicon_in_force(own_terms, in_force, problems)
    if problems:
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
            {"standard.toml": header_text}
            | {places[i]: contents[places[i]] for i in listed}
            | beside
            | terms
        ),
        checks={t: c for t, c in ordered.items() if c},
        rules=header.rules,
        strays=tuple(sorted(strays)),
        groupings=groupings,
        lexicon=lexicon,
    )


def _groupings(files: Mapping[str, bytes], problems: list[Problem]) -> Groupings | None:
    """Return the groupings that lie beside the checks, each file checked; None without any."""
    if not files:
        return None
    read: dict[str, BaseModel] = {}
    for place, raw in files.items():
        try:
            schema = tomllib.loads(raw.decode("utf-8-sig")).get("schema")
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            schema = next(iter(KINDS))  # told as unreadable below
        if not isinstance(schema, str) or schema not in KINDS:
            problems.append(
                Problem(
                    what="its schema is none of a file that groups are read by",
                    where=f"{place}:{lines_of(raw)('schema')}, schema",
                    mend=f"Use one of: {', '.join(KINDS)}",
                )
            )
            continue
        found = _parse(raw, place, KINDS[schema], problems)
        if found is not None:
            read[place] = found
    return together(read)


def _files(folder: Traversable | Path, before: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the path and bytes of every TOML file below a Standard's folder, in sorted order."""
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        place = f"{before}{entry.name}"
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _files(entry, f"{place}/")
        elif entry.name.endswith(".toml") and place != "standard.toml":
            yield place, entry.read_bytes()


def _id(raw: bytes) -> str | None:
    """Return the id that a file gives itself; None if it gives none or cannot be read."""
    try:
        found = tomllib.loads(raw.decode("utf-8-sig")).get("id")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None
    return found if isinstance(found, str) else None


def _measure_besides(
    raw: bytes, place: str, measures: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    """Yield the unknown measure of a check that has other faults, so that all are told at once."""
    name = tomllib.loads(raw.decode("utf-8-sig")).get("measure")
    if isinstance(name, str) and name not in measures:
        yield unknown_measure(name, place, lines_of(raw), measures)


def _no_theme(identifier: str, place: str) -> Problem:
    folder = place.rpartition("/")[0]
    return Problem(
        what=f"the check {identifier} does not lie in a theme's folder",
        where=place,
        mend=f"{nearest(folder, THEMES)} The themes are: {', '.join(THEMES)}".strip(),
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
        keys = [f.alias or n for n, f in model.model_fields.items()]
        problems += worded(invalid, place, lines_of(raw), keys)
        return None


def _header_problems(
    header: Any, raw: bytes, places: Mapping[str, str], rules: Collection[str]
) -> Iterator[Problem]:
    for identifier in header.checks:
        if identifier not in places:
            yield Problem(
                what=f"the check {identifier} is listed, and no file has that id",
                where=f"standard.toml:{lines_of(raw)('checks')}, checks",
                mend=nearest(identifier, places) or "Add its file, or take it off the list",
            )
    for code in header.rules:
        if code not in rules:
            yield Problem(
                what=f"there is no rule {code}",
                where=f"standard.toml:{lines_of(raw)('rules')}, rules",
                mend=f"The rules are: {', '.join(rules)}",
            )
    for name, listed in (("checks", header.checks), ("rules", header.rules)):
        for twice in sorted({i for i in listed if listed.count(i) > 1}):
            yield Problem(
                what=f"{twice} is listed twice",
                where=f"standard.toml:{lines_of(raw)(name)}, {name}",
                mend="List it once",
            )
