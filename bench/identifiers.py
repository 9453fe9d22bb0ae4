# ruff: noqa: INP001
"""Identifiers sought in 200,000 rows by 30 columns, two of them notes of which no two are alike.

``python -m bench.identifiers [ROWS]`` prints the time that the search adds to the profiles of the
columns, and that of 50 cells of a megabyte each. It exits with 1 above the target. Imports are made
before the clock starts.
"""

import sys
import time

import numpy as np
import pandas as pd

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.vocabulary import with_mentions
from tests.simulation.identifier_corpus import corpus

TARGET_SECONDS = 5.0


def table(rows):
    """Return numbers, categories, a key and two columns of notes."""
    rng = np.random.default_rng(1)
    columns = {f"number_{i}": rng.normal(size=rows) for i in range(15)}
    columns |= {f"count_{i}": rng.integers(0, 10**9, rows) for i in range(4)}
    labels = [f"value {k}" for k in range(12)]
    columns |= {f"category_{i}": rng.choice(labels, rows) for i in range(8)}
    notes = np.resize(corpus(min(rows, 50_000), seed=1).texts, rows)
    notes = notes + np.array([f" {i}" for i in range(rows)], dtype=object)
    columns |= {"note": notes, "letter": notes[::-1], "key": [f"ID{i}" for i in range(rows)]}
    return pd.DataFrame(columns)


def seconds(frame):
    """Return the time of the search alone."""
    profiles = {c: ColumnProfile.of(c, frame[c]) for c in frame}
    start = time.perf_counter()
    with_mentions(profiles, frame)
    return time.perf_counter() - start


def main():
    """Time the table, and the long cells."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    seconds(table(500))  # imports inside functions
    found = seconds(table(rows))
    long = pd.DataFrame({"note": [f"{i} " + "He said 0 of 1. " * 65_000 for i in range(50)]})
    cells = seconds(long)
    sys.stdout.write(
        f"{rows:,} rows by 30 columns: {found:.1f} s; 50 MB in 50 cells: {cells:.1f} s\n"
    )
    return int(max(found, cells) > TARGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
