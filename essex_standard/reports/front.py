"""Page one: what is asked, what was found, what was decided, and what is not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from essex_standard.assessment import (
    Assessment,
    Finding,
    HowWeKnow,
    Level,
    Outcome,
    Verdict,
    verdict_of,
)
from essex_standard.reports.text import clean
from essex_standard.reports.views import Badge, Figure, FrontPage
from essex_standard.reports.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """The most that page one can hold of each text: it is one sheet of paper, whatever is said."""

    asked: int
    title: int
    decision: int
    outcome: int
    names: int
    titles: int
    conditions: int


_ROOMY = _Room(asked=330, title=70, decision=160, outcome=90, names=6, titles=2, conditions=2)
_TIGHT = _Room(asked=210, title=36, decision=90, outcome=50, names=3, titles=1, conditions=1)
_MOST_UNKNOWN = 3
_MOST_WORST = 3
_LONGEST_CONDITION = 68

_UNDER_RECORDING = "under_recording_to_change"
_LEANS_FROM = 0.20
"""A finding that holds although one in five went unrecorded needs no line on page one."""

# "1. May ...? 2. May ...?" as a team writes it, told apart from a date or a figure.
_NUMBERED = re.compile(r"(?:^|(?<=[.?!;]) )[1-9][.)] ")

_DECLARED = frozenset({HowWeKnow.TEAM_SAYS_SO, HowWeKnow.DOCUMENT_CITED})


def front_page(assessment: Assessment, words: Wording) -> FrontPage:
    """Return the facts of page one, with as much of each text as a sheet usually holds."""
    return _front_page(assessment, words, _ROOMY)


def tight_front_page(assessment: Assessment, words: Wording) -> FrontPage:
    """Return the facts of page one, shortened so far that they fit on a sheet whatever they are."""
    # The conditions stand with each check too, as what would mend it.
    return replace(_front_page(assessment, words, _TIGHT), dense=True, cut=True, proposed=())


def verdict_badge(assessment: Assessment, words: Wording) -> Badge:
    """Return the verdict as symbol and sentence of at most twelve words."""
    verdict = assessment.verdict
    key = verdict.value
    if verdict is Verdict.PASS and not assessment.standard.adopted:
        key = "pass_undated"
    return Badge(
        kind=verdict.value,
        symbol=words(f"verdict.symbol.{verdict.value}"),
        word=words(f"verdict.{key}", adopted=clean(assessment.standard.adopted, 30)),
    )


def _front_page(assessment: Assessment, words: Wording, room: _Room) -> FrontPage:
    return FrontPage(
        asked=_asked(assessment, words, room),
        verdict=verdict_badge(assessment, words),
        reasons=tuple(_reasons(assessment, words, room)),
        board=tuple(_board(assessment, words, room)),
        figures=tuple(_figures(assessment, words)),
        figure_notes=tuple(_figure_notes(assessment, words, room)),
        unknown=tuple(_unknown(assessment, words, room)),
        worst=tuple(
            words(
                "worst.line",
                title=clean(f.title, room.title),
                outcome=f.outcome.printed,
                id=clean(f.check, 20),
            )
            for f in _worst(assessment)
        ),
        proposed=tuple(_proposed(assessment, words, room)),
    )


def _proposed(assessment: Assessment, words: Wording, room: _Room) -> Iterator[str]:
    """Yield conditions that a board could set: the first remedy of what stands in the way."""
    seen: set[str] = set()
    for finding in assessment.standing_in_the_way():
        remedy = finding.remedy[0] if finding.remedy else ""
        if remedy and remedy not in seen and len(seen) < room.conditions:
            seen.add(remedy)
            said = clean(remedy, _LONGEST_CONDITION)
            yield words("proposed.line", remedy=said, id=clean(finding.check, 20))


def is_declared(findings: Iterable[Finding]) -> bool:
    """Return whether a theme is made of declarations only, so that nothing in it was checked."""
    applicable = [f for f in findings if f.outcome is not Outcome.NOT_APPLICABLE]
    return bool(applicable) and all(f.how_we_know in _DECLARED for f in applicable)


def badge(outcome: Outcome, words: Wording, *, declared: bool = False) -> Badge:
    """Return an outcome's box; in a declared theme what is met is only recorded."""
    if declared and outcome is Outcome.MET:
        return Badge(
            kind="recorded",
            symbol=words("outcome.symbol.recorded"),
            word=words("outcome.word.recorded"),
        )
    return Badge(
        kind=outcome.value.replace(" ", "-"),
        symbol=words(f"outcome.symbol.{outcome.value}"),
        word=outcome.printed,
    )


