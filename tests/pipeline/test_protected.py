"""Which groups are compared, and what is told of how a column was read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from essex_standard.errors import DataError, SubmissionError
from essex_standard.evidence.groupings import Declared
from essex_standard.pipeline.protected import (
    declared_of,
    groups,
    not_looked_at,
    protected_frame,
    protected_names,
)
from essex_standard.pipeline.request import Request
from essex_standard.pipeline.standards import groupings_of, resolve_standard

KNOWN = groupings_of(resolve_standard(None))


def test_names_are_names_and_all_else_is_data():
    assert protected_names(Request(protected="sex")) == ("sex",)
    assert protected_names(Request(protected=["sex", "age", "sex"])) == ("sex", "age")
    assert protected_frame(Request(protected=["sex"])) is None
    frame = pd.DataFrame({"sex": ["F"]})
    assert protected_names(Request(protected=frame)) == ()
    assert protected_frame(Request(protected=frame)) is frame


def test_all_attributes_that_cannot_be_used_are_told_at_once():
    keys = [f"k{i}" for i in range(300)]
    frame = pd.DataFrame({"a": keys, "b": range(300), "": "x", "sex": "F"})
    with pytest.raises(DataError) as caught:
        groups(frame, ["a", "b", "", "sex"], None)
    assert len(caught.value.problems) == 3
    assert "Put it into bands" in str(caught.value)


def test_columns_handed_over_one_by_one_are_a_frame():
    given = Request(protected={"sex": ["F", "M"], "age": [1, 2]})
    assert list(protected_frame(given).columns) == ["sex", "age"]
    assert protected_frame(Request(protected={})) is None
    with pytest.raises(DataError, match="not of one length"):
        protected_frame(Request(protected={"sex": ["F"], "age": [1, 2]}))


def declared(**keywords):
    return declared_of(Request(known_groupings=KNOWN, **keywords))


def read(values, **keywords):
    frame = pd.DataFrame({"x": values})
    found, told = groups(frame, ["x"], None, declared(**keywords))
    return found["x"].tolist(), told


def test_a_grouping_is_read_and_told():
    codes = ["WBRI"] * 20 + ["wiri"] * 20 + ["AIND"] * 20 + ["REFU"] * 3 + [None] * 20
    labels, told = read(codes, groupings={"x": "census-2021-ethnic-5"})
    asian = "Asian, Asian British or Asian Welsh"
    assert labels == ["White"] * 40 + [asian] * 20 + ["unknown"] * 23
    assert told[0] == (
        "Entries of x that say that it is not known were counted as unknown, which is a group of "
        "its own."
    )
    assert told[1] == (
        "x: 3 kinds of entry were merged into 2 groups as declared (census-2021-ethnic-5)."
    )
    assert told[2].startswith("x: fewer than 10 people, or nobody, in these groups of census-2021")
    assert "Black, Black British, Black Welsh, Caribbean or African; Mixed" in told[2]
    assert "White" not in told[2]


def test_what_belongs_to_no_group_stays_and_only_its_kinds_are_counted():
    labels, told = read(["White"] * 30 + ["Martian"], groupings={"x": "census-2021-ethnic-5"})
    assert labels[-1] == "Martian"
    assert told[-1] == (
        "x: 1 kind of entry belongs to no group of census-2021-ethnic-5, and stays a group of its "
        "own."
    )
    assert not any("Martian" in sentence for sentence in told)


def test_codes_of_another_grouping_are_not_taken_for_this_one():
    # 1 is Asian among five groups, and Bangladeshi among nineteen.
    nineteen = [str(i) for i in range(1, 20)] * 20
    with pytest.raises(DataError, match="none of its entries belongs to the grouping") as caught:
        read(nineteen, groupings={"x": "census-2021-ethnic-5"})
    assert "Declare the grouping that its codes are of" in str(caught.value)
    labels, _ = read(nineteen, groupings={"x": "census-2021-ethnic-19"})
    assert len(set(labels)) == 19
    labels, _ = read([1, 5] * 20, groupings={"x": "census-2021-ethnic-5"})
    assert set(labels) == {"Asian, Asian British or Asian Welsh", "Other ethnic group"}
    with pytest.raises(DataError, match="none of its entries"):
        read([*range(1, 11)] * 20, groupings={"x": "imd-quintile"})


def test_entries_that_say_nothing_are_unknown_without_any_grouping():
    entries = ["F"] * 20 + ["Not stated"] * 20 + ["REFU", "prefer not to say"] * 2 + ["Other"] * 20
    labels, told = read(entries)
    assert labels == ["F"] * 20 + ["unknown"] * 24 + ["Other"] * 20
    assert len(told) == 1
    assert told[0].startswith("Entries of x that say that it is not known (Not stated) were")
    assert read(["F", "M", None])[1] == ()


@pytest.mark.parametrize("entry", ["nan", "NaN", "<NA>", "NaT", "null", "?"])
def test_what_is_left_of_an_empty_entry_turned_into_text_is_unknown(entry):
    assert read([entry] * 20 + ["F"] * 20)[0][0] == "unknown"


@pytest.mark.parametrize("entry", ["None", "Not applicable", "Other", "N", "0", "Unknown quantity"])
def test_an_entry_that_may_be_an_answer_stays_one(entry):
    assert read([entry] * 20 + ["F"] * 20)[0][0] == entry


def test_a_raw_age_is_put_into_bands_as_declared():
    labels, told = read([0, 4, 4.99, 5, 17, 18, 90, -1, None], bands={"x": [0, 5, 18]})
    assert labels == [
        "0 to under 5", "0 to under 5", "0 to under 5", "5 to under 18", "5 to under 18",
        "18 and over", "18 and over", "under 0", "unknown",
    ]  # fmt: skip
    assert told == ("x was put into bands as declared, from 0, 5, 18.",)


@pytest.mark.parametrize("dtype", ["float64", "Int64", "int64[pyarrow]", "object", "category"])
def test_bands_take_numbers_of_every_kind(dtype):
    ages = pd.Series([3, 40, None], dtype=dtype)
    found, _ = groups(ages.to_frame("age"), ["age"], None, declared(bands={"age": [0, 18]}))
    assert found["age"].tolist() == ["0 to under 18", "18 and over", "unknown"]


def test_bands_of_what_are_no_numbers_are_refused_without_a_value():
    for values in (["3", "old"], [True, False], [1.0, np.inf]):
        with pytest.raises(DataError, match="some of its values are no numbers") as caught:
            read(values, bands={"x": [0, 18]})
        assert "old" not in str(caught.value)
    assert read(["3", "not known", ""], bands={"x": [0, 18]})[0] == [
        "0 to under 18", "unknown", "unknown",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "edges", [[], [1], [2, 1], [1, 1], [0, np.nan], ["a", "b"], 5, [0, np.inf]]
)
def test_bands_that_are_none_are_refused(edges):
    with pytest.raises(DataError, match="bands are given by two or more numbers"):
        read([1, 2], bands={"x": edges})


def test_what_is_declared_for_no_protected_column_is_refused_with_the_nearest():
    frame = pd.DataFrame({"age": [1, 2]})
    with pytest.raises(DataError) as caught:
        groups(frame, ["age"], None, declared(bands={"aeg": [0, 18]}))
    assert "bands are declared for 'aeg', which is no protected column" in str(caught.value)
    assert "Did you mean 'age'?" in str(caught.value)
    both = declared(bands={"age": [0, 18]}, groupings={"age": "imd-decile"})
    with pytest.raises(DataError, match="both bands and a grouping"):
        groups(frame, ["age"], None, both)


def test_a_grouping_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(DataError, match="Did you mean 'census-2021-ethnic-5'") as caught:
        declared(groupings={"x": "census-2021-ethnic-6"})
    assert "as-they-are" in str(caught.value)
    assert not isinstance(caught.value, SubmissionError)


def test_numbers_that_are_codes_may_be_taken_as_they_are():
    wards = [*range(1, 31)] * 20
    with pytest.raises(DataError, match="as-they-are"):
        read(wards)
    labels, told = read(wards, groupings={"x": "as-they-are"})
    assert len(set(labels)) == 30
    assert told == ()


def test_characteristics_that_no_column_is_named_after_are_told():
    said = not_looked_at(("gender", "age_band", "IMD"), KNOWN.characteristics)
    assert said.endswith(
        "not looked at: disability, gender reassignment, marriage and civil partnership, pregnancy "
        "and maternity, race, religion or belief, sexual orientation."
    )
    # A name that merely holds another is not one: 'message' is no age.
    assert "age" in not_looked_at(("message",), KNOWN.characteristics)
    assert not_looked_at((), KNOWN.characteristics) == ""
    everything = tuple(usual[0] for usual in KNOWN.characteristics.values())
    assert not_looked_at(everything, KNOWN.characteristics) == ""
    assert Declared().bands == {}


def test_a_protected_column_of_lists_is_refused_in_words():
    with pytest.raises(DataError, match="its values are lists or tables"):
        read([["F"], ["M"]] * 20)
