import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from essex_standard.errors import DataError
from essex_standard.evidence import frames


def codes(y, **kwargs):
    return frames.outcome_codes(y, **{"positive": ()} | kwargs).tolist()


def labelled(values, **kwargs):
    return frames.labels(pd.Series(values, **kwargs), name="group").tolist()


# Tables -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        pd.DataFrame({"a": [1, 2], "b": [3, 4]}),
        pa.table({"a": [1, 2], "b": [3, 4]}),
    ],
)
def test_any_dataframe_becomes_a_pandas_frame(data):
    frame = frames.to_frame(data, what="X")
    assert list(frame.columns) == ["a", "b"]
    assert frame["b"].tolist() == [3, 4]


def test_arrays_and_series_get_names():
    assert list(frames.to_frame(np.zeros((2, 3)), what="X").columns) == ["x0", "x1", "x2"]
    assert list(frames.to_frame(pd.Series([1, 2], name="sex"), what="X").columns) == ["sex"]
    assert list(frames.to_frame(pd.DataFrame({1: [2]}), what="X").columns) == ["1"]


def test_what_is_no_table_is_refused_by_name():
    with pytest.raises(DataError, match=r"X: it has 1 dimension\(s\), a table has two"):
        frames.to_frame([1, 2, 3], what="X")
    with pytest.raises(DataError, match="X: it has no rows"):
        frames.to_frame(pd.DataFrame({"a": []}), what="X")
    with pytest.raises(DataError, match=r"column name\(s\) a stand there more than once"):
        frames.to_frame(pd.DataFrame([[1, 2]], columns=["a", "a"]), what="X")


def test_all_absent_columns_are_named_at_once_with_the_nearest():
    frame = pd.DataFrame({"gender": [1], "age_band": [2]})
    with pytest.raises(DataError) as caught:
        frames.require_columns(frame, ["gendre", "age"], what="the column", where="protected")
    assert len(caught.value.problems) == 2
    assert "Did you mean 'gender'?" in str(caught.value)
    frames.require_columns(frame, ["gender"], what="the column", where="protected")


def test_other_rows_are_refused_by_length_and_by_index():
    frame = pd.DataFrame({"a": [1, 2, 3]})
    with pytest.raises(DataError, match="y has 2 rows, X has 3"):
        frames.require_same_rows(frame, [1, 2], name="y")
    with pytest.raises(DataError, match="different indexes"):
        frames.require_same_rows(frame, pd.Series([1, 2, 3], index=[2, 1, 0]), name="y")
    frames.require_same_rows(frame, np.array([1, 2, 3]), name="y")


# Labels -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [[1, 1, 2], [1.0, 1.0, 2.0], ["1", " 1 ", "2"], [np.int8(1), "1", 2.0]],
)
def test_one_is_one_however_it_is_written(values):
    assert labelled(values, dtype=object) == ["1", "1", "2"]


@pytest.mark.parametrize("dtype", ["Int64", "float64", "object", "int64[pyarrow]", "category"])
def test_missing_values_of_every_kind_are_a_group_of_their_own(dtype):
    assert labelled([1, None, 2], dtype=dtype) == ["1", "unknown", "2"]


def test_blanks_count_as_missing():
    assert labelled(["F", "", "  ", None, "F"]) == ["F", "unknown", "unknown", "unknown", "F"]


def test_levels_nobody_has_are_no_groups():
    column = pd.Series(pd.Categorical(["a", "b"], categories=["a", "b", "never"]))
    assert frames.labels(column, name="x").tolist() == ["a", "b"]


@pytest.mark.parametrize("dtype", ["bool", "boolean", "object"])
def test_yes_and_no_are_spelt_one_way(dtype):
    assert labelled([True, False], dtype=dtype) == ["True", "False"]


def test_labels_keep_commas_quotes_and_scripts_and_are_cut_where_no_page_could_hold_them():
    values = ['a, "b"', "עברית", "Traveller’s"]
    assert labelled(values) == values
    one, other = labelled(["x" * 10_000, "x" * 9_999])
    assert one != other
    assert max(len(one), len(other)) <= 80


def test_the_joining_sign_is_spelt_out_in_labels_and_refused_in_names():
    assert labelled(["Black & British"]) == ["Black and British"]
    with pytest.raises(DataError, match="Rename it, for instance to 'sex and age'"):
        frames.labels(pd.Series(["a"]), name="sex & age")


