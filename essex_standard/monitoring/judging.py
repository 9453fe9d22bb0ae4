"""Judge a batch by the checks of the Standard, at the certainty that its look may spend.

not met   at the look's share of the year's false alarm rate
met       at the check's own certainty: within the limit by two one-sided tests
neither   cannot tell: the check goes on the watch list
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from essex_standard.assessment import Finding, HowWeKnow, Level, Outcome, Verdict
from essex_standard.disclosure.editions import protected_finding
from essex_standard.evidence.coding import JOINED
from essex_standard.monitoring.looks import at_look
from essex_standard.monitoring.record import Seen, Standing
from essex_standard.monitoring.repeatable import needs_outcomes, over_time
from essex_standard.monitoring.wording import reworded, words
from essex_standard.pipeline.findings import Ground, measure
from essex_standard.standard.judge import Judgement, judge
from essex_standard.standard.wording import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from essex_standard.assessment import Assessment
    from essex_standard.standard import Check, Standard
    from essex_standard.statistics.comparison import Measured

THEN, NOW = "the assessment", "the new data"
"""How the two populations are called where a check compares periods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a batch is judged on.

    Attributes
    ----------
    alone : Ground
        The batch, with the people assessed as its reference.
    beside : Ground
        Both together, each as a period.
    """

    alone: Ground
    beside: Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """Which looks of the year these are, and how many it has by plan."""

    look: int
    outcome_look: int
    planned: int

    def of(self, check: Check) -> Check:
        """Return the check with the certainty of its look."""
        return at_look(
            check, self.outcome_look if needs_outcomes(check) else self.look, self.planned
        )


def judged(check: Check, measured: Measured, strict: Check) -> Judgement:
    """Return *not met* at the look's certainty, *met* at the check's own, else *uncertain*."""
    strictly = judge(strict, measured)
    if strictly.outcome is Outcome.NOT_MET:
        return strictly
    usual = judge(check, measured)
    if usual.outcome is Outcome.NOT_MET:
        # What would be a finding in one look is not one in a year of them.
        return strictly
    return usual


def asked(check: Check, theme: str, ground: Ground, strict: Check) -> tuple[Finding, bool]:
    """Return a check's protected finding, and whether it was only that there are too few people."""
    measured = measure(check, ground)
    if over_time(check):
        measured = replace(
            measured,
            comparisons=tuple(c for c in measured.comparisons if NOW in c.group.split(JOINED)),
        )
    found = judged(check, measured, strict)
    statement, details = sentences(check, measured, found, ground.shown, ground.speech)
    finding = Finding(
        check=check.id,
        title=reworded(check.title),
        theme=theme,
        level=Level(check.level),
        outcome=found.outcome,
        how_we_know=HowWeKnow(measured.how_we_know),
        statement=reworded(statement),
        details=tuple(reworded(d) for d in details),
        remedy=check.remedy if found.outcome is Outcome.NOT_MET else (),
        question=reworded(check.question),
        measurements=tuple(m for m in found.measurements if m.limit is not None),
        limit=None if check.limit is None else check.limit.value,
        limit_words="" if check.limit is None else check.limit.words,
        confidence=check.evidence.confidence,
        interval_confidence=found.interval_confidence,
        when_uncertain=check.when_uncertain,
    )
    return protected_finding(finding, ground.shown), _too_few(found, check, ground)


def _too_few(found: Judgement, check: Check, ground: Ground) -> bool:
    if found.too_small:
        return True
    people = {
        "rows": ground.facts.assessed.rows,
        "positives": ground.facts.positives,
        "negatives": ground.facts.negatives,
    }
    if needs_outcomes(check):
        return min(people["positives"], people["negatives"]) < check.evidence.minimum
    return people["rows"] < check.evidence.minimum


