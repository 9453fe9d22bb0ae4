"""Names that every page and file can hold, and that never fall together."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from essex_standard.evidence.names import LONGEST, readable


def test_what_can_be_read_stays_as_it_is():
    entries = ["F", 'a, "b"', "עברית", "العربية", "Traveller’s", "<b>", "1", "x" * LONGEST]
    assert readable(entries) == entries


def test_long_entries_are_cut_and_stay_apart():
    one, other = readable(["x" * 10_000 + "a", "x" * 10_000 + "b"])
    assert one != other
    assert one.startswith("x" * 60 + "… [")
    assert max(len(one), len(other)) <= LONGEST


def test_control_characters_are_blanks_and_entries_stay_apart():
    names = readable(["a\x00b", "a\x01b", "a b", "a\u202eb", "\x07", "\ud800", "a\nb"])
    assert len(set(names)) == 7
    assert names[2] == "a b"
    assert all(name.isprintable() for name in names)
    assert names[4].startswith("unreadable [")


@given(st.lists(st.text(st.characters(), min_size=1), unique=True, max_size=20))
def test_distinct_entries_keep_distinct_bounded_names_that_json_and_utf8_can_hold(entries):
    names = readable(entries)
    assert len(set(names)) == len(entries)
    assert all(len(name) <= LONGEST for name in names)
    assert all(json.loads(json.dumps(name)) == name for name in names)
    assert all(name.encode("utf-8") for name in names)
    assert readable(entries[::-1]) == names[::-1]
