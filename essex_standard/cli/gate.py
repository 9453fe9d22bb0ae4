"""``essex-standard gate``: whether the model assessed may be used now, as an exit code."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from essex_standard.assessment import Verdict
from essex_standard.cli.screen import console, line, verdict_words
from essex_standard.errors import AssessmentFileError, DataError

if TYPE_CHECKING:
    from essex_standard.assessment import Assessment

RELEASED, BLOCKED, REFERRED = 0, 1, 3
EARLY_STAGES = ("idea", "development")


def run(
    path: Path,
    *,
    junit: Path | None = None,
    model: Path | None = None,
    fail_on: str | None = None,
    max_age: int | None = None,
    as_of: str | None = None,
    trust_pickle: bool = False,
) -> int:
    """Read, judge and explain; return the exit code.

    Raises
    ------
    EssexError
        If the assessment is unusable (the command line then exits 2).
    """
    from essex_standard.exchange.junit import junit_xml
    from essex_standard.reports.store import read_json, write_whole

    if fail_on not in (None, "block", "refer"):
        raise DataError.because(
            f"'{fail_on}' is neither block nor refer", where="--fail-on", mend="Use block or refer"
        )
    today = _date(as_of)
    assessment = read_json(path)
    threshold = fail_on or ("block" if assessment.subject.stage in EARLY_STAGES else "refer")
    stale = _too_old(assessment, max_age, today, path) or _another_model(
        assessment, model, trust_pickle=trust_pickle
    )
    if junit is not None:
        write_whole(junit, junit_xml(assessment, fail_on=threshold))
    out = console()
    out.print(
        f"{assessment.subject.name}: {assessment.verdict.value.upper()}. "
        f"{verdict_words(assessment)}.",
        markup=False,
    )
    if stale:
        out.print(f"Not released: {stale}", markup=False)
        return BLOCKED
    if assessment.release.allowed:
        out.print("Released.", markup=False)
        return RELEASED
    for finding in assessment.standing_in_the_way():
        out.print(f"  {line(finding)}", markup=False)
    if assessment.verdict is Verdict.BLOCK:
        out.print("Not released: a block stands.", markup=False)
        return BLOCKED
    if threshold == "block":
        because = "--fail-on block" if fail_on else f"the stage '{assessment.subject.stage}'"
        out.print(
            f"REFERRED TO THE BOARD. Work may go on ({because}), and the model may not be used on "
            "people until the board has decided on the findings above.",
            markup=False,
            style="bold",
        )
        return RELEASED
    out.print("Not released: the board has not decided.", markup=False)
    return REFERRED


def _date(as_of: str | None) -> dt.date:
    try:
        return dt.date.fromisoformat(as_of) if as_of else dt.date.today()
    except ValueError as error:
        raise DataError.because(
            f"'{as_of}' is not a date", where="--as-of", mend="Write it as 2026-11-23"
        ) from error


def _too_old(assessment: Assessment, max_age: int | None, today: dt.date, path: Path) -> str:
    """Return why the assessment no longer counts, or not yet, or an empty string."""
    if max_age is None:
        return ""
    if max_age < 0:
        raise DataError.because(
            f"{max_age} is not a number of days", where="--max-age", mend="Give 0 or more"
        )
    try:
        then = dt.date.fromisoformat(assessment.subject.assessed_on)
    except ValueError as error:
        raise AssessmentFileError.because(
            "the day of the assessment is not a date",
            where=f"{path}, subject.assessed_on",
            mend="Run the assessment again",
        ) from error
    age = (today - then).days
    if age > max_age:
        return (
            f"the assessment is {age} days old, and {max_age} are allowed. Assess the model again."
        )
    if age < 0:
        return f"the assessment is dated {then}, which is still to come. Assess the model again."
    return ""


def _another_model(assessment: Assessment, model: Path | None, *, trust_pickle: bool) -> str:
    """Return why the model file is not the one assessed, or an empty string."""
    if model is None:
        return ""
    from essex_standard.models.identity import why_another_model

    return why_another_model(
        model,
        model_digest=assessment.subject.model_digest,
        state=assessment.subject.model_state_digest,
        trusted_types=assessment.context.trusted_types,
        trust_pickle=trust_pickle,
    )
