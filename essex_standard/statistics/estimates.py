"""The simplest estimates: a counted fact without sampling error, and a normal approximation."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exact:
    """A counted fact about the thing itself (columns, documents); repeating it changes nothing."""

    value: float

    def above(self, x: float) -> float:
        """Return 1 if the value is above `x`, else 0."""
        return float(self.value > x)

    def below(self, x: float) -> float:
        """Return 1 if the value is below `x`, else 0."""
        return float(self.value < x)

    def interval(self, confidence: float) -> tuple[float, float]:  # noqa: ARG002
        """Return the value twice."""
        return self.value, self.value


@dataclass(frozen=True, slots=True)
class Normal:
    """A large-sample estimate with a standard error (maximum likelihood, DeLong, jackknife).

    Parameters
    ----------
    value : float
        Point estimate.
    standard_error : float
        Its standard error, in the same unit; > 0.
    """

    value: float
    standard_error: float

    def above(self, x: float) -> float:
        """Return ``Phi((value - x) / se)``."""
        return 0.5 * math.erfc((x - self.value) / (self.standard_error * math.sqrt(2)))

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return ``value -+ z * se``."""
        from scipy.special import ndtri

        z = float(ndtri(0.5 + confidence / 2))
        return self.value - z * self.standard_error, self.value + z * self.standard_error
