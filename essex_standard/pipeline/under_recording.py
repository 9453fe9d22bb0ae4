"""By how much need would have to go unrecorded in one group for what a check says of it to change.

    of P people of a group recorded with the outcome, and N recorded without it,
    U = P u / (1 - u) of the N had it too: a share u of all who had it is not on record

Two readings of the U: the model flagged them as often as it did the group's N (*neutral*), or it
flagged none of them (*none flagged*). The group's comparison is judged anew on the cells so
changed, by the judge that judged it, all other groups as they are on record; sought is the smallest
whole u in 100, up to 50, at which its outcome is another. Effective sizes keep their design effect.

Nothing here is evidence that anything went unrecorded: it says how much the finding leans on the
record.

References
----------
Rambachan and Roth (2020), "Bias in, bias out? Evaluating the folk wisdom", FORC. VanderWeele and
Ding (2017), "Sensitivity analysis in observational research: introducing the E-value", Annals of
Internal Medicine 167(4): the question turned round in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from essex_standard.assessment import Outcome
from essex_standard.evidence.design_effect import sum_cells
from essex_standard.evidence.group_table import CELLS, NEGATIVE, POSITIVE
from essex_standard.measurement import Measurement
from essex_standard.standard.judge import Judgement, Rejudge, rejudging
from essex_standard.standard.levels import named
from essex_standard.standard.phrases import rates_of
from essex_standard.standard.speech import Speech, catalogue
from essex_standard.statistics.proportions import (
    Proportion,
    ProportionDifference,
    ProportionRatio,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.standard.check import Check
    from essex_standard.statistics.comparison import Comparison

    Cells = NDArray[np.float64]

Gap = ProportionDifference | ProportionRatio

NEUTRAL, NONE_FLAGGED = "under_recording_to_change", "under_recording_to_change_if_none_flagged"
"""The figure's name under each of the two readings."""

MOST = 50
"""Of 100: beyond this the record would hold less than half of what happened."""

OF_OUTCOMES = frozenset(CELLS) - {"selection_rate", "outcome_prevalence"}
"""Rates that count outcomes, and so lean on their record."""


class Shown(Protocol):
    """What disclosure control lets through."""

    def rate(self, rate: str, attribute: str = "", group: str = "") -> Proportion | None:
        """Return a group's rate, or None where it is withheld."""
        ...

    def rest_rate(self, rate: str, attribute: str, group: str) -> Proportion | None:
        """Return everyone else's rate, or None where it is withheld."""
        ...

    def cells_of(self, attribute: str, group: str) -> Cells | None:
        """Return a group's rounded cells, or None where it is withheld."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What it takes for one group's outcome to change.

    Attributes
    ----------
    reading : str
        `NEUTRAL` or `NONE_FLAGGED`.
    in_100 : int or None
        Of 100 people of the group who had the outcome, those not on record; None where no number up
        to `MOST` would do.
    before, after : Outcome
        How the group's comparison is judged, and how it would be.
    """

    comparison: Comparison
    reading: str
    in_100: int | None
    before: Outcome
    after: Outcome | None

    @property
    def measurement(self) -> Measurement:
        """The change as a measurement; `versus` names the outcome that it would change to."""
        return Measurement(
            measure=self.reading,
            attribute=self.comparison.attribute,
            group=self.comparison.group,
            versus=None if self.after is None else self.after.value,
            value=None if self.in_100 is None else self.in_100 / 100,
            n=self.comparison.n,
        )


