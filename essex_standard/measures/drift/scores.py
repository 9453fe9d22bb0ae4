"""How far the scores as a whole lie from those on the data the model learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.column_pairs import NO_REFERENCE
from essex_standard.measures.drift.distances import DISTANCES, are_numbers
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from essex_standard.evidence.column_profile import ColumnProfile


def score_drift(
    assessed: ColumnProfile | None,
    reference: ColumnProfile | None,
    *,
    measure: str = "population_stability_index",
) -> Measured:
    """Return a distance of the score between reference and assessed."""
    if assessed is None:
        return Measured.not_assessed("there is no score, only decisions")
    if reference is None:
        return Measured.not_assessed(NO_REFERENCE)
    if not assessed.present or not reference.present:
        return Measured.not_assessed("one of the two populations has no scores")
    distance = DISTANCES[measure]
    if distance.numbers_only and not are_numbers(assessed, reference):
        return Measured.not_assessed(
            "the model gave everybody in the reference one score, so there is no spread to "
            "measure by"
        )
    comparison = Comparison(
        measure=measure,
        name="the score",
        estimate=distance.estimate(assessed, reference),
        n=assessed.present,
        n_versus=reference.present,
    )
    told: tuple[Measurement, ...] = ()
    if measure != "jensen_shannon_distance":
        beside = DISTANCES["jensen_shannon_distance"].estimate(assessed, reference)
        told = (
            Measurement(measure="jensen_shannon_distance", value=beside.value, n=assessed.present),
        )
    return Measured(comparisons=(comparison,), told=told)
