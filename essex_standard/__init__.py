"""Essex Standard: an assessment of a risk model that an ethics board can decide from.

    from essex_standard import assess

    assessment = assess(model, X, y, submission="submission.toml")
    assessment.require()

The public names are loaded when they are first used, so that importing the package stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from essex_standard.assessment import (
        Assessment,
        Finding,
        HowWeKnow,
        Level,
        Outcome,
        Release,
        Verdict,
    )
    from essex_standard.errors import (
        AssessmentFileError,
        DataError,
        EditionRefused,
        EssexError,
        ModelError,
        NotAssured,
        OutputError,
        PdfUnavailable,
        StandardError,
        SubmissionError,
    )
    from essex_standard.evidence import Evidence
    from essex_standard.integrations.assured_model import AssuredModel
    from essex_standard.measurement import Measurement
    from essex_standard.models.risk_model import RiskModel
    from essex_standard.monitoring import Monitor
    from essex_standard.pipeline import assess
    from essex_standard.standard import Check, Standard
    from essex_standard.submission import DataSharingAgreement, Submission

__version__ = "0.1.0"

_HOMES = {
    "assess": "pipeline",
    "Assessment": "assessment",
    "Finding": "assessment",
    "HowWeKnow": "assessment",
    "Level": "assessment",
    "Outcome": "assessment",
    "Release": "assessment",
    "Verdict": "assessment",
    "Measurement": "measurement",
    "AssuredModel": "integrations.assured_model",
    "Monitor": "monitoring",
    "Evidence": "evidence",
    "RiskModel": "models.risk_model",
    "Check": "standard",
    "Standard": "standard",
    "Submission": "submission",
    "DataSharingAgreement": "submission",
    "EssexError": "errors",
    "AssessmentFileError": "errors",
    "DataError": "errors",
    "EditionRefused": "errors",
    "ModelError": "errors",
    "NotAssured": "errors",
    "OutputError": "errors",
    "PdfUnavailable": "errors",
    "StandardError": "errors",
    "SubmissionError": "errors",
}

__all__ = [
    "Assessment",
    "AssessmentFileError",
    "AssuredModel",
    "Check",
    "DataError",
    "DataSharingAgreement",
    "EditionRefused",
    "EssexError",
    "Evidence",
    "Finding",
    "HowWeKnow",
    "Level",
    "Measurement",
    "ModelError",
    "Monitor",
    "NotAssured",
    "Outcome",
    "OutputError",
    "PdfUnavailable",
    "Release",
    "RiskModel",
    "Standard",
    "StandardError",
    "Submission",
    "SubmissionError",
    "Verdict",
    "assess",
]


def __getattr__(name: str) -> Any:
    """Load a public name from its module."""
    if name in _HOMES:
        return getattr(import_module(f"essex_standard.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'essex_standard' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
