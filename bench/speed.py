# ruff: noqa: INP001
"""Speed beside Fairlearn on the same rows: ``python bench/speed.py``, QUICK=1 for a tenth.

Three protected attributes (2, 5 and 4 groups), scores and outcomes; no bar is enforced here.

1. Every Fairlearn rate of the three attributes and their pairs, each with its gap to the rest
   judged and its interval, from raw rows; beside `MetricFrame` on the three attributes alone,
   without any interval.
2. The same with intervals on a tenth of the rows, beside `MetricFrame(n_boot=100)`, of which 5
   resamples are timed and the rest extrapolated.
3. The whole of `assess()` with the shipped Standard, and what it needs of memory above the data.
4. One check on 5,000 rows, warm.

Imports are made before each clock starts. The ratios are of processor time, which a busy machine
does not distort.
"""

import os
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from essex_standard import assess
from essex_standard.evidence import frames
from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.bias import rate_difference
from essex_standard.measures.facts import Facts
from essex_standard.measures.fairlearn_rates import rate_functions
from essex_standard.pipeline.standards import resolve_standard
from essex_standard.standard.check import Check
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Scope

QUICK = bool(os.environ.get("QUICK"))
ROWS = 100_000 if QUICK else 1_000_000
THRESHOLD = 0.3
RESAMPLES = (5, 100)
OF = {
    "selection_rate": "rows",
    "true_positive_rate": "positives",
    "false_negative_rate": "positives",
    "false_positive_rate": "negatives",
    "true_negative_rate": "negatives",
    "positive_predictive_value": "flagged",
    "false_discovery_rate": "flagged",
    "false_omission_rate": "unflagged",
    "accuracy": "rows",
}
ACROSS = ("protected", "intersections")


def people(rows, seed=1):
    """Return scores, outcomes and three protected columns of 11 groups in all."""
    rng = np.random.default_rng(seed)
    protected = pd.DataFrame(
        {
            "sex": rng.choice(["F", "M"], rows),
            "ethnicity": rng.choice(list("ABCDE"), rows, p=[0.8, 0.06, 0.05, 0.05, 0.04]),
            "age_band": rng.choice(["0-4", "5-9", "10-15", "16-17"], rows),
        }
    )
    scores = rng.beta(1, 4, rows)
    return scores, (rng.random(rows) < scores).astype(int), protected


def ours(scores, y, protected):
    """Count, measure and judge every rate; return the number of measurements."""
    evidence = Evidence.of(
        outcome=frames.outcome_codes(y, positive=()),
        flagged=scores >= THRESHOLD,
        scores=scores,
        threshold=THRESHOLD,
        protected={c: frames.labels(protected[c], name=c) for c in protected},
        intersections=True,
    )
    facts, found = Facts(assessed=evidence), 0
    for rate, of in OF.items():
        measured = rate_difference(facts, Scope(across=ACROSS, of=of), rate=rate)
        check = Check(
            id="SIM-01", title="Bench", question="How fast?", measure=f"{rate}_difference",
            level="block", limit={"at_most": 0.1}, across=ACROSS, evidence={"of": of},
        )  # fmt: skip
        found += len(judge(check, measured).measurements)
    return found


def fairlearn(scores, y, protected, resamples=None):
    """Return Fairlearn's rates of the raw rows, for one attribute after the other."""
    from fairlearn.metrics import MetricFrame

    functions = {rate: rate_functions()[rate] for rate in OF}
    ones = np.ones(len(y))
    intervals = {} if resamples is None else {
        "n_boot": resamples, "ci_quantiles": [0.025, 0.975], "random_state": 1,
    }  # fmt: skip
    return [
        MetricFrame(
            metrics=functions,
            y_true=y,
            y_pred=(scores >= THRESHOLD).astype(int),
            sensitive_features=protected[c],
            sample_params={m: {"sample_weight": ones} for m in functions},
            **intervals,
        ).by_group
        for c in protected
    ]


def seconds(work, *arguments, **named):
    """Return how long a call takes by the clock, and how long by the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work(*arguments, **named)
    return time.perf_counter() - clock, time.process_time() - processor


def tell(what, times, beside=None, *, factor=1.0, bar=""):
    """Print one line: time, and how many times faster than what stands beside it."""
    clock, processor = (t * factor for t in times)
    ratio = "" if beside is None else f", {beside[1] / processor:,.0f} times faster"
    sys.stdout.write(f"  {what:<62} {clock:8.2f} s ({processor:.2f} s){ratio} {bar}\n")
    sys.stdout.flush()


def peak():
    """Return the most memory, in bytes, that this process held (on Linux: since it was reset)."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    line = next(s for s in status.read_text().splitlines() if s.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def whole(rows):
    """Return the times of `assess`, and the bytes it needed above the data."""
    scores, y, protected = people(rows, seed=2)
    assess(None, scores=scores[:2000], y=y[:2000], protected=protected[:2000], threshold=THRESHOLD)
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5")  # sets the peak back to what is held now
    before = peak()
    took = seconds(assess, None, scores=scores, y=y, protected=protected, threshold=THRESHOLD)
    return took, peak() - before


def one_check():
    """Return the best of five times for a Standard of a single check on 5,000 rows."""
    from dataclasses import replace

    standard = resolve_standard(None)
    single = next(c for _, c in standard if c.id == "BIAS-02")
    small = replace(standard, checks={"bias": (single,)}, rules=())
    times = []
    for seed in range(6):  # other people each time: nothing may be remembered
        scores, y, protected = people(5000, seed)
        times.append(
            seconds(
                assess, None, scores=scores, y=y, protected=protected[["sex"]],
                threshold=THRESHOLD, standard=small,
            )
        )  # fmt: skip
    return min(times[1:])


def main():
    """Print all times and ratios."""
    ours(*people(1000, seed=3))  # the first call imports what the functions need
    fairlearn(*people(500, seed=3))
    sys.stdout.write(f"Seconds (of the processor)\n{ROWS:,} rows, 3 attributes, pairs\n")
    mine = seconds(ours, *people(ROWS))
    raw = seconds(fairlearn, *people(ROWS))
    tell("every rate and gap with intervals, judged", mine, raw, bar="[2 s, 50 times]")
    tell("Fairlearn MetricFrame, without pairs or intervals", raw)
    took, memory = whole(ROWS)
    tell("the whole of assess(), shipped Standard", took)
    sys.stdout.write(f"  memory above the data {memory / 2**20:50,.0f} MiB [1,024 MiB]\n")
    rows = ROWS // 10
    timed, all_ = RESAMPLES
    sys.stdout.write(f"{rows:,} rows\n")
    few = seconds(fairlearn, *people(rows), resamples=timed)
    once = seconds(fairlearn, *people(rows))
    boot = tuple(o + (f - o) / timed * all_ for f, o in zip(few, once, strict=True))
    tell("every rate and gap with intervals, judged", seconds(ours, *people(rows, seed=4)), boot,
         bar="[500 times]")  # fmt: skip
    tell(f"MetricFrame(n_boot={all_}), from {timed} resamples timed", boot)
    sys.stdout.write("5,000 rows\n")
    tell("assess() with one check, warm", one_check(), bar="[0.15 s]")


if __name__ == "__main__":
    main()
