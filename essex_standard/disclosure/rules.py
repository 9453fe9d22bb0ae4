"""Which rule protects which measure: a table written by hand.

    rule(protection, raw measurement, confidence) -> measurement as it may be published

A measure that has no row here is withheld: what nobody thought about is not published. The rules
stand with what they protect:

    rates        ratios of the rounded cells, and gaps between them
    statistics   figures about scores and people that are no ratio of cells
    inputs       figures about columns, and what experiments found
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from essex_standard.disclosure import (
    anonymity,
    column_shares,
    indices,
    inputs,
    membership,
    necessity,
    over_time,
    rates,
    statistics,
    texts,
)
from essex_standard.disclosure.shown import withhold
from essex_standard.evidence.group_table import CELLS
from essex_standard.evidence.periods import CHANGE

if TYPE_CHECKING:
    from essex_standard.disclosure.protection import Protection
    from essex_standard.measurement import Measurement

Rule = Callable[["Protection", "Measurement", float], "Measurement"]

RULES: dict[str, Rule] = {
    # Ratios of cells.
    **dict.fromkeys(CELLS, rates.rate),
    **{f"{rate}{gap}": rates.gap for rate in CELLS for gap in rates.GAPS},
    "count": rates.count,
    "unknown_share": rates.unknown_share,
    "unobserved_share": rates.unobserved,
    "conditional_demographic_disparity": rates.disparity,
    "demographic_disparity": rates.disparity,
    **dict.fromkeys(indices.ALPHA, rates.index),
    **dict.fromkeys(indices.BETWEEN, rates.index),
    indices.EPSILON: rates.index,
    "group_share": over_time.share,
    "group_share_difference_to_rest": over_time.share,
    # About scores and people.
    "observed_rate": statistics.observed_rate,
    "mean_error": statistics.mean,
    "mean_error_difference": statistics.mean,
    "mean_error_difference_to_rest": statistics.mean,
    "mean_absolute_error": statistics.mean,
    "mean_absolute_error_difference": statistics.mean,
    "mean_absolute_error_difference_to_rest": statistics.mean,
    "consistency": statistics.consistency,
    "subgroup_scan": statistics.subgroup,
    "subgroup_expected_rate": statistics.subgroup,
    "subgroup_observed_rate": statistics.rate_of_people,
    # About columns.
    "missing_share": inputs.share_of_rows,
    "direct_identifier_share": inputs.share_of_rows,
    "jensen_shannon_distance": inputs.distance,
    "population_stability_index": inputs.distance,
    "wasserstein_distance": inputs.distance,
    "kolmogorov_smirnov": inputs.distance,
    "cramers_v": inputs.distance,
    "scale_change": inputs.distance,
    "missing_share_difference": column_shares.column_share,
    "infinite_share": column_shares.column_share,
    "infinite_share_difference": column_shares.column_share,
    "out_of_vocabulary_share_difference": inputs.distance,
    "out_of_vocabulary_share": inputs.share_of_words,
    "text_length": inputs.text_length,
    "domain_classifier_roc_auc": inputs.told_apart,
    "domain_classifier_roc_auc_of_column": inputs.told_apart,
    "new_category_share": column_shares.column_share,
    "out_of_range_share": column_shares.column_share,
    # Whom texts name.
    "identifiers_in_text_share": texts.share,
    "names_in_text_share": texts.share,
    "texts_with_identifiers": texts.count,
    # What experiments found.
    "alike_decided_differently": inputs.of_column,
    "leakage_roc_auc": inputs.of_column,
    "outcome_given_away_share": inputs.of_column,
    "dated_after_decision_share": inputs.of_column,
    "score_moved_share": inputs.moved,
    "score_variance_share": inputs.hangs_on,
    "counterfactual_flip_rate": inputs.flipped,
    "counterfactual_token_flip_rate": inputs.flipped,
    "counterfactual_term_flip_rate": inputs.flipped,
    "without_identity_terms_share": inputs.flipped,
    "counterfactual_score_change": inputs.score_change,
    "counterfactual_absolute_score_change": inputs.score_change,
    # How far people hide among those who look like them.
    "k_anonymity": anonymity.people_alike,
    "l_diversity": anonymity.values_alike,
    "t_closeness": anonymity.of_cells,
    "entropy_l_diversity": anonymity.of_cells,
    "alone_share": anonymity.in_bands,
    "small_class_share": anonymity.in_bands,
    # Whether the model gives away who it was trained on.
    "membership_inference_auc": inputs.told_apart,
    "membership_inference_auc_of_copy": membership.of_copy,
    "overfitting_gap": membership.overfitting_gap,
    # What the model loses without some of its columns.
    "necessity_loss": necessity.loss,
    "average_precision_loss": necessity.loss,
    "brier_score_loss": necessity.loss,
    "shuffled_loss": necessity.loss,
    "coarsening_loss": necessity.loss,
    "roc_auc_of_fewer_columns": necessity.loss,
    "found_per_1000_loss": necessity.per_1000,
    "net_benefit_per_1000_loss": necessity.per_1000,
    "true_positive_rate_loss": necessity.of_group,
}

ENDINGS: tuple[tuple[str, Rule], ...] = (
    ("_to_overall", rates.to_overall),
    ("_difference_worst_case", rates.worst_case),
    (CHANGE, over_time.change),
)
"""Of names that are made of a rate and of what is done with it."""

BEGINNINGS: tuple[tuple[str, Rule], ...] = (
    ("demographic_parity", rates.fairlearn),
    ("equalized_odds", rates.fairlearn),
    ("roc_auc", statistics.statistic),
    ("average_precision", statistics.statistic),
    ("brier_score", statistics.statistic),
    ("calibration_slope", statistics.statistic),
    ("calibration_in_the_large", statistics.statistic),
    ("proxy_roc_auc", inputs.proxy),
)
"""Of names that say further what is compared: ``roc_auc_difference``."""

NOT_COUNTS_OF_PEOPLE = frozenset(
    {
        "uncovered_columns",
        "known_after_decision",
        "words_per_sentence",
        "declared",
        "schema_changes",
        "passed_and_unused",
        "sensitive_undeclared",
        "stays_in_smallest_set",
    }
)


def rule_of(measure: str) -> Rule:
    """Return the rule for a measure; for one that is not known, the rule that shows nothing."""
    if measure in RULES:
        return RULES[measure]
    for ending, rule in ENDINGS:
        if measure.endswith(ending):
            return rule
    for beginning, rule in BEGINNINGS:
        if measure.startswith(beginning):
            return rule
    return _nothing


def _nothing(shown: Protection, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG001
    return withhold(m)
