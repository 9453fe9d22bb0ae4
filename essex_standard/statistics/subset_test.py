"""How sure a search for the worst-off subgroup can be of what it found, or of having found nothing.

The highest of many scores is high by chance alone; what it must beat is what the same search finds
in simulated tables where nothing is amiss (or where everybody is amiss by the limit):

    more than x:       events ~ Binomial(people, p + x): does the search against p + x score as high
                       there as on the data?    -> `above(x)`
    no more than x:    events as expected but for a subgroup of the size asked for, x above: does
                       the search against p score as low there as on the data?     -> `below(x)`

Both are Monte Carlo tests of all subgroups at once, exact at any number of tables (Besag and
Clifford 1991: stop early once enough tables have beaten the data).

References
----------
Dwass (1957), Annals of Mathematical Statistics 28(1), 181-187. Besag and Clifford (1991),
"Sequential Monte Carlo p-values", Biometrika 78(2), 301-304.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from essex_standard.statistics.crossing import Crossing
from essex_standard.statistics.planted_subgroups import RESTARTS, p_planted
from essex_standard.statistics.subset_scan import (
    PENALTY,
    Expectation,
    Search,
    Subgroup,
    best_log_q,
    scan,
    score_of,
    values_named,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.statistics.crossing import Array, Chosen

TABLES = 199
"""Simulated tables at most: enough to tell a p-value of 0.005."""

_BEATEN = 10
"""Tables that beat the data after which no p-value can fall below 0.05 any more."""

_DISCOVERY = 0.025
"""Two directions are searched: nothing is said to stand out in 95 of 100 clean populations."""

_EDGE = 1e-6
_FAR = 14.0
"""Odds are not looked for beyond a million to one."""

_PLAIN = 0.75
"""Share of the score that a plainer description must keep."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class People:
    """Who is searched: their crossing, what was expected of them, and what happened.

    Attributes
    ----------
    p : ndarray of shape (levels,)
        Expected probability at each level.
    events : ndarray of shape (cells,)
    design_effect : float
        By how much clusters inflate the variance of events; scores are divided by it.
    seed : int
    """

    crossing: Crossing
    p: NDArray[np.float64]
    events: NDArray[np.float64]
    design_effect: float = 1.0
    seed: int = 0

    @property
    def penalty(self) -> float:
        """For each value named; it grows with the design effect, as chance does."""
        return PENALTY * self.design_effect

    def searched(
        self, search: Search, rng: np.random.Generator, besides: Sequence[Chosen] = ()
    ) -> Subgroup:
        """Search the data."""
        return scan(
            search, self.events, rng=rng, restarts=RESTARTS, penalty=self.penalty, besides=besides
        )

    def against(self, direction: int, p: Array | None = None) -> Search:
        """Make ready to search against what is expected of each level, by default `p`."""
        return Search.of(self.crossing, Expectation.of(self.p if p is None else p, direction))

    def drawn(self, p: Array, rng: np.random.Generator) -> Array:
        """Return simulated events of each cell."""
        of_cell = p[self.crossing.level]
        if self.crossing.single:
            return (rng.random(len(of_cell), dtype=np.float32) < of_cell).astype(np.float64)
        return rng.binomial(self.crossing.people.astype(np.int64), of_cell).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubsetExcess:
    """The largest excess of events over what was expected, among all subgroups, in one direction.

    It is a share of people: events minus expected events, by people. 0 where what was found may
    well be chance; negative where fewer events are looked for than expected.

    Attributes
    ----------
    direction : int
        1: more events than expected; -1: fewer.
    found : Subgroup
        The plainest description that keeps three quarters of the score.
    p_value : float
        Of a score like this where nothing is amiss.
    smallest : float
        People, or what `sizes` counts, in the subgroups that *below* is about.
    sizes : ndarray of shape (cells,)
    """

    people: People
    direction: Literal[1, -1]
    found: Subgroup
    top: float
    p_value: float
    by_chance: tuple[float, ...] = field(repr=False)
    smallest: float
    sizes: NDArray[np.float64] = field(repr=False)
    _memo: dict[tuple[str, float], float] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        people: People,
        direction: Literal[1, -1],
        *,
        smallest: float,
        sizes: NDArray[np.float64] | None = None,
    ) -> SubsetExcess:
        """Search the data, and tables where nothing is amiss."""
        search = people.against(direction)
        rng = np.random.default_rng([people.seed, direction + 1])
        best = people.searched(search, rng)
        top = best.score / people.design_effect
        p_value, by_chance = _p_value(
            top,
            lambda: scan(search, people.drawn(people.p, rng), rng=rng, restarts=RESTARTS).score,
            most=TABLES,
            stop=_BEATEN,
        )
        return cls(
            people=people,
            direction=direction,
            found=_plainest(search, people, best),
            top=top,
            p_value=p_value,
            by_chance=by_chance,
            smallest=smallest,
            sizes=people.crossing.people if sizes is None else sizes,
        )

    @property
    def is_found(self) -> bool:
        """Whether the score is higher than chance would explain."""
        return self.p_value <= _DISCOVERY

    @property
    def inside(self) -> NDArray[np.bool_]:
        """The cells of the subgroup found."""
        return self.people.crossing.inside(self.found.chosen)

    @property
    def value(self) -> float:
        """Events minus expected events by people in the subgroup found, or 0."""
        return self._excess()[0] if self.is_found else 0.0

    def above(self, x: float) -> float:
        """Return 1 minus the p-value of 'no subgroup lies more than x above what was expected'."""
        if self.direction < 0:
            return 0.0 if x >= 0 else 1 - self._p_within(-x)
        return 1.0 if x < 0 else 1 - self._p_beyond(x)

    def below(self, x: float) -> float:
        """Return 1 minus the p-value of 'some subgroup lies x above what was expected'."""
        if self.direction < 0:
            return 1.0 if x > 0 else 1 - self._p_beyond(-x)
        return 0.0 if x <= 0 else 1 - self._p_within(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the excesses whose score lies within what chance adds to the best one.

        Likelihood intervals as wide as the highest of all scores by chance demands hold for all
        subgroups together (Scheffe), and so for the one that was picked. (0, 0) where none was.
        """
        if not self.is_found:
            return 0.0, 0.0
        _, events, people = self._excess()
        chance = np.sort([0.0, *self.by_chance])
        allowed = float(np.quantile(chance, confidence)) + PENALTY * values_named(self.found.chosen)
        return _likelihood_interval(
            events / self.people.design_effect,
            people / self.people.design_effect,
            self.people.p,
            allowed,
        )

    def _excess(self) -> tuple[float, float, Array]:
        """Return the excess of the subgroup found, its events and its people at each level."""
        crossing, inside = self.people.crossing, self.inside
        people = crossing.by_level(inside)
        events = float(self.people.events[inside].sum())
        total = float(people.sum())
        return (events - float(people @ self.people.p)) / total if total else 0.0, events, people

    def _p_beyond(self, x: float) -> float:
        """Return the p-value of 'nobody's chance lies more than x beyond what was expected'."""
        if x <= 0 or self.p_value > _DISCOVERY:
            return self.p_value

        def test() -> float:
            people = self.people
            p = np.clip(people.p + self.direction * x, _EDGE, 1 - _EDGE)
            plain, shifted = people.against(self.direction), people.against(self.direction, p)
            rng = np.random.default_rng([people.seed, self.direction + 1, 1])

            # What lies beyond x lies beyond nothing too: that is where to start from.
            start = people.searched(plain, rng).chosen
            top = people.searched(shifted, rng, [start]).score / people.design_effect

            def by_chance() -> float:
                events = people.drawn(p, rng)
                start = scan(plain, events, rng=rng, restarts=RESTARTS).chosen
                return scan(shifted, events, rng=rng, restarts=RESTARTS, besides=[start]).score

            found, _ = _p_value(top, by_chance, most=TABLES, stop=_BEATEN)
            return max(found, self.p_value)

        return self._once("beyond", x, test)

    def _p_within(self, x: float) -> float:
        """Return the p-value of 'some subgroup of the size asked for lies x beyond'."""
        if self.is_found and abs(self.value) > x:
            return 1.0
        return self._once("within", x, lambda: p_planted(self, x))

    def _once(self, what: str, x: float, test: Callable[[], float]) -> float:
        key = (what, x)
        if key not in self._memo:
            self._memo[key] = test()
        return self._memo[key]


def _p_value(
    observed: float, draw: Callable[[], float], *, most: int, stop: int
) -> tuple[float, tuple[float, ...]]:
    """Return Besag and Clifford's p-value of a high score, and the scores drawn."""
    drawn: list[float] = []
    beaten = 0
    while len(drawn) < most and beaten < stop:
        drawn.append(draw())
        beaten += drawn[-1] >= observed
    p = beaten / len(drawn) if beaten >= stop else (beaten + 1) / (most + 1)
    return p, tuple(drawn)


def _plainest(search: Search, people: People, best: Subgroup) -> Subgroup:
    """Leave out columns, one by one, as long as most of the score remains."""
    chosen = list(best.chosen)
    plainest = best
    while True:
        tried = []
        for a, values in enumerate(chosen):
            if values.all():
                continue
            without = [np.ones_like(v) if b == a else v for b, v in enumerate(chosen)]
            if not values_named(without):
                continue
            score = score_of(search, people.events, tuple(without), people.penalty)
            tried.append((score, tuple(without)))
        if not tried:
            return plainest
        score, without_one = max(tried, key=lambda pair: pair[0])
        if score < _PLAIN * best.score:
            return plainest
        chosen = list(without_one)
        plainest = Subgroup(chosen=without_one, score=score)


# Intervals -----------------------------------------------------------------------------------


def _likelihood_interval(
    events: float, people: Array, p: Array, allowed: float
) -> tuple[float, float]:
    """Return the ends of the excess whose log-likelihood is `allowed` below the highest."""
    best = best_log_q(events, people, p)
    total = float(people.sum())

    def fall(log_q: float) -> float:
        return events * log_q - float(people @ np.log1p(p * np.expm1(log_q)))

    def excess(log_q: float) -> float:
        q = np.exp(log_q)
        return float(people @ (q * p / (1 - p + q * p) - p)) / total

    ends = []
    for far in (-_FAR, _FAR):
        near, away = best, far
        for _ in range(60):
            middle = (near + away) / 2
            if fall(best) - fall(middle) <= allowed:
                near = middle
            else:
                away = middle
        ends.append(excess(near))
    return ends[0], ends[1]
