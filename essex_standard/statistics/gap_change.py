"""How much a gap between two groups has changed: a difference of two differences of shares.

    (mine now - theirs now) - (mine otherwise - theirs otherwise)

Four shares of four sets of people. Their exact limits (Clopper and Pearson 1934) are joined by
recovering a variance from each (MOVER): the lower end lies below the change by the root of the sum
of the squared distances of those ends that would make the change smaller.

References
----------
Zou and Donner (2008), "Construction of confidence limits about effect measures", Statistics in
Medicine 27(10), 1693-1702.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from essex_standard.statistics.bounded import deviate, support
from essex_standard.statistics.proportions import Proportion


@dataclass(frozen=True, slots=True)
class GapChange:
    """``(mine - theirs) - (mine_before - theirs_before)``, in [-2, 2].

    Positive where the group's share rose against the other's.
    """

    mine: Proportion
    theirs: Proportion
    mine_before: Proportion
    theirs_before: Proportion

    @property
    def value(self) -> float:
        """The observed change."""
        return (
            self.mine.value
            - self.theirs.value
            - (self.mine_before.value - self.theirs_before.value)
        )

    def above(self, x: float) -> float:
        """Return the confidence that the true change is above `x`."""
        return support(lambda z: self._end(-z) - x, self.value > x)

    def below(self, x: float) -> float:
        """Return ``1 - above(x)``."""
        return 1.0 - self.above(x)

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval whose ends `above` and `below` would just reject on each side."""
        z = deviate(confidence)
        return self._end(-z), self._end(z)

    def _end(self, z: float) -> float:
        rising = (self.mine, self.theirs_before)
        falling = (self.theirs, self.mine_before)
        away = math.hypot(
            *(_end(p, z) - p.value for p in rising), *(_end(p, -z) - p.value for p in falling)
        )
        return self.value + math.copysign(away, z)


def _end(p: Proportion, z: float) -> float:
    """Return the exact limit of a share that lies `z` normal deviates away from it."""
    from scipy.special import betaincinv, ndtr

    tail = float(ndtr(-abs(z)))
    if z < 0:
        return 0.0 if p.k <= 0 else float(betaincinv(p.k, p.n - p.k + 1, tail))
    if z > 0:
        # From the other end, where the small tail has its digits.
        return 1.0 if p.k >= p.n else 1.0 - float(betaincinv(p.n - p.k, p.k + 1, tail))
    return p.value
