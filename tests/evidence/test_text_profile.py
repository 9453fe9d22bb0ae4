"""Words are counted once a text, none of them is kept, and summaries add up."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.text_profile import MOST_CHARACTERS, TextProfile
from essex_standard.evidence.vocabulary import with_words


def of(*texts, rows=None):
    labels = np.array(texts, dtype=object)
    each = np.ones(len(texts), dtype=np.int64) if rows is None else np.array(rows)
    return TextProfile.of(labels, each)


def test_words_are_counted_once_a_text_whatever_their_case():
    found = of("The child, the child", "a child at home")
    # the, child | child, at, home: a word has two letters or more.
    assert (found.texts, found.words, found.words_squared) == (2, 5, 4 + 9)
    assert found.independent == pytest.approx(25 / 13)
    assert sorted(found.counts.tolist()) == [1, 1, 1, 2]
    assert found.of_one_text == 3


def test_what_the_reference_lacks_is_counted_for_each_text_that_holds_it():
    old = of("child at home", "child at school")
    assert of("child at nursery", "nursery", "home").unseen_in(old) == 2
    assert of("child at nursery", rows=[5]).unseen_in(old) == 5
    assert old.unseen_in(old) == 0
    assert of().unseen_in(old) == 0


def test_of_its_own_words_the_reference_tells_what_a_new_text_brings():
    # Left out one by one: home is new to the others, so is school, and nothing else.
    texts = ["child at home", "child at school", "child at"]
    left_out = [of(t).unseen_in(of(*(o for o in texts if o is not t))) for t in texts]
    assert of(*texts).of_one_text == sum(left_out) == 2


def test_the_median_length_is_within_a_tenth():
    for length in (1, 7, 40, 999, 12_345):
        assert of(*(["x" * length] * 1)).length() == pytest.approx(length, rel=0.1)
    assert of("x" * 10, "x" * 100, "x" * 1000).length() == pytest.approx(100, rel=0.1)
    assert of().length() == of("").length() == 0


def test_only_the_beginning_of_a_very_long_text_is_read():
    assert of("ab " * MOST_CHARACTERS + "tail").words == 1


texts = st.lists(st.text(alphabet="abc é\n.", max_size=12), max_size=8)


@given(texts, texts)
def test_two_summaries_add_up_to_the_summary_of_both(one, other):
    both = of(*one, *other)
    assert of(*one) + of(*other) == both
    assert of(*other) + of(*one) == both
    assert both + TextProfile() == both


@given(texts)
def test_it_is_stored_and_read_again(some):
    found = of(*some)
    assert TextProfile.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_no_word_is_stored_and_none_is_in_the_repr():
    found = of("Zebedee went home", "Zebedee")
    assert "ebedee" not in json.dumps(found.to_dict()) + repr(found)


def test_a_column_carries_its_words_only_where_they_were_asked_for():
    said = ["a child was seen at home today", "nobody was in when we called"]
    frame = pd.DataFrame({"note": [*said, None], "place": list("abc"), "age": [1, 2, 3]})
    plain = {c: ColumnProfile.of(c, frame[c]) for c in frame}
    asked = with_words(plain, frame)
    assert plain["note"].text == TextProfile()
    assert asked["note"].text == of(*said)
    assert (asked["age"], asked["place"]) == (plain["age"], plain["place"])
    assert (asked["note"] + asked["note"]).text.texts == 4
    stored = json.loads(json.dumps(asked["note"].to_dict()))
    assert ColumnProfile.from_dict(stored) == asked["note"]
    del stored["text"]  # as it was written before there were any
    assert ColumnProfile.from_dict(stored) == plain["note"]
