"""By what factor all the numbers of a column grew, or shrank: what a change of unit does.

    r_q   = q-quantile of |new| / q-quantile of |old|, zeros left out, q = 1/4, 1/2, 3/4
    grew  = min(r_q)        shrank = min(1 / r_q)        value = max(grew, shrank, 1)

A change of unit multiplies every number by one factor, so that it shows at every quantile: the
least of the three is told. A shift, more spread or a longer tail moves some quantiles much and
others little. Zeros are the same in any unit.

*Above x* is a test at each quantile that the new one is no more than x times the old one, of which
all must be rejected (an intersection-union test, Berger 1982). The share of new numbers up to x
times the old quantile is set against q; where both have one shape its variance is
q (1 - q) (1 / n + 1 / m) (Mosteller 1946). Nothing is shown where the ratios lie too far apart for
one factor, or where numbers shrank and zeros became fewer (rounding makes more of them), or grew
and zeros became more. *Below x* asks for one quantile only and is corrected for three.

References
----------
Berger (1982), "Multiparameter hypothesis testing and acceptance sampling", Technometrics 24(4),
295-300.
Mosteller (1946), "On some useful inefficient statistics", Annals of Mathematical Statistics 17(4),
377-408.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUANTILES = (0.25, 0.5, 0.75)
ONE_FACTOR = 3.0
"""Ratios further apart than this are no change of unit, rounded or not: values were added."""

_ZEROS = 0.05
"""By how much the share of zeros may move of itself."""

_LARGEST = 2.0**1000
_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Magnitudes:
    """How large numbers are, zeros left out.

    Parameters
    ----------
    at : ndarray of shape (k,)
        Distinct magnitudes, ascending, > 0.
    up_to : ndarray of int64, shape (k,)
        Numbers up to each of them.
    zeros : int
        Numbers that are zero.
    """

    at: NDArray[np.float64]
    up_to: NDArray[np.int64]
    zeros: int = 0

    @classmethod
    def of(cls, values: NDArray[np.float64], rows: NDArray[np.int64]) -> Self:
        """Return the magnitudes of distinct values and how many rows hold each."""
        size = np.abs(values)
        at, place = np.unique(size[size > 0], return_inverse=True)
        counts = np.zeros(len(at), dtype=np.int64)
        np.add.at(counts, place, rows[size > 0])
        return cls(at, np.cumsum(counts), int(rows[size == 0].sum()))

    @property
    def n(self) -> int:
        """How many numbers are not zero."""
        return int(self.up_to[-1]) if len(self.up_to) else 0

    def quantile(self, q: float) -> float:
        """Return the least magnitude that a share `q` does not exceed."""
        return float(self.at[np.searchsorted(self.up_to, q * self.n, side="left")])

    def share(self, x: float, *, with_it: bool) -> float:
        """Return the share of numbers up to `x`, `x` itself with them or not."""
        i = int(np.searchsorted(self.at, x, side="right" if with_it else "left"))
        return float(self.up_to[i - 1]) / self.n if i else 0.0


@dataclass(frozen=True, slots=True)
class ScaleChange:
    """The factor between two populations' numbers; 1 is no change, whichever way it goes.

    Parameters
    ----------
    new, old : Magnitudes
        Both with at least one number.
    """

    new: Magnitudes
    old: Magnitudes

    @property
    def ratio(self) -> float:
        """New by old: above 1 where numbers grew at every quantile, below where they shrank."""
        grew, shrank = _factor(self.new, self.old), _factor(self.old, self.new)
        return grew if grew > 1 else 1 / shrank if shrank > 1 else 1.0

    @property
    def middle(self) -> float:
        """The middle one of the three ratios: nearer to a true factor than the least, unjudged."""
        return float(np.median(self._ratios()))

    def _zeros_fit(self) -> bool:
        """Return whether zeros became no fewer where numbers shrank, no more where they grew."""
        sizes = [side.n + side.zeros for side in (self.new, self.old)]
        new, old = (s.zeros / n for s, n in zip((self.new, self.old), sizes, strict=True))
        both = (self.new.zeros + self.old.zeros) / sum(sizes)
        chance = _ZEROS + 3 * math.sqrt(both * (1 - both) * sum(1 / n for n in sizes))
        return new >= old - chance if self.middle < 1 else new <= old + chance

    def _ratios(self) -> list[float]:
        return [self.new.quantile(q) / self.old.quantile(q) for q in QUANTILES]

    @property
    def value(self) -> float:
        """The factor, at least 1."""
        return max(self.ratio, 1 / self.ratio)

    def above(self, x: float) -> float:
        """Return one minus the p-value of 'the factor is at most `x`'."""
        if x < 1:
            return 1.0
        ratios = self._ratios()
        if max(ratios) > ONE_FACTOR * min(ratios) or not self._zeros_fit():
            return 0.0
        return max(_surely_above(self.new, self.old, x), _surely_above(self.old, self.new, x))

    def below(self, x: float) -> float:
        """Return one minus the p-value of 'the factor is at least `x`'."""
        if x <= 1:
            return 0.0
        return min(_surely_below(self.new, self.old, x), _surely_below(self.old, self.new, x))

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the factors that neither test rejects, each at half of what is left over."""
        sure = 1 - (1 - confidence) / 2
        low = _last(lambda x: self.above(x) >= sure)
        high = _last(lambda x: self.below(x) < sure)
        return low, max(low, high)


def _factor(new: Magnitudes, old: Magnitudes) -> float:
    return min(new.quantile(q) / old.quantile(q) for q in QUANTILES)


def _error(q: float, new: Magnitudes, old: Magnitudes) -> float:
    return math.sqrt(q * (1 - q) * (1 / new.n + 1 / old.n))


def _surely_above(new: Magnitudes, old: Magnitudes, x: float) -> float:
    """Return how sure it is that `new` is more than `x` times `old` at every quantile."""
    return min(
        _phi((q - new.share(x * old.quantile(q), with_it=True)) / _error(q, new, old))
        for q in QUANTILES
    )


def _surely_below(new: Magnitudes, old: Magnitudes, x: float) -> float:
    """Return how sure it is that `new` is less than `x` times `old` at some quantile."""
    p = min(
        1 - _phi((new.share(x * old.quantile(q), with_it=False) - q) / _error(q, new, old))
        for q in QUANTILES
    )
    return 1 - min(1.0, len(QUANTILES) * p)


def _phi(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _last(holds: Callable[[float], bool]) -> float:
    """Return the largest factor from 1 on for which something holds that holds up to a point."""
    low, high = 0.0, math.log2(_LARGEST)
    if not holds(1.0000001):
        return 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(2.0**middle) else (low, middle)
    return float(2.0**low)
