"""Agreements by themselves: what the rules find in files that nobody has yet asked a model of.

Each file counts as relied upon, each of its columns as used in the role it is agreed for, and each
use that it permits as made. Rules that need a submission, a model or data are left out: what they
would say is not known, and nothing here stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from os import PathLike

from essex_standard.assessment import Level
from essex_standard.errors import Problem, SubmissionError
from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.loading import read_agreement
from essex_standard.submission.rules import RULES, ColumnsUsed, RuleInput, RuleStatus, run_rules
from essex_standard.submission.rules.contract import RuleResult
from essex_standard.submission.toml_file import TomlFile

GRAVEST_FIRST = (Level.BLOCK, Level.REFER, Level.NOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One hit of a rule, or what a rule could not tell, of agreements by themselves.

    `file` and `line` are None where it concerns all files together.
    """

    code: str
    severity: Level
    status: RuleStatus
    file: str | None
    where: str
    line: int | None
    what: str
    mend: str
    source: str


def read_agreements(
    paths: Sequence[str | PathLike[str]],
) -> tuple[tuple[DataSharingAgreement, ...], dict[str, TomlFile]]:
    """Read several agreements.

    Raises
    ------
    SubmissionError
        With every problem of every file, an id that two of them share included.
    """
    found: dict[str, DataSharingAgreement] = {}
    sources: dict[str, TomlFile] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            agreement, toml = read_agreement(path)
        except SubmissionError as error:
            problems += error.problems
            continue
        if agreement.id in found:
            problems.append(
                Problem(
                    what=f"The agreement id '{agreement.id}' is used twice (first in "
                    f"{sources[agreement.id].where(('id',))})",
                    where=toml.where(("id",)),
                    mend="Give each agreement an id of its own",
                    code="F4",
                )
            )
            continue
        found[agreement.id], sources[agreement.id] = agreement, toml
    if problems:
        raise SubmissionError(problems)
    return tuple(found.values()), sources


def check_agreements(
    agreements: Sequence[DataSharingAgreement],
    as_of: date,
    sources: dict[str, TomlFile] | None = None,
) -> tuple[Remark, ...]:
    """Run every rule that agreements by themselves can answer.

    Parameters
    ----------
    as_of : date
        The day on which the rules are read.
    sources : mapping of id to TomlFile, optional
        The files as read, for names and lines.

    Returns
    -------
    tuple of Remark
        Hits, and rules that could not be assessed; gravest first, then by code, file and line.
    """
    given = RuleInput(
        submission=None,
        agreements=tuple(agreements),
        columns=columns_as_agreed(agreements),
        as_of=as_of,
        sources=sources or {},
        alone=True,
    )
    any_in_force = any(a.in_force(as_of) for a in agreements)
    codes = [c for c, rule in RULES.items() if rule.alone and (any_in_force or c[0] != "C")]
    remarks = [r for result in run_rules(codes, given) for r in _remarks(result)]
    remarks.sort(
        key=lambda r: (GRAVEST_FIRST.index(r.severity), r.code, r.file or "", r.line or 0, r.where)
    )
    return tuple(remarks)


def columns_as_agreed(agreements: Iterable[DataSharingAgreement]) -> ColumnsUsed:
    """Return every column in the role that it is agreed for; one without a role is an input."""
    by_role: dict[str, list[str]] = {}
    for agreement in agreements:
        for _, column in agreement.columns():
            by_role.setdefault(column.role or "feature", []).append(column.name)
    labels = by_role.get("label", [])
    return ColumnsUsed(
        consumed=tuple(dict.fromkeys(by_role.get("feature", []))),
        label=labels[0] if labels else None,
        audit=tuple(dict.fromkeys([*by_role.get("protected_audit_only", []), *labels[1:]])),
        link=tuple(dict.fromkeys([*by_role.get("link_key", []), *by_role.get("group_id", [])])),
    )


def exit_code(remarks: Iterable[Remark]) -> int:
    """Return 1 if anything blocks, else 3 if anything refers or could not be assessed, else 0."""
    code = 0
    for remark in remarks:
        if remark.status is RuleStatus.NOT_ASSESSABLE or remark.severity is Level.REFER:
            code = max(code, 3)
        elif remark.severity is Level.BLOCK:
            return 1
    return code


def _remarks(result: RuleResult) -> Iterable[Remark]:
    rule = RULES[result.code]
    for hit in result.hits:
        yield Remark(
            code=hit.code,
            severity=hit.severity,
            status=RuleStatus.TRIGGERED,
            file=hit.file,
            where=hit.where,
            line=hit.line,
            what=hit.what,
            mend=hit.mend,
            source=hit.source,
        )
    if result.reason and result.status is not RuleStatus.NOT_APPLICABLE:
        yield Remark(
            code=rule.code,
            severity=rule.severity,
            status=RuleStatus.NOT_ASSESSABLE,
            file=None,
            where="",
            line=None,
            what=result.reason,
            mend="Fill in what is missing and check again",
            source=rule.source,
        )
