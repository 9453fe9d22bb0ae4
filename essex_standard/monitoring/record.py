"""The monitoring record: what each look found, in protected figures, and the evidence behind it.

    monitoring.evidence   mode 0600, RESTRICTED: the record, and each batch's Evidence; no row
    monitoring.json       the record alone, protected

The restricted file is the record; the other is made from it. It is replaced in one step, so that an
interrupted look leaves it as it was, and whatever is beside it can be made again.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any

from essex_standard.assessment import Finding, StandardRef, Verdict
from essex_standard.errors import AssessmentFileError
from essex_standard.evidence.evidence import Evidence
from essex_standard.measurement import Measurement
from essex_standard.reports.files import canonical, digest_of, read_stored, utf8
from essex_standard.reports.store import plain
from essex_standard.reports.stored_form import Reader

SCHEMA = "essex-standard/monitoring/1"
STORE_SCHEMA = "essex-standard/monitoring-store/1"
MARKING = (
    "RESTRICTED: unrounded counts of small groups of people, batch by batch. Keep it where the "
    "data are kept; never attach, publish or commit it."
)
MEND = "Use the file as 'essex-standard monitor' wrote it, or begin a new record in another folder"


class Standing(str, Enum):
    """What a finding of a batch means beside the assessment that was approved."""

    HOLDS = "holds"
    MOVED = "moved"
    AS_DECIDED = "as decided"
    WATCHED = "watched"
    AWAITED = "awaited"
    LOST = "lost"
    AS_ASSESSED = "as assessed"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One check asked of a batch, or of what has accumulated."""

    finding: Finding
    standing: Standing
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One batch.

    Attributes
    ----------
    batch, outcomes : str
        Digests of its rows, and of its outcomes (empty: none known).
    period : str
        As charts call it.
    on : str
        Its last day as far as dates tell, else the day of the look.
    looked_on, outcomes_on : str
        The days on which it was looked at, and on which its outcomes were (empty: not yet).
    look, outcome_look : int
        Which look of its year each was; by it the false alarm rate is spent.
    due : str
        The day from which outcomes can be asked for; empty where nobody said.
    judged : bool
        Whether what needs outcomes was judged.
    rows, known : int or None
        People, and those of known outcome, rounded; None where withheld.
    figures : tuple of Measurement
        What charts show, protected.
    """

    batch: str
    outcomes: str
    period: str
    on: str
    looked_on: str
    outcomes_on: str
    look: int
    outcome_look: int
    due: str
    judged: bool
    rows: int | None
    known: int | None
    verdict: Verdict
    seen: tuple[Seen, ...]
    figures: tuple[Measurement, ...]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A day on which the records changed for a known reason."""

    on: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop criterion, word for word, and whether it is met with.

    Attributes
    ----------
    answer : str
        ``triggered``, ``not triggered``, ``cannot tell`` or ``for people to judge``.
    """

    words: str
    answer: str
    statement: str
    who_stops: str = ""
    within_days: int | None = None
    figures: tuple[Measurement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything that monitoring found so far, in protected figures."""

    name: str
    assessed_on: str
    assessed_period: str
    assessment: str
    standard: StandardRef
    looks_a_year: int
    verdict: Verdict
    baseline: tuple[Measurement, ...] = ()
    breaks: tuple[Break, ...] = ()
    entries: tuple[Entry, ...] = ()
    stops: tuple[Stop, ...] = ()
    watch: tuple[Seen, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The record and the Evidence of every batch, by the batch's digest."""

    record: Record
    evidence: Mapping[str, Evidence] = field(default_factory=dict, repr=False)


def record_dict(record: Record) -> dict[str, Any]:
    """Return the protected record as plain data, with its digest."""
    content = {"schema": SCHEMA, **plain(record)}
    return {**content, "digest": digest_of(content)}


def store_bytes(held: Held) -> bytes:
    """Return the bytes of the restricted file; the same record gives the same bytes."""
    content = {
        "schema": STORE_SCHEMA,
        "marking": MARKING,
        "record": plain(held.record),
        "evidence": {k: e.to_dict() for k, e in sorted(held.evidence.items())},
    }
    content["digest"] = digest_of(content)
    return gzip.compress(utf8(canonical(content)), compresslevel=6, mtime=0)


def read_store(path: Path) -> Held | None:
    """Return the record so far; None where there is none yet.

    Raises
    ------
    AssessmentFileError
        If the file is there and cannot be used.
    """
    if not path.exists():
        return None
    stored = read_stored(path)
    if stored.content.get("schema") != STORE_SCHEMA:
        raise AssessmentFileError.because(
            f"it is not a monitoring record in the form {STORE_SCHEMA}",
            where=f"{path}, schema",
            mend="Begin a new record in another folder; this one stays as it is",
        )
    content = stored.content
    digest = content.pop("digest", None)
    if digest != digest_of(content):
        raise AssessmentFileError.because(
            "its content does not match its digest: it was changed after it was written",
            where=str(path),
            mend=MEND,
        )
    reader = Reader(str(path))
    record = reader.read(Record, content.get("record"), "record")
    if reader.problems:
        raise AssessmentFileError(reader.problems)
    try:
        evidence = {k: Evidence.from_dict(e) for k, e in content["evidence"].items()}
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # The error's own words may quote the evidence; its kind is all that may be said.
        raise AssessmentFileError.because(
            f"its evidence is damaged ({type(error).__name__})", where=str(path), mend=MEND
        ) from None
    if set(evidence) != {e.batch for e in record.entries}:
        raise AssessmentFileError.because(
            "its batches and their evidence do not belong together", where=str(path), mend=MEND
        )
    return Held(record=record, evidence=evidence)


def with_entry(record: Record, entry: Entry) -> Record:
    """Return the record with an entry in its place: that of the same batch, or at the end."""
    places = [e.batch for e in record.entries]
    if entry.batch not in places:
        return replace(record, entries=(*record.entries, entry))
    at = places.index(entry.batch)
    return replace(record, entries=(*record.entries[:at], entry, *record.entries[at + 1 :]))
