"""Figures of one histogram of scores: AUROC, average precision, Brier score, and the curve.

Point values are scikit-learn's, called on the histogram with the counts as weights; errors are
DeLong's, the delta method's, or those of a seeded Poisson bootstrap.

References
----------
DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44(3), 837-845. Hanley and McNeil (1982), "The
meaning and use of the area under a receiver operating characteristic curve", Radiology 143. Brier
(1950), "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.group_table import CELLS
from essex_standard.evidence.score_bands import TENTHS, by_tenth
from essex_standard.measurement import Measurement
from essex_standard.statistics.bounded import Bounded
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

    from essex_standard.evidence.group_table import GroupTable
    from essex_standard.evidence.score_histogram import ScoreHistogram

_TINY = 1e-9

_BINS_DRAWN = 512
"""Resampling needs no finer bins: the error of average precision changes by less than 1 %."""

INFLATED_BY: Mapping[str, tuple[str, ...]] = {
    "roc_auc": ("true_positive_rate", "false_positive_rate"),
    "average_precision": ("true_positive_rate", "false_positive_rate"),
    "brier_score": ("outcome_prevalence", "accuracy"),
    "calibration_slope": ("outcome_prevalence",),
    "calibration_in_the_large": ("outcome_prevalence",),
}
"""Rates whose design effects stand in for a figure's own, which would need histograms by cluster.

A rank statistic averages over positives and negatives as the true and false positive rate do.
Calibration compares scores with outcomes; how outcomes cluster bounds it from above.
"""


def figure(scores: ScoreHistogram, measure: str, *, seed: int) -> Bounded:
    """Return ``roc_auc``, ``average_precision`` or ``brier_score`` of scores with both outcomes."""
    negatives, positives = scores.negatives, scores.positives
    cases = float(min(scores.counts[:, :2].sum(axis=0)))
    if measure == "brier_score":
        value, error = _brier(scores)
        return Bounded(value, max(error, _TINY), cases)
    found = ranked(order(scores), negatives, positives, measure, seed)
    error = found.standard_error
    if measure == "roc_auc" and error <= _TINY:
        # Full separation has no error by DeLong, however few people are behind it.
        error = _exponential_error(found.value, scores.counts[:, :2].sum(axis=0), cases)
    return Bounded(found.value, error, cases)


def order(scores: ScoreHistogram) -> NDArray[np.float64]:
    """Return the bins themselves: in doubles, middles very near 1 would tie."""
    return scores.keys.astype(np.float64)


def ranked(
    order: NDArray[np.float64],
    negatives: NDArray[np.float64],
    positives: NDArray[np.float64],
    measure: str,
    seed: int,
) -> Normal:
    """Return AUROC or average precision of cells in a given order."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    label = np.concatenate([np.zeros(len(order)), np.ones(len(order))])
    twice, weight = np.concatenate([order, order]), np.concatenate([negatives, positives])
    if measure == "roc_auc":
        of_pos, of_neg = placements(order, negatives, positives)
        error = auroc_error(of_pos, of_neg, negatives, positives)
        value = float(roc_auc_score(label, twice, sample_weight=weight))
    else:
        drawn = bootstrap_counts(*_coarse(order, negatives, positives), seed=seed)
        draws = average_precision(np.arange(drawn[0].shape[1], dtype=float), *drawn)
        error = float(np.nanstd(draws))
        value = float(average_precision_score(label, twice, sample_weight=weight))
    return Normal(value, max(error, _TINY))


