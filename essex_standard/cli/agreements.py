"""``essex-standard agreements``: agreements by themselves, before any model."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from essex_standard.cli.screen import console
from essex_standard.errors import DataError, Problem, SubmissionError, nearest

if TYPE_CHECKING:
    from datetime import date

    from essex_standard.submission.checking import Remark

FORMATS = ("text", "json")
_PLACE = re.compile(r"(?P<file>.*?)(?::(?P<line>\d+))?(?:, (?P<where>.*))?", flags=re.DOTALL)


def check(files: list[Path], *, as_of: str | None, form: str) -> int:
    """Run the rules over agreements and print what they found; return the exit code.

    Raises
    ------
    SubmissionError
        If a file cannot be used, with all problems of all files; as JSON they are printed too.
    """
    from essex_standard.submission.checking import check_agreements, exit_code, read_agreements

    _require(form)
    day = _day(as_of)
    try:
        agreements, sources = read_agreements(files)
    except SubmissionError as error:
        if form == "json":
            _print_json([_unusable(error, i) for i in range(len(error.problems))])
        raise
    remarks = check_agreements(agreements, day, sources)
    if form == "json":
        _print_json([_entry(remark) for remark in remarks])
    else:
        _print_text(remarks, n=len(agreements), day=day)
    return exit_code(remarks)


def rules() -> None:
    """Print every rule with its gravest consequence and its source."""
    from essex_standard.submission.rules import RULES

    out = console()
    for rule in RULES.values():
        waivable = "" if rule.waivable else "  (cannot be waived)"
        out.print(f"{rule.code:<4} {rule.severity.value:<6} {rule.title}{waivable}", markup=False)
        out.print(f"            {rule.source}", markup=False)


def explain(code: str) -> None:
    """Print one rule in plain words.

    Raises
    ------
    DataError
        If there is no such rule.
    """
    from essex_standard.submission.rules import RULES

    rule = RULES.get(code.strip().upper())
    if rule is None:
        raise DataError.because(
            f"there is no rule '{code}'",
            where="agreements explain",
            mend=f"{nearest(code.upper(), RULES)} 'essex-standard agreements rules' lists them "
            "all".strip(),
        )
    out = console()
    consequence = {
        "block": "Not met, it stops the release.",
        "refer": "Not met, the board must decide.",
        "note": "Told to the board, and not judged.",
    }[rule.severity.value]
    waived = "A named role may accept it for a time (a waiver)." if rule.waivable else (
        "Nobody can waive it."
    )  # fmt: skip
    alone = (
        "It can be read on an agreement by itself."
        if rule.alone
        else "It needs a submission, a model or data beside the agreements."
    )
    for line in (
        f"{rule.code}  {rule.title}",
        "",
        rule.question,
        f"If so: {rule.met}",
        f"If not: {rule.not_met}",
        "",
        f"{consequence} {waived}",
        alone,
        f"Source: {rule.source}.",
    ):
        out.print(line, markup=False)


def export(files: list[Path], *, out: Path | None, internal: bool) -> None:
    """Write the agreements as rows in the register's layout.

    Raises
    ------
    SubmissionError
        If a file cannot be used.
    DataError
        If an agreement is withheld from publication and this is not for use inside.
    """
    from essex_standard.exchange.isa_register import register_row, to_csv
    from essex_standard.reports.files import write_whole
    from essex_standard.submission.checking import read_agreements

    agreements, sources = read_agreements(files)
    withheld = [a for a in agreements if a.publication == "withheld" and not internal]
    if withheld:
        raise DataError(
            Problem(
                what=f"'{a.id}' is withheld from publication",
                where=sources[a.id].where(("publication",)),
                mend="Leave it out, or add --internal for use inside",
            )
            for a in withheld
        )
    rows = [register_row(a, columns=internal or a.publication == "public") for a in agreements]
    text = to_csv(rows)
    if out is None:
        sys.stdout.write(text)
        return
    write_whole(out, text.encode())
    kept = [a.id for a in agreements if a.publication != "public" and not internal]
    console().print(f"{len(rows)} written to {out}.", markup=False)
    if kept:
        said = ", ".join(kept)
        console().print(f"Only a summary may be published, so no column is named: {said}.",
                        markup=False)  # fmt: skip


def _print_text(remarks: tuple[Remark, ...], *, n: int, day: date) -> None:
    from essex_standard.submission.rules import RuleStatus

    out = console()
    for remark in remarks:
        untold = remark.status is RuleStatus.NOT_ASSESSABLE
        said = "not assessed" if untold else remark.severity.value
        place = f"{remark.file}:{remark.line}" if remark.file and remark.line else remark.file
        out.print(f"{remark.code:<4} {said:<12} {_stop(remark.what)}", markup=False)
        if place or remark.where:
            out.print(f"     where: {place or ''}  {remark.where}".rstrip(), markup=False)
        out.print(f"     to mend: {_stop(remark.mend)}", markup=False)
        out.print(f"     source: {_stop(remark.source)}", markup=False)
    files = "1 agreement" if n == 1 else f"{n} agreements"
    if not remarks:
        out.print(f"{files} checked as of {day}: no rule found anything.", markup=False)
        return
    counts = ", ".join(
        f"{found} {words}"
        for words, found in (
            ("block", sum(_is(r, "block") for r in remarks)),
            ("refer", sum(_is(r, "refer") for r in remarks)),
            ("to note", sum(_is(r, "note") for r in remarks)),
            ("not assessed", sum(r.status is RuleStatus.NOT_ASSESSABLE for r in remarks)),
        )
        if found
    )
    out.print(f"{files} checked as of {day}: {counts}.", markup=False)


def _is(remark: Remark, level: str) -> bool:
    from essex_standard.submission.rules import RuleStatus

    return remark.status is RuleStatus.TRIGGERED and remark.severity.value == level


def _entry(remark: Remark) -> dict[str, object]:
    return {
        "code": remark.code,
        "severity": remark.severity.value,
        "status": remark.status.value,
        "file": remark.file,
        "where": remark.where,
        "line": remark.line,
        "what": remark.what,
        "mend": remark.mend,
        "source": remark.source,
    }


def _unusable(error: SubmissionError, i: int) -> dict[str, object]:
    problem = error.problems[i]
    place = _PLACE.fullmatch(problem.where)
    line = place["line"] if place else None
    return {
        "code": problem.code,
        "severity": "block",
        "status": "triggered",
        "file": place["file"] if place else problem.where,
        "where": (place["where"] if place else None) or "",
        "line": int(line) if line else None,
        "what": problem.what,
        "mend": problem.mend,
        "source": "agreement schema",
    }


def _print_json(entries: list[dict[str, object]]) -> None:
    # Not through the console: it would wrap nothing, but colour and width have no place in JSON.
    sys.stdout.write(json.dumps(entries, indent=1, ensure_ascii=False) + "\n")


def _require(form: str) -> None:
    if form not in FORMATS:
        raise DataError.because(
            f"'{form}' is no format", where="--format", mend="Write text or json"
        )


def _day(as_of: str | None) -> date:
    from datetime import date

    if as_of is None:
        return date.today()
    try:
        return date.fromisoformat(as_of)
    except ValueError:
        raise DataError.because(
            f"'{as_of}' is not a date", where="--as-of", mend="Write it as 2026-11-23"
        ) from None


def _stop(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
