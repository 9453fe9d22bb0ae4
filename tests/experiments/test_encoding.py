"""Levels of any column: cut from the column alone, with what is missing apart."""

import numpy as np
import pandas as pd
import pytest

from essex_standard.experiments.encoding import BINS, MOST_LEVELS, WORDS, levels


def test_numbers_fall_into_bins_of_one_size_and_missing_apart():
    column = pd.Series([*range(1000), *[np.nan] * 50])
    found = levels(column, "x")
    sizes = np.bincount(found.codes)
    assert sizes.tolist() == [100] * BINS + [50]
    assert (found.order[-50:] == 0).all()
    assert (np.diff(found.order[:1000]) > 0).all()


def test_rare_categories_are_one_level_and_missing_another():
    common = [f"c{i}" for i in range(MOST_LEVELS)] * 20
    found = levels(pd.Series([*common, "r1", "r2", None], dtype=object), "x")
    assert found.codes.max() == MOST_LEVELS + 1
    assert found.codes[-3] == found.codes[-2] == MOST_LEVELS
    assert found.codes[-1] == MOST_LEVELS + 1


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([True, False, None] * 10, dtype="boolean"),
        pd.Series([1, 2, None] * 10, dtype="Int64"),
        pd.Series(pd.Categorical(["a", "b", None] * 10, categories=["a", "b", "never"])),
        pd.Series(pd.to_datetime(["2024-01-01", "2025-01-01", None] * 10)),
        pd.Series(pd.to_timedelta(["1D", "2D", None] * 10)),
        pd.Series([[1], "b", None] * 10, dtype=object),
        pd.Series(["x", "y", None] * 10, dtype="string"),
    ],
)
def test_any_type_has_a_level_for_each_of_its_values(column):
    found = levels(column, "x")
    assert found.width == 3
    assert len({*found.codes[::3]}) == len({*found.codes[2::3]}) == 1
    assert found.design().shape[0] == 30


@pytest.mark.parametrize("values", [[np.nan] * 9, [3.0] * 9, [np.inf, -np.inf] + [np.nan] * 7])
def test_a_column_that_says_nothing_is_one_level(values):
    assert levels(pd.Series(values), "x").width == 1


def test_free_text_is_words():
    text = pd.Series([f"the worker saw family {i} at home" for i in range(100)])
    found = levels(text, "note")
    assert found.codes is None
    assert found.design().shape == (100, WORDS)
    assert levels(pd.Series([f"key{i}" for i in range(100)]), "key").codes is not None
