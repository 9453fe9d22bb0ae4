"""Indices from compressed tables against AIF360 on the raw rows."""

import warnings

import numpy as np
import pandas as pd
import pytest

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures import inequality
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope


@pytest.fixture(scope="module")
def aif():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from aif360.sklearn import metrics
    return metrics


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(4)
    n = 3000
    frame = pd.DataFrame({
        "sex": rng.choice(["F", "M"], n), "area": rng.choice(list("abc"), n, p=[0.8, 0.15, 0.05])
    })  # fmt: skip
    y = (rng.random(n) < 0.3).astype(int)
    decision = (rng.random(n) < 0.2 + 0.4 * y + 0.1 * (frame["area"] == "c")).astype(int)
    return frame, y, np.asarray(decision), rng.integers(1, 4, n)


def facts(frame, y, decision, weights=None):
    evidence = Evidence.of(
        outcome=y.astype(np.int8), flagged=decision.astype(bool),
        protected={c: frame[c].to_numpy(dtype=object) for c in frame},
        weights=None if weights is None else weights.astype(float),
    )  # fmt: skip
    return Facts(assessed=evidence, score_kind="none")


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("alpha", [1, 2])
def test_entropy_of_everyone_and_between_groups(aif, rows, alpha, weighted):
    frame, y, decision, weights = rows
    found = inequality.entropy_index(
        facts(frame, y, decision, weights if weighted else None), Scope(), alpha=alpha
    )
    # A weight of 3 is three people of the same kind.
    times = weights if weighted else np.ones(len(y), int)
    y, decision = np.repeat(y, times), np.repeat(decision, times)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = aif.generalized_entropy_error(y, decision, alpha=alpha)
        if alpha == 1:
            assert aif.theil_index(1 + decision - y) == pytest.approx(expected, abs=1e-12)
        assert found.comparisons[0].estimate.value == pytest.approx(expected, abs=1e-9)
        for m in found.told:
            groups = np.repeat(frame[m.attribute].to_numpy(), times)
            between = aif.between_group_generalized_entropy_error(
                pd.Series(y), decision, prot_attr=groups, alpha=alpha
            )
            assert m.value == pytest.approx(between, abs=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
def test_smoothed_differential_fairness_of_each_attribute_and_pair(aif, rows, weighted):
    frame, y, decision, weights = rows
    weights = weights if weighted else None
    scope = Scope(across=("protected", "intersections"))
    found = inequality.smoothed_empirical_differential_fairness(
        facts(frame, y, decision, weights), scope
    )
    assert [c.attribute for c in found.comparisons] == ["sex", "area", "area & sex"]
    for c in found.comparisons:
        groups = frame[c.attribute.split(" & ")].agg("-".join, axis=1).to_numpy()
        expected = aif.smoothed_edf(pd.Series(y), decision, prot_attr=groups, sample_weight=weights)
        assert c.estimate.value == pytest.approx(expected, abs=1e-9)


def test_where_aif360_calls_a_group_that_is_never_flagged_certain_we_smooth_it_alike(aif):
    y = pd.Series(np.ones(100, int))
    decision = np.array([0] * 50 + [1] * 25 + [0] * 25)
    groups = np.array(["a"] * 50 + ["b"] * 50)
    theirs = aif.smoothed_edf(y, decision, prot_attr=groups)
    found = inequality.smoothed_empirical_differential_fairness(
        facts(pd.DataFrame({"x": groups}), y.to_numpy(), decision), Scope(across=("protected",))
    )
    ours = found.comparisons[0].estimate.value
    assert ours == pytest.approx(np.log((25.5 / 51) / (0.5 / 51)))
    assert ours != pytest.approx(theirs)
