"""People who look alike: the counts, their adding up, and what is left of them at rest."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.equivalence_classes import EquivalenceClasses
from essex_standard.evidence.value_keys import keys_of


def classes(rows, sensitive=None):
    frame = pd.DataFrame(rows)
    return EquivalenceClasses.of(frame, None if sensitive is None else pd.DataFrame(sensitive))


def sizes(found):
    return sorted(found.people.tolist())


def test_people_who_share_every_value_are_one_class():
    found = classes({"sex": ["F", "F", "M", "F"], "age": [30, 30, 30, 40]})
    assert sizes(found) == [1, 1, 2]
    assert (found.rows, found.alone, found.in_classes_below(2)) == (4, 2, 2)
    assert found.in_classes_below(3) == 4


def test_a_missing_value_is_a_value_of_its_own():
    found = classes({"area": ["A", None, "", "  ", np.nan, "A"]})
    assert sizes(found) == [2, 4]


@pytest.mark.parametrize(
    ("one", "other"),
    [([1, 2], [1.0, 2.0]), ([1, 2], ["1", "2"]), ([0.5, 2], ["0.5", "2"])],
)
def test_one_value_in_two_types_is_one_value(one, other):
    both = classes({"c": one}) + classes({"c": other})
    assert sizes(both) == [2, 2]


def test_a_code_with_a_leading_nought_is_another_code():
    assert sizes(classes({"c": ["01", "1"]})) == [1, 1]


@pytest.mark.parametrize(
    "odd",
    [
        [[1, 2], [1, 2], [3]],
        [b"\xff\x00", b"\xff\x00", b"\x01"],
        pd.Series(["\ud800", "\ud800", "x"], dtype=object),
        ["x" * 1_000_000, "x" * 1_000_000, "y"],
        [float("inf"), float("inf"), float("-inf")],
        [1 + 2j, 1 + 2j, 3j],
        pd.to_datetime(["2020-01-01", "2020-01-01", "2021-01-01"]),
        pd.Categorical(["a", "a", "b"], categories=["a", "b", "never"]),
        [True, True, False],
    ],
)
def test_whatever_a_cell_holds_two_of_three_look_alike(odd):
    assert sizes(classes({"c": odd})) == [1, 2]


def test_nought_has_one_sign():
    assert sizes(classes({"c": [0.0, -0.0]})) == [2]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["F", "M", None, "1"]),
        st.sampled_from([1.0, 2.0, np.nan]),
        st.sampled_from(["p", "q", None]),
        st.sampled_from([10.0, 20.0, 30.5, np.nan]),
    ),
    min_size=1,
    max_size=30,
)


def of_rows(rows):
    frame = pd.DataFrame(rows, columns=["sex", "band", "label", "number"])
    frame["label"] = frame["label"].astype(object)
    frame["sex"] = frame["sex"].astype(object)
    return EquivalenceClasses.of(frame[["sex", "band"]], frame[["label", "number"]])


@settings(max_examples=30, deadline=None)
@given(ROWS, ROWS, ROWS)
def test_classes_of_parts_add_up_to_those_of_the_whole(a, b, c):
    assert of_rows(a) + of_rows(b) == of_rows(a + b)
    one, two, three = of_rows(a), of_rows(b), of_rows(c)
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one


@settings(max_examples=30, deadline=None)
@given(ROWS, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert of_rows(rows) == of_rows(shuffled)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_sizes_and_cells_are_those_that_pandas_counts(rows):
    frame = pd.DataFrame(rows, columns=["sex", "band", "label", "number"])
    found = of_rows(rows)
    alike = frame.groupby(["sex", "band"], dropna=False)
    assert sizes(found) == sorted(alike.size().tolist())
    cells = frame.groupby(["sex", "band", "label"], dropna=False).size()
    assert sorted(found.sensitive["label"].people.tolist()) == sorted(cells.tolist())


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_at_rest_the_sizes_are_left_and_nothing_else(rows):
    found = of_rows(rows)
    stored = json.loads(json.dumps(found.to_dict()))
    sealed = EquivalenceClasses.from_dict(stored)
    assert sealed == found.sealed() == sealed.sealed()
    assert (sealed.rows, sealed.alone) == (found.rows, found.alone)
    assert sealed.keys.size == 0
    assert not sealed.sensitive
    assert sealed.smallest_cell("label") == found.smallest_cell("label")
    assert set(stored) == {"columns", "sizes", "classes", "smallest_cells"}


def test_no_value_can_be_read_in_what_is_kept():
    found = classes({"name": ["Ermintrude", "Zebedee"]}, {"secret": ["polio", "gout"]})
    kept = repr((found, found.to_dict(), found.keys, found.sensitive["secret"].kinds.keys))
    for word in ("Ermintrude", "Zebedee", "polio", "gout"):
        assert word not in kept


def test_the_smallest_cell_is_nought_where_a_class_lacks_a_value():
    group = ["a"] * 20 + ["b"] * 20
    full = classes({"g": group}, {"s": (["x"] * 8 + ["y"] * 12) * 2})
    lacking = classes({"g": group}, {"s": ["x"] * 20 + ["x"] * 5 + ["y"] * 15})
    assert full.smallest_cell("s") == 8
    assert lacking.smallest_cell("s") == 0


def test_what_cannot_be_added_says_so():
    one = classes({"a": [1]}, {"s": [1]})
    with pytest.raises(ValueError, match="different columns"):
        one + classes({"b": [1]}, {"s": [1]})
    with pytest.raises(ValueError, match="different columns"):
        one + classes({"a": [1]})
    with pytest.raises(ValueError, match="sealed"):
        one + one.sealed()


def test_more_kinds_than_a_number_can_hold_are_still_told_apart():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({f"c{i}": rng.integers(0, 10_000, 5_000) for i in range(8)})
    found = EquivalenceClasses.of(pd.concat([frame, frame], ignore_index=True))
    assert found.people.tolist() == [2] * 5_000


def test_numbers_joined_to_texts_keep_their_places():
    numbers, _ = keys_of(pd.Series([3.0, 1.0, np.nan]))
    texts, _ = keys_of(pd.Series(["1", "x"], dtype=object))
    joined, mine, theirs = numbers.joined(texts)
    assert len(joined) == 4
    assert not joined.is_numeric
    assert mine[1] == theirs[list(texts.hashes()).index(numbers.hashes()[1])]
    assert joined.has_missing
