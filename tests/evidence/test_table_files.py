"""Files are read as they stand: no word, name or column is changed on the way."""

from __future__ import annotations

import pandas as pd
import pytest

from essex_standard.errors import DataError
from essex_standard.evidence.table_files import read_table


def test_a_folder_is_read_in_name_order_and_all_its_columns_must_agree(tmp_path):
    pd.DataFrame({"a": [1], "b": ["é"]}).to_csv(tmp_path / "1.csv", index=False)
    pd.DataFrame({"b": ["x"], "a": [2]}).to_parquet(tmp_path / "2.parquet")
    assert read_table(tmp_path, what="data")["a"].tolist() == [1, 2]
    pd.DataFrame({"a": [3]}).to_csv(tmp_path / "3.csv", index=False)
    with pytest.raises(DataError, match=r"its columns differ from those of 1\.csv"):
        read_table(tmp_path, what="data")


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.tsv", "t.parquet"])
def test_each_format_is_read(tmp_path, name):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    if name.endswith("parquet"):
        frame.to_parquet(tmp_path / name)
    else:
        frame.to_csv(tmp_path / name, index=False, sep="\t" if "tsv" in name else ",")
    pd.testing.assert_frame_equal(
        read_table(name, what="data", base=tmp_path), frame, check_dtype=False
    )


def test_files_that_cannot_be_read_are_named_with_a_mend(tmp_path):
    (tmp_path / "people.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no such file.*Did you mean 'people\.csv'"):
        read_table(tmp_path / "peeple.csv", what="data")
    (tmp_path / "people.xlsx").write_bytes(b"PK")
    with pytest.raises(DataError, match="neither CSV nor Parquet"):
        read_table(tmp_path / "people.xlsx", what="data")
    (tmp_path / "latin.csv").write_bytes("a\nJosé\n".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_table(tmp_path / "latin.csv", what="data")
    (tmp_path / "bad.parquet").write_bytes(b"not parquet")
    with pytest.raises(DataError, match="cannot be read as a table"):
        read_table(tmp_path / "bad.parquet", what="data")
    (tmp_path / "ragged.csv").write_text("a,b\n1,2\n1,2,3,4\n", encoding="utf-8")
    with pytest.raises(DataError, match="as many fields as the header"):
        read_table(tmp_path / "ragged.csv", what="data")


def test_words_that_pandas_takes_for_missing_stay_labels_and_leave_numbers_numbers(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("religion,visits\nNone,1\nNA,NA\nChristian,3\n,4\n", encoding="utf-8")
    frame = read_table(file, what="--data")
    assert frame["religion"].tolist()[:3] == ["None", "NA", "Christian"]
    assert frame["religion"].isna().tolist() == [False, False, False, True]
    assert frame["visits"].tolist()[0] == 1.0
    assert frame["visits"].isna().tolist() == [False, True, False, False]


def test_a_field_too_many_does_not_shift_the_columns(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("id,group,score\n7,A,0.5,\n8,B,0.6,\n", encoding="utf-8")
    frame = read_table(file, what="--data")
    assert frame["group"].tolist() == ["A", "B"]
    assert frame["score"].tolist() == [0.5, 0.6]
    file.write_text("id,group,score\n7,A,0.5,1\n8,B,0.6,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="more fields than the header"):
        read_table(file, what="--data")


def test_a_name_twice_in_a_header_is_refused(tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("group,group\nA,B\n", encoding="utf-8")
    with pytest.raises(DataError, match="stands in the header more than once"):
        read_table(file, what="--data")
