"""How far two samples of a category lie apart: Cramer's V, with how sure we are of it.

    V**2 = 1/2 sum (p - q)**2 / (p + q)

is the chi-squared statistic of homogeneity divided by its largest value, for two samples of the
same size: what is known of the two populations does not hang on how many of each were seen. To
second order ``4 N V**2`` is noncentral chi-squared with B - 1 degrees of freedom and noncentrality
``4 N V0**2``, with B categories and ``1/N = 1/n + 1/m``. Rare categories are treated as in
`essex_standard.statistics.divergence`: pooled for evidence that the truth lies above a limit, kept
apart for evidence that it lies below.

References
----------
Cramer (1946), "Mathematical Methods of Statistics", section 21.9.
Kent and Hainsworth (1995), "Confidence intervals for the noncentral chi-squared distribution",
Journal of Statistical Planning and Inference 46(2), 147-159.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from essex_standard.statistics.divergence import pool_sparse, support
from essex_standard.statistics.readings import cautious, solved_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class CramersVEstimate:
    """Cramer's V between a category and the population: 0 no difference, 1 nothing shared.

    ``1 - above(x)`` is the one-sided p-value of a true V of at most `x`, and ``above(x)`` that of
    one of at least `x`.

    Parameters
    ----------
    v : float
        Over all categories, in [0, 1].
    least : float
        Over the pooled categories.
    bins, n, m : int
        Categories after pooling, and rows on either side.
    """

    v: float
    least: float
    bins: int
    n: int
    m: int

    @classmethod
    def of_counts(
        cls, assessed: NDArray[np.int64], reference: NDArray[np.int64], *, ordered: bool
    ) -> Self:
        """Return the estimate for counts of the same categories, each of shape (n_bins,)."""
        pooled = pool_sparse(assessed, reference, ordered=ordered)
        return cls(
            v=cramers_v(assessed, reference),
            least=cramers_v(*pooled),
            bins=len(pooled[0]),
            n=int(assessed.sum()),
            m=int(reference.sum()),
        )

    @property
    def value(self) -> float:
        """The observed V, biased upwards by about ``sqrt((B - 1) / 4 N)``."""
        return self.v

    def above(self, x: float) -> float:
        """Return the confidence distribution's support for a true V above `x`."""
        if x < 0:
            return 1.0
        if x >= 1:
            return 0.0
        least, most = (
            support(4 * v**2, 4 * x**2, bins=self.bins, n=self.n, m=self.m)
            for v in (self.least, self.v)
        )
        return cautious(least, most)

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the equal-tailed interval, widened to hold the observed V."""
        return solved_interval(self.above, confidence, self.value, 1.0)


def cramers_v(assessed: NDArray[np.int64], reference: NDArray[np.int64]) -> float:
    """Return Cramer's V of two samples' counts, each weighing the same."""
    filled = (assessed + reference) > 0
    p, q = (side[filled] / side.sum() for side in (assessed, reference))
    return math.sqrt(float(((p - q) ** 2 / (p + q)).sum()) / 2)
