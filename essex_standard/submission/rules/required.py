"""Required fields (F5): what the schema asks for and a file may lack, told and not refused.

Two tables, one for agreements and one for submissions. A path walks into arrays with ``[]``; a
condition looks at the document and at the table that holds the field. The fields without which a
file cannot be used at all are not here: their absence is an error on reading (F3). Evidence of a
legal basis is asked by the L rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from essex_standard.assessment import Level
from essex_standard.submission import vocabularies as v
from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.fields import PLACEHOLDER, Part, is_empty
from essex_standard.submission.rules.contract import Answer, Fault, RuleInput, cannot_tell, found
from essex_standard.submission.submission import Submission
from essex_standard.submission.toml_file import KeyPath, dotted

Condition = Callable[[Any, Any], bool]


def _always(_root: Any, _table: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Requirement:
    """A field that must be filled in when its condition holds."""

    path: str
    when: Condition = _always


def _fields(paths: str, when: Condition = _always) -> tuple[Requirement, ...]:
    return tuple(Requirement(path, when) for path in paths.split())


def _signed(root: Any, _table: Any) -> bool:
    return bool(root.status == "signed")


def _controller(_root: Any, party: Any) -> bool:
    return party.role in v.CONTROLLERS


def _processor(_root: Any, party: Any) -> bool:
    return party.role in v.PROCESSORS


def _dated_or_placed(_root: Any, column: Any) -> bool:
    places = {"date_of_birth", "location_fine", "location_area", "finance_debt"}
    return column.role == "time_index" or bool(places.intersection(column.categories))


def _health_from_health_body(root: Any, _table: Any) -> bool:
    providers = {p.id for p in root.party if p.org_type in v.HEALTH_BODIES}
    return any(d.provider in providers and "health" in c.categories for d, c in root.columns())


def _new_purpose(root: Any, _table: Any) -> bool:
    return any(d.collected_for not in {"", "this_purpose"} for d in root.dataset)


_EVERY = _fields("schema_ version")
_SHARED = (
    *_fields("lead_party publication"),
    *_fields("parent", lambda root, _: root.layer == "purpose_schedule"),
    *_fields("publication_reason", lambda root, _: root.publication == "withheld"),
    *_fields("document_sha256 dates.signed", _signed),
    *_fields("party[].provides party[].receives"),
)
_WITH_PARTIES = (
    *_fields("party[].name party[].role party[].org_type party[].public_authority"),
    *_fields("party[].dpo party[].ico_registration", _controller),
    *_fields("party[].acts_for", _processor),
    *_fields(
        "party[].contract_ref",
        lambda root, party: _processor(root, party) or party.role == "joint_controller",
    ),
    *_fields("party[].caldicott_guardian", lambda _, party: party.org_type in v.HEALTH_BODIES),
    *_fields("party[].security_attestation", lambda _, party: bool(party.receives)),
)
_WITH_DATA = (
    *_fields(
        "purpose.benefits purpose.necessity purpose.polarity purpose.automated_decisions "
        "purpose.data_subjects purpose.population"
    ),
    *_fields("purpose.compatibility", _new_purpose),
    *_fields("legal legal[].party legal[].activity legal[].regime"),
    *_fields("legal[].art6", lambda _, row: row.regime == "uk_gdpr"),
    *_fields("legal[].underlying_law", lambda _, row: row.art6 in {"6_1_c", "6_1_e"}),
    *_fields("legal[].cag_ref", lambda _, row: row.confidentiality == "s251_support"),
    *_fields(
        "dataset[].id dataset[].name dataset[].collected_for dataset[].description dataset[].unit "
        "dataset[].period.from_ dataset[].refresh dataset[].pseudonymisation"
    ),
    *_fields(
        "dataset[].column[].description dataset[].column[].categories dataset[].column[].role"
    ),
    *_fields("dataset[].column[].granularity", _dated_or_placed),
    *_fields("retention.starts retention.disposal"),
    *_fields(
        "retention.model_artefacts",
        lambda root, _: "model_development" in root.purpose.permitted_uses,
    ),
    *_fields("outputs.min_cell outputs.release"),
    *_fields(
        "rights.privacy_notice rights.notice_mentions_modelling rights.contact rights.complaints"
    ),
    *_fields("rights.national_data_opt_out", _health_from_health_body),
    *_fields("security.controls security.incident_contact assurance.dpia_ref"),
)
_SHARED_WITH_DATA = (
    *_fields("dataset[].provider sharing.method sharing.onward sharing.processing_locations"),
    *_fields("sharing.areas sharing.area_names security.incident_hours assurance.termination"),
    *_fields("sharing.onward_parties", lambda root, _: root.sharing.onward == "listed_only"),
)

AGREEMENT_REQUIRED: dict[v.Layer, tuple[Requirement, ...]] = {
    "overarching_protocol": (*_EVERY, *_SHARED, *_WITH_PARTIES),
    "purpose_schedule": (*_EVERY, *_SHARED, *_WITH_PARTIES, *_WITH_DATA, *_SHARED_WITH_DATA),
    "single_agreement": (*_EVERY, *_SHARED, *_WITH_PARTIES, *_WITH_DATA, *_SHARED_WITH_DATA),
    "own_records": (*_EVERY, *_WITH_PARTIES, *_WITH_DATA),
    "open_data": (*_EVERY, *_fields("dataset[].description dataset[].column[].description")),
}


def _from_pilot(root: Any, _table: Any) -> bool:
    return root.project.stage in v.FROM_PILOT


SUBMISSION_REQUIRED: tuple[Requirement, ...] = (
    *_fields("agreements uses polarity flag_consequence no_flag_consequence unit population areas"),
    *_fields("baseline"),
    *_fields(
        "project.stage project.decision_asked project.problem project.alternatives "
        "model.name model.version model.sha256 threshold.kind threshold.reason "
        "threshold.approved_by success_bar.metric success_bar.value success_bar.set_on"
    ),
    *_fields("threshold.value", lambda _, t: t.kind in {"score_cutoff", "bands"}),
    *_fields("threshold.capacity_per_month", lambda _, t: t.kind == "top_n_capacity"),
    *_fields("project.go_live project.end_of_use", _from_pilot),
    *_fields("model.supplier_party", lambda _, model: bool(model.supplier)),
    *_fields(
        "decision_owner.role decision_owner.org decision_owner.can_override human_review.kind "
        "decision.significant decision.reason owner.org owner.sro_role owner.team owner.contact "
        "panel.name panel.members_roles panel.quorum raci leadership.sponsor_role "
        "leadership.sponsor_statement_date priorities"
    ),
    *_fields(
        "human_review.when human_review.who human_review.minutes_per_case human_review.sees "
        "human_review.override_logged",
        lambda _, review: review.kind in {"nominal", "meaningful"},
    ),
    *_fields(
        "human_review.override_rate_observed incidents",
        lambda root, _: root.project.decision_asked == "annual_review",
    ),
    *_fields(
        "risk_appetite.of_acting risk_appetite.of_not_acting risk_appetite.who_agreed "
        "risk_appetite.date dpia.ref dpia.signed_on dpia.signed_by_role dpia.dpo_advice "
        "dpia.model_versions dpia.residual_risk dpia.ico_consulted eia.ref eia.date "
        "eia.groups_covered eia.mitigations childrens_rights.considered childrens_rights.how "
        "consultation transparency.privacy_notice transparency.atrs_status "
        "transparency.public_page transparency.told_individually appeal.route appeal.days "
        "appeal.who_decides"
    ),
    *_fields("previous_advice", lambda root, _: not root.previous_advice_none),
    *_fields(
        "agreement_process.drafted_by agreement_process.drafted_on "
        "agreement_process.all_partners_reviewed_on agreement_process.ig_signoff_roles "
        "agreement_process.lessons confidentiality.environment confidentiality.people_with_access "
        "confidentiality.access_review_date confidentiality.staff_vetting "
        "confidentiality.confidentiality_training_pct benefits label.column "
        "label.what_it_really_measures label.who_recorded label.known_bias label.lag_months "
        "evaluation.split"
    ),
    *_fields(
        "ethics expert_review adoption.middle_managers.briefed_pct "
        "adoption.practitioners.trained_pct monitoring stop_criteria sustainability.owner_role "
        "sustainability.funding_until sustainability.exit_plan infrastructure.where_run "
        "infrastructure.rollback infrastructure.incident_plan",
        _from_pilot,
    ),
)


def fields_filled(given: RuleInput) -> Answer:
    """F5: every further field that the schema requires is filled in, and by the team."""
    if given.submission is None and not given.agreements:
        return cannot_tell("Neither a submission nor an agreement was given.")
    faults = [fault for a in given.agreements for fault in _of_agreement(a)]
    if given.submission is not None:
        faults += _faults(given.submission, SUBMISSION_REQUIRED, None)
    return found(faults)


def _of_agreement(agreement: DataSharingAgreement) -> list[Fault]:
    return _faults(agreement, AGREEMENT_REQUIRED[agreement.layer], agreement)


def _faults(
    root: DataSharingAgreement | Submission,
    requirements: tuple[Requirement, ...],
    agreement: DataSharingAgreement | None,
) -> list[Fault]:
    file = f"agreement {agreement.id}" if agreement else "the submission"
    paths = [
        path
        for requirement in requirements
        for path, table, value in _walk(root, requirement.path.split("."))
        if is_missing(value) and requirement.when(root, table)
    ]
    faults = [
        Fault(
            severity=Level.REFER,
            agreement=agreement,
            path=path,
            what=f"In {file}, {dotted(path)} is empty",
            mend="Fill it in",
        )
        for path in paths
    ]
    faults += [
        Fault(
            severity=Level.REFER,
            agreement=agreement,
            path=path,
            what=f"In {file}, {dotted(path)} still holds the scaffold's text",
            mend="Write the team's own answer",
        )
        for path in _placeholders(root)
        if path not in paths
    ]
    return faults


def is_missing(value: object) -> bool:
    """Tell whether a field says nothing: absent, empty, or still the scaffold's text."""
    return is_empty(value) or (isinstance(value, str) and value.startswith(PLACEHOLDER))


def _walk(table: Any, names: list[str], before: KeyPath = ()) -> Iterator[tuple[KeyPath, Any, Any]]:
    """Yield the path in the file, the table and the value of each field that a pattern names."""
    name, rest = names[0], names[1:]
    many = name.endswith("[]")
    name = name.removesuffix("[]")
    value = getattr(table, name)
    path = (*before, name.removesuffix("_"))
    if many:
        for i, item in enumerate(value):
            yield from _walk(item, rest, (*path, i))
    elif rest:
        yield from _walk(value, rest, path)
    else:
        yield path, table, value


def _placeholders(value: object, before: KeyPath = ()) -> Iterator[KeyPath]:
    match value:
        case Part():
            for key, name in value.keys().items():
                yield from _placeholders(getattr(value, name), (*before, key))
        case tuple():
            for i, item in enumerate(value):
                yield from _placeholders(item, (*before, i))
        case str() if value.startswith(PLACEHOLDER):
            yield before
        case _:
            return
