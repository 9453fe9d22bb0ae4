"""How often new categories, or numbers beyond the range, are found that are not there, and missed.

``python tests/simulation/test_unseen_errors.py 2000`` prints the whole table, 2,000 draws a cell.
"""

import math
import sys

import numpy as np
import pytest

from essex_standard.statistics.multiplicity import holm
from essex_standard.statistics.new_values import NewShare

LIMIT = 0.05
SIZES = [(100, 1000), (200, 1000), (2000, 1000), (2000, 5000), (100_000, 1000)]
SHAPES = {
    "8 categories": np.full(8, 1 / 8),
    "60, Zipf": 1 / np.arange(1, 61),
    "600, Zipf": 1 / np.arange(1, 601),
    "900 alike": np.full(900, 1 / 900),
}


def categories(rng, shape, n, m, truth):
    """Return the estimate of one column; a share `truth` is truly new, in five categories."""
    p = SHAPES[shape] / SHAPES[shape].sum()
    old = rng.multinomial(m, p)
    new = rng.multinomial(n, np.r_[p * (1 - truth), np.full(5, truth / 5)])
    rows = new[: len(p)][old == 0].sum() + new[len(p) :].sum()
    return NewShare.of_counts(rows, n, (old == 1).sum(), m, (old == 2).sum())


def range_of(rng, shape, n, m, truth):
    """Return the estimate of one column of numbers of which `truth` lie truly beyond all others."""
    draw = {"normal": rng.normal, "lognormal": lambda size: rng.lognormal(0, 1, size),
            "counts": lambda size: rng.poisson(2, size)}[shape]  # fmt: skip
    old, new = draw(size=m), draw(size=n)
    beyond = rng.random(n) < truth
    outside = beyond | (new < old.min()) | (new > old.max())
    alone = int((old == old.min()).sum() == 1) + int((old == old.max()).sum() == 1)
    return NewShare.of_counts(outside.sum(), n, alone, m)


def rates(kind, shape, n, m, truth, *, draws, seed=6):
    """Return the shares of draws found *not met* and *met* at the limit, each at 5 %."""
    rng = np.random.default_rng(seed)
    found = [kind(rng, shape, n, m, truth) for _ in range(draws)]
    not_met = np.mean([1 - e.above(LIMIT) < 0.05 for e in found])
    return float(not_met), float(np.mean([1 - e.below(LIMIT) < 0.05 for e in found]))


def assessments(n, m, *, columns=36, draws=100, seed=8):
    """Return the share of whole assessments without drift in which some column is *not met*."""
    rng = np.random.default_rng(seed)
    shapes = list(SHAPES)
    flagged = 0
    for _ in range(draws):
        p = [
            1 - categories(rng, shapes[i % len(shapes)], n, m, 0.0).above(LIMIT)
            for i in range(columns)
        ]
        flagged += min(holm(p)) < 0.05
    return flagged / draws


DRAWS = 300
ALLOWED = 0.05 + 3 * math.sqrt(0.05 * 0.95 / DRAWS)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [(categories, "60, Zipf"), (categories, "900 alike"), (range_of, "normal")],
)
@pytest.mark.parametrize(("n", "m"), [(200, 1000), (2000, 1000)])
def test_at_the_limit_both_errors_stay_at_their_level(kind, shape, n, m):
    not_met, met = rates(kind, shape, n, m, LIMIT, draws=DRAWS)
    assert not_met <= ALLOWED
    assert met <= ALLOWED


def test_rare_categories_are_not_called_new_and_new_ones_are():
    assert assessments(200, 1000, draws=10) == 0.0
    assert rates(categories, "60, Zipf", 2000, 1000, 2 * LIMIT, draws=20)[0] == 1.0
    assert rates(categories, "8 categories", 2000, 1000, 0.0, draws=20)[1] == 1.0


def main(draws):
    lines = [f"Limit {LIMIT}, {draws} draws: % not met and met at the limit, and without drift"]
    for kind, shapes in ((categories, SHAPES), (range_of, ("normal", "lognormal", "counts"))):
        for shape in shapes:
            for n, m in SIZES:
                cells = (rates(kind, shape, n, m, t, draws=draws) for t in (LIMIT, 0.0))
                shown = "  ".join(f"{100 * x:5.1f}" for pair in cells for x in pair)
                lines.append(f"{kind.__name__:11} {shape:12} {n:7} {m:6}  {shown}")
    for n, m in SIZES:
        found = 100 * assessments(n, m, draws=max(20, draws // 20))
        lines.append(f"36 columns of categories, no drift, {n} against {m}: {found:.1f} % flagged")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
