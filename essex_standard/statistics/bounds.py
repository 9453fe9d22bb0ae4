"""A gap of which only its two ends are known, because some outcomes could not be seen.

References
----------
Imbens and Manski (2004), "Confidence intervals for partially identified parameters", Econometrica
72(6), 1845-1857: one-sided tests at each end hold their error however wide the bounds are.
"""

from __future__ import annotations

from dataclasses import dataclass

from essex_standard.statistics.proportions import ProportionDifference


@dataclass(frozen=True, slots=True)
class BoundedDifference:
    """A gap between two rates of which only the two ends are known, each an estimate of its own."""

    lowest: ProportionDifference
    highest: ProportionDifference

    @property
    def value(self) -> float:
        """The end farther from no gap: the worst case."""
        low, high = self.lowest.value, self.highest.value
        return low if abs(low) > abs(high) else high

    def above(self, x: float) -> float:
        """Return one minus the p-value of 'the gap may be at most `x`': by its lowest end."""
        return self.lowest.above(x)

    def below(self, x: float) -> float:
        """Return one minus the p-value of 'the gap may be at least `x`': by its highest end."""
        return self.highest.below(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval that holds both ends, each side at half the error."""
        return self.lowest.interval(confidence)[0], self.highest.interval(confidence)[1]
