"""How often the judging is wrong, quickly; `judging.py` beside it prints the whole table."""

from dataclasses import replace

import numpy as np
import pytest

from essex_standard.assessment import Outcome
from essex_standard.measures.bias import compare_groups
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Measured, Scope
from tests.simulation.judging import Population, at_the_limit, holds, outcomes

DRAWS = 300

# Positives a group, the rate of everybody else, design (cluster, icc, shared).
AT_THE_LIMIT = [
    # Jeffreys posteriors err in 13 % to 15 % of samples in the first three.
    ((3000, 60), 0.10, {}),
    ((50, 50), 0.02, {}),
    ((3000, 60), 0.90, {}),
    ((500, 80, 40, 12, 6), 0.98, {}),
    ((500, 80, 60), 0.70, {}),
    ((2000, 500, 200, 150, 60), 0.50, {}),
    ((8000, 3000, 1500, 900, 700), 0.12, {}),
    ((3000, 1500, 1500), 0.60, {}),
    ((400_000, 5000), 0.02, {}),
    ((3000, 300, 100), 0.70, {"cluster": 5, "icc": 1.0}),
    ((3000, 300, 100), 0.98, {"cluster": 5, "icc": 0.25}),
    ((3000, 100), 0.98, {"cluster": 10, "icc": 0.5}),
    ((1500, 1500), 0.30, {"cluster": 20, "icc": 0.2, "shared": True}),
    ((3000, 300, 100), 0.50, {"weights": (0.2, 1.0, 5.0)}),
]


@pytest.mark.parametrize(("sizes", "rate", "design"), AT_THE_LIMIT)
def test_with_the_truth_at_the_limit_neither_error_exceeds_one_in_twenty(sizes, rate, design):
    which = max(i for i, n in enumerate(sizes) if n >= 50)
    shares = outcomes(at_the_limit(sizes, rate, which, **design), DRAWS)
    assert holds("both <= 5 %", shares, DRAWS), shares


@pytest.mark.parametrize("which", [2, 3])
@pytest.mark.parametrize("rate", [0.12, 0.7])
def test_a_small_group_at_the_limit_is_hardly_ever_heard_by_chance(which, rate):
    shares = outcomes(at_the_limit((500, 80, 40, 12, 6), rate, which), DRAWS)
    assert shares["not met"] <= 0.02


def test_a_ratio_at_its_limit_keeps_both_errors():
    population = Population(
        sizes=(2000, 500, 200), rates=(0.3, 0.3, 0.24), kind="ratio", limit={"at_least": 0.8}
    )
    assert holds("both <= 5 %", outcomes(population, DRAWS), DRAWS)


def test_a_limit_narrower_than_the_noise_keeps_its_error():
    population = Population(sizes=(300, 300), rates=(0.5, 0.5), limit={"at_most": 0.005})
    assert outcomes(population, DRAWS)["not met"] <= 0.08


@pytest.mark.parametrize(
    "sizes",
    [(500, 80, 40, 12, 6), (2000, 500, 200, 150, 60), (796, 32, 21, 21, 8)],
)
@pytest.mark.parametrize("rate", [0.02, 0.5, 0.98])
def test_groups_that_are_alike_are_hardly_ever_not_met(sizes, rate):
    # Comparing the largest difference of point estimates fails 93 % of the first.
    shares = outcomes(Population(sizes=sizes, rates=(rate,) * len(sizes)), 150)
    assert shares["not met"] <= 0.03


@pytest.mark.parametrize("rate", [0.02, 0.3, 0.5, 0.7])
def test_five_alike_groups_of_a_thousand_positives_are_met(rate):
    shares = outcomes(Population(sizes=(1000,) * 5, rates=(rate,) * 5), 150)
    assert shares["met"] >= 0.95


@pytest.mark.parametrize(
    "design", [{}, {"cluster": 5, "icc": 0.25}, {"cluster": 5, "icc": 1.0, "shared": True}]
)
def test_twice_the_limit_is_found_with_1500_effective_positives_a_group(design):
    effect = Population(sizes=(), rates=(), **design).design_effect
    population = at_the_limit((int(1500 * effect),) * 4, 0.5, 3, gap=0.2, **design)
    assert outcomes(population, 100)["not met"] >= 0.95


def test_a_group_of_25_that_is_hardly_ever_found_is_heard():
    population = Population(sizes=(2388, 98, 65, 64, 25), rates=(0.7, 0.7, 0.7, 0.7, 0.15))
    assert outcomes(population, 150)["not met"] >= 0.85


def test_judged_as_if_nobody_belonged_together_the_same_clusters_would_err():
    population = at_the_limit((1500, 1500), 0.5, 1, cluster=20, icc=0.2)
    rng, scope = np.random.default_rng(1), Scope(of="positives")
    naive = [
        judge(
            population.check(),
            Measured(
                comparisons=compare_groups(
                    replace(population.draw(rng), buckets=None), "true_positive_rate", scope
                )
            ),
        ).outcome
        for _ in range(150)
    ]
    assert naive.count(Outcome.NOT_MET) + naive.count(Outcome.MET) > 0.3 * 150
    shares = outcomes(population, 150)
    assert shares["uncertain"] >= 0.85
