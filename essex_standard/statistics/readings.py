"""Two readings of one question, each cautious on its own side, put into one estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def cautious(least: float, most: float) -> float:
    """Return the reading nearer to not knowing, one half where the two readings disagree."""
    low, high = min(least, most), max(least, most)
    return low if low > 0.5 else min(high, 0.5)


def solved_interval(
    above: Callable[[float], float], confidence: float, value: float, top: float
) -> tuple[float, float]:
    """Return the equal-tailed interval of a confidence distribution on [0, top], around `value`."""
    from scipy.optimize import brentq

    def solve(level: float) -> float:
        if above(0.0) <= level:
            return 0.0
        if above(top) >= level:
            return top
        return float(brentq(lambda x: above(x) - level, 0.0, top, xtol=1e-7))

    tail = (1 - confidence) / 2
    return min(solve(1 - tail), value), max(solve(tail), value)
