"""How a figure is printed once its rule has spoken: two decimals, or nothing at all."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from essex_standard.measurement import Measurement


def shown(m: Measurement, p: Any, confidence: float, n: int | None) -> Measurement:
    """Return a measurement with the value and interval of `p`, or withheld where that is None.

    Parameters
    ----------
    p : Proportion, ProportionDifference or another estimate from rounded cells, or None
    n : int or None
        People behind it, as they may be printed.
    """
    if p is None:
        return withhold(m)
    low, high = p.interval(confidence)
    return replace(m, value=two(p.value), low=two(low, down=True), high=two(high, up=True), n=n)


def two_decimals(m: Measurement, n: int | None) -> Measurement:
    """Return a measurement with its own figures in two decimals, and `n` people behind it."""
    return replace(m, value=two(m.value), low=two(m.low, down=True), high=two(m.high, up=True), n=n)


def withhold(m: Measurement) -> Measurement:
    """Return a measurement with no figure in it."""
    return replace(m, value=None, low=None, high=None, n=None, withheld=True)


def two(x: float | None, *, down: bool = False, up: bool = False) -> float | None:
    """Return two decimals: to the nearest, or outwards for the ends of an interval."""
    if x is None or not math.isfinite(x):
        return None
    if down:
        return math.floor(x * 100 + 1e-9) / 100
    if up:
        return math.ceil(x * 100 - 1e-9) / 100
    return round(x, 2) + 0.0
