"""Evidently's own test functions, called on a sketch of each column instead of on its rows."""

from __future__ import annotations

import math
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from essex_standard.measures.drift.binning import Bins, as_intervals, bins_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.evidence.column_profile import ColumnProfile

SLICES = 4_000
"""Points that stand for a larger sample in the Wasserstein distance, each the mean of its slice."""


def jensen_shannon_score(assessed: ColumnProfile, reference: ColumnProfile) -> float:
    """Return Evidently's Jensen-Shannon distance: 0 is no difference, 0.8326 nothing shared."""
    return on_codes("jensenshannon", bins_of(assessed, reference))


def psi_score(assessed: ColumnProfile, reference: ColumnProfile) -> float:
    """Return Evidently's population stability index: 0 is no difference; it has no upper end.

    Evidently fills the empty bins of each side with a share of its own, so that bins that are empty
    on both sides count too. They exist only where Evidently bins numbers itself: numbers are
    therefore handed over as they are (or as the middles of their bins), one a row.
    """
    if not as_intervals(assessed, reference):
        return on_codes("psi", bins_of(assessed, reference))
    return _evidently("psi", _rows(*reference.points()), _rows(*assessed.points()), numeric=True)


def wasserstein_score(assessed: ColumnProfile, reference: ColumnProfile) -> float:
    """Return Evidently's normed Wasserstein distance, in standard deviations of the reference.

    Evidently takes a standard deviation below 0.001 for 0.001, so that what is counted in small
    units could never drift: it is handed the numbers in standard deviations. Means of slices vary
    less than the rows do; what it divides by too little is taken back.
    """
    points, counts = reference.points()
    largest = float(np.abs(points).max())  # the square of a number above 1e154 is none
    mean = float(np.average(points / largest, weights=counts))
    spread = float(np.sqrt(np.average((points / largest - mean) ** 2, weights=counts)))
    old, new = (
        _slices((at / largest - mean) / spread, rows)
        for at, rows in ((points, counts), assessed.points())
    )
    return _evidently("wasserstein", old, new, numeric=True) * float(old.std(ddof=0))


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


def on_codes(test: str, bins: Bins) -> float:
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
