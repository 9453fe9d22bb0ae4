"""The grid: every shipped group check over people, groups, prevalence, balance and clustering.

A model finds 60 in 100 of those with the outcome and flags 10 in 100 of the others, in every group
alike; from that and the prevalence follow how many people each rate counts and what it is. Then the
smallest group that is judged is moved: by nothing (fair), by the limit, by twice the limit.

A cell whose error lies above its bar is drawn again, afresh and more often, before it counts as
missed: of a thousand cells at exactly 5 %, some exceed it by chance.
"""

from dataclasses import dataclass, field
from itertools import product

import numpy as np

from tests.simulation.judging import LIMIT, Population, outcomes

PEOPLE = (50, 200, 1000, 5000, 20_000, 100_000, 1_000_000)
GROUPS = (2, 5, 10, 20)
PREVALENCES = (0.01, 0.05, 0.20, 0.50)
SHAPES = ("balanced", "skewed")
RATES = ("true_positive_rate", "false_positive_rate", "positive_predictive_value")
"""Those of the shipped checks that block or refer."""

FURTHER = ("false_omission_rate", "selection_rate")
TRUTHS = {"fair": 0.0, "at the limit": LIMIT, "twice the limit": 2 * LIMIT}

FOUND, WRONGLY_FLAGGED = 0.6, 0.1
MINIMUM = 50
AFRESH = (1000, 5000)
"""Draws of the second and third look at a cell above its bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One place of the grid, and the population that stands for it."""

    people: int
    groups: int
    prevalence: float
    shape: str
    rate: str
    truth: str
    design: str = "independent"
    population: Population = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The shares of a cell's outcomes, over so many draws."""

    cell: Cell
    shares: dict
    draws: int
    missed: str = ""


DESIGNS = {
    # words: (people drawn together, how alike they fare, in schools that all groups share)
    "families, design effect 2": {"cluster": 5, "icc": 0.25},
    "schools, design effect 2": {"cluster": 20, "icc": 1 / 19, "shared": True},
    "families, design effect 7": {"cluster": 7, "icc": 1.0},
    "schools, design effect 7": {"cluster": 25, "icc": 0.25, "shared": True},
    "weights from 0.2 to 5": {"weights": (0.2, 1.0, 5.0)},
    "a third of outcomes unknown": {"unknown": 0.5},
}


def share_and_rate(rate, prevalence):
    """Return which share of people a rate counts, and what it is where all groups are alike."""
    flagged = prevalence * FOUND + (1 - prevalence) * WRONGLY_FLAGGED
    return {
        "true_positive_rate": (prevalence, FOUND),
        "false_positive_rate": (1 - prevalence, WRONGLY_FLAGGED),
        "positive_predictive_value": (flagged, prevalence * FOUND / flagged),
        "false_omission_rate": (1 - flagged, prevalence * (1 - FOUND) / (1 - flagged)),
        "selection_rate": (1.0, flagged),
    }[rate]


def sizes_of(people, groups, shape):
    """Return the people of each group; skewed is a geometric row from 50 to 1."""
    row = np.ones(groups) if shape == "balanced" else 50.0 ** (-np.arange(groups) / (groups - 1))
    return tuple(int(n) for n in np.maximum(np.round(people * row / row.sum()), 1))


def moved(sizes, rate, gap):
    """Return the true rates where the smallest judged group lies `gap` away; None if none is."""
    judged = [i for i, n in enumerate(sizes) if n >= MINIMUM]
    if not judged:
        return None
    which = min(judged, key=lambda i: (sizes[i], -i))
    side = next((g for g in (-gap, gap) if 0 <= round(rate + g, 9) <= 1), None)
    rates = [rate] * len(sizes)
    rates[which] = round(rate + side, 9)
    return tuple(rates)


def cells(*, people=PEOPLE, groups=GROUPS, prevalences=PREVALENCES, rates=RATES, design=""):
    """Yield the cells in which at least two sides can be judged."""
    for n, g, p, shape, rate in product(people, groups, prevalences, SHAPES, rates):
        counted, true = share_and_rate(rate, p)
        sizes = sizes_of(n * counted, g, shape)
        if max(sizes) < MINIMUM or sum(sizes) - max(sizes) < MINIMUM:
            continue
        for truth, gap in TRUTHS.items():
            found = moved(sizes, true, gap)
            yield Cell(
                people=n, groups=g, prevalence=p, shape=shape, rate=rate, truth=truth,
                design=design or "independent",
                population=Population(
                    sizes=sizes, rates=found, rate=rate, **DESIGNS.get(design, {})
                ),
            )  # fmt: skip


def further_cells():
    """Yield fewer cells of rates that no shipped check blocks or refers by."""
    yield from cells(groups=(2, 5), prevalences=(0.05, 0.50), rates=FURTHER)


