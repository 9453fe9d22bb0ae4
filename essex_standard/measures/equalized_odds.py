"""Equalised odds: need found, and wrong flags given, equally often in each group, judged as one.

    every group's gap in true positive rate, and in false positive rate, is one family

so that a check of equalised odds is *met* only where both gaps of every group lie within the limit,
and errs in either of them no more often than a check of one.

References
----------
Hardt, Price and Srebro (2016), "Equality of opportunity in supervised learning", NeurIPS;
`fairlearn.metrics.equalized_odds_difference` (``agg="worst_case"``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.measures.bias import rate_difference, rate_ratio
from essex_standard.measures.group_figures import ODDS
from essex_standard.statistics.comparison import Measured

if TYPE_CHECKING:
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


def equalized_odds_difference(facts: Facts, scope: Scope) -> Measured:
    """Return the gaps of both rates; 0 means that the odds are equal in every group."""
    return _joined([rate_difference(facts, scope, rate=rate) for rate in ODDS])


def equalized_odds_ratio(facts: Facts, scope: Scope) -> Measured:
    """Return the ratios of both rates; 1 means that the odds are equal in every group."""
    return _joined([rate_ratio(facts, scope, rate=rate) for rate in ODDS])


def _joined(parts: list[Measured]) -> Measured:
    """Return both as one; what one of them could not measure is a gap of the whole."""
    if not all(part.applicable for part in parts):
        return parts[0]
    reasons = dict.fromkeys(part.reason for part in parts if part.reason)
    gaps = dict.fromkeys(gap for part in parts for gap in part.gaps)
    comparisons = tuple(c for part in parts for c in part.comparisons)
    told = dict.fromkeys(m for part in parts for m in part.told)
    if not comparisons:
        return Measured.not_assessed("; ".join(reasons), gaps=tuple(gaps), told=tuple(told))
    return Measured(comparisons=comparisons, told=tuple(told), gaps=(*gaps, *reasons))
