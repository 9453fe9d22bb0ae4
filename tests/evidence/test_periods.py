"""Evidence by period: each part is the evidence of its rows, and periods are groups like others."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.group_table import GroupTable
from essex_standard.evidence.periods import (
    PERIOD,
    by_period,
    crossed_with_period,
    group_in_period,
    period_tables,
)
from tests.evidence.populations import populations, rows

YEARS = np.array(["2023", "2024", "2025"], dtype=object)


def dated(population, seed=0):
    n = len(population["outcome"])
    return population | {"periods": np.random.default_rng(seed).choice(YEARS, n)}


@given(populations(), st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_each_period_is_the_evidence_of_its_own_rows(population, seed):
    evidence = Evidence.of(**dated(population, seed))
    periods = dated(population, seed)["periods"]
    assert set(evidence.periods) == set(periods.tolist())
    for period, part in evidence.periods.items():
        mine = rows(population, np.flatnonzero(periods == period)) | {"rule": None, "factor": None}
        assert part == Evidence.of(**mine, intersections=False)


@given(populations(smallest=2), st.integers(0, 100), st.data())
@settings(max_examples=40, deadline=None)
def test_periods_of_two_batches_add_up_to_those_of_both(population, seed, data):
    population = dated(population, seed)
    n = len(population["outcome"])
    cut = data.draw(st.integers(1, n - 1))
    parts = [Evidence.of(**rows(population, np.arange(a, b))) for a, b in ((0, cut), (cut, n))]
    assert parts[0] + parts[1] == Evidence.of(**population)


@given(populations(smallest=1), st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_the_table_of_periods_is_the_one_counted_from_rows(population, seed):
    population = dated(population, seed)
    evidence = Evidence.of(**population)
    tables = period_tables(evidence)
    labels, codes = np.unique(population["periods"].astype(str), return_inverse=True)
    from essex_standard.evidence.evidence import cluster_buckets

    clusters = population["clusters"]
    direct = GroupTable.of(
        PERIOD, codes.astype(np.int64), labels, population["outcome"], population["flagged"],
        weights=population["weights"],
        buckets=None if clusters is None else cluster_buckets(clusters),
    )  # fmt: skip
    assert tables[PERIOD] == direct
    crossed = tables["period & sex"]
    assert crossed.counts.sum() == len(population["outcome"])
    assert list(crossed.groups) == sorted(crossed.groups)
    seen = by_period(evidence)
    assert seen.attributes() == (PERIOD,)
    assert seen.group_scores[PERIOD].whole().counts.sum() == len(population["outcome"])


def test_names_stand_in_the_order_of_their_attributes():
    assert crossed_with_period("ethnicity") == "ethnicity & period"
    assert group_in_period("ethnicity", "Asian", "2024") == "Asian & 2024"
    assert crossed_with_period("sex") == "period & sex"
    assert group_in_period("sex", "F", "2024") == "2024 & F"


def test_stored_and_read_again_it_is_the_same():
    frame = pd.DataFrame({"a": [1, 2, 3, 4]})
    evidence = Evidence.of(
        outcome=np.array([0, 1, 0, 2], dtype=np.int8),
        flagged=np.array([True, False, True, False]),
        scores=np.array([0.6, 0.2, 0.9, 0.1]),
        threshold=0.5,
        columns=frame,
        periods=np.array(["2023", "2023", "2024", "2024"], dtype=object),
        period_columns=True,
    )
    assert Evidence.from_dict(json.loads(json.dumps(evidence.to_dict()))) == evidence
    assert evidence.periods["2023"].columns["a"].rows == 2
    assert not evidence.periods["2023"].periods


def test_evidence_with_and_without_periods_is_not_added():
    with_them = Evidence.of(
        outcome=np.array([0], dtype=np.int8), flagged=np.array([True]),
        periods=np.array(["2023"], dtype=object),
    )  # fmt: skip
    without = Evidence.of(outcome=np.array([0], dtype=np.int8), flagged=np.array([True]))
    with pytest.raises(ValueError, match="with and without periods"):
        with_them + without
    assert with_them + Evidence(rows=0) == with_them
