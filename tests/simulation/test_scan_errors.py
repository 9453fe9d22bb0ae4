"""How often the search for subgroups errs: populations whose truth is known, judged as in use.

``python tests/simulation/test_scan_errors.py [DRAWS] [PART OF A NAME]`` prints, for each
population, how often a subgroup is said to stand out, and how often the check is *not met* and
*met*, beside the bar that the figure must hold.
"""

import sys
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import beta

from essex_standard.evidence.banding import resolve_bands
from essex_standard.evidence.cross_table import CrossTable
from essex_standard.evidence.evidence import cluster_buckets
from essex_standard.measures.subgroup_scan import subgroup_scan
from essex_standard.standard.check import Check
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Scope
from tests.measures.people import facts

LIMIT = 0.10
RARE = (2, 2, 5, 3)


@dataclass(frozen=True, kw_only=True)
class Population:
    """People in columns of so many values each, whose outcome comes as their score says.

    `centre` is the mean of the true log-odds; `leaning` ties the columns to it; `slope` and
    `shift` make the scores too bold and too high for everybody. `excess` is planted where the
    first two columns have their first value, or with `rare` their last. Families of `cluster`
    share their luck by `icc` and, with `together`, the values of all columns.
    """

    rows: int = 4000
    values: tuple[int, ...] = (2, 4, 5, 3)
    centre: float = -1.0
    leaning: float = 0.4
    slope: float = 1.0
    shift: float = 0.0
    kind: str = "probability"
    excess: float = 0.0
    cluster: int = 1
    icc: float = 0.0
    together: bool = True
    rare: bool = False
    minimum: int = 500

    def draw(self, rng):
        """Return columns, scores, outcomes and families."""
        families = self.rows // self.cluster
        of_row = np.repeat(np.arange(families), self.cluster)
        n = families if self.together else len(of_row)
        codes = np.stack([_skewed(rng, k, n) for k in self.values], axis=1)
        codes = codes[of_row] if self.together else codes
        z = rng.normal(self.centre, 1.0, len(of_row)) + self.leaning * (codes[:, 0] - 0.5)
        z += self.leaning * (codes[:, 1] == 1)
        at = (self.values[0] - 1, self.values[1] - 1) if self.rare else (0, 0)
        inside = (codes[:, 0] == at[0]) & (codes[:, 1] == at[1])
        p = _shifted(expit(z), inside, self.excess)
        y = rng.random(len(p)) < p
        if self.cluster > 1:
            # One luck a family: a person's chance is drawn around p with the family's quantile.
            spread = (1 - self.icc) / self.icc
            luck = rng.random(families)[of_row]
            y = rng.random(len(p)) < beta.ppf(luck, p * spread, (1 - p) * spread)
        columns = pd.DataFrame({f"c{i}": c.astype(str) for i, c in enumerate(codes.T)})
        scores = self.slope * z + self.shift
        return columns, scores if self.kind == "unbounded" else expit(scores), y, of_row

    def judged(self, rng, seed):
        """Return whether anything was said to stand out, and the outcome."""
        columns, scores, y, family = self.draw(rng)
        bands = resolve_bands({}, columns)
        y = y.astype(np.int8)
        crossed = CrossTable.of(
            bands, [columns[b.name] for b in bands], y, flagged=scores > 0.5, scores=scores,
            kind=self.kind,
            buckets=cluster_buckets(family.astype(str)) if self.cluster > 1 else None,
        )  # fmt: skip
        known = replace(facts(scores=scores, y=y, score_kind=self.kind), crossed=crossed, seed=seed)
        measured = subgroup_scan(known, Scope(minimum=self.minimum))
        found = any(c.estimate.is_found for c in measured.comparisons)
        return found, judge(self.check(), measured).outcome.value

    def check(self):
        return Check(
            id="BIAS-41", title="Simulated", question="Does it err?", measure="subgroup_scan",
            level="refer", limit={"at_most": LIMIT}, evidence={"minimum": self.minimum},
        )  # fmt: skip


