"""A column of scores is checked once, and no small count leaves in a message."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.errors import DataError
from essex_standard.models.scores import about, validate_scores


@pytest.mark.parametrize(
    "scores",
    [
        [0.1, 0.9],
        (0.1, 0.9),
        np.array([[0.1], [0.9]]),
        np.array([0.1, 0.9], dtype=object),
        pd.Series([0.1, 0.9], dtype="Float64"),
        pd.Series([0.1, 0.9], dtype="float64[pyarrow]"),
    ],
    ids=["list", "tuple", "one column", "objects", "nullable", "arrow"],
)
def test_every_usual_form_of_scores_becomes_float64(scores):
    values = validate_scores(scores, 2)
    assert values.dtype == np.float64
    assert values.tolist() == [0.1, 0.9]


@pytest.mark.parametrize(
    "missing",
    [np.nan, np.inf, None, pd.NA],
    ids=["nan", "infinite", "none", "nullable"],
)
def test_a_missing_score_is_refused_without_saying_how_few_there_are(missing):
    scores = pd.Series([*np.full(30, 0.5), missing], dtype="Float64")
    with pytest.raises(DataError, match="some scores are missing") as error:
        validate_scores(scores, 31, "unbounded")
    assert not any(c.isdigit() for c in str(error.value))


def test_a_large_count_is_rounded_to_five():
    scores = np.full(1000, 0.5)
    scores[:123] = np.nan
    with pytest.raises(DataError, match="about 125 scores are missing"):
        validate_scores(scores, 1000)


def test_missing_and_outside_are_told_together():
    scores = np.full(100, 0.5)
    scores[:20] = np.nan
    scores[20:60] = 7.0
    with pytest.raises(DataError) as error:
        validate_scores(scores, 100)
    assert len(error.value.problems) == 2


def test_unbounded_scores_may_lie_anywhere():
    assert validate_scores([-3.0, 12.0], 2, "unbounded").tolist() == [-3.0, 12.0]


def test_rounding_outside_zero_to_one_is_put_back_and_more_is_refused():
    assert validate_scores([1 + 1e-9, -1e-9], 2).tolist() == [1.0, 0.0]
    with pytest.raises(DataError, match="outside 0 to 1"):
        validate_scores([1.00001, 0.5], 2)


def test_another_number_of_scores_than_rows_is_refused():
    with pytest.raises(DataError, match="not the number of rows"):
        validate_scores([0.5, 0.5], 3)


@pytest.mark.parametrize(
    "scores",
    [
        ["low", "high"],
        np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]"),
        pd.Series(pd.to_datetime(["2020-01-01", "2020-01-02"])),
        np.array([1j, 2j]),
        [[0.1], [0.2, 0.3]],
    ],
    ids=["text", "dates", "pandas dates", "complex", "ragged"],
)
def test_what_is_not_a_number_is_refused_without_quoting_it(scores):
    with pytest.raises(DataError, match="not numbers") as error:
        validate_scores(scores, 2, "unbounded")
    assert "high" not in str(error.value).replace("a higher number means a higher risk", "")
    assert "2020" not in str(error.value)


@given(st.integers(1, 10_000), st.data())
@settings(max_examples=50, deadline=None)
def test_no_count_from_one_to_nine_is_ever_said(of, data):
    count = data.draw(st.integers(1, of))
    said = about(count, of)
    digits = "".join(c for c in said if c.isdigit())
    assert not digits or (int(digits) >= 10 and int(digits) % 5 == 0)
    if 1 <= count < 10 or 0 < of - count < 10:
        assert not digits
