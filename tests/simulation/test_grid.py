"""A few places of the grid and of its neighbours, in seconds; `make simulate` goes over all."""

import numpy as np
import pytest
from scipy.stats import binom

from tests.simulation import answering, coverage, fair_verdicts, grid, peers
from tests.simulation.judging import Population, outcomes

SOME = [*grid.cells(people=(1000, 20_000), groups=(2, 5, 20))][::17]
CLUSTERED = [*grid.clustered_cells(people=(5000,))][::19]


@pytest.mark.parametrize("cell", [*SOME, *CLUSTERED], ids=str)
def test_a_place_of_the_grid_keeps_its_bars(cell):
    shares = outcomes(cell.population, 60, seed=11)
    assert shares["met"] + shares["uncertain"] + shares["not met"] + shares[
        "not assessed"
    ] == pytest.approx(1)
    assert not grid.missed(cell, shares, 60, errors=4.0), shares


def test_a_model_finds_and_flags_the_people_that_each_rate_counts():
    flagged, precision = grid.share_and_rate("positive_predictive_value", 0.2)
    _, omission = grid.share_and_rate("false_omission_rate", 0.2)
    assert flagged * precision + (1 - flagged) * omission == pytest.approx(0.2)
    assert flagged * precision / 0.2 == pytest.approx(grid.FOUND)


def test_only_the_smallest_judged_group_is_moved_and_by_the_gap():
    assert grid.moved((500, 80, 12), 0.6, 0.1) == (0.6, 0.5, 0.6)
    assert grid.moved((500, 80), 0.05, 0.1) == (0.05, 0.15)
    assert grid.moved((40, 30), 0.6, 0.1) is None


def test_each_side_of_a_melded_interval_holds_where_others_do_not():
    n1, n2, p1, p2 = 50, 300, 1.0, 0.9
    k2 = np.array([k for k in range(n2 + 1) if binom.pmf(k, n2, p2) > 1e-6], dtype=float)
    chance = binom.pmf(k2, n2, p2)
    wrong = {}
    for method in (coverage.melded_gap, coverage.posterior_gap, coverage.wald_gap):
        low, high = method(np.full_like(k2, n1), n1, k2, n2)
        wrong[method] = max(chance @ (low > p1 - p2 + 1e-9), chance @ (high < p1 - p2 - 1e-9))
    assert wrong[coverage.melded_gap] <= 0.025
    assert wrong[coverage.posterior_gap] > 0.03
    assert wrong[coverage.wald_gap] > 0.03


def test_a_fair_and_calibrated_model_is_not_blocked_by_the_shipped_standard():
    found, because = fair_verdicts.verdicts(5000, 0.2, 3)
    assert found["block"] == 0
    assert not [b for b in because if "not met" in b]


def test_point_estimates_and_bootstraps_fail_a_fair_model_that_ours_does_not():
    sizes = (500, 80, 40, 12, 6)
    mine = outcomes(Population(sizes=sizes, rates=(0.6,) * 5), 100)
    rng = np.random.default_rng(1)
    found = rng.binomial(sizes, 0.6, (100, 5))
    theirs = [peers.verdict(peers.resampled(k, np.array(sizes), rng)) for k in found]
    assert mine["not met"] <= 0.05
    assert mine["point"] >= 0.85
    assert theirs.count("not met") >= 80


def test_resampling_the_counts_gives_the_quantiles_of_fairlearns_own_bootstrap():
    found, sizes = np.array([60, 40]), np.array([100, 80])
    own, _ = peers.metric_frame(found, sizes, seed=1)
    rng = np.random.default_rng(2)
    counted = np.mean([peers.resampled(found, sizes, rng) for _ in range(20)], axis=0)
    assert own == pytest.approx(counted, abs=0.06)


def test_the_people_of_essex_are_spread_like_its_census():
    assert sum(answering.CENSUS_2021.values()) == sum(answering.CENSUS_2021_19)
    assert answering.spread(881, tuple(answering.CENSUS_2021.values())) == (796, 33, 22, 22, 9)


def test_more_people_are_needed_for_the_middle_rates():
    rare, middle = (
        answering.smallest(rate, "true_positive_rate", 2, "fair", "met", 40) for rate in (0.1, 0.5)
    )
    assert 100 < rare < middle < 1000