def _skewed(rng, values, n):
    weights = 1 / np.arange(1, values + 1)
    return rng.choice(values, n, p=weights / weights.sum())


def _shifted(p, inside, excess):
    """Return chances that lie `excess` beyond everyone's with the same score, on average."""
    # The others lie below by as much as keeps the share of everyone with the same score.
    share = inside.mean()
    return np.clip(p + np.where(inside, excess, -excess * share / (1 - share)), 0, 1)


CLEAN = {
    "clean, 1,500 people": Population(rows=1500),
    "clean, 4,000 people": Population(),
    "clean, 20,000 people": Population(rows=20_000),
    "clean, 1 in 20 has the outcome": Population(centre=-3.3),
    "clean, 8 columns of 5 values": Population(values=(5,) * 8),
    "clean, columns tied to the score": Population(leaning=1.5),
    "scores too bold and too high": Population(slope=1.8, shift=0.7),
    "scores too timid": Population(slope=0.5),
    "unbounded scores": Population(kind="unbounded", slope=7.0),
    "families of 4, alike by 0.5": Population(cluster=4, icc=0.5),
    "families of 4, own columns": Population(cluster=4, icc=0.5, together=False),
    "schools of 50, alike by 0.05": Population(cluster=50, icc=0.05),
}
PLANTED = {
    "at the limit, 32 in 100 of 4,000": Population(excess=LIMIT),
    "at the limit, 11 in 100 of 4,000": Population(
        values=RARE, rare=True, excess=LIMIT, minimum=440
    ),
    "at the limit, 11 in 100 of 1,500": Population(
        rows=1500, values=RARE, rare=True, excess=LIMIT, minimum=150
    ),
    "at minus the limit, 11 in 100 of 4,000": Population(
        values=RARE, rare=True, excess=-LIMIT, centre=-0.3
    ),
    "at the limit, 11 in 100 of 12,000": Population(
        rows=12_000, values=RARE, rare=True, excess=LIMIT
    ),
    "at the limit, 32 in 100, families of 4": Population(excess=LIMIT, cluster=4, icc=0.5),
    "twice the limit, 32 in 100 of 4,000": Population(excess=2 * LIMIT),
    "twice the limit, 1,500 of 13,500": Population(
        rows=13_500, values=RARE, rare=True, excess=2 * LIMIT
    ),
    "half the limit, 32 in 100 of 4,000": Population(excess=LIMIT / 2),
}


def shares(population, draws, seed=7):
    """Return the shares found, not met and met over so many draws."""
    rng = np.random.default_rng(seed)
    results = [population.judged(rng, seed + i) for i in range(draws)]
    return (
        np.mean([found for found, _ in results]),
        np.mean([outcome == "not met" for _, outcome in results]),
        np.mean([outcome == "met" for _, outcome in results]),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_a_clean_population_is_rarely_said_to_have_a_subgroup(seed):
    population = Population(rows=1500, values=(2, 3, 3))
    found, not_met, _ = shares(population, 12, seed)
    # Of 12 searches each erring once in 20, four or more are found once in 450.
    assert found <= 3 / 12
    assert not_met <= 2 / 12


def test_at_the_limit_neither_verdict_is_the_rule():
    _, not_met, met = shares(Population(rows=3000, values=(2, 3), excess=LIMIT), 8)
    assert not_met <= 2 / 8
    assert met <= 2 / 8


def main():
    """Print the table."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    part = sys.argv[2] if len(sys.argv) > 2 else ""
    sys.stdout.write(f"{draws} draws each; limit {LIMIT}\n{'':42s} found  not met   met\n")
    for name, population in {**CLEAN, **PLANTED}.items():
        if part in name:
            found, not_met, met = shares(population, draws)
            line = f"{name:42s} {found:5.1%}   {not_met:5.1%}  {met:5.1%}\n"
            sys.stdout.write(line)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
