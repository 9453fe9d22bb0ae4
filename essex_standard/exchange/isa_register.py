r"""An agreement as a row in the layout of GOV.UK's information sharing agreement register.

That register (GOV.UK Registers, 2018 to 2019, since closed) held agreements under Part 5 of the
Digital Economy Act 2017. The layout is kept because it is the only published one: a row in it is no
claim that the agreement belonged in that register. Its eighteen fields are `FIELDS`.

    agreement -> row (text or lists of text) -> CSV -> the same row

Several values stand in one cell with ``;`` between them, and a ``;`` of a value's own as ``\;``. A
cell that a spreadsheet would take for a formula gets an apostrophe, which reading takes off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from essex_standard.errors import DataError
from essex_standard.submission.agreement import DataSharingAgreement, Party
from essex_standard.submission.vocabularies import CONTROLLERS, PROCESSORS

KEY = "information-sharing-agreement"
"""Name of the first field by default; in the register it was the register's own name."""

FIELDS = (
    "name",
    "purpose",
    "information-sharing-benefits",
    "legal-power-disclosure",
    "disclosed-information",
    "controllers",
    "controller-names",
    "information-sharing-method",
    "processors",
    "processor-names",
    "retention-period",
    "start-date",
    "end-date",
    "review-date",
    "contact",
    "areas",
    "area-names",
)
"""The fields beside the key, in their order."""

LISTS = frozenset(
    {
        "legal-power-disclosure",
        "disclosed-information",
        "controllers",
        "controller-names",
        "processors",
        "processor-names",
        "areas",
        "area-names",
    }
)
"""Fields that hold several values; those of `disclosed-information` stand on lines of their own."""

Row = Mapping[str, str | tuple[str, ...]]

# What a spreadsheet may run when a cell begins with it; the apostrophes before are those of a value
# that begins with one itself, so that taking one off always gives the value back.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_LINES = "disclosed-information"
_NOT_SAID = "not stated"


def register_row(
    agreement: DataSharingAgreement, *, key: str = KEY, columns: bool = True
) -> dict[str, str | tuple[str, ...]]:
    """Return what the eighteen fields hold of an agreement.

    Parameters
    ----------
    key : str
        Name of the field that holds the id.
    columns : bool
        Whether the columns of each dataset are named; not where only a summary may be published.
    """
    controllers = [p for p in agreement.party if p.role in CONTROLLERS]
    processors = [p for p in agreement.party if p.role in PROCESSORS]
    dates, sharing = agreement.dates, agreement.sharing
    row: dict[str, str | tuple[str, ...]] = {
        key: agreement.id,
        "name": agreement.title,
        "purpose": agreement.purpose.statement,
        "information-sharing-benefits": agreement.purpose.benefits,
        "legal-power-disclosure": _powers(agreement),
        _LINES: tuple(_disclosed(agreement, named=columns)),
        "controllers": _codes(controllers),
        "controller-names": tuple(p.name or p.id for p in controllers),
        "information-sharing-method": label(sharing.method or ""),
        "processors": _codes(processors),
        "processor-names": tuple(p.name or p.id for p in processors),
        "retention-period": agreement.retention.period,
        "start-date": "" if dates.start is None else dates.start.isoformat(),
        "end-date": "" if dates.end is None else dates.end.isoformat(),
        "review-date": "" if dates.review is None else dates.review.isoformat(),
        "contact": agreement.contact,
        "areas": sharing.areas,
        "area-names": sharing.area_names,
    }
    return {
        name: _plain(v) if isinstance(v, str) else tuple(_plain(one) or _NOT_SAID for one in v)
        for name, v in row.items()
    }


def to_csv(rows: Sequence[Row], *, key: str = KEY) -> str:
    """Return rows as CSV with a header (RFC 4180: lines end in CR LF)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    header = (key, *FIELDS)
    writer.writerow(header)
    for row in rows:
        writer.writerow([_safe(_cell(name, row[name])) for name in header])
    return out.getvalue()


def from_csv(text: str, *, key: str = KEY) -> tuple[dict[str, str | tuple[str, ...]], ...]:
    """Read what `to_csv` wrote.

    Raises
    ------
    DataError
        If the header is another, or a line has more or fewer cells.
    """
    lines = list(csv.reader(io.StringIO(text, newline="")))
    header = (key, *FIELDS)
    if not lines or tuple(lines[0]) != header:
        raise DataError.because(
            "the header is not that of the register's layout",
            where="line 1",
            mend=f"Let the first line read: {','.join(header)}",
        )
    for i, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise DataError.because(
                f"{len(line)} cells where there are {len(header)} fields",
                where=f"row {i}",
                mend="Give each field a cell, empty where nothing is known",
            )
    return tuple(
        {name: _value(name, _unsafe(cell)) for name, cell in zip(header, line, strict=True)}
        for line in lines[1:]
    )


def label(code: str) -> str:
    """Return a code of a vocabulary in words: ``Secure file transfer``."""
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]


def _powers(agreement: DataSharingAgreement) -> tuple[str, ...]:
    """Return the powers by which parties that provide data disclose them, each once."""
    provides = {p.id for p in agreement.party if p.provides}
    rows = (row for row in agreement.legal if row.party in provides)
    return tuple(dict.fromkeys(power for row in rows for power in row.gateway))


def _disclosed(agreement: DataSharingAgreement, *, named: bool) -> Iterable[str]:
    for dataset in agreement.dataset:
        said = " ".join((dataset.description or dataset.name).split()).removesuffix(".")
        names = ", ".join(" ".join(c.name.split()) for c in dataset.column)
        if not named:
            names = f"{len(dataset.column)} columns, whose names are not published"
        yield f"{said}: {names}" if said else names


def _plain(text: str) -> str:
    """Return a text without the null character, which CSV cannot hold."""
    return text.replace("\0", "")


def _codes(parties: Sequence[Party]) -> tuple[str, ...]:
    return tuple(p.register_code or f"unregistered:{p.id}" for p in parties)


def _cell(name: str, value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return value
    if name == _LINES:
        return "\n".join(value)
    return ";".join(v.replace("\\", "\\\\").replace(";", "\\;") for v in value)


def _value(name: str, cell: str) -> str | tuple[str, ...]:
    if name not in LISTS:
        return cell
    if not cell:
        return ()
    if name == _LINES:
        return tuple(cell.split("\n"))
    values, escaped = [""], False
    for character in cell:
        if escaped or character not in "\\;":
            values[-1] += character
            escaped = False
        elif character == ";":
            values.append("")
        else:
            escaped = True
    return tuple(values)


def _safe(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unsafe(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
