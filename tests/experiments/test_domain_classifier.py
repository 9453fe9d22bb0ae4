"""Two populations that differ are told apart, and by what; two that do not are not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from essex_standard.experiments import domain_classifier as module
from essex_standard.experiments.domain_classifier import domain_classifier


def people(n, seed, *, shift=0.0, together=0.0):
    """Return rows of which one column may be shifted, or go together with another."""
    rng = np.random.default_rng(seed)
    one, two = rng.normal(size=(2, n))
    return pd.DataFrame(
        {
            "noise": rng.normal(size=n),
            "moved": rng.normal(shift, 1, n),
            "one": one,
            "two": together * one + np.sqrt(1 - together**2) * two,
            "place": rng.choice(["p", "q", "r"], n),
        }
    )


def tell(new, old, columns=None, **given):
    return domain_classifier(new, old, list(new) if columns is None else columns, seed=1, **given)


def test_two_draws_of_one_population_cannot_be_told_apart():
    found = tell(people(1500, 1), people(2000, 2))
    low, high = found.joint.interval(0.95)
    assert low < 0.5 < high
    assert found.joint.below(0.6) > 0.99
    assert found.together == ()
    assert found.copies == 0
    assert (found.rows, found.n, found.tried) == ((1500, 2000), (1500, 2000), 5)


def test_one_column_alone_tells_what_two_bell_curves_tell():
    found = tell(people(4000, 1, shift=1.0), people(4000, 2))
    assert found.columns[0][0] == "moved"
    # One standard deviation apart: Phi(1 / sqrt 2) = 0.760, in ten bins a little less.
    assert found.columns[0][1].value == pytest.approx(ndtr(1 / np.sqrt(2)), abs=0.02)
    assert found.joint.value == pytest.approx(ndtr(1 / np.sqrt(2)), abs=0.02)


def test_what_no_column_shows_by_itself_is_found_and_both_columns_named():
    found = tell(people(5000, 1, together=0.8), people(5000, 2))
    assert max(e.value for _, e in found.columns) < 0.53
    assert found.joint.below(0.55) < 0.01
    assert set(found.together[:2]) == {"one", "two"}


def test_the_same_rows_in_any_order_are_a_coin_and_told():
    new = people(900, 1)
    for old in (new, new.sample(frac=1, random_state=2)):
        found = tell(new, old)
        assert found.joint.value == pytest.approx(0.5, abs=1e-9)
        assert found.joint.standard_error > 0
        assert found.copies == 1


def test_a_reference_that_holds_the_assessed_rows_does_not_hide_that_others_moved():
    moved = people(600, 1, shift=1.5)
    old = people(2000, 2)
    found = tell(moved, pd.concat([old, moved[:300]], ignore_index=True))
    assert found.copies == pytest.approx(0.5)
    # Of the old 300 in 2,300 are as new as the new ones.
    assert found.joint.value > 0.7


def test_what_is_missing_tells():
    old = people(800, 1)
    new = people(800, 2)
    new["noise"] = new["noise"].where(np.random.default_rng(3).random(800) < 0.3)
    found = tell(new, old)
    assert found.columns[0][0] == "noise"
    assert found.joint.value > 0.75


def test_the_time_column_and_dates_are_left_out_and_named():
    old, new = people(300, 1), people(300, 2)
    for frame, year in ((old, 2013), (new, 2014)):
        frame["presentation"] = f"{year}B"
        frame["seen"] = pd.Timestamp(year, 3, 1)
        frame["written"] = f"{year}-05-01"
    found = tell(new, old, time="presentation")
    assert found.dates == ("presentation", "seen", "written")
    assert found.joint.below(0.6) > 0.9
    only = tell(new, old, ["seen"])
    assert only.joint is None
    assert "nothing but dates" in only.reason


def test_a_period_key_that_nobody_declared_is_found_to_give_everyone_away():
    old, new = people(300, 1), people(300, 2)
    old["year"], new["year"] = 2013, 2014
    found = tell(new, old)
    assert found.joint.value > 0.99
    assert found.columns[0] == ("year", found.columns[0][1])
    assert found.columns[0][1].value == 1.0


def test_columns_of_every_kind_do_no_harm():
    old, new = people(400, 1), people(300, 2)
    for frame in (old, new):
        n = len(frame)
        frame["constant"], frame["empty"] = 1, np.nan
        frame["endless"] = np.where(np.arange(n) % 7 == 0, np.inf, 0.0)
        frame["flag"] = np.arange(n) % 3 == 0
        frame["nullable"] = pd.array([1, None, 2, 3] * (n // 4), dtype="Int64")
        frame["span"] = pd.to_timedelta(np.arange(n) % 5, unit="D")
    old["band"] = pd.Categorical(["a", "b"] * 200, categories=["a", "b"])
    new["band"] = pd.Categorical(["a", "b", "new"] * 100, categories=["new", "b", "a"])
    old["code"], new["code"] = 1, "1"
    old["lost"], new["lost"] = np.arange(400.0), np.nan
    old["gained"], new["gained"] = None, "x"
    found = tell(new, old)
    told = dict(found.columns)
    assert told["lost"].value == told["gained"].value == 1.0
    assert told["band"].value == pytest.approx(0.5 + 1 / 3 / 2, abs=0.02)
    kept = [c for c in new if c not in {"lost", "gained", "band"}]
    assert tell(new, old, kept).joint.below(0.6) > 0.95


def test_columns_of_one_side_only_are_named_and_none_in_common_is_a_reason():
    found = tell(people(100, 1).assign(new=1), people(100, 2).drop(columns="place"))
    assert found.one_sided == ("place", "new")
    assert found.tried == 4
    none = tell(people(100, 1)[["noise"]], people(100, 2)[["one"]], ["noise", "one"])
    assert none.joint is None
    assert "no column in common" in none.reason
    assert "not known" in tell(people(100, 1), people(100, 2), []).reason


@pytest.mark.parametrize(("n", "m"), [(0, 500), (9, 500), (500, 9)])
def test_fewer_than_ten_on_a_side_are_not_tried(n, m):
    found = tell(people(n, 1), people(m, 2))
    assert found.joint is None
    assert "too few" in found.reason


def test_texts_that_changed_are_told_apart():
    rng = np.random.default_rng(2)
    words = np.array(["school", "home", "visit", "call", "meeting", "plan"])

    def texts(n, first):
        said = [" ".join([first if i % 2 else "seen", *rng.choice(words, 5)]) for i in range(n)]
        return pd.DataFrame({"note": [f"{t} {i}" for i, t in enumerate(said)]})

    found = tell(texts(400, "online"), texts(400, "spoken"))
    # Half of either side is told without fail: 0.75 + 0.25 / 2.
    assert found.joint.value == pytest.approx(0.875, abs=0.03)
    assert found.columns[0][0] == "note"
    same = tell(texts(400, "spoken"), texts(400, "spoken"))
    assert same.joint.below(0.65) > 0.95


def test_a_family_on_both_sides_is_held_out_whole():
    # Each family has a door of its own on either side; it says nothing of families not seen.
    rng = np.random.default_rng(3)
    family = np.repeat(np.arange(40), 20)
    old = pd.DataFrame({"family": family, "door": rng.normal(size=40)[family]})
    new = pd.DataFrame({"family": family + 20, "door": rng.normal(size=40)[family]})
    open_ = tell(new, old, ["door"])
    grouped = tell(new, old, ["door"], cluster="family")
    assert open_.joint.below(0.55) < 0.01
    assert grouped.joint.below(0.5) > 0.05
    assert grouped.joint.freedom < 40
    assert grouped.joint.standard_error > 3 * open_.joint.standard_error


def test_of_many_rows_some_are_drawn_and_the_same_again(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 500)
    new, old = people(2000, 1, shift=0.5), people(3000, 2)
    found = tell(new, old)
    assert (found.rows, found.n) == ((2000, 3000), (500, 500))
    assert tell(new, old) == found
    assert tell(new, new).copies == 1


cells = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(width=32), st.sampled_from("abc"),
    st.text(max_size=3),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(cells, min_size=10, max_size=30), st.lists(cells, min_size=10, max_size=30))
def test_whatever_the_columns_hold_there_is_an_honest_answer(new, old):
    sides = [
        pd.DataFrame({"x": pd.Series(v, dtype=object), "y": range(len(v))}) for v in (new, old)
    ]
    found = tell(*sides)
    if found.joint is not None:
        assert 0 <= found.joint.value <= 1
        assert found.joint.standard_error > 0
    same = tell(sides[0], sides[0])
    assert same.joint is None or same.joint.value == pytest.approx(0.5)
