"""Calibration slope and calibration-in-the-large by logistic regression on counts.

    slope:         logit P(outcome) = a + b * logit(score), b = 1 for a calibrated score
    in the large:  logit P(outcome) = a +     logit(score), a = 0 for a calibrated score

References
----------
Cox (1958), "Two further applications of a model for binary regression", Biometrika 45, 562-565.
Van Calster et al. (2019), "Calibration: the Achilles heel of predictive analytics", BMC Medicine
17:230.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from essex_standard.statistics.estimates import Normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS = 60


def calibration_slope(
    logit: NDArray[np.float64], negatives: NDArray[np.float64], positives: NDArray[np.float64]
) -> Normal | None:
    """Return the slope, or None where it does not exist (one score only, or full separation)."""
    design = np.stack([np.ones_like(logit), logit], axis=1)
    return _fit(design, np.zeros_like(logit), negatives, positives, which=1)


def calibration_in_the_large(
    logit: NDArray[np.float64], negatives: NDArray[np.float64], positives: NDArray[np.float64]
) -> Normal | None:
    """Return the intercept with the slope held at 1, on the log-odds scale."""
    return _fit(np.ones((len(logit), 1)), logit, negatives, positives, which=0)


def _fit(
    design: NDArray[np.float64],
    offset: NDArray[np.float64],
    negatives: NDArray[np.float64],
    positives: NDArray[np.float64],
    *,
    which: int,
) -> Normal | None:
    """Maximise the binomial likelihood by Newton steps with halving."""
    n = negatives + positives
    beta = np.zeros(design.shape[1])

    def likelihood(b: NDArray[np.float64]) -> float:
        eta = design @ b + offset
        return float(positives @ eta - n @ np.logaddexp(0.0, eta))

    best = likelihood(beta)
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(design @ beta + offset, -40, 40)))
        information = design.T @ (design * (n * p * (1 - p))[:, None])
        if np.linalg.matrix_rank(information) < len(beta):
            return None
        step = np.linalg.solve(information, design.T @ (positives - n * p))
        scale = 1.0
        while scale > 1e-8 and likelihood(beta + scale * step) < best - 1e-12:
            scale /= 2
        beta = beta + scale * step
        best = likelihood(beta)
        if np.abs(scale * step).max() < 1e-9:
            variance = np.linalg.inv(information)[which, which]
            return Normal(float(beta[which]), float(np.sqrt(variance)))
        if np.abs(beta).max() > 1e3:
            return None
    return None
