"""``essex-standard assess``: run everything and write the results, whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from essex_standard.cli.writing import render_all, require_editions, require_writable, write
from essex_standard.errors import DataError, EditionRefused, Problem

if TYPE_CHECKING:
    from essex_standard.assessment import Assessment

DATA_SUFFIXES = (".csv", ".csv.gz", ".tsv", ".parquet", ".pq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The options of the command, as given."""

    submission: Path | None = None
    out: Path = Path("essex-output")
    data: Path | None = None
    reference: Path | None = None
    model: Path | None = None
    scores: str | None = None
    outcome: str | None = None
    positive: tuple[str, ...] = ()
    protected: str | None = None
    threshold: float | None = None
    capacity: int | None = None
    score_kind: str | None = None
    outcome_known: str | None = None
    baseline: str | None = None
    clusters: str | None = None
    weights: str | None = None
    time: str | None = None
    legitimate_factor: str | None = None
    editions: tuple[str, ...] = ("panel",)
    standard: Path | None = None
    as_of: str | None = None
    trust_pickle: bool = False
    minutes: float | None = None
    resume: Path | None = None
    evidently: Path | None = None


def run(asked: Asked) -> Assessment:
    """Assess, write every file, and print one screen.

    Raises
    ------
    EssexError
        If anything cannot be used, before any file is written; `EditionRefused` after all files but
        the refused edition's are written.
    """
    from essex_standard.cli.screen import progress, summary
    from essex_standard.disclosure import protect

    require_editions(asked.editions)
    _require_enough(asked)
    require_writable(asked.out)
    if asked.evidently is not None:
        require_writable(asked.evidently.parent, option="--evidently, the folder")
    if asked.resume is not None:
        require_writable(asked.resume.parent, option="--resume, the folder")
    with progress() as step:
        assessment = _assessed(asked, step)
        step("Writing the report")
        ready = render_all(assessment, asked.out, asked.editions)
        files = write(ready, asked.out)
    if asked.evidently is not None:
        files["Evidently (RESTRICTED)"] = asked.evidently
    summary(protect(assessment), files, ready.notes)
    if ready.refused:
        raise EditionRefused(ready.refused)
    return assessment


def _require_enough(asked: Asked) -> None:
    if asked.submission is not None:
        if asked.submission.name.lower().endswith(DATA_SUFFIXES):
            raise DataError.because(
                "this is data, not a submission",
                where=str(asked.submission),
                mend="Give it with --data, beside --scores, --outcome, --protected and --threshold",
            )
        return
    missing = [
        (name, mend)
        for name, mend, given in (
            ("--data", "Name the CSV or Parquet file to assess: --data FILE", asked.data),
            (
                "--scores or --model",
                "Name the column that holds the score: --scores COLUMN (or --model FILE)",
                asked.scores or asked.model,
            ),
            (
                "--threshold or --capacity",
                "Say who is flagged: --threshold 0.5 or more, or the --capacity 100 highest",
                asked.capacity if asked.threshold is None else "given",
            ),
        )
        if given is None
    ]
    if missing:
        raise DataError(
            Problem(
                what=f"neither a submission nor {name} is given",
                where="essex-standard assess",
                mend=mend,
            )
            for name, mend in missing
        )


def _assessed(asked: Asked, step: Callable[[str], None]) -> Assessment:
    from essex_standard.pipeline import assess

    return assess(
        asked.model,
        asked.data,
        asked.outcome,
        submission=asked.submission,
        protected=_names(asked.protected),
        reference=asked.reference,
        scores=asked.scores,
        score_kind=asked.score_kind,
        threshold=asked.threshold,
        capacity=asked.capacity,
        weights=asked.weights,
        clusters=asked.clusters,
        time=asked.time,
        legitimate_factor=asked.legitimate_factor,
        standard=asked.standard,
        as_of=asked.as_of,
        positive=list(asked.positive) or None,
        outcome_known=asked.outcome_known,
        baseline=asked.baseline,
        trust_pickle=asked.trust_pickle,
        minutes=asked.minutes,
        resume=asked.resume,
        evidently=asked.evidently,
        progress=step,
    )


def _names(text: str | None) -> list[str] | None:
    """Return the names in ``sex,"age, in bands"``: quotes keep a comma inside a name."""
    if text is None:
        return None
    fields = next(csv.reader([text], skipinitialspace=True), [])
    return [name.strip() for name in fields if name.strip()]
