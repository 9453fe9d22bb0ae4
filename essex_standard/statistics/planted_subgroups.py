"""Whether a search would have found a subgroup of the size asked for, had there been one.

A subgroup is planted at random, so far beyond what is expected; the search must then score higher
than it did on the data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from essex_standard.statistics.crossing import Crossing
from essex_standard.statistics.subset_scan import Search, scan, values_named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.statistics.crossing import Array, Chosen
    from essex_standard.statistics.subset_test import People, SubsetExcess

RESTARTS = 3
"""Everybody, and the two best crossings of two columns."""

_PLANTED, _MISSED = 99, 5
_FAR = 14.0
"""Odds are not looked for beyond a million to one."""

_MOST_VALUES = 6


def p_planted(excess: SubsetExcess, x: float) -> float:
    """Return the p-value of a low score where a subgroup is planted, by its size, x beyond."""
    people = excess.people
    rng = np.random.default_rng([people.seed, excess.direction + 1, 2])
    search = people.against(excess.direction)
    if float(excess.sizes.sum()) < excess.smallest:
        return 1.0
    missed = 0
    for drawn in range(1, _PLANTED + 1):
        inside = people.crossing.inside(_random_subgroup(excess, rng))
        # One larger than asked for gives no more evidence than one of the size asked for.
        shrink = min(1.0, excess.smallest / float(excess.sizes[inside].sum()))
        shift = excess.direction * x * float(np.sqrt(shrink))
        planted = _planted_events(people, inside, shift, rng)
        if planted is None:
            continue
        crossing, events = planted
        found = scan(
            search if crossing is people.crossing else Search.of(crossing, search.expectation),
            events, rng=rng, restarts=RESTARTS, enough=np.nextafter(excess.top, np.inf),
        )  # fmt: skip
        missed += found.score <= excess.top
        if missed >= _MISSED:
            return missed / drawn
    return (missed + 1) / (_PLANTED + 1)


def _planted_events(
    people: People, inside: NDArray[np.bool_], shift: float, rng: np.random.Generator
) -> tuple[Crossing, Array] | None:
    """Return events where those inside lie `shift` beyond what is expected of all at their level.

    Their odds are multiplied alike; the others at each level lie below by as much as keeps the
    level's total. With clusters only one of so many people is kept, so that noise and signal are
    in the proportion they have there. None where shares below 0 or above 1 would be needed.
    """
    crossing = people.crossing
    level, n = crossing.level, crossing.people
    mine, others = crossing.by_level(inside), crossing.by_level(~inside)
    if not 0 < float(mine @ people.p) / float(mine.sum()) + shift < 1:
        return None
    moved = _moved_odds(mine, people.p, shift) - people.p
    with np.errstate(invalid="ignore", divide="ignore"):
        back = np.where(others > 0, moved * mine / others, 0.0)
    p = np.clip(people.p[level] + np.where(inside, moved[level], -back[level]), 0.0, 1.0)
    if people.design_effect > 1:
        kept = rng.binomial(n.astype(np.int64), 1 / people.design_effect)
        return _thinned(crossing, kept), rng.binomial(kept, p).astype(np.float64)
    if crossing.single:
        return crossing, (rng.random(len(p)) < p).astype(np.float64)
    return crossing, rng.binomial(n.astype(np.int64), p).astype(np.float64)


def _moved_odds(people: Array, p: Array, shift: float) -> Array:
    """Return the probabilities whose odds are multiplied so that their mean moves by `shift`."""
    low, high = -_FAR, _FAR
    for _ in range(60):
        q = np.exp((low + high) / 2)
        moved: Array = q * p / (1 - p + q * p)
        if float(people @ (moved - p)) < shift * float(people.sum()):
            low = (low + high) / 2
        else:
            high = (low + high) / 2
    return moved


def _thinned(crossing: Crossing, kept: NDArray[np.int64]) -> Crossing:
    return Crossing.of(crossing.codes, crossing.sizes, crossing.level, kept, crossing.levels)


def _random_subgroup(excess: SubsetExcess, rng: np.random.Generator) -> Chosen:
    """Return a subgroup of about the size asked for, of one to three columns around one person.

    From everybody, values of one column after another are left out at random, never so many that
    fewer than the size remain.
    """
    crossing, sizes = excess.people.crossing, excess.sizes
    person = int(rng.integers(len(crossing.level)))
    chosen = list(crossing.whole())
    inside = np.ones(len(crossing.level), dtype=bool)
    left = float(sizes.sum())
    for a in rng.permutation(len(crossing.sizes)):
        of_value = np.bincount(
            crossing.codes[a][inside], weights=sizes[inside], minlength=crossing.sizes[a]
        )
        values = np.ones(crossing.sizes[a], dtype=bool)
        for v in rng.permutation(crossing.sizes[a]):
            if v != crossing.codes[a][person] and left - of_value[v] >= excess.smallest:
                values[v] = False
                left -= float(of_value[v])
        if values[of_value > 0].all():
            continue
        chosen[a] = values
        inside &= values[crossing.codes[a]]
        if left < 1.5 * excess.smallest or values_named(chosen) >= _MOST_VALUES:
            break
    return tuple(chosen)
