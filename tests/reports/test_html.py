"""The HTML report stands alone, escapes everything and leaves no figure unsaid."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from essex_standard.errors import OutputError
from essex_standard.reports.figures import said
from essex_standard.reports.html import notebook_html, render_html, write_html
from essex_standard.reports.wording import wording

from . import report_samples as samples

EVERY = [samples.passing, samples.referred, samples.blocked, samples.technical, samples.crowded]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("make", EVERY)
def test_the_page_stands_alone(make: object) -> None:
    page = read(render_html(make()))  # type: ignore[operator]
    assert not [
        t for t, _ in page.tags if t in {"script", "iframe", "link", "img", "object", "form"}
    ]
    for _, attributes in page.tags:
        target = attributes.get("href") or attributes.get("xlink:href") or "#"
        assert target.startswith("#")
    policy = next(
        a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("make", EVERY)
def test_landmarks_language_headings_and_table_headers_are_in_order(make: object) -> None:
    page = read(render_html(make()))  # type: ignore[operator]
    tags = [t for t, _ in page.tags]
    assert page.tags[0] == ("html", {"lang": "en-GB"})
    assert tags.count("main") == tags.count("h1") == 1
    levels = [int(t[1]) for t in tags if re.fullmatch("h[1-6]", t)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(a.get("scope") in {"col", "row", "rowgroup"} for t, a in page.tags if t == "th")
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    targets = {a["href"] for t, a in page.tags if t == "a"}
    assert {t.removeprefix("#") for t in targets if t} <= set(ids)


def test_every_figure_of_the_assessment_stands_in_a_table() -> None:
    words = wording(unit="students")
    given = samples.referred()
    page = " ".join(read(render_html(given)).text)
    for finding in given.findings:
        for m in finding.measurements:
            if m.value is not None and m.low is not None:
                assert said(m, words) in page, m


def test_hostile_texts_are_shown_as_text() -> None:
    html = render_html(samples.hostile())
    page = read(html)
    assert "script" not in [t for t, _ in page.tags]
    assert not any(name.startswith("on") for _, a in page.tags for name in a)
    text = "".join(page.text)
    assert "<script>alert(1)</script>" in text
    assert "{{ 7 * 7 }}" in text
    assert "7 * 7" in next(title for title in page.text if title.startswith("Ethics assessment"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\ud800-\udfff\x00\x07]", html)
    assert "w" * 100 not in html


def test_figures_that_are_not_protected_are_refused() -> None:
    with pytest.raises(OutputError, match="not protected"):
        render_html(replace(samples.passing(), protected=False))


def test_the_restricted_edition_is_marked_and_kept_to_its_owner(tmp_path: Path) -> None:
    html = render_html(replace(samples.passing(), protected=False, edition="restricted"))
    assert html.count("RESTRICTED") >= 2


def test_the_page_carries_the_digest_it_was_given() -> None:
    assert samples.DIGEST in render_html(samples.passing(), digest=samples.DIGEST)


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    write_html(samples.passing(), target, edition="panel")
    assert target.read_text(encoding="utf-8").rstrip().endswith("</html>")
    with pytest.raises(OutputError):
        write_html(samples.passing(), tmp_path / "absent" / "report.html", edition="panel")
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_a_notebook_cell_keeps_the_styles_to_itself() -> None:
    cell = notebook_html(samples.passing())
    assert cell.startswith("<iframe ")
    assert "<style" not in cell
    assert 'sandbox=""' in cell


def test_the_same_assessment_gives_the_same_page() -> None:
    assert render_html(samples.blocked()) == render_html(samples.blocked())
