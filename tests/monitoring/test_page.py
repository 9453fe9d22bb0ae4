"""Two sheets of paper, however long a model is watched and whatever moved."""

import dataclasses
import datetime as dt
import io

import pytest
from pypdf import PdfReader

from essex_standard.monitoring import Monitor
from essex_standard.monitoring.page import MOST_BREAKS, render
from essex_standard.monitoring.record import Break, Standing, read_store
from essex_standard.monitoring.writing import STORE, on_two_sheets
from tests.monitoring.months import STOP, approved, month


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """One month in which something moved, made into three years of it."""
    home = tmp_path_factory.mktemp("approved")
    watcher = Monitor(approved(home, rows=200, text=STOP), out=home / "record")
    frame = month(12, rows=200, shift=2.0)
    entry = watcher.look(frame, as_of=dt.date(2026, 2, 1)).entry
    one = read_store(home / "record" / STORE).record
    words = "A long sentence about what was found in this check, repeated to fill its line. " * 4
    seen = tuple(
        dataclasses.replace(
            s,
            standing=standing,
            finding=dataclasses.replace(s.finding, check=f"X-{i}{j}", statement=words),
        )
        for i, s in enumerate(entry.seen[:12])
        for j, standing in enumerate((Standing.MOVED, Standing.LOST, Standing.AWAITED))
    )
    entries = tuple(
        dataclasses.replace(
            entry, batch=f"b{k}", seen=seen, period=f"{2026 + k // 12}-{k % 12 + 1:02d}",
            on=f"{2026 + k // 12}-{k % 12 + 1:02d}-28",
        )
        for k in range(36)
    )  # fmt: skip
    breaks = tuple(Break(on=f"2026-{k + 1:02d}-15", what=f"New form {k + 1}") for k in range(9))
    told = tuple(f"Sentence {k} of what else is to be told of these batches." for k in range(20))
    return dataclasses.replace(one, entries=entries, breaks=breaks, told=told)


def test_three_years_of_looks_stay_on_two_sheets(record):
    pdf = PdfReader(io.BytesIO(on_two_sheets(record, digest="sha256:0")))
    assert len(pdf.pages) == 2
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "X-00" in text
    assert "more, in monitoring.html" in text
    assert "New form 9" in text


def test_the_screen_has_all_of_it(record):
    page = render(record, digest="sha256:0", paper=False)
    assert all(f"X-{i}0" in page for i in range(12))
    assert all(f"New form {k + 1}" in page for k in range(9))
    assert all(f"Sentence {k} " in page for k in range(20))
    paper = render(record, digest="sha256:0", paper=True, fewer=(1, 160))
    assert "X-10" not in paper
    assert sum(f"New form {k + 1}" in paper for k in range(9)) == MOST_BREAKS


def test_a_quiet_month_is_not_cut(record):
    first = record.entries[0]
    quiet = dataclasses.replace(
        record,
        entries=(dataclasses.replace(first, seen=first.seen[:1]),),
        watch=record.watch[:1],
        breaks=record.breaks[:1],
        told=record.told[:2],
    )
    pdf = PdfReader(io.BytesIO(on_two_sheets(quiet, digest="sha256:0")))
    assert len(pdf.pages) == 2
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "more, in monitoring.html" not in text
    assert "Sentence 1" in text
