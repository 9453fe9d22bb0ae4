"""Ranking, Brier score and calibration from histograms against scikit-learn on raw scores."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.effectiveness import (
    average_precision_difference_to_baseline,
    roc_auc_difference_to_baseline,
)
from essex_standard.measures.facts import Facts
from essex_standard.measures.group_scores import calibration_in_the_large, calibration_slope
from essex_standard.statistics.comparison import Scope

WITHIN = 0.0005
PREVALENCES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


def people(shape, prevalence, n=20_000, seed=0):
    """Return raw scores of several shapes with at least 50 events, and outcomes."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(np.log(prevalence / (1 - prevalence)), 1.0, n)
    y = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
    y[:50] = 1
    scores = {
        "calibrated": lambda: 1 / (1 + np.exp(-logit)),
        "rounded": lambda: np.round(1 / (1 + np.exp(-logit)), 2),
        "a forest of 100 trees": lambda: rng.binomial(100, 1 / (1 + np.exp(-logit))) / 100,
        "sure of itself": lambda: 1 / (1 + np.exp(-4 * logit)),
        "beyond sure": lambda: 1 / (1 + np.exp(-40 * logit)),
        "unbounded": lambda: 300 * logit + rng.normal(0, 100, n),
        "unbounded and skewed": lambda: np.exp(2 * logit),
        "points": lambda: np.round(10 * logit),
    }[shape]()
    return scores, y


def found(measure, scores, y, *, kind="probability", weights=None):
    evidence = Evidence.of(
        outcome=y.astype(np.int8), flagged=scores >= np.median(scores), scores=scores,
        score_kind=kind, weights=weights,
    )  # fmt: skip
    return measure(Facts(assessed=evidence, score_kind=kind), Scope())


def value(measured, name):
    return next(m.value for m in measured.told if (m.measure, m.group) == (name, ""))


SHAPES = [
    "calibrated", "rounded", "a forest of 100 trees", "sure of itself", "beyond sure", "unbounded",
    "unbounded and skewed", "points",
]  # fmt: skip


@pytest.mark.parametrize("prevalence", PREVALENCES)
@pytest.mark.parametrize("shape", SHAPES)
def test_auroc_and_average_precision_are_scikit_learns(shape, prevalence):
    scores, y = people(shape, prevalence)
    kind = "unbounded" if shape in SHAPES[5:] else "probability"
    auroc = value(found(roc_auc_difference_to_baseline, scores, y, kind=kind), "roc_auc")
    assert auroc == pytest.approx(roc_auc_score(y, scores), abs=WITHIN)
    precision = value(
        found(average_precision_difference_to_baseline, scores, y, kind=kind), "average_precision"
    )
    assert precision == pytest.approx(average_precision_score(y, scores), abs=WITHIN)


def test_so_they_are_with_weights():
    scores, y = people("calibrated", 0.1)
    weights = np.random.default_rng(1).choice([0.2, 1.0, 4.0], len(y))
    auroc = value(found(roc_auc_difference_to_baseline, scores, y, weights=weights), "roc_auc")
    assert auroc == pytest.approx(roc_auc_score(y, scores, sample_weight=weights), abs=WITHIN)
    measured = found(average_precision_difference_to_baseline, scores, y, weights=weights)
    assert value(measured, "average_precision") == pytest.approx(
        average_precision_score(y, scores, sample_weight=weights), abs=WITHIN
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("shape", SHAPES[:5])
def test_brier_score_is_scikit_learns(shape, weighted):
    scores, y = people(shape, 0.2)
    weights = np.random.default_rng(1).choice([0.2, 1.0, 4.0], len(y)) if weighted else None
    measured = found(calibration_in_the_large, scores, y, weights=weights)
    expected = brier_score_loss(y, scores, sample_weight=weights)
    assert value(measured, "brier_score") == pytest.approx(expected, abs=WITHIN)


@pytest.mark.parametrize("prevalence", [0.02, 0.2, 0.5])
def test_calibration_is_that_of_a_logistic_fit_on_raw_rows(prevalence):
    scores, y = people("calibrated", prevalence)
    logit = np.log(scores / (1 - scores))

    def fitted(columns, offset):
        def loss(b):
            eta = columns @ b + offset
            return np.logaddexp(0, eta).sum() - y @ eta, columns.T @ (1 / (1 + np.exp(-eta)) - y)

        return minimize(loss, np.zeros(columns.shape[1]), jac=True, tol=1e-9).x[-1]

    ones = np.ones((len(y), 1))
    slope = found(calibration_slope, scores, y).comparisons[0].estimate.value
    assert slope == pytest.approx(fitted(np.column_stack([ones, logit]), 0), abs=1e-3)
    shift = found(calibration_in_the_large, scores, y).comparisons[0].estimate.value
    assert shift == pytest.approx(fitted(ones, logit), abs=1e-3)


def test_the_curve_is_the_share_of_outcomes_in_each_band_of_raw_scores():
    scores, y = people("calibrated", 0.4)
    for m in found(calibration_slope, scores, y).told:
        low, high = (float(x) for x in m.group.split(" to "))
        inside = (scores >= low) & (scores < high)
        assert m.value == pytest.approx(y[inside].mean(), abs=0.01)
        assert m.n == pytest.approx(inside.sum(), rel=0.02)
