"""``essex-standard report``: render a stored assessment again, without model or data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from essex_standard.cli.screen import console
from essex_standard.cli.writing import (
    EVIDENCE,
    Rendered,
    render_edition,
    require_editions,
    require_writable,
    write,
)
from essex_standard.errors import AssessmentFileError, DataError, Problem

if TYPE_CHECKING:
    from essex_standard.assessment import Assessment

FORMATS = ("pdf", "html")


def run(path: Path, *, out: Path | None, edition: str, formats: str, evidence: Path | None) -> None:
    """Write the asked formats of an edition beside the assessment, or into `out`.

    Raises
    ------
    EssexError
        If the assessment cannot be used, the edition is refused, or the PDF alone was asked for and
        cannot be made here.
    """
    from essex_standard.disclosure import protect
    from essex_standard.reports.store import content_digest, read_json

    wanted = _formats(formats)
    require_editions([edition])
    panel = read_json(path)
    if edition == "restricted":
        shown = protect(_restricted(panel, path, evidence), edition)
    else:
        shown = protect(panel, edition)
    folder = out or path.parent
    require_writable(folder)
    ready = Rendered()
    render_edition(shown, folder, ready, digest=content_digest(panel), formats=wanted)
    for target in write(ready, folder).values():
        console().print(f"Written: {target}", markup=False)
    for note in ready.notes:
        console().print(note, markup=False)


def _formats(text: str) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(f.strip().lower() for f in text.split(",") if f.strip()))
    unknown = [f for f in wanted if f not in FORMATS]
    if unknown or not wanted:
        raise DataError(
            Problem(
                what=f"there is no format '{name}'", where="--format", mend="Use pdf, html or both"
            )
            for name in unknown or [text]
        )
    return wanted


def _restricted(panel: Assessment, path: Path, evidence: Path | None) -> Assessment:
    """Return the unrounded assessment from the restricted store that belongs to `panel`."""
    from essex_standard.reports.store import load

    beside = evidence or path.with_name(EVIDENCE)
    if not beside.is_file():
        raise AssessmentFileError.because(
            "the restricted edition needs the restricted store, which is not here",
            where=str(beside),
            mend="Name it with --evidence FILE",
        )
    restricted = load(beside)
    if restricted.subject.evidence_digest != panel.subject.evidence_digest:
        raise AssessmentFileError.because(
            "it is not the evidence that this assessment was made from",
            where=str(beside),
            mend="Give the assessment.evidence that was written with it",
        )
    return restricted
