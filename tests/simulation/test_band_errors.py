"""How often bands of the score are misjudged with one gap, or one fall, exactly at the limit.

``python -m tests.simulation.test_band_errors 500`` prints the table, 500 draws a line.
"""

import sys
from dataclasses import dataclass

import numpy as np
import pytest

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.standard.check import Check, EvidenceTable, LimitTable
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Scope

LIMITS = {"band_outcome_rate_difference": 0.10, "band_order": 0.05}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """Groups of equal or unequal size in bands whose outcome rates rise, with one truth changed.

    Attributes
    ----------
    people : tuple of int
        Of each group, in each band.
    rates : tuple of float
        Of the outcome, by band.
    off : float
        Of bands of groups: by how much the first group's rate in the second band lies off everyone
        else's. Of the order: by how much the third band's rate lies below the second's.
    family : int
        People who share band and outcome.
    """

    measure: str
    people: tuple[int, ...]
    rates: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5)
    off: float = 0.0
    family: int = 1

    @property
    def check(self):
        across = "protected" if self.measure == "band_outcome_rate_difference" else "whole"
        return Check(
            id="SIM-01", title="A simulation", question="Is it?", measure=self.measure,
            level="refer", across=(across,), limit=LimitTable(at_most=LIMITS[self.measure]),
            evidence=EvidenceTable(minimum=50, of="rows"),
        )  # fmt: skip

    def draw(self, rng):
        """Return the facts of one sample."""
        p = np.tile(np.array(self.rates), (len(self.people), 1))
        if self.measure == "band_order":
            p[:, 2] = p[0, 1] - self.off
        else:
            p[0, 1] = p[1, 1] + self.off
        band, group, y, family = [], [], [], []
        for g, n in enumerate(self.people):
            for b in range(len(self.rates)):
                drawn = rng.random(-(-n // self.family)) < p[g, b]
                y.append(np.repeat(drawn, self.family)[:n])
                band.append(np.full(n, b + 1.0))
                group.append(np.full(n, f"g{g}", dtype=object))
                start = sum(len(set(f)) for f in family)
                family.append(start + np.arange(n) // self.family)
        scores = np.concatenate(band)
        evidence = Evidence.of(
            outcome=np.concatenate(y).astype(np.int8), flagged=scores >= 4, scores=scores,
            score_kind="unbounded", threshold=4, protected={"group": np.concatenate(group)},
            group_scores=("protected",),
            clusters=None if self.family == 1 else np.concatenate(family),
        )  # fmt: skip
        return Facts(assessed=evidence, score_kind="unbounded")

    def shares(self, draws, seed=20181):
        """Return the shares of *met*, *not met* and *uncertain*."""
        rng, check = np.random.default_rng(seed), self.check
        scope = Scope(across=check.across, of="rows", compare="rest")
        outcomes = [
            judge(check, MEASURES[self.measure].compute(self.draw(rng), scope)).outcome.value
            for _ in range(draws)
        ]
        return {o: outcomes.count(o) / draws for o in ("met", "not met", "uncertain")}


GAP, ORDER = LIMITS
AT_THE_LIMIT = (
    Bands(measure=GAP, people=(200, 200), off=0.10),
    Bands(measure=GAP, people=(60, 500), off=-0.10),
    Bands(measure=GAP, people=(1_000, 1_000), off=0.10),
    Bands(measure=GAP, people=(500, 80, 60, 60, 60), off=0.10),
    Bands(measure=GAP, people=(2_000,) * 5, off=-0.10),
    Bands(measure=GAP, people=(300,) * 19, off=0.10),
    Bands(measure=GAP, people=(500, 500), rates=(0.02, 0.03, 0.05, 0.08, 0.2), off=0.10),
    Bands(measure=GAP, people=(600, 600), off=0.10, family=3),
    Bands(measure=ORDER, people=(50, 50), off=0.05),
    Bands(measure=ORDER, people=(300, 300), off=0.05),
    Bands(measure=ORDER, people=(3_000, 3_000), off=0.05),
    Bands(measure=ORDER, people=(300, 300), rates=(0.06, 0.06, 0.1, 0.2, 0.3), off=0.05),
    Bands(measure=ORDER, people=(600, 600), off=0.05, family=3),
)
ALIKE = (
    Bands(measure=GAP, people=(100,) * 5),
    Bands(measure=GAP, people=(1_000,) * 5),
    Bands(measure=ORDER, people=(1_000,), off=-0.1),
)
FAR = (
    Bands(measure=GAP, people=(1_500, 1_500), off=0.20),
    Bands(measure=ORDER, people=(1_500, 1_500), off=0.10),
)


@pytest.mark.parametrize("case", [AT_THE_LIMIT[i] for i in (0, 3, 7, 9)])
def test_with_the_truth_at_the_limit_neither_error_exceeds_one_in_twenty(case):
    shares = case.shares(60)
    # 0.05 and three standard errors of 60 draws.
    assert max(shares["met"], shares["not met"]) <= 0.05 + 0.085


def test_bands_alike_are_met_where_there_are_a_thousand_people_and_twice_the_limit_is_found():
    assert ALIKE[1].shares(10)["met"] >= 0.8
    assert all(case.shares(10)["not met"] == 1 for case in FAR)


def main(draws):
    sys.stdout.write(
        "| measure | people of each group in a band | off | family | met | not met |\n"
    )
    sys.stdout.write("|---|---|---|---|---|---|\n")
    for case in (*AT_THE_LIMIT, *ALIKE, *FAR):
        shares = case.shares(draws)
        people = " ".join(map(str, case.people[:5])) + (" ..." if len(case.people) > 5 else "")
        sys.stdout.write(
            f"| {case.measure} | {people} | {case.off:+.2f} | {case.family} | "
            f"{100 * shares['met']:.1f} % | {100 * shares['not met']:.1f} % |\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
