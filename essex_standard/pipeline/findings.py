"""Run every check and rule in force, and word what they found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from essex_standard.assessment import Finding, HowWeKnow, Level, Outcome
from essex_standard.evidence.coding import JOINED, is_deep
from essex_standard.evidence.periods import PERIOD, days_of
from essex_standard.measures import MEASURES
from essex_standard.measures.coverage import covered
from essex_standard.pipeline.under_recording import (
    Change,
    under_recording,
    under_recording_sentences,
)
from essex_standard.standard.judge import Judgement, judge
from essex_standard.standard.speech import Speech
from essex_standard.standard.wording import sentences
from essex_standard.statistics.comparison import ColumnsAsked, Comparison, Measured, Scope

if TYPE_CHECKING:
    import datetime as dt

    from essex_standard.disclosure import Protection
    from essex_standard.measures.facts import Facts
    from essex_standard.standard import Check, Standard
    from essex_standard.submission import LoadedSubmission
    from essex_standard.submission.rules import ColumnsUsed

FLAG_BRINGS = {
    "assistive": "an offer of help (assistive)",
    "mixed": "help and scrutiny together (mixed)",
    "intrusive": "scrutiny or a loss (intrusive)",
}

NO_SUBMISSION = Finding(
    check="SUB-01",
    title="The team's submission is before the board",
    theme="governance",
    level=Level.REFER,
    outcome=Outcome.NOT_ASSESSED,
    how_we_know=HowWeKnow.TEAM_SAYS_SO,
    statement="No submission was given: this is a technical check only, not for a decision. "
    "Purpose, people, agreements and plans were not looked at.",
    question="Has the team said what the model is for, who decides, and under which agreements?",
    remedy=("Write a submission: essex-standard init DIR --data FILE makes a start",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What judging stands on."""

    facts: Facts
    shown: Protection
    loaded: LoadedSubmission | None
    positive: tuple[str, ...] = ()

    @property
    def polarity(self) -> str:
        """What a flag brings; unknown counts as mixed, so that both harms are looked at."""
        declared = None if self.loaded is None else self.loaded.submission.polarity
        return str(declared or "mixed")

    @property
    def says_polarity(self) -> bool:
        """Whether somebody said what a flag brings."""
        return self.loaded is not None and self.loaded.submission.polarity is not None

    @property
    def stage(self) -> str:
        """The project's stage; unknown counts as development."""
        declared = None if self.loaded is None else self.loaded.submission.project.stage
        return str(declared or "development")

    @property
    def speech(self) -> Speech:
        """How sentences call the people scored and their outcome."""
        declared = None if self.loaded is None else self.loaded.submission.unit
        return Speech(
            unit=str(declared or "person"),
            outcome=self.facts.outcome_name,
            positive=self.positive,
            baseline=self.facts.baseline,
            factor=self.facts.legitimate_factor,
        )


def measured_findings(standard: Standard, ground: Ground) -> Iterator[Finding]:
    """Yield one finding a check, in the order of the Standard."""
    for theme, check in standard:
        measured = measure(check, ground)
        judgement = judge(check, measured)
        yield _finding(theme, check, measured, judgement, ground)


def measure(check: Check, ground: Ground) -> Measured:
    """Return what one check's measure finds, or why the check does not apply."""
    when = check.applies_when
    if when.polarity and ground.polarity not in when.polarity:
        if not ground.says_polarity:
            # That it does not apply would be said of a model of which nobody said what it does.
            return Measured.not_assessed(
                "nobody has said what a flag brings (polarity), so it cannot be told "
                "whether this is asked of the model"
            )
        brings = " or ".join(FLAG_BRINGS[p] for p in when.polarity)
        return Measured.not_applicable(
            f"the check is for models whose flag brings {brings}; this one's brings "
            f"{FLAG_BRINGS[ground.polarity]}"
        )
    if when.stage and ground.stage not in when.stage:
        return Measured.not_applicable(
            f"the check is for the stage {' or '.join(when.stage)}; this project is at the stage "
            f"{ground.stage}"
        )
    if "legitimate_factor" in when.declared and not ground.facts.legitimate_factor:
        return Measured.not_applicable(
            "the check is for assessments that declare a legitimate factor; none is declared"
        )
    if "decision" in MEASURES[check.measure].needs and ground.facts.assessed.threshold is None:
        return Measured.not_assessed("no decision rule is declared, so nobody is flagged")
    scope = scope_of(check)
    return covered(MEASURES[check.measure].compute(ground.facts, scope), ground.facts, scope)


