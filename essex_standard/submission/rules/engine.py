"""Run rules by their codes: deterministic, every hit, fail closed."""

from __future__ import annotations

from collections.abc import Iterable

from essex_standard.assessment import Level
from essex_standard.errors import Problem, StandardError, nearest
from essex_standard.submission.rules.contract import (
    Answer,
    Fault,
    Hit,
    Rule,
    RuleInput,
    RuleResult,
    RuleStatus,
)
from essex_standard.submission.rules.table import RULES
from essex_standard.submission.toml_file import dotted

_GRAVEST_FIRST = (Level.BLOCK, Level.REFER, Level.NOTE)


def run_rules(codes: Iterable[str], given: RuleInput) -> tuple[RuleResult, ...]:
    """Return what each rule found, in the order of the codes.

    Parameters
    ----------
    codes : iterable of str
        Codes in force, as a Standard lists them.
    given : RuleInput

    Raises
    ------
    StandardError
        If a code is not known; all unknown ones at once.
    """
    return tuple(_run(rule, given) for rule in rules_of(codes))


def rules_of(codes: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules of the codes, each once.

    Raises
    ------
    StandardError
        If a code is not known; all unknown ones at once.
    """
    wanted = tuple(dict.fromkeys(codes))
    unknown = [code for code in wanted if code not in RULES]
    if unknown:
        raise StandardError(
            Problem(
                what=f"There is no rule '{code}'",
                where="rules",
                mend=f"{nearest(code, RULES)} Known: {', '.join(RULES)}".strip(),
            )
            for code in unknown
        )
    return tuple(RULES[code] for code in wanted)


def _run(rule: Rule, given: RuleInput) -> RuleResult:
    answer = rule.function(given)
    full = _counts_in_full(rule, given)
    hits = sorted(
        (_hit(rule, fault, given, full=full) for fault in answer.faults),
        key=lambda hit: (_GRAVEST_FIRST.index(hit.severity), hit.where, hit.what),
    )
    highest = rule.severity if full else Level.NOTE
    status = _status(answer, hits)
    worst = hits[0].severity if hits and status is RuleStatus.TRIGGERED else highest
    return RuleResult(
        code=rule.code,
        title=rule.title,
        status=status,
        severity=worst,
        hits=tuple(hits),
        how_we_know=rule.how_we_know,
        reason=answer.not_applicable or answer.not_assessable,
    )


def _status(answer: Answer, hits: list[Hit]) -> RuleStatus:
    if answer.not_applicable:
        return RuleStatus.NOT_APPLICABLE
    # A note must not hide that something graver could not be looked at.
    if any(hit.severity is not Level.NOTE for hit in hits):
        return RuleStatus.TRIGGERED
    if answer.not_assessable:
        return RuleStatus.NOT_ASSESSABLE
    return RuleStatus.TRIGGERED if hits else RuleStatus.CLEAR


def _counts_in_full(rule: Rule, given: RuleInput) -> bool:
    stage = given.submission.project.stage if given.submission else None
    return stage is None or stage in rule.stages


def _hit(rule: Rule, fault: Fault, given: RuleInput, *, full: bool) -> Hit:
    if fault.agreement is None:
        toml, where = given.source, dotted(fault.path)
    else:
        toml = given.sources.get(fault.agreement.id)
        where = f"agreements[{fault.agreement.id}].{dotted(fault.path)}"
    return Hit(
        code=rule.code,
        severity=fault.severity if full else Level.NOTE,
        where=where,
        what=fault.what,
        mend=fault.mend,
        source=rule.source,
        file=toml.name if toml else None,
        line=toml.line(fault.path) if toml else None,
    )
