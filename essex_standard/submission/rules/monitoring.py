"""What the model may not read of what was agreed: L13, C4 and C6.

Data held for equality monitoring only, direct identifiers, and columns agreed for another role.
"""

from __future__ import annotations

from collections.abc import Iterator

from essex_standard.assessment import Level
from essex_standard.submission import vocabularies as v
from essex_standard.submission.agreement import Column, DataSharingAgreement
from essex_standard.submission.rules.contract import (
    Answer,
    Fault,
    RuleInput,
    cannot_tell,
    does_not_apply,
    found,
)
from essex_standard.submission.rules.dates import NO_AGREEMENT

PARAGRAPH_8: v.Schedule1 = "sch1_8"
"""DPA 2018, Schedule 1, paragraph 8: equality of opportunity or treatment."""

MONITORED: frozenset[v.Category] = frozenset(
    {"racial_ethnic", "religion_belief", "health", "disability", "sexual_orientation"}
)
"""What paragraph 8(2) covers; disability counts as health."""

OF_THE_MODEL = frozenset({"develop_model", "validate_model", "deploy_model"})
WITHOUT_SCHEDULE = frozenset({"9_2_a", "9_2_c", "9_2_d", "9_2_e", "9_2_f"})
"""Conditions of Article 9 that ask for none of Schedule 1."""

ROLE_WORDS: dict[v.ColumnRole, str] = {
    "protected_audit_only": "for equality monitoring only",
    "context_only": "as context only",
    "not_for_model": "and not for the model",
    "label": "as the outcome",
    "link_key": "as a key that links data",
    "group_id": "to say who belongs together",
    "time_index": "as the date of a row",
}

Place = tuple[DataSharingAgreement, int, int, Column]

UNTRACED = "A step of the model could not be traced, so that not all it reads is known."


def monitoring_kept_apart(given: RuleInput) -> Answer:
    """L13: what is held under paragraph 8 only is no input of the model, nor its outcome or key."""
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    relying = [a for a in given.agreements if a.in_force(given.as_of) and _relies(a)]
    if not relying:
        return does_not_apply("No agreement in force records DPA 2018 Schedule 1 paragraph 8.")
    if given.columns is None:
        return cannot_tell("No model was given, so the columns it reads are not known.")
    used = given.columns
    roles = dict.fromkeys(used.consumed, "an input of the model")
    roles |= {c: "a key that links data" for c in used.link if c not in roles}
    if used.label:
        roles.setdefault(used.label, "the outcome")
    faults = [fault for a in relying for fault in _beyond_monitoring(a, roles)]
    return found(faults, unknown="" if used.traced else UNTRACED)


def _relies(agreement: DataSharingAgreement) -> bool:
    return any(PARAGRAPH_8 in row.sch1 for row in agreement.legal)


def _beyond_monitoring(agreement: DataSharingAgreement, roles: dict[str, str]) -> Iterator[Fault]:
    for_the_model = _conditions(agreement, of_the_model=True) - {PARAGRAPH_8}
    for_anything = _conditions(agreement, of_the_model=False) - {PARAGRAPH_8}
    for _, i, j, column in _columns(agreement):
        special = [c for c in column.categories if c in v.SPECIAL]
        path = ("dataset", i, "column", j)
        if special and column.name in roles and not for_the_model:
            yield Fault(
                severity=Level.BLOCK,
                agreement=agreement,
                path=path,
                what=f"Column '{column.name}' is held for equality monitoring (DPA 2018 Schedule "
                f"1 paragraph 8) and is {roles[column.name]}",
                mend="Remove it from the model, or record another condition and have it approved",
            )
        outside = [c for c in special if c not in MONITORED]
        if outside and not for_anything:
            words = ", ".join(c.replace("_", " ") for c in outside)
            yield Fault(
                severity=Level.BLOCK,
                agreement=agreement,
                path=path,
                what=f"Column '{column.name}' ({words}) rests on paragraph 8, which does not cover "
                "data of that kind",
                mend="Record a condition that covers it, or leave the column out",
            )


def _conditions(agreement: DataSharingAgreement, *, of_the_model: bool) -> frozenset[str]:
    """Return the conditions of Schedule 1, and of Article 9 alone, that are recorded."""
    rows = [r for r in agreement.legal if not of_the_model or OF_THE_MODEL & set(r.activity)]
    return frozenset(
        c for r in rows for c in (*r.sch1, *(a for a in r.art9 if a in WITHOUT_SCHEDULE))
    )


def _columns(agreement: DataSharingAgreement) -> Iterator[Place]:
    for i, dataset in enumerate(agreement.dataset):
        for j, column in enumerate(dataset.column):
            yield agreement, i, j, column


def no_direct_identifier(given: RuleInput) -> Answer:
    """C4: no column that an agreement declares a direct identifier is an input of the model.

    MIN-02 looks for them among values; this rule takes the agreement at its word.
    """
    in_force = [a for a in given.agreements if a.in_force(given.as_of)]
    if not in_force:
        return cannot_tell(NO_AGREEMENT)
    if given.columns is None or not given.columns.consumed:
        return cannot_tell("The columns that the model reads are not known.")
    read = set(given.columns.consumed)
    faults = [
        Fault(
            severity=Level.BLOCK,
            agreement=agreement,
            path=("dataset", i, "column", j),
            what=f"Column '{column.name}' is declared {words} and is an input of the model",
            mend="Take it out of the model; keep it only to join tables",
        )
        for a in in_force
        for agreement, i, j, column in _columns(a)
        if column.name in read and (words := _names_somebody(column))
    ]
    return found(faults, unknown="" if given.columns.traced else UNTRACED)


def _names_somebody(column: Column) -> str:
    if "identifier_direct" in column.categories:
        return "a direct identifier"
    if "location_fine" in column.categories and column.granularity == "address":
        return "an address"
    return ""


def roles_kept(given: RuleInput) -> Answer:
    """C6: no column is an input of the model that was agreed for another role."""
    in_force = [a for a in given.agreements if a.in_force(given.as_of)]
    if not in_force:
        return cannot_tell(NO_AGREEMENT)
    if given.columns is None or not given.columns.consumed:
        return cannot_tell("The columns that the model reads are not known.")
    read = set(given.columns.consumed)
    faults = [
        Fault(
            severity=Level.REFER if column.role == "time_index" else Level.BLOCK,
            agreement=agreement,
            path=("dataset", i, "column", j),
            what=f"Column '{column.name}' was agreed {ROLE_WORDS[column.role]}; the model reads it",
            mend="Take it out of the model, or have its role agreed anew",
        )
        for a in in_force
        for agreement, i, j, column in _columns(a)
        if column.name in read and column.role in ROLE_WORDS
    ]
    return found(faults, unknown="" if given.columns.traced else UNTRACED)
