"""Coarser versions of every kind of column, and the coarsest that costs nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from essex_standard.experiments.coarser import _versions, coarser_columns, versions
from essex_standard.experiments.fewer_columns import Margin
from essex_standard.experiments.necessity import Allowance, Assessed, Trial
from essex_standard.experiments.refitting import Learning
from essex_standard.models.risk_model import RiskModel

MARGIN = Margin(value=0.01, confidence=0.95)


def made(column):
    return {v.words: v.apply(column) for v in versions(column)}


def test_a_number_becomes_the_middle_person_of_its_band():
    found = made(pd.Series(range(20)))
    assert list(found) == ["ten bands", "five bands", "two bands"]
    assert found["two bands"].tolist() == [4] * 10 + [14] * 10
    assert found["five bands"].tolist() == [v for v in (1, 5, 9, 13, 17) for _ in range(4)]


def test_a_number_not_met_in_training_falls_in_the_band_beside_it():
    halves = next(v for v in versions(pd.Series(range(20))) if v.words == "two bands")
    assert halves.apply(pd.Series([-5, 100, 9, 10])).tolist() == [4, 14, 4, 14]


def test_what_is_missing_stays_missing():
    column = pd.Series([*range(20), None], dtype="Int64")
    assert all(v.isna().tolist() == [False] * 20 + [True] for v in made(column).values())
    floats = pd.Series([*np.arange(20.0), np.nan])
    assert all(v.isna().sum() == 1 for v in made(floats).values())


def test_a_date_becomes_the_first_of_its_month_or_year():
    found = made(pd.Series(pd.to_datetime(["2024-02-29", "2023-12-31", None])))
    days = {words: made.dt.strftime("%Y-%m-%d").tolist()[:2] for words, made in found.items()}
    assert days == {
        "the month": ["2024-02-01", "2023-12-01"],
        "the year": ["2024-01-01", "2023-01-01"],
    }
    assert all(made.isna().tolist() == [False, False, True] for made in found.values())


def test_a_postcode_becomes_its_district_or_area():
    found = made(pd.Series(["CM1 1AA", "ss26bb", None, "EC1A 4JQ"], dtype=object))
    assert found["the postcode's district"].tolist() == ["CM1", "SS2", None, "EC1A"]
    assert found["the postcode's area"].tolist() == ["CM", "SS", None, "EC"]


def test_rare_categories_go_to_the_commonest_of_them():
    column = pd.Series(["a"] * 900 + ["b"] * 80 + ["c"] * 9 + ["d"] * 8 + ["e"] * 3)
    found = made(column)
    assert list(found) == ["categories of fewer than 1 in 100 put together"]
    assert next(iter(found.values())).value_counts().to_dict() == {"a": 900, "b": 80, "c": 20}


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([True, False] * 20),
        pd.Series([0, 1] * 20),
        pd.Series(["x", "y"] * 20),
        pd.Series([None] * 20, dtype=object),
        pd.Series([np.nan] * 20),
        pd.Series([["a", "b"]] * 20),
        pd.Series([f"asked for help {i} times" for i in range(50)]),
    ],
)
def test_some_columns_have_no_coarser_version(column):
    assert _versions(column) == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.integers(-1000, 1000), st.none()), min_size=1, max_size=60),
    st.sampled_from(["float64", "Int64"]),
)
def test_a_version_keeps_type_and_order_and_has_fewer_values(numbers, dtype):
    column = pd.Series(numbers, dtype=dtype)
    for coarse in made(column).values():
        assert coarse.dtype == column.dtype
        assert coarse.nunique() < column.nunique()
        known = column.notna()
        assert (coarse.notna() == known).all()
        by_value = coarse[known].to_numpy()[np.argsort(column[known].to_numpy(), kind="stable")]
        assert (np.diff(by_value.astype(float)) >= 0).all()


def people(n, seed):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "halves": rng.normal(size=n),
            "fine": rng.normal(size=n),
            "place": rng.choice([*"abcdefgh"], n, p=[0.4, 0.4, 0.03, 0.03, 0.04, 0.04, 0.03, 0.03]),
        }
    )
    eta = 2.0 * (frame["halves"] > 0) + 3.0 * frame["fine"] + 1.0 * (frame["place"] == "a")
    return frame, (rng.random(n) < 1 / (1 + np.exp(1.5 - eta))).to_numpy().astype(np.int8)


def trial(**changed):
    (frame, y), (new, outcome) = people(4_000, 1), people(4_000, 2)
    parts = ColumnTransformer(
        [("n", "passthrough", ["halves", "fine"]), ("p", OneHotEncoder(), ["place"])]
    )
    risk = RiskModel.of(make_pipeline(parts, LogisticRegression()).fit(frame, y))
    learning = Learning(risk=risk, frame=frame, labels=y.astype(int), positive=(1,), seed=1)
    return Trial(
        learning=learning, assessed=Assessed(frame=new, outcome=outcome),
        full=learning.copy(new).scores, reads=tuple(frame.columns), **changed,
    )  # fmt: skip


def test_each_column_is_proposed_as_coarse_as_it_may_be():
    found = {c.column: c for c in coarser_columns(trial(), (), MARGIN)}
    assert found["halves"].words == "two bands"
    assert found["place"].words == "categories of fewer than 1 in 20 put together"
    assert all(c.loss is not None for c in found.values())


def test_a_column_that_is_needed_fine_stays_finer_than_halves():
    (fine, _) = coarser_columns(trial(), ("halves",), MARGIN)
    assert fine.column == "fine"
    assert fine.words in {"", "ten bands"}


def test_a_column_that_was_left_out_is_not_tried():
    found = list(coarser_columns(trial(), ("place",), MARGIN))
    assert [c.column for c in found] == ["halves", "fine"]


def test_without_time_nothing_is_proposed():
    found = list(coarser_columns(trial(allowed=Allowance(copies=0)), (), MARGIN))
    assert all(not c.words and c.loss is None and c.reason for c in found)
