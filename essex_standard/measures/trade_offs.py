"""What follows from moving the threshold: whom it helps and misses, and every gap, at every one.

    flagged at t = everybody whose score lies at t or above

Thresholds are the lower ends of the bins that hold somebody, and the declared one; a capacity is
the number flagged at one of them. These are unrounded figures about small groups: what may be
published is computed apart, in `disclosure`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.group_table import CELLS, FN, FP, TN, TP
from essex_standard.evidence.score_bands import cells_at
from essex_standard.evidence.score_histogram import lower_ends

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.evidence.evidence import Evidence
    from essex_standard.evidence.group_table import GroupTable
    from essex_standard.evidence.score_histogram import ScoreHistogram

COUNTS = {"flagged": (TP, FP), "rightly": (TP,), "wrongly": (FP,), "missed": (FN,)}
"""Cells counted of every 1,000 people of known outcome."""

RATES = tuple(r for r in CELLS if r != "outcome_prevalence")

COLUMNS = ("threshold", "declared", "measure", "attribute", "group", "value", "people")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TradeOffs:
    """Cells at every threshold, of everybody and of each group.

    Attributes
    ----------
    thresholds : ndarray of float64, shape (t,)
        Ascending.
    declared : int or None
        Place of the declared threshold in them.
    people : ndarray of int64, shape (t, 3, 2)
        Cells (outcome, decision) of everybody; `shares` with weights, where there are any.
    groups : mapping of attribute to its groups
    of_groups : mapping of attribute to ndarray of float64, shape (groups, t, 3, 2)
        Cells of each group, weighted where there are weights.
    """

    thresholds: NDArray[np.float64]
    declared: int | None
    people: NDArray[np.int64]
    shares: NDArray[np.float64]
    groups: Mapping[str, tuple[str, ...]]
    of_groups: Mapping[str, NDArray[np.float64]]

    def at_capacity(self, capacity: int) -> int:
        """Return the place of the lowest threshold that flags no more than `capacity` people.

        Ties at the cut are left unflagged; where even the highest threshold flags more, it is the
        highest.
        """
        flagged = self.people[:, :, 1].sum(axis=1)
        enough = np.flatnonzero(flagged <= capacity)
        return int(enough[0]) if len(enough) else len(self.thresholds) - 1

    def gaps(self, rate: str, attribute: str) -> NDArray[np.float64]:
        """Return each group's rate less everyone else's, shape (groups, t); NaN without a side."""
        mine = self.of_groups[attribute]
        return _share(mine, rate) - _share(mine.sum(axis=0) - mine, rate)

    def frame(self) -> pd.DataFrame:
        """Return a tidy frame: one row a threshold and figure.

        Returns
        -------
        pandas.DataFrame
            Columns `COLUMNS`. ``flagged``, ``rightly``, ``wrongly`` and ``missed`` are of every
            1,000 people of known outcome, with the number of people; the other rows hold the
            widest gap to everyone else of each rate and attribute, with its group.
        """
        import pandas as pd

        declared = np.zeros(len(self.thresholds), dtype=bool)
        if self.declared is not None:
            declared[self.declared] = True
        known = sum(self.shares[:, c[0], c[1]] for c in (TP, FP, FN, TN))
        parts = []
        for name, cells in COUNTS.items():
            with np.errstate(invalid="ignore", divide="ignore"):
                value = 1000 * sum(self.shares[:, c[0], c[1]] for c in cells) / known
            people = sum(self.people[:, c[0], c[1]] for c in cells)
            parts.append(self._rows(declared, name, "", "", value, people))
        for attribute, names in self.groups.items():
            for rate in RATES:
                gaps = self.gaps(rate, attribute)
                widest = np.where(np.isnan(gaps), -1.0, np.abs(gaps)).argmax(axis=0)
                value = np.take_along_axis(gaps, widest[None, :], axis=0)[0]
                group = np.array(names, dtype=object)[widest]
                name = f"{rate}_difference_to_rest"
                parts.append(self._rows(declared, name, attribute, group, value, None))
        found = pd.concat(parts, ignore_index=True)
        return found.sort_values("threshold", kind="stable", ignore_index=True)

    def _rows(
        self,
        declared: NDArray[np.bool_],
        measure: str,
        attribute: str,
        group: Any,
        value: Any,
        people: Any,
    ) -> pd.DataFrame:
        import pandas as pd

        n = len(self.thresholds)
        counted = pd.array([pd.NA] * n if people is None else people, dtype="Int64")
        values = (self.thresholds, declared, measure, attribute, group, value, counted)
        return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))


def trade_offs(assessed: Evidence) -> TradeOffs | None:
    """Return what each threshold brings; None without scores.

    Groups are looked at where their scores were gathered. At the declared threshold the cells are
    those of the group tables themselves; elsewhere a bin is flagged whole or not at all.
    """
    scores, threshold = assessed.scores, assessed.threshold
    if scores is None or not len(scores.keys):
        return None
    ends = lower_ends(scores.keys, scores.kind)
    place = None
    if threshold is not None and assessed.whole is not None:
        place = int(np.searchsorted(ends, threshold, side="left"))
        ends = np.insert(ends, place, threshold)
    known = [a for a in assessed.attributes() if a in assessed.group_scores]

    def cells(histogram: ScoreHistogram, table: GroupTable | None, i: int, *, heavy: bool) -> Any:
        found = cells_at(histogram, scores.keys, histogram.weights if heavy else histogram.counts)
        if place is None or table is None:
            return found
        own: Any = table.weights if heavy else table.counts
        return np.insert(found, place, own[i], axis=0)

    weighted = scores.weights is not None
    whole = assessed.whole
    people = cells(scores, whole, 0, heavy=False)
    return TradeOffs(
        thresholds=ends,
        declared=place,
        people=people,
        shares=(cells(scores, whole, 0, heavy=True) if weighted else people).astype(float),
        groups={a: assessed.group_scores[a].groups for a in known},
        of_groups={
            a: np.stack(
                [
                    cells(histogram, assessed.groups[a], i, heavy=weighted).astype(float)
                    for i, histogram in enumerate(assessed.group_scores[a].histograms)
                ]
            )
            for a in known
        },
    )


def _share(cells: NDArray[np.float64], rate: str) -> NDArray[np.float64]:
    over, under = CELLS[rate]
    total = sum(cells[..., c[0], c[1]] for c in under)
    hits = sum(cells[..., c[0], c[1]] for c in over)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: NDArray[np.float64] = np.where(total > 0, hits / total, np.nan)
    return share