def compared_groups(findings: Iterable[Finding]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all groups of single attributes that a board must hear of, and those not compared.

    Block-level bias checks speak where there are any. A group counts as compared only if each of
    them compared it: a single blind spot must not be hidden by another check's sight.
    """
    bias = [f for f in findings if f.theme == "bias" and (f.compared or f.not_compared)]
    chosen = [f for f in bias if f.level is Level.BLOCK] or bias
    everyone = list(dict.fromkeys(n for f in chosen for n in (*f.compared, *f.not_compared)))
    single = [name for name in everyone if " & " not in name.partition(":")[0]]
    names = single or everyone
    missing = {name for f in chosen for name in f.not_compared}
    return tuple(names), tuple(name for name in names if name in missing)


def _asked(assessment: Assessment, words: Wording, room: _Room) -> tuple[str, ...]:
    context = assessment.context
    if context.decision_asked:
        key = f"asked.{context.decision_asked}"
        said = words(key) if words.has(key) else context.decision_asked
        text = clean(said, room.asked)
        numbered = [part.strip() for part in _NUMBERED.split(text) if part.strip()]
        return tuple(numbered) if _NUMBERED.match(text) else (text,)
    return (words("decision.technical" if context.technical_only else "decision.none"),)


def _reasons(assessment: Assessment, words: Wording, room: _Room) -> Iterator[str]:
    findings = assessment.findings
    if not findings:
        yield words("reason.empty")
    elif assessment.verdict is Verdict.PASS:
        yield words("reason.pass")
    elif assessment.verdict is Verdict.BLOCK:
        yield _because("reason.block", assessment.standing_in_the_way(), words, room)
    else:
        standing = assessment.standing_in_the_way()
        for outcome in (
            Outcome.NOT_MET,
            Outcome.NOT_ASSESSED,
            Outcome.UNCERTAIN,
            Outcome.WAIVED,
        ):
            of_outcome = [f for f in standing if f.outcome is outcome]
            if of_outcome:
                key = outcome.value.replace(" ", "_")
                yield _because(f"reason.{key}", of_outcome, words, room)
    yield _coverage(findings, words, room)
    watched = sum(
        1 for f in findings if f.outcome is Outcome.UNCERTAIN and verdict_of([f]) is Verdict.PASS
    )
    if watched:
        yield words.counted("reason.watched", watched)


def _because(key: str, findings: Sequence[Finding], words: Wording, room: _Room) -> str:
    titles = [clean(f.title, room.title) for f in findings]
    return words.counted(
        key, len(findings), names=words.listed(titles, most=room.titles, between="; ")
    )


def _coverage(findings: Sequence[Finding], words: Wording, room: _Room) -> str:
    names, missing = compared_groups(findings)
    if not names:
        return words("groups.unknown")
    listed = words.listed((clean(name, 40) for name in missing), most=room.names)
    key = "all" if not missing else "none" if len(missing) == len(names) else "some"
    return words(f"groups.{key}", n=len(names) - len(missing), m=len(names), names=listed)


def _board(assessment: Assessment, words: Wording, room: _Room) -> Iterator[str]:
    release = assessment.release
    if release.decision:
        decision = clean(release.decision, room.decision).rstrip(".")
        yield words("verdict.decided", decision=decision)
        if release.until:
            yield words("verdict.until", until=clean(release.until, 40))
        if release.conditions:
            conditions = (clean(c, 90).rstrip(".") for c in release.conditions)
            yield words(
                "verdict.conditions",
                conditions=words.listed(conditions, most=room.conditions, between="; "),
            )
    else:
        yield words("verdict.undecided")
    yield words("verdict.allowed" if release.allowed else "verdict.not_allowed")


def _figures(assessment: Assessment, words: Wording) -> Iterator[Figure]:
    counts = assessment.context.per_thousand
    for name in ("flagged", "rightly", "wrongly", "missed"):
        value: int | None = getattr(counts, name)
        yield Figure(
            value=words("thousand.withheld") if value is None else f"{value:,}",
            phrase=words(f"thousand.{name}"),
            small=value is None,
        )


def _figure_notes(assessment: Assessment, words: Wording, room: _Room) -> Iterator[str]:
    context = assessment.context
    counts = context.per_thousand
    if None in (counts.flagged, counts.rightly, counts.wrongly, counts.missed):
        yield clean(counts.why_not, 200) or words("thousand.withheld_why")
    if counts.tested_on is not None:
        yield words("thousand.tested", n=f"{counts.tested_on:,}")
    if context.reference_rows is not None:
        yield words("thousand.built", n=f"{context.reference_rows:,}")
    if context.outcome_words:
        outcome = clean(context.outcome_words, room.outcome).rstrip(".")
        yield words("thousand.outcome", outcome=outcome)


def _unknown(assessment: Assessment, words: Wording, room: _Room) -> Iterator[str]:
    yield from _leaning_on_the_record(assessment, words, room)
    unsure = (Outcome.NOT_ASSESSED, Outcome.UNCERTAIN)
    found = [f for f in assessment.gravest() if f.outcome in unsure]
    # What page one already names as its worst need not stand there twice.
    for finding in found[:_MOST_UNKNOWN]:
        title = clean(finding.title, room.title)
        yield words("unknown.line", title=title, outcome=finding.outcome.printed)
    if len(found) > _MOST_UNKNOWN:
        yield words("unknown.more", n=len(found) - _MOST_UNKNOWN)
    if not found:
        yield words("unknown.none")


def _leaning_on_the_record(assessment: Assessment, words: Wording, room: _Room) -> Iterator[str]:
    """Yield the smallest share of unrecorded need that would undo what is met, if it is small."""
    found = [
        (m.value, m.group, f)
        for f in assessment.findings
        if f.level is Level.BLOCK and f.outcome is Outcome.MET
        for m in f.measurements
        if m.measure == _UNDER_RECORDING and m.value is not None and m.value <= _LEANS_FROM
    ]
    if found:
        value, group, finding = min(found, key=lambda each: each[0])
        yield words(
            "unknown.under_recorded",
            n=words.number(value, "of_100"),
            group=clean(group, 40),
            title=clean(finding.title, room.title),
        )


def _worst(assessment: Assessment) -> tuple[Finding, ...]:
    bad = [
        f
        for f in assessment.gravest()
        if (f.outcome in (Outcome.NOT_MET, Outcome.WAIVED) and f.level is not Level.NOTE)
        or (f.outcome is Outcome.NOT_ASSESSED and f.level is Level.BLOCK)
    ]
    return tuple(bad[:_MOST_WORST])
