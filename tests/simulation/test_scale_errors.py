"""How often a change of unit in one of 36 columns is found, and found where there is none.

``python -m tests.simulation.test_scale_errors 200`` prints the table, 200 draws a line.
"""

import sys

import numpy as np
import pandas as pd
import pytest

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.pipeline.standards import resolve_standard
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Scope

CHECK = next(check for _, check in resolve_standard(None) if check.id == "DRIFT-09")
SCOPE = Scope(across=("columns",), of="rows")
COLUMNS = 36
FACTORS = (7.0, 12.0, 30.4, 365.25, 1000.0)
SIZES = ((200, 1_000), (200, 100_000), (2_000, 5_000), (20_000, 20_000))

SHAPES = {
    "normal": lambda rng, n: rng.normal(0, 1, n),
    "lognormal": lambda rng, n: rng.lognormal(3, 1, n),
    "heavy tail": lambda rng, n: rng.lognormal(3, 2, n),
    "days, whole": lambda rng, n: np.round(rng.exponential(200, n)),
    "counts": lambda rng, n: rng.poisson(1.5, n).astype(float),
    "mostly zero": lambda rng, n: rng.poisson(0.4, n) * rng.lognormal(4, 0.5, n),
}


def table(rng, n):
    """Return 36 columns, six of each shape."""
    draws = list(SHAPES.values())
    return {f"c{i}": draws[i % len(draws)](rng, n) for i in range(COLUMNS)}


def facts(new, old):
    def evidence(columns):
        rows = len(columns["c0"])
        return Evidence.of(
            outcome=np.zeros(rows, np.int8), flagged=np.zeros(rows, bool),
            columns=pd.DataFrame(columns),
        )  # fmt: skip

    names = tuple(new)
    return Facts(
        assessed=evidence(new), reference=evidence(old), columns_read=names,
        columns_in_data=names, columns_in_reference=names,
    )  # fmt: skip


def outcome(new, old):
    """Return the outcome of the shipped check, and the columns that breach it."""
    found = judge(CHECK, MEASURES["scale_change"].compute(facts(new, old), SCOPE))
    return found.outcome.value, {c.attribute for c in found.breaching}


def unchanged(n, m, draws, *, shift=False, seed=9):
    """Return the share of draws that are *not met*, and *met*, with no unit changed."""
    rng, outcomes = np.random.default_rng(seed), []
    for _ in range(draws):
        new, old = table(rng, n), table(rng, m)
        if shift:
            new = {name: x + 0.25 * np.std(old[name]) for name, x in new.items()}
        outcomes.append(outcome(new, old)[0])
    return outcomes.count("not met") / draws, outcomes.count("met") / draws


def swapped(n, m, shape, factor, draws, *, seed=9):
    """Return the share of draws in which the one column of another unit, and no other, is named."""
    rng, named = np.random.default_rng(seed), 0
    column = f"c{list(SHAPES).index(shape)}"
    for i in range(draws):
        new, old = table(rng, n), table(rng, m)
        new[column] = new[column] * factor if i % 2 else new[column] / factor
        found, breaching = outcome(new, old)
        named += found == "not met" and breaching == {column}
    return named / draws


@pytest.mark.parametrize("shift", [False, True])
def test_with_no_unit_changed_hardly_any_assessment_flags_one(shift):
    assert unchanged(200, 1_000, 8, shift=shift)[0] == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_a_swap_of_units_is_named(shape):
    assert swapped(2_000, 5_000, shape, 7.0, 4) == 1


def main(draws):
    out = sys.stdout
    out.write("| new rows, reference | what changed | *not met* % | *met* % |\n|---|---|---|---|\n")
    for n, m in SIZES:
        for shift in (False, True):
            wrong, met = unchanged(n, m, draws, shift=shift)
            words = "all shifted by a quarter of a standard deviation" if shift else "nothing"
            out.write(f"| {n:,}, {m:,} | {words} | {100 * wrong:.1f} | {100 * met:.1f} |\n")
            out.flush()
    out.write(
        "\n| new rows, reference | shape | factor | named, it alone, % |\n|---|---|---|---|\n"
    )
    for n, m in SIZES[:3]:
        for shape in SHAPES:
            for factor in FACTORS:
                share = swapped(n, m, shape, factor, max(draws // 4, 10))
                out.write(f"| {n:,}, {m:,} | {shape} | {factor:g} | {100 * share:.1f} |\n")
                out.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
