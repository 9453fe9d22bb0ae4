"""`DataSharingAgreement`: one agreement's metadata, as a file holds it.

Five layers. Three lie between several parties (``overarching_protocol``, ``purpose_schedule``,
``single_agreement``); ``own_records`` is one controller's own data; ``open_data`` is published and
has a licence in place of parties. For the last two ``status = "signed"`` reads: adopted here.

Only the core must be there for a file to be used (`CORE`); any other field of the schema that is
required and absent is a finding (F5), so that many old agreements can be entered quickly:

====================  ============================================================================
every layer           id, title, status, layer
the four with parties  contact, one party with its id, start, end (or why open-ended), review
purpose_schedule,     also purpose statement, permitted uses, retention period, and at least one
single_agreement,     dataset with named columns
own_records
open_data             publisher, licence, source and at least one dataset with named columns; dates
                      and purpose only where the licence sets them
====================  ============================================================================

An overarching protocol holds principles; the data, purpose and retention stand in its schedules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from essex_standard.submission import vocabularies as v
from essex_standard.submission.fields import (
    ColumnName,
    Count,
    Day,
    Duration,
    GatewayCode,
    Id,
    MajorMinor,
    Many,
    Part,
    Sha256,
    Statement,
    Title,
)

_IDENTITY = ("id", "title", "status", "layer")
_PARTIES = (
    *_IDENTITY,
    "contact",
    "party",
    "party[].id",
    "dates.start",
    "dates.end|dates.open_ended_reason",
    "dates.review",
)
_COLUMNS = ("dataset", "dataset[].column", "dataset[].column[].name")
_FULL = (
    *_PARTIES,
    "purpose.statement",
    "purpose.permitted_uses",
    "retention.period",
    *_COLUMNS,
)

CORE: Mapping[v.Layer, tuple[str, ...]] = MappingProxyType(
    {
        "overarching_protocol": _PARTIES,
        "purpose_schedule": _FULL,
        "single_agreement": _FULL,
        "own_records": _FULL,
        "open_data": (*_IDENTITY, "publisher", "licence", "source", *_COLUMNS),
    }
)
"""The fields without which an agreement of each layer cannot be used; ``|`` reads *or*."""


class Purpose(Part):
    """Why data are shared, for which uses, and how far a consequence may go."""

    statement: Statement = ""
    benefits: str = ""
    necessity: str = ""
    harm_of_not_sharing: str = ""
    permitted_uses: Many[v.Use] = ()
    prohibited_uses: Many[v.Use] = ()
    polarity: v.Polarity | None = None
    automated_decisions: v.AutomatedDecisions | None = None
    data_subjects: Many[v.DataSubject] = ()
    population: str = ""
    compatibility: str = ""


class Dates(Part):
    """When the agreement was signed, is in force (both ends included) and is reviewed."""

    signed: Day | None = None
    start: Day | None = None
    end: Day | None = None
    open_ended_reason: str = ""
    review: Day | None = None
    last_reviewed: Day | None = None


class Party(Part):
    """One body that takes part, and its role in data protection law."""

    id: Id
    name: str = ""
    role: v.PartyRole | None = None
    org_type: v.OrgType | None = None
    public_authority: bool | None = None
    register_code: str = ""
    provides: bool | None = None
    receives: bool | None = None
    dpo: str = ""
    ico_registration: str = ""
    acts_for: str = ""
    contract_ref: str = ""
    caldicott_guardian: str = ""
    security_attestation: Many[v.SecurityAttestation] = ()


class Legal(Part):
    """The basis that one party records for one or more activities."""

    party: str = ""
    activity: Many[v.Activity] = ()
    regime: v.Regime | None = None
    art6: v.Article6 | None = None
    underlying_law: Many[str] = ()
    art9: Many[v.Article9] = ()
    sch1: Many[v.Schedule1] = ()
    apd_ref: str = ""
    gateway: Many[GatewayCode] = ()
    confidentiality: v.Confidentiality | None = None
    cag_ref: str = ""


class Period(Part):
    """The dates that rows may describe; no end means rolling."""

    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Column(Part):
    """One column that the agreement covers."""

    name: ColumnName
    description: str = ""
    categories: Many[v.Category] = ()
    role: v.ColumnRole | None = None
    granularity: v.Granularity | None = None
    pseudonymisation: v.Pseudonymisation | None = None
    only_uses: Many[v.Use] = ()
    free_text: bool = False


class Dataset(Part):
    """One table that a party discloses, or that is held or published."""

    id: Id = ""
    name: str = ""
    provider: str = ""
    collected_for: str = ""
    description: str = ""
    unit: v.Unit | None = None
    period: Period = Period()
    refresh: v.Refresh | None = None
    pseudonymisation: v.Pseudonymisation | None = None
    quality_note: str = ""
    column: Many[Column] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> Dataset:
        names = [column.name for column in self.column]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise PydanticCustomError(
                "essex_repeat", "{expected}", {"expected": f"columns named twice: {twice}"}
            )
        return self


class Sharing(Part):
    """How, where and how far the data travel."""

    method: v.SharingMethod | None = None
    onward: v.Onward | None = None
    onward_parties: Many[str] = ()
    processing_locations: Many[v.Location] = ()
    areas: Many[str] = ()
    area_names: Many[str] = ()


class Retention(Part):
    """How long data and trained models may stay, counted from which event, and what then."""

    period: Duration = ""
    starts: v.RetentionStart | None = None
    disposal: v.Disposal | None = None
    model_artefacts: Duration = ""


class Outputs(Part):
    """What may be shown of results, and to whom."""

    min_cell: Count | None = None
    rounding_base: Annotated[int, Field(ge=1)] | None = None
    release: v.OutputRelease | None = None
    checker: str = ""


class Rights(Part):
    """How people are told, and where they turn."""

    privacy_notice: str = ""
    notice_mentions_modelling: bool | None = None
    contact: str = ""
    complaints: str = ""
    national_data_opt_out: v.OptOut | None = None


class Security(Part):
    """How the data are kept safe, and who is told of a breach."""

    controls: Many[v.SecurityControl] = ()
    incident_contact: str = ""
    incident_hours: Annotated[int, Field(ge=1, le=72)] | None = None


class Assurance(Part):
    """The impact assessment, and how the sharing is checked and ended."""

    dpia_ref: str = ""
    effectiveness: str = ""
    termination: str = ""


class Signature(Part):
    """Who signed for a party, and when."""

    party: str = ""
    role: str = ""
    date: Day | None = None


class DataSharingAgreement(Part):
    """One agreement, own-records entry or open-data entry.

    The fields are those of the agreement schema ``essex-dsa/1``, by the names of the file, with
    `publisher`, `licence` and `source` for open data, and `illustrative` where the content is
    invented. ``[x]`` is the team's own: kept, never read by a rule.
    """

    schema_: Literal["essex-dsa/1"] | None = Field(default=None, alias="schema")
    id: Id
    version: MajorMinor = ""
    title: Title
    layer: v.Layer
    parent: str = ""
    status: v.Status
    supersedes: Many[Id] = ()
    lead_party: str = ""
    contact: str = ""
    publication: v.Publication | None = None
    publication_reason: str = ""
    document_sha256: Sha256 = ""
    summary_public: str = ""
    publisher: str = ""
    licence: str = ""
    source: str = ""
    illustrative: bool = False
    purpose: Purpose = Purpose()
    dates: Dates = Dates()
    party: Many[Party] = ()
    legal: Many[Legal] = ()
    dataset: Many[Dataset] = ()
    sharing: Sharing = Sharing()
    retention: Retention = Retention()
    outputs: Outputs = Outputs()
    rights: Rights = Rights()
    security: Security = Security()
    assurance: Assurance = Assurance()
    signature: Many[Signature] = ()
    x: dict[str, Any] = Field(default_factory=dict)

    @property
    def shared(self) -> bool:
        """Whether it lies between several parties."""
        return self.layer in v.SHARED_LAYERS

    def in_force(self, as_of: date) -> bool:
        """Tell whether it is signed and `as_of` lies from start to end, both included.

        An open-data entry without dates is in force while its status is ``signed``; any other
        without a start date is not.
        """
        if self.status != "signed":
            return False
        start, end = self.dates.start, self.dates.end
        if start is None and self.layer != "open_data":
            return False
        return (start is None or start <= as_of) and (end is None or as_of <= end)

    def columns(self) -> Iterator[tuple[Dataset, Column]]:
        """Yield each column with the dataset it belongs to, in the order of the file."""
        for dataset in self.dataset:
            for column in dataset.column:
                yield dataset, column

    def column_names(self) -> tuple[str, ...]:
        """Return the names of the columns covered, each once, in the order of the file."""
        return tuple(dict.fromkeys(column.name for _, column in self.columns()))

    def party_of(self, party_id: str) -> Party | None:
        """Return the party of this id, or None."""
        return next((p for p in self.party if p.id == party_id), None)

    def controllers(self) -> tuple[Party, ...]:
        """Return the parties that are controllers or joint controllers."""
        return tuple(p for p in self.party if p.role in v.CONTROLLERS)

    def legal_rows(self, party_id: str, activity: v.Activity) -> tuple[tuple[int, Legal], ...]:
        """Return the legal rows of a party that cover an activity, each with its index."""
        return tuple(
            (i, row)
            for i, row in enumerate(self.legal)
            if row.party == party_id and activity in row.activity
        )
