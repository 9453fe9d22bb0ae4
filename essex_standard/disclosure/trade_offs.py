"""What follows from moving the threshold, as far as it may be told.

A threshold is shown only if nobody can be found out by it:

- it lies on a fixed grid, never at somebody's score;
- each of its four cells, and everybody whose score lies between it and any other cut that is shown
  (the declared threshold, the bands of the curves), are the minimum at least, of either outcome;
- a group's gap is shown only where that holds for the group and for everyone else alike.

Everything is computed from rounded cells. With families or schools the minimum is doubled, because
who belongs together is not known between two cuts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from essex_standard.context import TradeOff, TradeOffs, WidestGap
from essex_standard.disclosure.cells import Cells, rounded
from essex_standard.disclosure.page_one import per_thousand, thousandths
from essex_standard.disclosure.suppression import WHOLE
from essex_standard.evidence.group_table import CELLS
from essex_standard.evidence.score_bands import (
    FEWEST,
    GRID,
    TENTHS,
    cells_at,
    curve_bands,
    tenth_cuts,
)
from essex_standard.evidence.score_histogram import ScoreHistogram, bins

if TYPE_CHECKING:
    from essex_standard.evidence.evidence import Evidence

HARMS = ("false_negative_rate", "false_positive_rate")
"""Missed need, and wrong intervention."""

UNBOUNDED = "The scores are not probabilities, so that no fixed thresholds can be compared."
WEIGHTED = "The people are weighted, so that other thresholds cannot be protected."


Cells2 = NDArray[np.int64]
"""Cells of known outcome, shape (2, 2): outcome, decision."""


@dataclass(frozen=True, slots=True)
class _Cut:
    """A cut through the scores: its bin, and the known-outcome cells (2, 2) of a population."""

    key: int
    cells: Cells2


def trade_offs(assessed: Evidence, cells: Cells, total: int | None) -> TradeOffs:
    """Return the thresholds of the grid that may be shown, and the declared one.

    Parameters
    ----------
    cells : Cells
        Rounded cells of the people assessed, which decide which groups are shown at all.
    total : int or None
        People assessed, as they may be printed.
    """
    scores, threshold = assessed.scores, assessed.threshold
    if scores is None or threshold is None:
        return TradeOffs()
    now = per_thousand(cells, total)
    if now.flagged is None:
        return TradeOffs(why_not=now.why_not)
    if scores.kind != "probability":
        return TradeOffs(why_not=UNBOUNDED)
    if scores.weights is not None:
        return TradeOffs(why_not=WEIGHTED)
    whole = assessed.groups[""]
    k = cells.min_cell * (1 if whole.buckets is None else 2)
    keys = bins(np.array(GRID), scores.kind)
    here = int(bins(np.array([threshold]), scores.kind)[0])
    declared_cut = _Cut(here, whole.counts[0][:2])
    fixed = [declared_cut, *_cuts(scores, _ends_of_bands([scores], assessed))]
    grid = [cut for cut in _cuts(scores, keys) if cut.key != here]
    kept = [cut for (cut,) in _kept([grid], [fixed], k).values()]
    shown = {cut.key: rounded(cut.cells, cells.base) for cut in kept}
    gaps = _gaps(assessed, cells, kept, declared_cut, k)
    at = dict(zip(keys.tolist(), GRID, strict=True))
    points = [
        TradeOff(threshold=at[key], gaps=tuple(gaps[key]), **thousandths(known))
        for key, known in shown.items()
    ]
    declared = TradeOff(
        # As the decision rule prints it: a capacity's threshold may be somebody's score.
        threshold=float(f"{threshold:g}"),
        declared=True,
        gaps=tuple(gaps[here]),
        **thousandths(cells.people[WHOLE][:2]),
    )
    return TradeOffs(points=tuple(sorted([*points, declared], key=lambda p: p.threshold)))


def _cuts(scores: ScoreHistogram, keys: NDArray[np.int64]) -> list[_Cut]:
    found = cells_at(scores, keys)[:, :2]
    return [_Cut(int(key), cells) for key, cells in zip(keys, found, strict=True)]


def _ends_of_bands(sharing: Sequence[ScoreHistogram], assessed: Evidence) -> NDArray[np.int64]:
    """Return the bins at which bands of a curve may end, for populations that share their bands.

    Whether or not a check in force shows that curve: what is safe must not hang on it.
    """
    assert assessed.scores is not None  # noqa: S101 - trade_offs saw to it
    of_all = curve_bands([assessed.scores], threshold=assessed.threshold)
    bands = curve_bands(sharing, threshold=assessed.threshold, within=of_all)
    return tenth_cuts()[[end - 1 for _, end in bands if end < TENTHS]]


def _kept(
    sides: Sequence[Sequence[_Cut]], fixed: Sequence[Sequence[_Cut]], k: int
) -> dict[int, tuple[_Cut, ...]]:
    """Return the cuts that may be shown for every side: people who are counted apart.

    Parameters
    ----------
    sides : sequence of sequence of _Cut
        The same cuts in each: those of a group, and those of everyone else.
    fixed : sequence of sequence of _Cut
        By side, cuts that are shown anyway.
    """
    kept: dict[int, tuple[_Cut, ...]] = {}
    for cuts in zip(*sides, strict=True):
        others = [[*given, *(c[i] for c in kept.values())] for i, given in enumerate(fixed)]
        if all(_fits(cut, beside, k) for cut, beside in zip(cuts, others, strict=True)):
            kept[cuts[0].key] = cuts
    return kept


def _fits(cut: _Cut, others: Sequence[_Cut], k: int) -> bool:
    """Return whether all four cells, and both outcomes between two cuts, hold `k` people."""
    if int(cut.cells.min()) < k:
        return False
    flagged = cut.cells[:, 1]
    return all(
        (cut.key == other.key and bool((flagged == other.cells[:, 1]).all()))
        or int(np.abs(flagged - other.cells[:, 1]).min()) >= k
        for other in others
    )


def _gaps(
    assessed: Evidence, cells: Cells, kept: Sequence[_Cut], declared: _Cut, k: int
) -> dict[int, list[WidestGap]]:
    """Return each attribute's widest gaps at each cut that is kept, and at the declared one."""
    found: dict[int, list[WidestGap]] = {cut.key: [] for cut in (*kept, declared)}
    shown = {cut.key: rounded(cut.cells, cells.base) for cut in kept}
    for attribute in assessed.attributes():
        sides: dict[int, dict[str, tuple[Cells2, Cells2]]] = {key: {} for key in found}
        told = [g for g in assessed.groups[attribute].groups if (attribute, g) in cells.people]
        for group in told:
            mine = cells.people[attribute, group]
            sides[declared.key][group] = mine[:2], (cells.people[WHOLE] - mine)[:2]
        for group, at in _of_groups(assessed, attribute, told, kept, declared, k).items():
            for key, raw in at.items():
                own = rounded(raw, cells.base)
                sides[key][group] = own, shown[key] - own
        for key in found:
            found[key] += [_widest(rate, attribute, sides[key]) for rate in HARMS]
    return found


