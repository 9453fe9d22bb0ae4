"""How good the scores are beside a stated simple baseline, and how common the outcome is.

Point values are scikit-learn's, called on the histogram of scores with the counts as weights.

References
----------
TRIPOD+AI statement, BMJ 2024;385:e078378 (discrimination, calibration and comparison with simple
alternatives); What Works for Children's Social Care, "Machine learning in children's services",
2020.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.group_table import CELLS
from essex_standard.measurement import Measurement
from essex_standard.measures.group_scores import why_no_ranking
from essex_standard.measures.score_figures import inflation, order, ranked
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Normal
from essex_standard.statistics.ranking import (
    auroc_error,
    average_precision,
    bootstrap_counts,
    placements,
)

if TYPE_CHECKING:
    from essex_standard.evidence.score_histogram import ScoreHistogram
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


def roc_auc_difference_to_baseline(facts: Facts, scope: Scope) -> Measured:
    """Return the model's AUROC minus the baseline's; above 0 the model ranks better.

    AUROC is the chance that somebody with the outcome is scored above somebody without.
    """
    return _against_baseline(facts, scope, "roc_auc")


def average_precision_difference_to_baseline(facts: Facts, scope: Scope) -> Measured:
    """Return the model's average precision minus the baseline's; above 0 the model ranks better.

    Average precision depends on how common the outcome is: it is never compared across places.
    """
    return _against_baseline(facts, scope, "average_precision")


def _against_baseline(facts: Facts, scope: Scope, measure: str) -> Measured:
    reason = why_no_ranking(facts)
    if reason:
        return Measured.not_assessed(reason)
    scores = facts.assessed.scores
    assert scores is not None  # noqa: S101 - why_no_ranking saw to it
    factor = inflation(facts.assessed.whole, measure)
    own = ranked(order(scores), scores.negatives, scores.positives, measure, facts.seed)
    told = [_stat(measure, "", _inflated(own, factor), facts, scope)]
    if facts.baseline == "current_practice":
        return Measured.not_assessed(
            "the baseline is current practice, of which no figures were given", told=tuple(told)
        )
    if facts.baseline.startswith("single_rule:"):
        found = _rule(facts, measure)
        if found is None:
            column = facts.baseline.removeprefix("single_rule:")
            return Measured.not_assessed(
                f"the baseline's column '{column}' is not a column of numbers in the data",
                told=tuple(told),
            )
        base, difference = found
    else:
        base, difference = _prevalence(scores, own, measure, facts.seed)
    told.append(_stat(measure, "baseline", _inflated(base, factor), facts, scope))
    return Measured(
        comparisons=(
            Comparison(
                measure=f"{measure}_difference_to_baseline",
                name="the whole population",
                versus="baseline",
                estimate=_inflated(difference, factor),
                n=facts.positives,
                n_versus=facts.negatives,
            ),
        ),
        told=tuple(told),
    )


def _inflated(estimate: Normal, factor: float) -> Normal:
    return replace(estimate, standard_error=estimate.standard_error * factor)


def _stat(measure: str, group: str, estimate: Normal, facts: Facts, scope: Scope) -> Measurement:
    low, high = estimate.interval(scope.confidence)
    return Measurement(
        measure=measure,
        group=group,
        value=estimate.value,
        low=max(low, 0.0),
        high=min(high, 1.0),
        n=facts.positives + facts.negatives,
    )


def _prevalence(
    scores: ScoreHistogram, own: Normal, measure: str, seed: int
) -> tuple[Normal, Normal]:
    """Scoring everybody alike: AUROC 1/2, average precision equal to the prevalence."""
    if measure == "roc_auc":
        return Normal(0.5, 1e-9), Normal(own.value - 0.5, own.standard_error)
    negatives, positives = bootstrap_counts(scores.negatives, scores.positives, seed=seed)
    base = positives.sum(axis=1) / (positives.sum(axis=1) + negatives.sum(axis=1))
    draws = average_precision(order(scores), negatives, positives) - base
    value = scores.positives.sum() / (scores.positives.sum() + scores.negatives.sum())
    return (
        Normal(float(value), max(float(base.std()), 1e-9)),
        Normal(own.value - float(value), max(float(np.nanstd(draws)), 1e-9)),
    )


def _rule(facts: Facts, measure: str) -> tuple[Normal, Normal] | None:
    """Return the rule's own figure, and the model's minus the rule's on the same people.

    The rule is read in whichever direction serves it better, which is the harder comparison.
    """
    table = facts.assessed.rule
    if table is None:
        return None
    negatives, positives = table.people(0), table.people(1)
    if not negatives.sum() or not positives.sum():
        return None
    model, rule = table.keys[:, 0].astype(float), table.keys[:, 1].astype(float)
    rule_pos, rule_neg = placements(rule, negatives, positives)
    if float(rule_pos @ positives) / positives.sum() < 0.5:
        rule = -rule
        rule_pos, rule_neg = placements(rule, negatives, positives)
    base = ranked(rule, negatives, positives, measure, facts.seed)
    own = ranked(model, negatives, positives, measure, facts.seed)
    if measure == "roc_auc":
        model_pos, model_neg = placements(model, negatives, positives)
        error = auroc_error(model_pos - rule_pos, model_neg - rule_neg, negatives, positives)
    else:
        drawn = bootstrap_counts(negatives, positives, seed=facts.seed)
        difference = average_precision(model, *drawn) - average_precision(rule, *drawn)
        error = float(np.nanstd(difference))
    return base, Normal(own.value - base.value, max(error, 1e-9))


def outcome_prevalence_difference(facts: Facts, scope: Scope) -> Measured:
    """Return how much more common the outcome is in the assessed than in the reference data."""
    if facts.reference is None or facts.reference.whole is None:
        return Measured.not_assessed("no reference data were given")
    now, then = facts.assessed.whole, facts.reference.whole
    if now is None or now.proportion("outcome_prevalence") is None:
        return Measured.not_assessed("no outcome was given for the assessed data")
    if then.proportion("outcome_prevalence") is None:
        return Measured.not_assessed("no outcome was given for the reference data")
    from essex_standard.statistics.proportions import ProportionDifference

    told, sides = [], []
    for group, table in (("assessed", now), ("reference", then)):
        p = table.proportion("outcome_prevalence")
        assert p is not None  # noqa: S101 - both were seen above
        sides.append(p)
        low, high = p.interval(scope.confidence)
        told.append(
            Measurement(
                measure="outcome_prevalence",
                attribute=facts.outcome_name,
                group=group,
                value=p.value,
                low=low,
                high=high,
                n=int(table.denominator("outcome_prevalence")[0]),
            )
        )
    under = CELLS["outcome_prevalence"][1]
    return Measured(
        comparisons=(
            Comparison(
                measure="outcome_prevalence_difference",
                name="the outcome",
                attribute=facts.outcome_name,
                group="assessed",
                versus="reference",
                estimate=ProportionDifference(*sides),
                n=sum(int(now.counts[0][c]) for c in under),
                n_versus=sum(int(then.counts[0][c]) for c in under),
                signed=True,
            ),
        ),
        told=tuple(told),
    )