def under_recording(check: Check, judgement: Judgement, shown: Shown) -> tuple[Change, ...]:
    """Return, for each group that the check judged within or beyond its limit, what it would take.

    Everything but the outcomes on record is taken from the cells as they may be printed: a figure
    in whole people of 100 needs no finer ones, and gives nothing away that the report does not
    print. Of a withheld group there is no figure, not even that it has none. Groups of which the
    check cannot tell anything have nothing to change.
    """
    rates = rates_of(check.measure)
    if check.limit is None or len(rates) != 1 or rates[0] not in OF_OUTCOMES:
        return ()
    unsure = {id(c) for c in judgement.undecided}
    beyond = {id(c) for c in judgement.breaching}
    on_record = [_recorded(c, rates[0], shown) for c in judgement.judged]
    cases = [
        Case(place=place, reading=reading, recorded=recorded, before=before)
        for place, (c, recorded) in enumerate(zip(judgement.judged, on_record, strict=True))
        if recorded is not None and id(c) not in unsure
        for before in [Outcome.NOT_MET if id(c) in beyond else Outcome.MET]
        for reading in (NEUTRAL, NONE_FLAGGED)
    ]
    if not cases:
        return ()
    known = [None if r is None else r.gap for r in on_record]
    fares = partial(_fares, rejudging(check, judgement.judged, known), check.evidence.minimum)
    return tuple(
        Change(
            comparison=judgement.judged[case.place],
            reading=case.reading,
            in_100=in_100,
            before=case.before,
            after=after,
        )
        for case, (in_100, after) in zip(cases, _smallest(cases, fares), strict=True)
    )


def under_recording_sentences(
    changes: Sequence[Change], outcome: Outcome, speech: Speech
) -> tuple[str, ...]:
    """Return in words what it takes to change the check at its weakest place.

    Parameters
    ----------
    outcome : Outcome
        Of the whole check.
    """
    if not changes:
        return ()
    words = catalogue()["under_recording"]
    phrases = speech.words() | {"most": str(MOST)}
    said: list[str] = []
    after: Outcome | None = None
    for reading in (NEUTRAL, NONE_FLAGGED):
        found = [c for c in changes if c.reading == reading and c.in_100 is not None and c.after]
        if not found:
            continue
        weakest = min(found, key=lambda c: c.in_100 or 0)
        phrases |= {
            "in_100": str(weakest.in_100),
            "name": named(weakest.comparison.attribute, weakest.comparison.group),
            "then": _then(weakest, outcome) if weakest.after is not after else "",
        }
        said.append(words[reading].format(**phrases).strip())
        after = weakest.after
    return tuple(said) or (words["nothing"].format(**phrases),)


def _then(change: Change, outcome: Outcome) -> str:
    """Return what would then be said of the group, and of the check if it is met as yet."""
    words = catalogue()["under_recording"]
    assert change.after is not None  # noqa: S101 - only changes are told
    then = str(words["then"][f"{change.before.value} to {change.after.value}"])
    return f"{then} {words['no_longer_met']}" if outcome is Outcome.MET else then


def unrecorded(cells: Cells, in_100: float, reading: str) -> Cells | None:
    """Return a group's cells if so many of 100 who had the outcome were not on record as having it.

    Parameters
    ----------
    cells : ndarray of shape (3, 2)
        People by outcome and decision, as recorded.

    Returns
    -------
    ndarray of shape (3, 2) or None
        None where fewer were recorded without the outcome than would have to have had it.
    """
    share = in_100 / 100
    people = float(cells[POSITIVE].sum()) * share / (1 - share)
    among = cells[NEGATIVE].astype(np.float64)
    if reading == NONE_FLAGGED:
        among[1] = 0.0
    if people > among.sum():
        return None
    moved = among * (people / among.sum()) if people else np.zeros(2)
    changed = cells.astype(np.float64)
    changed[NEGATIVE] -= moved
    changed[POSITIVE] += moved
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One comparison as it is on record: the group's cells, its rate and the other side's.

    Attributes
    ----------
    kind : type
        `ProportionDifference` or `ProportionRatio`.
    people : float
        Behind the group's rate, to be held against the check's minimum.
    """

    rate: str
    kind: type[Gap]
    cells: Cells
    people: float
    mine: Proportion
    other: Proportion

    @property
    def gap(self) -> Gap:
        """The estimate from what is on record."""
        return self.kind(self.mine, self.other)

    def estimate(self, in_100: int, reading: str, minimum: int) -> Gap | None:
        """Return the estimate if so many in 100 went unrecorded; None with too few left to judge.

        The design effect is the record's: the same share of the people counts as independent.
        """
        cells = unrecorded(self.cells, in_100, reading)
        assert cells is not None  # noqa: S101 - the search keeps below what is possible
        over, under = CELLS[self.rate]
        was, among = (float(sum_cells(each, under)) for each in (self.cells, cells))
        if self.people * among / was < minimum:
            return None
        n = self.mine.n * among / was
        mine = Proportion(min(n, n * float(sum_cells(cells, over)) / among), n)
        return self.kind(mine, self.other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One judged comparison, by its place among them, under one reading."""

    place: int
    reading: str
    recorded: Recorded
    before: Outcome

    @property
    def most(self) -> int:
        """The most in 100 that may have gone unrecorded, up to `MOST`; 0 where nobody may."""
        cells, reading = self.recorded.cells, self.reading
        possible = (k for k in range(MOST, 0, -1) if unrecorded(cells, k, reading) is not None)
        return next(possible, 0)


