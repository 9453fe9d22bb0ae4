import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.evidence.column_pair import outside_range, unseen_categories
from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.measures.new_values import new_category_share, out_of_range_share
from tests.measures.columns_compared import SCOPE, facts

RNG = np.random.default_rng(5)
WHERE = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=80)


def profiles(new, old):
    return (ColumnProfile.of("c", pd.Series(v)) for v in (new, old))


def categories(new, old, **beside):
    return new_category_share(facts({"c": new}, {"c": old}, beside=beside), SCOPE)


def numbers(new, old):
    return out_of_range_share(facts({"c": new}, {"c": old}), SCOPE)


def test_new_categories_are_counted_and_those_of_ten_people_named():
    old = ["rent"] * 60 + ["own"] * 39 + ["boat"]
    found = categories(["rent"] * 70 + ["caravan"] * 20 + ["tent"] * 9 + ["own"], old)
    (c,) = found.comparisons
    assert c.estimate.value == pytest.approx((29 / 100 - 1 / 100) / (1 - 1 / 100))
    assert (c.n, c.n_versus, c.attribute) == (100, 100, "c")
    assert found.noted == ("New in column c: caravan.",)


def test_an_agreement_may_ask_for_more_people_before_a_category_is_named():
    assert not categories(["a"] * 9 + ["b"] * 20, ["a"] * 50, min_cell=30).noted


def test_one_code_in_two_spellings_is_not_new():
    (c,) = categories([1, 2, 3] * 20, ["1", "2", "3"] * 20).comparisons
    assert c.estimate.value == 0.0


def test_beyond_a_thousand_categories_nothing_is_named_and_nothing_passes():
    old = [f"old {i % 1500}" for i in range(3000)]
    found = categories([f"new {i % 1200}" for i in range(2400)], old)
    (c,) = found.comparisons
    assert not found.noted
    assert c.estimate.hidden
    assert c.estimate.below(0.99) == 0.0


def test_numbers_texts_and_dates_have_no_categories():
    text = ["a note of a good many words"] * 20
    day = pd.to_datetime(["2024-01-01"] * 20)
    same = {"n": range(20), "t": text, "d": day}
    assert not new_category_share(facts(same, same), SCOPE).applicable


@given(WHERE, WHERE)
def test_the_counts_are_those_of_the_rows(new, old):
    found = unseen_categories(*profiles(new, old))
    then = pd.Series(old).value_counts()
    assert found.rows == (~pd.Series(new).isin(old)).sum()
    assert (found.of, found.reference) == (len(new), len(old))
    assert (found.alone, found.pairs) == ((then == 1).sum(), (then == 2).sum())


@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=60),
    st.lists(st.integers(-5, 5), min_size=1, max_size=60),
)
def test_the_numbers_outside_are_those_of_the_rows(new, old):
    found = outside_range(*profiles(new, old))
    x, y = np.array(new), np.array(old)
    assert found.rows == ((x < y.min()) | (x > y.max())).sum()
    left_out = [(v < np.delete(y, i).min()) | (v > np.delete(y, i).max()) for i, v in enumerate(y)
                if len(y) > 1]  # fmt: skip
    assert found.alone == sum(left_out)


def test_numbers_in_bins_are_counted_to_within_a_thousandth_of_the_end():
    old, new = RNG.uniform(0, 100, 20_000), RNG.uniform(0, 200, 20_000)
    assert outside_range(*profiles(new, old)).rows == pytest.approx(
        (new > old.max()).sum(), rel=0.003
    )


def test_a_range_left_by_many_is_told_without_its_ends():
    found = numbers(RNG.normal(130, 10, 500), RNG.uniform(0, 100, 1000))
    (c,) = found.comparisons
    assert c.estimate.value > 0.95
    assert not found.noted
    assert 1 - c.estimate.above(0.05) < 0.001


def test_a_column_of_another_kind_is_a_gap():
    assert "is a number now" in categories([1, 2], ["low", "high"]).gaps[0]
    assert "is a category now" in numbers(["low", "high"], [1, 2]).gaps[0]


def test_without_rows_or_a_reference_nothing_is_assessed():
    assert "no rows" in numbers(np.array([]), [1.0]).reason


def test_keys_name_rows_and_are_no_categories():
    new, old = ([f"{side}/{i}" for i in range(300)] for side in ("new", "old"))
    given = facts({"key": new, "c": ["a"] * 300}, {"key": old, "c": ["a"] * 300})
    assert [c.attribute for c in new_category_share(given, SCOPE).comparisons] == ["c"]
    # Of a code that many share, new values are still told.
    shared = facts({"c": ["x", "y", "z"] * 100}, {"c": ["a", "b", "c"] * 100})
    assert new_category_share(shared, SCOPE).comparisons[0].estimate.value == 1