def seen_of(
    standard: Standard,
    grounds: Grounds,
    before: Assessment,
    spending: Spending,
    *,
    waiting: str,
    kept: Mapping[str, Seen],
) -> Iterator[Seen]:
    """Yield what each check in force finds of a batch.

    Parameters
    ----------
    before : Assessment
        What was found when the model was assessed.
    waiting : str
        Why what needs outcomes is not judged yet; empty once it is.
    kept : mapping of check to Seen
        What an earlier look at the same batch found: what needs no outcome is not tested twice.
    """
    outcomes = {f.check: f.outcome for f in before.findings}
    for theme, check in standard:
        if check.limit is None:
            continue
        needs = needs_outcomes(check)
        if check.id in kept and not needs:
            yield kept[check.id]
            continue
        ground = grounds.beside if over_time(check) else grounds.alone
        if needs and waiting:
            yield _awaited(check, theme, waiting)
            continue
        finding, too_few = asked(check, theme, ground, spending.of(check))
        yield standing_of(finding, outcomes, before, too_few=too_few)


def _awaited(check: Check, theme: str, waiting: str) -> Seen:
    finding = Finding(
        check=check.id,
        title=reworded(check.title),
        theme=theme,
        level=Level(check.level),
        outcome=Outcome.NOT_ASSESSED,
        how_we_know=HowWeKnow.MEASURED,
        statement=waiting,
        question=reworded(check.question),
        limit=None if check.limit is None else check.limit.value,
        limit_words="" if check.limit is None else check.limit.words,
    )
    return Seen(finding=finding, standing=Standing.AWAITED)


def standing_of(
    finding: Finding, outcomes: Mapping[str, Outcome], before: Assessment, *, too_few: bool
) -> Seen:
    """Return what a finding means beside the assessment.

    Parameters
    ----------
    outcomes : mapping of check to Outcome
        As it was found by the assessment.
    """
    say = words()["notes"]
    was = outcomes.get(finding.check)
    match finding.outcome:
        case Outcome.NOT_MET:
            decided = before.release.allowed and before.release.decision is not None
            if was is Outcome.NOT_MET and decided and finding.level is not Level.BLOCK:
                return Seen(finding=finding, standing=Standing.AS_DECIDED, note=say["as_decided"])
            note = say["not_met_before"] if was is Outcome.NOT_MET else say["new"]
            return Seen(finding=finding, standing=Standing.MOVED, note=note)
        case Outcome.UNCERTAIN:
            return Seen(finding=finding, standing=Standing.WATCHED)
        case Outcome.NOT_ASSESSED if too_few:
            return Seen(finding=finding, standing=Standing.WATCHED, note=say["too_few"])
        case Outcome.NOT_ASSESSED if was in (Outcome.NOT_ASSESSED, Outcome.NOT_APPLICABLE):
            return Seen(finding=finding, standing=Standing.AS_ASSESSED)
        case Outcome.NOT_ASSESSED:
            return Seen(finding=finding, standing=Standing.LOST, note=say["lost"])
        case Outcome.NOT_APPLICABLE:
            return Seen(finding=finding, standing=Standing.NOT_ASKED)
        case Outcome.MET | Outcome.WAIVED:
            return Seen(finding=finding, standing=Standing.HOLDS)


def verdict_of_seen(seen: tuple[Seen, ...]) -> Verdict:
    """Return what the findings of a batch amount to.

    ``block`` if a block-level check is *not met*; else ``refer`` if a refer-level one is, or if one
    that the assessment could judge cannot be judged any more; else ``pass``. What a batch is too
    small to tell is watched and refers nothing by itself.
    """
    moved = [s for s in seen if s.standing is Standing.MOVED]
    if any(s.finding.level is Level.BLOCK for s in moved):
        return Verdict.BLOCK
    lost = [s for s in seen if s.standing is Standing.LOST]
    if any(s.finding.level is not Level.NOTE for s in (*moved, *lost)):
        return Verdict.REFER
    return Verdict.PASS


__all__ = [
    "NOW",
    "THEN",
    "Grounds",
    "Spending",
    "asked",
    "judged",
    "seen_of",
    "standing_of",
    "verdict_of_seen",
]
