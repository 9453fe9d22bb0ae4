"""How far two samples' distributions lie apart, with intervals that know both sample sizes.

The plain divergence of two samples is biased upwards: with no drift at all, ten bins and 100 rows
a side, the population stability index exceeds 0.1 in four samples of five. To second order both
divergences are one chi-squared statistic of homogeneity,

    8 N J  ~  N S  ~  noncentral chi-squared(B - 1, 8 N J0  or  N S0),      1/N = 1/n + 1/m,

with J the Jensen-Shannon divergence in nats (the square of the distance), S the population
stability index, B the number of bins, n and m the rows on either side, and J0, S0 the true values.
Inverting the distribution in J0 (or S0) takes the bias out of every interval and every test.

Nearly empty bins spoil the approximation, and each side of the question is given the reading that
cannot flatter it:

- evidence that the truth lies *above* a limit comes from bins pooled until the smaller side expects
  `EXPECTED` cases in each: pooling can only lower the true divergence, so that chance in rare bins
  never becomes drift;
- evidence that it lies *below* comes from all bins, at the degrees of freedom of the pooled ones: a
  shift hidden in one rare bin cannot be pooled away.

The point value keeps all bins, and is the defining library's.

References
----------
Lin (1991), "Divergence measures based on the Shannon entropy", IEEE Trans. Inf. Theory 37(1).
Yurdakul and Naranjo (2020), "Statistical properties of the population stability index", Journal of
Risk Model Validation 14(4) (its chi-squared limit under no drift).
Kent and Hainsworth (1995), "Confidence intervals for the noncentral chi-squared distribution",
Journal of Statistical Planning and Inference 46(2), 147-159.
Williams (1976), "Improved likelihood ratio tests for complete contingency tables", Biometrika 63(1)
(the kind of small-sample correction used here).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from essex_standard.statistics.readings import cautious, solved_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXPECTED = 5.0
"""Cases the smaller side must expect in a bin, as in Cochran's rule for chi-squared tests."""

FILL_POOLED, FILL_ALL = 0.35, 0.15
"""Part of a case added to every bin in the population stability index, for `least` and for `most`.

An index without empty bins adds 1 + 1 / (2 e) a bin to N S where it should add 1, with e cases
expected; a quarter of a case takes that excess away (simulated: half a case, the usual choice,
takes away twice as much). A tenth more or less leans each reading to its cautious side.
"""

