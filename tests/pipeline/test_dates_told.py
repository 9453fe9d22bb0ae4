"""Dates in several time zones, and dates to come: told, and never more than must be."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.pipeline.dates_told import dates_told
from tests.helpers import AS_OF, people, write_standard

DAY = dt.date(2026, 11, 25)


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-01-01T10:00:00", "2026-02-01T10:00:00+00:00"],
        ["2026-01-01 10:00 Z", "2026-02-01 10:00"],
        ["2026-01-01T10:00:00+00:00", "2026-02-01T10:00:00+05:30"],
        ["2026-01-01T10:00:00-0500", "2026-02-01T10:00:00Z"],
    ],
)
def test_several_time_zones_are_told(texts):
    [said] = dates_told(np.array(texts, dtype=object), DAY, name="opened")
    assert "(column 'opened') are in several time zones" in said


@pytest.mark.parametrize(
    "texts",
    [
        ["2026-01-01T10:00:00+00:00", "2026-07-01T10:00:00+01:00"],
        ["2026-01-01T10:00:00", "2026-07-01T10:00:00.123"],
        ["2026-01-01", "2026-07-01"],
        ["2026-01-01", "2026-07-01T10:00:00Z"],
        ["2014J", "2013B"],
        [2013, 2014],
        [None, np.nan],
    ],
)
def test_one_zone_and_its_summer_time_are_not(texts):
    assert dates_told(np.array(texts, dtype=object), DAY) == ()


def test_timestamps_tell_as_texts_do():
    zones = pd.Series(
        [pd.Timestamp("2026-01-01 10:00"), pd.Timestamp("2026-01-02 10:00", tz="Asia/Tokyo")],
        dtype=object,
    )
    assert "several time zones" in dates_told(zones.to_numpy(), DAY)[0]
    alike = pd.date_range("2026-01-01", periods=90, tz="Europe/London")
    assert dates_told(np.asarray(alike.astype(object)), DAY) == ()


@pytest.mark.parametrize(
    ("rows", "words"),
    [(3, "A few rows"), (9, "A few rows"), (12, "About 10 rows"), (13, "About 15")],
)
def test_dates_to_come_are_told_in_rounded_numbers(rows, words):
    [said] = dates_told(np.array(["2026-11-26"] * rows + ["2026-11-25"] * 50), DAY)
    assert said.startswith(words)
    assert "2026-11-26" not in said


def test_a_board_reads_of_both(tmp_path):
    frame = people()
    frame["opened"] = "2026-01-05T10:00:00"
    frame.loc[:40, "opened"] = "2026-01-05T10:00:00+09:00"
    frame.loc[50:80, "opened"] = "2031-01-05T10:00:00"
    assessment = assess(
        None, frame, "happened", scores="score", protected=["sex"], threshold=0.5, time="opened",
        standard=write_standard(tmp_path), as_of=AS_OF,
    )  # fmt: skip
    said = " ".join(assessment.told)
    assert "(column 'opened') are in several time zones" in said
    assert "About 30 rows are dated after the day of the assessment" in said
