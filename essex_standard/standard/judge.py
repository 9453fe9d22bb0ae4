"""The judge: from estimates and a limit to an outcome that says no more than the data can carry.

    met        every judged comparison lies within the limit, by two one-sided tests
    not met    some comparison lies beyond it, after Holm's correction over the whole family
    uncertain  neither

A point estimate is never compared with a limit. No correction is needed for *met*: all of the
tests must succeed (an intersection-union test, Berger 1982, Technometrics 24(4), 295-300).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from essex_standard.assessment import Outcome
from essex_standard.measurement import Measurement
from essex_standard.standard.check import Check, LimitTable
from essex_standard.statistics.comparison import Comparison, Estimate, Measured
from essex_standard.statistics.estimates import Exact
from essex_standard.statistics.multiplicity import holm
from essex_standard.statistics.power import further_cases

PUBLISHED_FROM = 10
"""Below ten in a denominator nothing is tested or published (the smallest minimum a check has)."""

_WORST_FIRST = (Outcome.NOT_MET, Outcome.NOT_ASSESSED, Outcome.UNCERTAIN, Outcome.MET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An outcome, and everything a sentence about it needs.

    Attributes
    ----------
    by_attribute : tuple of (attribute, Outcome)
    breaching : tuple of Comparison
        Beyond the limit after correction: the worse off first, then the most certain.
    undecided : tuple of Comparison
        Neither within nor beyond: the worse off first, then the largest.
    too_small : tuple of Comparison
        Fewer cases than the check's minimum on one side.
    further : int or None
        Cases that would settle what is undecided; None for more than 100,000 or not needed.
    """

    outcome: Outcome
    measurements: tuple[Measurement, ...] = ()
    by_attribute: tuple[tuple[str, Outcome], ...] = ()
    judged: tuple[Comparison, ...] = ()
    breaching: tuple[Comparison, ...] = ()
    undecided: tuple[Comparison, ...] = ()
    too_small: tuple[Comparison, ...] = ()
    further: int | None = None
    interval_confidence: float | None = None
    reasons: tuple[str, ...] = ()


def judge(check: Check, measured: Measured) -> Judgement:
    """Judge what was measured by the check's limit."""
    if not measured.applicable:
        return Judgement(outcome=Outcome.NOT_APPLICABLE, reasons=(measured.reason,))
    reasons = tuple(r for r in (measured.reason, *measured.gaps) if r)
    if not measured.comparisons:
        return Judgement(
            outcome=Outcome.NOT_ASSESSED,
            measurements=measured.told,
            reasons=reasons or ("nothing could be measured",),
        )
    judged = [
        c
        for c in measured.comparisons
        if c.estimate is not None and _size(c) >= check.evidence.minimum
    ]
    small = [c for c in measured.comparisons if c not in judged]
    alpha = 1 - check.evidence.confidence
    single = 1 - alpha / max(len(judged), 1)
    measurements = (*(_printed(c, check, single) for c in measured.comparisons), *measured.told)
    if check.limit is None:
        return Judgement(
            outcome=Outcome.NOT_ASSESSED,
            measurements=measurements,
            judged=tuple(judged),
            too_small=tuple(small),
            interval_confidence=single,
            reasons=("no limit is set: the figures are told, not judged",),
        )
    breaching = _breaching(judged, small, check)
    within = {c for c in judged if _is_within(c, check.limit, alpha)}
    by_attribute: list[tuple[str, Outcome]] = []
    for attribute in dict.fromkeys(c.attribute for c in measured.comparisons):
        mine = [c for c in judged if c.attribute == attribute]
        if any(c.attribute == attribute for c in breaching):
            found = Outcome.NOT_MET
        elif not mine:
            found = Outcome.NOT_ASSESSED
        else:
            found = Outcome.MET if all(c in within for c in mine) else Outcome.UNCERTAIN
        by_attribute.append((attribute, found))
    outcomes = {o for _, o in by_attribute} | ({Outcome.NOT_ASSESSED} if measured.gaps else set())
    undecided = tuple(c for c in judged if c not in within and c not in breaching)
    return Judgement(
        outcome=next(o for o in _WORST_FIRST if o in outcomes),
        measurements=measurements,
        by_attribute=tuple(by_attribute),
        judged=tuple(judged),
        breaching=breaching,
        undecided=tuple(sorted(undecided, key=lambda c: (not c.worse_off, -abs(_value(c))))),
        too_small=tuple(small),
        further=_further(undecided, check),
        interval_confidence=single,
        reasons=reasons,
    )


