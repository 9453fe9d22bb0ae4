"""What happens to a record when runs meet, die, or come with something else."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from essex_standard.errors import AssessmentFileError, EssexError
from essex_standard.monitoring import Monitor
from tests.helpers import essex
from tests.monitoring.months import approved, month


@pytest.fixture(scope="module")
def assessment(tmp_path_factory):
    return approved(tmp_path_factory.mktemp("approved"), rows=200)


def started(assessment, data, out, day="2026-03-01"):
    """Start a look in a process of its own, as a scheduler would."""
    return subprocess.Popen(
        [sys.executable, "-m", "essex_standard", "monitor", str(assessment), "--data", str(data),
         "--out", str(out), "--as-of", day],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def batches(tmp_path, *numbers):
    for n in numbers:
        month(n, rows=200).to_csv(tmp_path / f"{n}.csv", index=False)
    return [tmp_path / f"{n}.csv" for n in numbers]


def entries(out):
    return [e["period"] for e in json.loads((out / "monitoring.json").read_text())["entries"]]


def test_two_at_once_both_leave_their_batch_in_the_record(assessment, tmp_path):
    out = tmp_path / "record"
    both = [started(assessment, data, out) for data in batches(tmp_path, 12, 13)]
    ended = [(p.communicate(timeout=120), p.returncode) for p in both]
    assert all(code in (0, 3) for _, code in ended), ended
    assert sorted(entries(out)) == ["2026-01", "2026-02"]
    # And the record is one that can be gone on with.
    (third,) = batches(tmp_path, 14)
    assert essex("monitor", assessment, "--data", third, "--out", out, "--as-of", "2026-04-01")
    assert sorted(entries(out)) == ["2026-01", "2026-02", "2026-03"]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("after", [0.5, 4.0])
def test_a_run_that_is_killed_leaves_the_record_as_it_was(assessment, tmp_path, after):
    out = tmp_path / "record"
    first, second = batches(tmp_path, 12, 13)
    essex("monitor", assessment, "--data", first, "--out", out, "--as-of", "2026-02-01")
    store = (out / "monitoring.evidence").read_bytes()
    process = started(assessment, second, out)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    now = (out / "monitoring.evidence").read_bytes()
    # As it was, or whole with the new batch, if it was that quick: nothing between.
    content = json.loads(gzip.decompress(now))
    assert now == store or len(content["record"]["entries"]) == 2
    # The next run goes on as if nothing had been.
    done = essex("monitor", assessment, "--data", second, "--out", out, "--as-of", "2026-03-01")
    assert done.returncode in (0, 3)
    assert entries(out) == ["2026-01", "2026-02"]
    assert not list(out.glob(".*.part")) or process.returncode == -signal.SIGKILL


def test_a_batch_that_cannot_be_used_leaves_every_file_as_it_was(assessment, tmp_path):
    out = tmp_path / "record"
    watcher = Monitor(assessment, out=out)
    watcher.look(month(12, rows=200), as_of=dt.date(2026, 2, 1))
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    for frame in (month(13, rows=200).drop(columns="score"), month(13, rows=200).iloc[:0]):
        with pytest.raises(EssexError):
            watcher.look(frame, as_of=dt.date(2026, 3, 1))
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before


@pytest.mark.parametrize("schema", ["essex-standard/store/0", "essex-standard/store/99"])
def test_evidence_of_another_version_is_told_how_to_migrate(assessment, tmp_path, schema):
    stored = assessment.with_suffix(".evidence")
    raw = stored.read_bytes()
    packed = raw[:2] == b"\x1f\x8b"
    content = json.loads(gzip.decompress(raw) if packed else raw)
    changed = json.dumps(content | {"schema": schema}).encode()
    other = tmp_path / "other.evidence"
    other.write_bytes(gzip.compress(changed) if packed else changed)
    with pytest.raises(AssessmentFileError) as refused:
        Monitor(assessment, out=tmp_path / "record", evidence=other)
    said = str(refused.value)
    assert f"it is in the form {schema}" in said
    assert "To migrate, run 'essex-standard assess'" in said


def test_a_record_of_another_assessment_is_not_gone_on_with(assessment, tmp_path):
    out = tmp_path / "record"
    Monitor(assessment, out=out).look(month(12, rows=200), as_of=dt.date(2026, 2, 1))
    (tmp_path / "other").mkdir()
    other = approved(tmp_path / "other", rows=200, seed=9)
    with pytest.raises(AssessmentFileError, match="of another assessment"):
        Monitor(other, out=out).look(month(13, rows=200), as_of=dt.date(2026, 3, 1))
