"""What several agreements allow when they are taken together: in each term, the strictest wins.

    terms(A) and terms(B)  ->  meet  ->  combined terms

Every operation is a meet on an order or a lattice, so the terms do not depend on the order in which
agreements are read, a duplicate changes nothing, and a further agreement never widens anything.

A term that a shared agreement or an own-records entry leaves unsaid is read as the strictest where
something would leave the house (release, onward sharing, smallest count 10, rounding 5), and as no
limit elsewhere; an open-data entry limits nothing that it does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from math import lcm
from typing import TypeVar

from essex_standard.submission import vocabularies as v
from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.fields import months

T = TypeVar("T")

MIN_CELL = 10
ROUNDING_BASE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinedTerms:
    """The strictest of the terms of one or more agreements; None means no limit was stated.

    Attributes
    ----------
    agreements : frozenset of str
        Ids of the agreements that were combined; empty when none is relevant.
    permitted, prohibited : frozenset of str
        Intersection of permitted uses (None: none was listed) and union of prohibited ones; `uses`
        is what remains.
    start, end : date or None
        The window in which all are in force, both ends included.
    retention_months, model_months : int or None
        How long data, and models trained on them, may stay.
    min_cell, rounding_base : int or None
        Smallest publishable count; base to which published counts are rounded.
    locations, areas, onward_parties : frozenset of str or None
        Where data may be held, which areas, and who may be handed on to.
    only_uses : mapping of str to frozenset of str
        Columns whose uses are narrower; see `uses_of`.
    """

    agreements: frozenset[str] = frozenset()
    permitted: frozenset[v.Use] | None = None
    prohibited: frozenset[v.Use] = frozenset()
    start: date | None = None
    end: date | None = None
    polarity: v.Polarity | None = None
    automated_decisions: v.AutomatedDecisions | None = None
    retention_months: int | None = None
    model_months: int | None = None
    min_cell: int | None = None
    rounding_base: int | None = None
    release: v.OutputRelease | None = None
    onward: v.Onward | None = None
    onward_parties: frozenset[str] | None = None
    locations: frozenset[v.Location] | None = None
    areas: frozenset[str] | None = None
    controls: frozenset[v.SecurityControl] = frozenset()
    disposal: v.Disposal | None = None
    only_uses: Mapping[str, frozenset[v.Use]] = field(default_factory=dict)

    @property
    def uses(self) -> frozenset[v.Use]:
        """The uses that all agreements permit and none refuses; empty without an agreement."""
        if not self.agreements:
            return frozenset()
        return (frozenset(v.USES) if self.permitted is None else self.permitted) - self.prohibited

    @property
    def window_is_empty(self) -> bool:
        """Whether there is no day on which all are in force."""
        return self.start is not None and self.end is not None and self.start > self.end

    def uses_of(self, column: str) -> frozenset[v.Use]:
        """Return the uses that remain for one column."""
        return self.uses & self.only_uses.get(column, self.uses)


def relevant(
    agreements: Iterable[DataSharingAgreement], as_of: date, columns: Iterable[str] | None
) -> tuple[DataSharingAgreement, ...]:
    """Return the agreements in force that cover a column in use (any column, if None is given)."""
    used = None if columns is None else set(columns)
    return tuple(
        agreement
        for agreement in agreements
        if agreement.in_force(as_of)
        and (names := agreement.column_names())
        and (used is None or used.intersection(names))
    )


def combine(
    agreements: Sequence[DataSharingAgreement], as_of: date, columns: Iterable[str] | None = None
) -> CombinedTerms:
    """Return the strictest terms of the relevant agreements.

    Parameters
    ----------
    agreements : sequence of DataSharingAgreement
    as_of : date
        Only agreements in force on this day count.
    columns : iterable of str, optional
        Columns that the model, the label, the linkage or the audit reads; only agreements that
        cover one of them count. All, if left out.

    Returns
    -------
    CombinedTerms
        With no use at all when no agreement is relevant.
    """
    found = [terms_of(a) for a in relevant(agreements, as_of, columns)]
    return reduce(meet, found) if found else CombinedTerms(permitted=frozenset())


def terms_of(agreement: DataSharingAgreement) -> CombinedTerms:
    """Return the terms of one agreement."""
    private = agreement.layer != "open_data"
    outputs, sharing, purpose = agreement.outputs, agreement.sharing, agreement.purpose
    retention = agreement.retention
    onward = sharing.onward or ("prohibited" if private else None)
    only_uses: dict[str, frozenset[v.Use]] = {}
    for _, column in agreement.columns():
        if column.only_uses:
            uses = frozenset(column.only_uses)
            only_uses[column.name] = only_uses.get(column.name, uses) & uses
    return CombinedTerms(
        agreements=frozenset({agreement.id}),
        permitted=frozenset(purpose.permitted_uses) if purpose.permitted_uses or private else None,
        prohibited=frozenset(purpose.prohibited_uses),
        start=agreement.dates.start,
        end=agreement.dates.end,
        polarity=purpose.polarity,
        automated_decisions=purpose.automated_decisions,
        retention_months=months(retention.period) if retention.period else None,
        model_months=months(retention.model_artefacts) if retention.model_artefacts else None,
        min_cell=_stated(outputs.min_cell, MIN_CELL if private else None),
        rounding_base=_stated(outputs.rounding_base, ROUNDING_BASE if private else None),
        release=_stated(outputs.release, "internal_panel" if private else None),
        onward=onward,
        onward_parties=frozenset(sharing.onward_parties) if onward == "listed_only" else None,
        locations=frozenset(sharing.processing_locations) or None,
        areas=frozenset(sharing.areas) or None,
        controls=frozenset(agreement.security.controls),
        disposal=retention.disposal,
        only_uses=only_uses,
    )


def meet(a: CombinedTerms, b: CombinedTerms) -> CombinedTerms:
    """Return the strictest of two sets of terms: associative, commutative, idempotent."""
    shared = {
        column: a.only_uses.get(column, b.only_uses.get(column, frozenset()))
        & b.only_uses.get(column, a.only_uses.get(column, frozenset()))
        for column in {**a.only_uses, **b.only_uses}
    }
    return CombinedTerms(
        agreements=a.agreements | b.agreements,
        permitted=_both(a.permitted, b.permitted),
        prohibited=a.prohibited | b.prohibited,
        start=max(_given(a.start, b.start), default=None),
        end=min(_given(a.end, b.end), default=None),
        polarity=_first(v.POLARITIES, a.polarity, b.polarity),
        automated_decisions=_first(
            v.AUTOMATED_DECISIONS, a.automated_decisions, b.automated_decisions
        ),
        retention_months=min(_given(a.retention_months, b.retention_months), default=None),
        model_months=min(_given(a.model_months, b.model_months), default=None),
        min_cell=max(_given(a.min_cell, b.min_cell), default=None),
        # A number rounded to the least common multiple is a multiple of both bases.
        rounding_base=lcm(*bases) if (bases := _given(a.rounding_base, b.rounding_base)) else None,
        release=_first(v.RELEASES, a.release, b.release),
        onward=_first(v.ONWARD, a.onward, b.onward),
        onward_parties=_both(a.onward_parties, b.onward_parties),
        locations=_both(a.locations, b.locations),
        areas=_both(a.areas, b.areas),
        controls=a.controls | b.controls,
        disposal=_first(v.DISPOSALS, a.disposal, b.disposal),
        only_uses=shared,
    )


def _stated(value: T | None, otherwise: T | None) -> T | None:
    return otherwise if value is None else value


def _given(a: T | None, b: T | None) -> list[T]:
    return [x for x in (a, b) if x is not None]


def _both(a: frozenset[T] | None, b: frozenset[T] | None) -> frozenset[T] | None:
    if a is None or b is None:
        return b if a is None else a
    return a & b


def _first(order: Sequence[T], a: T | None, b: T | None) -> T | None:
    """Return whichever comes first in an order that begins with the strictest."""
    return min(_given(a, b), key=order.index, default=None)
