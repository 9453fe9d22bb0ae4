"""Whether the texts that the model reads name anybody: by numbers and addresses, or by their name.

    share(column, kind) = texts that hold one of that kind of their own / texts of the column

What stands in fifty texts or more on average is an office's, and each counts once.

The data were searched whole, so that the share is a counted fact. Where numbers count that only
their check digit speaks for, it is the expected share, chance taken away
(`essex_standard.evidence.mentions.Mentions.holding`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from essex_standard.evidence.mention_kinds import KINDS
from essex_standard.evidence.mentions import MOST_CHARACTERS
from essex_standard.measurement import Measurement
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Exact

if TYPE_CHECKING:
    from essex_standard.evidence.mentions import Mentions
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope


def identifiers_in_text_share(
    facts: Facts,
    scope: Scope,  # noqa: ARG001
    *,
    points_to_one: bool,
) -> Measured:
    """Return, for each column with texts and each kind found there, the share that holds one.

    Parameters
    ----------
    points_to_one : bool
        Kinds that lead to one person by themselves (an NHS number); else names, addresses,
        postcodes and dates of birth.

    Returns
    -------
    Measured
        From 0 (no text) to 1 (every text). A column in which nothing was found has one comparison,
        at 0. Texts that could not be searched to their end, or that are no text, are a gap.
    """
    if not facts.columns_read:
        return Measured.not_assessed("the columns that the model reads are not known")
    name = "identifiers_in_text_share" if points_to_one else "names_in_text_share"
    kinds = [k for k, kind in KINDS.items() if kind.points_to_one == points_to_one]
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    noted: list[str] = []
    columns = 0
    for column in facts.columns_read:
        profile = facts.assessed.columns.get(column)
        if profile is None:
            gaps.append(f"Column {column} is not in the data assessed.")
            continue
        columns += 1
        mentions = profile.mentions
        if not mentions.texts:
            continue
        gaps += _not_searched(column, mentions)
        found = {k: n for k in kinds if (n := mentions.holding(k))}
        if found:
            noted.append(
                f"Texts of column {column} hold {listed([KINDS[k].words for k in found])}."
            )
        shared = [KINDS[k].words for k, rows in found.items() if mentions.own(k) < rows]
        if shared:
            noted.append(
                f"The same few {listed(shared)} stand in many texts of column {column}, as an "
                "office's do: each counts once."
            )
        for kind, rows in found.items() or {"": 0}.items():
            words = KINDS[kind].words if kind else ""
            comparisons.append(
                Comparison(
                    measure=name,
                    name=f"column {column}",
                    attribute=column,
                    group=words,
                    estimate=Exact((mentions.own(kind) if kind else 0) / mentions.texts),
                    n=mentions.texts,
                )
            )
            if kind:
                told.append(
                    Measurement(
                        measure="texts_with_identifiers",
                        attribute=column,
                        group=words,
                        value=float(rows),
                        n=mentions.texts,
                    )
                )
    if not comparisons and columns and not gaps:
        return Measured.not_applicable("no column that the model reads holds words")
    return Measured(
        comparisons=tuple(comparisons),
        told=tuple(told),
        gaps=tuple(gaps),
        noted=tuple(noted),
        reason="" if comparisons else "no column that the model reads could be searched",
    )


def _not_searched(column: str, mentions: Mentions) -> Iterator[str]:
    if mentions.cut:
        yield (
            f"Some texts of column {column} run on beyond {MOST_CHARACTERS:,} characters: what "
            "comes after was not searched."
        )
    if mentions.unreadable:
        yield (
            f"Some values of column {column} hold bytes or control characters: they are no text "
            "that could be searched."
        )
