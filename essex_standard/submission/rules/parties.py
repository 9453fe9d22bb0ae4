"""Parties (P): who takes part, whether every name resolves, and whether all controllers signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from essex_standard.assessment import Level
from essex_standard.errors import nearest
from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.rules.contract import (
    Answer,
    Fault,
    RuleInput,
    cannot_tell,
    does_not_apply,
    found,
)
from essex_standard.submission.rules.dates import NO_AGREEMENT
from essex_standard.submission.toml_file import KeyPath, dotted

NOT_SHARED = "The data are the controller's own or published: there are no further parties."


def enough_parties(given: RuleInput) -> Answer:
    """P1: at least two parties, at least one of them a controller."""
    shared = [a for a in given.agreements if a.shared]
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    if not shared:
        return does_not_apply(NOT_SHARED)
    return found(
        Fault(
            severity=Level.BLOCK,
            agreement=a,
            path=("party",),
            what=f"Agreement {a.id} names {len(a.party)} "
            f"{'party' if len(a.party) == 1 else 'parties'}, of which {len(a.controllers())} "
            f"{'is a controller' if len(a.controllers()) == 1 else 'are controllers'}",
            mend="Name every party with its role; at least one is a controller",
        )
        for a in shared
        if len(a.party) < 2 or not a.controllers()
    )


def references_resolve(given: RuleInput) -> Answer:
    """P2: every reference names something that is there, and every id is used once."""
    asked = [a for a in given.agreements if a.layer != "open_data"]
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    if not asked:
        return does_not_apply(NOT_SHARED)
    supplied = {a.id for a in given.agreements}
    return found(
        fault
        for a in asked
        for fault in (*_unknown_parties(a), *_duplicates(a), *_parent(a, supplied))
    )


def _references(agreement: DataSharingAgreement) -> Iterator[tuple[KeyPath, str]]:
    yield ("lead_party",), agreement.lead_party
    for i, row in enumerate(agreement.legal):
        yield ("legal", i, "party"), row.party
    for i, dataset in enumerate(agreement.dataset):
        yield ("dataset", i, "provider"), dataset.provider
    for i, party in enumerate(agreement.party):
        yield ("party", i, "acts_for"), party.acts_for
    for i, signature in enumerate(agreement.signature):
        yield ("signature", i, "party"), signature.party


def _unknown_parties(agreement: DataSharingAgreement) -> Iterator[Fault]:
    ids = [party.id for party in agreement.party]
    for path, name in _references(agreement):
        # An absent reference is a missing field (F5), not one that leads nowhere.
        if name and name not in ids:
            yield Fault(
                severity=Level.BLOCK,
                agreement=agreement,
                path=path,
                what=f"In {agreement.id}, {dotted(path)} names '{name}', which is not a party",
                mend=nearest(name, ids) or f"Name one of the parties: {', '.join(ids)}",
            )


def _duplicates(agreement: DataSharingAgreement) -> Iterator[Fault]:
    for table, ids in (
        ("party", [party.id for party in agreement.party]),
        ("dataset", [dataset.id for dataset in agreement.dataset if dataset.id]),
    ):
        for name in (name for name, count in Counter(ids).items() if count > 1):
            second = [i for i, one in enumerate(ids) if one == name][1]
            yield Fault(
                severity=Level.BLOCK,
                agreement=agreement,
                path=(table, second, "id"),
                what=f"In {agreement.id}, the {table} id '{name}' is used more than once",
                mend=f"Give each {table} an id of its own",
            )


def _parent(agreement: DataSharingAgreement, supplied: set[str]) -> Iterator[Fault]:
    if agreement.parent and agreement.parent not in supplied:
        yield Fault(
            severity=Level.REFER,
            agreement=agreement,
            path=("parent",),
            what=f"{agreement.id} belongs to {agreement.parent}, which was not supplied",
            mend="Add its file to the submission's agreements",
        )


def all_signed(given: RuleInput) -> Answer:
    """P3: where an agreement is signed, every controller has signed it, and not in the future."""
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    shared = [a for a in given.agreements if a.shared]
    if not shared:
        return does_not_apply(NOT_SHARED)
    signed = [a for a in shared if a.status == "signed"]
    if not signed:
        return does_not_apply("No agreement is recorded as signed.")
    return found(fault for a in signed for fault in _signatures(a, given))


def _signatures(agreement: DataSharingAgreement, given: RuleInput) -> Iterator[Fault]:
    def fault(path: KeyPath, what: str, mend: str) -> Fault:
        return Fault(severity=Level.BLOCK, agreement=agreement, path=path, what=what, mend=mend)

    signed_by = {s.party for s in agreement.signature if s.date}
    for i, party in enumerate(agreement.party):
        if party in agreement.controllers() and party.id not in signed_by:
            yield fault(
                ("party", i),
                f"{agreement.id} holds no dated signature from {party.name or party.id}",
                "Add its [[signature]] with party, role and date",
            )
    for i, signature in enumerate(agreement.signature):
        if signature.date and signature.date > given.as_of:
            yield fault(
                ("signature", i, "date"),
                f"A signature of {agreement.id} is dated {signature.date}, after {given.as_of}",
                "Correct the date",
            )
    latest = max((s.date for s in agreement.signature if s.date), default=None)
    if latest and agreement.dates.signed and agreement.dates.signed < latest:
        yield fault(
            ("dates", "signed"),
            f"{agreement.id} is dated as signed on {agreement.dates.signed}, before its last "
            f"signature on {latest}",
            "Give the date of the last signature",
        )
