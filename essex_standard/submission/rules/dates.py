"""Dates (D): agreements in force, in order, reviewed, ended; data kept no longer."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date

from essex_standard.assessment import Level
from essex_standard.errors import nearest
from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.fields import months
from essex_standard.submission.rules.contract import (
    Answer,
    Fault,
    RuleInput,
    cannot_tell,
    does_not_apply,
    found,
)

NO_AGREEMENT = "No agreement was given."

REVIEW_DAYS = 90
"""Days before and after a review date within which it is told, then referred, before it blocks."""


def in_force(given: RuleInput) -> Answer:
    """D1: every agreement relied on is signed and in force on the day."""
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    return found(
        _not_in_force(a, given.as_of) for a in given.agreements if not a.in_force(given.as_of)
    )


def _not_in_force(agreement: DataSharingAgreement, as_of: date) -> Fault:
    start, end = agreement.dates.start, agreement.dates.end
    if agreement.status != "signed":
        path: tuple[str, ...] = ("status",)
    elif start is None or as_of < start:
        path = ("dates", "start")
    else:
        path = ("dates", "end")
    window = f"in force {start or 'from no stated date'} to {end or 'no stated end'}"
    return Fault(
        severity=Level.BLOCK,
        agreement=agreement,
        path=path,
        what=f"Agreement {agreement.id} is {agreement.status}; {window}, checked on {as_of}",
        mend="Sign or renew it, or remove the columns it covers",
    )


def in_order(given: RuleInput) -> Answer:
    """D2: start, end, review and signing follow one another."""
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    return found(fault for a in given.agreements for fault in _out_of_order(a))


def _out_of_order(agreement: DataSharingAgreement) -> Iterator[Fault]:
    dates = agreement.dates

    def fault(severity: Level, field: str, what: str) -> Fault:
        return Fault(
            severity=severity,
            agreement=agreement,
            path=("dates", field),
            what=f"In {agreement.id}, {what}",
            mend="Correct the date, or record why it is so",
        )

    if dates.start and dates.end and dates.start > dates.end:
        yield fault(Level.BLOCK, "end", f"the end {dates.end} is before the start {dates.start}")
    if dates.review and dates.end and dates.review > dates.end:
        yield fault(
            Level.REFER, "review", f"the end {dates.end} is before the review {dates.review}"
        )
    if dates.review and dates.start and dates.review < dates.start:
        what = f"the review {dates.review} is before the start {dates.start}"
        yield fault(Level.REFER, "review", what)
    if dates.signed and dates.start and dates.signed > dates.start:
        what = f"the start {dates.start} is before the signing {dates.signed}"
        yield fault(Level.REFER, "signed", what)


def reviewed(given: RuleInput) -> Answer:
    """D3: the review is not overdue; told from 90 days ahead, blocked from 91 days after."""
    dated = [a for a in given.agreements if a.layer != "open_data" or a.dates.review]
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    if not dated:
        return does_not_apply("Open data are published; there is no review between partners.")
    faults = (_review(a, given.as_of) for a in dated)
    return found(fault for fault in faults if fault is not None)


def _review(agreement: DataSharingAgreement, as_of: date) -> Fault | None:
    review = agreement.dates.review
    # Own records have no partner to review them with.
    with_partners = " with the partners" if agreement.shared else ""
    if review is None:
        severity, what = Level.REFER, f"Agreement {agreement.id} has no review date"
    else:
        days = (as_of - review).days
        if days < -REVIEW_DAYS:
            return None
        if days <= 0:
            severity = Level.NOTE
            what = f"The review of {agreement.id} is due on {review}, in {-days} days"
        else:
            severity = Level.REFER if days <= REVIEW_DAYS else Level.BLOCK
            what = f"The review of {agreement.id} was due on {review}, {days} days ago"
    return Fault(
        severity=severity,
        agreement=agreement,
        path=("dates", "review"),
        what=what,
        mend=f"Complete the review{with_partners} and set a new date",
    )


def ends(given: RuleInput) -> Answer:
    """D5: an agreement has an end date, or says why it has none (then a note)."""
    asked = [a for a in given.agreements if a.layer != "open_data"]
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    if not asked:
        return does_not_apply("Open data are published under a licence without an end.")
    return found(_endless(a) for a in asked if a.dates.end is None)


def _endless(agreement: DataSharingAgreement) -> Fault:
    reason = agreement.dates.open_ended_reason
    return Fault(
        severity=Level.NOTE if reason else Level.REFER,
        agreement=agreement,
        path=("dates", "open_ended_reason") if reason else ("dates",),
        what=f"Agreement {agreement.id} has no end date"
        + ("; a reason is recorded" if reason else " and no reason for it"),
        mend="Agree an end date" + ("" if reason else ", or record why there is none"),
    )


def kept_no_longer(given: RuleInput) -> Answer:
    """D6: data and trained models are kept no longer than agreed."""
    if not given.agreements:
        return cannot_tell(NO_AGREEMENT)
    asked = [a for a in given.agreements if a.layer != "open_data" and _datasets(a, given)]
    if not asked:
        return does_not_apply("No agreement that sets a retention period covers data in use.")
    unknown = [_unknowable(a) for a in asked]
    faults = [fault for a in asked for fault in (*_data_kept(a, given), *_model_kept(a, given))]
    return found([*faults, *_stray(given)], unknown=" ".join(u for u in unknown if u))


def _datasets(agreement: DataSharingAgreement, given: RuleInput) -> list[int]:
    """Return the indices of an agreement's datasets that are in use (all, if that is unknown)."""
    used = given.used
    return [
        i
        for i, dataset in enumerate(agreement.dataset)
        if used is None or any(column.name in used for column in dataset.column)
    ]


