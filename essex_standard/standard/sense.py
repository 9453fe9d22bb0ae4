"""Whether a check that reads well makes sense: a known measure, and a limit that can be failed.

A limit beyond what a measure can reach is a check that always says *met*: the quietest way to
loosen a Standard.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from essex_standard.errors import Problem, nearest
from essex_standard.evidence.group_table import CELLS
from essex_standard.standard.check import Check, ColumnsTable
from essex_standard.standard.faults import Lines

WIDEST_GAP = 0.5
"""Gaps between shares above this are hardly ever seen."""

WIDEST_RATIO = 10.0
"""Ratios of shares beyond this, or below its inverse, are hardly ever seen."""

TOLD_FROM = 10
"""Fewest people whose number may follow from an outcome."""

REACH: Mapping[str, tuple[float, float]] = {
    "roc_auc_difference_to_baseline": (-1.0, 1.0),
    "average_precision_difference_to_baseline": (-1.0, 1.0),
    # In the outcome's own unit, whatever that is.
    "mean_error": (-math.inf, math.inf),
    "mean_error_difference": (-math.inf, math.inf),
    "mean_absolute_error": (0.0, math.inf),
    "mean_absolute_error_difference": (-math.inf, math.inf),
    # Standard deviations: nothing seen is ten away, unless its unit changed.
    "wasserstein_distance": (0.0, 10.0),
    "kolmogorov_smirnov": (0.0, 1.0),
    "cramers_v": (0.0, 1.0),
    # The square root of the natural logarithm of 2 is reached where two populations share nothing.
    "jensen_shannon_distance": (0.0, math.sqrt(math.log(2))),
    "score_moved_share": (0.0, 1.0),
    "direct_identifier_share": (0.0, 1.0),
    "population_stability_index": (0.0, math.inf),
    # No model seen is so far out as these: a limit beyond them looks away.
    "calibration_slope": (0.0, 5.0),
    "calibration_in_the_large": (-5.0, 5.0),
    "subgroup_scan": (0.0, WIDEST_GAP),
    "uncovered_columns": (0.0, math.inf),
    "counterfactual_flip_rate": (0.0, 1.0),
    "proxy_roc_auc": (0.0, 1.0),
    "domain_classifier_roc_auc": (0.5, 1.0),
    "consistency": (0.0, 1.0),
    "counterfactual_token_flip_rate": (0.0, 1.0),
    "leakage_roc_auc": (0.0, 1.0),
    "outcome_given_away_share": (0.0, 1.0),
    "known_after_decision": (0.0, math.inf),
    "dated_after_decision_share": (0.0, 1.0),
    "named_owner": (0.0, 2.0),
    "public_contact": (0.0, 1.0),
    "plain_english_purpose": (0.0, math.inf),
    "theil_index": (0.0, 2.0),
    "generalized_entropy_index": (0.0, 2.0),
    "smoothed_empirical_differential_fairness": (0.0, math.inf),
    "conditional_demographic_disparity": (-WIDEST_GAP, WIDEST_GAP),
    "band_order": (-WIDEST_GAP, WIDEST_GAP),
    **dict.fromkeys(CELLS, (0.0, 1.0)),
    "k_anonymity": (1.0, math.inf),
    "l_diversity": (1.0, math.inf),
    "t_closeness": (0.0, 1.0),
    "membership_inference_auc": (0.0, 1.0),
    # A loss in AUROC: who orders like a coin has lost a half.
    "necessity_loss": (0.0, 0.5),
    "coarsening_loss": (0.0, 0.5),
    # A column is as it was, or it is not.
    "schema_changes": (0.0, 1.0),
    "new_category_share": (0.0, 1.0),
    "out_of_range_share": (0.0, 1.0),
    "scale_change": (1.0, 1000.0),
    "identifiers_in_text_share": (0.0, 1.0),
    "names_in_text_share": (0.0, 1.0),
    # A column has a part in the scores, or it has none.
    "passed_and_unused": (0.0, 1.0),
    "sensitive_undeclared": (0.0, 1.0),
    # Few models order people much worse than a coin.
    "roc_auc": (0.4, 1.0),
    "average_precision": (0.0, 1.0),
    "brier_score": (0.0, 1.0),
}
"""Lowest and highest value that a measure can take (or, where it has no bound, that is ever seen).

