"""How good the scores are: ranking against a stated simple baseline, and calibration.

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
from essex_standard.statistics.calibration import calibration_in_the_large as in_the_large
from essex_standard.statistics.calibration import calibration_slope as slope_of
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Normal
from essex_standard.statistics.proportions import Proportion
from essex_standard.statistics.ranking import (
    auroc_error,
    average_precision,
    bootstrap_counts,
    placements,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.score_histogram import ScoreHistogram
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

CURVE_BINS = 10
SMALLEST_BIN = 10
"""Calibration bins are merged until each holds ten events and ten non-events, to be printable."""


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


def calibration_slope(facts: Facts, scope: Scope) -> Measured:
    """Return the slope of the outcome's log-odds on the score's; 1 is calibrated."""
    return _calibration(facts, scope, "calibration_slope")


def calibration_in_the_large(facts: Facts, scope: Scope) -> Measured:
    """Return the log-odds by which scores are too low on the whole; 0 is calibrated."""
    return _calibration(facts, scope, "calibration_in_the_large")


def _no_ranking(facts: Facts) -> str:
    if facts.assessed.scores is None:
        return "there are no scores"
    if facts.positives + facts.negatives == 0:
        return "no outcome was given"
    scores = facts.assessed.scores
    if not scores.positives.sum() or not scores.negatives.sum():
        return "only one of the two outcomes occurs"
    return ""


def _against_baseline(facts: Facts, scope: Scope, measure: str) -> Measured:
    reason = _no_ranking(facts)
    if reason:
        return Measured.not_assessed(reason)
    scores = facts.assessed.scores
    assert scores is not None  # noqa: S101 - _no_ranking saw to it
    inflation = _inflation(facts, ("true_positive_rate", "false_positive_rate"))
    own = _ranked(_order(scores), scores.negatives, scores.positives, measure, facts.seed)
    told = [_stat(measure, "", _inflated(own, inflation), facts, scope)]
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
    told.append(_stat(measure, "baseline", _inflated(base, inflation), facts, scope))
    return Measured(
        comparisons=(
            Comparison(
                measure=f"{measure}_difference_to_baseline",
                name="the whole population",
                versus="baseline",
                estimate=_inflated(difference, inflation),
                n=facts.positives,
                n_versus=facts.negatives,
            ),
        ),
        told=tuple(told),
    )


def _inflated(estimate: Normal, factor: float) -> Normal:
    return replace(estimate, standard_error=estimate.standard_error * factor)


def _order(scores: ScoreHistogram) -> NDArray[np.float64]:
    """Return the bins themselves: in doubles, middles very near 1 would tie."""
    return scores.keys.astype(np.float64)


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


def _ranked(
    order: NDArray[np.float64],
    negatives: NDArray[np.float64],
    positives: NDArray[np.float64],
    measure: str,
    seed: int,
) -> Normal:
    from sklearn.metrics import average_precision_score, roc_auc_score

    label = np.concatenate([np.zeros(len(order)), np.ones(len(order))])
    twice, weight = np.concatenate([order, order]), np.concatenate([negatives, positives])
    if measure == "roc_auc":
        of_pos, of_neg = placements(order, negatives, positives)
        error = auroc_error(of_pos, of_neg, negatives, positives)
        value = float(roc_auc_score(label, twice, sample_weight=weight))
    else:
        draws = average_precision(order, *bootstrap_counts(negatives, positives, seed=seed))
        error = float(np.nanstd(draws))
        value = float(average_precision_score(label, twice, sample_weight=weight))
    return Normal(value, max(error, 1e-9))


def _prevalence(
    scores: ScoreHistogram, own: Normal, measure: str, seed: int
) -> tuple[Normal, Normal]:
    """Scoring everybody alike: AUROC 1/2, average precision equal to the prevalence."""
    if measure == "roc_auc":
        return Normal(0.5, 1e-9), Normal(own.value - 0.5, own.standard_error)
    negatives, positives = bootstrap_counts(scores.negatives, scores.positives, seed=seed)
    base = positives.sum(axis=1) / (positives.sum(axis=1) + negatives.sum(axis=1))
    draws = average_precision(_order(scores), negatives, positives) - base
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
    base = _ranked(rule, negatives, positives, measure, facts.seed)
    own = _ranked(model, negatives, positives, measure, facts.seed)
    if measure == "roc_auc":
        model_pos, model_neg = placements(model, negatives, positives)
        error = auroc_error(model_pos - rule_pos, model_neg - rule_neg, negatives, positives)
    else:
        drawn = bootstrap_counts(negatives, positives, seed=facts.seed)
        difference = average_precision(model, *drawn) - average_precision(rule, *drawn)
        error = float(np.nanstd(difference))
    return base, Normal(own.value - base.value, max(error, 1e-9))


def _inflation(facts: Facts, rates: tuple[str, ...]) -> float:
    """Return the factor for weights and clusters: the root of the largest design effect of `rates`.

    A rank statistic averages over positives and negatives; the design effects of the true and
    false positive rate at the threshold stand in for its own, which would need histograms by
    cluster. Calibration compares scores with outcomes; how outcomes cluster bounds it from above.
    """
    whole = facts.assessed.whole
    if whole is None or (whole.buckets is None and whole.squares is None):
        return 1.0
    found = {r: (whole.proportion(r), float(whole.denominator(r)[0])) for r in CELLS}
    # A rate that never varies (nobody is flagged) tells nothing about clusters.
    telling = {r: n / p.n for r, (p, n) in found.items() if p is not None and 0 < p.k < p.n}
    chosen = [telling[r] for r in rates if r in telling]
    return float(np.sqrt(max([1.0, *(chosen or telling.values())])))


def _calibration(facts: Facts, scope: Scope, measure: str) -> Measured:
    if facts.score_kind != "probability":
        return Measured.not_applicable("the scores are not probabilities")
    reason = _no_ranking(facts)
    if reason:
        return Measured.not_assessed(reason)
    scores = facts.assessed.scores
    assert scores is not None  # noqa: S101 - _no_ranking saw to it
    logit = scores.logits
    fit = slope_of if measure == "calibration_slope" else in_the_large
    estimate = fit(logit, scores.negatives, scores.positives)
    if estimate is None:
        return Measured.not_assessed(
            "the scores do not vary enough, or separate the outcomes fully"
        )
    inflation = _inflation(facts, ("outcome_prevalence",))
    told = tuple(_curve(scores, scope)) if measure == "calibration_slope" else (_brier(scores),)
    return Measured(
        comparisons=(
            Comparison(
                measure=measure,
                name="the whole population",
                estimate=_inflated(estimate, inflation),
                n=facts.positives,
                n_versus=facts.negatives,
            ),
        ),
        told=told,
    )


def _curve(scores: ScoreHistogram, scope: Scope) -> list[Measurement]:
    """Return the observed rate in bands of the score, merged until each may be shown."""
    band = np.minimum((scores.scores * CURVE_BINS).astype(int), CURVE_BINS - 1)
    people: NDArray[np.float64] = np.stack(
        [np.bincount(band, weights=scores.counts[:, i], minlength=CURVE_BINS) for i in (1, 0)]
    )
    weighted = np.stack(
        [np.bincount(band, weights=w, minlength=CURVE_BINS) for w in _sides(scores)]
    )
    bounds = _bands(people)
    found: list[Measurement] = []
    for first, last in bounds:
        n = round(float(people[:, first:last].sum()))
        k, rest = weighted[:, first:last].sum(axis=1)
        p = Proportion(float(n * k / (k + rest)) if k + rest > 0 else 0.0, n)
        low, high = p.interval(scope.confidence)
        found.append(
            Measurement(
                measure="observed_rate",
                attribute="score",
                group=f"{first / CURVE_BINS:.1f} to {last / CURVE_BINS:.1f}",
                value=p.value,
                low=low,
                high=high,
                n=n,
            )
        )
    return found


def _sides(scores: ScoreHistogram) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return scores.positives, scores.negatives


def _bands(people: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return (first, last) of runs of bins that each hold ten events and ten non-events."""
    bounds: list[tuple[int, int]] = []
    start = 0
    for b in range(CURVE_BINS):
        if people[:, start : b + 1].sum(axis=1).min() >= SMALLEST_BIN:
            bounds.append((start, b + 1))
            start = b + 1
    if bounds and start < CURVE_BINS:
        bounds[-1] = (bounds[-1][0], CURVE_BINS)
    return bounds


def _brier(scores: ScoreHistogram) -> Measurement:
    """Return the mean squared distance of score and outcome (Brier 1950); 0 is perfect."""
    n = float(scores.positives.sum() + scores.negatives.sum())
    total = scores.positives @ (1 - scores.scores) ** 2 + scores.negatives @ scores.scores**2
    return Measurement(
        measure="brier_score", value=float(total) / n, n=int(scores.counts[:, :2].sum())
    )


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
