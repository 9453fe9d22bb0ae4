"""Bands of the score: the people of each group, by outcome, in every band of everybody's scores.

    scores of each group (histograms)  ->  counts[group, band, outcome]

Where a score takes at most ten values (ordinal bands 1 to 5, points of a scorecard) each value is a
band; otherwise bands are about fifths of everybody, cut at round numbers. Nothing is stored for
them: they follow from what `Evidence` holds, and so add as it does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.coding import JOINED
from essex_standard.evidence.score_bands import FEWEST, GRID
from essex_standard.evidence.score_histogram import bins, middles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from essex_standard.evidence.evidence import Evidence
    from essex_standard.evidence.score_histogram import ScoreHistogram

BANDS = 5
"""Fifths of everybody: a group of 250 people still has some 50 in each."""

MOST_VALUES = 10
"""A score of so many distinct values is taken to be in bands already."""

_FEWEST_BANDS = 3

SCORE = "score"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskBands:
    """The people of one population in bands of the score.

    Attributes
    ----------
    names : tuple of str
        One a band, from the lowest.
    groups : mapping of attribute to tuple of str
        ``""`` is everybody, whose only group is ``""``.
    counts : mapping of attribute to ndarray of int64, shape (n_groups, n_bands, 3)
        People with outcome 0, 1 and unobserved.
    weights : mapping of attribute to ndarray of float64, same shape
        Sums of sample weights; empty without.
    ready : bool
        Whether the score came in bands; otherwise it was cut here.
    """

    names: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, NDArray[np.int64]]
    weights: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    ready: bool = True

    @classmethod
    def of(cls, evidence: Evidence) -> RiskBands | None:
        """Return the bands of one population; None where its scores cannot be told apart."""
        scores = evidence.scores
        if scores is None or len(scores.keys) < 2:
            return None
        few = len(scores.keys) <= MOST_VALUES
        cuts, names = _values(evidence, scores) if few else _fifths(scores)
        if not len(cuts):
            return None
        held: dict[str, dict[str, ScoreHistogram]] = {"": {"": scores}}
        for attribute, table in evidence.group_scores.items():
            if JOINED not in attribute:
                held[attribute] = table.by_group()
        weighted = scores.weights is not None
        return cls(
            names=names,
            groups={a: tuple(groups) for a, groups in held.items()},
            counts={
                a: np.stack([_banded(h.keys, h.counts, cuts) for h in groups.values()])
                for a, groups in held.items()
            },
            weights={
                a: np.stack([_banded(h.keys, h.weights, cuts) for h in groups.values()])
                for a, groups in held.items()
                if weighted
            },
            ready=few,
        )


def _banded(keys: NDArray[np.int64], values: Any, cuts: NDArray[np.int64]) -> NDArray[Any]:
    """Return sums of values by bin, shape (k, 3), in bands: (n_bands, 3)."""
    found = np.zeros((len(cuts) + 1, 3), dtype=values.dtype)
    np.add.at(found, np.searchsorted(cuts, keys, side="right"), values)
    return found


def joined(attribute: str, group: str, band: str) -> tuple[str, str]:
    """Return what a group's band is called: an intersection of the score and the attribute."""
    if not attribute:
        return SCORE, band
    parts = sorted([(SCORE, band), (attribute, group)])
    return JOINED.join(a for a, _ in parts), JOINED.join(g for _, g in parts)


# Where bands begin -------------------------------------------------------------------------------


def _values(
    evidence: Evidence, scores: ScoreHistogram
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return a band for each value that ten people have, those of fewer joined to the one below."""
    people = scores.counts.sum(axis=1)
    starts, held = [0], 0
    for i, n in enumerate(people.tolist()):
        if i and held >= FEWEST and n >= FEWEST:
            starts.append(i)
            held = 0
        held += n
    values = [f"{x:g}" for x in _exact(evidence, scores)]
    names = [
        values[first] if end - first == 1 else f"{values[first]} to {values[end - 1]}"
        for first, end in pairwise([*starts, len(values)])
    ]
    return scores.keys[starts[1:]], tuple(names)


def _exact(evidence: Evidence, scores: ScoreHistogram) -> Sequence[float]:
    """Return each bin's score as it was given, where that is known; else the bin's middle."""
    profile = evidence.score_profile
    if profile is not None and not profile.numbers.binned:
        given = profile.numbers.at
        if np.array_equal(bins(given, scores.kind), scores.keys):
            return [float(x) for x in given]
    return [float(f"{x:.3g}") for x in middles(scores.keys, scores.kind)]


def _fifths(scores: ScoreHistogram) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the round scores that lie nearest to the fifths of everybody, as cuts and in words."""
    people = scores.counts.sum(axis=1)
    cuts: dict[int, float] = {}
    if scores.kind == "probability":
        cuts = _nearest(scores, people, GRID)
    if len(cuts) + 1 < _FEWEST_BANDS:
        share = np.cumsum(people) / people.sum()
        at = scores.scores[np.searchsorted(share, np.arange(1, BANDS) / BANDS)]
        cuts = _nearest(scores, people, [float(f"{x:.2g}") for x in at])
    ends = [f"{cuts[key]:g}" for key in sorted(cuts)]
    inner = [f"{low} to {high}" for low, high in pairwise(ends)]
    names = (f"below {ends[0]}", *inner, f"{ends[-1]} and above") if ends else ()
    return np.array(sorted(cuts), dtype=np.int64), names


def _nearest(
    scores: ScoreHistogram, people: NDArray[np.int64], candidates: Sequence[float]
) -> dict[int, float]:
    """Return, for each fifth, the candidate that has nearest to its share of people below it."""
    of_key = dict(zip(bins(np.array(candidates), scores.kind).tolist(), candidates, strict=True))
    rows = int(people.sum())
    below = {key: int(people[scores.keys < key].sum()) for key in of_key}
    usable = [key for key, n in below.items() if FEWEST <= n <= rows - FEWEST]
    if not usable:
        return {}
    chosen = {min(usable, key=lambda k: abs(below[k] / rows - i / BANDS)) for i in range(1, BANDS)}
    return {key: of_key[key] for key in sorted(chosen)}
