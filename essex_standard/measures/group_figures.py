"""What is told beside a judged gap: each group's rate, its people, and Fairlearn's own summaries.

    between groups   highest rate - lowest                or  lowest / highest
    to overall       furthest |group - everybody|         or  the smallest of group / everybody and
                                                              its inverse

Rates are those of `CELLS`, from counts alone; everybody's comes from Fairlearn, called once on the
compressed table. `tests/parity/` holds all of them against Fairlearn on raw rows. (Calling
`MetricFrame` for each group too took 13 s for 170 groups and ten rates, whatever the rows.)

References
----------
Fairlearn user guide, "Common fairness metrics" and `MetricFrame.difference`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.design_effect import sum_cells
from essex_standard.evidence.group_table import CELLS
from essex_standard.measurement import Measurement
from essex_standard.measures.fairlearn_rates import fairlearn_rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.evidence.group_table import GroupTable
    from essex_standard.statistics.comparison import Scope

PUBLISHED_FROM = 10
"""A rate of fewer people is not told, not even in the restricted store."""

ODDS = ("true_positive_rate", "false_positive_rate")


def cell_rates(table: GroupTable, rate: str) -> NDArray[np.float64]:
    """Return each group's rate, NaN where nobody (or no weight) is in its denominator."""
    over, under = CELLS[rate]
    values = table.counts if table.weights is None else table.weights
    with np.errstate(invalid="ignore", divide="ignore"):
        found = sum_cells(values, over) / sum_cells(values, under)
    return np.asarray(np.where(table.denominator(rate) > 0, found, np.nan), dtype=np.float64)


def everyone(whole: GroupTable, rate: str, scope: Scope) -> Iterator[Measurement]:
    """Yield the rate of the whole population, beside which each group's is read."""
    n = int(whole.denominator(rate)[0])
    p = whole.proportion(rate)
    if p is None or n < PUBLISHED_FROM:
        return
    low, high = p.interval(scope.confidence)
    yield Measurement(measure=rate, value=_overall(whole, rate), low=low, high=high, n=n)


def told_of_groups(
    table: GroupTable, whole: GroupTable, rate: str, scope: Scope, kind: str
) -> Iterator[Measurement]:
    """Yield each group's rate, how many people it has, and Fairlearn's summaries of all groups.

    Parameters
    ----------
    kind : {"difference", "ratio"}
    """
    point = cell_rates(table, rate)
    for i, (group, n, p) in enumerate(
        zip(table.groups, table.denominator(rate), table.proportions(rate), strict=True)
    ):
        if p is None:
            continue
        shown = n >= PUBLISHED_FROM
        low, high = p.interval(scope.confidence) if shown else (None, None)
        yield Measurement(
            measure=rate,
            attribute=table.attribute,
            group=group,
            value=float(point[i]) if shown else None,
            low=low,
            high=high,
            n=int(n),
        )
    yield from counts(table)
    yield from _summaries(table, whole, rate, kind)


def counts(table: GroupTable) -> Iterator[Measurement]:
    """Yield how many people each group has."""
    for group, people in zip(table.groups, table.count("rows"), strict=True):
        yield Measurement(
            measure="count",
            attribute=table.attribute,
            group=group,
            value=float(people) if people >= PUBLISHED_FROM else None,
            n=int(people),
        )


def _summaries(table: GroupTable, whole: GroupTable, rate: str, kind: str) -> Iterator[Measurement]:
    """Yield Fairlearn's figures of one attribute: between its groups, and to overall."""
    found = {
        f"{rate}_{kind}": spread(table, rate, kind),
        f"{rate}_{kind}_to_overall": to_overall(table, whole, rate, kind),
    }
    if rate == "selection_rate":
        found |= {f"demographic_parity_{k}": spread(table, rate, k) for k in _KINDS}
    if rate == "false_positive_rate":
        for k in _KINDS:
            # Of an array NaN is the worst: half of equalised odds is not told for the whole.
            worst = np.max if k == "difference" else np.min
            found |= {
                f"equalized_odds_{k}": float(worst([spread(table, r, k) for r in ODDS])),
                f"equalized_odds_{k}_to_overall": float(
                    worst([to_overall(table, whole, r, k) for r in ODDS])
                ),
            }
    for name, value in found.items():
        if np.isfinite(value):
            yield Measurement(measure=name, attribute=table.attribute, value=value)


_KINDS = ("difference", "ratio")


def spread(table: GroupTable, rate: str, kind: str) -> float:
    """Return Fairlearn's difference or ratio between groups; NaN with fewer than two rates."""
    rates = cell_rates(table, rate)
    rates = rates[np.isfinite(rates)]
    if len(rates) < 2:
        return float("nan")
    if kind == "difference":
        return float(rates.max() - rates.min())
    return float(rates.min() / rates.max()) if rates.max() > 0 else float("nan")


def to_overall(table: GroupTable, whole: GroupTable, rate: str, kind: str) -> float:
    """Return Fairlearn's difference or ratio to overall; NaN with fewer than two rates."""
    rates, overall = cell_rates(table, rate), _overall(whole, rate)
    rates = rates[np.isfinite(rates)]
    if len(rates) < 2 or not np.isfinite(overall):
        return float("nan")
    if kind == "difference":
        return float(np.abs(rates - overall).max())
    if overall <= 0:
        return float("nan")
    ratios = rates / overall
    return float(np.where(ratios > 1, 1 / np.maximum(ratios, 1), ratios).min())


def _overall(whole: GroupTable, rate: str) -> float:
    return float(fairlearn_rates(whole, (rate,))[rate].iloc[0])
