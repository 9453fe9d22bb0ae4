"""Exit 0 released, 1 blocked, 3 referred without a decision, 2 unusable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

from tests.helpers import AS_OF, F_WORSE_OFF, essex, people, write_standard, write_submission


class Cases(NamedTuple):
    """Assessments of each verdict, and the model files around one of them."""

    passing: Path
    blocked: Path
    referred: Path
    early: Path
    models: Path


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> Cases:
    from sklearn.linear_model import LogisticRegression
    from skops.io import dump

    home = tmp_path_factory.mktemp("cases")
    standard = write_standard(home / "standard")
    unsure = write_standard(home / "unsure", limit="0.001")
    by_model = ('scores = "score"', 'file = "model.skops"')
    frame = people()
    found = {}
    for name, data, rules, replaced in (
        ("passing", frame, standard, [by_model]),
        ("blocked", people(F_WORSE_OFF), standard, []),
        ("referred", frame, unsure, []),
        ("early", frame, unsure, [('stage = "pilot"', 'stage = "development"')]),
    ):
        path = write_submission(home / name, data, *replaced)
        if replaced == [by_model]:
            model = LogisticRegression().fit(frame[["score"]], frame["happened"])
            dump(model, path.parent / "model.skops")
            dump(model, path.parent / "again.skops")
            other = LogisticRegression().fit(frame[["score"]], 1 - frame["happened"])
            dump(other, path.parent / "other.skops")
        done = essex(
            "assess", path, "--standard", rules, "--as-of", AS_OF, "--out", home / name / "out"
        )
        assert done.returncode == 0, done.stderr
        found[name] = home / name / "out" / "assessment.json"
    return Cases(**found, models=home / "passing")


def test_a_model_that_meets_the_standard_is_released(cases):
    done = essex("gate", cases.passing)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "A small project: PASS. Meets the Standard as adopted on 2026-01-01.",
        "Released.",
    ]


def test_a_block_stops_whatever_else_is_asked(cases):
    for options in ([], ["--fail-on", "block"], ["--fail-on", "refer"]):
        done = essex("gate", cases.blocked, *options)
        assert done.returncode == 1
        assert "BIAS-02 (block, not met): Among people who had the outcome" in done.stdout
        assert done.stdout.splitlines()[-1] == "Not released: a block stands."


def test_a_referral_without_a_decision_is_not_a_release(cases):
    done = essex("gate", cases.referred)
    assert done.returncode == 3
    assert done.stdout.splitlines()[-1] == "Not released: the board has not decided."


def test_before_the_pilot_a_referral_goes_on_and_is_printed_loudly(cases):
    done = essex("gate", cases.early)
    assert done.returncode == 0
    assert "REFERRED TO THE BOARD." in done.stdout
    assert "the stage 'development'" in done.stdout
    assert "the model may not be used on people" in done.stdout
    assert "Released." not in done.stdout
    assert essex("gate", cases.early, "--fail-on", "refer").returncode == 3
    assert essex("gate", cases.referred, "--fail-on", "block").returncode == 0


def test_an_old_assessment_no_longer_counts(cases):
    fresh = essex("gate", cases.passing, "--max-age", 30, "--as-of", "2026-12-23")
    assert fresh.returncode == 0
    old = essex("gate", cases.passing, "--max-age", 30, "--as-of", "2026-12-24")
    assert old.returncode == 1
    assert "the assessment is 31 days old, and 30 are allowed" in old.stdout
    early = essex("gate", cases.passing, "--max-age", 30, "--as-of", "2026-11-01")
    assert early.returncode == 1
    assert "still to come" in early.stdout


def test_the_model_must_be_the_one_assessed_by_its_bytes_or_by_its_state(cases):
    first, again = cases.models / "model.skops", cases.models / "again.skops"
    assert essex("gate", cases.passing, "--model", first).returncode == 0
    if first.read_bytes() != again.read_bytes():
        assert essex("gate", cases.passing, "--model", again).returncode == 0
    other = essex("gate", cases.passing, "--model", cases.models / "other.skops")
    assert other.returncode == 1
    assert "'other.skops' is not the model that was assessed" in other.stdout
    absent = essex("gate", cases.passing, "--model", cases.models / "absent.skops")
    assert absent.returncode == 2
    assert "the file cannot be read" in absent.stderr


def test_a_model_file_cannot_pass_for_scores_that_were_assessed(cases):
    done = essex("gate", cases.referred, "--model", cases.models / "model.skops")
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.update(verdict="pass"), "the verdict 'pass' does not follow"),
        (lambda s: s["release"].update(allowed=True), "release is marked as allowed"),
        (lambda s: s["findings"][0].update(level="note"), "does not follow from the findings"),
        (lambda s: s["findings"][0].update(outcome="met"), "does not follow from the findings"),
        (lambda s: s["subject"].update(stage="idea"), "it was changed after it was written"),
        (lambda s: s.pop("digest"), "digest"),
        (lambda s: s.update(extra=1), "extra"),
    ],
)
def test_a_file_changed_by_hand_is_refused(cases, tmp_path, change, message):
    stored = json.loads(cases.blocked.read_text())
    change(stored)
    edited = tmp_path / "assessment.json"
    edited.write_text(json.dumps(stored))
    done = essex("gate", edited)
    assert done.returncode == 2, done.stdout
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\x1f\x8bnot gzip", b"{}", b"\xff\xfe"])
def test_garbage_is_refused_without_a_traceback(tmp_path, content):
    (tmp_path / "assessment.json").write_bytes(content)
    done = essex("gate", tmp_path / "assessment.json")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: ")
    assert str(tmp_path) in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_not_there_is_refused(tmp_path):
    done = essex("gate", tmp_path / "assessment.json")
    assert done.returncode == 2
    assert "there is no such file. Check the path." in done.stderr


def test_options_that_mean_nothing_are_refused(cases):
    for options, message in (
        (["--fail-on", "never"], "'never' is neither block nor refer"),
        (["--as-of", "soon"], "--as-of: 'soon' is not a date"),
        (["--max-age", "-1"], "-1 is not a number of days"),
    ):
        done = essex("gate", cases.passing, *options)
        assert done.returncode == 2
        assert message in done.stderr


def test_junit_shows_each_check(cases, tmp_path):
    done = essex("gate", cases.blocked, "--junit", tmp_path / "gate.xml")
    assert done.returncode == 1
    root = ET.parse(tmp_path / "gate.xml").getroot()
    (case,) = root.iter("testcase")
    assert case.get("name") == "BIAS-02 Need is found equally often in each group"
    assert case.find("failure").get("type") == "block"
    assert root.get("failures") == "1"
    essex("gate", cases.passing, "--junit", tmp_path / "gate.xml")
    assert ET.parse(tmp_path / "gate.xml").getroot().get("failures") == "0"


def test_junit_that_cannot_be_written_is_told(cases, tmp_path):
    done = essex("gate", cases.passing, "--junit", tmp_path / "no" / "such" / "folder.xml")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
