"""The judge: from estimates and a limit to an outcome that says no more than the data can carry.

    met        every judged comparison lies within the limit, by two one-sided tests
    not met    some comparison lies beyond it, after Holm's correction over the whole family
    uncertain  neither

A point estimate is never compared with a limit. No correction is needed for *met*: all of the
tests must succeed (an intersection-union test, Berger 1982, Technometrics 24(4), 295-300).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from essex_standard.assessment import Outcome
from essex_standard.measurement import Measurement
from essex_standard.standard.check import Check
from essex_standard.standard.limit_tests import LimitTests, ends, limit_tests
from essex_standard.statistics.comparison import Comparison, Estimate, Measured
from essex_standard.statistics.estimates import Exact
from essex_standard.statistics.multiplicity import holm
from essex_standard.statistics.power import further_cases
from essex_standard.statistics.proportions import (
    ProportionDifference,
    ProportionRatio,
    intervals,
)

PUBLISHED_FROM = 10
"""Below ten in a denominator nothing is tested or published (the smallest minimum a check has)."""

_ONE_STANDARD_ERROR = 0.6827

Tests = Mapping[int, LimitTests]
"""The p-values of each comparison, by its id()."""

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
    """Judge what was measured by the check's limit, and add the figures that a report prints."""
    judgement = decide(check, measured)
    single = judgement.interval_confidence
    if single is None:
        return judgement
    return replace(
        judgement,
        measurements=(*_printed(measured.comparisons, check, single), *measured.told),
        further=_further(judgement.undecided, check, len(set(_family(judgement.judged)))),
    )


def decide(check: Check, measured: Measured, tests: Tests | None = None) -> Judgement:
    """Return the outcome alone, without any interval: `judge` goes the same way.

    Parameters
    ----------
    tests : mapping, optional
        What `tests_of` found for these comparisons, by their `id`: a simulation tests those of
        many draws at once. By default they are tested here.
    """
    if not measured.applicable:
        return Judgement(outcome=Outcome.NOT_APPLICABLE, reasons=(measured.reason,))
    reasons = tuple(r for r in (measured.reason, *measured.gaps) if r)
    if not measured.comparisons:
        return Judgement(
            outcome=Outcome.NOT_ASSESSED,
            measurements=measured.told,
            reasons=reasons or ("nothing could be measured",),
        )
    small: list[Comparison] = []
    judged: list[Comparison] = []
    missing: list[Comparison] = []
    for c in measured.comparisons:
        if _size(c) < check.evidence.minimum:
            small.append(c)
        else:
            (missing if c.estimate is None else judged).append(c)
    reasons += tuple(f"{c.name}: {c.reason or 'it could not be computed'}" for c in missing)
    family = _family(judged)
    alpha = 1 - check.evidence.confidence
    single = 1 - alpha / max(len(set(family)), 1)
    if check.limit is None:
        return Judgement(
            outcome=Outcome.NOT_ASSESSED,
            judged=tuple(judged),
            too_small=tuple(small),
            interval_confidence=single,
            reasons=("no limit is set: the figures are told, not judged",),
        )
    if tests is None:
        tests = tests_of(check, measured.comparisons)
    breaching = (*_breaching(judged, family, check, tests), *_heard(small, check, tests))
    broken = {id(c) for _, c in breaching}
    within = {id(c) for c in judged if tests[id(c)].within <= alpha}
    undecided = [c for c in judged if id(c) not in within | broken]
    by_attribute = _by_attribute(measured.comparisons, judged, broken, within)
    outcomes = {o for _, o in by_attribute}
    if measured.gaps or missing:
        outcomes.add(Outcome.NOT_ASSESSED)
    return Judgement(
        outcome=next(o for o in _WORST_FIRST if o in outcomes),
        by_attribute=by_attribute,
        judged=tuple(judged),
        breaching=tuple(
            c for _, c in sorted(breaching, key=lambda pair: (not pair[1].worse_off, pair[0]))
        ),
        undecided=tuple(sorted(undecided, key=lambda c: (not c.worse_off, -abs(_value(c))))),
        too_small=tuple(small),
        interval_confidence=single,
        reasons=reasons,
    )


