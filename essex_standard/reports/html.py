"""The report as one self-contained HTML file: no network, no script, nothing from outside.

    ReportView + report_templates/ -> HTML

Templates run in Jinja's immutable sandbox with every value escaped and every missing name an error.
The style sheet and the font travel inside the file; a Content-Security-Policy forbids the rest.
"""

from __future__ import annotations

import base64
from functools import cache
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from essex_standard.assessment import Assessment
from essex_standard.errors import OutputError
from essex_standard.reports.pages import report_title, report_view, report_words
from essex_standard.reports.store import content_digest, protected_form, write_whole
from essex_standard.resources import templates_dir

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

_FONTS = {"400": "Inter-Regular.woff2", "700": "Inter-Bold.woff2"}


def render_html(assessment: Assessment, *, digest: str = "") -> str:
    """Return the report of a protected assessment.

    Parameters
    ----------
    assessment : Assessment
        Protected already, or of the restricted edition.
    digest : str
        The assessment's own digest, for the foot of every page.

    Raises
    ------
    OutputError
        If the figures are not protected: no page is ever made of them.
    """
    _require_printable(assessment)
    template = _environment().get_template("report.html")
    return template.render(
        report=report_view(assessment, digest=digest),
        say=report_words(assessment),
        style=_text("report.css"),
        fonts=_font_faces(),
    )


def render_template(name: str, **values: object) -> str:
    """Return a page of another template, under the same sandbox, style sheet and fonts."""
    template = _environment().get_template(name)
    return template.render(style=_text("report.css"), fonts=_font_faces(), **values)


def write_html(assessment: Assessment, path: str | PathLike[str], *, edition: str) -> None:
    """Protect the assessment where it is not, and write its report.

    Raises
    ------
    EditionRefused
        If the edition may not be made of this assessment.
    OutputError
        If the file cannot be written; nothing is then left half-written.
    """
    ready = protected_form(assessment, edition)
    page = render_html(ready, digest=content_digest(ready))
    write_whole(Path(path), page.encode("utf-8"), mode=mode_of(ready))


def notebook_html(assessment: Assessment) -> str:
    """Return the protected report for a notebook cell, in a frame whose styles stay inside it."""
    ready = protected_form(assessment, assessment.edition)
    page = render_html(ready, digest=content_digest(ready))
    title = escape(report_title(ready), quote=True)
    return (
        f'<iframe title="{title}" sandbox="" srcdoc="{escape(page, quote=True)}" '
        'style="width:100%;height:40em;border:1px solid #505a5f"></iframe>'
    )


def mode_of(assessment: Assessment) -> int:
    """Return the permissions of a report: its owner's alone where figures are not protected."""
    return 0o644 if assessment.protected else 0o600


def _require_printable(assessment: Assessment) -> None:
    if assessment.protected or assessment.edition == "restricted":
        return
    raise OutputError.because(
        "Its figures are not protected, and no page is made of them",
        where=assessment.subject.name,
        mend="Write it with to_html or to_pdf, which protect it first",
    )


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _source(name: str) -> str | None:
    file = templates_dir() / name
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _text(name: str) -> str:
    return (templates_dir() / name).read_text(encoding="utf-8")


@cache
def _font_faces() -> str:
    """Return the two weights as ``data:`` fonts; without a font the PDF engine cannot start."""
    faces = []
    for weight, name in _FONTS.items():
        data = base64.b64encode((templates_dir() / "fonts" / name).read_bytes()).decode("ascii")
        faces.append(
            f"@font-face{{font-family:Inter;font-weight:{weight};font-style:normal;"
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
        )
    return "\n".join(faces)