def _recorded(c: Comparison, rate: str, shown: Shown) -> Recorded | None:
    """Return what is on record as it may be printed, or None where either side is withheld."""
    cells = shown.cells_of(c.attribute, c.group)
    if cells is None or not isinstance(c.estimate, ProportionDifference | ProportionRatio):
        return None
    mine = shown.rate(rate, c.attribute, c.group)
    if c.versus in (None, "rest"):
        other = shown.rest_rate(rate, c.attribute, c.group)
    else:
        other = shown.rate(rate, c.attribute, str(c.versus))
    if mine is None or other is None:
        return None
    people, kind = float(sum_cells(cells, CELLS[rate][1])), type(c.estimate)
    return Recorded(rate=rate, kind=kind, cells=cells, people=people, mine=mine, other=other)


Fares = Callable[[Sequence[Case], Sequence[int]], Sequence[Outcome]]
"""From cases, each with so many unrecorded in 100, to their outcomes."""


def _fares(
    rejudge: Rejudge, minimum: int, cases: Sequence[Case], in_100: Sequence[int]
) -> list[Outcome]:
    found = [Outcome.NOT_ASSESSED] * len(cases)
    estimates = [
        c.recorded.estimate(k, c.reading, minimum) for c, k in zip(cases, in_100, strict=True)
    ]
    judged = [(i, e) for i, e in enumerate(estimates) if e is not None]
    outcomes = rejudge([cases[i].place for i, _ in judged], [e for _, e in judged])
    for (i, estimate), now in zip(judged, outcomes, strict=True):
        was = cases[i].recorded
        # To be beyond the limit on the other side is another finding.
        turned = now is Outcome.NOT_MET and _side(estimate) != _side(was.gap)
        found[i] = Outcome.UNCERTAIN if turned else now
    return found


def _smallest(cases: Sequence[Case], fares: Fares) -> list[tuple[int | None, Outcome | None]]:
    """Return the smallest number in 100 at which each outcome has changed, and to what.

    By bisection, all cases at each step together: a rate moves one way only as more goes
    unrecorded, so that what has changed stays changed.
    """
    high = [c.most for c in cases]
    after: list[Outcome | None] = [None] * len(cases)
    able = [i for i, most in enumerate(high) if most]
    low = [0] * len(cases)
    open_, at = able, high
    while open_:
        now = fares([cases[i] for i in open_], [at[i] for i in open_])
        for i, outcome in zip(open_, now, strict=True):
            if outcome is cases[i].before:
                low[i] = at[i]
            else:
                high[i], after[i] = at[i], outcome
        open_ = [i for i in able if after[i] is not None and high[i] - low[i] > 1]
        at = [(lo + hi) // 2 for lo, hi in zip(low, high, strict=True)]
    return [(None if to is None else k, to) for k, to in zip(high, after, strict=True)]


def _side(estimate: Gap) -> int:
    neutral = 1.0 if isinstance(estimate, ProportionRatio) else 0.0
    return int(np.sign(estimate.value - neutral))