def tests_of(check: Check, comparisons: Sequence[Comparison]) -> Tests:
    """Return the p-values of every comparison of ten cases or more, by its `id`."""
    if check.limit is None:
        return {}
    tested = [c for c in comparisons if _is_tested(c)]
    return dict(zip(map(id, tested), limit_tests(check.limit, tested), strict=True))


def _by_attribute(
    comparisons: Sequence[Comparison],
    judged: Sequence[Comparison],
    broken: Collection[int],
    within: Collection[int],
) -> tuple[tuple[str, Outcome], ...]:
    met = {c.attribute: True for c in judged}
    for c in judged:
        met[c.attribute] &= id(c) in within
    not_met = {c.attribute for c in comparisons if id(c) in broken}

    def outcome(attribute: str) -> Outcome:
        if attribute in not_met:
            return Outcome.NOT_MET
        if attribute not in met:
            return Outcome.NOT_ASSESSED
        return Outcome.MET if met[attribute] else Outcome.UNCERTAIN

    return tuple((a, outcome(a)) for a in dict.fromkeys(c.attribute for c in comparisons))


def _family(judged: Sequence[Comparison]) -> list[int]:
    """Return a number for each hypothesis; two groups, each against the rest, share one."""
    places: dict[tuple[str, str], list[int]] = {}
    for i, c in enumerate(judged):
        # Equalised odds compares each group twice, by two rates.
        places.setdefault((c.attribute, c.measure), []).append(i)
    number = list(range(len(judged)))
    for same in places.values():
        # Of two groups compared in several bands, those of one band stand side by side.
        for i, j in pairwise(same):
            if not (number[i] == i and _mirror(judged[i]) and _mirror(judged[j])):
                continue
            first, second = (_sides(judged[at].estimate) for at in (i, j))
            if _alike(first, (*second[2:], *second[:2])):
                number[j] = number[i]
    return number


def _mirror(c: Comparison) -> bool:
    return c.versus == "rest" and isinstance(c.estimate, ProportionDifference | ProportionRatio)


def _sides(estimate: Any) -> tuple[float, ...]:
    return estimate.first.k, estimate.first.n, estimate.second.k, estimate.second.n


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    # Sums of weights taken in another order differ in their last digits.
    return all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(one, other, strict=True))


def _size(comparison: Comparison) -> float:
    """Return the cases on the smaller side; counted facts are never too few."""
    if isinstance(comparison.estimate, Exact):
        return math.inf
    return min(comparison.n, comparison.n if comparison.n_versus is None else comparison.n_versus)


def _value(comparison: Comparison) -> float:
    return 0.0 if comparison.estimate is None else comparison.estimate.value


Found = tuple[float, Comparison]
"""A p-value, and the comparison that lies beyond the limit."""


def _breaching(
    judged: Sequence[Comparison], family: Sequence[int], check: Check, tests: Tests
) -> list[Found]:
    p_of: dict[int, float] = {}
    p_values = [tests[id(c)].beyond for c in judged]
    for number, p in zip(family, p_values, strict=True):
        p_of[number] = max(p, p_of.get(number, 0.0))
    adjusted = dict(zip(p_of, holm(list(p_of.values())), strict=True))
    alpha = 1 - check.evidence.confidence
    return [
        (p, c)
        for p, number, c in zip(p_values, family, judged, strict=True)
        if adjusted[number] <= alpha
    ]


Rejudge = Callable[[Sequence[int], Sequence[Estimate]], tuple[Outcome, ...]]
"""From places among the judged comparisons, each with another estimate, to their outcomes."""


