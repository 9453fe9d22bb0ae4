"""The subgroup that nobody named: where the outcome came most unlike what the scores say.

    excess(S) = ( events(S) - expected events(S) ) / people(S)

Expected of each person is the share of *everyone with the same score* who had the outcome
(`essex_standard.statistics.recalibration`): scores that are too high, or too bold, for everybody
are the business of calibration checks and not reported as a fault of some subgroup. Where only
decisions are known, it is the share of everyone with the same decision.

0 means that no subgroup stands out by more than chance; 0.1 that ten in a hundred more of the
subgroup had the outcome than their scores say (need unseen), -0.1 ten fewer (need over-estimated).

References
----------
Zhang and Neill (2016), "Identifying significant predictive bias in classifiers", arXiv:1611.08292.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from essex_standard.evidence.coding import JOINED
from essex_standard.evidence.cross_table import DECISION, CrossTable
from essex_standard.measurement import Measurement
from essex_standard.measures.unweighted import has_weights
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.crossing import Crossing
from essex_standard.statistics.recalibration import expected_rates, merged_levels
from essex_standard.statistics.subset_test import People, SubsetExcess

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

    Array = NDArray[np.float64]

FEWEST_EVENTS = 50
"""With fewer people with, or without, the outcome there is nothing to search through."""

TOO_SMALL = "a subgroup too small to name"
NO_SUBGROUP = "any subgroup"

_MANY_VALUES = 2
_Z = 1.0
"""The design effect is taken one standard error above its estimate, for it divides every score."""


def subgroup_scan(facts: Facts, scope: Scope) -> Measured:
    """Return the largest excess and the largest shortfall of events among all subgroups."""
    table = facts.crossed
    if table is None:
        return Measured.not_assessed("people were not crossed by several columns")
    if facts.positives + facts.negatives == 0:
        return Measured.not_assessed("no outcome was given")
    if min(facts.positives, facts.negatives) < FEWEST_EVENTS:
        return Measured.not_assessed(
            f"fewer than {FEWEST_EVENTS} people had the outcome, or had it not"
        )
    searched = Searched.of(table, seed=facts.seed)
    if not searched.names:
        return Measured.not_assessed("no column cuts people into groups that could be crossed")
    sizes = _sizes(searched, scope.of)
    # Need that goes unseen is the greater harm where a flag brings help, and the other way round.
    polarity = "mixed" if facts.submission is None else str(facts.submission.polarity)
    first = {"assistive": 1, "intrusive": -1}.get(polarity, 0)
    comparisons, told, noted = [], [], [_crossed(searched), _COMPARED[table.kind == DECISION]]
    directions: tuple[Literal[1, -1], ...] = (1, -1)
    for direction in sorted(directions, key=lambda d: d != first):
        excess = SubsetExcess.of(searched.people, direction, smallest=scope.minimum, sizes=sizes)
        attribute, group = searched.named(excess, facts.min_cell)
        name = f"{attribute}: {group}" if group else TOO_SMALL if excess.is_found else NO_SUBGROUP
        comparisons.append(
            Comparison(
                measure="subgroup_scan",
                name=name,
                attribute=attribute,
                group=group,
                estimate=excess,
                n=int(sizes.sum()),
                signed=True,
                worse_off=first in (0, direction),
            )
        )
        if group:
            told += _rates(searched, excess, attribute, group)
        if excess.is_found:
            noted.append(_by_chance(excess, name))
    if has_weights(facts.assessed):
        noted.append("Weights play no part in the search.")
    return Measured(comparisons=tuple(comparisons), told=tuple(told), noted=tuple(noted))


_COMPARED = {
    False: "Each subgroup was held against everyone with the same score, so that a fault of all "
    "scores is not put down to a subgroup.",
    True: "Only decisions are known: each subgroup was held against all with the same decision.",
}


def _crossed(searched: Searched) -> str:
    names = searched.names
    listed = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"The search went through all combinations of the values of {listed}."


def _by_chance(excess: SubsetExcess, name: str) -> str:
    share = 100 * excess.p_value
    times = "fewer than 1" if share < 1 else f"about {share:.0f}"
    return f"By chance alone as much is found in {times} of 100 searches ({name})."


def _rates(
    searched: Searched, excess: SubsetExcess, attribute: str, group: str
) -> list[Measurement]:
    """Return the shares observed and expected in the subgroup found."""
    inside, people = excess.inside, searched.people
    n = people.crossing.people[inside]
    expected = float(n @ people.p[people.crossing.level[inside]]) / float(n.sum())
    observed = float(people.events[inside].sum()) / float(n.sum())
    return [
        Measurement(measure=measure, attribute=attribute, group=group, value=value, n=int(n.sum()))
        for measure, value in (
            ("subgroup_observed_rate", observed),
            ("subgroup_expected_rate", expected),
        )
    ]


def _sizes(searched: Searched, of: str) -> Array:
    """Return what the check's minimum counts in each cell; of events, those expected."""
    people = searched.people
    p = people.p[people.crossing.level]
    share = {"positives": p, "negatives": 1 - p}.get(of)
    if of in ("flagged", "unflagged"):
        flagged: Array = searched.counts.sum(axis=1)[:, int(of == "flagged")].astype(np.float64)
        return flagged
    sizes: Array = people.crossing.people if share is None else people.crossing.people * share
    return sizes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Searched:
    """A crossing made ready to be searched.

    Attributes
    ----------
    names : tuple of str
        Columns that have at least two values.
    values : tuple of tuple of str
        What the codes of each column are called.
    counts : ndarray of shape (cells, 2, 2)
        People by outcome and decision.
    """

    people: People
    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, table: CrossTable, *, seed: int) -> Searched:
        """Merge scores into levels, and say what is expected at each."""
        n = table.counts.sum(axis=(1, 2))
        level = merged_levels(table.score, n.astype(np.float64))
        levels = int(level.max()) + 1
        names, values, codes = [], [], []
        for bands, code in zip(table.bands, table.cells[:, :-1].T, strict=True):
            seen, compact = np.unique(code, return_inverse=True)
            if len(seen) > 1:
                names.append(bands.name)
                values.append(tuple(bands.values[i] for i in seen))
                codes.append(compact.reshape(-1))
        sizes = [len(v) for v in values]
        cells, place = _collapsed([*codes, level], [*sizes, levels])
        counts = np.zeros((cells.shape[1], 2, 2), dtype=np.int64)
        np.add.at(counts, place, table.counts)
        of_cell, events = counts.sum(axis=(1, 2)), counts[:, 1].sum(axis=1)
        by_level = _sum(level, n, levels)
        of_level = _sum(level, table.counts[:, 1].sum(axis=1), levels)
        z = _sum(level, n * _z(table, table.score), levels) / by_level
        p = (
            np.clip(of_level / by_level, 1e-6, 1 - 1e-6)
            if table.kind == DECISION
            else expected_rates(z, by_level, of_level)
        )
        return cls(
            people=People(
                crossing=Crossing.of(cells[:-1], sizes, cells[-1], of_cell, levels),
                p=p,
                events=events.astype(np.float64),
                design_effect=_design_effect(table, level, p),
                seed=seed,
            ),
            names=tuple(names),
            values=tuple(values),
            counts=counts,
        )

    def named(self, excess: SubsetExcess, k: int) -> tuple[str, str]:
        """Return columns and values of the subgroup found, or nothing where it may not be named.

        Every cell of outcome and decision must hold `k` people: in the subgroup, in the rest, and
        in what each single value adds to it, so that nothing smaller is had by subtraction.
        """
        if not excess.is_found:
            return "", ""
        chosen = excess.found.chosen
        at = [a for a, v in enumerate(chosen) if not v.all()]
        inside = excess.inside
        parts = [inside, ~inside]
        codes = self.people.crossing.codes
        for a in at:
            parts += [inside & (codes[a] == v) for v in np.flatnonzero(chosen[a])]
        if len(at) == _MANY_VALUES:
            a, b = at
            parts += [
                inside & (codes[a] == v) & (codes[b] == w)
                for v in np.flatnonzero(chosen[a])
                for w in np.flatnonzero(chosen[b])
            ]
        exists = self.counts.sum(axis=0) > 0
        if any((self.counts[part].sum(axis=0)[exists] < k).any() for part in parts):
            return "", ""
        pairs = sorted((self.names[a], _worded(self.values[a], chosen[a])) for a in at)
        return JOINED.join(name for name, _ in pairs), JOINED.join(words for _, words in pairs)


