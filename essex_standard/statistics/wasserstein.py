"""How far two samples of a number lie apart in standard deviations, with how sure we are of it.

    W = integral |F - G| dt / s,     F assessed, G reference, s the standard deviation under G

(Evidently's *normed* Wasserstein distance). 0 is no difference; where one population is the other
moved as a whole, it is the size of the move in standard deviations; it has no upper end.

Away from zero the delta method gives its variance. With ``h`` the function that rises where
``F > G`` and falls elsewhere, at a slope of 1, the integral is ``mean of h over the reference -
mean of h over the assessed``, a difference of two means; that of the standard deviation comes in
as in Fieller's theorem, by testing ``W s - x s`` at each limit ``x``.

Near zero the absolute value folds noise into distance: with no difference at all the integral is
about ``0.8 integral sqrt(H (1 - H) / N) dt``, ``H`` both samples together and ``1/N = 1/n + 1/m``.
Each side of the question is given the reading that cannot flatter it:

- evidence that the truth lies *above* a limit comes from the distance less the mean of that noise
  wherever the two curves may touch (within two standard errors);
- evidence that it lies *below* comes from the whole distance, taken to be at least what chance
  alone would give, and with the larger variance that a lucky pattern of signs may hide.

A mean whose variance does not exist cannot be estimated; a sample of it says so by a few values
that make up most of the spread. As though one further row as far out as the furthest had been seen
on either side, each variance is raised by its square: a single value then never makes a finding.

References
----------
Munk and Czado (1998), "Nonparametric validation of similar distributions and assessment of goodness
of fit", Journal of the Royal Statistical Society B 60(1), 223-241.
del Barrio, Gine and Matran (1999), "Central limit theorems for the Wasserstein distance between the
empirical and the true distributions", Annals of Probability 27(2), 1009-1071.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from essex_standard.statistics.readings import cautious, solved_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = tuple[NDArray[np.float64], NDArray[np.int64]]
    """Ascending values and their rows, each of shape (n_points,)."""

TOUCHING = 2.0
"""Standard errors within which two curves may be one."""

CHANCE = 0.6
"""Part of the mean noise that nearly every sample without a difference exceeds (simulated)."""


@dataclass(frozen=True, slots=True)
class _Variance:
    """Of ``W s - x s`` in units of ``s``, as ``a - 2 b x + c x**2``."""

    a: float
    b: float
    c: float

    def at(self, x: float) -> float:
        return max(self.a - 2 * self.b * x + self.c * x * x, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WassersteinEstimate:
    """Wasserstein distance in standard deviations of the reference.

    ``1 - above(x)`` is the one-sided p-value of a true distance of at most `x`, and ``above(x)``
    that of one of at least `x`, by the normal approximations of the module's docstring.

    Parameters
    ----------
    distance : float
        Point value, >= 0.
    least, most : float
        The distance less its noise, and at least what chance gives.
    variance_least, variance_most : variance of either at each limit
    """

    distance: float
    least: float
    most: float
    variance_least: _Variance
    variance_most: _Variance

    @classmethod
    def of_points(
        cls, assessed: Points, reference: Points, *, distance: float | None = None
    ) -> Self:
        """Return the estimate for two samples; the reference must hold two values or more.

        Parameters
        ----------
        distance : float, optional
            Point value as the defining library gives it; computed here where absent.
        """
        x, x_rows = assessed
        y, y_rows = reference
        n, m = int(x_rows.sum()), int(y_rows.sum())
        at = np.unique(np.concatenate([x, y]))
        f, g = _counts(at, x, x_rows), _counts(at, y, y_rows)
        z = _standardised(at, g)
        steps = np.diff(z)
        gap = (np.cumsum(f) / n - np.cumsum(g) / m)[:-1]
        both = (np.cumsum(f + g) / (n + m))[:-1]
        error = np.sqrt(both * (1 - both) * (1 / n + 1 / m))
        integral = _sum(np.abs(gap), steps)
        apart = np.maximum(np.abs(gap) / error - TOUCHING, 0.0)
        noise = _sum(error * _folded(apart), steps)
        chance = _sum(error, steps) * _folded(np.zeros(1))[0] * CHANCE
        h = np.concatenate([[0.0], np.cumsum(np.sign(gap) * steps)])
        pattern = _variance(h, z, f, g)
        # A pattern of signs that chance broke up hides part of the variance that one sign all along
        # would have: half of what it may hide is taken back.
        whole = _variance(z, z, f, g)
        return cls(
            distance=integral if distance is None else distance,
            least=integral - noise,
            most=max(integral, chance),
            variance_least=pattern,
            variance_most=_Variance(
                (pattern.a + max(pattern.a, whole.a)) / 2, pattern.b, pattern.c
            ),
        )

    @property
    def value(self) -> float:
        """The observed distance, biased upwards by chance."""
        return self.distance

    def above(self, x: float) -> float:
        """Return the confidence distribution's support for a true distance above `x`."""
        if x < 0:
            return 1.0
        return cautious(
            _support(self.least, x, self.variance_least),
            _support(self.most, x, self.variance_most),
        )

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the equal-tailed interval, widened to hold the observed distance.

        Where a few values make up most of the reference's spread it may end at 10 standard
        deviations and ten times the distance, which stand for no bound.
        """
        return solved_interval(self.above, confidence, self.value, 10 + 10 * self.value)


def _counts(
    at: NDArray[np.float64], values: NDArray[np.float64], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    counts = np.zeros(len(at))
    np.add.at(counts, np.searchsorted(at, values), rows)
    return counts


def _standardised(at: NDArray[np.float64], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the values in standard deviations from the mean."""
    share = rows / rows.sum()
    largest = np.abs(at).max()  # the square of a number above 1e154 is none
    mean = _sum(share, at / largest)
    apart: NDArray[np.float64] = at / largest - mean
    return apart / math.sqrt(_sum(share, apart**2))


def _sum(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the sum of products: a product of short arrays is not worth other threads."""
    return float((a * b).sum())


def _folded(d: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much the mean of ``|d + Z|`` exceeds ``d >= 0``, Z standard normal."""
    from scipy.special import ndtr

    density = np.exp(-d * d / 2) / math.sqrt(2 * math.pi)
    folded: NDArray[np.float64] = 2 * (density - d * ndtr(-d))
    return folded


def _variance(
    h: NDArray[np.float64],
    z: NDArray[np.float64],
    f: NDArray[np.float64],
    g: NDArray[np.float64],
) -> _Variance:
    """Return the variance of a difference of means of `h` and the reference's spread.

    The influence of a row of the reference on ``W s - x s`` is ``h - x (z**2 - 1) / 2``.
    """
    spread = (z * z - 1) / 2
    n, m = float(f.sum()), float(g.sum())
    mine, theirs = h - _sum(f, h) / n, h - _sum(g, h) / m
    furthest = float(max(np.abs(mine[f > 0]).max(), np.abs(theirs[g > 0]).max()))
    widest = float(np.abs(spread[g > 0]).max())
    a = (
        _sum(f, mine**2) / n**2
        + _sum(g, theirs**2) / m**2
        + (furthest / n) ** 2
        + (furthest / m) ** 2
    )
    b = _sum(g, theirs * spread) / m**2
    c = _sum(g, spread**2) / m**2 + (widest / m) ** 2
    return _Variance(float(a), float(b), float(c))


def _support(distance: float, x: float, variance: _Variance) -> float:
    from scipy.special import ndtr

    error = math.sqrt(variance.at(x))
    return float(ndtr((distance - x) / error)) if error > 0 else float(distance > x)
