"""One command: a screen that says what matters, and the files, whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.helpers import (
    AS_OF,
    F_WORSE_OFF,
    essex,
    essex_process,
    people,
    python,
    write_standard,
    write_submission,
)

FIRST_HOUR = (
    *("--scores", "score", "--outcome", "happened"),
    *("--protected", "sex", "--threshold", "0.5"),
)
FILES = ("report.pdf", "report.html", "assessment.json", "assessment.evidence")
WITHOUT_ENGINE = """
import sys; sys.modules["weasyprint"] = None
from essex_standard.cli import main
sys.argv = ["essex-standard", *sys.argv[1:]]
main()
"""


@pytest.fixture(scope="module")
def standard(tmp_path_factory) -> Path:
    return write_standard(tmp_path_factory.mktemp("standard"))


@pytest.fixture
def scored(tmp_path) -> Path:
    people(F_WORSE_OFF).to_csv(tmp_path / "scored.csv", index=False)
    return tmp_path / "scored.csv"


def test_the_first_hour_ends_on_one_screen_with_verdict_findings_and_files(
    standard, scored, tmp_path
):
    out = tmp_path / "out"
    done = essex_process(
        "assess", "--data", scored, *FIRST_HOUR, "--standard", standard, "--out", out
    )
    assert done.returncode == 0
    # Quiet where nobody watches: no progress, no warning of a library.
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert len(lines) <= 30
    assert "Verdict: BLOCK. Does not meet the Standard." in lines
    assert "Technical check only: not for a decision." in lines
    assert "2 checks and rules: 1 not met, 1 not assessed." in lines
    matters = lines[lines.index("What matters most:") + 1 :][:3]
    assert matters[0].startswith("  × BIAS-02 (block, not met): Among people who had the outcome")
    for name in FILES:
        assert any(line.endswith(str(out / name)) for line in lines)
        assert (out / name).stat().st_size > 500
    assert {p.name for p in out.iterdir()} == set(FILES)
    assert stat.S_IMODE((out / "assessment.evidence").stat().st_mode) == 0o600


def test_a_screen_of_the_shipped_standard_stays_one_screen(tmp_path, scored):
    done = essex("assess", "--data", scored, *FIRST_HOUR, "--out", tmp_path / "out")
    assert done.returncode == 0
    lines = [line for line in done.stdout.splitlines() if str(tmp_path) not in line]
    assert sum(1 + len(line) // 80 for line in lines) + len(FILES) <= 30
    findings = [line for line in done.stdout.splitlines() if line[:4] in ("  × ", "  ? ", "  – ")]
    assert len(findings) == 3
    assert findings[0].startswith("  × BIAS-02 (block, not met)")


def test_a_pass_shows_no_findings_that_matter(standard, tmp_path):
    path = write_submission(tmp_path / "case")
    done = essex(
        "assess", path, "--standard", standard, "--as-of", AS_OF, "--out", tmp_path / "out"
    )
    assert "Verdict: PASS. Meets the Standard as adopted on 2026-01-01." in done.stdout
    assert "What matters most" not in done.stdout


def test_options_override_the_submission_and_are_told(standard, tmp_path, scored):
    path = write_submission(tmp_path / "case")
    done = essex(
        "assess", path, "--data", scored, "--threshold", "0.6", "--standard", standard, "--as-of",
        AS_OF, "--out", tmp_path / "out",
    )  # fmt: skip
    assert "Verdict: BLOCK" in done.stdout
    told = " ".join(done.stdout.split())
    assert "X (in place of data.assessed), threshold (in place of threshold)" in told


def test_a_column_whose_name_has_a_comma_can_be_protected(standard, tmp_path):
    people(attribute="age, in bands").to_csv(tmp_path / "scored.csv", index=False)
    options = [o if o != "sex" else '"age, in bands"' for o in FIRST_HOUR]
    done = essex("assess", "--data", tmp_path / "scored.csv", *options, "--standard", standard,
                 "--out", tmp_path / "out")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "age, in bands" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_without_the_pdf_engine_all_else_is_written_and_one_sentence_says_how(
    standard, scored, tmp_path
):
    out = tmp_path / "out"
    options = ("--data", scored, *FIRST_HOUR, "--standard", standard, "--out", out)
    done = python(WITHOUT_ENGINE, "assess", *options)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in out.iterdir()) == [
        "assessment.evidence", "assessment.json", "report.html",
    ]  # fmt: skip
    notes = [line for line in done.stdout.splitlines() if line.startswith("No PDF: ")]
    assert len(notes) == 1
    assert "apt-get install libpango" in notes[0]
    assert "essex-standard report assessment.json" in notes[0]

    # Another machine, with the engine and with nothing but the JSON.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "assessment.json").write_bytes((out / "assessment.json").read_bytes())
    done = essex("report", elsewhere / "assessment.json", "--format", "pdf")
    assert done.returncode == 0, done.stderr
    assert (elsewhere / "report.pdf").read_bytes().startswith(b"%PDF")

    stored = out / "assessment.json"
    # The report command without the engine: the page is written, the PDF alone is refused.
    done = python(WITHOUT_ENGINE, "report", stored, "--out", tmp_path / "pages")
    assert done.returncode == 0
    assert [p.name for p in (tmp_path / "pages").iterdir()] == ["report.html"]
    done = python(WITHOUT_ENGINE, "report", stored, "--format", "pdf", "--out", tmp_path / "p")
    assert done.returncode == 2
    assert "The PDF engine (WeasyPrint)" in done.stderr
    assert not (tmp_path / "p").exists()


def test_a_report_of_an_earlier_run_is_not_passed_off_as_this_ones(standard, scored, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.pdf").write_bytes(b"%PDF of last year")
    options = ("--data", scored, *FIRST_HOUR, "--standard", standard, "--out", out)
    done = python(WITHOUT_ENGINE, "assess", *options)
    assert done.returncode == 0
    assert "report.pdf is from an earlier run" in done.stdout


def test_a_console_that_cannot_show_a_groups_name_does_not_stop_the_work(standard, tmp_path):
    frame = people(F_WORSE_OFF)
    frame["sex"] = frame["sex"].map({"F": "إناث", "M": "ذكور"})
    frame.to_csv(tmp_path / "scored.csv", index=False)
    done = essex_process(
        "assess", "--data", tmp_path / "scored.csv", *FIRST_HOUR, "--standard", standard, "--out",
        tmp_path / "out", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "assessment.json").exists()


def test_an_unexpected_fault_is_told_without_its_text(tmp_path):
    code = (
        "import sys, essex_standard.cli.app as app\n"
        "def broken(*a, **k): raise RuntimeError('Jane Doe')\n"
        "import essex_standard.pipeline as pipeline; pipeline.assess = broken\n"
        "from essex_standard.cli import main\n"
        f"sys.argv = ['essex-standard', 'assess', {str(tmp_path)!r}, '--out', {str(tmp_path)!r}]\n"
        "main()"
    )
    done = python(code)
    assert done.returncode == 2
    assert "an unexpected fault of the kind RuntimeError" in done.stderr
    assert "Jane" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_the_public_edition_is_refused_by_name_and_the_others_are_written(standard, tmp_path):
    agreement = AGREEMENT.replace("<RELEASE>", "internal_panel")
    path = write_submission(
        tmp_path / "case", None, ("agreements = []", 'agreements = ["*-agreement.toml"]')
    )
    (path.parent / "own-agreement.toml").write_text(agreement, encoding="utf-8")
    out = tmp_path / "out"
    options = ("--standard", standard, "--as-of", AS_OF, "--out", out)
    done = essex("assess", path, *options, "--edition", "panel", "--edition", "public")
    assert done.returncode == 2
    assert "agreement own-records, outputs.release" in done.stderr
    assert "only to: internal panel" in done.stderr
    assert "Verdict: PASS" in done.stdout
    assert {p.name for p in out.iterdir()} == {
        "assessment.evidence", "assessment.json", "report.html", "report.pdf",
    }  # fmt: skip

    done = essex("report", out / "assessment.json", "--edition", "public")
    assert done.returncode == 2
    assert "agreement own-records, outputs.release" in done.stderr

    (path.parent / "own-agreement.toml").write_text(AGREEMENT.replace("<RELEASE>", "public"))
    done = essex("assess", path, *options, "--edition", "public", "--edition", "restricted")
    assert done.returncode == 0, done.stderr
    assert (out / "report-public.html").exists()
    assert stat.S_IMODE((out / "report-restricted.pdf").stat().st_mode) == 0o600


AGREEMENT = """
schema = "essex-dsa/1"
id = "own-records"
title = "Own records"
version = "1.0"
layer = "own_records"
status = "signed"
contact = "dpo@example.org"

