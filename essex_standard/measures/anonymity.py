"""Whether people in the data can be singled out, and what is learned of them if they are.

Three figures of pycanon's, on the people assessed and, where it is there, on the reference: what a
team hands around is both. They are counted facts of these data and no estimates. How many people
stand alone is told in bands only, and which columns are enough to set most people apart by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.measurement import Measurement
from essex_standard.measures.words import listed
from essex_standard.statistics.anonymity import (
    band_of,
    distinct_l,
    entropy_l,
    equal_distance,
    ordered_distance,
    smallest_identifying_set,
)
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Exact

if TYPE_CHECKING:
    from essex_standard.evidence.equivalence_classes import EquivalenceClasses, SensitiveCounts
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

NONE_DECLARED = (
    "no quasi-identifiers are declared: name the columns by which somebody could be recognised "
    "(data.quasi_identifiers in the submission, quasi_identifiers in Python)"
)

NO_SENSITIVE = (
    "no sensitive column is declared: name the columns that nobody should learn of a person "
    "(data.sensitive in the submission, sensitive in Python)"
)

SEALED = "the stored evidence keeps the sizes of the classes and nothing else"

MANY_VALUES = 100
"""Distinct values, with fewer than `FEW_EACH` people each, from which a column is to be banded."""

FEW_EACH = 50


def k_anonymity(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return the fewest people who share the value of every quasi-identifier.

    1 means that somebody stands alone; as many as there are people, that all look alike.
    """
    sides = _sides(facts)
    reason = _reason(facts, sides)
    if reason:
        return Measured.not_assessed(reason)
    smallest = min(int(classes.people.min()) for classes in sides.values())
    columns = sides["assessed"].columns
    return Measured(
        comparisons=(
            Comparison(
                measure="k_anonymity",
                name=listed(columns),
                estimate=Exact(float(smallest)),
                n=min(classes.rows for classes in sides.values()),
            ),
        ),
        told=tuple(m for side, classes in sides.items() for m in _told(side, classes, facts)),
        noted=tuple(s for side, classes in sides.items() for s in _noted(side, classes, facts)),
    )


