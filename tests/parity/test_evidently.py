"""Our scores from column profiles against Evidently's Report on the raw rows."""

import os

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp
from scipy.stats.contingency import association

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.measures.drift.distances import cramers_v, kolmogorov_smirnov
from essex_standard.measures.drift.evidently import (
    jensen_shannon_score,
    psi_score,
    wasserstein_score,
)

WITHIN = 0.005
SCORES = {"jensenshannon": jensen_shannon_score, "psi": psi_score, "wasserstein": wasserstein_score}
SIZES = {"small": (200, 300), "large": (9_000, 14_000)}


def samples(name, n, m):
    r = np.random.default_rng(3)

    def with_gaps(values, share, infinite=0):
        values = np.where(r.random(len(values)) < share, np.nan, values)
        values[:infinite] = np.inf
        return values

    made = {
        "normal": lambda: (r.normal(0.25, 1, n), r.normal(0, 1, m)),
        "very skewed": lambda: (r.lognormal(0.3, 2, n), r.lognormal(0, 2, m)),
        "half zeros": lambda: (
            r.lognormal(0, 1, n) * (r.random(n) < 0.4),
            r.lognormal(0, 1, m) * (r.random(m) < 0.5),
        ),
        "money": lambda: (np.round(r.gamma(2, 300, n), 2), np.round(r.gamma(2, 320, m), 2)),
        "whole numbers": lambda: (r.integers(0, 90, n), r.integers(5, 95, m)),
        "narrow whole numbers": lambda: (r.integers(0, 22, n), r.integers(0, 23, m)),
        "few values": lambda: (r.poisson(1.2, n), r.poisson(1, m)),
        "scores": lambda: (r.beta(0.5, 6, n), r.beta(0.5, 5, m)),
        "missing": lambda: (
            with_gaps(r.normal(0.1, 1, n), 0.3),
            with_gaps(r.normal(0, 1, m), 0.1, infinite=2),
        ),
    }
    return made[name]()


def report(new, old, method, *, numeric):
    os.environ["DO_NOT_TRACK"] = "1"
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

    columns = {"numerical_columns" if numeric else "categorical_columns": ["x"]}
    datasets = [
        Dataset.from_pandas(pd.DataFrame({"x": side}), DataDefinition(**columns))
        for side in (new, old)
    ]
    run = Report([ValueDrift(column="x", method=method)]).run(*datasets)
    return float(run.dict()["metrics"][0]["value"])


def ours(new, old, method):
    return SCORES[method](*(ColumnProfile.of("x", pd.Series(side)) for side in (new, old)))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # Evidently's means of infinite values
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "name",
    [
        "normal", "very skewed", "half zeros", "money", "whole numbers", "narrow whole numbers",
        "few values", "scores", "missing",
    ],
)  # fmt: skip
def test_numbers_score_as_in_evidently(name, size):
    new, old = samples(name, *SIZES[size])
    for method in SCORES:
        expected = report(new, old, method, numeric=True)
        assert ours(new, old, method) == pytest.approx(expected, abs=WITHIN), method


@pytest.mark.parametrize("name", ["normal", "very skewed", "half zeros", "whole numbers", "scores"])
def test_the_widest_gap_is_that_of_the_test_evidently_calls(name):
    # Evidently's Report tells the p-value of scipy's test: its statistic is the effect size.
    new, old = samples(name, *SIZES["large"])
    a, b = (ColumnProfile.of("x", pd.Series(side)) for side in (new, old))
    found = kolmogorov_smirnov(a, b)
    assert found.value == pytest.approx(ks_2samp(old, new).statistic, abs=WITHIN)
    p_value = report(new, old, "ks", numeric=True)
    assert ks_2samp(old, new).pvalue == pytest.approx(p_value, abs=1e-9)


def test_cramers_v_is_the_effect_of_the_chi_squared_test_on_raw_rows():
    r = np.random.default_rng(9)
    new, old = r.choice(list("abcd"), 600, p=[0.4, 0.3, 0.2, 0.1]), r.choice(list("abcd"), 600)
    found = cramers_v(*(ColumnProfile.of("x", pd.Series(side)) for side in (new, old)))
    table = pd.crosstab(np.repeat([0, 1], 600), np.concatenate([new, old])).to_numpy()
    assert found.value == pytest.approx(association(table, method="cramer"))


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_categories_score_as_in_evidently(missing):
    r = np.random.default_rng(4)
    new = pd.Series(r.choice(list("abcdefg"), 900, p=[0.3, 0.2, 0.2, 0.1, 0.1, 0.09, 0.01]))
    old = pd.Series(
        r.choice(list("abcdefgh"), 700, p=[0.25, 0.25, 0.2, 0.1, 0.1, 0.05, 0.04, 0.01])
    )
    new[r.random(900) < missing] = None
    for method in ("jensenshannon", "psi"):
        expected = report(new, old, method, numeric=False)
        assert ours(new, old, method) == pytest.approx(expected, abs=1e-9)


def test_a_constant_column_scores_nothing():
    assert ours(["a"] * 50, ["a"] * 70, "jensenshannon") == 0
    assert ours(["a"] * 50, ["b"] * 70, "jensenshannon") == pytest.approx(np.sqrt(np.log(2)))
