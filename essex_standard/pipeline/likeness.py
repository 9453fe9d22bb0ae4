"""Who looks alike in each population, by the columns that are declared quasi-identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from essex_standard.evidence.equivalence_classes import EquivalenceClasses
from essex_standard.measures.words import listed

if TYPE_CHECKING:
    from essex_standard.pipeline.request import Inputs, Population


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The classes of both populations, or why they are not known."""

    assessed: EquivalenceClasses | None = None
    reference: EquivalenceClasses | None = None
    reason: str = ""


def likeness(inputs: Inputs) -> Likeness:
    """Count people by their quasi-identifiers; a column that is lacking leaves nothing to say.

    Without one of the columns people would seem to hide better than they do.
    """
    if not inputs.quasi_identifiers:
        return Likeness()
    lacking = [
        f"{listed(absent)} {'is' if len(absent) == 1 else 'are'} not among the columns of {where}"
        for where, population in (
            ("the data assessed", inputs.assessed),
            ("the reference data", inputs.reference),
        )
        if population is not None and (absent := _absent(inputs, population))
    ]
    if lacking:
        return Likeness(
            reason=f"{' and '.join(lacking)}: give the data with every quasi-identifier"
        )
    return Likeness(
        assessed=_classes(inputs, inputs.assessed),
        reference=None if inputs.reference is None else _classes(inputs, inputs.reference),
    )


def _absent(inputs: Inputs, population: Population) -> list[str]:
    held = () if population.frame is None else population.frame.columns
    return [c for c in inputs.quasi_identifiers if c not in held]


def _classes(inputs: Inputs, population: Population) -> EquivalenceClasses:
    frame = population.frame
    assert frame is not None  # noqa: S101 - it has the columns
    return EquivalenceClasses.of(
        frame[list(inputs.quasi_identifiers)],
        frame[[c for c in inputs.sensitive if c in frame.columns]],
    )
