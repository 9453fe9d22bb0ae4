"""How many further cases would settle what is uncertain, at the gap now estimated."""

from __future__ import annotations

import math

POWER = 0.80
"""Conventional power (Cohen 1988): the share of repetitions that would settle the question."""

TELL_UP_TO = 100_000
"""Above this the answer is 'more than 100,000': no service will wait for it."""


def further_cases(
    *, margin: float, standard_error: float, n: float, confidence: float
) -> int | None:
    """Return how many cases like the `n` at hand would settle a comparison with 80 % power.

    Sampling error shrinks with the square root of n, so the sample must grow by the factor
    ``((z_confidence + z_power) * se / margin) ** 2``.

    Parameters
    ----------
    margin : float
        Distance of the estimate from the limit, >= 0, in the unit of the estimate.
    standard_error : float
        Present standard error, same unit.
    n : float
        Cases at hand on the smaller side.
    confidence : float
        Confidence of the test, in (0, 1).

    Returns
    -------
    int or None
        Rounded up to two significant figures; None for more than `TELL_UP_TO`.
    """
    from scipy.special import ndtri

    if margin <= 0 or n <= 0:
        return None
    z = float(ndtri(confidence) + ndtri(POWER))
    factor = (z * standard_error / margin) ** 2
    further = max((factor - 1.0) * n, 1.0)
    if further > TELL_UP_TO:
        return None
    step: int = 10 ** max(math.floor(math.log10(further)) - 1, 0)
    return max(5, math.ceil(further / step) * step)
