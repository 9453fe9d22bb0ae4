"""Whether the model is given more about people than it needs.

Three questions, one a function: columns that reach the model and move no score, columns that
identify somebody by themselves, and columns that no agreement covers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.evidence.identifiers import RECOGNISERS, identifier_share, unique_key_share
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Exact
from essex_standard.statistics.proportions import Proportion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.experiments.column_effect import ColumnEffects
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

KEY_SHARE = 0.95
"""Distinct values over rows from which a column that looks like a key is one (rule C4)."""


def score_moved_share(facts: Facts, scope: Scope) -> Measured:
    """Return what each column does to the scores; see `unaffecting_columns`."""
    return unaffecting_columns(facts.effects, scope)


def direct_identifier_share(facts: Facts, scope: Scope) -> Measured:
    """Return what each column gives away; see `direct_identifiers`."""
    return direct_identifiers(
        facts.assessed.columns, facts.columns_read, scope, people=facts.people
    )


def uncovered(facts: Facts, scope: Scope) -> Measured:
    """Return how many columns no agreement covers; see `uncovered_columns`."""
    return uncovered_columns(facts.columns_in_data, facts.covered, scope)


def unaffecting_columns(
    effects: ColumnEffects | None,
    scope: Scope,  # noqa: ARG001
) -> Measured:
    """Return, for each column, the share of scores that move when its values are shuffled.

    0 means that the model is handed the column and makes nothing of it: a counted fact where every
    row was examined. A share above 0 is an estimate for the people the rows were drawn from.
    """
    if effects is None:
        return Measured.not_assessed("the model could not be re-scored")
    comparisons: list[Comparison] = []
    gaps: list[str] = []
    unmoved: list[str] = []
    for effect in effects.effects:
        if effect.moved is None or effect.n <= 0:
            reason = effect.reason or "no row could be scored"
            gaps.append(f"Column {effect.column} could not be examined: {reason}.")
            continue
        if effect.moved == 0:
            unmoved.append(effect.column)
        comparisons.append(
            Comparison(
                measure="score_moved_share",
                name=f"column {effect.column}",
                attribute=effect.column,
                # Where no score of any row moves there is nothing to estimate: that is a fact of
                # this model on these data. Where some do, the rows stand for those to come.
                estimate=Exact(0.0)
                if effect.moved == 0 and effect.n == effects.rows
                else Proportion(effect.moved, effect.n),
                n=effect.n,
            )
        )
    noted: tuple[str, ...] = ()
    if unmoved:
        verb = "was" if len(unmoved) == 1 else "were"
        noted = (f"No score examined moved when {listed(unmoved)} {verb} shuffled.",)
    return Measured(
        comparisons=tuple(comparisons),
        gaps=tuple(gaps),
        noted=noted,
        reason="" if comparisons else "no column that reaches the model could be examined",
    )


def direct_identifiers(
    profiles: Mapping[str, ColumnProfile],
    columns_read: Sequence[str],
    scope: Scope,  # noqa: ARG001
    *,
    people: int | None = None,
) -> Measured:
    """Return, for each column the model reads, the share of rows that identify somebody directly.

    The worst of all recognisers counts, chance taken away
    (`essex_standard.evidence.identifiers.identifier_share`); a unique key counts with its share of
    distinct values. The data were examined whole, so the share is exact.

    Parameters
    ----------
    people : int, optional
        Different people (or families) in the rows, where each has several.
    """
    if not columns_read:
        return Measured.not_assessed("the columns that the model reads are not known")
    comparisons: list[Comparison] = []
    gaps: list[str] = []
    noted: list[str] = []
    for column in columns_read:
        profile = profiles.get(column)
        if profile is None:
            gaps.append(f"Column {column} is not in the data assessed.")
            continue
        share, words = worst_identifier(profile, people)
        if words:
            seem = "Most" if share > 0.5 else "Some"
            noted.append(f"{seem} values of column {column} look like {words}.")
        comparisons.append(
            Comparison(
                measure="direct_identifier_share",
                name=f"column {column}",
                attribute=column,
                estimate=Exact(share),
                n=profile.present,
            )
        )
    return Measured(
        comparisons=tuple(comparisons),
        gaps=tuple(gaps),
        noted=tuple(noted),
        reason="" if comparisons else "no column that the model reads is in the data assessed",
    )


def worst_identifier(profile: ColumnProfile, people: int | None = None) -> tuple[float, str]:
    """Return the largest share of identifying rows and its words; ``(0.0, "")`` if none."""
    found = [
        (identifier_share(profile.identifiers, name, profile.present), recogniser.words)
        for name, recogniser in RECOGNISERS.items()
    ]
    share, words = max(found, key=lambda pair: pair[0])
    key = unique_key_share(profile, people)
    # A column of NHS numbers is a unique key too: the kind of number says more.
    if key > KEY_SHARE and key > 2 * share:
        whose = "row" if unique_key_share(profile) > KEY_SHARE else "person or family"
        return key, f"a record key: nearly every {whose} has one of its own"
    return (share, words) if share > 0 else (0.0, "")


def uncovered_columns(
    columns_in_data: Sequence[str],
    covered: frozenset[str] | None,
    scope: Scope,  # noqa: ARG001
) -> Measured:
    """Return how many columns of the data no agreement in force covers: an exact count."""
    if covered is None:
        return Measured.not_assessed("no agreement in force was given")
    if not columns_in_data:
        return Measured.not_assessed("the columns of the data are not known")
    missing = [column for column in columns_in_data if column not in covered]
    noted = (f"No agreement in force covers {listed(missing)}.",) if missing else ()
    return Measured(
        comparisons=(
            Comparison(
                measure="uncovered_columns",
                name="columns of the data",
                estimate=Exact(float(len(missing))),
                n=len(columns_in_data),
            ),
        ),
        how_we_know="consistent",
        noted=noted,
    )
