"""How often figures of scores by group are judged wrongly at their limit: a table, by hand.

    python -m tests.simulation.group_scores [draws]

Scores are normal in two groups and their rest; the group's true figure lies exactly on the limit,
so that both *met* and *not met* are errors, of which each may be 5 %.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import norm

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.standard.check import Check, EvidenceTable, LimitTable
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Scope

SLOPES = (0.8, 1.25)
RULER = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
"""A standard normal, for expectations: its quantiles, each as likely as the others."""


def average_precision(apart: float, prevalence: float) -> float:
    """Return the average precision of everybody there could be, `apart` being the shift of need.

    The mean precision at the score of those with the outcome: TPR p / (TPR p + FPR (1 - p)).
    """
    found = norm.sf(RULER) * prevalence
    return float(np.mean(found / (found + norm.sf(RULER + apart) * (1 - prevalence))))


def brier(off: float, prevalence: float) -> float:
    """Return the Brier score of everybody there could be, `off` being the error in log-odds."""
    logit = np.log(prevalence / (1 - prevalence)) + RULER
    p, q = expit(logit), expit(logit + off)
    return float(np.mean(q * (1 - q) + (q - p) ** 2))


@cache
def apart_for(area: float, prevalence: float, gap: float) -> float:
    """Return how far apart need and no need must lie for average precision to differ by `gap`."""
    apart = np.sqrt(2) * norm.ppf(area)
    aim = average_precision(apart, prevalence) + gap
    return float(brentq(lambda d: average_precision(d, prevalence) - aim, 0, 8))


@cache
def error_for(prevalence: float, gap: float) -> float:
    """Return the error in log-odds for the Brier score to differ by `gap`."""
    aim = brier(0.0, prevalence) + gap
    return float(brentq(lambda b: brier(b, prevalence) - aim, *((0, 6) if gap > 0 else (-6, 0))))


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheLimit:
    """One group against its rest.

    Attributes
    ----------
    events, rest_events : int
        People with the outcome in the group and among everyone else.
    prevalence : float
    rest : float
        AUROC of everyone else (for ``roc_auc_difference``).
    off : float
        True gap, or true distance in log-odds, of the group: the limit itself. Of a calibration
        slope its side: below 0 the lower end, otherwise the upper.
    """

    measure: str
    events: int
    rest_events: int = 2000
    prevalence: float = 0.1
    rest: float = 0.8
    off: float = 0.05

    def check(self) -> Check:
        """Return the check whose limit the group lies on."""
        end = abs(self.off)
        gap = self.measure.endswith("_difference")
        ends = SLOPES if self.measure == "calibration_slope" else (-end, end)
        limit = LimitTable(at_most=end) if gap else LimitTable(between=ends)
        return Check(
            id="SIM-01", title="A simulation", question="Is it?", measure=self.measure,
            level="refer", across=("protected",), limit=limit,
            # Well below the events expected, so that the group is judged in every draw.
            evidence=EvidenceTable(minimum=max(10, self.events // 5), of="positives"),
        )  # fmt: skip

    def draw(self, rng: np.random.Generator) -> Facts:
        """Return one sample of both."""
        sides = [
            self._side(rng, n, shifted=i == 0)
            for i, n in enumerate((self.events, self.rest_events))
        ]
        scores, y = (np.concatenate([s[i] for s in sides]) for i in (0, 1))
        names = np.repeat(np.array(["few", "rest"], dtype=object), [len(s[0]) for s in sides])
        evidence = Evidence.of(
            outcome=y.astype(np.int8), flagged=scores >= 0.5, scores=scores, threshold=0.5,
            protected={"group": names}, group_scores=("protected",),
        )  # fmt: skip
        return Facts(assessed=evidence)

    def _side(
        self, rng: np.random.Generator, events: int, *, shifted: bool
    ) -> tuple[np.ndarray, np.ndarray]:
        n = round(events / self.prevalence)
        if self.measure == "roc_auc_difference":
            area = self.rest + (self.off if shifted else 0.0)
            y = (np.arange(n) < events).astype(int)
            return expit(rng.normal(y * np.sqrt(2) * norm.ppf(area), 1)), y
        if self.measure == "average_precision_difference":
            apart = apart_for(self.rest, self.prevalence, self.off if shifted else 0.0)
            y = (np.arange(n) < events).astype(int)
            return expit(rng.normal(y * apart, 1)), y
        middle = np.log(self.prevalence / (1 - self.prevalence))
        logit = rng.normal(middle, 1.0, n)
        off, slope = (self.off if shifted else 0.0), 1.0
        if self.measure == "brier_score_difference" and shifted:
            off = error_for(self.prevalence, self.off)
        if self.measure == "calibration_slope":
            slope, off = (SLOPES[int(self.off > 0)] if shifted else 1.0), 0.0
        truth = middle + slope * (logit - middle) + off
        return expit(logit), (rng.random(n) < expit(truth)).astype(int)

    def outcomes(self, draws: int, seed: int = 20181) -> dict[str, float]:
        """Return the share of *met* and *not met* among judgements of the group on the limit."""
        rng, check = np.random.default_rng(seed), self.check()
        scope = Scope(across=("protected",), of="positives")
        seen = Counter(
            judge(check, MEASURES[self.measure].compute(self.draw(rng), scope)).outcome.value
            for _ in range(draws)
        )
        return {k: seen[k] / draws for k in ("met", "uncertain", "not met")}


CASES = [
    AtTheLimit(measure=measure, events=events, off=sign * off, **more)
    for measure, off, several in (
        ("roc_auc_difference", 0.05, [{"rest": a} for a in (0.65, 0.8, 0.9)]),
        ("calibration_in_the_large", 0.3, [{"prevalence": p} for p in (0.02, 0.1, 0.4)]),
        ("average_precision_difference", 0.05, [{"prevalence": p} for p in (0.1, 0.3)]),
        ("brier_score_difference", 0.03, [{"prevalence": p} for p in (0.1, 0.3)]),
        ("calibration_slope", 1.0, [{"prevalence": p} for p in (0.1, 0.3)]),
    )
    for more in several
    for events in (50, 100, 400)
    for sign in (-1, 1)
]


def main() -> None:
    """Print the table."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for case in CASES:
        shares = case.outcomes(draws)
        sys.stdout.write(
            f"{case.measure:26} {case.events:4} events, prevalence {case.prevalence:.2f}, "
            f"rest {case.rest:.2f}, off {case.off:+.2f}: "
            + ", ".join(f"{k} {100 * v:.1f} %" for k, v in shares.items())
            + "\n"
        )


if __name__ == "__main__":
    main()
