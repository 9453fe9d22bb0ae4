"""The report as a tagged PDF (PDF/UA-1), byte for byte the same for the same assessment.

HTML -> WeasyPrint, which may open nothing but ``data:`` -> bytes
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from essex_standard.assessment import Assessment
from essex_standard.errors import OutputError, PdfUnavailable
from essex_standard.reports.html import mode_of, render_html
from essex_standard.reports.store import content_digest, protected_form, write_whole
from essex_standard.resources import templates_dir

if TYPE_CHECKING:
    from types import ModuleType

_CLOCK = "SOURCE_DATE_EPOCH"


def render_pdf(html: str) -> bytes:
    """Return the PDF of a report made by `render_html`.

    Raises
    ------
    PdfUnavailable
        If the PDF engine or its system libraries are missing.
    OutputError
        If the page names anything outside itself.
    """
    return paged_pdf(html)[0]


def paged_pdf(html: str) -> tuple[bytes, int]:
    """Return the PDF of a page and how many sheets it fills; otherwise as `render_pdf`."""
    weasyprint = _engine()
    from weasyprint.urls import FatalURLFetchingError

    style = (templates_dir() / "pdf.css").read_text(encoding="utf-8")
    fetcher = _sealed_fetcher()
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    sheet = weasyprint.CSS(string=style, url_fetcher=fetcher)
    options = {"pdf_variant": "pdf/ua-1"}
    try:
        with _fixed_clock():
            document = page.render(stylesheets=[sheet], **options)
            pdf: bytes = document.write_pdf(**options)
    except FatalURLFetchingError as error:
        raise OutputError.because(
            "The page names a file or an address outside itself, and nothing was fetched",
            where="report.pdf",
            mend="Give the page that render_html made, unchanged",
        ) from error
    return pdf, len(document.pages)


def write_pdf(assessment: Assessment, path: str | PathLike[str], *, edition: str) -> None:
    """Protect the assessment where it is not, and write its PDF.

    Raises
    ------
    PdfUnavailable
        If the PDF engine or its system libraries are missing; nothing is then written.
    OutputError
        If the file cannot be written.
    """
    _engine()
    ready = protected_form(assessment, edition)
    pdf = render_pdf(render_html(ready, digest=content_digest(ready)))
    write_whole(Path(path), pdf, mode=mode_of(ready))


def _engine() -> ModuleType:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise PdfUnavailable.because(
            "The PDF engine (WeasyPrint) or its system libraries are not on this machine",
            where="report.pdf",
            mend=(
                "Debian or Ubuntu: 'apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
                "libharfbuzz-subset0'; macOS: 'brew install pango'; Windows: install MSYS2, then "
                "'pacman -S mingw-w64-ucrt-x86_64-pango'; or run 'essex-standard report "
                "assessment.json' on another machine"
            ),
        ) from error
    # Its warnings are about style rules meant for browsers; they would only worry a reader.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    engine: ModuleType = weasyprint
    return engine


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """Hold the time that is stamped into the embedded fonts where they are cut by fontTools.

    Its only setting is this variable; without it the same report has other bytes every second.
    """
    before = os.environ.get(_CLOCK)
    os.environ[_CLOCK] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_CLOCK]
        else:
            os.environ[_CLOCK] = before


def _sealed_fetcher() -> Any:
    """Return a fetcher that opens nothing but ``data:``; the engine's own one opens local files."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
