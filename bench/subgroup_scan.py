# ruff: noqa: INP001
"""The search for subgroups in 200,000 rows of 8 columns, beside AIF360's own single scan.

``python bench/subgroup_scan.py [ROWS] [RESTARTS OF AIF360]`` prints both times and their ratio; no
bar is enforced here. Ours includes cutting and crossing the columns, the search in both directions
and all 199 simulated tables of each (a subgroup is planted, so that none is left out); AIF360's is
one scan in one direction, without any significance. Imports are made before the clock starts.
"""

import logging
import sys
import time
import warnings

import numpy as np
import pandas as pd

from essex_standard.evidence.banding import resolve_bands
from essex_standard.evidence.cross_table import CrossTable
from essex_standard.measures.subgroup_scan import Searched
from essex_standard.statistics.subset_test import SubsetExcess

COLUMNS, VALUES = 8, 5
TARGET_SECONDS = 60.0


def people(rows):
    """Return columns, scores and outcomes; some are worse off, and some better, than they score."""
    rng = np.random.default_rng(1)
    codes = rng.integers(0, VALUES, (rows, COLUMNS))
    scores = rng.beta(2, 6, rows)
    p = scores + 0.12 * ((codes[:, 0] == 1) & (codes[:, 3] < 2))
    p -= 0.08 * ((codes[:, 1] == 4) & (codes[:, 2] == 0))
    frame = pd.DataFrame({f"c{i}": column.astype(str) for i, column in enumerate(codes.T)})
    return frame, scores, (rng.random(rows) < np.clip(p, 0, 1)).astype(np.int8)


def ours(frame, scores, y):
    """Cross, search and simulate; return the p-values of both directions and the tables drawn."""
    bands = resolve_bands({}, frame)
    table = CrossTable.of(
        bands, [frame[b.name] for b in bands], y, flagged=scores > 0.4, scores=scores
    )
    who = Searched.of(table, seed=1).people
    found = [SubsetExcess.of(who, direction, smallest=1000) for direction in (1, -1)]
    return [f.p_value for f in found], [len(f.by_chance) for f in found]


def aif360(frame, scores, y, restarts):
    """Return AIF360's best score."""
    from aif360.detectors.mdss_detector import bias_scan

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return bias_scan(
            frame, pd.Series(y), pd.Series(scores), overpredicted=False, num_iters=restarts,
            penalty=2.0,
        )[1]  # fmt: skip


def seconds(work, *arguments):
    """Return how long a call takes, and what it returns."""
    start = time.perf_counter()
    result = work(*arguments)
    return time.perf_counter() - start, result


def main():
    """Print both times and their ratio."""
    logging.disable(logging.WARNING)
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    restarts = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    ours(*people(2000))  # the first calls import what the functions need
    aif360(*people(500), 1)
    data = people(rows)
    mine, (p_values, tables) = seconds(ours, *data)
    raw, _ = seconds(aif360, *data, restarts)
    searches = sum(tables) + 2
    sys.stdout.write(
        f"{rows:,} rows, {COLUMNS} columns of {VALUES} values\n"
        f"  ours: {searches} searches, p = {p_values[0]:.3f} and {p_values[1]:.3f}"
        f"    {mine:7.2f} s (target {TARGET_SECONDS:.0f} s)\n"
        f"  AIF360 bias_scan, one search, {restarts} start(s)  {raw:7.2f} s\n"
        f"  ratio, a search     {raw / (mine / searches):7.0f} times faster\n"
    )


if __name__ == "__main__":
    main()
