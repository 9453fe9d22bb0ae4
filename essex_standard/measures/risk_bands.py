"""Bands of the score: whether a band means the same in each group, and a higher one means more.

    rate(group, band) = people of the group in the band who had the outcome / all of them
    difference        = rate(group, band) - rate(everyone else in the band)
    order             = rate(lower band) - rate(higher band), for every two bands

Figures of bands are not published: bands of groups on either side of a threshold add up to the
cells that are, and every cut through the scores would have to be protected beside every other. It
is said which band and group are out of line; their figures stand in the restricted store.

They need no rule for decisions, and no probabilities: they serve scores that people read as they
are, and ordinal bands. A band is not one score: where bands are wide, groups whose scores lie
higher within one have the outcome more often there although each single score means the same.

References
----------
Chouldechova (2017), "Fair prediction with disparate impact", Big Data 5(2) (test fairness: of
those with one score the outcome comes equally often in each group). Corbett-Davies and Goel (2018),
"The measure and mismeasure of fairness" (what bands hide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.risk_bands import RiskBands, joined
from essex_standard.measures.bias import pairs
from essex_standard.measures.group_scores import why_no_ranking
from essex_standard.measures.score_figures import inflations
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.proportions import Proportion, ProportionDifference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

_ALIKE = "nearly everybody has the same score, so there are no bands of it"
_CALIBRATED = (
    "the scores are probabilities of many values: they are compared with what came in each "
    "group as they are, without being cut into bands"
)
_NOBODY = "nobody with a known outcome is in the band on one side"


@dataclass(frozen=True, slots=True)
class _Side:
    """The people of a group, or of everyone else, in each band."""

    counts: NDArray[np.int64]
    values: NDArray[np.float64]
    factor: float

    def rate(self, band: int) -> Proportion | None:
        """Return how often the outcome came, in effective counts; None where nobody is."""
        n, total = float(self.counts[band, :2].sum()), float(self.values[band, :2].sum())
        if not n or total <= 0:
            return None
        size = n / self.factor**2
        return Proportion(size * float(self.values[band, 1]) / total, size)

    def cases(self, band: int, of: str) -> int:
        """Return the people of known outcome whom a check counts."""
        without, with_it = (int(n) for n in self.counts[band, :2])
        return {"positives": with_it, "negatives": without}.get(of, without + with_it)


def band_outcome_rate_difference(facts: Facts, scope: Scope) -> Measured:
    """Return, in each band, each group's outcome rate minus everyone else's; 0 means alike."""
    bands = _bands(facts)
    if isinstance(bands, Measured):
        return bands
    if not bands.ready and facts.score_kind == "probability":
        return Measured.not_applicable(_CALIBRATED)
    attributes = [a for a in bands.groups if a]
    if not attributes:
        given = facts.assessed.attributes()
        why = "the scores of each group were not gathered" if given else _NO_ATTRIBUTE
        return Measured.not_assessed(why)
    comparisons: list[Comparison] = []
    gaps: list[str] = []
    for attribute in attributes:
        groups = bands.groups[attribute]
        if len(groups) < 2:
            gaps.append(f"{attribute} has only one group, so there is nobody to compare with")
            continue
        reference = scope.compare.removeprefix("reference:")
        if reference != scope.compare and reference not in groups:
            gaps.append(f"{attribute} has no group '{reference}' to compare with")
        mine, rest = _sides(facts, bands, attribute)
        for band in range(len(bands.names)):
            comparisons += _compared(attribute, band, mine, rest, bands, scope)
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps) or "no group could be compared")
    return Measured(comparisons=tuple(comparisons), gaps=tuple(gaps))


_NO_ATTRIBUTE = "no protected attribute was given"


def band_order(facts: Facts, scope: Scope) -> Measured:
    """Return, for every two bands, by how much the outcome comes less often in the higher one.

    Below 0: it comes more often there, as it should. All pairs are looked at, because a fall in
    small steps is a fall.
    """
    bands = _bands(facts)
    if isinstance(bands, Measured):
        return bands
    whole = _whole(facts, bands)
    names = [joined("", "", name) for name in bands.names]
    comparisons = []
    for low, high in combinations(range(len(names)), 2):
        sides = whole.rate(low), whole.rate(high)
        comparisons.append(
            Comparison(
                measure="band_order",
                name=f"{bands.names[high]} against {bands.names[low]}",
                attribute=names[high][0],
                group=names[high][1],
                versus=names[low][1],
                estimate=None if None in sides else ProportionDifference(*sides),  # type: ignore[arg-type]
                n=whole.cases(high, scope.of),
                n_versus=whole.cases(low, scope.of),
                reason=_NOBODY,
            )
        )
    return Measured(comparisons=tuple(comparisons))


def _bands(facts: Facts) -> RiskBands | Measured:
    if facts.score_kind == "quantity":
        return Measured.not_applicable("the model predicts a quantity, which has no bands of risk")
    reason = why_no_ranking(facts)
    if reason:
        return Measured.not_assessed(reason)
    return RiskBands.of(facts.assessed) or Measured.not_assessed(_ALIKE)


def _values(bands: RiskBands, attribute: str) -> NDArray[np.float64]:
    return np.asarray(bands.weights.get(attribute, bands.counts[attribute]), dtype=np.float64)


def _whole(facts: Facts, bands: RiskBands) -> _Side:
    own, _ = inflations(facts.assessed.whole, _LIKE)
    return _Side(bands.counts[""][0], _values(bands, "")[0], own.get("", 1.0))


_LIKE = "calibration_in_the_large"
"""A rate of the outcome: families and weights widen it as they widen the outcome's."""


