"""Melded confidence distributions of many pairs of rates at once.

What the data surely allow of one rate and what they at most allow of another,

    surely at least   u ~ Beta(k, n - k + 1)        surely at most   l ~ Beta(k + 1, n - k)

are melded into the support that u lies beyond l by a margin x, or beyond l times x:

    P(u > l + x)   or   P(u > l * x)

Each is a one-dimensional integral over the narrower of the two (for a ratio: relative to its mean),
where the integrand is smooth, by the trapezoidal rule. All pairs share each call, so that a hundred
groups cost little more than one.

References
----------
Fay, Proschan and Brittain (2015), "Combining one-sample confidence procedures for inference in
the two-sample case", Biometrics 71(1), 146-156.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Counts = tuple[float, float, float, float]
"""k1, n1, k2, n2: the first rate's and the second's (effective) counts."""

_NODES = 64
_REACH = 6.5
"""Normal deviates on either side: far enough for the p-values that many groups ask for."""

_FITTED = 8
_TOLERANCE = 1e-6
_ROUNDS = 60
_SECANTS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Melded:
    """Support that u exceeds l by a margin (or by a factor), ready for any margin.

    Attributes
    ----------
    nodes, weights : ndarray of shape (pairs, 64)
        Of the narrower distribution.
    a, b : ndarray of shape (pairs,)
        Of the other one.
    over_lower : ndarray of bool, shape (pairs,)
        Whether the nodes are those of l.
    ratio : bool
        The margin is a factor.
    """

    nodes: Array
    weights: Array
    a: Array
    b: Array
    over_lower: NDArray[np.bool_]
    ratio: bool

    def beyond(self, x: Array, pairs: NDArray[np.int64] | slice = slice(None)) -> Array:
        """Return P(u > l + x), or P(u > l * x), for the pairs named."""
        nodes, lower, x = self.nodes[pairs], self.over_lower[pairs][:, None], x[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):  # a factor of 0 or infinity
            at = (
                np.where(lower, nodes * x, nodes / x)
                if self.ratio
                else np.where(lower, nodes + x, nodes - x)
            )
        below = _cdf(self.a[pairs][:, None], self.b[pairs][:, None], at)
        support = (self.weights[pairs] * np.where(lower, 1.0 - below, below)).sum(axis=1)
        result: Array = np.clip(support, 0.0, 1.0)
        return result


@lru_cache(maxsize=32)
def melded(pairs: tuple[Counts, ...], *, ratio: bool) -> Melded:
    """Return what is needed to weigh the first rate of each pair against the second."""
    k1, n1, k2, n2 = np.array(pairs, dtype=np.float64).T
    upper, lower = (k1, n1 - k1 + 1), (k2 + 1, n2 - k2)
    over_lower = _width(*lower, ratio=ratio) <= _width(*upper, ratio=ratio)
    inner = [np.where(over_lower, i, j) for i, j in zip(lower, upper, strict=True)]
    a, b = (np.where(over_lower, j, i) for i, j in zip(lower, upper, strict=True))
    nodes, weights = _rule(*inner)
    return Melded(nodes, weights, a, b, over_lower, ratio)


def turned(pairs: Sequence[Counts]) -> tuple[Counts, ...]:
    """Return the pairs with their sides changed over."""
    return tuple((k2, n2, k1, n1) for k1, n1, k2, n2 in pairs)


def root(
    falling: Callable[[Array, NDArray[np.int64]], Array],
    target: float,
    guess: Array,
    scale: Array,
    ends: tuple[float, float],
) -> Array:
    """Return where each falling support meets the target, or the end nearest to it.

    On the scale of normal deviates a support is nearly a straight line, so that a few secants
    suffice; a bracket guards them.

    Parameters
    ----------
    falling : function
        Of points and of the places of their pairs.
    scale : ndarray
        Standard error of each pair.
    """
    from scipy.special import ndtri

    x = np.clip(guess, *ends)
    low, high = (np.full(len(guess), end) for end in ends)
    before, height_before = np.full((2, len(guess)), np.nan)
    active = np.arange(len(guess))
    aim = float(ndtri(target))
    for turn in range(_ROUNDS):
        at = x[active]
        support = np.clip(falling(at, active), 1e-15, 1 - 1e-15)
        height = ndtri(support) - aim
        low[active] = np.where(height > 0, at, low[active])
        high[active] = np.where(height > 0, high[active], at)
        with np.errstate(invalid="ignore", divide="ignore"):
            secant = at - height * (at - before[active]) / (height - height_before[active])
        step = at + height * scale[active] if turn == 0 else secant
        inside = (step > low[active]) & (step < high[active]) & (turn < _SECANTS)
        following = np.where(inside, step, (low[active] + high[active]) / 2)
        before[active], height_before[active] = at, height
        x[active] = following
        # At an end the bracket is what closes: the support never meets the target.
        moving = np.abs(following - at) > _TOLERANCE
        active = active[moving & (high[active] - low[active] > _TOLERANCE)]
        if not len(active):
            break
    return x


def _width(a: Array, b: Array, *, ratio: bool) -> Array:
    """Return each distribution's variance, for a ratio beside its squared mean."""
    total = a + b
    variance = a * b / (total**2 * (total + 1))
    # Wholly at 0 it is as narrow as can be.
    result: Array = variance / np.maximum(a / total, 1e-100) ** 2 if ratio else variance
    return np.where(variance > 0, result, 0.0)


