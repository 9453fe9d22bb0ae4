# ruff: noqa: INP001
"""People who look alike among 1,000,000 rows by 6 columns, with one sensitive column.

``python bench/anonymity.py [ROWS]`` prints the time to count the classes and to take k, l, t and
the smallest identifying set from them, on two tables: one in which most people share their
combination with others, and one in which nearly everybody stands alone, which is the slowest there
is. It exits with 1 above the target. Imports are made before the clock starts.
"""

import sys
import time

import numpy as np
import pandas as pd

from essex_standard.evidence.equivalence_classes import EquivalenceClasses
from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.anonymity import k_anonymity, l_diversity, t_closeness
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope

TARGET_SECONDS = 3.0


def table(rows, areas):
    """Return six quasi-identifiers, texts and numbers, and a sensitive column."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["F", "M"], rows),
            "age_band": rng.choice([f"{a}-{a + 4}" for a in range(0, 100, 5)], rows),
            "area": rng.choice([f"E0{a}" for a in range(areas)], rows),
            "children": rng.integers(0, 6, rows),
            "tenure": rng.choice(["own", "rent", "social", None], rows),
            "language": rng.choice(["English", "other"], rows, p=[0.9, 0.1]),
        }
    )
    return frame, pd.DataFrame({"disability": rng.choice(["yes", "no", "unknown"], rows)})


def seconds(frame, sensitive):
    """Return the time to count, and the time to measure."""
    start = time.perf_counter()
    classes = EquivalenceClasses.of(frame, sensitive)
    counted = time.perf_counter()
    facts = Facts(assessed=Evidence(rows=len(frame), classes=classes), sensitive=("disability",))
    for measure in (k_anonymity, l_diversity, t_closeness):
        measure(facts, Scope())
    return counted - start, time.perf_counter() - counted, len(classes.people)


def main():
    """Time both tables."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seconds(*table(2_000, 10))  # imports inside functions
    slowest = 0.0
    for name, areas in (("in many classes", 20), ("nearly all alone", 5_000)):
        counting, measuring, classes = seconds(*table(rows, areas))
        slowest = max(slowest, counting + measuring)
        sys.stdout.write(
            f"{rows:,} rows x 6 columns, {name} ({classes:,} classes): {counting:.2f} s to count, "
            f"{measuring:.2f} s to measure (target {TARGET_SECONDS} s together)\n"
        )
    return int(slowest > TARGET_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
