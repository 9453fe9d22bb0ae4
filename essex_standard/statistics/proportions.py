"""A rate, the gap between two rates and their ratio, from counts, with Jeffreys posteriors.

    p | k, n  ~  Beta(k + 1/2, n - k + 1/2)

The probability that ``p1 - p2`` (or ``p1 / p2``) lies above ``x`` is a one-dimensional integral,
taken over the narrower of the two posteriors so that the integrand is smooth. Counts may be
fractional: with weights or clusters they are effective counts, n divided by the design effect.

References
----------
Brown, Cai and DasGupta (2001), "Interval estimation for a binomial proportion", Statistical
Science 16(2), 101-133 (the Jeffreys interval and its ends at k = 0 and k = n).
Nurminen and Mutanen (1987), "Exact Bayesian analysis of two proportions", Scandinavian Journal of
Statistics 14(1), 67-77.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_NODES = 96
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Proportion:
    """``k`` of ``n``; 0 <= k <= n, n > 0."""

    k: float
    n: float

    @property
    def value(self) -> float:
        """The observed share ``k / n``."""
        return self.k / self.n

    def above(self, x: float) -> float:
        """Return the posterior probability that the share is above `x`."""
        return 1.0 - self.below(x)

    def below(self, x: float) -> float:
        """Return the posterior probability that the share is below `x`."""
        return float(_cdf(self, np.array([x]))[0])

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the Jeffreys interval; it reaches 0 when k = 0 and 1 when k = n."""
        from scipy.special import betaincinv

        tail = (1 - confidence) / 2
        a, b = self.k + 0.5, self.n - self.k + 0.5
        low = 0.0 if self.k <= 0 else float(betaincinv(a, b, tail))
        high = 1.0 if self.k >= self.n else float(betaincinv(a, b, 1 - tail))
        return min(low, self.value), max(high, self.value)


@dataclass(frozen=True, slots=True)
class ProportionDifference:
    """``first - second``, each a `Proportion` of its own, independent sample."""

    first: Proportion
    second: Proportion

    @property
    def value(self) -> float:
        """Difference of the observed shares, in [-1, 1]."""
        return self.first.value - self.second.value

    def above(self, x: float) -> float:
        """Return the posterior probability that ``p1 - p2 > x``."""
        return _clip(_expect(self.first, self.second, lambda p2: p2 + x, lambda p1: p1 - x))

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the equal-tailed posterior interval, widened to hold the observed difference."""
        tail = (1 - confidence) / 2
        low = _solve(lambda x: self.above(x) - (1 - tail), -1.0, 1.0)
        high = _solve(lambda x: self.above(x) - tail, -1.0, 1.0)
        return min(low, self.value), max(high, self.value)


@dataclass(frozen=True, slots=True)
class ProportionRatio:
    """``first / second``; the second's observed share must be above zero."""

    first: Proportion
    second: Proportion

    @property
    def value(self) -> float:
        """Ratio of the observed shares."""
        return self.first.value / self.second.value

    def above(self, x: float) -> float:
        """Return the posterior probability that ``p1 / p2 > x``."""
        if x <= 0:
            return 1.0
        return _clip(_expect(self.first, self.second, lambda p2: p2 * x, lambda p1: p1 / x))

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the equal-tailed posterior interval, widened to hold the observed ratio."""
        tail = (1 - confidence) / 2
        low = np.exp(_solve(lambda u: self.above(float(np.exp(u))) - (1 - tail), -12.0, 12.0))
        high = np.exp(_solve(lambda u: self.above(float(np.exp(u))) - tail, -12.0, 12.0))
        return min(float(low), self.value), max(float(high), self.value)


def _expect(
    first: Proportion,
    second: Proportion,
    first_at: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    second_at: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> float:
    """Return P(p1 > g(p2)): over p2 as E[1 - F1(g(p2))], or over p1 as E[F2(g^-1(p1))]."""
    weights = _rule()[1]
    if _variance(second) <= _variance(first):
        return float(weights @ (1.0 - _cdf(first, first_at(_nodes(second)))))
    return float(weights @ _cdf(second, second_at(_nodes(first))))


def _variance(p: Proportion) -> float:
    a, b = p.k + 0.5, p.n - p.k + 0.5
    return a * b / ((a + b) ** 2 * (a + b + 1))


def _cdf(p: Proportion, x: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import betainc

    result: NDArray[np.float64] = betainc(p.k + 0.5, p.n - p.k + 0.5, np.clip(x, 0.0, 1.0))
    return result


@lru_cache(maxsize=1)
def _rule() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Gauss-Legendre nodes and weights on (0, 1)."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2


@lru_cache(maxsize=4096)
def _nodes(p: Proportion) -> NDArray[np.float64]:
    """Return the posterior's quantiles at the rule's nodes."""
    from scipy.special import betaincinv

    result: NDArray[np.float64] = betaincinv(p.k + 0.5, p.n - p.k + 0.5, _rule()[0])
    return result


def _solve(f: Callable[[float], float], low: float, high: float) -> float:
    """Return the root of a falling function on [low, high], or the end nearest to it."""
    from scipy.optimize import brentq

    if f(low) <= 0:
        return low
    if f(high) >= 0:
        return high
    return float(brentq(f, low, high, xtol=_TOLERANCE))


def _clip(p: float) -> float:
    return min(max(p, 0.0), 1.0)