def _worded(values: tuple[str, ...], chosen: NDArray[np.bool_]) -> str:
    """Return ``A or B``, or ``not C`` where fewer are left out than chosen."""
    kept = [v for v, c in zip(values, chosen, strict=True) if c]
    left = [v for v, c in zip(values, chosen, strict=True) if not c]
    return f"not {' or '.join(left)}" if len(left) < len(kept) else " or ".join(kept)


def _z(table: CrossTable, score: Array) -> Array:
    if table.kind != "probability":
        return score
    with np.errstate(divide="ignore"):
        logit: Array = np.clip(np.log(score) - np.log1p(-score), -16, 16)
    return logit


def _sum(place: NDArray[np.int64], what: NDArray[Any], size: int) -> Array:
    return np.bincount(place, weights=what, minlength=size).astype(np.float64)


def _collapsed(
    columns: list[NDArray[np.int64]], sizes: list[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the distinct cells, a row a column, and the place of each old cell among them."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column, size in zip(columns, sizes, strict=True):
        number = number * size + column
    _, first, place = np.unique(number, return_index=True, return_inverse=True)
    return np.stack([c[first] for c in columns]), place.reshape(-1)


def _design_effect(table: CrossTable, level: NDArray[np.int64], p: Array) -> float:
    """Return by how much clusters inflate the variance of events beyond what is expected.

    Residual events of 128 buckets of clusters, against their binomial variance, and one standard
    error more; 1 without clusters.
    """
    if table.buckets is None or table.by_bucket is None:
        return 1.0
    keys, first = np.unique(table.cells[:, -1], return_index=True)
    of_row = p[level[first][np.searchsorted(keys, table.buckets[:, 1])]]
    n, events = table.by_bucket.sum(axis=1), table.by_bucket[:, 1]
    residual = np.bincount(table.buckets[:, 0], weights=events - n * of_row)
    variance = np.bincount(table.buckets[:, 0], weights=n * of_row * (1 - of_row))
    freedom = max(int((variance > 0).sum()) - 1, 1)
    effect = float((residual**2).sum() / variance.sum()) * (freedom + 1) / freedom
    return max(1.0, effect * (1 + _Z * math.sqrt(2 / freedom)))
