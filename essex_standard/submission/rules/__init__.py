"""The rules over a submission and its agreements: one small pure function a rule.

``RULES`` is the table; ``run_rules(codes, given)`` runs those that a Standard has in force.
"""

from __future__ import annotations

from essex_standard.submission.rules.contract import (
    ColumnsUsed,
    Hit,
    Rule,
    RuleInput,
    RuleResult,
    RuleStatus,
)
from essex_standard.submission.rules.engine import rules_of, run_rules
from essex_standard.submission.rules.table import RULES

__all__ = [
    "RULES",
    "ColumnsUsed",
    "Hit",
    "Rule",
    "RuleInput",
    "RuleResult",
    "RuleStatus",
    "rules_of",
    "run_rules",
]
