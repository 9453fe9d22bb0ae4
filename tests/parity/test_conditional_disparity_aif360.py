"""Conditional demographic disparity from compressed tables against AIF360 on the raw rows."""

import warnings

import numpy as np
import pandas as pd
import pytest

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.conditional_disparity import conditional_demographic_disparity
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope


@pytest.fixture(scope="module")
def aif():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from aif360.sklearn import metrics
    return metrics.conditional_demographic_disparity


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(8)
    n = 4000
    frame = pd.DataFrame({
        "area": rng.choice(list("abc"), n, p=[0.7, 0.2, 0.1]),
        "referrals": rng.choice(["none", "one", "more"], n, p=[0.5, 0.3, 0.2]),
    })  # fmt: skip
    rate = 0.1 + 0.2 * (frame["referrals"] == "one") + 0.1 * (frame["area"] == "c")
    flagged = rng.random(n) < rate
    return frame, np.asarray(flagged), rng.integers(1, 4, n)


def measured(frame, flagged, factor, weights=None):
    evidence = Evidence.of(
        outcome=np.full(len(flagged), 2, np.int8), flagged=flagged,
        protected={"area": frame["area"].to_numpy(dtype=object)}, factor=factor,
        weights=None if weights is None else weights.astype(float),
    )  # fmt: skip
    return conditional_demographic_disparity(
        Facts(assessed=evidence, score_kind="none", legitimate_factor="referrals"),
        Scope(across=("protected",)),
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_within_each_stratum_it_is_aif360s_of_a_group_and_the_rest(aif, rows, weighted):
    frame, flagged, weights = rows
    weights = weights if weighted else None
    factor = frame["referrals"].to_numpy(dtype=object)
    found = measured(frame, flagged, factor, weights)
    w = np.ones(len(flagged)) if weights is None else weights
    for c in found.comparisons:
        mine = (frame["area"] == c.group).to_numpy()
        total = 0.0
        for stratum in np.unique(factor):
            at = factor == stratum
            theirs = aif(
                pd.Series(flagged[at].astype(int)), prot_attr=mine[at],
                sample_weight=None if weights is None else weights[at],
            )  # fmt: skip
            part = w[at & mine].sum() / w[at].sum()
            total += w[at].sum() * theirs / (2 * part - 1)
        assert c.estimate.value == pytest.approx(total / w.sum(), abs=1e-9)


def test_of_one_stratum_the_groups_weighted_by_their_people_are_aif360s(aif, rows):
    frame, flagged, _ = rows
    one = np.full(len(flagged), "all", dtype=object)
    found = measured(frame, flagged, one)
    n = frame["area"].value_counts()
    ours = sum(n[c.group] * c.estimate.value for c in found.comparisons) / len(frame)
    theirs = aif(pd.Series(flagged.astype(int)), prot_attr=frame["area"].to_numpy())
    assert ours == pytest.approx(theirs, abs=1e-9)
