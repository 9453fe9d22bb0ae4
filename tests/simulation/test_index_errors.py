"""How often AIF360's indices are misjudged: entropy at its true value, epsilon at its limit.

``python tests/simulation/test_index_errors.py 500`` prints the tables, 500 draws a cell.
"""

import math
import sys

import numpy as np
import pytest

from essex_standard.statistics.differential_fairness import DifferentialFairness, smoothed_edf
from essex_standard.statistics.inequality import BENEFITS, InequalityIndex, entropy_index
from essex_standard.statistics.proportions import Proportion

SURE = 0.95
FOUR_FIFTHS = math.log(1.25)
SHARES = ((0.02, 0.97, 0.01), (0.1, 0.8, 0.1), (0.2, 0.5, 0.3), (0.005, 0.99, 0.005))
"""Missed, decided rightly, flagged without need."""

LOWER = 1 / 1.25
GROUPS = (
    # people of each group, share flagged in each; the last lies at the limit, or all are alike
    ((1000,) * 2, (0.3, 0.3 * LOWER)),
    ((200,) * 5, (0.3,) * 4 + (0.3 * LOWER,)),
    ((500, 80, 40, 20, 12), (0.3,) * 4 + (0.3 * LOWER,)),
    ((1000,) * 19, (0.2,) * 18 + (0.2 * LOWER,)),
    ((500, 80, 40, 20, 12), (0.3,) * 5),
)


def entropy_errors(n, shares, alpha, *, draws=400, seed=1):
    """Return the shares of draws said to lie above, and below, the true index."""
    rng = np.random.default_rng(seed)
    true = entropy_index(shares, BENEFITS, alpha)
    found = [InequalityIndex(*map(float, x), alpha) for x in rng.multinomial(n, shares, draws)]
    return (
        float(np.mean([index.above(true) >= SURE for index in found])),
        float(np.mean([index.below(true) >= SURE for index in found])),
    )


def epsilon_errors(sizes, rates, *, draws=200, seed=1):
    """Return the shares of draws beyond four fifths, and within, and the mean of epsilon."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        k = rng.binomial(sizes, rates)
        groups = tuple(Proportion(float(a), float(b)) for a, b in zip(k, sizes, strict=True))
        found.append(DifferentialFairness(smoothed_edf(k, sizes), groups))
    return (
        float(np.mean([e.above(FOUR_FIFTHS) >= SURE for e in found])),
        float(np.mean([e.below(FOUR_FIFTHS) >= SURE for e in found])),
        float(np.mean([e.value for e in found])),
    )


@pytest.mark.parametrize("alpha", [1, 2])
@pytest.mark.parametrize("n", [200, 1_000])
def test_entropy_errs_in_no_more_than_five_in_a_hundred(n, alpha):
    # 0.05 and three standard errors of 400 draws.
    assert max(entropy_errors(n, SHARES[1], alpha)) <= 0.05 + 0.033


def test_epsilon_errs_in_no_more_than_five_in_a_hundred():
    beyond, within, _ = epsilon_errors(*GROUPS[0], draws=60)
    # 0.05 and three standard errors of 60 draws.
    assert max(beyond, within) <= 0.05 + 0.085


def test_small_groups_alike_are_not_said_to_lie_apart_though_epsilon_is_large():
    beyond, _, mean = epsilon_errors(*GROUPS[4], draws=40)
    assert mean > 2 * FOUR_FIFTHS
    assert beyond <= 0.05


def main(draws):
    sys.stdout.write("entropy: people  shares  alpha  above  below (in 100)\n")
    for n in (50, 200, 1_000, 20_000):
        for shares in SHARES:
            for alpha in (1, 2):
                above, below = entropy_errors(n, shares, alpha, draws=draws)
                sys.stdout.write(
                    f"{n:6d}  {shares}  {alpha}  {100 * above:5.1f}  {100 * below:5.1f}\n"
                )
    sys.stdout.write("epsilon: people of each group  not met  met (in 100)  mean epsilon\n")
    for sizes, rates in GROUPS:
        beyond, within, mean = epsilon_errors(sizes, rates, draws=draws)
        alike = "" if len(set(rates)) > 1 else " (all alike)"
        sys.stdout.write(
            f"{len(sizes)} x {sizes[0]}..{sizes[-1]}{alike}  {100 * beyond:5.1f}"
            f"  {100 * within:5.1f}  {mean:.2f}\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
