"""The search for subgroups against AIF360's own, on the same raw rows."""

import warnings

import numpy as np
import pandas as pd
import pytest

from essex_standard.evidence.banding import resolve_bands
from essex_standard.evidence.cross_table import CrossTable
from essex_standard.measures.subgroup_scan import Searched
from essex_standard.statistics.crossing import Crossing
from essex_standard.statistics.subset_scan import Expectation, Search, scan, score_of

mdss = pytest.importorskip("aif360.detectors.mdss_detector")

VALUES = 4
COLUMNS = ("a", "b", "c")


def people(rows=600, seed=0, planted=0.0):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({c: rng.integers(0, VALUES, rows) for c in COLUMNS})
    p = rng.beta(2, 5, rows).clip(0.01, 0.99)
    worse = X["a"].isin([0, 1]) & (X["b"] == 2)
    y = (rng.random(rows) < np.clip(p + planted * worse, 0, 1)).astype(int)
    return X, p, y


def aif360(X, p, y, *, overpredicted, penalty):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return mdss.bias_scan(
            X, pd.Series(y), pd.Series(p), overpredicted=overpredicted, penalty=penalty, num_iters=3
        )


def ours(X, p, y):
    level, place = np.unique(p, return_inverse=True)
    cells = Crossing.of(X.to_numpy().T, (VALUES,) * 3, place, np.ones(len(p)), len(level))
    return cells, level, y.astype(float)


def chosen(subset):
    return tuple(np.isin(np.arange(VALUES), subset.get(c, range(VALUES))) for c in COLUMNS)


@pytest.mark.parametrize(
    ("seed", "planted", "overpredicted", "penalty"),
    [(1, 0.4, False, 1e-17), (2, 0.3, False, 1.0), (3, 0.0, True, 1e-17), (4, 0.0, False, 0.5)],
)
def test_the_search_finds_what_aif360_finds_or_better(seed, planted, overpredicted, penalty):
    X, p, y = people(seed=seed, planted=planted)
    subset, score = aif360(X, p, y, overpredicted=overpredicted, penalty=penalty)
    cells, level, events = ours(X, p, y)
    expectation = Expectation.of(level, -1 if overpredicted else 1, grid=200)
    search = Search.of(cells, expectation)
    found = scan(search, events, rng=np.random.default_rng(0), restarts=60, penalty=penalty)
    # AIF360 rounds its score to four decimals, and finds q to a thousandth.
    assert found.score >= score - 1e-4
    theirs = score_of(search, events, chosen(subset), penalty)
    assert theirs == pytest.approx(score, abs=2e-4)


def test_at_the_same_q_a_subgroup_has_aif360s_score_to_the_last_digits():
    from aif360.detectors.mdss.ScoringFunctions import Bernoulli

    X, p, y = people(seed=5, planted=0.3)
    inside = ((X["a"] < 2) & (X["b"] == 2)).to_numpy()
    function = Bernoulli(direction="positive")
    q = function.qmle(y[inside].sum(), p[inside])
    theirs = function.score(y[inside].sum(), p[inside], 3.0, q)
    level, place = np.unique(p[inside], return_inverse=True)
    by_level = np.bincount(place)
    ours_there = y[inside].sum() * np.log(q) - by_level @ np.log1p(level * (q - 1)) - 3.0
    assert ours_there == pytest.approx(theirs, abs=1e-9)


def test_scores_of_a_crossing_are_those_of_raw_rows_within_a_hundredth():
    X, p, y = people(rows=20_000, seed=6, planted=0.15)
    frame = X.astype(str)
    bands = resolve_bands({}, frame)
    table = CrossTable.of(
        bands, [frame[b.name] for b in bands], y.astype(np.int8), flagged=p > 0.5, scores=p
    )
    searched = Searched.of(table, seed=0)
    group = (np.array([True, True, False, False]), np.array([False, False, True, False]))
    group = (*group, np.ones(VALUES, dtype=bool))
    crossed = score_of(searched.people.against(1), searched.people.events, group, 0.0)
    # On raw rows with the scores as they are, put right as a whole by the same curve.
    inside = ((X["a"] < 2) & (X["b"] == 2)).to_numpy()
    from scipy.special import logit

    from essex_standard.statistics.recalibration import expected_rates

    fitted = expected_rates(logit(p), np.ones(len(p)), y.astype(float))
    function = pytest.importorskip("aif360.detectors.mdss.ScoringFunctions").Bernoulli(
        direction="positive"
    )
    q = function.qmle(y[inside].sum(), fitted[inside])
    raw = function.score(y[inside].sum(), fitted[inside], 0.0, q)
    assert crossed == pytest.approx(raw, rel=0.01)
