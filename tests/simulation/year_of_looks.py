"""How often a year of monthly looks raises an alarm where nothing moved, and finds what did.

    python -m tests.simulation.year_of_looks [years] [rows a month]

Each year has an assessment of its own, on twelve months before it: whoever draws one reference and
looks a hundred times learns of that reference only. Nothing is left out but the pages.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from essex_standard.monitoring import Monitor, monitor
from essex_standard.monitoring.record import Standing
from essex_standard.monitoring.writing import STORE, store_bytes
from essex_standard.reports.files import write_whole
from tests.monitoring.months import approved, month

LOOKS = 12
WORKERS = int(os.environ.get("WORKERS", "1"))
ALARMS = (Standing.MOVED, Standing.LOST)


def a_year(seed: int, *, rows: int, shift: float = 0.0) -> dict[str, int]:
    """Return the checks that raised an alarm, each with the first look that did.

    Parameters
    ----------
    shift : float
        By how many standard deviations the input lies higher in every month of the year.
    """
    monitor.write_record = _store_only  # the pages take longer than all the rest
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        watcher = Monitor(approved(home, rows=rows, seed=2 * seed), out=home / "record")
        found: dict[str, int] = {}
        for k in range(LOOKS):
            frame = month(LOOKS + k, rows=rows, seed=2 * seed + 1, shift=shift)
            day = dt.date(2026 + (k + 1) // 12, (k + 1) % 12 + 1, 1)
            done = watcher.look(frame, as_of=day)
            for seen in (*done.entry.seen, *done.record.watch):
                if seen.standing in ALARMS and seen.finding.outcome.value == "not met":
                    found.setdefault(seen.finding.check, k + 1)
    return found


def _store_only(held, out):
    write_whole(out / STORE, store_bytes(held), mode=0o600)
    return {}, ()


def main(years: int, rows: int) -> None:
    """Print both tables."""
    out = sys.stdout
    with ProcessPoolExecutor(WORKERS) as pool:
        for shift in (0.0, 0.25):
            of_years = []
            for found in pool.map(partial(a_year, rows=rows, shift=shift), range(years)):
                of_years.append(found)
                sys.stderr.write(f"shift {shift}: {len(of_years)} years, {found}\n")
            n = sum(1 for f in of_years if f)
            out.write(f"shift {shift}: {n} of {years} years with an alarm, {rows} rows a month\n")
            for check, times in Counter(c for f in of_years for c in f).most_common():
                first = sorted(f[check] for f in of_years if check in f)
                out.write(f"  {check}: {times} years; first look {first[len(first) // 2]}\n")
            out.flush()


if __name__ == "__main__":
    arguments = [int(a) for a in sys.argv[1:]]
    main(*(arguments + [40, 600][len(arguments) :]))
