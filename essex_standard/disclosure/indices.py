"""AIF360's indices anew from rounded cells: of everyone, and of the groups that are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from essex_standard.disclosure.suppression import WHOLE
from essex_standard.evidence.design_effect import sum_cells
from essex_standard.evidence.group_table import CELLS, FN, FP, TN, TP
from essex_standard.statistics.differential_fairness import DifferentialFairness, smoothed_edf
from essex_standard.statistics.inequality import InequalityIndex, between_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from essex_standard.disclosure.cells import Cells

ALPHA = {"theil_index": 1, "generalized_entropy_index": 2}
BETWEEN = {f"between_group_{name}": alpha for name, alpha in ALPHA.items()}
EPSILON = "smoothed_empirical_differential_fairness"


def of_everyone(cells: Cells, alpha: int) -> InequalityIndex | None:
    """Return the index of the whole, or None where it is withheld."""
    right = cells.proportion("accuracy", WHOLE)
    if right is None:
        return None
    missed, rightly, wrongly = _benefits(cells.shares[WHOLE])
    scale = right.n / (missed + rightly + wrongly)
    return InequalityIndex(missed * scale, rightly * scale, wrongly * scale, alpha)


def of_groups(cells: Cells, attribute: str, groups: Sequence[str], alpha: int) -> float | None:
    """Return the index between the groups that are shown; None with fewer than two."""
    keys = [(attribute, g) for g in groups if cells.proportion("accuracy", (attribute, g))]
    if len(keys) < 2:
        return None
    value = between_groups(np.array([_benefits(cells.shares[key]) for key in keys]), alpha)
    return value if np.isfinite(value) else None


def epsilon(cells: Cells, attribute: str, groups: Sequence[str]) -> DifferentialFairness | None:
    """Return epsilon over the groups that are shown; None with fewer than two."""
    found = [(g, cells.proportion("selection_rate", (attribute, g))) for g in groups]
    shown = [(g, p) for g, p in found if p is not None]
    if len(shown) < 2:
        return None
    over, under = CELLS["selection_rate"]
    shares = [cells.shares[attribute, g] for g, _ in shown]
    return DifferentialFairness(
        smoothed_edf([sum_cells(s, over) for s in shares], [sum_cells(s, under) for s in shares]),
        tuple(p for _, p in shown),
    )


def _benefits(shares: NDArray[np.int64]) -> tuple[float, float, float]:
    return float(shares[FN]), float(shares[TP] + shares[TN]), float(shares[FP])
