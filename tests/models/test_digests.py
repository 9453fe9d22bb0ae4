"""Digests of files and data: known answers, and what may and may not change them."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.errors import DataError
from essex_standard.models.digests import file_digest, files_digest, frame_digest, path_digest

# FIPS 180-2, appendix B.1: SHA-256 of the three letters abc.
ABC = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def people():
    return pd.DataFrame(
        {
            "age": [31, 42, 53],
            "score": [0.5, np.nan, 0.25],
            "name": ["x", None, "z"],
            "band": pd.Categorical(["a", "b", "a"], categories=["a", "b", "c"]),
            "seen": pd.to_datetime(["2024-01-01", "2024-02-01", None]),
            "count": pd.array([1, None, 3], dtype="Int64"),
            "mixed": pd.Series([1, "1", True], dtype=object),
        }
    )


def test_a_file_has_the_digest_of_its_bytes(tmp_path):
    file = tmp_path / "abc"
    file.write_bytes(b"abc")
    assert file_digest(file) == ABC
    assert path_digest(file) == ABC


def test_a_folder_is_digested_in_sorted_posix_order_wherever_it_lies(tmp_path):
    for name in ("here", "there"):
        (tmp_path / name / "sub").mkdir(parents=True)
    for folder, order in (("here", ["b", "sub/a"]), ("there", ["sub/a", "b"])):
        for file in order:
            (tmp_path / folder / file).write_bytes(b"abc")
    bare = ABC.removeprefix("sha256:")
    lines = f"sha256:{bare}  b\nsha256:{bare}  sub/a\n"
    expected = "sha256:" + hashlib.sha256(lines.encode()).hexdigest()
    assert path_digest(tmp_path / "here") == path_digest(tmp_path / "there") == expected


def test_a_folder_changes_with_a_name_and_not_with_a_hidden_file(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    before = path_digest(tmp_path)
    (tmp_path / ".hidden").write_bytes(b"x")
    assert path_digest(tmp_path) == before
    (tmp_path / "a").rename(tmp_path / "b")
    assert path_digest(tmp_path) != before


def test_a_glob_is_the_files_it_finds(tmp_path):
    for name in ("1.csv", "2.csv", "notes.txt"):
        (tmp_path / name).write_text(name)
    found = path_digest(tmp_path / "*.csv")
    assert found == files_digest([tmp_path / "2.csv", tmp_path / "1.csv"], relative_to=tmp_path)
    (tmp_path / "notes.txt").write_text("other")
    assert path_digest(tmp_path / "*.csv") == found


@pytest.mark.parametrize("name", ["nothing.csv", "*.csv", "none/*.csv"])
def test_what_is_not_there_is_an_error_that_says_where(tmp_path, name):
    with pytest.raises(DataError, match="no file here"):
        path_digest(tmp_path / name)


def test_a_frame_has_the_same_digest_as_its_copy_whatever_its_index(people):
    other = people.copy(deep=True)
    other.index = ["p", "q", "r"]
    assert frame_digest(people) == frame_digest(other)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.rename(columns={"age": "years"}),
        lambda f: f[list(f.columns[::-1])],
        lambda f: f.iloc[::-1],
        lambda f: f.assign(age=f["age"] + 1),
        lambda f: f.assign(age=f["age"].astype(float)),
        lambda f: f.assign(name=["x", "y", "z"]),
        lambda f: f.assign(band=f["band"].cat.remove_unused_categories()),
        lambda f: f.assign(seen=f["seen"].fillna(pd.Timestamp("2024-03-01"))),
        lambda f: f.assign(count=f["count"].fillna(0)),
        lambda f: f.assign(mixed=pd.Series([1, 1, True], dtype=object)),
        lambda f: f.assign(mixed=pd.Series([1, "1", 1], dtype=object)),
        lambda f: f.iloc[:2],
    ],
)
def test_any_change_of_names_types_values_or_order_changes_the_digest(people, change):
    assert frame_digest(change(people)) != frame_digest(people)


def test_missing_numbers_are_alike_whatever_their_bits():
    usual = np.array([1.0, np.nan])
    unusual = usual.copy()
    unusual.view(np.uint64)[1] |= 1
    assert unusual.tobytes() != usual.tobytes()
    assert frame_digest(pd.DataFrame({"a": usual})) == frame_digest(pd.DataFrame({"a": unusual}))


def test_several_parts_make_one_digest_that_keeps_them_apart(people):
    y = pd.Series([0, 1, 0], name="y")
    digests = {
        frame_digest(people),
        frame_digest(people, y),
        frame_digest(y, people),
        frame_digest(people, None, y),
        frame_digest(people, y.to_numpy()),
        frame_digest(people.assign(y=y)),
    }
    assert len(digests) == 6


def test_the_same_frame_digests_the_same_through_a_parquet_file(people, tmp_path):
    plain = people.drop(columns="mixed")
    plain.to_parquet(tmp_path / "p.parquet")
    assert frame_digest(pd.read_parquet(tmp_path / "p.parquet")) == frame_digest(plain)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=8), st.data())
@settings(max_examples=40, deadline=None)
def test_two_text_columns_have_one_digest_only_if_they_are_equal(texts, data):
    others = data.draw(st.lists(st.text(max_size=5), min_size=len(texts), max_size=len(texts)))
    same = frame_digest(pd.DataFrame({"t": texts})) == frame_digest(pd.DataFrame({"t": others}))
    assert same == (texts == others)