def _of_groups(
    assessed: Evidence,
    attribute: str,
    told: Sequence[str],
    kept: Sequence[_Cut],
    declared: _Cut,
    k: int,
) -> dict[str, dict[int, Cells2]]:
    """Return each group's cells at the cuts at which these, and everyone else's, may be known."""
    table, scores = assessed.group_scores.get(attribute), assessed.scores
    if table is None or scores is None or not kept:
        return {}
    able = [h for h in table.histograms if h.counts[:, :2].sum(axis=0).min() >= FEWEST]
    ends = _cuts(scores, _ends_of_bands(able, assessed) if able else np.zeros(0, np.int64))
    everybody = [*kept, declared, *ends]
    keys = np.array([cut.key for cut in everybody], dtype=np.int64)
    histograms = table.by_group()
    found = {}
    for group in told:
        own = _cuts(histograms[group], keys)
        counts = assessed.groups[attribute].only(group).counts[0][:2]
        own[len(kept)] = _Cut(declared.key, counts)
        rest = [_Cut(a.key, a.cells - b.cells) for a, b in zip(everybody, own, strict=True)]
        n = len(kept)
        safe = _kept([own[:n], rest[:n]], [own[n:], rest[n:]], k)
        found[group] = {key: mine.cells for key, (mine, _) in safe.items()}
    return found


def _widest(rate: str, attribute: str, sides: Mapping[str, tuple[Cells2, Cells2]]) -> WidestGap:
    over, under = CELLS[rate]

    def share(cells: Cells2) -> float | None:
        of = sum(int(cells[c]) for c in under)
        return sum(int(cells[c]) for c in over) / of if of > 0 else None

    gaps = {}
    for group, (mine, rest) in sides.items():
        one, other = share(mine), share(rest)
        if one is not None and other is not None:
            gaps[group] = round(one - other, 2) + 0.0
    measure = f"{rate}_difference_to_rest"
    if not gaps:
        return WidestGap(measure=measure, attribute=attribute)
    group = max(sorted(gaps), key=lambda g: abs(gaps[g]))
    return WidestGap(measure=measure, attribute=attribute, group=group, value=gaps[group])
