"""How many people an experiment examined, and how sure it was, without giving the count twice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from essex_standard.disclosure.attacker import Key
from essex_standard.disclosure.cells import nearest
from essex_standard.measurement import Measurement
from essex_standard.statistics.proportions import Proportion


def examined(
    m: Measurement, people: Mapping[Key, Any], k: int, base: int, *, of_a_group: bool
) -> int | None:
    """Return how many were examined as it may be printed; None below the minimum or if withheld.

    Parameters
    ----------
    people : mapping of group to rounded cells
    of_a_group : bool
        The measurement is about a group that is in the tables of the evidence.
    """
    if m.n is None or m.n < k:
        return None
    n = nearest(m.n, base)
    if not of_a_group:
        return n
    cells = people.get((m.attribute, m.group))
    if cells is None:
        return None
    # A group examined (nearly) whole has the number of its rounded cells and no other: two
    # roundings of one count would tell more than either.
    total = int(cells.sum())
    return total if n >= total - 4 * base else n


def design_effect(m: Measurement, confidence: float) -> float:
    """Return by how much an interval is wider than counts alone make it, squared; at least 1.

    In halves, upwards, so that the exact count does not come back by it.
    """
    if m.value is None or m.n is None or m.low is None or m.high is None:
        return 1.0
    low, high = Proportion(m.value * m.n, m.n).interval(confidence)
    ratio = ((m.high - m.low) / (high - low)) ** 2
    return 1.0 if ratio < 1.05 else math.ceil(2 * ratio) / 2


def share_of_people(m: Measurement, k: int, base: int) -> Proportion | None:
    """Return a share found by an experiment from rounded counts; None where it is withheld.

    One of fewer people than the minimum is shown only where it reads 0.00 whatever it is.
    """
    if m.value is None or m.n is None or m.n < k:
        return None
    n, found = nearest(m.n, base), round(m.value * m.n)
    if found < k:
        return Proportion(0.0, n) if (k - 1) / m.n < 0.005 else None
    if m.n - found < k:
        return None
    return Proportion(float(min(nearest(found, base), n)), float(n))
