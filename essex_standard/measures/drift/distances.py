"""The distances between two columns, and how sure we are of each: `DISTANCES`, written by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from essex_standard.measures.drift.binning import bins_of
from essex_standard.measures.drift.evidently import on_codes, psi_score, wasserstein_score
from essex_standard.statistics.cramers_v import CramersVEstimate
from essex_standard.statistics.divergence import JensenShannonEstimate, PsiEstimate
from essex_standard.statistics.kolmogorov_smirnov import KolmogorovSmirnovEstimate
from essex_standard.statistics.wasserstein import WassersteinEstimate

if TYPE_CHECKING:
    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.statistics.comparison import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How a distance is estimated from the profiles of assessed and reference.

    Attributes
    ----------
    numbers_only : bool
        It exists for numbers alone, and for those that vary in the reference.
    """

    estimate: Callable[[ColumnProfile, ColumnProfile], Estimate]
    numbers_only: bool = False


def are_numbers(assessed: ColumnProfile, reference: ColumnProfile) -> bool:
    """Return whether both hold numbers, and the reference more than one of them."""
    return assessed.kind == reference.kind == "numeric" and reference.low < reference.high


def jensen_shannon(assessed: ColumnProfile, reference: ColumnProfile) -> JensenShannonEstimate:
    """Return the Jensen-Shannon distance: 0 is no difference, 0.8326 nothing shared."""
    bins = bins_of(assessed, reference)
    return JensenShannonEstimate.of_counts(
        bins.assessed,
        bins.reference,
        ordered=bins.ordered,
        distance=on_codes("jensenshannon", bins),
    )


def stability_index(assessed: ColumnProfile, reference: ColumnProfile) -> PsiEstimate:
    """Return the population stability index: 0 is no difference; it has no upper end."""
    bins = bins_of(assessed, reference)
    return PsiEstimate.of_counts(
        bins.assessed, bins.reference, ordered=bins.ordered, psi=psi_score(assessed, reference)
    )


def wasserstein(assessed: ColumnProfile, reference: ColumnProfile) -> WassersteinEstimate:
    """Return the Wasserstein distance in standard deviations of the reference: 0 is none."""
    return WassersteinEstimate.of_points(
        assessed.points(), reference.points(), distance=wasserstein_score(assessed, reference)
    )


def kolmogorov_smirnov(
    assessed: ColumnProfile, reference: ColumnProfile
) -> KolmogorovSmirnovEstimate:
    """Return the widest gap between the cumulative shares: 0 is none, 1 nothing shared."""
    return KolmogorovSmirnovEstimate.of_points(assessed.points(), reference.points())


def cramers_v(assessed: ColumnProfile, reference: ColumnProfile) -> CramersVEstimate:
    """Return Cramer's V, the effect size of the chi-squared test: 0 is none, 1 nothing shared."""
    bins = bins_of(assessed, reference)
    return CramersVEstimate.of_counts(bins.assessed, bins.reference, ordered=bins.ordered)


DISTANCES: Mapping[str, Distance] = {
    "jensen_shannon_distance": Distance(estimate=jensen_shannon),
    "population_stability_index": Distance(estimate=stability_index),
    "wasserstein_distance": Distance(estimate=wasserstein, numbers_only=True),
    "kolmogorov_smirnov": Distance(estimate=kolmogorov_smirnov, numbers_only=True),
    "cramers_v": Distance(estimate=cramers_v),
}
