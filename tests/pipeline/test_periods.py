"""The period of each row: dates are put into months, quarters or years, names stay as they are."""

import numpy as np
import pandas as pd
import pytest

from essex_standard.errors import DataError
from essex_standard.pipeline.periods import periods_of


def days(first, last, each):
    return np.repeat(pd.date_range(first, last, freq="D").to_numpy(), each)


def test_names_of_periods_stay_as_they_are_and_missing_ones_are_unknown():
    found = periods_of(np.array(["2013J", "2014B", None, " "], dtype=object))
    assert found.labels.tolist() == ["2013J", "2014B", "unknown", "unknown"]
    assert periods_of([2013, 2014.0]).labels.tolist() == ["2013", "2014"]


def test_dates_become_the_finest_span_in_which_the_usual_period_holds_enough():
    assert set(periods_of(days("2024-01-01", "2024-04-30", 20)).labels) == {
        "2024-01", "2024-02", "2024-03", "2024-04",
    }  # fmt: skip
    assert set(periods_of(days("2024-01-01", "2024-06-30", 6)).labels) == {"2024 Q1", "2024 Q2"}
    assert set(periods_of(days("2023-01-01", "2024-12-31", 2)).labels) == {"2023", "2024"}


@pytest.mark.parametrize(
    ("unit", "expected"), [("month", "2024-03"), ("quarter", "2024 Q1"), ("year", "2024")]
)
def test_a_declared_unit_holds(unit, expected):
    assert set(periods_of(np.array(["2024-03-07T10:00", "07/03/2024"]), unit).labels) == {expected}


def test_days_of_both_orders_and_time_zones_are_read():
    mixed = np.array(["2024-03-31T23:30:00+00:00", "2024-04-01T00:30:00+02:00"], dtype=object)
    assert set(periods_of(mixed, "month").labels) == {"2024-03"}
    assert set(periods_of(np.array(["13/02/2024", "01/02/2024"]), "month").labels) == {"2024-02"}


def test_an_unreadable_date_is_unknown_and_drops_nobody():
    found = periods_of(np.array(["2024-03-07", "2024-03-08", "soon"], dtype=object), "year")
    assert found.labels.tolist() == ["2024", "2024", "unknown"]


def test_why_there_are_none_is_said():
    assert "no date of each row was given" in periods_of(None).reason
    assert "no row has a date" in periods_of([None, ""]).reason
    many = periods_of([f"row {i}" for i in range(100)])
    assert many.labels is None
    assert "neither dates nor" in many.reason
    assert "called 'period'" in periods_of(["2024"], protected=("period",)).reason


def test_a_unit_for_what_are_no_dates_is_refused_with_how_to_mend_it():
    with pytest.raises(DataError, match=r"data\.period") as error:
        periods_of(["2013J", "2014B"], "month")
    assert "leave data.period out" in str(error.value)