def test_an_age_given_raw_is_told_how_to_band_it_without_naming_a_value():
    ages = pd.Series(np.linspace(18.5, 91.5, 300))
    with pytest.raises(DataError, match=r"300 distinct values.*pandas\.cut") as caught:
        frames.labels(ages, name="age")
    assert "18.5" not in str(caught.value)
    with pytest.raises(DataError, match="Merge its values into broader groups") as caught:
        frames.labels(pd.Series([f"ward {i}" for i in range(5000)]), name="ward")
    assert "ward 1" not in str(caught.value)
    wards = pd.Series([f"ward {i}" for i in range(200)] * 10)
    assert len(set(frames.labels(wards, name="ok"))) == 200


def test_whole_years_are_an_age_given_raw_too():
    years = pd.Series([*range(18, 91)] * 100)
    with pytest.raises(DataError) as caught:
        frames.labels(years, name="age last birthday")
    said = str(caught.value)
    assert '[data] bands = { "age last birthday" = [0, 18' in said
    assert 'bands={"age last birthday": [0, 18' in said
    assert "pandas.cut" in said
    assert "as-they-are" in said
    assert len(set(frames.labels(years, name="age", most_numbers=200))) == 73
    assert len(set(frames.labels(pd.Series([*range(20)] * 10), name="year"))) == 20


def test_a_key_is_no_grouping_though_it_has_few_values():
    with pytest.raises(DataError, match="Merge its values"):
        frames.labels(pd.Series([f"case {i}" for i in range(60)]), name="case")
    few = frames.labels(pd.Series(["a", "b", "c", "d", "e"]), name="group")
    assert len(set(few)) == 5


# Outcomes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "y",
    [
        [0, 1, 1],
        [False, True, True],
        np.array([0.0, 1.0, 1.0]),
        ["0", "1", "1"],
        pd.Series([0, 1, 1], dtype="Int64"),
        pd.Series([0, 1, 1], dtype="category"),
        pd.Series([False, True, True], dtype="boolean"),
    ],
)
def test_nought_and_one_are_understood_in_every_spelling(y):
    assert codes(y) == [0, 1, 1]


def test_the_outcome_predicted_is_named_not_numbered():
    y = ["Pass", "Withdrawn", "Fail", "Distinction"]
    assert codes(y, positive=("Withdrawn", "Fail")) == [0, 1, 1, 0]
    assert codes([1, 2, 3], positive=(2.0,)) == [0, 1, 0]


def test_outcomes_that_could_not_be_observed_are_set_apart():
    y, known = [1, np.nan, 0, 1], ["yes", "no", "Yes", "NO"]
    assert codes(y, known=known) == [1, 2, 0, 2]
    assert codes([1, 0], known=[None, True]) == [2, 0]
    with pytest.raises(DataError, match="values other than yes and no"):
        codes([1, 0], known=["perhaps", "yes"])


@pytest.mark.parametrize("missing", [np.nan, None, pd.NA, "", " "])
def test_a_missing_outcome_is_refused_and_never_counts_as_none(missing):
    with pytest.raises(DataError, match="some outcomes are missing"):
        codes([1, 0, missing])
    with pytest.raises(DataError, match="some outcomes are missing"):
        codes(["Fail", "Pass", missing], positive=("Fail",))


def test_undeclared_outcomes_are_counted_and_never_quoted():
    with pytest.raises(DataError, match=r"2 value\(s\) that nobody declared") as caught:
        codes([0, 1, "secret", 7])
    assert "secret" not in str(caught.value)
    with pytest.raises(DataError, match=r"1 value\(s\) that nobody declared"):
        codes(["a", "b", "c"], positive=("a",), classes=("a", "b"))


def test_a_positive_outcome_that_nobody_has_is_named_with_the_nearest():
    with pytest.raises(DataError, match=r"'Withdrawm' is neither.*Did you mean 'Withdrawn'"):
        codes(["Withdrawn", "Pass"], positive=("Withdrawm",))


def test_all_faults_of_an_outcome_are_told_at_once():
    with pytest.raises(DataError) as caught:
        codes(["Fail", None], positive=("Fale",))
    assert len(caught.value.problems) == 2


def test_groups_that_crossing_could_not_tell_apart_are_refused():
    with pytest.raises(DataError, match="would be taken for one"):
        frames.labels(pd.Series(["Black & Asian", "Black and Asian"]), name="ethnicity")
    assert set(frames.labels(pd.Series(["Black & Asian"] * 2), name="e")) == {"Black and Asian"}
