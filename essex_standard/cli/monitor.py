"""``essex-standard monitor``: a new batch against the stored evidence; an exit code and a page."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from essex_standard.cli.screen import SYMBOLS, console, progress
from essex_standard.errors import DataError

if TYPE_CHECKING:
    from essex_standard.monitoring import Monitored
    from essex_standard.monitoring.record import Seen

MOST_MOVED = 5


def run(
    assessment: Path,
    *,
    data: Path,
    out: Path,
    outcomes: Path | None,
    key: str | None,
    model: Path | None,
    scores: str | None,
    evidence: Path | None,
    standard: Path | None,
    submission: Path | None,
    looks_a_year: int,
    as_of: str | None,
    trust_pickle: bool,
) -> int:
    """Look at a batch, write the record, and return the exit code.

    Raises
    ------
    EssexError
        If anything cannot be used; the record is then as it was (the command line exits 2).
    """
    from essex_standard.monitoring import Monitor

    today = _date(as_of)
    with progress() as step:
        step("Reading the assessment")
        monitor = Monitor(
            assessment, out=out, evidence=evidence, standard=standard, submission=submission,
            looks_a_year=looks_a_year,
        )  # fmt: skip
        found = monitor.look(
            data, model=model, scores=scores, outcomes=outcomes, key=key, as_of=today,
            trust_pickle=trust_pickle, progress=step,
        )  # fmt: skip
    _screen(found)
    return found.exit_code


def _date(as_of: str | None) -> dt.date:
    try:
        return dt.date.fromisoformat(as_of) if as_of else dt.date.today()
    except ValueError as error:
        raise DataError.because(
            f"'{as_of}' is not a date", where="--as-of", mend="Write it as 2026-11-23"
        ) from error


def _screen(found: Monitored) -> None:
    from essex_standard.monitoring.record import Standing
    from essex_standard.monitoring.wording import words

    say = words()
    out = console()
    record, entry = found.record, found.entry
    out.print(f"{record.name}, {entry.period}: {record.verdict.value.upper()}.", markup=False)
    out.print(f"{say['verdict'][record.verdict.value]}.", markup=False)
    if not found.changed:
        out.print(say["told"]["same"], markup=False)
    watched = [s for s in record.watch if s.standing in (Standing.MOVED, Standing.LOST)]
    moved = [s for s in entry.seen if s.standing in (Standing.MOVED, Standing.LOST)]
    for seen in (*moved, *watched)[:MOST_MOVED]:
        out.print(f"  {_line(seen)}", markup=False)
    more = len(moved) + len(watched) - MOST_MOVED
    if more > 0:
        out.print(f"  and {more} more, in the report", markup=False)
    for stop in record.stops:
        out.print(f"  Stop if {stop.words}: {say['stops'][stop.answer].lower()}.", markup=False)
    for sentence in dict.fromkeys(record.told):
        out.print(f"  - {sentence}", markup=False)
    out.print("Files:", markup=False)
    for what, path in found.files.items():
        out.print(f"  {what:<10} {path}", markup=False)
    for note in found.notes:
        out.print(note, markup=False)


def _line(seen: Seen) -> str:
    f = seen.finding
    return (
        f"{SYMBOLS[f.outcome]} {f.check} ({f.level.value}, {f.outcome.printed.lower()}): "
        f"{f.statement}"
    )
