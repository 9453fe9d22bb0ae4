"""``essex-standard assess``: run everything and write the results, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from essex_standard.errors import (
    DataError,
    EditionRefused,
    OutputError,
    PdfUnavailable,
    Problem,
)

if TYPE_CHECKING:
    from essex_standard.assessment import Assessment
    from essex_standard.submission import LoadedSubmission


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
    editions: tuple[str, ...] = ("panel",)
    standard: Path | None = None
    as_of: str | None = None
    trust_pickle: bool = False


def run(asked: Asked) -> Assessment:
    """Assess, write every file, and print one screen."""
    from essex_standard.cli.screen import progress, summary
    from essex_standard.disclosure import EDITIONS, protect

    unknown = [e for e in asked.editions if e not in EDITIONS]
    if unknown:
        raise DataError(
            Problem(what=f"there is no edition '{e}'", where="--edition",
                    mend=f"Use one of: {', '.join(EDITIONS)}")
            for e in unknown
        )  # fmt: skip
    require_writable(asked.out)
    with progress() as step:
        assessment = _assessed(asked, step)
        step("Writing the report")
        files, notes, refused = write_all(assessment, asked.out, asked.editions)
    summary(protect(assessment), files, notes)
    if refused:
        raise EditionRefused(refused)
    return assessment


def _assessed(asked: Asked, step: object) -> Assessment:
    from essex_standard.evidence.frames import read_table
    from essex_standard.pipeline import assess

    common = {
        "scores": asked.scores, "score_kind": asked.score_kind, "threshold": asked.threshold,
        "capacity": asked.capacity, "positive": list(asked.positive) or None,
        "outcome_known": asked.outcome_known, "baseline": asked.baseline,
        "clusters": asked.clusters, "weights": asked.weights, "time": asked.time,
        "standard": asked.standard, "as_of": asked.as_of, "trust_pickle": asked.trust_pickle,
        "protected": _names(asked.protected), "progress": step, "y": asked.outcome,
    }  # fmt: skip
    if asked.submission is not None:
        return assess(submission=_overridden(asked), **common)  # type: ignore[arg-type]
    missing = [
        name
        for name, given in (
            ("--data FILE", asked.data),
            ("--scores COLUMN or --model FILE", asked.scores or asked.model),
            ("--threshold T or --capacity K", _given(asked.threshold, asked.capacity)),
        )
        if not given
    ]
    if missing:
        raise DataError(
            Problem(
                what=f"{name} is not given",
                where="essex-standard assess",
                mend="Without a submission the command needs --data, --scores, --threshold, and "
                "--outcome and --protected to say more",
            )
            for name in missing
        )
    assert asked.data is not None  # noqa: S101 - its absence was told above
    frame = read_table(asked.data, what="--data")
    reference = None if asked.reference is None else read_table(asked.reference, what="--reference")
    return assess(asked.model, frame, reference=reference, **common)  # type: ignore[arg-type]


def _given(*values: object) -> bool:
    return any(v is not None for v in values)


def _names(text: str | None) -> list[str] | None:
    return None if text is None else [n.strip() for n in text.split(",") if n.strip()]


def _overridden(asked: Asked) -> LoadedSubmission:
    """Return the submission with the files that the command line names in place of its own."""
    from essex_standard.submission import load_submission

    assert asked.submission is not None  # noqa: S101 - asked only with one
    loaded = load_submission(asked.submission)
    s = loaded.submission
    data = {
        name: str(path.absolute())
        for name, path in (("assessed", asked.data), ("reference", asked.reference))
        if path is not None
    }
    model = {} if asked.model is None else {"file": str(asked.model.absolute()), "callable": "",
                                            "scores": ""}  # fmt: skip
    updated = s.model_copy(
        update={
            "data": s.data.model_copy(update=data),
            "model": s.model.model_copy(update=model),
        }
    )
    return replace(loaded, submission=updated)


def require_writable(folder: Path) -> None:
    """Make the folder and see that it can be written, before hours of work are lost.

    Raises
    ------
    OutputError
        If it cannot.
    """
    probe = folder / ".essex-standard-probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise OutputError.because(
            f"the folder cannot be written ({error.strerror or type(error).__name__})",
            where=f"--out {folder}",
            mend="Name a folder that you may write to",
        ) from error


def write_all(
    assessment: Assessment, out: Path, editions: tuple[str, ...]
) -> tuple[dict[str, Path], list[str], list[Problem]]:
    """Render everything in memory, then write it.

    Returns
    -------
    files : dict of what to path
    notes : list of str
        Sentences for the screen.
    refused : list of Problem
        Editions that an agreement does not allow; the others are written.
    """
    from essex_standard.disclosure import protect
    from essex_standard.reports.html import render_html
    from essex_standard.reports.pdf import render_pdf
    from essex_standard.reports.store import (
        content_digest,
        evidence_bytes,
        json_bytes,
        with_evidence_digest,
        write_whole,
    )

    stored = with_evidence_digest(assessment)
    panel = protect(stored, "panel")
    ready: dict[str, tuple[Path, bytes, int]] = {
        "JSON": (out / "assessment.json", json_bytes(panel), 0o644)
    }
    refused: list[Problem] = []
    notes: list[str] = []
    for edition in dict.fromkeys(editions):
        try:
            shown = protect(stored, edition)
        except EditionRefused as error:
            refused += error.problems
            continue
        mark = "" if edition == "panel" else f"-{edition}"
        mode = 0o600 if edition == "restricted" else 0o644
        label = "" if edition == "panel" else f" {edition}"
        page = render_html(shown, digest=content_digest(panel))
        ready[f"HTML{label}"] = (out / f"report{mark}.html", page.encode("utf-8"), mode)
        try:
            ready[f"PDF{label}"] = (out / f"report{mark}.pdf", render_pdf(page), mode)
        except PdfUnavailable as error:
            notes = [f"No PDF: {error}"]
    ready["Evidence"] = (out / "assessment.evidence", evidence_bytes(stored), 0o600)
    for path, content, mode in ready.values():
        write_whole(path, content, mode=mode)
    files = {what: path for what, (path, _, _) in ready.items()}
    order = sorted(
        files, key=lambda what: (not what.startswith("PDF"), what.startswith("Evidence"))
    )
    return {what: files[what] for what in order}, notes, refused