Gaps and ratios between groups stand apart."""


GOOD_WHEN_LARGE = frozenset(
    {
        "true_positive_rate",
        "true_negative_rate",
        "positive_predictive_value",
        "accuracy",
        "roc_auc",
        "average_precision",
        "roc_auc_difference_to_baseline",
        "average_precision_difference_to_baseline",
        "consistency",
        "k_anonymity",
        "l_diversity",
    }
)
BAD_WHEN_LARGE = frozenset(
    {
        "false_positive_rate",
        "false_negative_rate",
        "false_discovery_rate",
        "false_omission_rate",
        "brier_score",
        "mean_absolute_error",
        "wasserstein_distance",
        "kolmogorov_smirnov",
        "cramers_v",
        "jensen_shannon_distance",
        "population_stability_index",
        "domain_classifier_roc_auc",
        "membership_inference_auc",
        "proxy_roc_auc",
        "leakage_roc_auc",
        "counterfactual_flip_rate",
        "counterfactual_token_flip_rate",
        "subgroup_scan",
        "theil_index",
        "generalized_entropy_index",
        "smoothed_empirical_differential_fairness",
        "t_closeness",
        "direct_identifier_share",
        "outcome_given_away_share",
        "dated_after_decision_share",
        "new_category_share",
        "out_of_range_share",
        "scale_change",
        "identifiers_in_text_share",
        "names_in_text_share",
    }
)
"""Measures that a limit can only bound from one side; `calibration_slope` is best in the middle,
and whether many or few should be flagged is for a Standard to say."""

NEARLY = 0.01
"""Of a measure's reach: a limit so near its end is one that hardly any model could fail."""


ASKED_OF_SOME_COLUMNS = frozenset(
    {
        "jensen_shannon_distance",
        "population_stability_index",
        "wasserstein_distance",
        "kolmogorov_smirnov",
        "cramers_v",
    }
)
"""Measures that can be asked of numbers alone, or of the columns that drive the model."""