def scope_of(check: Check) -> Scope:
    """Return what a check asks a measure for, without its limit."""
    return Scope(
        across=tuple(check.across),
        compare=check.compare,
        of=check.evidence.of,
        confidence=check.evidence.confidence,
        attributes=check.attributes,
        depth=check.depth,
        unknown_at_most=check.evidence.unknown_at_most,
        minimum=check.evidence.minimum,
        columns=ColumnsAsked(
            holding=check.columns.holding,
            role=check.columns.role,
            driving_from=check.columns.driving_from or 0.0,
        ),
    )


def _finding(
    theme: str, check: Check, measured: Measured, judgement: Judgement, ground: Ground
) -> Finding:
    statement, details = sentences(check, measured, judgement, ground.shown, ground.speech)
    changes = _under_recording(check, judgement, ground)
    return Finding(
        check=check.id,
        title=check.title,
        theme=theme,
        level=Level(check.level),
        outcome=judgement.outcome,
        how_we_know=HowWeKnow(measured.how_we_know),
        statement=statement,
        remedy=check.remedy
        if judgement.outcome not in (Outcome.MET, Outcome.NOT_APPLICABLE)
        else (),
        measurements=(*judgement.measurements, *(c.measurement for c in changes)),
        question=check.question,
        why=check.why,
        details=(
            *details,
            *_leaning(changes, judgement, ground),
            *_known_changes(judgement, ground),
        ),
        references=check.references,
        limit=None if check.limit is None else check.limit.value,
        limit_words="" if check.limit is None else check.limit.words,
        confidence=check.evidence.confidence,
        interval_confidence=judgement.interval_confidence,
        when_uncertain=check.when_uncertain,
        # Equalised odds may know enough of a group for one of its rates only.
        compared=tuple(
            name for name in _names(judgement.judged) if name not in _names(judgement.too_small)
        ),
        not_compared=_names(tuple(c for c in judgement.too_small if not is_deep(c.attribute))),
        unnamed=sum(n for _, n in measured.unnamed)
        + len(_names(tuple(c for c in judgement.too_small if is_deep(c.attribute)))),
    )


def _under_recording(check: Check, judgement: Judgement, ground: Ground) -> tuple[Change, ...]:
    """Return how much unrecorded need would change a check that alone stops release."""
    if check.level != "block":
        return ()
    return under_recording(check, judgement, ground.shown)


def _leaning(changes: tuple[Change, ...], judgement: Judgement, ground: Ground) -> tuple[str, ...]:
    return under_recording_sentences(changes, judgement.outcome, ground.speech)


def _known_changes(judgement: Judgement, ground: Ground) -> Iterator[str]:
    """Yield what the team names as changed in a period that is beyond its limit, or undecided."""
    if ground.loaded is None:
        return
    found = (*judgement.breaching, *judgement.undecided)
    periods = {
        p for c in found if PERIOD in c.attribute.split(JOINED) for p in c.group.split(JOINED)
    }
    for known in ground.loaded.submission.known_break:
        for period in sorted(periods):
            span = days_of(period)
            if known.on is not None and span is not None and span[0] <= known.on < span[1]:
                yield (
                    f"In {period} the team names a known change of the records: "
                    f"{known.on.isoformat()}, {known.what}. It excuses nothing."
                )


def _names(comparisons: tuple[Comparison, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c.name for c in comparisons if c.group))


def rule_findings_of(
    standard: Standard,
    loaded: LoadedSubmission | None,
    columns: ColumnsUsed | None,
    as_of: dt.date,
) -> Iterator[Finding]:
    """Yield one finding a rule in force; without a submission all are *not assessed*."""
    from essex_standard.submission.findings import no_submission_findings, rule_findings
    from essex_standard.submission.rules import RuleInput, run_rules

    if loaded is None:
        yield NO_SUBMISSION
        yield from no_submission_findings(standard.rules)
        return
    given = RuleInput.of(loaded, columns=columns, as_of=as_of)
    yield from rule_findings(run_rules(standard.rules, given))
