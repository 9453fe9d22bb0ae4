"""How far each column lies from what it was in the data that the model learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.evidence.column_pair import names_rows
from essex_standard.measurement import Measurement
from essex_standard.measures.column_pairs import NO_COLUMNS, NO_REFERENCE, NONE_IN_BOTH
from essex_standard.measures.drift.distances import DISTANCES, Distance, are_numbers
from essex_standard.measures.drift.importance import Importance, importance
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


FREE_TEXT_ONLY = "the model reads free text only, which is not compared value by value"

WRITTEN_ONCE = 0.5
"""Different texts to each row, from which on a column is no list of categories."""


def column_drift(facts: Facts, scope: Scope, *, measure: str) -> Measured:
    """Return a distance of each column that the model reads; see `feature_drift`."""
    return feature_drift(
        facts.assessed.columns,
        None if facts.reference is None else facts.reference.columns,
        facts.columns_read or tuple(facts.assessed.columns),
        scope,
        measure=measure,
        known=importance(facts),
    )


def feature_drift(
    assessed: Mapping[str, ColumnProfile],
    reference: Mapping[str, ColumnProfile] | None,
    columns: Sequence[str],
    scope: Scope,
    *,
    measure: str = "jensen_shannon_distance",
    known: Importance | None = None,
) -> Measured:
    """Return a distance of each column between reference and assessed.

    Told beside it: the Wasserstein distance of numbers in standard deviations of the reference, and
    how much of the scores' differences hangs on the column, where that is `known`. A column that is
    absent, empty or of another kind on one side is a gap: drift that no distance can measure. It
    counts as holding categories, so that of two checks, one of numbers and one of categories,
    exactly one tells of it.
    """
    if reference is None:
        return Measured.not_assessed(NO_REFERENCE)
    distance = DISTANCES[measure]
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    noted: list[str] = []
    left_out = 0
    weights = known or {}
    for column in columns:
        new, old = assessed.get(column), reference.get(column)
        if is_free_text(new) and is_free_text(old):
            noted.append(f"Column {column} is free text, which is not compared value by value.")
            left_out += 1
            continue
        if names_rows(new) and names_rows(old):
            noted.append(
                f"Column {column} holds another value in nearly every row, as a key does: it "
                "is not compared value by value."
            )
            left_out += 1
            continue
        gap = _gap(column, new, old)
        numbers = not gap and are_numbers(assessed[column], reference[column])
        weight = weights.get(column)
        asked = scope.columns.asks_of(None if weight is None else weight[0])
        if not asked or scope.columns.holding not in {
            "all",
            "numbers" if numbers else "categories",
        }:
            left_out += 1
            continue
        gap = gap or _unfit(column, distance, numbers=numbers)
        if gap or new is None or old is None:
            gaps.append(gap)
            continue
        comparisons.append(
            Comparison(
                measure=measure,
                name=f"column {column}",
                attribute=column,
                estimate=distance.estimate(new, old),
                n=new.present,
                n_versus=old.present,
            )
        )
        told.extend(_beside(new, old, measure, numbers=numbers))
        if weight is not None:
            told.append(
                Measurement(
                    measure="score_variance_share", attribute=column, value=weight[0], n=weight[1]
                )
            )
    if columns and left_out == len(columns):
        only_text = len(noted) == len(columns)
        return Measured.not_applicable(FREE_TEXT_ONLY if only_text else _why_not(scope))
    return Measured(
        comparisons=tuple(comparisons),
        told=tuple(told),
        gaps=tuple(gaps),
        noted=tuple(noted),
        reason="" if comparisons else NONE_IN_BOTH if columns else NO_COLUMNS,
    )


def is_free_text(profile: ColumnProfile | None) -> bool:
    """Return whether a column holds texts of which most are written once.

    Compared value by value, no two populations share anything.
    """
    if profile is None or profile.kind != "text":
        return False
    return profile.distinct() > WRITTEN_ONCE * profile.present


def _why_not(scope: Scope) -> str:
    uses = {
        "driving": "that drives the model",
        "others": "that the model reads is known to be hardly used",
        "all": "that the model reads",
    }
    holding, role = scope.columns.holding, scope.columns.role
    holds = "" if holding == "all" else f"{' and' if role == 'others' else ''} holds {holding}"
    return f"no column {uses[role]}{holds}"


def _unfit(column: str, distance: Distance, *, numbers: bool) -> str:
    """Return why a distance of numbers cannot be taken of a column, or an empty string."""
    if numbers or not distance.numbers_only:
        return ""
    return (
        f"Column {column} holds no numbers that vary in the reference, which this distance needs: "
        'a check with columns = { holding = "numbers" } leaves it to another.'
    )


def _beside(
    new: ColumnProfile, old: ColumnProfile, measure: str, *, numbers: bool
) -> list[Measurement]:
    if not numbers or measure == "wasserstein_distance":
        return []
    value = DISTANCES["wasserstein_distance"].estimate(new, old).value
    return [
        Measurement(measure="wasserstein_distance", attribute=new.name, value=value, n=new.present)
    ]


def _gap(column: str, new: ColumnProfile | None, old: ColumnProfile | None) -> str:
    """Return what keeps a column from being compared, or an empty string."""
    if new is None and old is None:
        return f"Column {column} is in neither the data assessed nor the reference."
    if new is None:
        return f"Column {column} is in the reference and no longer in the data assessed."
    if old is None:
        return f"Column {column} is in the data assessed and was not in the reference."
    for profile, where in ((new, "the data assessed"), (old, "the reference")):
        if not profile.present:
            return f"Column {column} holds no value in {where}."
    if _comparable(new, old):
        return ""
    return f"Column {column} was {_WORDS[old.kind]} in the reference and is {_WORDS[new.kind]} now."


def _comparable(new: ColumnProfile, old: ColumnProfile) -> bool:
    """Return whether both hold the same kind; ``"1"`` and 1 are the same label in two spellings."""
    texts = {"categorical", "text"}
    if new.kind == old.kind or {new.kind, old.kind} <= texts:
        return True
    if "datetime" in {new.kind, old.kind}:
        return False
    number, other = (new, old) if new.kind == "numeric" else (old, new)
    if number.kind != "numeric" or number.numbers.binned or other.labels.bucketed:
        return "mixed" in {new.kind, old.kind} and bool(texts & {new.kind, old.kind})
    return bool(set(number.as_labels().counts) & set(other.as_labels().counts))


_WORDS = {
    "empty": "empty",
    "numeric": "a number",
    "datetime": "a date",
    "categorical": "a category",
    "text": "text",
    "mixed": "a mixture of numbers and text",
}
