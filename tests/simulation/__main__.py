"""Print how often the judging errs: ``python -m tests.simulation [PART ...]``, QUICK=1 for a taste.

Parts: intervals, grid, edges, answering, real, verdicts, peers; all of them by default. The output
is Markdown, as it stands in docs/statistics.md.
"""

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.simulation import answering, coverage, fair_verdicts, grid, judging, peers

QUICK = bool(os.environ.get("QUICK"))
WORKERS = int(os.environ.get("WORKERS", os.cpu_count() or 1))
DRAWS = int(os.environ.get("DRAWS", "20" if QUICK else "200"))


def told(text):
    """Say on the other stream how far it is."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stderr.flush()


def run_grid():
    """Yield the tables of the grid."""
    cells = [*grid.cells(), *grid.further_cells(), *grid.clustered_cells()]
    if QUICK:
        cells = cells[::13]
    tasks = [(i, c, DRAWS) for i, c in enumerate(cells)]
    results = []
    with ProcessPoolExecutor(WORKERS) as pool:
        for result in pool.map(grid.run_cell, tasks, chunksize=4):
            results.append(result)
            if len(results) % 100 == 0:
                told(f"grid: {len(results)} of {len(tasks)} populations")
    yield from grid.tables(results)


PARTS = {
    "intervals": ("Which interval", coverage.tables),
    "grid": ("Errors, power and usefulness over the grid", run_grid),
    "edges": ("Rates near 0 and 1", lambda: judging.table(DRAWS)),
    "answering": (
        "From which size can each check answer?",
        lambda: answering.from_which_size(DRAWS),
    ),
    "real": ("Real sizes", lambda: answering.real_sizes(5 * DRAWS)),
    "verdicts": (
        "The whole verdict on a fair model",
        lambda: fair_verdicts.table(
            max(DRAWS // 5, 3), **({"people": (500, 2000), "prevalences": (0.2,)} if QUICK else {})
        ),
    ),
    "peers": ("Beside the peers", lambda: peers.table(5 * DRAWS, 0 if QUICK else DRAWS // 50)),
}


def main():
    """Print the parts asked for."""
    for name in sys.argv[1:] or PARTS:
        title, lines = PARTS[name]
        told(title)
        sys.stdout.write(f"### {title}\n\n")
        for line in lines():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
        sys.stdout.write("\n")
    told("done")


if __name__ == "__main__":
    main()
