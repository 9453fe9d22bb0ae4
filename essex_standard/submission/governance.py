"""The parts of a submission that people answer: who decides, who was heard, what is watched.

Each class is one table of ``submission.toml`` (fields S18 to S51 of the submission schema). Nothing
here is needed to run an assessment; what is absent is told as a finding.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from essex_standard.submission import vocabularies as v
from essex_standard.submission.fields import (
    Count,
    Day,
    Duration,
    Many,
    Part,
    Percent,
    Sha256,
    Share,
)


class Owner(Part):
    """Who owns the project and answers for it."""

    org: str = ""
    sro_role: str = ""
    team: str = ""
    contact: str = ""


class Panel(Part):
    """Who advises."""

    name: str = ""
    members_roles: Many[str] = ()
    quorum: Count | None = None


class DecisionEffect(Part):
    """Whether the decision has a legal or similarly significant effect on a person."""

    significant: v.Significant | None = None
    reason: str = ""


class DecisionOwner(Part):
    """The role accountable for each decision."""

    role: str = ""
    org: str = ""
    can_override: bool | None = None


class HumanReview(Part):
    """What a person does between the score and the decision."""

    kind: v.HumanReviewKind | None = None
    when: str = ""
    who: str = ""
    minutes_per_case: Annotated[float, Field(ge=0)] | None = None
    sees: Many[str] = ()
    override_logged: bool | None = None
    override_rate_expected: Share | None = None
    override_rate_observed: Share | None = None


class Raci(Part):
    """Who is responsible, accountable, consulted and informed for one activity."""

    activity: str = ""
    responsible: str = ""
    accountable: str = ""
    consulted: Many[str] = ()
    informed: Many[str] = ()


class Leadership(Part):
    """The visible sponsor."""

    sponsor_role: str = ""
    sponsor_statement_date: Day | None = None


class Priority(Part):
    """One partner's aims beside the shared one."""

    partner: str = ""
    their_aim: str = ""
    shared_measure: str = ""
    conflict: str = ""
    how_resolved: str = ""


class RiskAppetite(Part):
    """The risk of acting and of not acting, as agreed."""

    of_acting: str = ""
    of_not_acting: str = ""
    who_agreed: str = ""
    date: Day | None = None


class Dpia(Part):
    """The data protection impact assessment."""

    ref: str = ""
    signed_on: Day | None = None
    signed_by_role: str = ""
    dpo_advice: v.DpoAdvice | None = None
    model_versions: Many[str] = ()
    residual_risk: v.ResidualRisk | None = None
    ico_consulted: bool | None = None


class Eia(Part):
    """The equality impact assessment."""

    ref: str = ""
    date: Day | None = None
    groups_covered: Many[str] = ()
    mitigations: Many[str] = ()


class ChildrensRights(Part):
    """How best interests and children's views were considered."""

    considered: bool | None = None
    how: str = ""


class Consultation(Part):
    """Who was asked, what they said and what changed."""

    who: v.Consulted | None = None
    when: Day | None = None
    how: str = ""
    n: Count | None = None
    said: str = ""
    changed: str = ""


class Transparency(Part):
    """How people are told."""

    privacy_notice: str = ""
    atrs_status: v.AtrsStatus | None = None
    public_page: str = ""
    told_individually: str = ""


class Appeal(Part):
    """How a family contests a decision."""

    route: str = ""
    days: Count | None = None
    who_decides: str = ""


class EthicsCondition(Part):
    """One condition that an ethics panel set."""

    text: str = ""
    due: Day | None = None
    done_on: Day | None = None
    evidence: str = ""


class Ethics(Part):
    """One outcome of an ethics panel."""

    panel: str = ""
    date: Day | None = None
    outcome: v.EthicsOutcome | None = None
    conditions: Many[EthicsCondition] = ()


class PreviousAdvice(Part):
    """One piece of earlier advice and what was done about it."""

    from_: str = Field(default="", alias="from")
    date: Day | None = None
    advice: str = ""
    response: v.AdviceResponse | None = None
    action: str = ""
    due: Day | None = None
    done_on: Day | None = None
    evidence: str = ""


