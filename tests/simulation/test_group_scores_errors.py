"""How often figures of scores by group err at their limit, quickly; `group_scores.py` in full."""

import numpy as np
import pytest

from tests.simulation.group_scores import AtTheLimit

DRAWS = 200
SMALL = {"rest_events": 500, "prevalence": 0.3}
NO_MORE = 0.05 + 2.6 * np.sqrt(0.05 * 0.95 / DRAWS)
"""5 %, and what chance adds in 99 of 100 runs."""


@pytest.mark.parametrize(
    "case",
    [
        AtTheLimit(measure="roc_auc_difference", events=60, off=-0.05, **SMALL),
        AtTheLimit(measure="roc_auc_difference", events=150, off=0.05, **SMALL),
        AtTheLimit(measure="calibration_in_the_large", events=60, off=0.3),
        AtTheLimit(measure="calibration_in_the_large", events=300, off=-0.3),
        AtTheLimit(measure="brier_score_difference", events=150, off=0.03, **SMALL),
        AtTheLimit(measure="calibration_slope", events=150, off=-1.0, **SMALL),
    ],
)
def test_with_the_truth_at_the_limit_neither_error_exceeds_one_in_twenty(case):
    shares = case.outcomes(DRAWS)
    assert shares["met"] <= NO_MORE
    assert shares["not met"] <= NO_MORE


def test_the_true_figures_are_those_of_a_large_sample():
    from sklearn.metrics import average_precision_score, brier_score_loss

    case = AtTheLimit(measure="average_precision_difference", events=60_000, off=0.05)
    rng = np.random.default_rng(4)
    ours, theirs = (case._side(rng, 60_000, shifted=s) for s in (True, False))
    gap = average_precision_score(ours[1], ours[0]) - average_precision_score(theirs[1], theirs[0])
    assert gap == pytest.approx(0.05, abs=0.006)
    case = AtTheLimit(measure="brier_score_difference", events=60_000, off=-0.03)
    ours, theirs = (case._side(rng, 60_000, shifted=s) for s in (True, False))
    gap = brier_score_loss(ours[1], ours[0]) - brier_score_loss(theirs[1], theirs[0])
    assert gap == pytest.approx(-0.03, abs=0.002)


def test_a_gap_of_three_times_the_limit_is_found_with_1500_events():
    case = AtTheLimit(measure="roc_auc_difference", events=1500, off=-0.05)
    far = AtTheLimit(measure="roc_auc_difference", events=1500, off=-0.15)
    rng, check = np.random.default_rng(2), case.check()
    from essex_standard.measures import MEASURES
    from essex_standard.standard.judge import judge
    from essex_standard.statistics.comparison import Scope

    scope = Scope(across=("protected",), of="positives")
    found = [
        judge(check, MEASURES[far.measure].compute(far.draw(rng), scope)).outcome.value
        for _ in range(10)
    ]
    assert found.count("not met") == 10
