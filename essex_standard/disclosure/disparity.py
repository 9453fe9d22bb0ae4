"""Of which groups a disparity may not be shown: too few flagged, or too few who are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.disclosure.suppression import WHOLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from essex_standard.disclosure.cells import Cells


def few_decided(cells: Cells, attribute: str, groups: Sequence[str]) -> frozenset[str]:
    """Return the groups whose figure is withheld: ten of each decision are needed on both sides.

    The disparities of all groups add up to nothing, so that a single one withheld would follow
    from the others: the next smallest is then withheld with it.
    """
    whole = cells.people.get(WHOLE)
    if whole is None or "selection_rate" not in cells.rates:
        return frozenset(groups)
    fewest = dict.fromkeys(groups, 0)
    for group in groups:
        mine = cells.people.get((attribute, group))
        if mine is not None:
            decided, others = mine.sum(axis=0), (whole - mine).sum(axis=0)
            fewest[group] = int(min(*decided, *others))
    few = {group for group, n in fewest.items() if n < cells.min_cell}
    if len(few) == 1:
        few.add(min((g for g in groups if g not in few), key=lambda g: fewest[g]))
    return frozenset(few)
