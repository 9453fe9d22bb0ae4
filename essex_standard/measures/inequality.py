"""AIF360's indices of inequality: how unevenly right and wrong decisions fall, and how far apart.

- `theil_index`, `generalized_entropy_index`: of everyone, and the part of it that lies between the
  groups of each attribute;
- `smoothed_empirical_differential_fairness`: of each attribute, or pair of attributes.

All from cells alone; `tests/parity/` holds them against AIF360 on raw rows. AIF360 gives an
empty class within a group half the smoothing, so that epsilon becomes infinite where everybody of a
group is flagged: here both decisions always have half a person added.

References
----------
Speicher et al. (2018), KDD; Foulds et al. (2020), ICDE; AIF360, `aif360.sklearn.metrics`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.design_effect import sum_cells
from essex_standard.evidence.group_table import CELLS, FN, FP, TN, TP
from essex_standard.measurement import Measurement
from essex_standard.measures.bias import tables_of, why_no_rate
from essex_standard.measures.group_figures import PUBLISHED_FROM
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.differential_fairness import DifferentialFairness, smoothed_edf
from essex_standard.statistics.inequality import InequalityIndex, between_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from essex_standard.evidence.group_table import GroupTable
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

NAMES = {1: "theil_index", 2: "generalized_entropy_index"}


def entropy_index(facts: Facts, scope: Scope, *, alpha: int) -> Measured:  # noqa: ARG001
    """Return the index of everyone's benefit (decision - outcome + 1); 0 means no inequality.

    Parameters
    ----------
    alpha : {1, 2}
        1 for the Theil index, 2 for half the squared coefficient of variation.

    Returns
    -------
    Measured
        Its error stands on the design effect of accuracy where weights or clusters shrink the
        sample: the index follows the share decided wrongly.
    """
    reason = why_no_rate(facts, "accuracy")
    if reason:
        return Measured.not_assessed(reason)
    whole = facts.assessed.whole
    assert whole is not None  # noqa: S101 - without it there is a reason
    right = whole.proportion("accuracy")
    if right is None:
        return Measured.not_assessed("nobody has weight, so no index can be taken")
    missed, rightly, wrongly = (float(x) for x in benefits(whole)[0])
    total = missed + rightly + wrongly
    scale = right.n / total
    estimate = InequalityIndex(missed * scale, rightly * scale, wrongly * scale, alpha)
    comparison = Comparison(
        measure=NAMES[alpha],
        name="everyone",
        estimate=estimate if np.isfinite(estimate.value) else None,
        n=int(whole.denominator("accuracy")[0]),
        reason="nobody benefits, so that there is nothing to share out",
    )
    return Measured(comparisons=(comparison,), told=tuple(_between(facts, alpha)))


def _between(facts: Facts, alpha: int) -> Iterator[Measurement]:
    for attribute in facts.assessed.attributes():
        value = between_groups(benefits(facts.assessed.groups[attribute]), alpha)
        if np.isfinite(value):
            yield Measurement(
                measure=f"between_group_{NAMES[alpha]}", attribute=attribute, value=value
            )


def benefits(table: GroupTable) -> NDArray[np.float64]:
    """Return the (weighted) people of each group with benefit 0, 1 and 2, shape (groups, 3)."""
    values = table.counts if table.weights is None else table.weights
    parts = [sum_cells(values, cells) for cells in ((FN,), (TP, TN), (FP,))]
    return np.stack(parts, axis=1).astype(np.float64)


def smoothed_empirical_differential_fairness(facts: Facts, scope: Scope) -> Measured:
    """Return epsilon of each attribute; 0 means that every group is flagged equally often.

    Groups of fewer than ten are left out. A small group cannot make an attribute fail by chance
    (see `DifferentialFairness`), but it keeps it from being shown to be within a limit.
    """
    tables, unavailable = tables_of(facts, scope)
    if unavailable is not None:
        return unavailable
    reason = why_no_rate(facts, "selection_rate")
    if reason:
        return Measured.not_assessed(reason)
    over, under = CELLS["selection_rate"]
    comparisons: list[Comparison] = []
    for table in tables:
        values = table.counts if table.weights is None else table.weights
        flagged, people = sum_cells(values, over), sum_cells(values, under)
        n = table.denominator("selection_rate")
        kept = [
            (i, p)
            for i, p in enumerate(table.proportions("selection_rate"))
            if p is not None and n[i] >= PUBLISHED_FROM
        ]
        index = [i for i, _ in kept]
        estimate = DifferentialFairness(
            smoothed_edf(flagged[index], people[index]), tuple(p for _, p in kept)
        )
        comparisons.append(
            Comparison(
                measure="smoothed_empirical_differential_fairness",
                name=table.attribute,
                attribute=table.attribute,
                estimate=estimate if len(kept) > 1 else None,
                n=int(n[index].sum()),
                reason="no two groups have ten people each",
            )
        )
    return Measured(comparisons=tuple(comparisons))
