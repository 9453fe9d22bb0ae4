import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.measures.missingness import missing_share_difference
from tests.measures.columns_compared import SCOPE, facts


def column(missing, filled, infinite=0):
    return [None] * missing + [1.0] * filled + [np.inf] * infinite


def measured(new, old, **kwargs):
    return missing_share_difference(facts({"c": new}, {"c": old}, **kwargs), SCOPE)


def test_the_gap_is_assessed_minus_reference_with_both_shares_beside_it():
    found = measured(column(30, 70), column(10, 190))
    (gap,) = found.comparisons
    assert gap.estimate.value == pytest.approx(0.30 - 0.05)
    assert (gap.n, gap.n_versus, gap.signed) == (100, 200, True)
    assert {m.group: m.value for m in found.told} == {"assessed": 0.30, "reference": 0.05}


def test_a_column_that_fills_up_has_a_negative_gap():
    (gap,) = measured(column(0, 300), column(300, 0)).comparisons
    assert gap.estimate.value == -1.0
    assert 1 - gap.estimate.below(-0.10) < 0.001


def test_infinite_numbers_are_a_figure_of_their_own_and_no_missing_values():
    found = measured(column(0, 60, 40), column(0, 100))
    missing, infinite = found.comparisons
    assert missing.estimate.value == 0.0
    assert (infinite.measure, infinite.estimate.value) == ("infinite_share_difference", 0.4)
    assert found.noted == ("Column c holds infinite numbers.",)


def test_fewer_infinite_numbers_than_may_be_told_are_not_noted():
    assert not measured(column(0, 60, 9), column(0, 100)).noted


def test_a_column_that_is_not_there_is_a_gap():
    found = missing_share_difference(facts({"a": [1.0]}, {"a": [1.0], "b": [2.0]}), SCOPE)
    assert found.gaps == ("Column b is not in the data assessed.",)
    assert [c.attribute for c in found.comparisons] == ["a"]


@pytest.mark.parametrize(
    ("new", "old", "words"),
    [([], [1.0], "data assessed hold no rows"), ([1.0], [], "reference data hold no rows")],
)
def test_no_rows_are_not_assessed(new, old, words):
    assert words in measured(np.array(new, float), np.array(old, float)).reason


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.lists(st.booleans(), min_size=1))
def test_changing_sides_changes_the_sign(new, old):
    there, back = (
        measured([None if x else 1.0 for x in a], [None if x else 1.0 for x in b]).comparisons[0]
        for a, b in ((new, old), (old, new))
    )
    assert there.estimate.value == pytest.approx(-back.estimate.value)
    assert there.estimate.value == pytest.approx(np.mean(new) - np.mean(old))


def test_the_shares_are_those_of_pandas_on_the_rows():
    rng = np.random.default_rng(3)
    new, old = (
        pd.Series(rng.normal(size=n)).mask(rng.random(n) < p) for n, p in ((800, 0.3), (500, 0.1))
    )
    (gap,) = measured(new, old).comparisons
    assert gap.estimate.value == pytest.approx(new.isna().mean() - old.isna().mean())
