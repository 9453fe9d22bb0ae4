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


def test_a_folder_is_read_in_name_order_and_all_its_columns_must_agree(tmp_path):
    pd.DataFrame({"a": [1], "b": ["é"]}).to_csv(tmp_path / "1.csv", index=False)
    pd.DataFrame({"b": ["x"], "a": [2]}).to_parquet(tmp_path / "2.parquet")
    assert frames.read_table(tmp_path, what="data")["a"].tolist() == [1, 2]
    pd.DataFrame({"a": [3]}).to_csv(tmp_path / "3.csv", index=False)
    with pytest.raises(DataError, match=r"its columns differ from those of 1\.csv"):
        frames.read_table(tmp_path, what="data")


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.tsv", "t.parquet"])
def test_each_format_is_read(tmp_path, name):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    if name.endswith("parquet"):
        frame.to_parquet(tmp_path / name)
    else:
        frame.to_csv(tmp_path / name, index=False, sep="\t" if "tsv" in name else ",")
    pd.testing.assert_frame_equal(
        frames.read_table(name, what="data", base=tmp_path), frame, check_dtype=False
    )


def test_files_that_cannot_be_read_are_named_with_a_mend(tmp_path):
    (tmp_path / "people.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no such file.*Did you mean 'people\.csv'"):
        frames.read_table(tmp_path / "peeple.csv", what="data")
    (tmp_path / "people.xlsx").write_bytes(b"PK")
    with pytest.raises(DataError, match="neither CSV nor Parquet"):
        frames.read_table(tmp_path / "people.xlsx", what="data")
    (tmp_path / "latin.csv").write_bytes("a\nJosé\n".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        frames.read_table(tmp_path / "latin.csv", what="data")
    (tmp_path / "bad.parquet").write_bytes(b"not parquet")
    with pytest.raises(DataError, match="cannot be read as a table"):
        frames.read_table(tmp_path / "bad.parquet", what="data")
    (tmp_path / "ragged.csv").write_text("a,b\n1,2\n1,2,3,4\n", encoding="utf-8")
    with pytest.raises(DataError, match="as many fields as the header"):
        frames.read_table(tmp_path / "ragged.csv", what="data")


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


def test_labels_keep_commas_quotes_scripts_and_length():
    values = ['a, "b"', "עברית", "x" * 10_000, "Traveller’s"]
    assert labelled(values) == values


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
    assert len(set(frames.labels(pd.Series([*range(200)] * 10), name="ok"))) == 200


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


# Files as they stand ------------------------------------------------------------------------


def test_words_that_pandas_takes_for_missing_stay_labels_and_leave_numbers_numbers(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("religion,visits\nNone,1\nNA,NA\nChristian,3\n,4\n", encoding="utf-8")
    frame = frames.read_table(file, what="--data")
    assert frame["religion"].tolist()[:3] == ["None", "NA", "Christian"]
    assert frame["religion"].isna().tolist() == [False, False, False, True]
    assert frame["visits"].tolist()[0] == 1.0
    assert frame["visits"].isna().tolist() == [False, True, False, False]


def test_a_field_too_many_does_not_shift_the_columns(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("id,group,score\n7,A,0.5,\n8,B,0.6,\n", encoding="utf-8")
    frame = frames.read_table(file, what="--data")
    assert frame["group"].tolist() == ["A", "B"]
    assert frame["score"].tolist() == [0.5, 0.6]
    file.write_text("id,group,score\n7,A,0.5,1\n8,B,0.6,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="more fields than the header"):
        frames.read_table(file, what="--data")


def test_a_name_twice_in_a_header_is_refused(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("group,group\nA,B\n", encoding="utf-8")
    with pytest.raises(DataError, match="stands in the header more than once"):
        frames.read_table(file, what="--data")


def test_groups_that_crossing_could_not_tell_apart_are_refused():
    with pytest.raises(DataError, match="would be taken for one"):
        frames.labels(pd.Series(["Black & Asian", "Black and Asian"]), name="ethnicity")
    assert set(frames.labels(pd.Series(["Black & Asian"] * 2), name="e")) == {"Black and Asian"}
