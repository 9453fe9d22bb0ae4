"""The closed lists that an agreement or a submission may choose from, as data.

Each list is a `Literal`, so that the type checker and the reader of a file see the same words; the
tuple beside it keeps the order, which matters where the words are ranked (weakest or least
protective last, unless the comment says otherwise).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

Layer = Literal[
    "overarching_protocol", "purpose_schedule", "single_agreement", "own_records", "open_data"
]
LAYERS: tuple[Layer, ...] = get_args(Layer)
SHARED_LAYERS: frozenset[Layer] = frozenset(
    {"overarching_protocol", "purpose_schedule", "single_agreement"}
)
"""Layers between several parties; the other two have one body or none."""

Status = Literal["draft", "signed", "suspended", "terminated", "superseded"]
STATUSES: tuple[Status, ...] = get_args(Status)

Publication = Literal["public", "summary_only", "withheld"]

Use = Literal[
    "statutory_service_delivery",
    "early_help_offer",
    "model_development",
    "model_validation",
    "decision_support",
    "fairness_audit",
    "service_planning",
    "evaluation_research",
    "publish_aggregates",
    "benefit_fraud_detection",
    "debt_recovery",
    "immigration_enforcement",
    "housing_enforcement",
    "criminal_investigation",
    "staff_performance_management",
    "commercial_use",
    "third_party_model_training",
]
USES: tuple[Use, ...] = get_args(Use)
USES_NORMALLY_REFUSED: frozenset[Use] = frozenset(USES[USES.index("benefit_fraud_detection") :])

DataSubject = Literal[
    "child",
    "unborn_child",
    "parent_carer",
    "other_household_member",
    "alleged_perpetrator",
    "victim_witness",
    "professional",
    "resident_adult",
]

OrgType = Literal[
    "local_authority",
    "nhs_icb",
    "nhs_trust",
    "gp_practice",
    "police_force",
    "fire_service",
    "probation",
    "school_academy",
    "housing_association",
    "charity",
    "supplier",
    "university",
    "central_government",
    "other",
]
HEALTH_BODIES: frozenset[OrgType] = frozenset({"nhs_icb", "nhs_trust", "gp_practice"})

PartyRole = Literal["controller", "joint_controller", "processor", "sub_processor", "recipient"]
CONTROLLERS: frozenset[PartyRole] = frozenset({"controller", "joint_controller"})
PROCESSORS: frozenset[PartyRole] = frozenset({"processor", "sub_processor"})

SecurityAttestation = Literal[
    "dspt_standards_met", "dspt_approaching", "iso27001", "cyber_essentials_plus", "psn", "none"
]

Activity = Literal[
    "disclose",
    "receive",
    "link",
    "develop_model",
    "validate_model",
    "deploy_model",
    "fairness_audit",
    "evaluate",
    "publish_aggregates",
]
ACTIVITIES: tuple[Activity, ...] = get_args(Activity)

ACTIVITY_OF_USE: Mapping[Use, Activity] = MappingProxyType(
    {
        "model_development": "develop_model",
        "model_validation": "validate_model",
        "decision_support": "deploy_model",
        "early_help_offer": "deploy_model",
        "fairness_audit": "fairness_audit",
        "publish_aggregates": "publish_aggregates",
    }
)
"""What a use asks a controller to do with the data; uses that are not here ask for no model."""

Regime = Literal["uk_gdpr", "dpa2018_part3"]

Article6 = Literal["6_1_a", "6_1_b", "6_1_c", "6_1_d", "6_1_e", "6_1_ea", "6_1_f"]
ARTICLE_6_WORDS: Mapping[Article6, str] = MappingProxyType(
    {
        "6_1_a": "consent",
        "6_1_b": "contract",
        "6_1_c": "legal obligation",
        "6_1_d": "vital interests",
        "6_1_e": "public task",
        "6_1_ea": "recognised legitimate interest",
        "6_1_f": "legitimate interests",
    }
)

Article9 = Literal[
    "9_2_a", "9_2_b", "9_2_c", "9_2_d", "9_2_e", "9_2_f", "9_2_g", "9_2_h", "9_2_i", "9_2_j"
]

Schedule1 = Literal[
    "sch1_1",
    "sch1_2",
    "sch1_3",
    "sch1_4",
    "sch1_6",
    "sch1_7",
    "sch1_8",
    "sch1_10",
    "sch1_16",
    "sch1_17",
    "sch1_18",
    "sch1_19",
    "sch1_29",
    "sch1_33",
    "sch1_36",
]

Confidentiality = Literal[
    "not_applicable",
    "explicit_consent",
    "implied_consent_direct_care",
    "statutory_requirement",
    "s251_support",
    "overriding_public_interest",
    "anonymous_to_recipient",
]

Pseudonymisation = Literal[
    "identified",
    "key_coded_provider_holds_key",
    "pseudonymised_third_party_key",
    "aggregated",
    "anonymous_assessed",
]
PSEUDONYMISATION_STRENGTH: tuple[Pseudonymisation, ...] = get_args(Pseudonymisation)
"""Weakest first."""

Category = Literal[
    "identifier_direct",
    "identifier_pseudonym",
    "date_of_birth",
    "age_band",
    "sex",
    "location_fine",
    "location_area",
    "household",
    "housing",
    "finance_debt",
    "benefits",
    "education",
    "attendance",
    "social_care_contact",
    "employment",
    "service_contact",
    "outcome_label",
    "racial_ethnic",
    "political",
    "religion_belief",
    "trade_union",
    "genetic",
    "biometric_id",
    "health",
    "sex_life",
    "sexual_orientation",
    "criminal_conviction",
    "criminal_allegation",
    "immigration",
    "domestic_abuse",
    "disability",
    "gender_reassignment",
    "care_status",
    "free_text",
]
CATEGORIES: tuple[Category, ...] = get_args(Category)

SPECIAL: frozenset[Category] = frozenset(
    {
        "racial_ethnic",
        "political",
        "religion_belief",
        "trade_union",
        "genetic",
        "biometric_id",
        "health",
        "sex_life",
        "sexual_orientation",
        "disability",
    }
)
"""Article 9 data; disability counts as health."""

CRIMINAL: frozenset[Category] = frozenset({"criminal_conviction", "criminal_allegation"})
"""Article 10 data; DPA 2018 section 11(2) includes allegations."""

EXTRA_CARE: frozenset[Category] = frozenset(
    {
        "immigration",
        "domestic_abuse",
        "disability",
        "gender_reassignment",
        "care_status",
        "free_text",
    }
)
"""Not special in law (disability apart), sensitive here."""

ColumnRole = Literal[
    "feature",
    "label",
    "link_key",
    "protected_audit_only",
    "cohort_filter",
    "time_index",
    "group_id",
    "context_only",
    "not_for_model",
]

Granularity = Literal[
    "year",
    "quarter",
    "month",
    "day",
    "local_authority",
    "ward",
    "msoa",
    "lsoa",
    "postcode_sector",
    "postcode",
    "address",
    "banded",
    "rounded",
    "exact",
]
GRANULARITY_ORDERS: Mapping[str, tuple[Granularity, ...]] = MappingProxyType(
    {
        "date": ("year", "quarter", "month", "day"),
        "place": (
            "local_authority",
            "ward",
            "msoa",
            "lsoa",
            "postcode_sector",
            "postcode",
            "address",
        ),
        "number": ("banded", "rounded", "exact"),
    }
)
"""Coarsest first: coarser data always satisfies a finer permission."""

SharingMethod = Literal[
    "secure_file_transfer",
    "secure_email",
    "api_mutual_tls",
    "shared_secure_environment",
    "linked_on_site_no_transfer",
    "case_system_access",
    "encrypted_media",
    "paper",
]

Onward = Literal["prohibited", "provider_permission", "listed_only"]
ONWARD: tuple[Onward, ...] = get_args(Onward)
"""Strictest first."""

Location = Literal["uk", "eea", "adequate", "other"]

RetentionStart = Literal["receipt", "last_event", "agreement_end", "case_closure"]

Disposal = Literal["destroy_certified", "destroy", "return", "anonymise"]
DISPOSALS: tuple[Disposal, ...] = get_args(Disposal)
"""Strongest first."""

OutputRelease = Literal["internal_panel", "partners", "public"]
RELEASES: tuple[OutputRelease, ...] = get_args(OutputRelease)
"""Strictest first."""

OptOut = Literal["applies_and_honoured", "exempt_reason_recorded", "not_applicable"]

SecurityControl = Literal[
    "encrypted_transit",
    "encrypted_rest",
    "role_based_access",
    "mfa",
    "access_log_review",
    "secure_environment",
    "no_copy_out",
    "staff_vetting",
    "training_annual",
]

Polarity = Literal["assistive", "mixed", "intrusive"]
POLARITIES: tuple[Polarity, ...] = get_args(Polarity)
"""Most protective first."""

AutomatedDecisions = Literal["prohibited", "human_required", "permitted_with_safeguards"]
AUTOMATED_DECISIONS: tuple[AutomatedDecisions, ...] = get_args(AutomatedDecisions)
"""Strictest first."""

Unit = Literal["person", "child", "household", "family", "event", "area", "aggregate"]
Refresh = Literal["once", "daily", "weekly", "monthly", "quarterly", "annual", "on_event"]

# What a submission adds.

Stage = Literal["idea", "development", "pilot", "live", "retired"]
STAGES: tuple[Stage, ...] = get_args(Stage)
FROM_PILOT: frozenset[Stage] = frozenset({"pilot", "live", "retired"})

DecisionAsked = Literal[
    "approve_development",
    "approve_pilot",
    "approve_live",
    "approve_change",
    "annual_review",
    "advice_only",
]
ThresholdKind = Literal["score_cutoff", "top_n_capacity", "bands", "none_ranking_only"]
ScoreKind = Literal["probability", "unbounded", "quantity"]
PeriodUnit = Literal["month", "quarter", "year"]
HumanReviewKind = Literal["none", "nominal", "meaningful"]
Significant = Literal["yes", "no", "unsure"]
DpoAdvice = Literal["accepted", "partly", "rejected_with_reasons", "none"]
ResidualRisk = Literal["low", "medium", "high"]
Consulted = Literal[
    "citizens",
    "care_experienced",
    "parents",
    "practitioners",
    "managers",
    "unions",
    "voluntary_sector",
]
AtrsStatus = Literal["none", "draft", "published"]
EthicsOutcome = Literal[
    "approved", "approved_with_conditions", "deferred", "refused", "advice_only"
]
AdviceResponse = Literal["accepted", "partly", "declined"]
Expertise = Literal[
    "social_work",
    "statistics_ml",
    "information_law",
    "equality",
    "security",
    "lived_experience",
    "domain_health",
    "domain_policing",
]
MonitoringKind = Literal["performance", "group", "drift", "override", "other"]
Comparator = Literal["<", "<=", ">", ">=", "=="]
SplitKind = Literal["temporal_holdout", "grouped_random", "random"]