def l_diversity(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return, for each sensitive column, the fewest different values among people who look alike.

    1 means that in some class everybody has the same value, so that to recognise one of them is to
    learn it. Told beside it: l by entropy, which rare values cannot lift.
    """

    def distinct(classes: EquivalenceClasses, held: SensitiveCounts) -> float:
        return float(distinct_l(held.of_class, len(classes.people)))

    def entropy(classes: EquivalenceClasses, held: SensitiveCounts) -> float:  # noqa: ARG001
        return entropy_l(held.of_class, held.people)

    return _of_sensitive(
        facts, "l_diversity", distinct, worst=min, beside=("entropy_l_diversity", entropy)
    )


def t_closeness(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return, for each sensitive column, how far any class lies from everybody.

    0 means that to know how somebody looks tells nothing of the column; near 1, that it tells all.
    Of numbers it is the Earth Mover's distance by rank, of everything else the total variation
    distance. Where numbers are missing, it is the larger of that of the numbers, among those who
    have one, and of the gap between the shares of missing ones.
    """

    def distance(classes: EquivalenceClasses, held: SensitiveCounts) -> float:  # noqa: ARG001
        return closeness(held)

    return _of_sensitive(facts, "t_closeness", distance, worst=max)


def closeness(held: SensitiveCounts) -> float:
    """Return t of one sensitive column."""
    if not held.kinds.is_numeric:
        return equal_distance(held.of_class, held.value, held.people)
    if not held.kinds.has_missing:
        return ordered_distance(held.of_class, held.value, held.people, len(held.kinds))
    present = held.value > 0
    # Two kinds of value, one of them missing: equal distance is the gap between its shares.
    of_missing = equal_distance(*_merged(held.of_class, present.astype(np.int64), held.people))
    if not present.any():
        return of_missing
    _, of_class = np.unique(held.of_class[present], return_inverse=True)
    of_numbers = ordered_distance(
        of_class.reshape(-1), held.value[present] - 1, held.people[present], len(held.kinds) - 1
    )
    return max(of_missing, of_numbers)


# Both populations --------------------------------------------------------------------------------


def _sides(facts: Facts) -> dict[str, EquivalenceClasses]:
    found = {"assessed": facts.assessed.classes}
    if facts.reference is not None:
        found["reference"] = facts.reference.classes
    return {side: classes for side, classes in found.items() if classes is not None}


def _reason(facts: Facts, sides: dict[str, EquivalenceClasses]) -> str:
    """Return why nothing can be said, or nothing."""
    if facts.no_classes or "assessed" not in sides:
        return facts.no_classes or NONE_DECLARED
    empty = [
        column
        for classes in sides.values()
        for column, keys in zip(classes.columns, classes.keys.T, strict=False)
        if not keys.any()
    ]
    if empty:
        names = listed(list(dict.fromkeys(empty)))
        return (
            f"no value is there in {names}, so that nobody knows how far it sets people apart: "
            "fill it in, or take it out of data.quasi_identifiers"
        )
    return ""


def _of_sensitive(
    facts: Facts,
    measure: str,
    compute: Callable[[EquivalenceClasses, SensitiveCounts], float],
    *,
    worst: Callable[[list[float]], float],
    beside: tuple[str, Callable[[EquivalenceClasses, SensitiveCounts], float]] | None = None,
) -> Measured:
    sides = _sides(facts)
    reason = _reason(facts, sides)
    if not reason and any(classes.is_sealed for classes in sides.values()):
        reason = SEALED
    if not reason and not facts.sensitive:
        reason = NO_SENSITIVE
    if reason:
        return Measured.not_assessed(reason)
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    for column in facts.sensitive:
        gap = _gap(column, sides)
        if gap:
            gaps.append(gap)
            continue
        held = [(classes, classes.sensitive[column]) for classes in sides.values()]
        comparisons.append(
            Comparison(
                measure=measure,
                name=f"column {column}",
                attribute=column,
                estimate=Exact(worst([compute(*pair) for pair in held])),
                n=min(classes.rows for classes in sides.values()),
            )
        )
        if beside is not None:
            name, also = beside
            value = worst([also(*pair) for pair in held])
            told.append(Measurement(measure=name, attribute=column, value=value))
    return Measured(
        comparisons=tuple(comparisons),
        told=tuple(told),
        gaps=tuple(gaps) if comparisons else (),
        reason="" if comparisons else "; ".join(gaps),
    )


def _gap(column: str, sides: dict[str, EquivalenceClasses]) -> str:
    """Return why nothing can be said of a sensitive column, or nothing."""
    if any(column in classes.columns for classes in sides.values()):
        return (
            f"Column {column} is declared a quasi-identifier and sensitive both: people who look "
            "alike share it by definition; declare it one of the two"
        )
    if any(column not in classes.sensitive for classes in sides.values()):
        return f"Column {column} is lacking in the data assessed, or in the reference"
    if any(_is_empty(classes.sensitive[column]) for classes in sides.values()):
        return f"Column {column} holds no value"
    return ""


def _is_empty(held: SensitiveCounts) -> bool:
    return held.kinds.has_missing and len(held.kinds) == 1


def _merged(
    of_class: np.ndarray, value: np.ndarray, people: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cells of two values, those of the same class and value added up."""
    cells, place = np.unique(of_class * 2 + value, return_inverse=True)
    total = np.bincount(place.reshape(-1), weights=people).astype(np.int64)
    return cells // 2, cells % 2, total


# What is told beside k ---------------------------------------------------------------------------


def _told(side: str, classes: EquivalenceClasses, facts: Facts) -> Iterator[Measurement]:
    rows = classes.rows
    yield Measurement(measure="k_anonymity", group=side, value=float(classes.people.min()))
    yield Measurement(measure="alone_share", group=side, value=classes.alone / rows, n=rows)
    few = classes.in_classes_below(facts.min_cell)
    yield Measurement(measure="small_class_share", group=side, value=few / rows, n=rows)


def _noted(side: str, classes: EquivalenceClasses, facts: Facts) -> Iterator[str]:
    """Yield what may be said of how many stand alone, and by which columns."""
    whom = "those assessed" if side == "assessed" else "those in the reference data"
    rows, k = classes.rows, facts.min_cell
    yield _share(classes.alone, rows, k, whom, "nobody else has")
    few = classes.in_classes_below(k)
    yield _share(few, rows, k, whom, f"fewer than {k} people have")
    if classes.is_sealed or rows < 2 * k:
        return
    codes = np.column_stack(
        [np.unique(keys, return_inverse=True)[1].reshape(-1) for keys in classes.keys.T]
    )
    enough = [classes.columns[j] for j in smallest_identifying_set(codes, classes.people)]
    if enough:
        alone = " alone" if len(enough) == 1 else ""
        verb = "is" if len(enough) == 1 else "are"
        yield f"{listed(enough)}{alone} {verb} enough to set most of {whom} apart from everybody."
    kinds = codes.max(axis=0) + 1
    wide = [
        c
        for c, n in zip(classes.columns, kinds.tolist(), strict=True)
        if n > MANY_VALUES and rows < FEW_EACH * n
    ]
    if wide:
        yield (
            f"Among {whom}, {listed(wide)} {'has' if len(wide) == 1 else 'have'} many different "
            "values: in bands, or to a coarser area or date, fewer would stand out."
        )


def _share(people: int, rows: int, k: int, whom: str, what: str) -> str:
    band = band_of(people / rows)
    if people < k or band is None:
        few = f"Fewer than {k}" if people < k else "Fewer than 1 in 100"
        return f"{few} of {whom} have a combination that {what}."
    return f"At least 1 in {1 / band:.0f} of {whom} have a combination that {what}."
