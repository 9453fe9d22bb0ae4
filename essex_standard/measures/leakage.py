"""Whether the model is told what it is to predict, or what nobody knew when it was to decide.

Four questions, one a function: columns that put people in order of the outcome by themselves,
columns of which some value gives the outcome away, columns that the team says become known only
after the decision, and dates that lie after it.

References
----------
Kaufman, Rosset, Perlich and Stitelman (2012), "Leakage in data mining", ACM Transactions on
Knowledge Discovery from Data 6(4). Moreau et al. (2024), "Failing our youngest", FAccT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Exact
from essex_standard.statistics.proportions import Proportion

if TYPE_CHECKING:
    from essex_standard.experiments.leakage import Leakage
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

UNKNOWN_COLUMNS = "the columns that the model reads are not known"


def leakage_roc_auc(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return how well each column alone puts people in order of the outcome.

    0.5 means that it says nothing of the outcome, 1 that it gives it away.
    """
    found = facts.leakage
    reason = _why_not(found)
    if reason or found is None:
        return Measured.not_assessed(reason)
    comparisons = tuple(
        Comparison(
            measure="leakage_roc_auc",
            name=f"column {leak.column}",
            attribute=leak.column,
            estimate=leak.roc_auc,
            n=found.n,
        )
        for leak in found.columns
        if leak.roc_auc is not None
    )
    return Measured(
        comparisons=comparisons,
        gaps=_free_text(found),
        reason="" if comparisons else "the model reads free text only",
    )


def outcome_given_away_share(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return the share of people whose outcome one value of a column gives away.

    Of those with the outcome, or of those without it, whichever is more: the share at values of
    the column where all but one in a hundred fared alike. 0 means that no value gives it away.
    """
    found = facts.leakage
    reason = _why_not(found)
    if reason or found is None:
        return Measured.not_assessed(reason)
    comparisons = tuple(
        Comparison(
            measure="outcome_given_away_share",
            name=f"column {leak.column}",
            attribute=leak.column,
            estimate=Proportion(leak.given_away, leak.of),
            n=leak.of,
        )
        for leak in found.columns
        if leak.of
    )
    filled = [leak.column for leak in found.columns if leak.missing_tells]
    which = listed(filled) if filled else ""
    noted = f"It is whether {which} stands filled in or blank that tells the outcome."
    return Measured(
        comparisons=comparisons,
        gaps=_free_text(found),
        noted=(noted,) if filled else (),
        reason="" if comparisons else "the model reads free text only",
    )


def known_after_decision(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return how many columns the model reads that become known after the decision: a count.

    The team names them in the submission (``data.known_after_decision``); that it named none is
    a declaration and no finding of ours.
    """
    if facts.submission is None:
        return Measured.not_assessed("no submission says which columns become known only later")
    if not facts.columns_read:
        return Measured.not_assessed(UNKNOWN_COLUMNS)
    declared = facts.submission.data.known_after_decision
    if declared is None:
        return Measured.not_assessed(
            "the submission does not say which columns become known only after the decision"
        )
    read = [c for c in facts.columns_read if c in declared]
    noted: tuple[str, ...] = ()
    if read:
        verb = "becomes" if len(read) == 1 else "become"
        noted = (f"The model reads {listed(read)}, which {verb} known only after the decision.",)
    return Measured(
        comparisons=(
            Comparison(
                measure="known_after_decision",
                name="columns that the model reads",
                estimate=Exact(float(len(read))),
                n=len(facts.columns_read),
            ),
        ),
        how_we_know="consistent",
        noted=noted,
    )


def dated_after_decision_share(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return, for each column of dates, the share of dates later than their row's own."""
    if not facts.columns_read:
        return Measured.not_assessed(UNKNOWN_COLUMNS)
    if not any(d.n for d in facts.dated):
        return Measured.not_applicable("the model reads no column of dates")
    if any(d.later is None for d in facts.dated):
        return Measured.not_assessed(
            "the model reads dates, and no date of decision was given for each row to compare "
            "them with"
        )
    return Measured(
        comparisons=tuple(
            Comparison(
                measure="dated_after_decision_share",
                name=f"column {d.column}",
                attribute=d.column,
                estimate=Proportion(d.later or 0, d.n),
                n=d.n,
            )
            for d in facts.dated
            if d.n
        )
    )


def _why_not(found: Leakage | None) -> str:
    return UNKNOWN_COLUMNS if found is None else found.reason


def _free_text(found: Leakage) -> tuple[str, ...]:
    return tuple(
        f"Column {leak.column} is free text, which was not looked into"
        for leak in found.columns
        if leak.roc_auc is None
    )
