"""Weights, clusters, dates and the simple rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from essex_standard.errors import DataError
from essex_standard.pipeline.beside import (
    baseline_of,
    clusters_of,
    period_of,
    rule_column,
    weights_of,
)
from essex_standard.pipeline.request import Request


@pytest.mark.parametrize(
    "weights",
    [
        [1, -1],
        [1, None],
        [0, 0],
        ["a", 1],
        [1, np.inf],
        [1e308, 1e308],
        [1, ""],
        pd.array([1, None], dtype="Int64"),
    ],
)
def test_weights_that_mean_nothing_are_refused(weights):
    with pytest.raises(DataError, match="weights must be numbers"):
        weights_of(weights)


@pytest.mark.parametrize("weights", [[1, 2], ["1", "2"], pd.array([1, 2], dtype="Int64")])
def test_weights_become_numbers(weights):
    assert weights_of(weights).tolist() == [1.0, 2.0]
    assert weights_of(None) is None


def test_a_row_without_a_cluster_is_refused():
    assert clusters_of([1, "1", 2.0]).tolist() == ["1", "1", "2.0"]
    with pytest.raises(DataError, match="some rows belong to no cluster"):
        clusters_of(["a", None])


@pytest.mark.parametrize(
    ("time", "period"),
    [
        (["2014B", "2014J", "2014B"] * 10, "2014B, 2014J"),
        (["2026-03-14", "2026-03-15", "2026-04-01"] * 10, "2026-03, 2026-04"),
        (pd.to_datetime(["2026-03-14", None] * 10), "2026-03"),
        ([2019, 2020] * 10, "2019, 2020"),
        (["1931-02-03"] + ["2026-03-14"] * 10, "2026-03"),
        (pd.date_range("2026-01-01", periods=365), "2026-01 to 2026-12"),
        ([None], ""),
        (None, ""),
    ],
)
def test_the_period_is_told_by_the_month(time, period):
    assert period_of(time) == period


@pytest.mark.parametrize("baseline", ["prevalence", "current_practice", "single_rule:age"])
def test_a_known_baseline_is_taken_as_it_is(baseline):
    assert baseline_of(Request(baseline=baseline)) == (baseline, ())


@pytest.mark.parametrize("baseline", ["prevalance", "single_rule", "single_rule:", "prevalence:x"])
def test_an_unknown_baseline_is_refused(baseline):
    with pytest.raises(DataError, match="is not a baseline"):
        baseline_of(Request(baseline=baseline))


def test_no_baseline_is_the_prevalence_and_is_told():
    baseline, told = baseline_of(Request())
    assert baseline == "prevalence"
    assert "scoring everybody alike" in told[0]


def test_a_rule_is_a_column_of_numbers_where_nothing_recorded_ranks_lowest():
    frame = pd.DataFrame({"age": [3.0, np.nan, 1.0], "flag": [True, False, True], "name": "x"})
    assert rule_column("single_rule:age", frame).tolist() == [3.0, 1.0, 1.0]
    assert rule_column("single_rule: flag", frame).tolist() == [1.0, 0.0, 1.0]
    for nothing in ("single_rule:name", "single_rule:absent", "prevalence"):
        assert rule_column(nothing, frame) is None
    assert rule_column("single_rule:age", pd.DataFrame({"age": [np.nan, np.inf]}))[0] == 0.0
