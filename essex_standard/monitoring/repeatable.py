"""Which checks of a Standard can be asked again of a batch, and which of them wait for outcomes.

What needs the training data, refits the model or reads declarations was settled by the assessment.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.measures import MEASURES

if TYPE_CHECKING:
    from essex_standard.standard import Check, Standard

_GATHERED = frozenset(
    {"columns", "decision", "group_scores", "errors", "legitimate_factor", "vocabulary"}
)
"""Needs that a batch can meet: mergeable counts, and nothing that needs rows and model at once."""

_ONCE = frozenset(
    {
        "sensitive_undeclared",
        "uncovered_columns", "known_after_decision", "direct_identifier_share", "named_owner",
        "public_contact", "plain_english_purpose",
    }
)  # fmt: skip

_WITHOUT_OUTCOMES = (
    "selection_rate", "demographic_parity", "conditional_demographic_disparity",
    "population_stability_index", "jensen_shannon_distance", "wasserstein_distance",
    "group_share", "missing_share", "schema_changes", "smoothed_empirical_differential_fairness",
)  # fmt: skip


def repeatable(standard: Standard) -> Standard:
    """Return the Standard with only those checks in force that can be asked of a batch."""
    return replace(
        standard,
        checks={
            theme: found
            for theme, checks in standard.checks.items()
            if (found := tuple(c for c in checks if _can_repeat(c)))
        },
    )


def _can_repeat(check: Check) -> bool:
    measure = MEASURES[check.measure]
    if "periods" in check.across and len(check.across) > 1:
        return False
    return measure.needs <= _GATHERED and check.measure not in _ONCE


def over_time(check: Check) -> bool:
    """Return whether a check compares a batch with the people assessed, as two periods."""
    return "periods" in check.across


def of_drift(check: Check) -> bool:
    """Return whether a check compares the batch with a reference: there, the people assessed."""
    return "columns" in check.across or check.measure in (
        "population_stability_index",
        "outcome_prevalence_difference",
    )


def needs_outcomes(check: Check) -> bool:
    """Return whether a check can only be asked once outcomes are known."""
    return "columns" not in check.across and waits_for_outcomes(check.measure)


def waits_for_outcomes(measure: str) -> bool:
    """Return whether a measure of people says nothing until outcomes are known."""
    return not measure.startswith(_WITHOUT_OUTCOMES)