[purpose]
statement = "To offer help early to the people whose records these are, which they may decline."
permitted_uses = ["decision_support"]

[dates]
start = 2026-01-01
end = 2030-01-01
review = 2029-01-01

[[party]]
id = "council"
name = "A council"
role = "controller"

[retention]
period = "P1Y"

[outputs]
release = "<RELEASE>"

[[dataset]]
id = "records"
name = "Records"

[[dataset.column]]
name = "happened"

[[dataset.column]]
name = "sex"
"""


def test_evidentlys_own_report_is_written_for_its_owner_only(standard, scored, tmp_path):
    page = tmp_path / "drift.html"
    frame = people(F_WORSE_OFF).assign(marks=lambda f: f.index % 50)
    frame.to_csv(scored, index=False)
    done = essex(
        "assess", "--data", scored, "--reference", scored, *FIRST_HOUR,
        "--standard", standard, "--out", tmp_path / "out", "--evidently", page,
    )  # fmt: skip
    assert done.returncode == 0
    assert "RESTRICTED" in done.stdout + done.stderr
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "holds figures that were not protected" in page.read_text(encoding="utf-8")


def test_evidentlys_report_needs_a_reference_and_a_page_to_write(standard, scored, tmp_path):
    for name, said in (("drift.html", "--reference FILE"), (scored.name, "ends in .html")):
        before = scored.read_bytes()
        done = essex(
            "assess", "--data", scored, *FIRST_HOUR,
            "--standard", standard, "--out", tmp_path / "out", "--evidently", tmp_path / name,
        )  # fmt: skip
        assert done.returncode == 2
        assert said in done.stdout + done.stderr
        assert not (tmp_path / "drift.html").exists()
        assert not (tmp_path / "out").exists()
        assert scored.read_bytes() == before
