"""``essex-standard report``: render a stored assessment again, without model or data."""

from __future__ import annotations

from pathlib import Path

from essex_standard.cli.screen import console
from essex_standard.errors import AssessmentFileError, DataError

FORMATS = ("pdf", "html")


def run(path: Path, *, out: Path | None, edition: str, formats: str, evidence: Path | None) -> None:
    """Write the asked formats of an edition beside the assessment, or into `out`.

    Raises
    ------
    EssexError
        If the assessment cannot be used, or the edition is refused.
    """
    from essex_standard.cli.assess import require_writable
    from essex_standard.disclosure import protect
    from essex_standard.reports.html import render_html
    from essex_standard.reports.pdf import render_pdf
    from essex_standard.reports.store import content_digest, load, read_json, write_whole

    wanted = [f.strip().lower() for f in formats.split(",") if f.strip()]
    unknown = [f for f in wanted if f not in FORMATS]
    if unknown or not wanted:
        raise DataError.because(
            f"there is no format '{', '.join(unknown)}'", where="--format", mend="Use pdf or html"
        )
    panel = read_json(path)
    shown = panel
    if edition == "restricted":
        beside = evidence or path.with_name("assessment.evidence")
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
        shown = protect(restricted, "restricted")
    else:
        shown = protect(panel, edition)
    folder = out or path.parent
    require_writable(folder)
    mark = "" if edition == "panel" else f"-{edition}"
    mode = 0o600 if edition == "restricted" else 0o644
    page = render_html(shown, digest=content_digest(panel))
    ready = {}
    if "html" in wanted:
        ready[folder / f"report{mark}.html"] = page.encode("utf-8")
    if "pdf" in wanted:
        ready[folder / f"report{mark}.pdf"] = render_pdf(page)
    for target, content in ready.items():
        write_whole(target, content, mode=mode)
        console().print(f"Written: {target}", markup=False)
