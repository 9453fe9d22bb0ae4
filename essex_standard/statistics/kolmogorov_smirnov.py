"""The widest gap between two cumulative shares, with how sure we are of it.

    D = sup |F - G|

0 is no difference and 1 nothing shared: at some value, D more of one population lie at or below it
than of the other. With ``1/N = 1/n + 1/m`` two bounds hold whatever the distributions, ties and
heavy tails included:

    P(D^ - D > e) <= K(sqrt(N) e)         K the upper tail of Kolmogorov's distribution
    P(D^ - D < -e) <= Phi(-2 sqrt(N) e)   for D^ is at least the gap where the true one is widest

and a variance of a share is at most a quarter. Both err on the side of not knowing.

References
----------
Massart (1990), "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", Annals of
Probability 18(3), 1269-1283.
Noether (1963), "Note on the Kolmogorov statistic in the discrete case", Metrika 7, 115-116.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from essex_standard.statistics.readings import cautious, solved_interval

if TYPE_CHECKING:
    from essex_standard.statistics.wasserstein import Points


@dataclass(frozen=True, slots=True, kw_only=True)
class KolmogorovSmirnovEstimate:
    """The Kolmogorov-Smirnov statistic as an effect size, in [0, 1].

    ``1 - above(x)`` is the one-sided p-value of a true gap of at most `x`, and ``above(x)`` that of
    one of at least `x`.

    Parameters
    ----------
    gap : float
    n, m : int
        Rows on either side.
    """

    gap: float
    n: int
    m: int

    @classmethod
    def of_points(cls, assessed: Points, reference: Points) -> Self:
        """Return the estimate for two samples of numbers, as ascending values and their rows."""
        at = np.unique(np.concatenate([assessed[0], reference[0]]))
        shares = []
        for values, rows in (assessed, reference):
            running = np.concatenate([[0], np.cumsum(rows)])
            shares.append(running[np.searchsorted(values, at, side="right")] / running[-1])
        gap = float(np.abs(shares[0] - shares[1]).max())
        return cls(gap=gap, n=int(assessed[1].sum()), m=int(reference[1].sum()))

    @property
    def value(self) -> float:
        """The observed gap, biased upwards by at most about ``0.87 / sqrt(N)``."""
        return self.gap

    def above(self, x: float) -> float:
        """Return the confidence distribution's support for a true gap above `x`."""
        from scipy.special import kolmogorov, ndtr

        if x < 0:
            return 1.0
        if x >= 1:
            return 0.0
        root = math.sqrt(self.n * self.m / (self.n + self.m))
        least = 1 - float(kolmogorov(root * max(self.gap - x, 0.0)))
        most = float(ndtr(2 * root * (self.gap - x)))
        return cautious(least, most)

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the equal-tailed interval, widened to hold the observed gap."""
        return solved_interval(self.above, confidence, self.value, 1.0)
