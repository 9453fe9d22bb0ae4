"""Whether texts are written in words that the model has not met.

    out_of_vocabulary_share = words of the texts, each counted once a text, that no text of the
                              reference holds / all of them

Any new text brings a few such words. How many, were nothing new, the reference itself tells: of its
own words, the share that one text alone holds is what a text brings to all the others (Good and
Turing's estimate, taken of texts). What is judged is by how much the share now exceeds that.

References
----------
Good (1953), "The population frequencies of species and the estimation of population parameters",
Biometrika 40(3-4), 237-264.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.measurement import Measurement
from essex_standard.measures.column_pairs import column_pairs, not_comparable
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.proportions import Proportion, ProportionDifference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from essex_standard.evidence.column_profile import ColumnProfile
    from essex_standard.evidence.text_profile import TextProfile
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

SHARE = "out_of_vocabulary_share"


def out_of_vocabulary_share_difference(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return by how much more of each column of texts is in words that the reference lacks.

    0 means no more than any new text brings, 1 that no word was met before. Words of one text are
    taken to come and go together, so that a text counts as one case. Told beside it: the share, the
    share to be expected, and the length of texts on either side.
    """
    reason = not_comparable(facts)
    if reason:
        return Measured.not_assessed(reason)
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    for column, new, old in column_pairs(facts):
        if new is None or new.kind != "text":
            continue
        if old is None or not (new.text.words and old.text.words):
            gaps.append(f"Column {column} holds no text to compare with in the reference")
            continue
        now, then = _unseen(new.text, old.text), _to_be_expected(old.text)
        comparisons.append(
            Comparison(
                measure=f"{SHARE}_difference",
                name=f"column {column}",
                attribute=column,
                estimate=ProportionDifference(now, then),
                n=new.text.texts,
                n_versus=old.text.texts,
            )
        )
        told += _told(new, now, "assessed")
        told += _told(old, then, "reference")
    if not comparisons and not gaps:
        return Measured.not_applicable("the model reads no free text")
    return Measured(
        comparisons=tuple(comparisons),
        told=tuple(told),
        gaps=tuple(gaps) if comparisons else (),
        reason="" if comparisons else "; ".join(gaps),
    )


def _unseen(new: TextProfile, old: TextProfile) -> Proportion:
    n = new.independent
    return Proportion(new.unseen_in(old) / new.words * n, n)


def _to_be_expected(old: TextProfile) -> Proportion:
    n = old.independent
    return Proportion(old.of_one_text / old.words * n, n)


def _told(profile: ColumnProfile, share: Proportion, side: str) -> Iterator[Measurement]:
    for measure, value in ((SHARE, share.value), ("text_length", profile.text.length())):
        yield Measurement(
            measure=measure,
            attribute=profile.name,
            group=side,
            value=value,
            n=profile.text.texts,
        )
