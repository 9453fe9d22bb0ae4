"""The search for the subgroup whose outcomes lie furthest from what was expected of it.

A subgroup is a choice of values of each column (all of them, where a column does not matter). Its
score is the gain in log-likelihood when the odds of everybody in it are multiplied by one q:

    score(S) = max_q  events(S) * log q - sum_{i in S} log(1 - p_i + q * p_i) - penalty * values(S)

with q above 1 where more events are looked for than expected, and below 1 where fewer are. For one
column, the others held, the best of all its 2^k choices is found by looking at k numbers for each
q (additive linear-time subset scanning); going round the columns until nothing improves, from the
whole and from random starts, gives the best subgroup met.

References
----------
Zhang and Neill (2016), "Identifying significant predictive bias in classifiers", arXiv:1611.08292.
Speakman, Somanchi, McFowland and Neill (2016), "Penalized fast subset scanning", Journal of
Computational and Graphical Statistics 25(2), 382-404. AIF360 defines score and penalty
(``aif360.detectors.bias_scan``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.statistics.crossing import Crossing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from essex_standard.statistics.crossing import Array, Chosen

PENALTY = 2.0
"""For each value named, as AIF360 counts them. Its own default is next to nothing; the search then
finds a tangle of fifty values in pure noise, behind which a group of one or two values vanishes."""

MOST_ODDS = 1000.0
"""Odds are multiplied by no more, and divided by no more."""

GRID = 24
"""Values of q tried in the search; the score of what it finds is exact."""

_MOVES = 200
_GAIN = 1e-9
_PAIRS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """What a search found: the values chosen of each column, and the score."""

    chosen: Chosen
    score: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectation:
    """What is expected at each level, and the values of q tried, in one direction.

    Attributes
    ----------
    p : ndarray of float64, shape (levels,)
        In (0, 1).
    direction : int
        1: more events than expected; -1: fewer.
    log_q : ndarray of float64, shape (grid,)
    cost : ndarray of float64, shape (levels, grid)
        ``log(1 - p + q p)``.
    """

    p: NDArray[np.float64]
    direction: int
    log_q: NDArray[np.float64]
    cost: NDArray[np.float64]

    @classmethod
    def of(cls, p: NDArray[np.float64], direction: int, grid: int = GRID) -> Expectation:
        """Tabulate the costs once for many searches."""
        log_q = direction * np.geomspace(0.02, np.log(MOST_ODDS), grid)
        return cls(
            p=p, direction=direction, log_q=log_q, cost=np.log1p(p[:, None] * np.expm1(log_q))
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """A crossing and what is expected of it, made ready for searching many tables of events.

    Attributes
    ----------
    of_all : ndarray of shape (values of all columns, grid)
        What it costs each value at each q: ``sum log(1 - p + q p)`` over its people.
    of_value : tuple of ndarray, shape (values of one column, values of all columns, grid)
        The same among people who have a value of one column.
    """

    crossing: Crossing
    expectation: Expectation
    of_all: Array = field(repr=False)
    of_value: tuple[Array, ...] = field(repr=False)

    @classmethod
    def of(cls, crossing: Crossing, expectation: Expectation) -> Search:
        """Add up the costs once."""
        cost = expectation.cost
        return cls(
            crossing=crossing,
            expectation=expectation,
            of_all=crossing.of_all @ cost,
            of_value=tuple(of @ cost for of in crossing.of_value),
        )


def subgroup_score(
    events: float,
    people: NDArray[np.float64],
    p: NDArray[np.float64],
    direction: int,
    penalty: float = 0.0,
) -> float:
    """Return the score of one subgroup at the q that suits it best.

    Parameters
    ----------
    events : float
        Events in it.
    people, p : ndarray of shape (levels,)
        People at each level, and the probability expected there.
    direction : int
        1 or -1; a subgroup that lies the other way scores 0 before the penalty.
    """
    log_q = best_log_q(events, people, p)
    if log_q * direction <= 0:
        return -penalty
    return float(events * log_q - people @ np.log1p(p * np.expm1(log_q))) - penalty


def best_log_q(events: float, people: NDArray[np.float64], p: NDArray[np.float64]) -> float:
    """Return the log of the q with the highest likelihood, held within `MOST_ODDS`."""
    end = float(np.log(MOST_ODDS))
    low, high, at = -end, end, 0.0
    for _ in range(100):
        q = np.exp(at)
        r = q * p / (1 - p + q * p)
        slope = events - float(people @ r)
        if slope > 0:
            low = at
        else:
            high = at
        curve = float(people @ (r * (1 - r)))
        step = at + slope / curve if curve > 0 else np.inf
        # Newton's step where it stays between the bounds, half the way otherwise.
        after = step if low < step < high else (low + high) / 2
        if abs(after - at) < 1e-7:
            return after
        at = after
    return at


def scan(
    search: Search,
    events: NDArray[np.float64],
    *,
    rng: np.random.Generator,
    restarts: int,
    penalty: float = PENALTY,
    enough: float = np.inf,
    besides: Sequence[Chosen] = (),
) -> Subgroup:
    """Search for the subgroup of the highest score.

    Parameters
    ----------
    events : ndarray of float64, shape (cells,)
    restarts : int
        Starts in all: everybody; the two best crossings of a value with values of another column;
        and at random half of the values of two columns.
    enough : float
        The search stops as soon as it meets this score.
    besides : sequence of choices
        Further starts.

    Returns
    -------
    Subgroup
        Everybody, with score 0 or less, where no subgroup stands out.
    """
    table = _Table(search, events)
    best = Subgroup(chosen=search.crossing.whole(), score=-np.inf)
    for chosen in chain(map(list, besides), _starts(table, penalty, restarts, rng)):
        found = _ascend(table, chosen, penalty, enough)
        if found.score > best.score:
            best = found
        if best.score >= enough:
            break
    return best


def score_of(
    search: Search,
    events: NDArray[np.float64],
    chosen: Chosen,
    penalty: float = PENALTY,
) -> float:
    """Return the score of a given subgroup."""
    crossing, expectation = search.crossing, search.expectation
    restricted = [a for a, values in enumerate(chosen) if not values.all()]
    if restricted:
        inside = crossing.kept(restricted, chosen)
        people, number = crossing.by_level(inside), float(events[inside].sum())
    else:
        people, number = crossing.of_all[crossing.block(0)].sum(axis=0), float(events.sum())
    cost = penalty * values_named(chosen)
    return subgroup_score(number, people, expectation.p, expectation.direction, cost)


def values_named(chosen: Sequence[NDArray[np.bool_]]) -> int:
    """Return how many values it takes to describe a subgroup; a whole column takes none."""
    return sum(int(values.sum()) for values in chosen if not values.all())


# The ascent ----------------------------------------------------------------------------------


class _Table:
    """The events of one table, and costs and events by value as the ascent asks for them."""

    __slots__ = ("_codes", "_number", "_of_all", "_places", "_seen", "events", "search")

    def __init__(self, search: Search, events: Array) -> None:
        some = np.flatnonzero(events)
        self.search = search
        self.events = events
        self._codes = np.take(search.crossing.codes, some, axis=1)
        self._places = search.crossing.places[some]
        self._number = None if (events[some] == 1).all() else events[some]
        self._of_all = self._events(None)
        self._seen: set[bytes] = set()

    def has_been_at(self, chosen: Sequence[NDArray[np.bool_]]) -> bool:
        """Return whether an ascent has been here before: from here on it would go the same way."""
        here = b"".join(values.tobytes() for values in chosen)
        been = here in self._seen
        self._seen.add(here)
        return been

    def by_value(self, chosen: Sequence[NDArray[np.bool_]]) -> tuple[Array, Array]:
        """Return costs (values x grid) and events (values) of those whom all others keep.

        Each value of a column is counted among those whom every *other* column keeps.
        """
        restricted = [a for a, values in enumerate(chosen) if not values.all()]
        if not restricted:
            return self.search.of_all, self._of_all
        cost, events = self._among(restricted, chosen)
        for a in restricted:
            block = self.search.crossing.block(a)
            others = [b for b in restricted if b != a]
            if others:
                of_cost, of_events = self._among(others, chosen, only=a)
            else:
                of_cost, of_events = self.search.of_all[block], self._of_all[block]
            cost[block], events[block] = of_cost, of_events
        return cost, events

    def of_pairs(self) -> tuple[Array, ...]:
        """Return, for each column, the events of those with each of its values and each of all."""
        crossing = self.search.crossing
        sizes, wide = crossing.sizes, self._codes.astype(np.int64)
        found = tuple(np.zeros((size, len(crossing.of_all))) for size in sizes)
        for a, b in combinations(range(len(sizes)), 2):
            both = np.bincount(
                wide[a] * sizes[b] + wide[b], weights=self._number, minlength=sizes[a] * sizes[b]
            ).reshape(sizes[a], sizes[b])
            found[a][:, crossing.block(b)] = both
            found[b][:, crossing.block(a)] = both.T
        return found

    def _among(
        self, columns: list[int], chosen: Sequence[NDArray[np.bool_]], only: int | None = None
    ) -> tuple[Array, Array]:
        """Return costs and events by value among those whom `columns` keep."""
        crossing = self.search.crossing
        block = slice(None) if only is None else crossing.block(only)
        inside = chosen[columns[0]][self._codes[columns[0]]]
        for b in columns[1:]:
            inside &= chosen[b][self._codes[b]]
        events = self._events(inside)[block]
        if len(columns) == 1:
            of = self.search.of_value[columns[0]][chosen[columns[0]]]
            return of[:, block].sum(axis=0), events
        cells = crossing.kept(columns, chosen)
        places = crossing.places[cells] if only is None else crossing.places[cells, only][:, None]
        key = places * crossing.levels + crossing.level[cells][:, None]
        weights = None
        if not crossing.single:
            weights = np.repeat(crossing.people[cells], places.shape[1])
        size = len(crossing.of_all) * crossing.levels
        people = np.bincount(key.ravel(), weights=weights, minlength=size)
        return people.reshape(-1, crossing.levels)[block] @ self.search.expectation.cost, events

    def _events(self, inside: NDArray[np.bool_] | None) -> Array:
        places, number = self._places, self._number
        if inside is not None:
            places = places[inside]
            number = None if number is None else number[inside]
        weights = None if number is None else np.repeat(number, places.shape[1])
        size = len(self.search.crossing.of_all)
        return np.bincount(places.ravel(), weights=weights, minlength=size).astype(np.float64)


def _starts(
    table: _Table, penalty: float, restarts: int, rng: np.random.Generator
) -> Iterator[list[NDArray[np.bool_]]]:
    """Yield everybody, then the best crossings of two columns, then chance.

    Ascending from everybody takes one column first; who stands out only where two columns cross
    is met from there.
    """
    crossing = table.search.crossing
    yield list(crossing.whole())
    pairs = _best_pairs(table, penalty)[: min(_PAIRS, restarts - 1)] if restarts > 1 else []
    for a, v, b, values in pairs:
        chosen = list(crossing.whole())
        chosen[a] = np.arange(crossing.sizes[a]) == v
        chosen[b] = values
        yield chosen
    for _ in range(restarts - 1 - len(pairs)):
        chosen = list(crossing.whole())
        for a in rng.permutation(len(chosen))[:2]:
            chosen[a] = rng.random(crossing.sizes[a]) < 0.5
        yield chosen


def _best_pairs(table: _Table, penalty: float) -> list[tuple[int, int, int, NDArray[np.bool_]]]:
    """Return (column, value, other column, its values): the best of each two, best first."""
    search, crossing = table.search, table.search.crossing
    log_q = search.expectation.log_q
    best: dict[tuple[int, int], tuple[float, int, int, int, NDArray[np.bool_]]] = {}
    for a, events in enumerate(table.of_pairs()):
        net = events[:, :, None] * log_q - search.of_value[a] - penalty
        some = np.add.reduceat(np.maximum(net, 0), crossing.first, axis=1)
        at = some.argmax(axis=2)
        top = np.take_along_axis(some, at[:, :, None], axis=2)[:, :, 0]
        for b in range(len(crossing.sizes)):
            v = int(top[:, b].argmax())
            pair = (min(a, b), max(a, b))
            if a != b and top[v, b] > best.get(pair, (0.0,))[0]:
                values = net[v, crossing.block(b), at[v, b]] > 0
                best[pair] = (float(top[v, b]), a, v, b, values)
    return [found[1:] for found in sorted(best.values(), key=lambda found: -found[0])]


def _ascend(
    table: _Table, chosen: list[NDArray[np.bool_]], penalty: float, enough: float
) -> Subgroup:
    """Choose the values of the column that gains most, until none gains any more."""
    search, crossing = table.search, table.search.crossing
    score = -np.inf
    for _ in range(_MOVES):
        if table.has_been_at(chosen):
            break
        cost, events = table.by_value(chosen)
        gain = events[:, None] * search.expectation.log_q - cost
        net = gain - penalty
        some = np.add.reduceat(np.maximum(net, 0), crossing.first, axis=0)
        every = np.add.reduceat(gain, crossing.first, axis=0)
        named = np.array([0 if v.all() else int(v.sum()) for v in chosen])
        best = np.maximum(some, every).max(axis=1) - penalty * (named.sum() - named)
        a = int(best.argmax())
        if best[a] <= score + _GAIN:
            break
        score, at = float(best[a]), int(some[a].argmax())
        if some[a, at] > max(every[a].max(), 0.0):
            chosen[a] = net[crossing.block(a), at] > 0
        else:
            chosen[a] = np.ones(crossing.sizes[a], dtype=bool)
        if score >= enough:
            break
    return Subgroup(
        chosen=tuple(chosen), score=score_of(search, table.events, tuple(chosen), penalty)
    )
