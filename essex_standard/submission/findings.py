"""Rules as findings: what a board reads of what the rules found.

triggered -> *not met*, clear -> *met*, not assessable -> *not assessed*, not applicable -> *does
not apply*; the level is the severity of the worst hit, and the rule's highest where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from essex_standard.assessment import Finding, HowWeKnow, Outcome
from essex_standard.submission.rules import RULES, Hit, Rule, RuleResult, RuleStatus, rules_of

NO_SUBMISSION = "No submission was given, so this could not be looked at."


def rule_findings(results: Iterable[RuleResult]) -> tuple[Finding, ...]:
    """Return one finding a rule, in the order of the results."""
    return tuple(_finding(RULES[result.code], result) for result in results)


def no_submission_findings(codes: Iterable[str]) -> tuple[Finding, ...]:
    """Return a *not assessed* finding for each rule, for an assessment without a submission.

    Raises
    ------
    StandardError
        If a code is not known.
    """
    return tuple(
        _finding(
            rule,
            RuleResult(
                code=rule.code,
                title=rule.title,
                status=RuleStatus.NOT_ASSESSABLE,
                severity=rule.severity,
                hits=(),
                how_we_know=rule.how_we_know,
                reason=NO_SUBMISSION,
            ),
        )
        for rule in rules_of(codes)
    )


def theme_of(code: str) -> str:
    """Return the theme of a rule: governance for A, sharing for all others."""
    return "governance" if code.startswith("A") else "sharing"


def _finding(rule: Rule, result: RuleResult) -> Finding:
    outcome = _outcome(result.status)
    remedy = tuple(dict.fromkeys(_sentence(hit.mend) for hit in result.hits))
    if outcome is Outcome.NOT_ASSESSED and not remedy:
        remedy = ("Give what is missing and run the assessment again.",)
    details = tuple(_detail(hit) for hit in result.hits)
    if result.reason and outcome is Outcome.NOT_MET:
        # Something was found, and something else could not be looked at: both are told.
        details = (*details, f"Not assessed besides: {result.reason}")
    return Finding(
        check=result.code,
        title=result.title,
        theme=theme_of(result.code),
        level=result.severity,
        outcome=outcome,
        how_we_know=result.how_we_know
        if outcome is not Outcome.NOT_ASSESSED
        else HowWeKnow.TEAM_SAYS_SO,
        statement=_statement(rule, result),
        question=rule.question,
        details=details,
        remedy=remedy,
        references=(rule.source,),
    )


def _outcome(status: RuleStatus) -> Outcome:
    match status:
        case RuleStatus.TRIGGERED:
            return Outcome.NOT_MET
        case RuleStatus.CLEAR:
            return Outcome.MET
        case RuleStatus.NOT_APPLICABLE:
            return Outcome.NOT_APPLICABLE
        case RuleStatus.NOT_ASSESSABLE:
            return Outcome.NOT_ASSESSED
        case _:
            assert_never(status)


def _statement(rule: Rule, result: RuleResult) -> str:
    match result.status:
        case RuleStatus.CLEAR:
            return rule.met
        case RuleStatus.NOT_APPLICABLE:
            return _sentence(result.reason)
        case RuleStatus.NOT_ASSESSABLE:
            return f"We could not tell. {_sentence(result.reason)}"
        case RuleStatus.TRIGGERED:
            first = _sentence(result.hits[0].what)
            further = len(result.hits) - 1
            more = f" There {'is' if further == 1 else 'are'} {further} more." if further else ""
            return f"{rule.not_met} {first}{more}"
        case _:
            assert_never(result.status)


def _detail(hit: Hit) -> str:
    place = f" ({hit.file}, line {hit.line})" if hit.file and hit.line else f" ({hit.where})"
    return f"{hit.what.rstrip('.')}{place}."


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
