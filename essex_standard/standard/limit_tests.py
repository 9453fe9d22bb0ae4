"""Each comparison against its limit: the two p-values that every outcome rests on.

    beyond   of 'it lies within the limit': small means that it lies past one of the ends
    within   of 'it lies past one of the ends': the larger of two one-sided tests

All comparisons of a check are tested together (`essex_standard.statistics.proportions.above`).

References
----------
Schuirmann (1987), "A comparison of the two one-sided tests procedure and the power approach for
assessing the equivalence of average bioavailability", Journal of Pharmacokinetics and
Biopharmaceutics 15(6), 657-680.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.statistics.estimates import Exact
from essex_standard.statistics.proportions import ProportionRatio, above, below

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.standard.check import LimitTable
    from essex_standard.statistics.comparison import Comparison, Estimate

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LimitTests:
    """The p-values of one comparison, each in [0, 1]."""

    beyond: float
    within: float


NOTHING_KNOWN = LimitTests(beyond=1.0, within=1.0)


def limit_tests(limit: LimitTable, comparisons: Sequence[Comparison]) -> tuple[LimitTests, ...]:
    """Return the p-values of each comparison; without an estimate both are 1."""
    estimates = [c.estimate for c in comparisons]
    low, high = np.array(
        [[np.nan if end is None else end for end in ends(limit, c)] for c in comparisons]
    ).T.reshape(2, -1)
    over, under = 1 - _support(estimates, high, above), 1 - _support(estimates, low, below)
    not_under, not_over = (
        1 - _support(estimates, low, above),
        1 - _support(estimates, high, below),
    )
    # With two ends, noise may carry an estimate past either; both chances count, so that a limit
    # narrower than the noise does not double the error.
    two_sided = ~np.isnan(low) & ~np.isnan(high)
    beyond = np.where(
        two_sided,
        np.minimum(np.minimum(over + not_under, under + not_over), 1.0),
        np.fmin(over, under),
    )
    within = np.fmax(not_under, not_over)
    return tuple(
        NOTHING_KNOWN
        if e is None
        else LimitTests(beyond=float(b), within=_counted(e, i, j) if isinstance(e, Exact) else w)
        for e, b, w, i, j in zip(estimates, beyond, within.tolist(), low, high, strict=True)
    )


def ends(limit: LimitTable, comparison: Comparison) -> tuple[float | None, float | None]:
    """Return both ends of the limit for one comparison.

    A gap has a direction: ``at_most`` bounds its absolute value, and for a ratio ``at_least`` (or
    ``at_most``) bounds it and its inverse, whichever of the two groups is named first.
    """
    low, high = limit.ends
    if not comparison.signed or (low is not None and high is not None):
        return low, high
    if not isinstance(comparison.estimate, ProportionRatio):
        return (-high, high) if high is not None else (low, high)
    if low is not None:
        return low, 1 / low if 0 < low <= 1 else None
    return (1 / high if high is not None and high >= 1 else None), high


def _support(estimates: Sequence[Estimate | None], at: Array, test: object) -> Array:
    """Return the support where there is an estimate and an end, NaN elsewhere."""
    result = np.full(len(estimates), np.nan)
    some = [i for i, e in enumerate(estimates) if e is not None and not np.isnan(at[i])]
    if some:
        result[some] = test([estimates[i] for i in some], [float(at[i]) for i in some])  # type: ignore[operator]
    return result


def _counted(fact: Exact, low: float, high: float) -> float:
    # A counted fact may lie on the limit itself, and is then within it.
    return float(fact.value > high or fact.value < low)
