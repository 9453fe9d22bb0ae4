"""Calibration against a logistic fit by another route (a general optimiser, raw rows)."""

import numpy as np
import pytest
from scipy.optimize import minimize

from essex_standard.statistics.calibration import calibration_in_the_large, calibration_slope


def rows(n, seed, slope=1.0, shift=0.0):
    rng = np.random.default_rng(seed)
    logit = np.round(rng.normal(-1, 1.2, n), 1)
    chance = 1 / (1 + np.exp(-(slope * logit + shift)))
    return logit, (rng.random(n) < chance).astype(float)


def counted(logit, label):
    values, index = np.unique(logit, return_inverse=True)
    return values, np.bincount(index, weights=1 - label), np.bincount(index, weights=label)


def fitted(design, offset, label):
    """Return estimate and standard error of the last coefficient from raw rows by BFGS."""

    def loss(b):
        eta = design @ b + offset
        return float(np.logaddexp(0, eta).sum() - label @ eta)

    def gradient(b):
        return design.T @ (1 / (1 + np.exp(-(design @ b + offset))) - label)

    best = minimize(loss, np.zeros(design.shape[1]), jac=gradient, method="BFGS", tol=1e-10).x
    p = 1 / (1 + np.exp(-(design @ best + offset)))
    covariance = np.linalg.inv(design.T @ (design * (p * (1 - p))[:, None]))
    return best[-1], np.sqrt(covariance[-1, -1])


@pytest.mark.parametrize(("seed", "slope", "shift"), [(0, 1, 0), (1, 0.6, 0.3), (2, 1.5, -0.5)])
def test_slope_and_intercept_are_those_of_a_logistic_fit_on_raw_rows(seed, slope, shift):
    logit, label = rows(3000, seed, slope, shift)
    ones = np.ones((len(logit), 1))
    found = calibration_slope(*counted(logit, label))
    expected = fitted(np.column_stack([ones, logit]), np.zeros(len(logit)), label)
    assert (found.value, found.standard_error) == pytest.approx(expected, abs=1e-5)
    found = calibration_in_the_large(*counted(logit, label))
    expected = fitted(ones, logit, label)
    assert (found.value, found.standard_error) == pytest.approx(expected, abs=1e-5)


def test_scores_that_are_right_have_slope_one_and_intercept_nought_within_their_intervals():
    hits = [
        (
            calibration_slope(*counted(*rows(2000, seed))).interval(0.95),
            calibration_in_the_large(*counted(*rows(2000, seed))).interval(0.95),
        )
        for seed in range(200)
    ]
    slopes = np.mean([low <= 1 <= high for (low, high), _ in hits])
    shifts = np.mean([low <= 0 <= high for _, (low, high) in hits])
    assert 0.90 <= slopes <= 0.99
    assert 0.90 <= shifts <= 0.99


def test_one_score_for_all_has_no_slope_but_an_intercept():
    logit, negatives, positives = np.array([0.0]), np.array([60.0]), np.array([40.0])
    assert calibration_slope(logit, negatives, positives) is None
    found = calibration_in_the_large(logit, negatives, positives)
    assert found.value == pytest.approx(np.log(40 / 60))


def test_scores_that_separate_the_outcomes_have_no_slope():
    logit = np.array([-2.0, -1.0, 1.0, 2.0])
    assert calibration_slope(logit, np.array([5.0, 5, 0, 0]), np.array([0.0, 0, 5, 5])) is None


def test_sureness_that_is_wrong_is_still_fitted():
    # Scores of 0 and 1 lie 16 log-odds away; a few wrong ones must not break the fit.
    logit = np.array([-16.0, 0.0, 16.0])
    found = calibration_slope(logit, np.array([97.0, 50, 4]), np.array([3.0, 50, 96]))
    assert found is not None
    assert 0.1 < found.value < 0.4
