"""Whether the texts that the model reads name anybody: by numbers and addresses, or by their name.

    share(column, kind) = texts that hold one of that kind of their own / texts of the column

What stands in fifty texts or more on average is an office's, and each counts once.

The data were searched whole, so that the share is a counted fact. Where numbers count that only
their check digit speaks for, it is the expected share, chance taken away
(`essex_standard.evidence.mentions.Mentions.holding`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from essex_standard.evidence.mention_kinds import KINDS, group_of
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
        From 0 (no text) to 1 (every text), among those assessed and in the reference, of which the
        model may remember more. A column in which nothing was found has one comparison,
        at 0. Texts that could not be searched to their end, or that are no text, are a gap.
    """
    if not facts.columns_read:
        return Measured.not_assessed("the columns that the model reads are not known")
    name = "identifiers_in_text_share" if points_to_one else "names_in_text_share"
    kinds = [k for k, kind in KINDS.items() if kind.points_to_one == points_to_one]
    sides = {"assessed": facts.assessed.columns}
    if facts.reference is not None:
        sides["reference"] = facts.reference.columns
    absent = tuple(
        f"Column {column} is not in the data assessed."
        for column in facts.columns_read
        if column not in facts.assessed.columns
    )
    looked = [
        _of_column(column, side, profiles[column].mentions, name, kinds)
        for column in facts.columns_read
        for side, profiles in sides.items()
        if column in profiles and profiles[column].mentions.texts
    ]
    if not looked and not absent:
        return Measured.not_applicable("no column that the model reads holds words")
    return Measured(
        comparisons=tuple(c for found in looked for c in found.comparisons),
        told=tuple(m for found in looked for m in found.told),
        gaps=(*absent, *(gap for found in looked for gap in found.gaps)),
        noted=tuple(note for found in looked for note in found.noted),
        reason="" if looked else "no column that the model reads could be searched",
    )


def _of_column(
    column: str, side: str, mentions: Mentions, name: str, kinds: Sequence[str]
) -> Measured:
    """Return what the texts of one column hold, on one side."""
    whose = f"column {column}" + (" in the reference" if side == "reference" else "")
    found = {k: n for k in kinds if (n := mentions.holding(k))}
    noted: list[str] = []
    if found:
        noted.append(f"Texts of {whose} hold {listed([KINDS[k].words for k in found])}.")
    shared = [KINDS[k].words for k, rows in found.items() if mentions.own(k) < rows]
    if shared:
        noted.append(
            f"The same few {listed(shared)} stand in many texts of {whose}, as an office's do: "
            "each counts once."
        )
    return Measured(
        comparisons=tuple(
            Comparison(
                measure=name,
                name=f"column {column}",
                attribute=column,
                group=group_of(kind, side),
                estimate=Exact((mentions.own(kind) if kind else 0) / mentions.texts),
                n=mentions.texts,
            )
            for kind in found or ("",)
        ),
        told=tuple(
            Measurement(
                measure="texts_with_identifiers",
                attribute=column,
                group=group_of(kind, side),
                value=float(rows),
                n=mentions.texts,
            )
            for kind, rows in found.items()
        ),
        gaps=tuple(_not_searched(whose, mentions)),
        noted=tuple(noted),
    )


def _not_searched(whose: str, mentions: Mentions) -> Iterator[str]:
    if mentions.cut:
        yield (
            f"Some texts of {whose} run on beyond {MOST_CHARACTERS:,} characters: what "
            "comes after was not searched."
        )
    if mentions.unreadable:
        yield (
            f"Some values of {whose} hold bytes or control characters: they are no text "
            "that could be searched."
        )
