"""Columns (C): every column that the project reads is covered."""

from __future__ import annotations

from essex_standard.assessment import Level
from essex_standard.errors import nearest
from essex_standard.submission.rules.contract import Answer, Fault, RuleInput, cannot_tell, found


def columns_covered(given: RuleInput) -> Answer:
    """C1: every input, outcome, audit and link column is in an agreement in force."""
    if given.columns is None:
        return cannot_tell("No model was given, so the columns it reads are not known.")
    roles = given.columns.roles()
    if not roles:
        return cannot_tell("The columns that the model reads are not known.")
    in_force = [a for a in given.agreements if a.in_force(given.as_of)]
    covered = {name for agreement in in_force for name in agreement.column_names()}
    faults = [
        Fault(
            severity=Level.BLOCK,
            agreement=None,
            path=("agreements",),
            what=f"Column '{column}' is {role}, and no agreement in force covers it"
            + _lapsed(column, given),
            mend=f"Remove it, or have it agreed. {nearest(column, covered)}".strip(),
        )
        for column, role in roles.items()
        if column not in covered
    ]
    untraced = (
        ""
        if given.columns.traced
        else "A step of the model could not be traced: every column it is given counts as read."
    )
    return found(faults, unknown=untraced)


def _lapsed(column: str, given: RuleInput) -> str:
    """Say which agreement would cover the column if it were in force."""
    held = [a.id for a in given.agreements if column in a.column_names()]
    return f" ({', '.join(held)} lists it but is not in force)" if held else ""
