"""How often a whole assessment says that something drifted, and whether it names what did.

``python tests/simulation/test_drift_assessments.py 200`` prints both tables, 200 assessments a row
of the first and ten times as many draws a cell of the second.

The first judges 36 columns of mixed kinds (of four of them the variance does not exist), the score
and the outcome by the checks of the shipped Standard that compare two populations by their
evidence; every column drives the model, which is the largest family. A *flag* is a *not met*.
The second judges one column whose true Wasserstein distance lies exactly at the limit.
"""

import math
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from itertools import chain

import numpy as np
import pandas as pd
import pytest

from essex_standard.assessment import Outcome
from essex_standard.evidence.column_profile import NumberCounts
from essex_standard.evidence.evidence import Evidence
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.pipeline.findings import scope_of
from essex_standard.pipeline.standards import resolve_standard
from essex_standard.standard.judge import decide
from essex_standard.statistics.wasserstein import WassersteinEstimate

LIMIT = 0.10
CHECKS = ("DRIFT-01", "DRIFT-02", "DRIFT-03", "DRIFT-05", "DRIFT-06", "DRIFT-10", "DRIFT-11")
MOVED = "normal_0"


def people(rng, n, *, shift=0.0):
    """Return 36 columns of n people; `MOVED` lies so many standard deviations higher."""
    columns = {f"normal_{i}": rng.normal(size=n) for i in range(9)}
    columns[MOVED] += shift
    columns |= {f"skewed_{i}": rng.lognormal(0, s, n) for i, s in enumerate((0.5, 1, 1, 1.5))}
    columns |= {f"cauchy_{i}": rng.standard_cauchy(n) for i in range(2)}
    columns |= {f"pareto_{i}": rng.pareto(a, n) for i, a in enumerate((0.9, 1.5))}
    columns |= {f"count_{i}": rng.poisson(m, n) for i, m in enumerate((0.1, 1, 3, 9))}
    columns |= {f"flag_{i}": (rng.random(n) < p) * 1 for i, p in enumerate((0.01, 0.1, 0.5))}
    columns |= {f"zeros_{i}": rng.gamma(2, 9, n) * (rng.random(n) < 0.4) for i in range(3)}
    for i, k in enumerate((2, 3, 5, 12, 40, 40)):
        shares = 0.8 ** np.arange(k)
        labels = np.array([f"value {v}" for v in range(k)], dtype=object)
        columns[f"category_{i}"] = rng.choice(labels, n, p=shares / shares.sum())
    columns["truth"] = rng.random(n) < 0.3
    columns["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, n), "D")
    columns["money"] = np.round(rng.gamma(2, 300, n), 2)
    frame = pd.DataFrame(columns)
    for i, column in enumerate(frame.columns[::4]):
        frame[column] = frame[column].mask(rng.random(n) < 0.02 + 0.04 * i)
    return frame


def evidence(rng, n, **moved):
    scores = rng.beta(1, 4, n)
    return Evidence.of(
        outcome=(rng.random(n) < scores).astype(np.int8),
        flagged=scores >= 0.4,
        scores=scores,
        threshold=0.4,
        columns=people(rng, n, **moved),
    )


@cache
def checks():
    """Return the shipped checks that compare by evidence alone."""
    return [c for _, c in resolve_standard(None) if c.id in CHECKS]


def judged(n, m, *, shift=0.0, seed=0):
    """Return (flags anything, names the moved column) of one assessment."""
    rng = np.random.default_rng([seed, n, m, int(1000 * shift)])
    facts = Facts(assessed=evidence(rng, n, shift=shift), reference=evidence(rng, m))
    flags = named = False
    for check in checks():
        measured = MEASURES[check.measure].compute(facts, scope_of(check))
        found = decide(check, measured)
        flags |= found.outcome is Outcome.NOT_MET
        named |= any(c.attribute == MOVED for c in found.breaching)
    return flags, named


# One column at the limit -------------------------------------------------------------------------

DRAWN = {
    "normal": lambda rng, k: rng.normal(size=k),
    "uniform": lambda rng, k: rng.random(k),
    "lognormal(1)": lambda rng, k: rng.lognormal(0, 1, k),
    "lognormal(1.5)": lambda rng, k: rng.lognormal(0, 1.5, k),
    "Student's t(3)": lambda rng, k: rng.standard_t(3, k),
    "Poisson(1)": lambda rng, k: rng.poisson(1, k).astype(float),
    "flag(0.3)": lambda rng, k: (rng.random(k) < 0.3).astype(float),
    "half zeros": lambda rng, k: rng.gamma(2, 1, k) * (rng.random(k) < 0.5),
}
WAYS = ("moved", "spread", "1 in 20 moved", "1 in 100 moved")


@cache
def scales(name):
    """Return mean, standard deviation and mean distance from the mean of a large sample."""
    values = DRAWN[name](np.random.default_rng(0), 2_000_000)
    return values.mean(), values.std(), np.abs(values - values.mean()).mean()


def at_the_limit(rng, name, way, n, truth=LIMIT):
    """Return n values whose distribution lies that many standard deviations off."""
    values, (mean, spread, apart) = DRAWN[name](rng, n), scales(name)
    if way == "moved":
        return values + truth * spread
    if way == "spread":
        return mean + (values - mean) * (1 + truth * spread / apart)
    share = 0.05 if way == "1 in 20 moved" else 0.01
    return values + spread * truth / share * (rng.random(n) < share)


def points(values):
    counts = NumberCounts.of(values)
    return counts.middles(), counts.counts


def rates(name, way, n, m, *, draws, truth=LIMIT, seed=3):
    """Return the shares of draws found *not met* and *met* at the limit, each at 5 %."""
    rng = np.random.default_rng(seed)
    above = np.array(
        [
            WassersteinEstimate.of_points(
                points(at_the_limit(rng, name, way, n, truth)), points(DRAWN[name](rng, m))
            ).above(LIMIT)
            for _ in range(draws)
        ]
    )
    return float((1 - above < 0.05).mean()), float((above < 0.05).mean())


DRAWS = 300
ALLOWED = 0.05 + 3 * math.sqrt(0.05 * 0.95 / DRAWS)


@pytest.mark.parametrize(
    ("name", "way", "n", "m"),
    [
        ("normal", "moved", 1000, 1000),
        ("lognormal(1)", "spread", 2000, 5000),
        ("half zeros", "1 in 20 moved", 500, 2000),
        ("flag(0.3)", "moved", 200, 1000),
    ],
)
def test_at_the_limit_both_errors_stay_at_their_level(name, way, n, m):
    not_met, met = rates(name, way, n, m, draws=DRAWS)
    assert not_met <= ALLOWED
    assert met <= ALLOWED


def test_without_drift_five_thousand_rows_a_side_are_met():
    assert rates("normal", "moved", 5000, 5000, draws=100, truth=0.0) == (0.0, 1.0)


def test_a_quarter_of_a_standard_deviation_in_one_of_36_columns_is_named():
    found = [judged(2000, 5000, shift=0.25, seed=s) for s in range(12)]
    # Nineteen in twenty are; two misses in twelve would come up in one run of eight.
    assert sum(named for _, named in found) >= 10


def test_without_drift_hardly_any_assessment_flags_anything():
    assert sum(flags for flags, _ in (judged(200, 1000, seed=s) for s in range(12))) <= 2


# The tables --------------------------------------------------------------------------------------

ROWS = [
    *((n, m, 0.0) for n in (200, 1000, 10_000, 100_000) for m in (1000, 10_000, 100_000)),
    (2000, 5000, 0.25),
]


def _one(task):
    n, m, shift, seed = task
    return judged(n, m, shift=shift, seed=seed)


def _cell(task, draws):
    name, way, n, m = task
    return rates(name, way, n, m, draws=draws)


def assessments(pool, draws):
    """Yield a line a pair of sizes."""
    yield "| shift of one column | n | m | flags anything % | names the column % |"
    yield "|---|---|---|---|---|"
    for n, m, shift in ROWS:
        found = np.array(list(pool.map(_one, [(n, m, shift, s) for s in range(draws)])))
        flags, named = 100 * found.mean(axis=0)
        yield f"| {shift:g} | {n:,} | {m:,} | {flags:.1f} | {named:.1f} |"


def limits(pool, draws):
    """Yield a line a pair of sizes: mean and worst over distributions and ways."""
    yield "| n | m | *not met* %: mean | worst | *met* %: mean | worst |"
    yield "|---|---|---|---|---|---|"
    for n, m in ((200, 1000), (200, 100_000), (1000, 1000), (2000, 5000), (10_000, 10_000)):
        cells = [(name, way, n, m) for name in DRAWN for way in WAYS]
        found = 100 * np.array(list(pool.map(partial(_cell, draws=draws), cells)))
        figures = (found[:, 0].mean(), found[:, 0].max(), found[:, 1].mean(), found[:, 1].max())
        yield f"| {n:,} | {m:,} | " + " | ".join(f"{x:.1f}" for x in figures) + " |"


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with ProcessPoolExecutor(int(os.environ.get("WORKERS", os.cpu_count() or 1))) as workers:
        for line in chain(assessments(workers, number), [""], limits(workers, 10 * number)):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
