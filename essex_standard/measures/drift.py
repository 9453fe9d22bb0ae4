"""Whether the population assessed still looks like the one the model was trained on.

Evidently defines the scores; here its own test functions are called on column profiles, on the bins
they would choose on raw rows. For a number with more than 20 distinct values in the reference these
are ``ceil(log2(n + m) + 1)`` (Sturges) equal bins from the least to the greatest value of both
samples; everything else is compared value by value. Infinite values are left out, as Evidently
leaves them out. How sure we are of a score is ours: `essex_standard.statistics.divergence`.

References
----------
Evidently 0.7, ``evidently.legacy.calculations.stattests`` (``jensenshannon``, ``psi``,
``wasserstein``).
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from essex_standard.measurement import Measurement
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.divergence import JensenShannonEstimate, PsiEstimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

FEW_VALUES = 20
"""Evidently compares value by value up to this many distinct values in the reference."""

SLICES = 20_000
"""Points that stand for a larger sample in the Wasserstein distance, each the mean of its slice."""

NO_REFERENCE = "no reference data were given, so there is nothing to compare with"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """Both populations counted in the same bins.

    Attributes
    ----------
    assessed, reference : ndarray of shape (n_bins,)
        Rows.
    ordered : bool
        Whether neighbouring bins are alike: True for intervals of a number.
    """

    assessed: NDArray[np.int64]
    reference: NDArray[np.int64]
    ordered: bool


def jensen_shannon_distance(facts: Facts, scope: Scope) -> Measured:
    """Return the drift of each column that the model reads; see `feature_drift`."""
    reference = None if facts.reference is None else facts.reference.columns
    return feature_drift(facts.assessed.columns, reference, facts.columns_read, scope)


def population_stability_index(facts: Facts, scope: Scope) -> Measured:
    """Return the drift of the score; see `score_drift`."""
    if facts.assessed.score_profile is None:
        return Measured.not_assessed("there is no score, only decisions")
    reference = None if facts.reference is None else facts.reference.score_profile
    return score_drift(facts.assessed.score_profile, reference, scope)


def feature_drift(
    assessed: Mapping[str, ColumnProfile],
    reference: Mapping[str, ColumnProfile] | None,
    columns: Sequence[str],
    scope: Scope,  # noqa: ARG001
) -> Measured:
    """Return the Jensen-Shannon distance of each column between reference and assessed.

    Told beside it: the Wasserstein distance of numbers in standard deviations of the reference. A
    column that is absent, empty or of another kind on one side is a gap: drift that no distance can
    measure.
    """
    if reference is None:
        return Measured.not_assessed(NO_REFERENCE)
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    for column in columns:
        gap = _gap(column, assessed.get(column), reference.get(column))
        if gap:
            gaps.append(gap)
            continue
        new, old = assessed[column], reference[column]
        bins = bins_of(new, old)
        comparisons.append(
            Comparison(
                measure="jensen_shannon_distance",
                name=f"column {column}",
                attribute=column,
                estimate=JensenShannonEstimate.of_counts(
                    bins.assessed,
                    bins.reference,
                    ordered=bins.ordered,
                    distance=_evidently_on_codes("jensenshannon", bins),
                ),
                n=new.present,
                n_versus=old.present,
            )
        )
        if new.kind == old.kind == "numeric":
            told.append(
                Measurement(
                    measure="wasserstein_distance",
                    attribute=column,
                    value=wasserstein_score(new, old),
                    n=new.present,
                )
            )
    return Measured(
        comparisons=tuple(comparisons),
        told=tuple(told),
        gaps=tuple(gaps),
        reason="" if comparisons else _why_none(columns),
    )


def score_drift(
    assessed: ColumnProfile,
    reference: ColumnProfile | None,
    scope: Scope,  # noqa: ARG001
) -> Measured:
    """Return the population stability index of the score between reference and assessed."""
    if reference is None:
        return Measured.not_assessed(NO_REFERENCE)
    if not assessed.present or not reference.present:
        return Measured.not_assessed("one of the two populations has no scores")
    bins = bins_of(assessed, reference)
    comparison = Comparison(
        measure="population_stability_index",
        name="the score",
        estimate=PsiEstimate.of_counts(
            bins.assessed,
            bins.reference,
            ordered=bins.ordered,
            psi=psi_score(assessed, reference),
        ),
        n=assessed.present,
        n_versus=reference.present,
    )
    distance = JensenShannonEstimate.of_counts(
        bins.assessed, bins.reference, ordered=bins.ordered
    ).value
    told = Measurement(measure="jensen_shannon_distance", value=distance, n=assessed.present)
    return Measured(comparisons=(comparison,), told=(told,))


def jensen_shannon_score(assessed: ColumnProfile, reference: ColumnProfile) -> float:
    """Return Evidently's Jensen-Shannon distance: 0 is no difference, 0.8326 nothing shared."""
    return _evidently_on_codes("jensenshannon", bins_of(assessed, reference))


def psi_score(assessed: ColumnProfile, reference: ColumnProfile) -> float:
    """Return Evidently's population stability index: 0 is no difference; it has no upper end.

    Evidently fills the empty bins of each side with a share of its own, so that bins that are empty
    on both sides count too. They exist only where Evidently bins numbers itself: numbers are
    therefore handed over as they are (or as the middles of their bins), one a row.
    """
    if not _as_intervals(assessed, reference):
        return _evidently_on_codes("psi", bins_of(assessed, reference))
    return _evidently("psi", _rows(*reference.points()), _rows(*assessed.points()), numeric=True)


def wasserstein_score(assessed: ColumnProfile, reference: ColumnProfile) -> float:
    """Return Evidently's normed Wasserstein distance, in standard deviations of the reference."""
    samples = (_slices(*profile.points()) for profile in (reference, assessed))
    return _evidently("wasserstein", *samples, numeric=True)


