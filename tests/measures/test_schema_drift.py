import datetime as dt

import numpy as np
import pandas as pd
import pytest

from essex_standard.measures.schema_drift import schema_changes
from tests.measures.columns_compared import SCOPE, facts

DAYS = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"])


def changed(new, old):
    found = schema_changes(facts({"c": new}, {"c": old}), SCOPE)
    (c,) = found.comparisons
    return c.estimate.value, found.noted


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ([1, 2, 3], [1.5, 2.0, None]),
        (["1", "2", "3"], [1, 2, 3]),
        ([1, 2, 3], ["1", "2", "4"]),
        ([1, 2, 9], ["A", "B", "1"]),
        (["a", "b", "c"], ["a", "a", "d"]),
        (["a long text of more than five words", "b", "c"], ["a", "b", "c"]),
        (["x", 1, 2], ["x", 1, 3]),
        ([True, False, True], [False, False, True]),
        (DAYS, DAYS),
        (DAYS.tz_localize("Europe/London"), DAYS.tz_localize("Asia/Tokyo")),
    ],
)
def test_another_spelling_of_the_same_kind_is_no_change(new, old):
    assert changed(new, old) == (0.0, ())


@pytest.mark.parametrize(
    ("new", "old", "words"),
    [
        (["low", "high", "low"], [0, 1, 0], "was a number in the reference and is a category now"),
        ([0, 1, 0], ["low", "high", "low"], "was a category in the reference and is a number now"),
        (["2024-01-01"] * 3, DAYS, "was a date in the reference and is a category now"),
        ([19723.0] * 3, DAYS, "was a date in the reference and is a number now"),
        ([True, False, True], [1, 0, 1], "was a number in the reference and is a category now"),
        (["1", "n/a", "2"], [1, 2, 3], "was a number in the reference and is a category now"),
        ([1, "n/a", 2], [1, 2, 3], "is a mixture of numbers and text now"),
        ([None] * 3, [1, 2, 3], "was a number in the reference and is empty now"),
        ([1, 2, 3], [None] * 3, "was empty in the reference and is a number now"),
    ],
)
def test_another_kind_is_a_change_and_named(new, old, words):
    value, (noted,) = changed(new, old)
    assert value == 1.0
    assert noted.startswith("Column c ")
    assert words in noted


def test_number_codes_in_more_spellings_than_are_kept_are_no_change():
    codes = [str(i) for i in range(1500)]
    assert changed(codes, [str(i) for i in range(900)] + ["1"] * 600)[0] == 0.0
    assert changed(codes, list(range(1500)))[0] == 1.0  # nobody can say that they are numbers


def test_columns_lost_and_new_are_changes_where_the_model_reads_them():
    found = schema_changes(
        facts({"a": [1], "new": [1], "extra": [1]}, {"a": [1], "lost": [2], "old": [2]},
              read=("a", "new", "lost")),
        SCOPE,
    )  # fmt: skip
    assert {c.attribute: c.estimate.value for c in found.comparisons} == {
        "a": 0.0, "new": 1.0, "lost": 1.0,
    }  # fmt: skip
    assert found.noted == (
        "Column new was not in the reference.",
        "Column lost is no longer in the data assessed.",
        "In the data assessed and not in the reference, and not read by the model: extra.",
        "In the reference and not in the data assessed, and not read by the model: old.",
    )


def test_a_column_without_any_value_is_a_gap():
    found = schema_changes(facts({"c": [None], "d": [1]}, {"c": [None], "d": [1]}), SCOPE)
    assert [c.attribute for c in found.comparisons] == ["d"]
    assert "its kind is not known" in found.gaps[0]


def test_dates_of_mixed_time_zones_are_dates():
    zones = [dt.UTC, dt.timezone(dt.timedelta(hours=9)), None]
    mixed = pd.Series([dt.datetime(2024, 1, 1, 23, tzinfo=z) for z in zones], dtype=object)
    assert changed(mixed, DAYS) == (0.0, ())


def test_infinite_numbers_are_numbers():
    assert changed([np.inf] * 3, [1.0, 2.0, 3.0]) == (0.0, ())
