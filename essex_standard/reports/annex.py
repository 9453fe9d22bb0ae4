"""The sections that hold no figure: purpose, agreements, every check in one table, identities."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from essex_standard.assessment import Assessment, Finding, Outcome
from essex_standard.context import AgreementSummary, Context
from essex_standard.reports.front import badge, is_declared
from essex_standard.reports.text import clean
from essex_standard.reports.views import Badge, Fact, Table, TableGroup
from essex_standard.reports.wording import Wording

_MOST_CHECKS = 80
_MOST_AGREEMENTS = 30
_MOST_NAMES = 40


def purpose_facts(context: Context, words: Wording) -> tuple[Fact, ...]:
    """Return the team's own words on purpose, people and decision; a gap is said, never blank."""
    data = context.data_source
    if context.period:
        data = words("purpose.period", source=data, period=context.period).strip()
    owner = ", ".join(part for part in (context.owner, context.owner_role) if part)
    polarity = (
        words(f"purpose.polarity.{context.polarity}")
        if words.has(f"purpose.polarity.{context.polarity}")
        else context.polarity
    )
    columns = context.columns_read
    read = (
        words("purpose.columns", n=len(columns), names=words.listed(columns, most=_MOST_NAMES))
        if columns
        else ""
    )
    answers: tuple[tuple[str, str | Sequence[str]], ...] = (
        ("purpose", context.purpose),
        ("population", context.population),
        ("outcome", context.outcome_words),
        ("flag", context.flag_consequence),
        ("no_flag", context.no_flag_consequence),
        ("polarity", polarity),
        ("rule", context.decision_rule),
        ("human", context.human_review),
        ("baseline", _baseline(context.baseline, words)),
        ("alternatives", context.alternatives),
        ("data", data),
        ("columns", read),
        ("protected", words.listed(context.protected, most=_MOST_NAMES)),
        ("owner", owner),
        ("contact", context.contact),
    )
    return tuple(_answer(key, answer, words) for key, answer in answers)


def _baseline(declared: str, words: Wording) -> str:
    """Return the declared baseline in words; as the team wrote it where it is none we know."""
    kind, _, column = declared.partition(":")
    key = f"baselines.{kind}"
    return words(key, column=column) if words.has(key) else declared


def agreements_table(agreements: Sequence[AgreementSummary], words: Wording) -> Table | None:
    """Return the agreements, or None where there is none."""
    if not agreements:
        return None
    rows = tuple(_agreement(a, words) for a in agreements[:_MOST_AGREEMENTS])
    hidden = len(agreements) - len(rows)
    return Table(
        caption=words("agreements.caption"),
        head=tuple(words.find("agreements.head")),
        groups=(TableGroup(heading="", rows=rows),),
        notes=(words("agreements.more", n=hidden),) if hidden else (),
    )


def checks_table(assessment: Assessment, words: Wording) -> Table:
    """Return every check with its limit, its outcome and how we know."""
    findings = assessment.findings
    declared = {
        theme: is_declared(f for f in findings if f.theme == theme)
        for theme in {f.theme for f in findings}
    }
    rows = tuple(_check_row(f, words, declared=declared[f.theme]) for f in findings[:_MOST_CHECKS])
    hidden = len(findings) - len(rows)
    return Table(
        caption=words("annex.checks_caption"),
        head=tuple(words.find("annex.checks_head")),
        groups=(TableGroup(heading="", rows=rows),),
        notes=(words("annex.checks_more", n=hidden),) if hidden else (),
    )


def identity_table(assessment: Assessment, words: Wording, *, digest: str) -> Table:
    """Return names, versions and digests: what an auditor needs to find everything again."""
    standard, subject, context = assessment.standard, assessment.subject, assessment.context
    rows = {
        "standard": words("annex.standard_value", name=standard.name, version=standard.version),
        "adopted": standard.adopted,
        "standard_digest": standard.digest,
        "rows": f"{subject.rows:,}" if subject.rows is not None else "",
        "model_digest": subject.model_digest,
        "model_state_digest": subject.model_state_digest,
        "data_digest": subject.data_digest,
        "evidence_digest": subject.evidence_digest,
        "assessment_digest": digest,
        "trusted": ", ".join(context.trusted_types),
        "versions": ", ".join(f"{k} {v}" for k, v in sorted(assessment.versions.items())),
    }
    return Table(
        caption=words("annex.identity_caption"),
        head=tuple(words.find("annex.identity_head")),
        groups=(
            TableGroup(
                heading="",
                rows=tuple(
                    (words(f"annex.{key}"), value or words("report.not_given"))
                    for key, value in rows.items()
                ),
            ),
        ),
    )


def outcome_meanings(words: Wording) -> tuple[tuple[Badge, str], ...]:
    """Return each outcome with its meaning, *recorded* included."""
    meanings = [(badge(o, words), words(f"outcome.meaning.{o.value}")) for o in Outcome]
    recorded = badge(Outcome.MET, words, declared=True)
    return (*meanings, (recorded, words("outcome.meaning.recorded")))


def glossary(words: Wording) -> tuple[Fact, ...]:
    """Return the terms that the report uses, with their meanings."""
    return tuple(Fact(name=e["term"], texts=(e["text"],)) for e in words.find("glossary"))


def _answer(key: str, answer: str | Sequence[str], words: Wording) -> Fact:
    texts = (answer,) if isinstance(answer, str) else tuple(answer)
    given = tuple(text for text in texts if text)
    return Fact(
        name=words(f"purpose.heading.{key}"),
        texts=given or (words("report.nothing"),),
        missing=not given,
    )


def _agreement(agreement: AgreementSummary, words: Wording) -> tuple[str, ...]:
    layer = f"agreements.layer.{agreement.layer}"
    return (
        "; ".join(_agreement_name(agreement, words)),
        words(layer) if words.has(layer) else agreement.layer,
        words("agreements.in_force" if agreement.in_force else "agreements.not_in_force"),
        *(
            date or words("report.not_given")
            for date in (agreement.start, agreement.end, agreement.review)
        ),
        f"{len(agreement.columns):,}",
    )


def _agreement_name(agreement: AgreementSummary, words: Wording) -> Iterator[str]:
    yield words("agreements.name", id=agreement.id, title=clean(agreement.title, 90))
    if agreement.illustrative:
        yield words("agreements.illustrative")


def _check_row(finding: Finding, words: Wording, *, declared: bool) -> tuple[str, ...]:
    box = badge(finding.outcome, words, declared=declared)
    return (
        words("annex.check_name", id=finding.check, title=clean(finding.title, 70)),
        words(f"level.short.{finding.level.value}"),
        finding.limit_words or words("annex.no_limit"),
        words("outcome.line", symbol=box.symbol, word=box.word),
        words(f"how.short.{finding.how_we_know.value}"),
    )
