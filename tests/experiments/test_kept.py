"""What is kept from run to run: the same results, each worked out once, and sums only."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.experiments.coarser import coarser_columns
from essex_standard.experiments.fewer_columns import Margin
from essex_standard.experiments.kept import Kept, a_loss, key_of
from essex_standard.experiments.necessity import NO_TIME, Allowance, losses
from essex_standard.statistics.estimates import Normal
from tests.experiments.test_fewer_columns import search, trial

SOURCES = {"council": ["much"], "police": ["noise"], "all": ["much", "some", "noise"]}


def run(kept, allowed=None):
    """Return all three kinds of results of one trial, and how many copies it fitted."""
    given = trial(1_500, kept=kept, allowed=allowed or Allowance())
    sources, columns = losses(given, SOURCES), search(given)
    coarser = tuple(coarser_columns(given, columns.left_out, Margin(value=0.05, confidence=0.9)))
    return (sources, columns, coarser), given.allowed.begun


@pytest.fixture(scope="module")
def whole():
    kept = Kept()
    return *run(kept), kept


def test_a_run_from_what_was_kept_finds_the_same_and_fits_nothing(whole):
    found, fitted, kept = whole
    assert fitted > 5
    # As a file gives it back.
    again = Kept(found=json.loads(json.dumps(kept.found)))
    assert run(again) == (found, 0)
    assert again.recalled == len(kept.found)


def test_a_run_that_stopped_half_way_is_taken_up_again(whole):
    found, fitted, _ = whole
    kept = Kept()
    half, before = run(kept, Allowance(copies=4))
    assert any(c.reason == NO_TIME for c in half[1].columns)
    after, rest = run(Kept(found=kept.found))
    assert after == found
    # Scores are not kept: a copy that one more result is made of is fitted once more.
    assert before == 4
    assert rest < fitted


def test_each_new_result_is_written_at_once():
    written = []
    run(Kept(write=lambda found: written.append(len(found))), Allowance(copies=2))
    assert written == list(range(1, len(written) + 1))


def test_nothing_kept_is_as_long_as_the_people(whole):
    kept = whole[2]

    def longest(value):
        if isinstance(value, dict):
            return max([0, *map(longest, value.values())])
        if isinstance(value, list):
            return max([len(value), *map(longest, value)])
        return 0

    assert max(longest(v) for v in kept.found.values()) < 10


def test_what_could_not_be_done_is_tried_again():
    kept = Kept()
    assert kept.once("k", a_loss(), lambda: (None, "no time")) == (None, "no time")
    assert kept.once("k", a_loss(), lambda: (Normal(0.1, 0.2), "")) == (Normal(0.1, 0.2), "")
    assert kept.once("k", a_loss(), lambda: (None, "never")) == (Normal(0.1, 0.2), "")
    assert kept.recalled == 0


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_two_sets_have_one_key_only_if_they_are_one(one, other):
    assert (key_of("AUROC", one) == key_of("AUROC", other)) == (sorted(one) == sorted(other))


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(1e-12, 1e12))
def test_an_estimate_comes_back_to_the_last_bit(value, error):
    kept = Kept()
    kept.once("k", a_loss(), lambda: (Normal(value, error), ""))
    back, _ = Kept(found=json.loads(json.dumps(kept.found))).once("k", a_loss(), lambda: (None, ""))
    assert back is not None
    assert (
        np.array([back.value, back.standard_error]).tobytes() == np.array([value, error]).tobytes()
    )
