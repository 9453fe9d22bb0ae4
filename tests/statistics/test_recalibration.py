import numpy as np
import pytest
from scipy.special import expit, logit

from essex_standard.statistics.recalibration import MOST_LEVELS, expected_rates, merged_levels


def test_a_calibrated_score_stays_what_it_is():
    z = np.linspace(-3, 1, 60)
    n = np.full(60, 5000.0)
    fitted = expected_rates(z, n, n * expit(z))
    np.testing.assert_allclose(fitted, expit(z), atol=1e-4)


def test_a_score_too_bold_and_too_high_for_everybody_is_put_right():
    truth = np.linspace(0.05, 0.6, 80)
    n = np.full(80, 5000.0)
    fitted = expected_rates(2 * logit(truth) + 1, n, n * truth)
    np.testing.assert_allclose(fitted, truth, atol=1e-3)


def test_the_total_is_kept():
    rng = np.random.default_rng(0)
    n = rng.integers(10, 90, 40).astype(float)
    y = rng.binomial(n.astype(int), 0.3).astype(float)
    assert n @ expected_rates(rng.normal(size=40), n, y) == pytest.approx(y.sum(), rel=1e-3)


@pytest.mark.parametrize("y", [[0.0, 0.0], [5.0, 9.0], [0.0, 9.0]])
def test_few_levels_and_no_events_are_no_fault(y):
    fitted = expected_rates(np.array([0.0, 1.0]), np.array([5.0, 9.0]), np.array(y))
    assert ((fitted > 0) & (fitted < 1)).all()


def test_a_single_score_gives_everybody_the_same():
    fitted = expected_rates(np.array([2.0]), np.array([50.0]), np.array([10.0]))
    assert fitted[0] == pytest.approx(0.2, abs=1e-2)


def test_scores_are_merged_in_order_into_levels_of_like_size():
    score = np.random.default_rng(1).random(20_000)
    level = merged_levels(score, np.ones(20_000))
    sizes = np.bincount(level)
    assert len(sizes) == MOST_LEVELS
    assert sizes.min() > 100
    order = np.argsort(score)
    assert (np.diff(level[order]) >= 0).all()


def test_few_scores_keep_a_level_each():
    assert merged_levels(np.array([0.3, 0.1, 0.3]), np.ones(3)).tolist() == [1, 0, 1]
