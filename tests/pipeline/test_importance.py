"""A shift in a column that the model hardly uses is a note, in one that drives it a referral."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.assessment import Outcome
from tests.helpers import ROOT, write_standard

DRIFT = ROOT / "checks" / "drift"
NAMES = ("number_drift", "hardly_used_drift")


def score(frame):
    return 1 / (1 + np.exp(-2 * frame["drives"] - 0.05 * frame["hardly"]))


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    files = {f"drift/{n}.toml": (DRIFT / f"{n}.toml").read_text(encoding="utf-8") for n in NAMES}
    return write_standard(tmp_path_factory.mktemp("standard"), files)


def people(seed, n, **moved):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({c: rng.normal(size=n) + moved.get(c, 0) for c in ("drives", "hardly")})


def found(standard, now, **more):
    then = people(2, 3000)
    y, y_then = ((f["drives"] > 0).astype(int) for f in (now, then))
    assessment = assess(
        score, now, y, reference=then, reference_y=y_then, threshold=0.5, standard=standard,
        protected=pd.DataFrame({"half": np.arange(len(now)) % 2}), as_of="2026-11-25", **more,
    )  # fmt: skip
    return {f.check: f for f in assessment.findings}


def test_a_shift_counts_where_the_column_drives_the_model(standard):
    findings = found(standard, people(1, 2000, drives=0.5))
    assert findings["DRIFT-10"].outcome is Outcome.NOT_MET
    assert "drives" in findings["DRIFT-10"].statement
    assert findings["DRIFT-11"].outcome is Outcome.MET


def test_where_the_model_hardly_uses_it_a_shift_is_a_note(standard):
    findings = found(standard, people(1, 2000, hardly=1.0))
    assert findings["DRIFT-10"].outcome is Outcome.MET
    assert (findings["DRIFT-11"].outcome, findings["DRIFT-11"].level.value) == (
        Outcome.NOT_MET,
        "note",
    )
    shares = {
        m.attribute: m.value
        for check in ("DRIFT-10", "DRIFT-11")
        for m in findings[check].measurements
        if m.measure == "score_variance_share"
    }
    assert shares["drives"] > 0.9
    assert shares["hardly"] < 0.01


def test_a_column_that_broke_still_drives_the_model(standard):
    # The same for everybody now: shuffling it moves no score.
    now = people(1, 2000).assign(drives=2.0)
    assert found(standard, now)["DRIFT-10"].outcome is Outcome.NOT_MET