def rejudging(
    check: Check, judged: Sequence[Comparison], known: Sequence[Estimate | None]
) -> Rejudge:
    """Return how judged comparisons would fare with another estimate, each with all else as it is.

    The correction counts the same hypotheses; of two groups that are each other's rest the one
    whose estimate changes speaks for both.

    Parameters
    ----------
    known : sequence of Estimate or None
        What all else is taken to be, one a judged comparison; None says nothing against a limit.
    """
    limit, alpha = check.limit, 1 - check.evidence.confidence
    assert limit is not None  # noqa: S101 - what is only told is not judged again
    family = _family(judged)
    p_of: dict[int, float] = {}
    as_known = [replace(c, estimate=e) for c, e in zip(judged, known, strict=True)]
    for number, tests in zip(family, limit_tests(limit, as_known), strict=True):
        p_of[number] = max(tests.beyond, p_of.get(number, 0.0))

    def outcome(place: int, tests: LimitTests) -> Outcome:
        others = [p for number, p in p_of.items() if number != family[place]]
        if tests.beyond <= alpha and holm([tests.beyond, *others])[0] <= alpha:
            return Outcome.NOT_MET
        return Outcome.MET if tests.within <= alpha else Outcome.UNCERTAIN

    def rejudge(places: Sequence[int], estimates: Sequence[Estimate]) -> tuple[Outcome, ...]:
        changed = [
            replace(judged[place], estimate=e) for place, e in zip(places, estimates, strict=True)
        ]
        found = limit_tests(limit, changed)
        return tuple(outcome(place, t) for place, t in zip(places, found, strict=True))

    return rejudge


def _heard(small: Sequence[Comparison], check: Check, tests: Tests) -> list[Found]:
    """Return near-certain breaches in groups below the minimum.

    They answer to a stricter test of their own, so that hearing them costs nobody power.
    """
    heard = [(tests[id(c)].beyond, c) for c in small if _is_tested(c)]
    near_certain = 1 - check.evidence.near_certain
    return [(p, c) for p, c in heard if p * len(heard) <= near_certain]


def _is_tested(comparison: Comparison) -> bool:
    return comparison.estimate is not None and _size(comparison) >= PUBLISHED_FROM


def _printed(
    comparisons: Sequence[Comparison], check: Check, confidence: float
) -> Iterator[Measurement]:
    """Yield the comparisons as measurements; below ten nothing but the name."""
    shown = {id(c): c.estimate for c in comparisons if _is_tested(c)}
    found = dict(zip(shown, intervals(_known(shown.values()), confidence), strict=True))
    for c in comparisons:
        estimate = shown.get(id(c))
        low, high = found.get(id(c), (None, None))
        yield Measurement(
            measure=c.measure,
            attribute=c.attribute,
            group=c.group,
            versus=c.versus,
            value=None if estimate is None else estimate.value,
            low=low,
            high=high,
            n=None if isinstance(estimate, Exact) else c.n,
            limit=None if check.limit is None else check.limit.value,
        )


def _known(estimates: Iterable[Estimate | None]) -> list[Estimate]:
    return [e for e in estimates if e is not None]


def _further(undecided: Sequence[Comparison], check: Check, family: int) -> int | None:
    """Return the cases that would settle every undecided comparison, None beyond counting.

    What seems to lie beyond the limit must stand up to the correction for the whole family; what
    seems to lie within need not.
    """
    most = 0
    alpha = 1 - check.evidence.confidence
    if check.limit is None:
        return None
    errors = intervals(_known(c.estimate for c in undecided), _ONE_STANDARD_ERROR)
    for c, (low, high) in zip(undecided, errors, strict=True):
        assert c.estimate is not None  # noqa: S101 - what is undecided was judged
        bounds = ends(check.limit, c)
        inside = all(
            end is None or (c.estimate.value - end) * side >= 0
            for end, side in zip(bounds, (1, -1), strict=True)
        )
        needed = further_cases(
            margin=min(
                (abs(c.estimate.value - end) for end in bounds if end is not None), default=0.0
            ),
            standard_error=(high - low) / 2,
            n=_size(c),
            confidence=1 - (alpha if inside else alpha / max(family, 1)),
        )
        if needed is None:
            return None
        most = max(most, needed)
    return most or None
