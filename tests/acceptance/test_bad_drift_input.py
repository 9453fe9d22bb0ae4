"""Bad columns, on either side: a clear outcome in words, never a pass, never a crash.

Black box: `from essex_standard import assess` with the shipped checks of what columns hold.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from essex_standard import EssexError, Outcome, assess
from tests.helpers import ROOT, write_standard

CHECKS = {
    f"drift/{path.name}": path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "checks" / "drift").glob("*.toml"))
    if 'across = ["columns"]' in path.read_text(encoding="utf-8")
}
N = 400
RNG = np.random.default_rng(11)


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    return write_standard(tmp_path_factory.mktemp("standard"), CHECKS)


def table(n=N, **columns):
    """Return people with a number, a category and a date, some columns changed or left out."""
    usual = {
        "visits": RNG.gamma(4.0, 10.0, n),
        "tenure": RNG.choice(["rent", "own", "other"], n),
        "referred": pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.integers(0, 365, n), "D"),
    }
    return pd.DataFrame({k: v for k, v in (usual | columns).items() if v is not None})


def reads_nothing(frame):
    """Score without touching the columns: what is tested here is what is said of them."""
    return np.linspace(0.0, 1.0, len(frame))


def findings(standard, new, old):
    assessment = assess(
        reads_nothing,
        new,
        np.arange(len(new)) % 2,
        protected=pd.DataFrame({"sex": np.where(np.arange(len(new)) % 3 == 0, "F", "M")}),
        reference=old,
        threshold=0.5,
        standard=standard,
        as_of=dt.date(2026, 11, 23),
    )
    return {f.check: f for f in assessment.findings if f.theme == "drift"}


def said(finding):
    return " ".join((finding.statement, *finding.details))


def test_nothing_bad_is_met(standard):
    for finding in findings(standard, table(2000), table(5000)).values():
        # The scorer uses no column, so that none drives it: DRIFT-11 is the one that looks at them.
        fine = {Outcome.MET, Outcome.UNCERTAIN, Outcome.NOT_APPLICABLE}
        assert finding.outcome in fine, said(finding)
    met = findings(standard, table(2000), table(5000))
    assert met["DRIFT-05"].outcome is met["DRIFT-06"].outcome is Outcome.MET
    assert met["DRIFT-11"].outcome in {Outcome.MET, Outcome.UNCERTAIN}


def test_no_column_in_common_passes_nothing(standard):
    old = table().rename(columns=str.upper)
    found = findings(standard, table(), old)
    assert not [f.check for f in found.values() if f.outcome is Outcome.MET]
    assert found["DRIFT-06"].outcome is Outcome.NOT_MET
    for name in ("visits", "tenure", "referred"):
        assert name in said(found["DRIFT-06"])


def test_a_column_that_is_wholly_missing_now_is_not_met(standard):
    found = findings(standard, table(visits=np.full(N, np.nan)), table())
    assert found["DRIFT-05"].outcome is found["DRIFT-06"].outcome is Outcome.NOT_MET
    assert "visits lacks a value more often" in found["DRIFT-05"].statement
    assert "visits was a number in the reference and is empty now" in said(found["DRIFT-06"])


def test_columns_missing_on_both_sides_are_not_assessed(standard):
    empty = {"visits": np.full(N, np.nan), "tenure": [None] * N, "referred": [pd.NaT] * N}
    found = findings(standard, table(**empty), table(**empty))
    assert found["DRIFT-06"].outcome is Outcome.NOT_ASSESSED
    assert "its kind is not known" in said(found["DRIFT-06"])


def test_constant_columns_that_stay_so_are_no_drift(standard):
    same = {"visits": np.full(N, 3.0), "tenure": ["rent"] * N}
    found = findings(standard, table(**same), table(**same))
    assert found["DRIFT-05"].outcome is found["DRIFT-06"].outcome is Outcome.MET


def test_infinite_values_are_told(standard):
    visits = np.where(np.arange(N) % 2, np.inf, 4.0)
    found = findings(standard, table(visits=visits), table())
    assert found["DRIFT-05"].outcome is Outcome.NOT_MET
    assert "Column visits holds infinite numbers." in said(found["DRIFT-05"])


def test_a_category_that_became_a_number_is_told(standard):
    found = findings(standard, table(tenure=RNG.integers(0, 3, N)), table())
    assert found["DRIFT-06"].outcome is Outcome.NOT_MET
    assert "tenure was a category in the reference and is a number now" in said(found["DRIFT-06"])


def test_a_code_in_two_spellings_is_the_same_code(standard):
    code = RNG.integers(1, 5, N)
    found = findings(standard, table(tenure=code.astype(str)), table(tenure=code))
    assert found["DRIFT-06"].outcome is Outcome.MET


def test_mixed_time_zones_are_read_as_days(standard):
    zones = (dt.UTC, dt.timezone(dt.timedelta(hours=9)))
    mixed = pd.Series(
        [dt.datetime(2024, 1 + i % 12, 1, 23, tzinfo=zones[i % 2]) for i in range(N)], dtype=object
    )
    found = findings(standard, table(referred=mixed), table())
    assert found["DRIFT-06"].outcome is Outcome.MET


def test_dates_in_the_future_do_not_pass(standard):
    later = pd.Timestamp("2031-01-01") + pd.to_timedelta(RNG.integers(0, 365, N), "D")
    found = findings(standard, table(referred=later), table())
    assert found["DRIFT-11"].outcome is Outcome.NOT_MET
    assert "referred" in found["DRIFT-11"].statement


@pytest.mark.parametrize(("new", "old"), [(0, N), (N, 0)])
def test_no_rows_are_refused_by_name(standard, new, old):
    with pytest.raises(EssexError, match="it has no rows"):
        findings(standard, table().iloc[:new], table().iloc[:old])
