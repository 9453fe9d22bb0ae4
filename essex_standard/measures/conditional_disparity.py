"""Conditional demographic disparity: a group's part of those flagged, like compared with like.

A declared legitimate factor (earlier referrals, say) splits people into strata; within each, the
group's part of those not flagged is held against its part of those flagged. A disparity that is
there for everyone and gone within the strata lies between them (Simpson's paradox).

AIF360's function sums over one set of groups, each by its size; called within a stratum for a group
and the rest it gives ``d(g, k) (2 n(g, k) / n(k) - 1)``. `tests/parity/` holds both against it.

References
----------
Wachter, Mittelstadt and Russell (2021), "Why fairness cannot be automated";
`aif360.sklearn.metrics.conditional_demographic_disparity`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.design_effect import sum_cells
from essex_standard.evidence.group_table import DENOMINATOR, UNKNOWN
from essex_standard.evidence.strata import Strata
from essex_standard.measurement import Measurement
from essex_standard.measures.bias import why_no_rate
from essex_standard.measures.group_figures import PUBLISHED_FROM, counts
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.conditional_disparity import chosen, disparities, disparity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

MEASURE = "conditional_demographic_disparity"
PLAIN = "demographic_disparity"
"""The same with everyone in one stratum."""

NO_FACTOR = "no legitimate factor is declared"

MOST_LEFT_OUT = 0.20
"""Share of people in strata without a choice beyond which the rest do not stand for everyone."""

LEAST_SHARED = 0.20
"""Overlap of a group and the rest in the factor, below which like is hardly found for like."""


def conditional_demographic_disparity(facts: Facts, scope: Scope) -> Measured:
    """Return each group's disparity within the strata of the declared factor; 0 means none."""
    factor = facts.legitimate_factor
    if not factor:
        return Measured.not_assessed(NO_FACTOR)
    if not facts.assessed.attributes():
        return Measured.not_assessed("no protected attribute was given")
    reason = why_no_rate(facts, "selection_rate")
    if reason:
        return Measured.not_assessed(reason)
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    for attribute, table in facts.assessed.strata.items():
        strata = Strata.of(table)
        if attribute == factor:
            gaps.append(f"{attribute} is itself the legitimate factor, so it cannot be compared")
            continue
        if len(strata.groups) < 2:
            gaps.append(f"{attribute} has only one group, so there is nobody to compare with")
            continue
        gaps += _gaps(strata, attribute, factor, scope)
        comparisons += _compared(facts, strata, attribute, scope)
        told += _told(facts, strata, attribute)
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps) or "no group could be compared")
    return Measured(
        comparisons=tuple(comparisons), told=tuple(told), gaps=tuple(dict.fromkeys(gaps))
    )


def _decided(cells: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return people not flagged and flagged, whatever their outcome."""
    found: NDArray[np.float64] = cells.sum(axis=-2).astype(np.float64)
    return found


def _compared(facts: Facts, strata: Strata, attribute: str, scope: Scope) -> Iterator[Comparison]:
    parts = (strata.people, strata.weights, strata.squares, strata.buckets)
    estimates = disparities(*(None if p is None else _decided(p) for p in parts))  # type: ignore[arg-type]
    weighed = strata.people if strata.weights is None else strata.weights
    keep = chosen(_decided(weighed))
    sizes = sum_cells(strata.people[:, keep], DENOMINATOR[scope.of]).sum(axis=1)
    shared = _shared(_decided(strata.people).sum(axis=-1))
    for g, group in enumerate(strata.groups):
        estimate = estimates[g] if shared[g] >= LEAST_SHARED else None
        value = 0.0 if estimate is None else estimate.value
        yield Comparison(
            measure=MEASURE,
            name=f"{attribute}: {group}",
            attribute=attribute,
            group=group,
            versus="rest",
            estimate=estimate,
            n=int(sizes[g]),
            n_versus=int(sizes.sum() - sizes[g]),
            signed=True,
            worse_off=value < 0 if _intrudes(facts) else value > 0,
            reason="hardly anyone else shares its values of the legitimate factor, or all belong "
            "to one cluster",
        )


def _told(facts: Facts, strata: Strata, attribute: str) -> list[Measurement]:
    """Return how many each group counts, and its disparity with everyone in one stratum."""
    weighed = strata.people if strata.weights is None else strata.weights
    plain = disparity(_decided(weighed).sum(axis=1, keepdims=True))
    people = strata.people.sum(axis=(1, 2, 3))
    return [
        *(
            Measurement(measure=PLAIN, attribute=attribute, group=g, value=float(d), n=int(n))
            for g, d, n in zip(strata.groups, plain, people, strict=True)
            if n >= PUBLISHED_FROM and np.isfinite(d)
        ),
        *counts(facts.assessed.groups[attribute]),
    ]


def _gaps(strata: Strata, attribute: str, factor: str, scope: Scope) -> Iterator[str]:
    decided = _decided(strata.people)
    of_stratum = decided.sum(axis=(0, 2))
    total = max(float(of_stratum.sum()), 1.0)
    if float(of_stratum[~chosen(decided)].sum()) / total > MOST_LEFT_OUT:
        yield (
            f"{attribute}: more than one in five share a value of {factor} at which everybody, or "
            "nobody, was flagged"
        )
    if UNKNOWN in strata.strata:
        unknown = float(of_stratum[strata.strata.index(UNKNOWN)])
        if unknown / total > scope.unknown_at_most:
            yield f"{factor} is not recorded for too many people to take it into account"


def _shared(people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much each group and the rest share their strata, from 0 to 1."""
    rest = people.sum(axis=0) - people
    with np.errstate(invalid="ignore", divide="ignore"):
        mine = people / people.sum(axis=1, keepdims=True)
        theirs = rest / rest.sum(axis=1, keepdims=True)
    found: NDArray[np.float64] = np.nan_to_num(np.minimum(mine, theirs).sum(axis=1))
    return found


def _intrudes(facts: Facts) -> bool:
    return facts.submission is not None and str(facts.submission.polarity) == "intrusive"
