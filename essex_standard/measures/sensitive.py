"""Whether what the model reads and looks sensitive is declared to be so.

    sensitive_undeclared(column) = 1 where its name or its values speak of something sensitive and
                                   no agreement in force gives it a category as strict; else 0

A fact about names and declarations; values are read only as counts of labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Exact
from essex_standard.submission.sensitive import (
    CHILDREN,
    WORDS,
    kind_by_values,
    kinds_by_name,
    same_family,
)

if TYPE_CHECKING:
    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


def sensitive_undeclared(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return, for each column the model reads, whether it looks sensitive and is not declared so.

    Data on children are noted and not judged: no category of the schema says of whom data are.

    Returns
    -------
    Measured
        Every kind recognised is noted, declared or not. Without an agreement in force there is
        nothing to compare with.
    """
    if not facts.columns_read:
        return Measured.not_assessed("the columns that the model reads are not known")
    comparisons: list[Comparison] = []
    by_kind: dict[str, list[str]] = {}
    noted: list[str] = []
    for column in facts.columns_read:
        declared = facts.categories.get(column, frozenset())
        by_name = kinds_by_name(column)
        valued = _by_values(facts.assessed.columns.get(column))
        kinds = tuple(dict.fromkeys((*by_name, *valued)))
        for kind in (*kinds, *(c for c in sorted(declared) if c in WORDS and c not in kinds)):
            by_kind.setdefault(kind, []).append(column)
        bare = [k for k in kinds if k != CHILDREN and not same_family(k, declared)]
        for kind in bare if facts.covered is not None else ():
            how = "name" if kind in by_name else "values"
            noted.append(
                f"Column {column} speaks of {WORDS[kind]} by its {how}; no agreement in force "
                "says so."
            )
        comparisons.append(
            Comparison(
                measure="sensitive_undeclared",
                name=f"column {column}",
                attribute=column,
                estimate=Exact(float(bool(bare))),
                n=facts.assessed.rows,
            )
        )
    read = tuple(
        f"The model reads data on {WORDS[kind]}: {listed(columns)}."
        for kind, columns in by_kind.items()
    )
    if facts.covered is None:
        return Measured.not_assessed("no agreement in force was given", noted=read)
    return Measured(comparisons=tuple(comparisons), noted=(*noted, *read), how_we_know="consistent")


def _by_values(profile: ColumnProfile | None) -> tuple[str, ...]:
    """Return what the values of a column tell of; of too many different ones nothing is known."""
    if profile is None:
        return ()
    found = None if profile.labels.bucketed else kind_by_values(profile.labels.counts)
    pupils = profile.identifiers.get("unique_pupil_number", (0, 0))[0]
    children = (CHILDREN,) if 2 * pupils > max(profile.present, 1) else ()
    return (*((found,) if found else ()), *children)
