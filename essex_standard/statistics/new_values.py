"""The share of a population that takes values no earlier sample had, chance taken away.

    value = 1 - (1 - k / n) / (1 - a / m)

with k of n new cases unlike any of the reference, and a of m cases of the reference unlike all the
rest of it. A category of true share p is missing from m cases by chance with probability
(1 - p)^m, so that some new cases are unlike any though nothing changed; leaving out one case of the
reference at a time asks the very same of it, and a / m estimates what chance does (Good and
Turing's missing mass: the share of categories met once). For a range, two cases of m hold its ends,
and about 2 / (m + 1) of new ones lie outside. What chance does it does to those who hold nothing
new alone, so that it is taken away as Abbott does.

The test is that of a ratio of two proportions, those of cases *like* some other. What the reference
missed by chance varies more than a binomial count where many categories were met twice: its
variance is that of a + 2 f2 cases, with f2 the categories met twice (Esty), and its counts are
divided by 1 + 2 f2 / a.

References
----------
Good (1953), "The population frequencies of species and the estimation of population parameters",
Biometrika 40, 237-264.
Esty (1983), "A normal limit law for a nonparametric estimator of the coverage of a random sample",
Annals of Statistics 11(3), 905-912.
Abbott (1925), "A method of computing the effectiveness of an insecticide", Journal of Economic
Entomology 18(2), 265-267.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from essex_standard.statistics.proportions import Proportion, ProportionRatio


@dataclass(frozen=True, slots=True)
class NewShare:
    """Share of new cases that are like nothing before, chance taken away; in [0, 1].

    `above` and `below` are one-sided tests, as of `ProportionRatio`.

    Parameters
    ----------
    known : ProportionRatio
        Of the share of new cases like some of the reference, to that of cases of the reference like
        some other of it.
    hidden : bool
        More may be new than could be counted: nothing speaks for a small share then.
    """

    known: ProportionRatio
    hidden: bool = False

    @classmethod
    def of_counts(
        cls,
        rows: float,
        of: float,
        alone: float,
        reference: float,
        pairs: float = 0,
        *,
        hidden: bool = False,
    ) -> Self:
        """Return the estimate for `rows` of `of` new cases and `alone` of `reference`; n, m > 0.

        Parameters
        ----------
        pairs : float
            Categories that two cases of the reference hold.
        """
        effect = 1.0 + 2.0 * pairs / max(alone, 1.0)
        new = Proportion(of - rows, of)
        old = Proportion((reference - alone) / effect, reference / effect)
        return cls(ProportionRatio(new, old), hidden)

    @property
    def value(self) -> float:
        """The share beyond what chance explains, never below 0."""
        return max(0.0, 1.0 - self.known.value)

    def above(self, x: float) -> float:
        """Return one minus the p-value of 'the share is at most `x`'."""
        return 1.0 if x < 0 else self.known.below(1.0 - x)

    def below(self, x: float) -> float:
        """Return one minus the p-value of 'the share is at least `x`'."""
        return 0.0 if x < 0 or self.hidden else self.known.above(1.0 - x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval, cut off at 0; it reaches 1 where more may be hidden."""
        low, high = self.known.interval(confidence)
        return max(0.0, 1.0 - high), 1.0 if self.hidden else max(0.0, 1.0 - low)