def bins_of(assessed: ColumnProfile, reference: ColumnProfile) -> Bins:
    """Return both columns counted in the bins that Evidently would choose on their raw rows."""
    if _as_intervals(assessed, reference):
        edges = _sturges(assessed, reference)
        new, old = (
            np.histogram(points, bins=edges, weights=counts)[0].astype(np.int64)
            for points, counts in (assessed.points(), reference.points())
        )
        return Bins(assessed=new, reference=old, ordered=True)
    labels = (assessed.as_labels(), reference.as_labels())
    if any(side.bucketed for side in labels):
        labels = (labels[0].in_buckets(), labels[1].in_buckets())
    keys = sorted({*labels[0].counts, *labels[1].counts})
    new, old = (np.array([side.counts.get(k, 0) for k in keys], dtype=np.int64) for side in labels)
    return Bins(assessed=new, reference=old, ordered=False)


def _as_intervals(assessed: ColumnProfile, reference: ColumnProfile) -> bool:
    numbers = not assessed.labels.rows and not reference.labels.rows
    return numbers and len(reference.numbers.at) > FEW_VALUES


def _sturges(assessed: ColumnProfile, reference: ColumnProfile) -> NDArray[np.float64]:
    low, high = min(assessed.low, reference.low), max(assessed.high, reference.high)
    rows = assessed.numbers.rows + reference.numbers.rows
    width = (high - low) / (math.log2(rows) + 1.0)
    # numpy never makes a bin of whole numbers narrower than 1, and a column of whole numbers with
    # gaps is no longer of whole numbers in a frame.
    whole = all(p.whole == p.rows for p in (assessed, reference))
    number = math.ceil((high - low) / (max(width, 1.0) if whole else width))
    return np.linspace(low, high, max(number, 1) + 1)


def _rows(points: NDArray[np.float64], counts: NDArray[np.int64]) -> pd.Series:
    import pandas as pd

    return pd.Series(np.repeat(points, counts))


def _slices(points: NDArray[np.float64], counts: NDArray[np.int64]) -> pd.Series:
    """Return the sample, or the means of `SLICES` equal slices of a larger one."""
    import pandas as pd

    rows = int(counts.sum())
    if rows <= SLICES:
        return _rows(points, counts)
    # The running sum of the sorted sample is piecewise linear: its increments are the slices' sums.
    running = np.concatenate([[0.0], np.cumsum(points * counts)])
    places = np.concatenate([[0], np.cumsum(counts)])
    cuts = np.linspace(0, rows, SLICES + 1)
    return pd.Series(np.diff(np.interp(cuts, places, running)) / (rows / SLICES))


def _evidently_on_codes(test: str, bins: Bins) -> float:
    """Return a score of categories: the number of its bin for each row."""
    import pandas as pd

    codes = np.arange(len(bins.assessed), dtype=np.int16)
    samples = (pd.Series(np.repeat(codes, side)) for side in (bins.reference, bins.assessed))
    return _evidently(test, *samples, numeric=False)


def _evidently(test: str, reference: pd.Series, assessed: pd.Series, *, numeric: bool) -> float:
    tests, column_type = _stattests()
    kind = column_type.Numerical if numeric else column_type.Categorical
    run = getattr(tests, f"{test}_stat_test")
    score = float(run(reference, assessed, kind, None).drift_score)
    # scipy takes the root of a divergence that rounding may leave a hair below zero.
    return 0.0 if math.isnan(score) and test == "jensenshannon" else score


@lru_cache(maxsize=1)
def _stattests() -> tuple[Any, Any]:
    # Evidently carries a telemetry package that reads this when it is imported.
    os.environ["DO_NOT_TRACK"] = "1"
    from evidently.legacy.calculations import stattests
    from evidently.legacy.core import ColumnType

    return cast("Any", stattests), cast("Any", ColumnType)


def _gap(column: str, new: ColumnProfile | None, old: ColumnProfile | None) -> str:
    """Return what keeps a column from being compared, or an empty string."""
    if new is None and old is None:
        return f"Column {column} is in neither the data assessed nor the reference."
    if new is None:
        return f"Column {column} is in the reference and no longer in the data assessed."
    if old is None:
        return f"Column {column} is in the data assessed and was not in the reference."
    for profile, where in ((new, "the data assessed"), (old, "the reference")):
        if not profile.present:
            return f"Column {column} holds no value in {where}."
    if _comparable(new, old):
        return ""
    return f"Column {column} was {_WORDS[old.kind]} in the reference and is {_WORDS[new.kind]} now."


def _comparable(new: ColumnProfile, old: ColumnProfile) -> bool:
    """Return whether both hold the same kind; ``"1"`` and 1 are the same label in two spellings."""
    texts = {"categorical", "text"}
    if new.kind == old.kind or {new.kind, old.kind} <= texts:
        return True
    if "datetime" in {new.kind, old.kind}:
        return False
    number, other = (new, old) if new.kind == "numeric" else (old, new)
    if number.kind != "numeric" or number.numbers.binned or other.labels.bucketed:
        return "mixed" in {new.kind, old.kind} and bool(texts & {new.kind, old.kind})
    return bool(set(number.as_labels().counts) & set(other.as_labels().counts))


_WORDS = {
    "empty": "empty",
    "numeric": "a number",
    "datetime": "a date",
    "categorical": "a category",
    "text": "text",
    "mixed": "a mixture of numbers and text",
}


def _why_none(columns: Sequence[str]) -> str:
    if not columns:
        return "the columns that the model reads are not known"
    return "no column could be compared between the reference and the data assessed"
