"""Lay out an assessment as the facts of a report: which sections, in which order, with what.

Assessment (protected) -> ReportView
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from essex_standard.assessment import THEMES, WORST_FIRST, Assessment, Finding, Level, Outcome
from essex_standard.reports.annex import (
    agreements_table,
    checks_table,
    glossary,
    identity_table,
    outcome_meanings,
    purpose_facts,
)
from essex_standard.reports.budget import ROWS_IN_ALL, cut, plainest, share_out
from essex_standard.reports.charts import chart_of
from essex_standard.reports.fewer_columns import fewer_columns_view
from essex_standard.reports.figures import CROSSED, Block, blocks, shown
from essex_standard.reports.front import (
    badge,
    front_page,
    is_declared,
    tight_front_page,
    verdict_badge,
)
from essex_standard.reports.over_time import over_time_view
from essex_standard.reports.sheet import DENSE_SHEET, SHEET, front_height
from essex_standard.reports.tables import table_of
from essex_standard.reports.text import clean, cleaned
from essex_standard.reports.trade_offs import trade_off_view
from essex_standard.reports.views import CheckView, Exhibit, Fact, ReportView, ThemeView
from essex_standard.reports.wording import Wording, wording

_TITLE_CAP = 75
_UNIT_CAP = 24
_MOST_SENTENCES = 8
_MOST_NAMES = 6
_MOST_CROSSED = 8
_BRIEF_ROWS = 4
_ROOMY = 120
"""Rows in all up to which a report is short enough to show every one of them."""

_BRIEF_SENTENCES = 3


def report_view(assessment: Assessment, *, digest: str = "") -> ReportView:
    """Return everything a report shows, ready to be laid out.

    Parameters
    ----------
    assessment : Assessment
        Protected, or of the restricted edition; the caller sees to that.
    digest : str
        The assessment's own digest, printed at the foot of every page.
    """
    assessment = cleaned(assessment)
    context = assessment.context
    words = report_words(assessment)
    name = _name(assessment)
    checks = checks_table(assessment, words)
    agreements = agreements_table(context.agreements, words)
    spent = checks.row_count + (agreements.row_count if agreements else 0)
    subtitle = words(
        "report.subtitle",
        stage=assessment.subject.stage or words("report.not_given"),
        date=assessment.subject.assessed_on,
        standard=clean(assessment.standard.name, _TITLE_CAP),
        version=clean(assessment.standard.version, 30),
    )
    title = report_title(assessment)
    notes = tuple(_mark_notes(assessment, words))
    themes = _themes(assessment, words, ROWS_IN_ALL - spent)
    front = front_page(assessment, words)
    beneath = " ".join((subtitle, *notes))
    height = front_height(front, themes, title=title, subtitle=beneath)
    if height > DENSE_SHEET:
        front = tight_front_page(assessment, words)
    elif height > SHEET:
        front = replace(front, dense=True)
    return ReportView(
        title=title,
        name=name,
        subtitle=subtitle,
        created=assessment.subject.assessed_on,
        edition=words(f"edition.{assessment.edition}"),
        marks=tuple(_marks(assessment, words)),
        mark_notes=notes,
        verdict=verdict_badge(assessment, words).word,
        digest=words("report.digest", digest=clean(digest, 80)) if digest else "",
        front=front,
        purpose=purpose_facts(context, words),
        themes=themes,
        trade_offs=trade_off_view(context, words),
        over_time=over_time_view(assessment, words),
        fewer_columns=fewer_columns_view(assessment, words),
        agreements=agreements,
        checks=checks,
        identity=identity_table(assessment, words, digest=digest),
        told=assessment.told[:_MOST_SENTENCES],
        outcomes=outcome_meanings(words),
        glossary=glossary(words),
        known_limits=tuple(entry["text"] for entry in words.find("known_limits")),
    )


def report_title(assessment: Assessment) -> str:
    """Return the title that the report of an assessment carries."""
    return wording()("report.title", name=_name(assessment))


def report_words(assessment: Assessment) -> Wording:
    """Return the catalogue as this assessment speaks it."""
    unit = clean(assessment.context.unit, _UNIT_CAP)
    catalogue = wording()
    many = catalogue(f"units.{unit}") if catalogue.has(f"units.{unit}") else unit
    return wording(unit=many, exact=assessment.edition == "restricted")


def _name(assessment: Assessment) -> str:
    return clean(assessment.context.title or assessment.subject.name, _TITLE_CAP)


def _marks(assessment: Assessment, words: Wording) -> Iterator[str]:
    if assessment.edition == "restricted":
        yield words("edition.restricted")
    if assessment.context.technical_only:
        yield words("stamp.technical")
    if assessment.context.illustrative:
        yield words("stamp.illustrative")


def _mark_notes(assessment: Assessment, words: Wording) -> Iterator[str]:
    if assessment.context.technical_only:
        yield words("stamp.technical_why")
    if assessment.context.illustrative:
        yield words("stamp.illustrative_why")


def _themes(assessment: Assessment, words: Wording, rows: int) -> tuple[ThemeView, ...]:
    exhibits = _exhibits(assessment.gravest(), words, rows)
    known = [theme for theme in THEMES if any(f.theme == theme for f in assessment.findings)]
    others = dict.fromkeys(f.theme for f in assessment.findings if f.theme not in THEMES)
    return tuple(
        _theme(
            theme,
            [f for f in assessment.gravest() if f.theme == theme],
            words,
            exhibits,
            anchor=f"theme-{i}",
        )
        for i, theme in enumerate((*known, *others), start=1)
    )


def _theme(
    theme: str,
    findings: Sequence[Finding],
    words: Wording,
    exhibits: Mapping[int, tuple[Exhibit, ...]],
    *,
    anchor: str,
) -> ThemeView:
    declared = is_declared(findings)
    # What is only told does not stand for its theme, unless there is nothing else.
    judged = [f for f in findings if f.level is not Level.NOTE] or findings
    worst = min((f.outcome for f in judged), key=WORST_FIRST.index)
    ordered = sorted(findings, key=lambda f: (f.level is Level.NOTE, WORST_FIRST.index(f.outcome)))
    known = words.has(f"theme.{theme}")
    return ThemeView(
        anchor=anchor,
        title=words(f"theme.{theme}.title") if known else theme.capitalize(),
        lead=words(f"theme.{theme}.lead") if known else "",
        badge=badge(Outcome.MET if declared else worst, words, declared=declared),
        reason=_theme_reason(findings if declared else judged, worst, words, declared=declared),
        checks=tuple(
            _check(f, words, exhibits.get(id(f), ()), anchor=f"{anchor}-{i}", declared=declared)
            for i, f in enumerate(ordered, start=1)
        ),
    )


def _theme_reason(
    findings: Sequence[Finding], worst: Outcome, words: Wording, *, declared: bool
) -> str:
    applicable = [f for f in findings if f.outcome is not Outcome.NOT_APPLICABLE]
    total = len(applicable)
    if declared:
        missing = [f.title for f in applicable if f.outcome is not Outcome.MET]
        key = "themes.recorded_missing" if missing else "themes.recorded"
        names = words.listed((clean(t, 45) for t in missing), most=2)
        return words(key, n=total - len(missing), m=total, names=names)
    if not applicable:
        return words("themes.none_apply")
    if worst is Outcome.MET:
        return words.counted("themes.met", total)
    names = words.listed((clean(f.title, 60) for f in applicable if f.outcome is worst), most=1)
    count = sum(1 for f in applicable if f.outcome is worst)
    return words("themes.worst", n=count, m=total, names=names)


def _check(
    finding: Finding,
    words: Wording,
    exhibits: tuple[Exhibit, ...],
    *,
    anchor: str,
    declared: bool,
) -> CheckView:
    brief = is_brief(finding)
    return CheckView(
        anchor=anchor,
        id=finding.check,
        title=clean(finding.title, _TITLE_CAP),
        question=finding.question,
        why="" if brief else finding.why,
        badge=badge(finding.outcome, words, declared=declared),
        statement=finding.statement,
        details=finding.details[: _BRIEF_SENTENCES if brief else _MOST_SENTENCES],
        terms=() if finding.outcome is Outcome.NOT_APPLICABLE else tuple(_terms(finding, words)),
        facts=() if brief else tuple(_facts(finding, words)),
        exhibits=exhibits,
        brief=brief,
    )


def is_brief(finding: Finding) -> bool:
    """Return whether a finding is told in a few lines: nothing in it asks the board to decide.

    A board has an hour for three models. What does not apply, what is only told, what is met
    without a figure to weigh, and what is on the watch list and not alone a reason to refer, stands
    in full in assessment.json.
    """
    match finding.outcome:
        case Outcome.NOT_APPLICABLE:
            return True
        case Outcome.UNCERTAIN:
            return finding.level is Level.NOTE or finding.when_uncertain == "tell"
        case Outcome.MET:
            shown = finding.theme == "effectiveness" or finding.level is Level.BLOCK
            return not (shown and any(m.low is not None for m in finding.measurements))
        case Outcome.NOT_ASSESSED:
            # Its sentence says what is missing; there is no figure to weigh.
            return finding.level is not Level.BLOCK and not finding.measurements
        case _:
            return finding.level is Level.NOTE


def _terms(finding: Finding, words: Wording) -> Iterator[Fact]:
    """Return what stands on one line beneath the finding: limit, level and how we know."""
    limit = tuple(_limit(finding, words))
    if limit:
        yield Fact(name=words("check.limit"), texts=limit)
    yield Fact(name=words("check.level"), texts=tuple(_level(finding, words)))
    yield Fact(name=words("check.how"), texts=(words(f"how.{finding.how_we_know.value}"),))
    if finding.theme == "bias" and (finding.compared or finding.not_compared or finding.unnamed):
        yield Fact(name=words("check.groups"), texts=tuple(_coverage(finding, words)))


def _facts(finding: Finding, words: Wording) -> Iterator[Fact]:
    if finding.remedy and finding.outcome not in (Outcome.MET, Outcome.NOT_APPLICABLE):
        yield Fact(name=words("check.remedy"), texts=finding.remedy[:_MOST_SENTENCES])
    if finding.references:
        yield Fact(name=words("check.references"), texts=finding.references[:4])


def _coverage(finding: Finding, words: Wording) -> Iterator[str]:
    total = len(finding.compared) + len(finding.not_compared) + finding.unnamed
    yield words("check.compared", n=len(finding.compared), m=total)
    if finding.not_compared:
        names = words.listed(finding.not_compared, most=_MOST_NAMES)
        yield words("check.not_compared", names=names)
    if finding.unnamed:
        yield words("check.unnamed", n=finding.unnamed)


def _limit(finding: Finding, words: Wording) -> Iterator[str]:
    if finding.limit_words:
        gap = any(
            m.limit is not None and shown(m.measure, words).style == "points"
            for m in finding.measurements
        )
        if gap and isinstance(finding.limit, float | int):
            points = words.number(finding.limit, "of_100")
            yield words("check.limit_points", limit=finding.limit_words, points=points)
        else:
            yield words("check.limit_plain", limit=finding.limit_words)
    if finding.confidence and any(m.low is not None for m in finding.measurements):
        yield words("check.confidence", confidence=f"{finding.confidence * 100:.0f}")


def _level(finding: Finding, words: Wording) -> Iterator[str]:
    yield words(f"level.{finding.level.value}")
    if finding.outcome is Outcome.UNCERTAIN and finding.when_uncertain == "tell":
        yield words("check.watch")


def _exhibits(
    findings: Sequence[Finding], words: Wording, rows: int
) -> Mapping[int, tuple[Exhibit, ...]]:
    """Return each finding's tables and charts, within the rows that a report has room for."""
    found = [(finding, block) for finding in findings for block in blocks(finding)]
    if sum(len(block.rows) for _, block in found) > _ROOMY:
        found = [
            (finding, block)
            for finding in findings
            # Of a brief finding the block that was judged is enough.
            for block in (blocks(finding)[:1] if is_brief(finding) else blocks(finding))
        ]
        room = [_room_for(block, finding) for finding, block in found]
    else:
        room = [len(block.rows) for _, block in found]
    shares = share_out(room, rows)
    exhibits: dict[int, tuple[Exhibit, ...]] = {}
    for i, ((finding, block), share) in enumerate(zip(found, shares, strict=True)):
        exhibit = _exhibit(block, finding, words, share, name=f"c{i}")
        exhibits[id(finding)] = (*exhibits.get(id(finding), ()), exhibit)
    return exhibits


def _room_for(block: Block, finding: Finding) -> int:
    """Return the rows a block may ask for: of crossed groups only those furthest off are read."""
    if is_brief(finding):
        return min(len(block.rows), _BRIEF_ROWS)
    crossed = any(CROSSED in row.attribute for row in block.rows)
    return min(len(block.rows), _MOST_CROSSED) if crossed else len(block.rows)


def _exhibit(block: Block, finding: Finding, words: Wording, rows: int, *, name: str) -> Exhibit:
    part = cut(block, rows)
    if is_brief(finding):
        part = plainest(part)
    return Exhibit(
        table=table_of(part, finding, words, hidden=len(block.rows) - len(part.rows)),
        chart=None if is_brief(finding) else chart_of(part, finding, words, name=name),
    )
