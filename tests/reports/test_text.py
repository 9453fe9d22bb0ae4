"""Names and sentences from data and submissions are hostile until proven otherwise."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.reports.budget import share_out
from essex_standard.reports.text import NAME_CAP, clean, cleaned

from . import report_samples as samples


@given(st.text(max_size=300), st.integers(min_value=2, max_value=80))
@settings(max_examples=50)
def test_a_clean_text_is_short_printable_and_clean_already(text: str, cap: int) -> None:
    once = clean(text, cap)
    assert len(once) <= cap
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Co"} for c in once)
    assert clean(once, cap) == once


def test_bidirectional_overrides_are_dropped_and_joiners_are_kept() -> None:
    assert clean("a\u202eb\u2066c\u200d") == "abc\u200d"


def test_a_lone_surrogate_can_be_written_afterwards() -> None:
    assert clean("x\ud800y").encode("utf-8") == b"xy"


def test_a_name_is_cut_where_a_sentence_is_not() -> None:
    (found,) = cleaned(
        samples.assessment(samples.finding("D1", "t" * 200, "sharing", samples.Outcome.MET))
    ).findings
    assert len(found.title) == 200
    measured = samples.blocked().findings[0].measurements[1]
    long = samples.replace(measured, group="g" * 5_000)
    (found,) = cleaned(
        samples.assessment(
            samples.finding("B", "t", "bias", samples.Outcome.MET, measurements=(long,))
        )
    ).findings
    assert len(found.measurements[0].group) == NAME_CAP


@given(
    st.lists(st.integers(min_value=0, max_value=90), max_size=30),
    st.integers(min_value=0, max_value=300),
)
@settings(max_examples=50)
def test_no_more_rows_are_shown_than_there_is_room_for(sizes: list[int], room: int) -> None:
    shares = share_out(sizes, room)
    assert sum(shares) <= room
    assert all(share <= size for share, size in zip(shares, sizes, strict=True))
    if sum(sizes) <= room:
        assert list(shares) == sizes
