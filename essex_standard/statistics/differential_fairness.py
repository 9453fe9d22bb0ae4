"""Smoothed empirical differential fairness: the widest ratio of decisions between two groups.

    epsilon = max over groups i, j and decisions d of |log P(d | i) - log P(d | j)|
    P(flagged | i) = (flagged + 1/2) / (people + 1)

0 means that every group is flagged equally often; log(1.25) = 0.223 is four fifths.

A maximum over groups is inflated by small ones: of many groups alike, some lie apart by chance.
`epsilon > x` is therefore shown only by a pair that is: the exact test of a ratio of two shares
(melded, see `proportions`), with Bonferroni's correction for all pairs, both directions and both
decisions. `epsilon < x` needs all of them (an intersection-union test).

References
----------
Foulds, Islam, Keya and Pan (2020), "An intersectional definition of fairness", ICDE;
`aif360.sklearn.metrics.smoothed_edf`. Berger (1982), Technometrics 24(4), 295-300.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.statistics.proportions import Proportion, ProportionRatio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import ArrayLike, NDArray

CONCENTRATION = 1.0
"""AIF360's default: half a person added to each of the two decisions."""

_LOOKED_AT = 8
"""Pairs tested exactly, the most telling first; further ones hardly lower the smallest p-value, and
leaving them out only makes `above` more cautious."""

_REACH = 12.0


def smoothed_edf(flagged: ArrayLike, people: ArrayLike) -> float:
    """Return epsilon of groups, of whom so many were flagged.

    Parameters
    ----------
    flagged, people : array of shape (groups,)
        (Weighted) counts.
    """
    k, n = np.asarray(flagged, dtype=float), np.asarray(people, dtype=float)
    if len(n) < 2:
        return math.nan
    rate = (k + CONCENTRATION / 2) / (n + CONCENTRATION)
    return float(max(np.ptp(np.log(rate)), np.ptp(np.log1p(-rate))))


@dataclass(frozen=True, slots=True)
class DifferentialFairness:
    """Epsilon of one set of groups.

    Parameters
    ----------
    value : float
        The smoothed epsilon of the (weighted) counts.
    groups : tuple of Proportion
        Those flagged in each group, effective counts; at least two.
    """

    value: float
    groups: tuple[Proportion, ...]

    def above(self, x: float) -> float:
        """Return one minus the corrected p-value of 'epsilon is at most `x`'."""
        if x < 0:
            return 1.0
        hypotheses = 2 * len(self.groups) * (len(self.groups) - 1)
        best = max(pair.above(math.exp(x)) for pair in self._ratios(x, closest=False))
        return max(0.0, 1.0 - hypotheses * (1.0 - best))

    def below(self, x: float) -> float:
        """Return one minus the p-value of 'epsilon is at least `x`'."""
        if x <= 0:
            return 0.0
        return min(pair.below(math.exp(x)) for pair in self._ratios(x, closest=True))

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval whose ends `above` and `below` would just reject on each side."""
        side = (1 + confidence) / 2
        low = _edge(lambda x: self.above(x) >= side)
        high = _edge(lambda x: self.below(x) < side)
        return min(low, self.value), max(high, self.value)

    def _ratios(self, x: float, *, closest: bool) -> Iterator[ProportionRatio]:
        """Yield the pairs furthest beyond `x`, or (the same order) least surely within it."""
        for flagged in (True, False):
            sides = self.groups if flagged else tuple(_other(p) for p in self.groups)
            z = _standing(sides, x)
            order = np.argsort(-z, axis=None)[: _LOOKED_AT if closest else _LOOKED_AT // 2]
            for place in order:
                i, j = np.unravel_index(place, z.shape)
                if np.isfinite(z[i, j]):
                    yield ProportionRatio(sides[int(i)], sides[int(j)])


def _other(p: Proportion) -> Proportion:
    return Proportion(p.n - p.k, p.n)


def _standing(sides: Sequence[Proportion], x: float) -> NDArray[np.float64]:
    """Return by how many standard errors log(p_i / p_j) exceeds x, -inf on the diagonal."""
    k, n = (np.array([getattr(p, name) for p in sides]) for name in ("k", "n"))
    rate = (k + 0.5) / (n + 1)
    variance = (1 - rate) / (rate * (n + 1))
    apart = np.log(rate)[:, None] - np.log(rate)[None, :] - x
    z = apart / np.sqrt(variance[:, None] + variance[None, :])
    np.fill_diagonal(z, -np.inf)
    return np.asarray(z, dtype=np.float64)


def _edge(holds: Callable[[float], bool]) -> float:
    """Return where a falling condition stops to hold, between 0 and its reach."""
    low, high = 0.0, _REACH
    if not holds(low):
        return 0.0
    for _ in range(30):
        middle = (low + high) / 2
        if holds(middle):
            low = middle
        else:
            high = middle
    return low