def _coarse(
    order: NDArray[np.float64], negatives: NDArray[np.float64], positives: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return counts by score, runs of scores merged until few are left, alike in positives."""
    _, index = np.unique(order, return_inverse=True)
    place = index.reshape(-1)
    neg, pos = (np.bincount(place, weights=w).astype(np.float64) for w in (negatives, positives))
    if len(pos) > _BINS_DRAWN:
        share = (np.cumsum(pos) - pos / 2) / pos.sum()
        run = np.minimum((share * _BINS_DRAWN).astype(np.int64), _BINS_DRAWN - 1)
        starts = np.flatnonzero(np.diff(run, prepend=-1))
        neg, pos = (np.add.reduceat(w, starts) for w in (neg, pos))
    return neg, pos


def _exponential_error(value: float, sizes: NDArray[np.int64], cases: float) -> float:
    """Return Hanley and McNeil's error at an area a quarter of a case from its end."""
    area = min(max(value, 0.25 / cases), 1 - 0.25 / cases)
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    n, m = float(sizes[0]), float(sizes[1])
    total = area * (1 - area) + (m - 1) * (first - area**2) + (n - 1) * (second - area**2)
    return math.sqrt(max(total, 0.0) / (n * m))


def _brier(scores: ScoreHistogram) -> tuple[float, float]:
    """Return the mean squared distance of score and outcome, and its standard error."""
    people = np.concatenate([scores.positives, scores.negatives])
    squared = np.concatenate([(1 - scores.scores) ** 2, scores.scores**2])
    n = float(people.sum())
    value = float(people @ squared) / n
    variance = float(people @ (squared - value) ** 2) / max(n - 1, 1.0)
    return value, math.sqrt(variance / n)


# The curve ---------------------------------------------------------------------------------------


def curve(
    scores: ScoreHistogram,
    bands: Sequence[tuple[int, int]],
    confidence: float,
    *,
    attribute: str = "score",
    name: str = "{band}",
) -> list[Measurement]:
    """Return the observed rate in each band of the score.

    Parameters
    ----------
    attribute, name : str
        What the rows are called; ``{band}`` stands for ``0.2 to 0.3``.
    """
    people = by_tenth(scores, scores.counts)
    sides = by_tenth(scores, np.stack([scores.negatives, scores.positives], axis=1))
    found: list[Measurement] = []
    for first, last in bands:
        n = round(float(people[:, first:last].sum()))
        rest, k = sides[:, first:last].sum(axis=1)
        band = f"{first / TENTHS:.1f} to {last / TENTHS:.1f}"
        p = Proportion(float(n * k / (k + rest)) if k + rest > 0 else 0.0, n)
        low, high = p.interval(confidence)
        found.append(
            Measurement(
                measure="observed_rate",
                attribute=attribute,
                group=name.replace("{band}", band),
                value=p.value,
                low=low,
                high=high,
                n=n,
            )
        )
    return found


# Weights and clusters ----------------------------------------------------------------------------


def inflations(table: GroupTable | None, measure: str) -> tuple[dict[str, float], dict[str, float]]:
    """Return the factor on the error of each group's figure, and of everyone else's, by group.

    It is the root of the largest design effect of the rates that stand in for the figure.
    """
    if table is None or (table.buckets is None and table.squares is None):
        return {}, {}
    own = {r: (table.proportions(r), table.denominator(r)) for r in CELLS}
    rest = {
        r: (table.rest_proportions(r), table.denominator(r).sum() - table.denominator(r))
        for r in CELLS
    }
    return tuple(  # type: ignore[return-value]
        {
            group: _factor({r: (p[i], float(n[i])) for r, (p, n) in side.items()}, measure)
            for i, group in enumerate(table.groups)
        }
        for side in (own, rest)
    )


def inflation(whole: GroupTable | None, measure: str) -> float:
    """Return the factor on the error of the whole population's figure."""
    return inflations(whole, measure)[0].get("", 1.0)


def _factor(found: Mapping[str, tuple[Proportion | None, float]], measure: str) -> float:
    # A rate that never varies (nobody is flagged) tells nothing about clusters.
    telling = {r: n / p.n for r, (p, n) in found.items() if p is not None and 0 < p.k < p.n}
    chosen = [telling[r] for r in INFLATED_BY[measure] if r in telling]
    return float(np.sqrt(max([1.0, *(chosen or telling.values())])))
