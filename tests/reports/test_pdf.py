"""The PDF is real, tagged, sealed and the same on every run; where it cannot be, it says why."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from essex_standard.reports.html import render_html
from essex_standard.reports.pdf import render_pdf

from . import report_samples as samples

ROOT = Path(__file__).parents[2]


@cache
def pdf_of(name: str) -> bytes:
    given = getattr(samples, name)()
    return render_pdf(render_html(given, digest=samples.DIGEST))


def pages(name: str) -> list[str]:
    return [" ".join(p.extract_text().split()) for p in PdfReader(BytesIO(pdf_of(name))).pages]


def run(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((env.pop("first", str(ROOT)), str(ROOT)))
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": path, **env},
    )


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("passing", "Meets the Standard as adopted on 2026-09-01"),
        ("referred", "For the board to decide"),
        ("blocked", "Does not meet the Standard"),
    ],
)
def test_page_one_alone_is_enough_to_begin(name: str, verdict: str) -> None:
    one = pages(name)[0]
    for words in (
        verdict,
        "What the board is asked",
        "What the board decided",
        "We could compare 11 of 12 groups",
        "310",
        "205",
        "105",
        "85",
        "it does not prove need",
        "What we could not tell",
        "What to ask about first",
    ):
        assert words in one, words


@pytest.mark.parametrize(
    "name", ["passing", "referred", "blocked", "technical", "crowded", "hostile"]
)
def test_page_one_is_one_page_and_the_contents_open_the_second(name: str) -> None:
    found = pages(name)
    assert "What to ask about first" in found[0]
    assert found[1].startswith("In this report")


def test_every_page_carries_number_title_verdict_and_digest() -> None:
    found = pages("blocked")
    for number, text in enumerate(found, start=1):
        assert f"Page {number} of {len(found)}" in text
        assert "Early support for students · Does not meet the Standard" in text
        assert samples.DIGEST in text


def test_the_document_is_tagged_titled_dated_and_in_british_english() -> None:
    reader = PdfReader(BytesIO(pdf_of("passing")))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == "Ethics assessment: Early support for students"
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.strftime("%Y-%m-%d") == "2026-11-22"
    assert [item["/Title"] for item in reader.outline if isinstance(item, dict)]


def test_a_withheld_figure_is_said_in_words() -> None:
    assert "not shown: too few people" in " ".join(pages("passing"))
    assert (
        "Fewer than 10 people were rightly flagged: too few to say how good it is."
        in pages("technical")[0]
    )


def test_the_same_assessment_gives_the_same_bytes() -> None:
    assert render_pdf(render_html(samples.blocked(), digest=samples.DIGEST)) == pdf_of("blocked")


def test_hostile_texts_are_laid_out_as_text() -> None:
    found = " ".join(pages("hostile"))
    assert "<script>alert(1)</script>" in found
    assert "{{ 7 * 7 }}" in found


def test_no_socket_is_opened_and_no_file_that_a_text_names(tmp_path: Path) -> None:
    canary = tmp_path / "canary.txt"
    canary.write_text("secret")
    code = f"""
import sys
seen = []
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo"):
        seen.append(event)
    if event == "open" and "canary" in str(args[0]):
        seen.append(str(args[0]))
sys.addaudithook(watch)
from essex_standard.errors import OutputError
from tests.reports import report_samples as samples
from essex_standard.reports.html import render_html
from essex_standard.reports.pdf import render_pdf
html = render_html(samples.technical())
render_pdf(html)
link = "{canary.as_uri()}"
for bad in (f'<img src="{{link}}">', f'<a rel="attachment" href="{{link}}">a</a>', '<img src="http://127.0.0.1:9/x">'):
    try:
        render_pdf(html.replace("</main>", bad + "</main>"))
    except OutputError:
        print("refused", end=" ")
print(seen)
"""
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["refused", "refused", "refused", "[]"]


def test_a_machine_without_any_font_still_makes_the_pdf(tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    cache = tmp_path / "cache"
    config.write_text(f"<?xml version='1.0'?><fontconfig><cachedir>{cache}</cachedir></fontconfig>")
    code = """
import sys
from tests.reports import report_samples as samples
from essex_standard.reports.html import render_html
from essex_standard.reports.pdf import render_pdf
sys.stdout.buffer.write(render_pdf(render_html(samples.hostile())))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        timeout=120,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FONTCONFIG_FILE": str(config),
            "HOME": str(tmp_path),
        },
    )
    assert done.returncode == 0, done.stderr[-500:]
    text = " ".join(p.extract_text() for p in PdfReader(BytesIO(done.stdout)).pages)
    assert "Does not meet the Standard" in text


@pytest.mark.parametrize(
    "fault", ["ImportError('no module')", "OSError('cannot load library libpango')"]
)
def test_a_machine_without_the_engine_is_told_how_to_get_the_pdf(
    tmp_path: Path, fault: str
) -> None:
    (tmp_path / "weasyprint").mkdir()
    (tmp_path / "weasyprint" / "__init__.py").write_text(f"raise {fault}\n")
    target = tmp_path / "report.pdf"
    code = f"""
from tests.reports import report_samples as samples
from essex_standard.errors import PdfUnavailable
try:
    samples.passing().to_pdf({str(target)!r})
except PdfUnavailable as error:
    print(error)
"""
    done = run(code, first=str(tmp_path))
    assert done.returncode == 0, done.stderr
    for words in (
        "apt-get install",
        "brew install pango",
        "MSYS2",
        "essex-standard report assessment.json",
    ):
        assert words in done.stdout
    assert not target.exists()
