"""The figures that charts over time show: a handful a batch, protected, and of the assessment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures import MEASURES
from essex_standard.statistics.comparison import Scope

if TYPE_CHECKING:
    from essex_standard.disclosure import Protection
    from essex_standard.measures.facts import Facts
    from essex_standard.monitoring.record import Seen

CONFIDENCE = 0.95

RATES = ("selection_rate", "outcome_prevalence", "true_positive_rate")
RANKED = ("roc_auc", "average_precision")
WIDEST = (
    "population_stability_index", "jensen_shannon_distance",
    "true_positive_rate_difference_to_rest",
)  # fmt: skip
SERIES = (
    "selection_rate", "outcome_prevalence", "population_stability_index", "jensen_shannon_distance",
    "roc_auc", "average_precision", "true_positive_rate", "true_positive_rate_difference_to_rest",
)  # fmt: skip
"""What is charted, in this order, where anything is known of it."""


def of_population(facts: Facts, shown: Protection, *, outcomes: bool) -> Iterator[Measurement]:
    """Yield the protected rates and rankings of one population.

    Parameters
    ----------
    outcomes : bool
        Whether its outcomes are in, so that what needs them is more than an early guess.
    """
    for name in RATES:
        if name != "selection_rate" and not outcomes:
            continue
        rate = shown.rate(name)
        if rate is None or (name == "selection_rate" and facts.assessed.threshold is None):
            continue
        low, high = rate.interval(CONFIDENCE)
        raw = Measurement(measure=name, value=rate.value, low=low, high=high, n=int(rate.n))
        yield shown.protect(raw, CONFIDENCE)
    for name in RANKED if outcomes else ():
        measured = MEASURES[name].compute(facts, Scope(across=("whole",)))
        for c in measured.comparisons[:1]:
            if c.estimate is not None:
                low, high = c.estimate.interval(CONFIDENCE)
                raw = Measurement(measure=name, value=c.estimate.value, low=low, high=high, n=c.n)
                yield shown.protect(raw, CONFIDENCE)


def widest(seen: tuple[Seen, ...]) -> Iterator[Measurement]:
    """Yield, of protected figures that were judged, the one furthest out of each kind."""
    for name in WIDEST:
        found = [
            m
            for s in seen
            if not any(" & " in m.attribute for m in s.finding.measurements)
            for m in s.finding.measurements
            if m.measure == name and m.value is not None
        ]
        if found:
            yield _upright(max(found, key=lambda m: abs(m.value or 0.0)))


def _upright(m: Measurement) -> Measurement:
    """Return a gap as its size: which way it points changes from group to group."""
    if m.value is None or m.value >= 0 or m.low is None or m.high is None:
        return m
    return replace(m, value=-m.value, low=-m.high, high=-m.low)
