"""The Theil index and the generalised entropy index of benefits, from how many were decided how.

    benefit = decision - outcome + 1        0 = missed, 1 = decided rightly, 2 = wrongly flagged
    GE(2)   = (mean(b^2) / mean(b)^2 - 1) / 2          Theil = mean(b / mean(b) * log(b / mean(b)))

0 means that everybody is decided rightly (or all wrongly in the same way); each grows with the
share decided wrongly.

The index is a smooth function of three shares of one sample. Its error comes from the delta method,
on the plain and on the logarithmic scale (there with half a case added to both kinds of error, as a
count of none leaves no spread to see); `above` and `below` take the more cautious of both, because
a count of few errors has a short tail on one side and a long one on the other.

References
----------
Speicher et al. (2018), "A unified approach to quantifying algorithmic unfairness", KDD;
`aif360.sklearn.metrics.generalized_entropy_error`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from essex_standard.statistics.estimates import Normal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BENEFITS = (0.0, 1.0, 2.0)


def entropy_index(shares: tuple[float, ...], benefits: tuple[float, ...], alpha: int) -> float:
    """Return GE(alpha) of benefits that so many have each; NaN where nobody benefits.

    Parameters
    ----------
    shares : tuple of float
        People with each benefit, in any unit.
    alpha : {1, 2}
        1 is the Theil index, 2 half the squared coefficient of variation.
    """
    total = sum(shares)
    mean = sum(s * b for s, b in zip(shares, benefits, strict=True)) / total if total > 0 else 0.0
    if mean <= 0:
        return math.nan
    ratios = [b / mean for b in benefits]
    if alpha == 1:
        terms = [r * math.log(r) if r > 0 else 0.0 for r in ratios]
    else:
        terms = [(r**2 - 1) / 2 for r in ratios]
    return max(sum(s * t for s, t in zip(shares, terms, strict=True)) / total, 0.0)


def between_groups(people: NDArray[np.float64], alpha: int) -> float:
    """Return the part of GE(alpha) that lies between groups: everybody has their group's mean.

    Parameters
    ----------
    people : ndarray of shape (groups, 3)
        (Weighted) people of each group with benefit 0, 1 and 2.
    """
    sizes = [float(row.sum()) for row in people]
    kept = [(row, n) for row, n in zip(people.tolist(), sizes, strict=True) if n > 0]
    means = [sum(k * b for k, b in zip(row, BENEFITS, strict=True)) / n for row, n in kept]
    return entropy_index(tuple(n for _, n in kept), tuple(means), alpha)


@dataclass(frozen=True, slots=True)
class InequalityIndex:
    """GE(alpha) of one sample.

    Parameters
    ----------
    missed, right, wrongly : float
        People with benefit 0, 1 and 2; with weights or clusters effective people.
    alpha : {1, 2}
    """

    missed: float
    right: float
    wrongly: float
    alpha: int

    @property
    def value(self) -> float:
        """The index of the sample."""
        return entropy_index((self.missed, self.right, self.wrongly), BENEFITS, self.alpha)

    def above(self, x: float) -> float:
        """Return the support for the index being above `x`, one minus a one-sided p-value."""
        if x < 0:
            return 1.0
        plain, logged = self._scales()
        return min(plain.above(x), logged.above(math.log(x)) if x > 0 else 1.0)

    def below(self, x: float) -> float:
        """Return the support for the index being below `x`, one minus a one-sided p-value."""
        if x <= 0:
            return 0.0
        plain, logged = self._scales()
        return min(plain.below(x), logged.below(math.log(x)))

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval whose ends `above` and `below` would just reject on each side."""
        plain, logged = self._scales()
        low, high = plain.interval(confidence)
        log_low, log_high = logged.interval(confidence)
        return (
            max(min(low, math.exp(log_low), self.value), 0.0),
            max(high, math.exp(log_high), self.value),
        )

    def _scales(self) -> tuple[Normal, Normal]:
        """Return the estimate on the plain scale, and on the logarithmic one."""
        value = self.value
        seen = _standard_error((self.missed, self.right, self.wrongly), self.alpha)
        padded = (self.missed + 0.5, self.right, self.wrongly + 0.5)
        centre = entropy_index(padded, BENEFITS, self.alpha)
        spread = _standard_error(padded, self.alpha)
        plain = Normal(value, max(seen, _LEAST))
        return plain, Normal(math.log(centre), max(spread / centre, _LEAST))


_LEAST = 1e-12


def _standard_error(people: tuple[float, float, float], alpha: int) -> float:
    """Return the multinomial standard error by the delta method."""
    n = sum(people)
    p = [k / n for k in people]
    mean = sum(s * b for s, b in zip(p, BENEFITS, strict=True))
    if mean <= 0:
        return 0.0
    slopes = []
    for b in BENEFITS:
        if alpha == 1:
            # Of E[b log b] / mean - log(mean), by the share with benefit b.
            inner = sum(s * x * math.log(x) for s, x in zip(p, BENEFITS, strict=True) if x > 0)
            own = b * math.log(b) if b > 0 else 0.0
            slopes.append(own / mean - b * inner / mean**2 - b / mean)
        else:
            square = sum(s * x**2 for s, x in zip(p, BENEFITS, strict=True))
            slopes.append(b**2 / (2 * mean**2) - b * square / mean**3)
    centre = sum(s * g for s, g in zip(p, slopes, strict=True))
    return math.sqrt(sum(s * (g - centre) ** 2 for s, g in zip(p, slopes, strict=True)) / n)