def clustered_cells(people=(1000, 5000, 20_000)):
    """Yield cells of families, schools, weights and outcomes that nobody knows."""
    for design in DESIGNS:
        yield from cells(
            people=people, groups=(2, 5), prevalences=(0.05, 0.20, 0.50), rates=RATES,
            design=design,
        )  # fmt: skip


def bars(cell):
    """Yield (outcome, the share it must not exceed, or must reach) that hold in this cell."""
    population = cell.population
    effective = min(population.sizes) / population.design_effect
    match cell.truth:
        case "fair":
            yield "not met", "at most", 0.05
            if cell.groups <= 5 and effective >= 1000 and not population.weights:
                yield "met", "at least", 0.80
        case "at the limit":
            yield "not met", "at most", 0.05
            yield "met", "at most", 0.05
        case "twice the limit":
            yield "met", "at most", 0.05
            if effective >= 1500 and not population.weights:
                yield "not met", "at least", 0.95


def missed(cell, shares, draws, errors):
    """Return which bar is missed by more than so many standard errors of the simulation."""
    for outcome, side, bar in bars(cell):
        slack = errors * (bar * (1 - bar) / draws) ** 0.5
        share = shares[outcome]
        if share > bar + slack if side == "at most" else share < bar - slack:
            return f"{outcome} {side} {bar:.0%}"
    return ""


def run_cell(task):
    """Return the result of one cell, drawn again where it seems to miss a bar."""
    number, cell, draws = task
    # Away from the limit the answers are clear, and a quarter of the draws shows them.
    draws = draws if cell.truth == "at the limit" else max(draws // 4, 10)
    shares = outcomes(cell.population, draws, seed=(number, 0))
    for stage, (more, errors) in enumerate(zip(AFRESH, (2.0, 2.0), strict=True), start=1):
        if not missed(cell, shares, draws, errors):
            return Result(cell=cell, shares=shares, draws=draws)
        draws = more
        shares = outcomes(cell.population, draws, seed=(number, stage))
    return Result(cell=cell, shares=shares, draws=draws, missed=missed(cell, shares, draws, 3.0))


def percent(values):
    """Return the mean of some shares, and the largest of them."""
    return f"{100 * np.mean(values):.1f} ({100 * np.max(values):.1f})" if len(values) else "-"


def table(results, title, key):
    """Yield a Markdown table, a line for each value of `key`."""
    yield (
        f"| {title} | populations | at the limit: false block | at the limit: false pass "
        "| fair: false block | fair: met | fair: uncertain | twice the limit: not met "
        "| point estimates fail: fair | at the limit |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for value in dict.fromkeys(key(r.cell) for r in results):
        mine = [r for r in results if key(r.cell) == value]
        at = {t: [r.shares for r in mine if r.cell.truth == t] for t in TRUTHS}

        def mean(truth, outcome, at=at):
            values = [s[outcome] for s in at[truth]]
            return f"{100 * np.mean(values):.0f}" if values else "-"

        def worst(truth, outcome, at=at):
            return percent([s[outcome] for s in at[truth]])

        yield (
            f"| {value} | {len(mine)} | {worst('at the limit', 'not met')} "
            f"| {worst('at the limit', 'met')} | {worst('fair', 'not met')} "
            f"| {mean('fair', 'met')} | {mean('fair', 'uncertain')} "
            f"| {mean('twice the limit', 'not met')} | {mean('fair', 'point')} "
            f"| {mean('at the limit', 'point')} |"
        )


def tables(results):
    """Yield the grid's tables: by people, groups, check, prevalence, shape and design."""
    simple = [r for r in results if r.cell.design == "independent"]
    for title, key in (
        ("people", lambda c: f"{c.people:,}"),
        ("groups", lambda c: f"{c.groups}, {c.shape}"),
        ("check on", lambda c: c.rate.replace("_", " ")),
        ("prevalence", lambda c: f"{c.prevalence:.0%}"),
    ):
        yield from (*table(simple, title, key), "")
    others = [r for r in results if r.cell.design != "independent"]
    if others:
        yield from (*table(others, "design", lambda c: c.design), "")
    worst = [r for r in results if r.missed]
    draws = sum(r.draws for r in results)
    again = [r for r in results if r.draws >= AFRESH[0]]
    yield (
        f"{len(results):,} populations, {draws:,} draws; {len(again)} drawn again "
        f"{AFRESH[0]:,} or {AFRESH[1]:,} times because they lay above a bar; "
        f"{len(worst)} missed a bar."
    )
    for r in worst:
        c = r.cell
        yield (
            f"- MISSED: {r.missed}: {c.rate}, {c.people:,} people, {c.groups} groups {c.shape}, "
            f"prevalence {c.prevalence:.0%}, {c.truth}, {c.design}: {r.shares}"
        )