def _cdf(a: Array, b: Array, x: Array) -> Array:
    """Return P(Beta <= x); the distribution lies wholly at 0 where a = 0, at 1 where b = 0."""
    from scipy.special import betainc

    inner = betainc(np.maximum(a, 1e-300), np.maximum(b, 1e-300), np.clip(x, 0.0, 1.0))
    result: Array = np.where(a <= 0, x >= 0, np.where(b <= 0, x >= 1, inner))
    return result


def _rule(a: Array, b: Array) -> tuple[Array, Array]:
    """Return nodes and weights for integrals over each distribution.

    The nodes follow a smooth curve through a few quantiles on the logit scale, and the weights are
    the density there: the trapezoidal rule converges exponentially whatever the curve. Where that
    fails (fractional counts near 0, whose tail runs off the scale) the quantiles themselves serve.
    """
    nodes, weights = np.empty((2, len(a), _NODES))
    end = (a <= 0) | (b <= 0)
    nodes[end], weights[end] = np.where(a[end] <= 0, 0.0, 1.0)[:, None], 1 / _NODES
    proper = np.flatnonzero(~end)
    if not len(proper):
        return nodes, weights
    nodes[proper], weights[proper] = _curve(a[proper], b[proper])
    total = weights[proper].sum(axis=1)
    off = proper[~(np.abs(total - 1) < 1e-6) | (weights[proper] < 0).any(axis=1)]
    if len(off):
        nodes[off], weights[off] = _quantiles(a[off], b[off])
    weights[proper] /= weights[proper].sum(axis=1, keepdims=True)
    return nodes, weights


def _curve(a: Array, b: Array) -> tuple[Array, Array]:
    from scipy.special import betaln, expit

    z, values, slopes = _basis()
    # The smaller parameter first: near 1 a quantile has no digits left.
    turn = (a > b)[:, None]
    low, high = np.minimum(a, b)[:, None], np.maximum(a, b)[:, None]
    with np.errstate(all="ignore"):
        q = _quantile(low, high, z)
        t = np.log(q) - np.log1p(-q)
        logit, slope = t @ values, t @ slopes
        log_density = low * logit - (low + high) * np.logaddexp(0.0, logit) - betaln(low, high)
        weights = np.exp(log_density) * slope * (2 * _REACH / (_NODES - 1))
    # Turned round the logit changes its sign; the nodes need no order.
    return expit(np.where(turn, -logit, logit)), weights


def _quantiles(a: Array, b: Array) -> tuple[Array, Array]:
    z = np.linspace(-_REACH, _REACH, _NODES)
    weights = np.exp(-(z**2) / 2)
    return _quantile(a[:, None], b[:, None], z), np.broadcast_to(weights, (len(a), _NODES))


def _quantile(a: Array, b: Array, z: Array) -> Array:
    """Return the quantiles at normal deviates, each from the tail in which it has its digits."""
    from scipy.special import betainccinv, betaincinv, ndtr

    tail = ndtr(-np.abs(z))
    left, right = z < 0, z >= 0
    result = np.empty((len(a), len(z)))
    result[:, left] = betaincinv(a, b, tail[left])
    result[:, right] = betainccinv(a, b, tail[right])
    return result


@lru_cache(maxsize=1)
def _basis() -> tuple[Array, Array, Array]:
    """Return Chebyshev's points, and what takes values there to values and slopes at the nodes."""
    from numpy.polynomial import chebyshev as c

    points = np.cos(np.pi * (np.arange(_FITTED) + 0.5) / _FITTED)
    nodes = np.linspace(-1, 1, _NODES)
    solve = np.linalg.inv(c.chebvander(points, _FITTED - 1))
    slope = np.stack([c.chebval(nodes, c.chebder(row)) for row in np.eye(_FITTED)], axis=1)
    values = c.chebvander(nodes, _FITTED - 1) @ solve
    return points * _REACH, values.T, (slope @ solve / _REACH).T
