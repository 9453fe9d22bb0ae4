"""Measures: pure functions from evidence and small experiment results to estimates.

`MEASURES` is the table of all of them, written by hand: the name that a check's TOML uses, what
computes it, and the scopes it can be taken across.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from essex_standard.measures import (
    anonymity,
    bias,
    coarser,
    conditional_disparity,
    consistency,
    domain_classifier,
    effectiveness,
    equalized_odds,
    errors,
    flips,
    gap_over_time,
    group_mix,
    group_scores,
    inequality,
    labels,
    leakage,
    membership,
    mentions,
    minimisation,
    missingness,
    necessity,
    new_values,
    openness,
    proxies,
    risk_bands,
    scale_change,
    schema_drift,
    sensitive,
    swaps,
    unobserved,
    unused,
    vocabulary,
)
from essex_standard.measures.drift import drift_of
from essex_standard.measures.facts import Facts
from essex_standard.measures.periods import each_period, with_periods
from essex_standard.measures.subgroup_scan import subgroup_scan
from essex_standard.measures.unweighted import unweighted
from essex_standard.statistics.comparison import Measured, Scope

GROUPS = ("protected", "intersections")
PROTECTED = ("protected",)
PERIODS = ("periods",)
WHOLE = ("whole",)
COLUMNS = ("columns",)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measure is computed, where it can be taken, and what must be gathered for it.

    Attributes
    ----------
    needs : frozenset of str
        Evidence and experiments beyond the group tables and the histogram of scores: what no check
        in force needs is not gathered. ``pipeline.gathering`` knows each by its name. ``decision``
        is what the caller must bring: a rule by which people are flagged.
    needs_by_column : frozenset of str
        Needed besides where the measure is taken column by column.
    """

    compute: Callable[[Facts, Scope], Measured]
    across: tuple[str, ...]
    needs: frozenset[str] = frozenset()
    needs_by_column: frozenset[str] = frozenset()

    def needed(self, across: Collection[str]) -> frozenset[str]:
        """Return what must be gathered for a check across these scopes."""
        return self.needs | (self.needs_by_column if "columns" in across else frozenset())


DECISION = frozenset({"decision"})


def _worst_case(rate: str) -> Measure:
    return Measure(partial(unobserved.worst_case, rate=rate), ("protected",), DECISION)


def _difference(rate: str) -> Measure:
    compute = partial(bias.rate_difference, rate=rate)
    return Measure(with_periods(compute), (*GROUPS, *PERIODS), DECISION)


def _ratio(rate: str) -> Measure:
    compute = partial(bias.rate_ratio, rate=rate)
    return Measure(with_periods(compute), (*GROUPS, *PERIODS), DECISION)


def _change(rate: str) -> Measure:
    return Measure(partial(gap_over_time.rate_difference_change, rate=rate), PERIODS, DECISION)


def _rate(rate: str) -> Measure:
    needs = DECISION if rate != "outcome_prevalence" else frozenset()
    compute = partial(bias.group_rate, rate=rate)
    return Measure(with_periods(compute), (*WHOLE, *GROUPS, *PERIODS), needs)


def _errors(
    compute: Callable[..., Measured], across: tuple[str, ...], *, absolute: bool
) -> Measure:
    return Measure(partial(compute, absolute=absolute), across, frozenset({"errors"}))


def _of_scores(compute: Callable[[Facts, Scope], Measured], *across: str) -> Measure:
    return Measure(with_periods(compute), (*across, *PERIODS), frozenset({"group_scores"}))


def _of_columns(compute: Callable[[Facts, Scope], Measured]) -> Measure:
    return Measure(compute, COLUMNS, frozenset({"columns"}))


def _drift(measure: str) -> Measure:
    return Measure(
        each_period(partial(drift_of, measure=measure)),
        (*COLUMNS, *WHOLE, *PERIODS),
        needs_by_column=frozenset({"columns"}),
    )