def _sides(
    facts: Facts, bands: RiskBands, attribute: str
) -> tuple[dict[str, _Side], dict[str, _Side]]:
    """Return the people of each group, and of everyone else, in each band."""
    own, others = inflations(facts.assessed.groups.get(attribute), _LIKE)
    counts, values = bands.counts[attribute], _values(bands, attribute)
    groups = bands.groups[attribute]
    mine = {g: _Side(counts[i], values[i], own.get(g, 1.0)) for i, g in enumerate(groups)}
    rest = {
        g: _Side(
            counts.sum(axis=0) - counts[i],
            np.maximum(values.sum(axis=0) - values[i], 0),
            others.get(g, 1.0),
        )
        for i, g in enumerate(groups)
    }
    return mine, rest


def _compared(
    attribute: str,
    band: int,
    mine: Mapping[str, _Side],
    rest: Mapping[str, _Side],
    bands: RiskBands,
    scope: Scope,
) -> Iterator[Comparison]:
    """Yield the comparisons of one attribute within one band."""
    groups = tuple(mine)
    if scope.compare == "rest":
        against = [(g, "rest", mine[g], rest[g]) for g in groups]
    else:
        rates = [mine[g].rate(band) for g in groups]
        against = [
            (groups[i], groups[j], mine[groups[i]], mine[groups[j]])
            for i, j in pairs(groups, scope.compare, rates, high_is_worse=True)
        ]
    for group, other, side, theirs in against:
        name, called = joined(attribute, group, bands.names[band])
        versus = other if other == "rest" else joined(attribute, other, bands.names[band])[1]
        first, second = side.rate(band), theirs.rate(band)
        known = first is not None and second is not None
        yield Comparison(
            measure=f"band_outcome_rate_difference{'_to_rest' if other == 'rest' else ''}",
            name=f"{name}: {called}" + ("" if other == "rest" else f" against {versus}"),
            attribute=name,
            group=called,
            versus=versus,
            estimate=ProportionDifference(first, second) if known else None,  # type: ignore[arg-type]
            n=side.cases(band, scope.of),
            n_versus=theirs.cases(band, scope.of),
            signed=True,
            # More often: the band says too little of them; less often: too much.
            worse_off=True,
            reason=_NOBODY,
        )
