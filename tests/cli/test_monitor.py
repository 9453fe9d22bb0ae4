"""``essex-standard monitor``: a look at each batch, an exit code, a record without a row."""

from __future__ import annotations

import gzip
import json
import stat

import pytest

from tests.helpers import essex
from tests.monitoring.months import STOP, approved, month

DELAY = "[label]\nlag_months = 6\n"


@pytest.fixture(scope="module")
def assessment(tmp_path_factory):
    return approved(tmp_path_factory.mktemp("approved"), text=STOP + DELAY)


@pytest.fixture
def look(assessment, tmp_path):
    def one(frame, *more, day="2026-02-01", name="batch.csv"):
        path = tmp_path / name
        frame.to_csv(path, index=False)
        out = tmp_path / "record"
        return essex("monitor", assessment, "--data", path, "--out", out, "--as-of", day, *more)

    return one


def test_a_month_like_those_assessed_is_fine(look, tmp_path):
    done = look(month(12))
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads((tmp_path / "record" / "monitoring.json").read_text())
    (entry,) = record["entries"]
    assert (entry["period"], entry["look"], record["verdict"]) == ("2026-01", 1, "pass")
    assert record["stops"][0]["words"] == "true_positive_rate < 0.45, window P3M"
    assert record["stops"][0]["answer"] == "not triggered"


def test_a_column_that_moved_is_for_the_board_to_look_at(look):
    done = look(month(12, shift=1.0))
    assert done.returncode == 3
    assert "column visits" in done.stdout.lower()
    assert "the data of the assessment" in done.stdout


def test_the_same_batch_twice_changes_nothing(look, tmp_path):
    look(month(12))
    files = {p: p.read_bytes() for p in (tmp_path / "record").iterdir()}
    again = look(month(12), day="2026-05-01", name="under another name.csv")
    assert again.returncode == 0
    assert "in the record already" in again.stdout
    assert {p: p.read_bytes() for p in (tmp_path / "record").iterdir()} == files


def test_no_row_is_kept_and_the_evidence_is_its_owners_alone(look, tmp_path):
    frame = month(12)
    frame.loc[0, "key"] = "canary-4711"
    frame.loc[0, "visits"] = 7193.25
    look(frame)
    for path in (tmp_path / "record").iterdir():
        raw = path.read_bytes()
        content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
        assert b"canary-4711" not in content, path
        assert b"family 12/" not in content, path
        if path.name != "monitoring.evidence":
            assert b"7193" not in content, path
    mode = stat.S_IMODE((tmp_path / "record" / "monitoring.evidence").stat().st_mode)
    assert mode == 0o600


def test_without_its_evidence_an_assessment_cannot_be_monitored(assessment, tmp_path):
    alone = tmp_path / "assessment.json"
    alone.write_bytes(assessment.read_bytes())
    month(12).to_csv(tmp_path / "batch.csv", index=False)
    done = essex("monitor", alone, "--data", tmp_path / "batch.csv", "--out", tmp_path / "record")
    assert done.returncode == 2
    assert "--evidence" in done.stderr
    assert not (tmp_path / "record").exists()


def test_until_outcomes_come_performance_is_not_assessed_yet(look, tmp_path):
    done = look(month(12).drop(columns="happened"))
    assert done.returncode == 0, done.stdout
    (entry,) = json.loads((tmp_path / "record" / "monitoring.json").read_text())["entries"]
    awaited = [s["finding"] for s in entry["seen"] if s["standing"] == "awaited"]
    assert awaited
    assert all("from 2026-07-31" in f["statement"] for f in awaited)
    assert not entry["judged"]


def test_late_outcomes_are_joined_to_the_batch_that_is_there(look, tmp_path):
    frame = month(12)
    look(frame.drop(columns="happened"))
    late = tmp_path / "late.csv"
    frame[["key", "happened"]].sample(frac=1, random_state=1).to_csv(late, index=False)
    done = look(
        frame.drop(columns="happened"), "--outcomes", late, "--key", "key", day="2026-08-01"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (entry,) = json.loads((tmp_path / "record" / "monitoring.json").read_text())["entries"]
    assert (entry["judged"], entry["outcomes_on"], entry["looked_on"]) == (
        True, "2026-08-01", "2026-02-01",
    )  # fmt: skip
    assert not [s for s in entry["seen"] if s["standing"] == "awaited"]
    found = {m["measure"]: m["value"] for m in entry["figures"]}
    assert 0.7 < found["roc_auc"] < 0.95


def test_outcomes_that_are_overdue_are_for_the_board_to_look_at(look):
    look(month(12).drop(columns="happened"))
    done = look(month(13).drop(columns="happened"), day="2026-08-02")
    assert done.returncode == 3
    assert "outcomes of 2026-01 were due on 2026-07-31" in done.stdout


def test_a_stop_criterion_that_is_met_with_stops_the_model(look, tmp_path):
    done = look(month(12, rows=1500, worse=1.0))
    assert done.returncode == 1
    assert "Stop if true_positive_rate < 0.45, window P3M: triggered." in done.stdout


def test_a_batch_from_the_future_is_refused_and_nothing_is_recorded(look, tmp_path):
    done = look(month(14), day="2026-02-01")
    assert done.returncode == 2
    assert "after the day of the look" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "record" / "monitoring.json").exists()


def test_the_page_names_what_moved_and_draws_it(look, tmp_path):
    look(month(12, shift=1.0))
    pdf = (tmp_path / "record" / "monitoring.pdf").read_bytes()
    page = (tmp_path / "record" / "monitoring.html").read_text()
    assert pdf.startswith(b"%PDF")
    assert "DRIFT-10" in page
    assert page.count("<svg") == 1


def test_infinite_numbers_that_are_new_are_told(look):
    frame = month(12)
    frame["visits"] = frame["visits"].astype(float)
    frame.loc[frame.index[:30], "visits"] = float("inf")
    done = look(frame)
    assert "column visits holds infinite numbers" in " ".join(done.stdout.lower().split())
