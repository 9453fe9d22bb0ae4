"""How often decisions are said to hang on a column or a term though they do not, and the reverse.

``python tests/simulation/test_flip_errors.py 2000`` prints the whole table, 2,000 draws a cell.
Each draw is a family of comparisons (pairs of groups, or target groups), all at one true share; in
families of people the decisions of one family turn together.
"""

import sys

import numpy as np
import pytest

from essex_standard.assessment import Outcome
from essex_standard.experiments.decision_changes import changes
from essex_standard.standard.check import Check
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Exact

LIMIT = 0.05
CHECK = Check(
    id="BIAS-61", title="flips", question="Do they?", measure="counterfactual_flip_rate",
    level="refer", across=("protected",), limit={"at_most": LIMIT},
)  # fmt: skip
SIZES = (60, 200, 1_000, 2_000)


def estimate(rng, n, truth, together):
    """Return the estimate from n people, of whom `together` at a time share one fate."""
    families = max(1, n // together)
    turned = np.repeat(rng.uniform(size=families) < truth, together)
    buckets = np.repeat(rng.integers(0, 128, families), together) if together > 1 else None
    before = np.full(len(turned), 0.4)
    found = changes(
        before, before + 0.01 + 0.2 * turned, threshold=0.5, of=10 * n, spread=1.0, buckets=buckets
    )
    assert not isinstance(found.estimate, Exact)
    return found.estimate


def shares(n, truth, comparisons, *, together=1, draws=400, seed=11):
    """Return the shares of draws found *not met*, *met* and *uncertain*."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        of = tuple(
            Comparison(measure=CHECK.measure, name=f"sex: {i}", attribute="sex", group=str(i),
                       estimate=estimate(rng, n, truth, together), n=n)
            for i in range(comparisons)
        )  # fmt: skip
        found.append(judge(CHECK, Measured(comparisons=of)).outcome)
    return tuple(found.count(o) / draws for o in (Outcome.NOT_MET, Outcome.MET, Outcome.UNCERTAIN))


@pytest.mark.parametrize(("n", "comparisons"), [(60, 1), (60, 20), (1_000, 1)])
def test_at_the_limit_it_errs_in_no_more_than_five_in_a_hundred(n, comparisons):
    not_met, met, _ = shares(n, LIMIT, comparisons, draws=200)
    # 0.05 and three standard errors of 200 draws.
    assert not_met <= 0.05 + 0.046
    assert met <= 0.05 + 0.046


def test_in_families_it_errs_no_more_often():
    not_met, met, _ = shares(1_000, LIMIT, 2, together=4, draws=200)
    assert not_met <= 0.05 + 0.046
    assert met <= 0.05 + 0.046


def test_twice_the_limit_is_found_and_a_model_that_turns_one_in_a_hundred_is_met():
    assert shares(1_000, 2 * LIMIT, 2, draws=100)[0] >= 0.95
    assert shares(1_000, LIMIT / 5, 5, draws=100)[1] >= 0.95


def main(draws):
    sys.stdout.write("people  comparisons  together  true  not met  met  cannot tell (in 100)\n")
    for together in (1, 4):
        for n in SIZES:
            for comparisons in (2, 20):
                for truth in (0.01, LIMIT, 2 * LIMIT):
                    row = shares(n, truth, comparisons, together=together, draws=draws)
                    said = "  ".join(f"{100 * s:6.1f}" for s in row)
                    cell = f"{n:6d}  {comparisons:11d}  {together:8d}  {truth:.2f}"
                    sys.stdout.write(f"{cell}  {said}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