MEASURES: Mapping[str, Measure] = {
    "selection_rate_difference": _difference("selection_rate"),
    "selection_rate_ratio": _ratio("selection_rate"),
    "true_positive_rate_difference": _difference("true_positive_rate"),
    "true_positive_rate_ratio": _ratio("true_positive_rate"),
    "false_negative_rate_difference": _difference("false_negative_rate"),
    "false_negative_rate_ratio": _ratio("false_negative_rate"),
    "false_positive_rate_difference": _difference("false_positive_rate"),
    "false_positive_rate_ratio": _ratio("false_positive_rate"),
    "true_negative_rate_difference": _difference("true_negative_rate"),
    "true_negative_rate_ratio": _ratio("true_negative_rate"),
    "positive_predictive_value_difference": _difference("positive_predictive_value"),
    "positive_predictive_value_ratio": _ratio("positive_predictive_value"),
    "false_discovery_rate_difference": _difference("false_discovery_rate"),
    "false_discovery_rate_ratio": _ratio("false_discovery_rate"),
    "false_omission_rate_difference": _difference("false_omission_rate"),
    "false_omission_rate_ratio": _ratio("false_omission_rate"),
    "accuracy_difference": _difference("accuracy"),
    "accuracy_ratio": _ratio("accuracy"),
    "demographic_parity_difference": _difference("selection_rate"),
    "demographic_parity_ratio": _ratio("selection_rate"),
    "equalized_odds_difference": Measure(
        equalized_odds.equalized_odds_difference, GROUPS, DECISION
    ),
    "equalized_odds_ratio": Measure(equalized_odds.equalized_odds_ratio, GROUPS, DECISION),
    "selection_rate": _rate("selection_rate"),
    "true_positive_rate": _rate("true_positive_rate"),
    "false_negative_rate": _rate("false_negative_rate"),
    "false_positive_rate": _rate("false_positive_rate"),
    "true_negative_rate": _rate("true_negative_rate"),
    "positive_predictive_value": _rate("positive_predictive_value"),
    "false_discovery_rate": _rate("false_discovery_rate"),
    "false_omission_rate": _rate("false_omission_rate"),
    "accuracy": _rate("accuracy"),
    "outcome_prevalence": _rate("outcome_prevalence"),
    "mean_error": _errors(errors.group_errors, (*WHOLE, *PROTECTED), absolute=False),
    "mean_error_difference": _errors(errors.group_error_difference, PROTECTED, absolute=False),
    "mean_absolute_error": _errors(errors.group_errors, (*WHOLE, *PROTECTED), absolute=True),
    "mean_absolute_error_difference": _errors(
        errors.group_error_difference, PROTECTED, absolute=True
    ),
    "roc_auc_difference_to_baseline": Measure(effectiveness.roc_auc_difference_to_baseline, WHOLE),
    "average_precision_difference_to_baseline": Measure(
        effectiveness.average_precision_difference_to_baseline, WHOLE
    ),
    "jensen_shannon_distance": _drift("jensen_shannon_distance"),
    "population_stability_index": _drift("population_stability_index"),
    "wasserstein_distance": _drift("wasserstein_distance"),
    "out_of_vocabulary_share_difference": Measure(
        vocabulary.out_of_vocabulary_share_difference, COLUMNS, frozenset({"columns", "vocabulary"})
    ),
    "domain_classifier_roc_auc": Measure(
        domain_classifier.domain_classifier_roc_auc, (*WHOLE, *COLUMNS), frozenset({"domain"})
    ),
    "kolmogorov_smirnov": _drift("kolmogorov_smirnov"),
    "cramers_v": _drift("cramers_v"),
    "outcome_prevalence_difference": Measure(
        with_periods(labels.outcome_prevalence_difference), (*WHOLE, *GROUPS, *PERIODS)
    ),
    **{
        f"{rate}_difference_change": _change(rate)
        for rate in (
            "selection_rate",
            "true_positive_rate",
            "false_negative_rate",
            "false_positive_rate",
            "positive_predictive_value",
            "false_discovery_rate",
            "false_omission_rate",
            "outcome_prevalence",
        )
    },
    "group_share_difference": Measure(group_mix.group_share_difference, PERIODS),
    "leakage_roc_auc": Measure(
        unweighted(leakage.leakage_roc_auc), COLUMNS, frozenset({"leakage"})
    ),
    "outcome_given_away_share": Measure(
        unweighted(leakage.outcome_given_away_share), COLUMNS, frozenset({"leakage"})
    ),
    "known_after_decision": Measure(leakage.known_after_decision, WHOLE),
    "dated_after_decision_share": Measure(
        unweighted(leakage.dated_after_decision_share), COLUMNS, frozenset({"dates"})
    ),
    "consistency": Measure(unweighted(consistency.consistency), WHOLE, frozenset({"consistency"})),
    "proxy_roc_auc": Measure(proxies.proxy_roc_auc, ("protected",), frozenset({"proxies"})),
    "score_moved_share": Measure(minimisation.score_moved_share, COLUMNS, frozenset({"effects"})),
    "direct_identifier_share": Measure(
        minimisation.direct_identifier_share, COLUMNS, frozenset({"columns", "people"})
    ),
    "uncovered_columns": Measure(minimisation.uncovered, WHOLE),
    "counterfactual_token_flip_rate": Measure(
        unweighted(swaps.counterfactual_token_flip_rate), COLUMNS, frozenset({"swaps"})
    ),
    "counterfactual_flip_rate": Measure(
        unweighted(flips.counterfactual_flip_rate), ("protected",), frozenset({"flips"}) | DECISION
    ),
    "subgroup_scan": Measure(subgroup_scan, WHOLE, frozenset({"crossed"})),
    "true_positive_rate_difference_worst_case": _worst_case("true_positive_rate"),
    "false_negative_rate_difference_worst_case": _worst_case("false_negative_rate"),
    "false_positive_rate_difference_worst_case": _worst_case("false_positive_rate"),
    "positive_predictive_value_difference_worst_case": _worst_case("positive_predictive_value"),
    "false_discovery_rate_difference_worst_case": _worst_case("false_discovery_rate"),
    "false_omission_rate_difference_worst_case": _worst_case("false_omission_rate"),
    "named_owner": Measure(openness.named_owner, WHOLE),
    "public_contact": Measure(openness.public_contact, WHOLE),
    "plain_english_purpose": Measure(openness.plain_english_purpose, WHOLE),
    "theil_index": Measure(partial(inequality.entropy_index, alpha=1), WHOLE),
    "generalized_entropy_index": Measure(partial(inequality.entropy_index, alpha=2), WHOLE),
    "smoothed_empirical_differential_fairness": Measure(
        inequality.smoothed_empirical_differential_fairness, GROUPS
    ),
    # How good the scores are, for everybody and in each group.
    "calibration_slope": _of_scores(group_scores.calibration_slope, "whole", *GROUPS),
    "calibration_in_the_large": _of_scores(group_scores.calibration_in_the_large, "whole", *GROUPS),
    "roc_auc": _of_scores(group_scores.roc_auc, "whole", *GROUPS),
    "roc_auc_difference": _of_scores(group_scores.roc_auc_difference, *GROUPS),
    "average_precision": _of_scores(group_scores.average_precision, "whole", *GROUPS),
    "average_precision_difference": _of_scores(group_scores.average_precision_difference, *GROUPS),
    "brier_score": _of_scores(group_scores.brier_score, "whole", *GROUPS),
    "brier_score_difference": _of_scores(group_scores.brier_score_difference, *GROUPS),
    # Bands of the score, with or without a rule for decisions.
    "band_outcome_rate_difference": _of_scores(risk_bands.band_outcome_rate_difference, *PROTECTED),
    "band_order": Measure(risk_bands.band_order, WHOLE),
    "conditional_demographic_disparity": Measure(
        conditional_disparity.conditional_demographic_disparity,
        PROTECTED,
        DECISION | {"legitimate_factor"},
    ),
    # What the columns hold now, against where the model learned.
    "missing_share_difference": _of_columns(missingness.missing_share_difference),
    "schema_changes": _of_columns(schema_drift.schema_changes),
    # Whether somebody could be singled out from the data.
    "k_anonymity": Measure(anonymity.k_anonymity, WHOLE, frozenset({"classes"})),
    "l_diversity": Measure(anonymity.l_diversity, COLUMNS, frozenset({"classes"})),
    "t_closeness": Measure(anonymity.t_closeness, COLUMNS, frozenset({"classes"})),
    "membership_inference_auc": Measure(
        membership.membership_inference_auc, WHOLE, frozenset({"membership"})
    ),
    # What the model loses without some of its columns.
    "coarsening_loss": Measure(coarser.coarsening_loss, COLUMNS, frozenset({"necessity"})),
    "necessity_loss": Measure(
        necessity.necessity_loss, ("sources", *COLUMNS), frozenset({"necessity"})
    ),
    "new_category_share": _of_columns(new_values.new_category_share),
    "out_of_range_share": _of_columns(new_values.out_of_range_share),
    "scale_change": _of_columns(scale_change.scale_change),
    "sensitive_undeclared": _of_columns(sensitive.sensitive_undeclared),
    "passed_and_unused": Measure(
        unused.passed_and_unused, COLUMNS, frozenset({"tracing", "effects"})
    ),
    # Whom texts name.
    "identifiers_in_text_share": Measure(
        partial(mentions.identifiers_in_text_share, points_to_one=True),
        COLUMNS,
        frozenset({"columns", "mentions"}),
    ),
    "names_in_text_share": Measure(
        partial(mentions.identifiers_in_text_share, points_to_one=False),
        COLUMNS,
        frozenset({"columns", "mentions"}),
    ),
}


def known_measures() -> dict[str, tuple[str, ...]]:
    """Return each measure's name and the scopes it can be taken across."""
    return {name: measure.across for name, measure in MEASURES.items()}
