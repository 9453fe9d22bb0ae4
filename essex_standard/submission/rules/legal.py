"""Evidence of a legal basis (L): one is recorded for all that is done, and can be one.

These rules read what the parties recorded; they say nothing about whether processing is lawful.
"""

from __future__ import annotations

from collections.abc import Iterator

from essex_standard.assessment import Level
from essex_standard.submission import vocabularies as v
from essex_standard.submission.agreement import DataSharingAgreement, Party
from essex_standard.submission.rules.contract import (
    Answer,
    Fault,
    RuleInput,
    cannot_tell,
    does_not_apply,
    found,
)
from essex_standard.submission.rules.dates import NO_AGREEMENT

NO_PERSONAL_DATA = "Only published data or an overarching protocol: no activity needs a row here."


def activities(given: RuleInput, agreement: DataSharingAgreement) -> tuple[v.Activity, ...]:
    """Return what a controller that holds the data does with them, in the order of the schema.

    Each use asks for its activity; a shared agreement adds *receive*, and *link*
    where the columns in use lie in more than one dataset or a link key is read.
    """
    needed = {
        v.ACTIVITY_OF_USE[use] for use in given.uses_of(agreement) if use in v.ACTIVITY_OF_USE
    }
    if agreement.shared:
        needed.add("receive")
    used = given.used
    sources = [d for d in agreement.dataset if used is None or used & {c.name for c in d.column}]
    if len(sources) > 1 or (given.columns is not None and given.columns.link):
        needed.add("link")
    return tuple(activity for activity in v.ACTIVITIES if activity in needed)


def required_pairs(
    given: RuleInput, agreement: DataSharingAgreement
) -> Iterator[tuple[int, Party, v.Activity]]:
    """Yield each party (with its index) and each activity for which it must record a basis.

    In a shared agreement every providing party discloses, and every receiving controller does what
    the submission needs; in own records the controller does what the submission needs.
    """
    for i, party in enumerate(agreement.party):
        if agreement.shared and party.provides:
            yield i, party, "disclose"
        if party.role in v.CONTROLLERS and (party.receives or not agreement.shared):
            for activity in activities(given, agreement):
                yield i, party, activity


def basis_recorded(given: RuleInput) -> Answer:
    """L0: each required party and activity has a row, and the row an Article 6 basis."""
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    asked = [a for a in given.agreements if a.layer != "open_data" and a.dataset]
    if not asked:
        return does_not_apply(NO_PERSONAL_DATA)
    faults = [
        fault
        for a in asked
        for i, party, activity in required_pairs(given, a)
        if (fault := _no_basis(a, i, party, activity)) is not None
    ]
    unknown = [_flow_unknown(a) for a in asked]
    if not given.alone and not given.uses:
        unknown.append("The submission names no uses, so what it does with the data is not known.")
    return found(faults, unknown=" ".join(reason for reason in unknown if reason))


def _no_basis(
    agreement: DataSharingAgreement, index: int, party: Party, activity: v.Activity
) -> Fault | None:
    rows = agreement.legal_rows(party.id, activity)
    # Part 3 of the DPA 2018 (law enforcement) knows no Article 6.
    if any(row.art6 or row.regime == "dpa2018_part3" for _, row in rows):
        return None
    words = activity.replace("_", " ")
    return Fault(
        severity=Level.BLOCK,
        agreement=agreement,
        path=("legal", rows[0][0]) if rows else ("party", index),
        what=f"{party.name or party.id} records no "
        f"{'Article 6 basis' if rows else 'legal row'} for '{words}' in {agreement.id}",
        mend=f'Add art6 to a [[legal]] row with party = "{party.id}" and activity "{activity}"',
    )


def _flow_unknown(agreement: DataSharingAgreement) -> str:
    if not agreement.party:
        return f"Agreement {agreement.id} names no party."
    roles = all(party.role for party in agreement.party)
    flows = all(p.provides is not None and p.receives is not None for p in agreement.party)
    if roles and (flows or not agreement.shared):
        return ""
    return f"{agreement.id} does not say each party's role, or whether it provides and receives."


def basis_fits_public_body(given: RuleInput) -> Answer:
    """L1: a public authority does not rely on legitimate interests, recognised or not."""
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    asked = [a for a in given.agreements if a.layer != "open_data" and (a.dataset or a.legal)]
    if not asked:
        return does_not_apply(NO_PERSONAL_DATA)
    faults: list[Fault] = []
    unknown: list[str] = []
    for agreement in asked:
        if not agreement.legal:
            unknown.append(f"Agreement {agreement.id} records no legal basis.")
        for i, row in enumerate(agreement.legal):
            party = agreement.party_of(row.party)
            if row.art6 not in {"6_1_f", "6_1_ea"}:
                continue
            if party is None or party.public_authority is None:
                whom = f"'{row.party}' in {agreement.id}"
                unknown.append(f"It is not recorded whether {whom} is a public authority.")
            elif party.public_authority:
                faults.append(_barred(agreement, i, party))
    return found(faults, unknown=" ".join(unknown))


def _barred(agreement: DataSharingAgreement, index: int, party: Party) -> Fault:
    row = agreement.legal[index]
    article = row.art6 or "6_1_f"
    words = ", ".join(activity.replace("_", " ") for activity in row.activity)
    letter = article.removeprefix("6_1_")
    return Fault(
        severity=Level.BLOCK,
        agreement=agreement,
        path=("legal", index, "art6"),
        what=f"{party.name or party.id} records Article 6(1)({letter}), "
        f"{v.ARTICLE_6_WORDS[article]}, for: {words or 'no stated activity'}",
        mend="Record the basis that applies to its task, normally 6(1)(e) or (c), with the law "
        "behind it",
    )
