"""Purpose and use (U): all that the project does is permitted."""

from __future__ import annotations

from essex_standard.assessment import Level
from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.rules.contract import (
    Answer,
    Fault,
    RuleInput,
    cannot_tell,
    found,
)


def uses_permitted(given: RuleInput) -> Answer:
    """U1: every use is permitted, and none refused, by every agreement that covers data in use."""
    if given.submission is None:
        return cannot_tell("No submission was given, so the uses are not known.")
    if not given.uses:
        return cannot_tell("The submission names no uses.")
    agreements = given.relevant()
    if not agreements:
        return cannot_tell("No agreement in force covers a column in use.")
    return found(
        Fault(
            severity=Level.BLOCK,
            agreement=None,
            path=("uses", i),
            what=f"The use '{use.replace('_', ' ')}' is {_refusal(agreement, use)} {agreement.id}",
            mend="Give the use up, or amend the agreement with its parties first",
        )
        for i, use in enumerate(given.uses)
        for agreement in agreements
        if _refusal(agreement, use)
    )


def _refusal(agreement: DataSharingAgreement, use: str) -> str:
    purpose = agreement.purpose
    if use in purpose.prohibited_uses:
        return "expressly refused by"
    # An open-data licence that lists no uses limits none.
    unlimited = agreement.layer == "open_data" and not purpose.permitted_uses
    return "" if unlimited or use in purpose.permitted_uses else "not permitted by"
