"""How often the judging errs: simulated populations whose truth is known, judged as in use.

``python tests/simulation/judging.py [DRAWS]`` prints, for each population, how often a check is
*met*, *uncertain*, *not met* and *not assessed*, and which bar of the design the figure must hold.

Each draw fills the cells of a `GroupTable` and goes through `compare_groups` and `decide`, the same
functions as in an assessment, where `judge` adds the printed intervals to what `decide` decided.
"""

import sys
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.stats import beta

from essex_standard.evidence.design_effect import sum_cells
from essex_standard.evidence.group_table import BUCKETS, CELLS, GroupTable
from essex_standard.measures.bias import compare_groups
from essex_standard.standard.check import Check
from essex_standard.standard.judge import decide, tests_of
from essex_standard.statistics.comparison import Measured, Scope

LIMIT = 0.10
TOGETHER = 50
"""Draws that are tested together."""

OF = {
    "true_positive_rate": "positives",
    "false_positive_rate": "negatives",
    "positive_predictive_value": "flagged",
    "false_omission_rate": "unflagged",
    "selection_rate": "rows",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Groups of people in a rate's denominator, each with its true rate.

    By default they are people with the outcome, and the rate is that of being found.
    `cluster` people belong together (a family, or with `shared` a school whose pupils are of all
    groups in proportion); `icc` is how alike they fare, so that the design effect is
    ``1 + (cluster - 1) * icc``. `unknown` is how many more have no known outcome, beside one who
    has: they are flagged or not like the others, and tell nothing.
    """

    sizes: tuple[int, ...]
    rates: tuple[float, ...]
    cluster: int = 1
    icc: float = 0.0
    shared: bool = False
    weights: tuple[float, ...] = ()
    limit: dict = field(default_factory=lambda: {"at_most": LIMIT})
    kind: str = "difference"
    compare: str = "rest"
    rate: str = "true_positive_rate"
    unknown: float = 0.0

    @property
    def design_effect(self):
        return 1 + (self.cluster - 1) * self.icc

    def check(self):
        return Check(
            id="SIM-01",
            title="Simulated",
            question="Does it err?",
            measure=f"{self.rate}_{self.kind}",
            level="block",
            compare=self.compare,
            limit=self.limit,
            evidence={"of": OF[self.rate]},
        )

    def draw(self, rng):
        """Return one simulated group table."""
        sizes, rates = np.array(self.sizes), np.array(self.rates)
        if self.cluster > 1:
            return self._clustered(rng, sizes, rates)
        if self.weights:
            return self._weighted(rng, sizes, rates)
        found = rng.binomial(sizes, rates)
        cells = np.zeros((len(sizes), 3, 2), dtype=np.int64)
        self._fill(cells, found, sizes)
        if self.unknown:
            cells[:, 2] += np.round(self.unknown * cells[:, :2].sum(axis=1)).astype(np.int64)
        return _table(cells)

    def _fill(self, cells, found, people):
        """Put those found, and the others, into the cells that make up the rate."""
        over, under = CELLS[self.rate]
        hit, other = over[0], next(c for c in under if c not in over)
        cells[..., *hit] += found
        cells[..., *other] += people - found

    def _clustered(self, rng, sizes, rates):
        if self.shared:
            number = sizes.sum() // self.cluster
            quantile = np.repeat(rng.random(number)[:, None], len(sizes), axis=1)
            # Everybody falls into one of the clusters; members of each group by chance.
            members = np.stack([rng.multinomial(n, np.full(number, 1 / number)) for n in sizes], 1)
            group = np.broadcast_to(np.arange(len(sizes)), members.shape)
        else:
            each = sizes // self.cluster
            group = np.repeat(np.arange(len(sizes)), each)
            members = np.full(len(group), self.cluster)
            quantile = rng.random(len(group))
        mean = rates[group]
        if self.icc >= 1:
            p = (quantile < mean).astype(float)
        else:
            spread = (1 - self.icc) / self.icc
            a, b = (np.maximum(m * spread, 1e-9) for m in (mean, 1 - mean))
            p = beta.ppf(quantile, a, b) if self.shared else rng.beta(a, b)
            p = np.where((mean <= 0) | (mean >= 1), mean, p)
        found = rng.binomial(members, p)
        bucket = rng.integers(0, BUCKETS, len(members))
        bucket = np.broadcast_to(bucket[:, None], members.shape) if self.shared else bucket
        place, shape = (bucket * len(sizes) + group).ravel(), (BUCKETS, len(sizes))
        hits, people = (
            np.bincount(place, weights=v.ravel(), minlength=BUCKETS * len(sizes)).reshape(shape)
            for v in (found, members)
        )
        cells = np.zeros((*shape, 3, 2))
        self._fill(cells, hits, people)
        return _table(cells.sum(axis=0).astype(np.int64), buckets=cells)

    def _weighted(self, rng, sizes, rates):
        group = np.repeat(np.arange(len(sizes)), sizes)
        found = rng.random(len(group)) < rates[group]
        over, under = CELLS[self.rate]
        cell = np.array([next(c for c in under if c not in over), over[0]], dtype=np.int8)
        outcome, flagged = cell[found.astype(int)].T
        return GroupTable.of(
            "group", group, _names(len(sizes)), outcome, flagged.astype(bool),
            weights=rng.choice(self.weights, len(group)),
        )  # fmt: skip


def _names(n):
    return tuple(f"{i:02d}" for i in range(n))


def _table(counts, buckets=None):
    return GroupTable(attribute="group", groups=_names(len(counts)), counts=counts, buckets=buckets)


def outcomes(population, draws, seed=7):
    """Return the share of each outcome over so many draws, and what a point estimate says.

    ``point`` is the share of draws in which the largest difference between the groups' point
    estimates exceeds the limit, as Fairlearn's difference beside a limit would.
    """
    rng = np.random.default_rng(seed)
    check, rate = population.check(), population.rate
    scope = Scope(across=("protected",), compare=population.compare, of=OF[rate])
    shares = dict.fromkeys(("met", "uncertain", "not met", "not assessed", "point"), 0.0)
    over, under = CELLS[rate]
    for start in range(0, draws, TOGETHER):
        tables = [population.draw(rng) for _ in range(min(TOGETHER, draws - start))]
        found = [compare_groups(t, rate, scope, kind=population.kind) for t in tables]
        tests = tests_of(check, [c for comparisons in found for c in comparisons])
        for table, comparisons in zip(tables, found, strict=True):
            outcome = decide(check, Measured(comparisons=comparisons), tests).outcome.value
            shares[outcome] += 1 / draws
            k, n = (sum_cells(table.counts, c) for c in (over, under))
            rates = k[n > 0] / n[n > 0]
            shares["point"] += (np.ptp(rates) > LIMIT) / draws if len(rates) else 0.0
    return shares


SIZES = (
    (500, 80, 40, 12, 6),
    (2000, 500, 200, 150, 60),
    (8000, 3000, 1500, 900, 700),
    (1000,) * 5,
    (300,) * 5,
    (796, 32, 21, 21, 8),  # Essex re-referrals of one year by ethnic group
    (2388, 98, 65, 64, 25),  # and of three years
    (3000, 3000, 1500, 1500),
    (500, 80, 60),
    (3000, 1500, 1500),
    (50, 50),
    (3000, 60),
    (100, 100),
    (400_000, 5000),
)
PREVALENCES = (0.02, 0.12, 0.3, 0.5, 0.7, 0.88, 0.98)


def at_the_limit(sizes, rate, which, gap=LIMIT, **kwargs):
    """Return groups alike but for one, `gap` away on the side where there is room, or None."""
    other = next((round(rate + g, 9) for g in (-gap, gap) if 0 <= round(rate + g, 9) <= 1), None)
    rates = [rate] * len(sizes)
    rates[which] = other
    return None if other is None else Population(sizes=sizes, rates=tuple(rates), **kwargs)


def smallest_judged(sizes, minimum=50):
    """Return the place of the smallest group that is judged."""
    return max((i for i, n in enumerate(sizes) if n >= minimum), key=lambda i: (-sizes[i], i))


def error_cells():
    """Yield (bar, words, population) where the truth lies exactly at the limit."""
    for sizes in SIZES:
        for rate in PREVALENCES:
            for which in sorted({0, smallest_judged(sizes)}):
                found = at_the_limit(sizes, rate, which)
                yield "both <= 5 %", f"group {which + 1} at the limit", found
    for sizes in ((500, 80, 40, 12, 6), (796, 32, 21, 21, 8)):
        for rate in PREVALENCES:
            for which in (2, 3):
                found = at_the_limit(sizes, rate, which)
                yield "block <= 5 %", f"small group {which + 1} at the limit", found
    clusters = ((5, 0.25), (5, 1.0), (20, 0.2))
    for sizes in ((1500, 1500), (3000, 300, 100), (1000,) * 5):
        for rate in PREVALENCES:
            for cluster, icc in clusters:
                for shared in (False, True):
                    found = at_the_limit(
                        sizes, rate, len(sizes) - 1, cluster=cluster, icc=icc, shared=shared
                    )
                    yield "both <= 5 %", "last group at the limit", found
    for sizes, cluster, icc in (
        ((3000, 100), 10, 0.5),
        ((3000, 60), 20, 0.3),
        ((500,) * 2, 50, 0.1),
    ):
        for rate in PREVALENCES:
            found = at_the_limit(sizes, rate, 1, cluster=cluster, icc=icc)
            yield "both <= 5 %", "few clusters, last group at the limit", found
    for sizes in ((1000,) * 5, (3000, 300, 100)):
        for rate in PREVALENCES:
            found = at_the_limit(sizes, rate, len(sizes) - 1, weights=(0.2, 1.0, 5.0))
            yield "both <= 5 %", "weighted, last group at the limit", found
    for sizes in ((2000, 500, 200), (5000, 5000)):
        for rate in (0.05, 0.3, 0.9):
            found = Population(
                sizes=sizes, rates=(*([rate] * (len(sizes) - 1)), 0.8 * rate),
                kind="ratio", limit={"at_least": 0.8},
            )  # fmt: skip
            yield "both <= 5 %", "ratio of the last group at 0.80", found
    for compare in ("pairs", "reference:00"):
        for sizes in ((1000,) * 5, (2000, 500, 200, 150, 60)):
            found = at_the_limit(sizes, 0.6, len(sizes) - 1, compare=compare)
            yield "both <= 5 %", f"{compare}: last group at the limit", found
    narrow = Population(sizes=(300, 300), rates=(0.5, 0.5), limit={"at_most": 0.005})
    yield "block <= 5 %", "no gap, limit 0.005", narrow


def fair_cells():
    """Yield (bar, words, population) where all groups are alike, or differ by twice the limit."""
    for sizes in SIZES:
        bar = "met >= 80 %" if sizes == (1000,) * 5 else "block <= 5 %"
        for rate in PREVALENCES:
            yield bar, "fair", Population(sizes=sizes, rates=(rate,) * len(sizes))
    for rate in PREVALENCES:
        yield (
            "not met >= 95 %", "last group twice the limit away",
            at_the_limit((3000, 3000, 1500, 1500), rate, 3, gap=2 * LIMIT),
        )  # fmt: skip
    for cluster, icc in ((5, 0.25), (5, 1.0), (20, 0.2)):
        for shared in (False, True):
            deff = 1 + (cluster - 1) * icc
            size = int(1500 * deff)
            found = at_the_limit(
                (size,) * 4, 0.6, 3, gap=2 * LIMIT, cluster=cluster, icc=icc, shared=shared
            )
            yield "not met >= 95 %", "1,500 effective, twice the limit", found
            fair = replace(found, sizes=(int(1000 * deff),) * 5, rates=(0.6,) * 5)
            yield "met >= 80 %", "1,000 effective, fair", fair
    yield (
        "told", "the group of 25 found 15 % of the time, others 70 %",
        Population(sizes=(2388, 98, 65, 64, 25), rates=(0.7, 0.7, 0.7, 0.7, 0.15)),
    )  # fmt: skip


def holds(bar, shares, draws):
    """Say whether the shares keep the bar, allowing three standard errors of simulation."""
    noise = 3 * (0.05 * 0.95 / draws) ** 0.5
    match bar:
        case "both <= 5 %":
            return max(shares["met"], shares["not met"]) <= 0.05 + noise
        case "block <= 5 %":
            return shares["not met"] <= 0.05 + noise
        case "met >= 80 %":
            return shares["met"] >= 0.80 - 3 * (0.8 * 0.2 / draws) ** 0.5
        case "not met >= 95 %":
            return shares["not met"] >= 0.95 - noise
        case "told":
            return True
    raise ValueError(bar)


def table(draws):
    """Yield the table, a line a population, and at the end which bars were missed."""
    yield "| positives a group | rate | design effect | truth | met | uncertain | not met | bar | |"
    yield "|---|---|---|---|---|---|---|---|---|"
    missed = 0
    for bar, words, population in (*error_cells(), *fair_cells()):
        if population is None:
            continue
        shares = outcomes(population, draws)
        kept = holds(bar, shares, draws)
        missed += not kept
        sizes = "/".join(f"{n:,}" for n in population.sizes)
        if len(set(population.sizes)) == 1:
            sizes = f"{len(population.sizes)} x {population.sizes[0]:,}"
        effect = f"{population.design_effect:.1f}{' shared' if population.shared else ''}"
        figures = " | ".join(f"{shares[k]:.1%}" for k in ("met", "uncertain", "not met"))
        yield (
            f"| {sizes} | {population.rates[0]:.2f} | {effect} | {words} | {figures} | {bar} | "
            f"{'' if kept else 'MISSED'} |"
        )
    yield f"\n{draws} draws a line; {missed} bar(s) missed."


def main():
    for line in table(int(sys.argv[1]) if len(sys.argv) > 1 else 400):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