def check_problems(
    check: Check, place: str, line: Lines, measures: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    """Yield what is wrong with a check that its form alone does not show.

    Parameters
    ----------
    place : str
        The check's file, for messages.
    line : callable
        From a key to its line in that file.
    measures : mapping of measure name to the scopes it can be taken across
    """
    if check.measure not in measures:
        yield unknown_measure(check.measure, place, line, measures)
        return
    wrong = [a for a in check.across if a not in measures[check.measure]]
    if wrong or not check.across:
        yield Problem(
            what=f"{check.measure} cannot be taken across {', '.join(wrong) or 'nothing'}",
            where=f"{place}:{line('across')}, across",
            mend=f'Use across = ["{measures[check.measure][0]}"]'
            + (f" or {' or '.join(measures[check.measure][1:])}" if wrong else ""),
        )
    if check.columns != ColumnsTable() and check.measure not in ASKED_OF_SOME_COLUMNS:
        yield Problem(
            what=f"{check.measure} is asked of every column that the model reads",
            where=f"{place}:{line('columns')}, columns",
            mend="Leave columns out, or use one of: " + ", ".join(sorted(ASKED_OF_SOME_COLUMNS)),
        )
    fault = _limit_fault(check)
    if fault:
        what, mend = fault
        yield Problem(what=what, where=f"{place}:{line('limit')}, limit", mend=mend)


def unknown_measure(name: str, place: str, line: Lines, measures: Iterable[str]) -> Problem:
    """Return the problem of a measure that does not exist."""
    known = sorted(measures)
    return Problem(
        what=f"there is no measure '{name}'",
        where=f"{place}:{line('measure')}, measure",
        mend=nearest(name, known) or f"The measures are: {', '.join(known)}",
    )


def _limit_fault(check: Check) -> tuple[str, str] | None:
    """Return why a limit cannot be failed, or cannot be met, and what to write instead."""
    if check.limit is None:
        return None
    low, high = check.limit.ends
    if check.measure == "k_anonymity" and min(e for e in (low, high) if e is not None) < TOLD_FROM:
        # Whether it is met is told, whatever is withheld of the figure.
        what = "whether it is met would tell of fewer than ten people who look alike"
        return what, f"Use limit = {{ at_least = {TOLD_FROM} }} or more"
    if check.measure in REACH:
        return _reach_fault(check.measure, low, high) or _direction_fault(check.measure, low, high)
    if check.measure.removesuffix("_worst_case").removesuffix("_change").endswith("_difference"):
        return _gap_fault(low, high)
    if check.measure.endswith("_ratio"):
        return _ratio_fault(low, high)
    return None


def _direction_fault(measure: str, low: float | None, high: float | None) -> tuple[str, str] | None:
    """Return what is wrong with a limit that asks a model to be bad."""
    if measure in GOOD_WHEN_LARGE and low is None:
        what = f"only a bad model could meet this limit: {measure} is good when it is large"
        return what, f"Use limit = {{ at_least = {high:g} }} or another lowest value"
    if measure in BAD_WHEN_LARGE and high is None:
        what = f"only a bad model could meet this limit: {measure} is bad when it is large"
        return what, f"Use limit = {{ at_most = {low:g} }} or another highest value"
    return None


def _reach_fault(measure: str, low: float | None, high: float | None) -> tuple[str, str] | None:
    """Return what is wrong with a limit that holds all that a measure can reach, or none of it."""
    least, most = REACH[measure]
    runs = f"the measure runs from {least:g} to {most:.4g}"
    inside = "Use a limit inside that range"
    if (high is not None and high < least) or (low is not None and low > most):
        return f"no model could meet this limit: {runs}", inside
    # No number of people shows that something never happens.
    if measure in CELLS and ((high is not None and high <= least) or (low or least) >= most):
        return f"no model could be shown to meet this limit: {runs}", inside
    if (low is None or low <= least) and (high is None or high >= most):
        return f"no model could fail this limit: {runs}", inside
    span = NEARLY * (most - least)
    if not math.isfinite(span):
        return None
    # What is bounded from one side is loosened at that side; a rate, at both.
    loose_below = low is None or low < least + span
    loose_above = high is None or high > most - span
    if measure in GOOD_WHEN_LARGE | BAD_WHEN_LARGE | CELLS.keys() and loose_below and loose_above:
        return f"hardly any model could fail this limit: {runs}", inside
    return None


def _ratio_fault(low: float | None, high: float | None) -> tuple[str, str] | None:
    """Return what is wrong with a ratio's limit, which bounds the inverse too (0.8 and 1.25)."""
    usual = "Use limit = { at_least = 0.8 } or another value between 0 and 1"
    if low is not None and low <= 0:
        return "no model could fail this limit: a ratio is never below 0", usual
    if (low is not None and low < 1 / WIDEST_RATIO) or (high is not None and high > WIDEST_RATIO):
        return "no model could fail this limit: ratios above 10 are hardly ever seen", usual
    if (low or 0.0) > 1 or (high is not None and high < 1):
        return "no model could meet this limit: where groups fare alike the ratio is 1", usual
    return None


def _gap_fault(low: float | None, high: float | None) -> tuple[str, str] | None:
    usual = "Use limit = { at_most = 0.10 } or another value up to 0.5"
    if high is None or max(abs(low or 0.0), abs(high)) > WIDEST_GAP:
        return "no model could fail this limit: gaps above 0.5 are hardly ever seen", usual
    if high <= 0 or (low is not None and low >= 0):
        return "no model could meet this limit: it leaves no room on either side of no gap", usual
    return None