class ExpertReview(Part):
    """One review by a person of a named expertise."""

    reviewer_role: str = ""
    org: str = ""
    independent: bool | None = None
    expertise: Many[v.Expertise] = ()
    paid_by: str = ""
    date: Day | None = None
    scope: str = ""
    findings: str = ""
    response: str = ""


class AgreementProcess(Part):
    """How the agreement came about."""

    drafted_by: str = ""
    drafted_on: Day | None = None
    all_partners_reviewed_on: Day | None = None
    ig_signoff_roles: Many[str] = ()
    lessons: str = ""


class ConfidentialityPlan(Part):
    """Who can reach the data, and how that is kept in check."""

    environment: str = ""
    people_with_access: Count | None = None
    access_review_date: Day | None = None
    staff_vetting: str = ""
    confidentiality_training_pct: Percent | None = None


class MiddleManagers(Part):
    """How those who run the teams were brought along."""

    briefed_pct: Percent | None = None
    objections: str = ""
    response: str = ""
    named_leads: Many[str] = ()


class Practitioners(Part):
    """How those who will use the model were trained."""

    trained_pct: Percent | None = None
    training_content: Many[str] = ()
    feedback: str = ""
    time_burden_minutes: Annotated[float, Field(ge=0)] | None = None


class Adoption(Part):
    """How the service is made ready."""

    middle_managers: MiddleManagers = MiddleManagers()
    practitioners: Practitioners = Practitioners()


class Monitoring(Part):
    """One thing that is watched in use, and what happens when it moves."""

    kind: v.MonitoringKind | None = None
    measure: str = ""
    group_by: str = ""
    frequency: str = ""
    owner_role: str = ""
    trigger: str = ""
    action: str = ""


class StopCriterion(Part):
    """One figure at which a named role stops the model."""

    measure: str = ""
    comparator: v.Comparator | None = None
    value: float | None = None
    window: Duration = ""
    who_stops: str = ""
    within_days: Count | None = None


class KnownBreak(Part):
    """A day on which the records changed for a reason that is known: a new form, a lockdown, a law.

    It is drawn on every chart over time and named beside what moved near it; it excuses nothing.
    """

    on: Day | None = None
    what: str = ""


class Benefit(Part):
    """One outcome that is expected to better."""

    measure: str = ""
    baseline: float | None = None
    target: float | None = None
    by: Day | None = None
    how_attributed: str = ""
    owner_role: str = ""


class Sustainability(Part):
    """Who keeps it running, with what money, and how it ends."""

    owner_role: str = ""
    funding_until: Day | None = None
    running_cost_band: str = ""
    exit_plan: str = ""
    skills_in_house: str = ""
    energy_note: str = ""


class Infrastructure(Part):
    """Where it runs and how it is rolled back."""

    where_run: str = ""
    host_party: str = ""
    logging: str = ""
    rollback: str = ""
    dependencies_lockfile_sha256: Sha256 = ""
    incident_plan: str = ""


class Label(Part):
    """What the outcome column really records."""

    column: str = ""
    what_it_really_measures: str = ""
    who_recorded: str = ""
    known_bias: str = ""
    lag_months: Count | None = None


class Evaluation(Part):
    """How the model was held to unseen data."""

    split: v.SplitKind | None = None
    grouped_by: str = ""


class WaiverRequest(Part):
    """A waiver as the file states it; whether it holds is judged elsewhere."""

    rule: str = ""
    where: str = ""
    reason: str = ""
    granted_by_role: str = ""
    granted_on: Day | None = None
    expires: Day | None = None
    evidence: str = ""


class Answer(Part):
    """One heading of the self-assessment."""

    answer: str = ""
    evidence: str = ""


class SelfAssessment(Part):
    """The six headings of the ECDA."""

    citizen_voice_transparency: Answer = Answer()
    sustainability: Answer = Answer()
    infrastructure: Answer = Answer()
    impact: Answer = Answer()
    governance: Answer = Answer()
    ethical_review_assurance: Answer = Answer()
