"""Canaries planted in the rows: none may be found in any output, message, repr or exception."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import traceback

import numpy as np
import pandas as pd
import pytest

import essex_standard
from essex_standard.errors import EssexError, PdfUnavailable
from essex_standard.exchange.junit import junit_xml
from essex_standard.reports.store import evidence_bytes, read_json

CANARY = "CANARY"


def table(n=900, seed=2):
    """Return rows full of canaries: keys, notes, index labels, rare and missing values."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "person_id": [f"{CANARY}-id-{i}" for i in range(n)],
            "note": [f"{CANARY} told the worker about matter {i}" for i in range(n)],
            "postcode": rng.choice([f"{CANARY}{i}" for i in range(40)], n),
            "income": rng.normal(20_000, 4_000, n),
            "sex": rng.choice(["F", "M"], n),
        },
        index=[f"{CANARY}-row-{i}" for i in range(n)],
    )
    frame["score"] = rng.uniform(size=n)
    frame["happened"] = (rng.uniform(size=n) < frame["score"]).astype(int)
    return frame


def assess(frame, **more):
    given = {
        "scores": "score", "y": "happened", "protected": ["sex"], "threshold": 0.5,
        "reference": frame.iloc[: len(frame) // 2], "clusters": "person_id",
        "as_of": "2026-11-23", **more,
    }  # fmt: skip
    return essex_standard.assess(given.pop("model", None), frame, **given)


@pytest.fixture(scope="module")
def assessed():
    return assess(table())


def test_no_row_stands_in_json_html_or_junit(assessed, tmp_path):
    assessed.to_json(tmp_path / "a.json")
    assessed.to_html(tmp_path / "a.html")
    junit = junit_xml(read_json(tmp_path / "a.json"))

    assert CANARY not in (tmp_path / "a.json").read_text("utf-8")
    assert CANARY not in (tmp_path / "a.html").read_text("utf-8")
    assert CANARY.encode() not in junit
    assert CANARY not in assessed._repr_html_()


def test_no_row_stands_in_the_pdf(assessed, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    try:
        assessed.to_pdf(tmp_path / "a.pdf")
    except PdfUnavailable as error:
        pytest.skip(str(error))
    reader = pypdf.PdfReader(tmp_path / "a.pdf")

    assert CANARY not in "".join(page.extract_text() for page in reader.pages)
    assert CANARY.encode() not in (tmp_path / "a.pdf").read_bytes()
    assert CANARY not in str(reader.metadata)


def test_no_row_stands_in_what_python_prints(assessed):
    printed = [repr(assessed), str(assessed), repr(assessed.findings), str(assessed.told)]
    printed += [assessed.measurements().to_string(), repr(assessed.context)]

    assert not [text for text in printed if CANARY in text]


def test_no_error_about_the_rows_quotes_them():
    frame = table(260)
    wrong = {
        "missing score": {"scores": frame["score"].where(frame["score"] > 0.5)},
        "score out of range": {"scores": frame["score"] * 3},
        "text as scores": {"scores": frame["note"]},
        "text as outcome": {"y": frame["note"]},
        "outcome not named": {"y": frame["note"], "positive": "yes"},
        "key as group": {"protected": ["person_id"]},
        "absent column": {"protected": ["gender"]},
        "text as weights": {"weights": "note"},
        "text as known": {"outcome_known": "note"},
        "other rows": {"y": frame["happened"].iloc[::-1]},
        "fewer rows": {"y": frame["happened"].iloc[1:]},
        "model that chokes": {"model": lambda X: X["note"].astype(float), "scores": None},
        "model that quotes": {"model": quoting, "scores": None},
    }  # fmt: skip
    for name, more in wrong.items():
        with pytest.raises(EssexError) as caught:
            assess(frame, **more)
        assert CANARY not in str(caught.value), name
        assert CANARY not in repr(caught.value), name


def quoting(X):
    raise ValueError(f"cannot score {X['note'].iloc[0]}")


def test_an_error_of_the_command_line_shows_no_row(tmp_path):
    table(60).to_csv(tmp_path / "data.csv", index=False)
    options = ["--scores", "score", "--outcome", "note", "--protected", "sex", "--threshold", "0.5"]
    done = subprocess.run(
        [sys.executable, "-m", "essex_standard", "assess", "--data", str(tmp_path / "data.csv"),
         *options, "--out", str(tmp_path / "out")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert CANARY not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_group_that_is_declared_keeps_its_name_and_only_that(tmp_path):
    frame = table(400)
    frame["sex"] = np.where(np.arange(400) < 4, "rare group", frame["sex"])
    assess(frame).to_json(tmp_path / "a.json")
    content = json.loads((tmp_path / "a.json").read_text("utf-8"))
    mine = [m for f in content["findings"] for m in f["measurements"] if m["group"] == "rare group"]

    assert mine
    assert all(m["withheld"] and m["n"] is None and m["value"] is None for m in mine)


@pytest.mark.parametrize("rows", [60, 900])
def test_the_restricted_store_keeps_counts_and_no_copy_of_a_text_or_a_key(tmp_path, rows):
    frame = table(rows)
    frame["nhs_number"] = np.arange(rows) * 7919 + 4_010_232_137
    assessed = assess(frame)
    stored = gzip.decompress(evidence_bytes(assessed)).decode("utf-8")
    key = str(int(frame["nhs_number"].iloc[rows // 2]))

    assert f"{CANARY}-id" not in stored
    assert f"{CANARY} told" not in stored
    assert key not in stored
    assert "postcode" in stored


def test_what_is_stored_once_is_stored_the_same_again(assessed, tmp_path):
    assessed.save(tmp_path / "one")
    again = essex_standard.Assessment.load(tmp_path / "one")
    again.save(tmp_path / "two")

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert again.evidence.assessed.groups == assessed.evidence.assessed.groups


def test_tracebacks_are_not_what_a_user_sees_of_a_model_that_fails():
    with pytest.raises(EssexError) as caught:
        assess(table(60), model=quoting, scores=None)

    last = "".join(traceback.format_exception_only(caught.value))
    assert CANARY not in last