def _unknowable(agreement: DataSharingAgreement) -> str:
    retention = agreement.retention
    if not retention.period:
        return f"Agreement {agreement.id} states no retention period."
    if retention.starts is None:
        return f"Agreement {agreement.id} does not say from when retention counts."
    if retention.starts in {"last_event", "case_closure"}:
        words = retention.starts.replace("_", " ")
        return (
            f"Retention under {agreement.id} counts from each person's {words}, which is not "
            f"among what was given."
        )
    if retention.starts == "agreement_end" and agreement.dates.end is None:
        return f"Retention under {agreement.id} counts from its end, and it states none."
    return ""


def _data_kept(agreement: DataSharingAgreement, given: RuleInput) -> Iterator[Fault]:
    retention = agreement.retention
    if not retention.period:
        return
    if retention.starts == "agreement_end" and agreement.dates.end:
        until = add_months(agreement.dates.end, months(retention.period))
        if until < given.as_of:
            yield _kept_too_long(
                agreement,
                f"Agreement {agreement.id} ended on {agreement.dates.end}; "
                f"agreed retention {retention.period} ended {until}",
            )
    if retention.starts != "receipt":
        return
    for i in _datasets(agreement, given):
        dataset = agreement.dataset[i]
        name = dataset.id or dataset.name or f"number {i}"
        received = given.received.get(dataset.id)
        if received is None or received > given.as_of:
            when = f"is said to arrive on {received}, after the day of the assessment"
            yield Fault(
                severity=Level.REFER,
                agreement=agreement,
                path=("dataset", i),
                what=f"Dataset {name} of {agreement.id} "
                + (when if received else "has no date of receipt"),
                mend=f"Give it in the submission, under [data]: received = {{ {name} = ... }}",
            )
        elif (until := add_months(received, months(retention.period))) < given.as_of:
            yield _kept_too_long(
                agreement,
                f"Dataset {name} of {agreement.id} was received {received}; "
                f"agreed retention {retention.period} ended {until}",
            )


def _kept_too_long(agreement: DataSharingAgreement, what: str) -> Fault:
    return Fault(
        severity=Level.BLOCK,
        agreement=agreement,
        path=("retention", "period"),
        what=what,
        mend="Destroy, return or agree a longer period",
    )


def _model_kept(agreement: DataSharingAgreement, given: RuleInput) -> Iterator[Fault]:
    period = agreement.retention.model_artefacts
    if not period or given.submission is None:
        return
    trained = given.submission.model.trained_on
    if trained is None:
        yield Fault(
            severity=Level.REFER,
            agreement=None,
            path=("model",),
            what=f"The day of training is not stated, and {agreement.id} limits how long a trained "
            f"model may stay",
            mend="Give it in the submission, under [model]: trained_on = ...",
        )
    elif (until := add_months(trained, months(period))) < given.as_of:
        yield Fault(
            severity=Level.BLOCK,
            agreement=agreement,
            path=("retention", "model_artefacts"),
            what=f"The model was trained on {trained}; {agreement.id} lets it stay {period}, "
            f"until {until}",
            mend="Retire the model, train it anew or agree a longer period",
        )


def _stray(given: RuleInput) -> Iterator[Fault]:
    """Yield the receipts of datasets that no agreement lists: most likely a misspelt id."""
    known = {dataset.id for agreement in given.agreements for dataset in agreement.dataset}
    for name in given.received:
        if name not in known:
            yield Fault(
                severity=Level.REFER,
                agreement=None,
                path=("data", "received", name),
                what=f"A date of receipt is given for '{name}', which no agreement lists",
                mend=nearest(name, known) or "Use the id of a dataset of an agreement",
            )


def add_months(day: date, count: int) -> date:
    """Return the same day some months later; the last of the month where it has no such day.

    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
