"""`report`: a stored assessment rendered again, without its model or data."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.helpers import AS_OF, F_WORSE_OFF, essex, people, write_standard, write_submission


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("stored")
    path = write_submission(home / "case", people(F_WORSE_OFF))
    standard = write_standard(home / "standard")
    done = essex("assess", path, "--standard", standard, "--as-of", AS_OF, "--out", home / "out")
    assert done.returncode == 0, done.stderr
    return home / "out" / "assessment.json"


def test_the_report_is_made_again_byte_for_byte_from_the_json_alone(stored, tmp_path):
    alone = tmp_path / "assessment.json"
    alone.write_bytes(stored.read_bytes())
    done = essex("report", alone)
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("report.html", "report.pdf"):
        assert (tmp_path / name).read_bytes() == stored.with_name(name).read_bytes()
        assert f"Written: {tmp_path / name}" in done.stdout


def test_only_the_format_asked_for_is_written_and_where(stored, tmp_path):
    done = essex("report", stored, "--format", "html", "--out", tmp_path / "new" / "place")
    assert done.returncode == 0
    assert [p.name for p in (tmp_path / "new" / "place").iterdir()] == ["report.html"]


def test_the_restricted_edition_needs_its_evidence_beside_it(stored, tmp_path):
    alone = tmp_path / "assessment.json"
    alone.write_bytes(stored.read_bytes())
    done = essex("report", alone, "--edition", "restricted", "--format", "html")
    assert done.returncode == 2
    assert "needs the restricted store, which is not here" in done.stderr
    assert "--evidence FILE" in done.stderr
    evidence = stored.with_name("assessment.evidence")
    done = essex(
        "report", alone, "--edition", "restricted", "--format", "html", "--evidence", evidence
    )
    assert done.returncode == 0, done.stderr
    page = tmp_path / "report-restricted.html"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "restricted" in page.read_text(encoding="utf-8").lower()


def test_evidence_of_another_assessment_is_refused(stored, tmp_path):
    path = write_submission(tmp_path / "case")
    standard = write_standard(tmp_path / "standard")
    essex("assess", path, "--standard", standard, "--as-of", AS_OF, "--out", tmp_path / "out")
    other = tmp_path / "out" / "assessment.evidence"
    done = essex("report", stored, "--edition", "restricted", "--evidence", other)
    assert done.returncode == 2
    assert "not the evidence that this assessment was made from" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "docx"], "there is no format 'docx'. Use pdf, html or both"),
        (["--format", ","], "there is no format ','"),
        (["--edition", "board"], "there is no edition 'board'"),
    ],
)
def test_what_does_not_exist_is_told(stored, options, message):
    done = essex("report", stored, *options)
    assert done.returncode == 2
    assert message in done.stderr
