"""How a year of looks keeps the false alarm rate of one: alpha spending.

    share(k) = 0.9 / L          for the looks k = 1 ... L that a year has by plan
    share(k) = 0.1 / 2^(k - L)  for every look beyond them; all shares add up to 1

A check that errs at most `alpha` of the time may err ``alpha * share(k)`` of the time at look k.
By Bonferroni's inequality the chance of any false *not met* in a year is then at most `alpha`,
however many looks there are and however they hang together (they share the stored evidence they
are compared with). What is added up over batches is a second test at the same look: each of the two
has half of the look's share.

References
----------
Lan and DeMets (1983), "Discrete sequential boundaries for clinical trials", Biometrika 70(3),
659-663 (spending a false alarm rate over looks of any number and spacing).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from essex_standard.standard.check import Check

PLANNED = 12
"""Looks a year where nothing else is said: one a month."""

TESTS_A_LOOK = 2
"""The batch by itself, and what has accumulated."""

_PLANNED_SHARE = 0.9


def share(look: int, planned: int = PLANNED) -> float:
    """Return the share of a year's false alarm rate that a look may spend, in (0, 1).

    Parameters
    ----------
    look : int
        1 for the first look of a year.
    planned : int
        Looks that a year has by plan.

    Examples
    --------
    >>> round(share(1), 6), share(12) == share(1), round(share(13), 6)
    (0.075, True, 0.05)
    """
    if look <= planned:
        return _PLANNED_SHARE / planned
    return float((1 - _PLANNED_SHARE) * 0.5 ** (look - planned))


def at_look(check: Check, look: int, planned: int = PLANNED) -> Check:
    """Return the check with the certainty that one test at this look asks for."""
    part = share(look, planned) / TESTS_A_LOOK
    evidence = check.evidence
    return check.model_copy(
        update={
            "evidence": evidence.model_copy(
                update={
                    "confidence": 1 - (1 - evidence.confidence) * part,
                    "near_certain": 1 - (1 - evidence.near_certain) * part,
                }
            )
        }
    )


def year_of(first: dt.date, day: dt.date) -> int:
    """Return the year of monitoring that a day is in, counted from 1 on the day of the first look.

    Examples
    --------
    >>> first = dt.date(2026, 3, 1)
    >>> year_of(first, dt.date(2027, 2, 28)), year_of(first, dt.date(2027, 3, 1))
    (1, 2)
    """
    had = (day.month, day.day) >= (first.month, first.day)
    return max(1, day.year - first.year + (1 if had else 0))
