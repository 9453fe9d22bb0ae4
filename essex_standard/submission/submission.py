"""`Submission`: what the team puts before the board, as ``submission.toml`` holds it.

Two sorts of field stand side by side: what the machine needs to run (``[model]``, ``[data]``,
``[threshold]``) and what the board needs to judge (purpose, people, plans). To run, a file must
have the fields of `CORE`; any other that is absent is a finding, never a refusal of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from essex_standard.submission import vocabularies as v
from essex_standard.submission.fields import Day, Id, Labels, Many, Part, Sha256
from essex_standard.submission.governance import (
    Adoption,
    AgreementProcess,
    Appeal,
    Benefit,
    ChildrensRights,
    ConfidentialityPlan,
    Consultation,
    DecisionEffect,
    DecisionOwner,
    Dpia,
    Eia,
    Ethics,
    Evaluation,
    ExpertReview,
    HumanReview,
    Infrastructure,
    KnownBreak,
    Label,
    Leadership,
    Monitoring,
    Owner,
    Panel,
    PreviousAdvice,
    Priority,
    Raci,
    RiskAppetite,
    SelfAssessment,
    StopCriterion,
    Sustainability,
    Transparency,
    WaiverRequest,
)

CORE = (
    "schema",
    "project.id",
    "project.title",
    "model.file|model.callable|model.scores",
    "data.assessed",
)
"""The fields without which a submission cannot be run; ``|`` reads *or*."""


class Project(Part):
    """What is proposed, at what stage, and what the board is asked."""

    id: Id
    title: str
    stage: v.Stage | None = None
    decision_asked: v.DecisionAsked | None = None
    problem: str = ""
    alternatives: Many[str] = ()
    go_live: Day | None = None
    end_of_use: Day | None = None


class Model(Part):
    """Which model, where it lies and how its scores are read."""

    name: str = ""
    version: str = ""
    sha256: Sha256 = ""
    supplier: str = ""
    supplier_party: str = ""
    file: str = ""
    callable: str = ""
    scores: str = ""
    score_kind: v.ScoreKind | None = None
    positive: Labels = ()
    trusted_types: Many[str] = ()
    trained_on: Day | None = None

    @model_validator(mode="after")
    def _one_way_to_score(self) -> Model:
        given = [name for name in ("file", "callable", "scores") if getattr(self, name)]
        if len(given) > 1:
            raise PydanticCustomError(
                "essex_conflict",
                "{expected}",
                {"expected": f"{', '.join(given[:-1])} and {given[-1]} are both given"},
            )
        return self


class Data(Part):
    """Which data are assessed, and what each column is to the assessment.

    Paths are relative to the submission's file. `received` maps a dataset's id to the date on which
    it arrived; `groupings` a protected column to the known grouping that its entries are of, and
    `bands` one to the edges into which its numbers are put. `known_after_decision` names the
    columns that become known only after the decision: an empty list says that there is none, None
    that the team has not said. `period` is the span into which the dates of `time` are put; without
    it one is chosen that holds enough people. `legitimate_factor` names a column within whose
    values groups are compared too.
    """

    assessed: str = ""
    reference: str = ""
    outcome: str = ""
    outcome_known: str = ""
    protected: Many[str] = ()
    time: str = ""
    period: v.PeriodUnit | None = None
    cluster: str = ""
    weights: str = ""
    legitimate_factor: str = ""
    text: Many[str] = ()
    quasi_identifiers: Many[str] = ()
    sensitive: Many[str] = ()
    known_after_decision: Many[str] | None = None
    received: Mapping[str, Day] = Field(default_factory=dict)
    groupings: Mapping[str, str] = Field(default_factory=dict)
    bands: Mapping[str, Many[float]] = Field(default_factory=dict)


class Threshold(Part):
    """How a score becomes a flag, who chose it and why."""

    kind: v.ThresholdKind | None = None
    value: float | None = None
    capacity_per_month: Annotated[float, Field(gt=0)] | None = None
    reason: str = ""
    approved_by: str = ""


class SuccessBar(Part):
    """A bar set before results were known."""

    metric: str = ""
    value: float | None = None
    set_on: Day | None = None


class Submission(Part):
    """What the team puts before the board.

    The fields are those of the submission schema ``essex-submission/1``, by the names of the file;
    `illustrative` marks invented content, and ``[x]`` is the team's own, never read by a rule.
    """

    schema_: Literal["essex-submission/1"] = Field(alias="schema")
    agreements: Many[str] = ()
    uses: Many[v.Use] = ()
    polarity: v.Polarity | None = None
    flag_consequence: str = ""
    no_flag_consequence: str = ""
    unit: v.Unit | None = None
    population: str = ""
    areas: Many[str] = ()
    baseline: str = ""
    previous_advice_none: bool | None = None
    illustrative: bool = False
    project: Project
    model: Model = Model()
    data: Data = Data()
    threshold: Threshold = Threshold()
    success_bar: SuccessBar = SuccessBar()
    owner: Owner = Owner()
    panel: Panel = Panel()
    decision: DecisionEffect = DecisionEffect()
    decision_owner: DecisionOwner = DecisionOwner()
    human_review: HumanReview = HumanReview()
    raci: Many[Raci] = ()
    leadership: Leadership = Leadership()
    priorities: Many[Priority] = ()
    risk_appetite: RiskAppetite = RiskAppetite()
    dpia: Dpia = Dpia()
    eia: Eia = Eia()
    childrens_rights: ChildrensRights = ChildrensRights()
    consultation: Many[Consultation] = ()
    transparency: Transparency = Transparency()
    appeal: Appeal = Appeal()
    ethics: Many[Ethics] = ()
    previous_advice: Many[PreviousAdvice] = ()
    expert_review: Many[ExpertReview] = ()
    agreement_process: AgreementProcess = AgreementProcess()
    confidentiality: ConfidentialityPlan = ConfidentialityPlan()
    adoption: Adoption = Adoption()
    monitoring: Many[Monitoring] = ()
    stop_criteria: Many[StopCriterion] = ()
    known_break: Many[KnownBreak] = ()
    benefits: Many[Benefit] = ()
    sustainability: Sustainability = Sustainability()
    infrastructure: Infrastructure = Infrastructure()
    label: Label = Label()
    evaluation: Evaluation = Evaluation()
    incidents: Many[dict[str, Any]] = ()
    waiver: Many[WaiverRequest] = ()
    self_assessment: SelfAssessment = SelfAssessment()
    x: dict[str, Any] = Field(default_factory=dict)