LARGEST_DISTANCE = math.sqrt(math.log(2))
"""Jensen-Shannon distance (natural logarithm) of two distributions that share nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JensenShannonEstimate:
    """Jensen-Shannon distance (natural logarithm): 0 no difference, ``sqrt(ln 2)`` nothing shared.

    `above` is a confidence distribution by the noncentral chi-squared approximation of the module's
    docstring: ``1 - above(x)`` is the one-sided p-value of a true distance of at most `x`, and
    ``above(x)`` that of one of at least `x`.

    Parameters
    ----------
    distance : float
        Point value over all bins, in [0, 0.8326].
    bins : int
        Bins the degrees of freedom come from, after pooling sparse ones.
    n, m : int
        Rows with a value on either side; > 0.
    least, most : float or None
        Distance over the pooled bins, and over all; None for `distance` itself.
    """

    distance: float
    bins: int
    n: int
    m: int
    least: float | None = None
    most: float | None = None

    @classmethod
    def of_counts(
        cls,
        assessed: NDArray[np.int64],
        reference: NDArray[np.int64],
        *,
        ordered: bool,
        distance: float | None = None,
    ) -> Self:
        """Return the estimate for counts of the same bins, each of shape (n_bins,).

        Parameters
        ----------
        ordered : bool
            True where neighbouring bins may be pooled; False pools the rarest categories.
        distance : float, optional
            Point value as the defining library gives it; computed here where absent.
        """
        pooled = pool_sparse(assessed, reference, ordered=ordered)
        most = _js_distance(assessed, reference)
        return cls(
            distance=most if distance is None else distance,
            bins=len(pooled[0]),
            n=int(assessed.sum()),
            m=int(reference.sum()),
            least=_js_distance(*pooled) / math.sqrt(_inflation(*pooled)),
            most=most,
        )

    @property
    def value(self) -> float:
        """The observed distance, biased upwards by about ``sqrt((bins - 1) / 8 N)``."""
        return self.distance

    def above(self, x: float) -> float:
        """Return the confidence distribution's support for a true distance above `x`."""
        if x < 0:
            return 1.0
        if x >= LARGEST_DISTANCE:
            return 0.0
        readings = (self.distance if d is None else d for d in (self.least, self.most))
        least, most = (
            support(8 * d**2, 8 * x**2, bins=self.bins, n=self.n, m=self.m) for d in readings
        )
        return cautious(least, most)

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the equal-tailed interval, widened to hold the observed distance."""
        return solved_interval(self.above, confidence, self.value, LARGEST_DISTANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PsiEstimate:
    """Population stability index: 0 is no difference, and there is no upper end.

    `above` and `below` as for `JensenShannonEstimate`.

    Parameters
    ----------
    psi : float
        Point value over all bins, >= 0.
    bins, n, m : int
        As for `JensenShannonEstimate`.
    least, most : float or None
        Index over the pooled bins, and over all, with part of a case added to every bin so that an
        empty one is not infinitely far away; None for `psi` itself.
    spread : tuple of float
        Variance of `least` and of `most` over what the chi-squared gives; >= 1. The index grows
        without bound in a rare bin, and so does its variance.
    """

    psi: float
    bins: int
    n: int
    m: int
    least: float | None = None
    most: float | None = None
    spread: tuple[float, float] = (1.0, 1.0)

    @classmethod
    def of_counts(
        cls,
        assessed: NDArray[np.int64],
        reference: NDArray[np.int64],
        *,
        ordered: bool,
        psi: float | None = None,
    ) -> Self:
        """Return the estimate for counts of the same bins, each of shape (n_bins,)."""
        pooled = pool_sparse(assessed, reference, ordered=ordered)
        filled = (assessed + reference) > 0
        whole = (assessed[filled], reference[filled])
        most = _psi(*whole, FILL_ALL)
        return cls(
            psi=most if psi is None else psi,
            bins=len(pooled[0]),
            n=int(assessed.sum()),
            m=int(reference.sum()),
            least=_psi(*pooled, FILL_POOLED),
            most=most,
            spread=(_psi_spread(*pooled, FILL_POOLED), _psi_spread(*whole, FILL_ALL)),
        )

    @property
    def value(self) -> float:
        """The observed index, biased upwards by about ``(bins - 1) / N``."""
        return self.psi

    def above(self, x: float) -> float:
        """Return the confidence distribution's support for a true index above `x`."""
        if x < 0:
            return 1.0
        readings = (self.psi if s is None else s for s in (self.least, self.most))
        least, most = (
            support(s, x, bins=self.bins, n=self.n, m=self.m, spread=spread)
            for s, spread in zip(readings, self.spread, strict=True)
        )
        return cautious(least, most)

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the equal-tailed interval, widened to hold the observed index."""
        return solved_interval(self.above, confidence, self.value, 2 * self.value + 64)


def pool_sparse(
    assessed: NDArray[np.int64],
    reference: NDArray[np.int64],
    *,
    ordered: bool,
    expected: float = EXPECTED,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the counts with sparse bins pooled, by the pooled sample alone.

    A bin is sparse where its share of both samples together, times the rows of the smaller one, is
    below `expected`. Looking only at the sum keeps the choice nearly independent of the difference
    that is to be tested. With `ordered`, a sparse bin joins its right neighbour (the last ones
    their left); otherwise the rarest bins join each other. Empty bins vanish either way.
    """
    both = assessed + reference
    smaller = min(int(assessed.sum()), int(reference.sum()))
    need = expected * float(both.sum()) / smaller if smaller else math.inf
    order = np.arange(len(both)) if ordered else np.argsort(both, kind="stable")
    ends: list[int] = []
    start = 0
    for i, total in enumerate(np.cumsum(both[order]).tolist()):
        if total - start >= need:
            ends.append(i)
            start = total
    if not ends:
        return assessed.sum(keepdims=True), reference.sum(keepdims=True)
    starts = np.array([0] + [end + 1 for end in ends[:-1]])
    return (
        np.add.reduceat(assessed[order], starts),
        np.add.reduceat(reference[order], starts),
    )


