"""What sentences of every kind need: names, limits and figures in words, and what may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from essex_standard.measurement import Measurement
from essex_standard.standard.check import Check
from essex_standard.standard.levels import Rates, in_100
from essex_standard.standard.speech import catalogue
from essex_standard.statistics.comparison import OF_GROUPS
from essex_standard.statistics.proportions import Proportion

MOST_NAMES = 6
CROSSING = " & "
EPSILON = "smoothed_empirical_differential_fairness"
WORST_CASE = "_worst_case"
OF_PARTS = OF_GROUPS | {"periods"}
"""Scopes whose comparisons are of groups of people, or of people of one period."""


class Shown(Rates, Protocol):
    """What disclosure control lets through."""

    def rest_rate(self, rate: str, attribute: str, group: str) -> Proportion | None:
        """Return everyone else's rate, or None where it is withheld."""
        ...

    def protect(self, m: Measurement, confidence: float) -> Measurement:
        """Return a measurement as it may be published."""
        ...


def rates_of(measure: str) -> tuple[str, ...]:
    """Return the rates that a gap between groups is taken of; none for other measures."""
    stem = measure.removesuffix("_difference").removesuffix("_ratio")
    if stem == measure:
        return ()
    if stem in _JOINED:
        return _JOINED[stem]
    return (stem,) if stem in catalogue()["rates"] else ()


_JOINED = {
    "demographic_parity": ("selection_rate",),
    "equalized_odds": ("true_positive_rate", "false_positive_rate"),
}


def rates_between_groups(check: Check) -> tuple[str, ...]:
    """Return the rates compared between groups; one of two whole populations has its own words."""
    return () if "whole" in check.across else rates_of(check.measure)


def names_of(names: Sequence[str]) -> str:
    """Return names as a list in words, each once; beyond six, how many more."""
    unique = list(dict.fromkeys(names))
    if len(unique) > MOST_NAMES:
        return f"{', '.join(unique[:MOST_NAMES])} and {len(unique) - MOST_NAMES} more"
    return " and ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)


def limit_words(check: Check) -> str:
    """Return a check's limit in words; empty without one."""
    return "" if check.limit is None else check.limit.words.replace("-", "−")


def limit_in_100(check: Check) -> str:
    """Return the limit of a gap between shares as so many in 100."""
    if check.limit is None:
        return ""
    low, high = check.limit.ends
    if low is not None and high is not None and low != -high:
        return f"{100 * low:g} to {100 * high:g} in 100".replace("-", "−")
    end = high if high is not None else low
    return f"{100 * (end or 0):g} in 100"


def fewest(m: Measurement) -> str | None:
    """Return a small number of people: one that may not be told is told to be below another."""
    if m.below is not None:
        return f"fewer than {m.below:,}"
    return None if m.value is None else f"at least {m.value:,.0f}"


def share_of(share: float | None) -> str | None:
    """Return a share as so many in 100, or None."""
    return None if share is None else in_100(share)


def hundredths(share: float | None) -> str | None:
    """Return a share as a whole number of hundredths, or None."""
    return None if share is None else f"{round(100 * share)}".replace("-", "−")


def thousandths(share: float | None) -> str | None:
    """Return a share as a whole number of thousandths, or None."""
    return None if share is None else f"{1000 * share:.0f}"


def two_places(x: float | None) -> str | None:
    """Return a figure to two decimals, with a true minus sign, or None."""
    return None if x is None else f"{x:.2f}".replace("-", "−")
