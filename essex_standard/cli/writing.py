"""Where the results go: all is rendered in memory first, then written file by file, whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
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

JSON, EVIDENCE = "assessment.json", "assessment.evidence"


@dataclass(slots=True, kw_only=True)
class Rendered:
    """What is ready to be written: path, bytes and permissions by what it is."""

    files: dict[str, tuple[Path, bytes, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)


def require_editions(editions: Iterable[str]) -> None:
    """Raise for an edition that does not exist.

    Raises
    ------
    DataError
        Naming those that do.
    """
    from essex_standard.disclosure import EDITIONS

    unknown = [e for e in editions if e not in EDITIONS]
    if unknown:
        raise DataError(
            Problem(
                what=f"there is no edition '{e}'",
                where="--edition",
                mend=f"Use one of: {', '.join(EDITIONS)}",
            )
            for e in unknown
        )


def require_writable(folder: Path, *, option: str = "--out") -> None:
    """See that a folder can be made and written, before minutes of work are lost; leave no trace.

    Raises
    ------
    OutputError
        If it cannot.
    """
    from tempfile import TemporaryFile

    there = next((p for p in (folder, *folder.absolute().parents) if p.exists()), folder)
    try:
        with TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise OutputError.because(
            f"the folder cannot be written ({error.strerror or type(error).__name__})",
            where=f"{option} {folder}".strip(),
            mend="Name a folder that you may write to",
        ) from error


def edition_name(stem: str, edition: str, suffix: str) -> str:
    """Return a report's file name: the panel's edition has no mark."""
    return f"{stem}{'' if edition == 'panel' else f'-{edition}'}.{suffix}"


def render_all(assessment: Assessment, out: Path, editions: Iterable[str]) -> Rendered:
    """Render every file of an assessment in memory.

    Editions that an agreement does not allow are listed as refused; the others are rendered. Where
    the PDF engine is absent, a note says how to get the PDF.
    """
    from essex_standard.disclosure import protect
    from essex_standard.reports.store import (
        content_digest,
        evidence_bytes,
        json_bytes,
        with_evidence_digest,
    )

    stored = with_evidence_digest(assessment)
    panel = protect(stored, "panel")
    ready = Rendered()
    for edition in dict.fromkeys(editions):
        try:
            shown = protect(stored, edition)
        except EditionRefused as error:
            ready.refused += error.problems
            continue
        render_edition(shown, out, ready, digest=content_digest(panel))
    ready.files["Evidence"] = (out / EVIDENCE, evidence_bytes(stored), 0o600)
    # Last, because whoever finds it may rely on all the others being there.
    ready.files["JSON"] = (out / JSON, json_bytes(panel), 0o644)
    return ready


def render_edition(
    shown: Assessment,
    out: Path,
    ready: Rendered,
    *,
    digest: str,
    formats: Iterable[str] = ("pdf", "html"),
) -> None:
    """Add one edition's pages to what is ready.

    Raises
    ------
    PdfUnavailable
        If only the PDF was asked for, and cannot be made here.
    """
    from essex_standard.reports.html import mode_of, render_html
    from essex_standard.reports.pdf import render_pdf

    wanted = tuple(formats)
    label = "" if shown.edition == "panel" else f" {shown.edition}"
    page = render_html(shown, digest=digest)
    mode = mode_of(shown)
    if "pdf" in wanted:
        target = out / edition_name("report", shown.edition, "pdf")
        try:
            ready.files[f"PDF{label}"] = (target, render_pdf(page), mode)
        except PdfUnavailable as error:
            if wanted == ("pdf",):
                raise
            ready.notes = [f"No PDF: {error}"]
            if target.exists():
                ready.notes.append(f"{target} is from an earlier run and not of this assessment.")
    if "html" in wanted:
        target = out / edition_name("report", shown.edition, "html")
        ready.files[f"HTML{label}"] = (target, page.encode("utf-8"), mode)


def write(ready: Rendered, out: Path) -> dict[str, Path]:
    """Write what is ready; return the path of each file by what it is.

    Raises
    ------
    OutputError
        If a file cannot be written; no file is left half-written.
    """
    from essex_standard.reports.store import write_whole

    try:
        for folder in {out, *(path.parent for path, _, _ in ready.files.values())}:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError.because(
            f"the folder cannot be made ({error.strerror or type(error).__name__})",
            where=str(out),
            mend="Name a folder that you may write to",
        ) from error
    for path, content, mode in ready.files.values():
        write_whole(path, content, mode=mode)
    # As they are read: the report first, what nobody should pass on last.
    order = sorted(ready.files, key=lambda what: what.startswith("Evidence"))
    return {what: ready.files[what][0] for what in order}