def _js_distance(assessed: NDArray[np.int64], reference: NDArray[np.int64]) -> float:
    from scipy.special import rel_entr

    p, q = assessed / assessed.sum(), reference / reference.sum()
    middle = (p + q) / 2
    divergence = float((rel_entr(p, middle) + rel_entr(q, middle)).sum()) / 2
    return math.sqrt(max(divergence, 0.0))


def _inflation(assessed: NDArray[np.int64], reference: NDArray[np.int64]) -> float:
    """Return by how much 8 N J exceeds chi-squared on average where bins hold few cases.

    With e cases expected in a bin of the smaller side and x = (count - e) / e, the bin adds
    e (x^2 - x^3 / 2 + 7 x^4 / 24 - ...); E x^3 = 1 / e^2 and E x^4 = 3 / e^2 make it 1 + 3 / (8 e).
    """
    smaller = min(int(assessed.sum()), int(reference.sum()))
    both = assessed + reference
    expected = both / both.sum() * smaller
    return 1.0 + 0.375 * float((1.0 / expected).mean())


def _psi(assessed: NDArray[np.int64], reference: NDArray[np.int64], fill: float) -> float:
    p, q = _smoothed(assessed, fill), _smoothed(reference, fill)
    return float(((p - q) * np.log(p / q)).sum())


def _smoothed(counts: NDArray[np.int64], fill: float) -> NDArray[np.double]:
    filled = counts.astype(np.float64) + fill
    return filled / float(filled.sum())


def _psi_spread(assessed: NDArray[np.int64], reference: NDArray[np.int64], fill: float) -> float:
    """Return the delta-method variance of the index over the 4 S / N of the noncentral chi-squared.

    dS/dp = ln(p / q) + 1 - q / p, and the same with p and q exchanged.
    """
    n, m = int(assessed.sum()), int(reference.sum())
    p, q = _smoothed(assessed, fill), _smoothed(reference, fill)
    gap = float(((p - q) * np.log(p / q)).sum())
    if gap <= 0:
        return 1.0
    slope_p, slope_q = np.log(p / q) + 1 - q / p, np.log(q / p) + 1 - p / q
    variance = (p @ slope_p**2 - (p @ slope_p) ** 2) / n + (q @ slope_q**2 - (q @ slope_q) ** 2) / m
    return max(1.0, float(variance) / (4 * gap * (1 / n + 1 / m)))


def support(
    observed: float, truth: float, *, bins: int, n: int, m: int, spread: float = 1.0
) -> float:
    """Return P(chi2 <= N observed) for a chi2 of noncentrality N truth.

    An observation below the middle of what no drift gives is read as that middle: a luckily small
    one is no evidence of less than no drift, and the interval would else shrink to nothing. With
    `spread`, N and the degrees of freedom are divided by it: same mean, that much more variance.
    """
    from scipy.special import chdtr, chdtri, chndtr

    # One bin: a constant column may still gain a second value.
    freedom = max(bins - 1, 1) / spread
    effective = 1.0 / (1.0 / n + 1.0 / m) / spread
    statistic = max(effective * observed, float(chdtri(freedom, 0.5)))
    noncentrality = effective * truth
    if noncentrality == 0:
        return float(chdtr(freedom, statistic))
    found = float(chndtr(statistic, freedom, noncentrality))
    if math.isnan(found):
        raise ArithmeticError("The noncentral chi-squared distribution could not be evaluated.")
    return min(max(found, 0.0), 1.0)