def _size(comparison: Comparison) -> float:
    """Return the cases on the smaller side; counted facts are never too few."""
    if isinstance(comparison.estimate, Exact):
        return math.inf
    return min(comparison.n, comparison.n if comparison.n_versus is None else comparison.n_versus)


def _value(comparison: Comparison) -> float:
    return 0.0 if comparison.estimate is None else comparison.estimate.value


def ends(limit: LimitTable, comparison: Comparison) -> tuple[float | None, float | None]:
    """Return both ends of the limit; for a signed gap ``at_most`` bounds its absolute value."""
    low, high = limit.ends
    if comparison.signed and low is None and high is not None:
        low = -high
    return low, high


def _against(estimate: Estimate, low: float | None, high: float | None) -> float:
    """Return the p-value of 'within the limit': small means beyond it on one side."""
    p = 1.0
    if high is not None:
        p = min(p, 1 - estimate.above(high))
    if low is not None:
        p = min(p, 1 - estimate.below(low))
    return p


def _is_within(comparison: Comparison, limit: LimitTable, alpha: float) -> bool:
    """Two one-sided tests (Schuirmann 1987): neither end may still be believed to be passed."""
    low, high = ends(limit, comparison)
    estimate = comparison.estimate
    return (
        estimate is not None
        and (high is None or estimate.above(high) <= alpha)
        and (low is None or estimate.below(low) <= alpha)
    )


def _breaching(
    judged: Sequence[Comparison], small: Sequence[Comparison], check: Check
) -> tuple[Comparison, ...]:
    limit = check.limit
    assert limit is not None  # noqa: S101 - told checks return earlier
    alpha = 1 - check.evidence.confidence
    p_values = [_against(c.estimate, *ends(limit, c)) if c.estimate else 1.0 for c in judged]
    found = [
        (p, c)
        for p, adjusted, c in zip(p_values, holm(p_values), judged, strict=True)
        if adjusted <= alpha
    ]
    heard = [c for c in small if _size(c) >= PUBLISHED_FROM and c.estimate is not None]
    # Small groups answer to a stricter test of their own, so that hearing them costs nobody power.
    for c in heard:
        p = _against(c.estimate, *ends(limit, c)) if c.estimate else 1.0
        if p * len(heard) <= 1 - check.evidence.near_certain:
            found.append((p, c))
    return tuple(c for _, c in sorted(found, key=lambda pair: (not pair[1].worse_off, pair[0])))


def _printed(comparison: Comparison, check: Check, confidence: float) -> Measurement:
    """Return the comparison as a measurement; below ten nothing but its name."""
    estimate = comparison.estimate if _size(comparison) >= PUBLISHED_FROM else None
    low, high = (None, None) if estimate is None else estimate.interval(confidence)
    return Measurement(
        measure=comparison.measure,
        attribute=comparison.attribute,
        group=comparison.group,
        versus=comparison.versus,
        value=None if estimate is None else estimate.value,
        low=low,
        high=high,
        n=None if isinstance(estimate, Exact) else comparison.n,
        limit=None if check.limit is None else check.limit.value,
    )


def _further(undecided: Sequence[Comparison], check: Check) -> int | None:
    """Return the cases that would settle every undecided comparison, None beyond counting."""
    most = 0
    for c in undecided:
        if c.estimate is None or check.limit is None:
            continue
        low, high = c.estimate.interval(0.6827)
        margins = [abs(c.estimate.value - end) for end in ends(check.limit, c) if end is not None]
        needed = further_cases(
            margin=min(margins, default=0.0),
            standard_error=(high - low) / 2,
            n=_size(c),
            confidence=check.evidence.confidence,
        )
        if needed is None:
            return None
        most = max(most, needed)
    return most or None
