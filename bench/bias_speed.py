# ruff: noqa: INP001
"""Bias measures for 1,000,000 rows and two attributes, beside Fairlearn on the raw rows.

``python bench/bias_speed.py [ROWS]`` prints both times and their ratio; no bar is enforced here.
Ours includes counting the rows, every rate's gaps for both attributes and their pair, and all
intervals; Fairlearn's is the point values of the same rates for the two attributes, without any
interval. Imports are made before the clock starts.
"""

import sys
import time

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame

from essex_standard.evidence import frames
from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.bias import rate_difference
from essex_standard.measures.facts import Facts
from essex_standard.measures.fairlearn_rates import rate_functions
from essex_standard.standard.check import Check
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Scope

OF = {
    "selection_rate": "rows",
    "true_positive_rate": "positives",
    "false_negative_rate": "positives",
    "false_positive_rate": "negatives",
    "positive_predictive_value": "flagged",
    "false_omission_rate": "unflagged",
    "accuracy": "rows",
}
TARGET_SECONDS = 2.0


def people(rows):
    """Return scores, outcomes and two protected columns of 10 groups in all."""
    rng = np.random.default_rng(1)
    protected = pd.DataFrame(
        {
            "sex": rng.choice(["F", "M"], rows),
            "ethnicity": rng.choice(list("ABCDEFGH"), rows, p=[0.7] + [0.3 / 7] * 7),
        }
    )
    scores = rng.beta(1, 4, rows)
    return scores, (rng.random(rows) < scores).astype(int), protected


def ours(scores, y, protected, across):
    """Count, measure and judge every rate; return the number of measurements."""
    evidence = Evidence.of(
        outcome=frames.outcome_codes(y, positive=()),
        flagged=scores >= 0.3,
        scores=scores,
        threshold=0.3,
        protected={c: frames.labels(protected[c], name=c) for c in protected},
        intersections="intersections" in across,
    )
    facts, found = Facts(assessed=evidence), 0
    for rate, of in OF.items():
        measured = rate_difference(facts, Scope(across=across, of=of), rate=rate)
        check = Check(
            id="SIM-01", title="Bench", question="How fast?", measure=f"{rate}_difference",
            level="block", limit={"at_most": 0.1}, across=across, evidence={"of": of},
        )  # fmt: skip
        found += len(judge(check, measured).measurements)
    return found


def fairlearn(scores, y, protected):
    """Return Fairlearn's rates of the raw rows, for one attribute after the other."""
    functions = {rate: rate_functions()[rate] for rate in OF}
    ones = np.ones(len(y))
    return [
        MetricFrame(
            metrics=functions,
            y_true=y,
            y_pred=(scores >= 0.3).astype(int),
            sensitive_features=protected[c],
            sample_params={m: {"sample_weight": ones} for m in functions},
        ).by_group
        for c in protected
    ]


def seconds(work, *arguments):
    """Return how long a call takes."""
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def main():
    """Print both times and their ratio."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    ours(*people(1000), ("protected",))  # the first call imports what the functions need
    data = people(rows)
    single = seconds(ours, *data, ("protected",))
    paired = seconds(ours, *data, ("protected", "intersections"))
    raw = seconds(fairlearn, *data)
    sys.stdout.write(
        f"{rows:,} rows, 2 attributes, {len(OF)} rates\n"
        f"  ours, counting and intervals included     {single:7.2f} s (target {TARGET_SECONDS} s)\n"
        f"  ours, the pair of attributes besides      {paired:7.2f} s\n"
        f"  Fairlearn MetricFrame, raw rows           {raw:7.2f} s\n"
        f"  ratio                                     {raw / single:7.1f} times faster\n"
    )


if __name__ == "__main__":
    main()
