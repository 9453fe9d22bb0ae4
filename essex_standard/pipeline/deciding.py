"""Who is flagged: the rule that decisions are made by, and what it comes to on these scores.

flagged = score >= threshold        or the k highest scores, k = capacity a month x months
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import SubmissionError
from essex_standard.models.decisions import decisions
from essex_standard.pipeline.capacity import months_covered
from essex_standard.pipeline.request import Request

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOBODY_FLAGGED = "nobody is flagged, so how flags fall on groups cannot be assessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A threshold, a capacity, or neither; and what must be told of it."""

    threshold: float | None = None
    capacity: int | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who is flagged, at which threshold (None without a rule: nobody), and in words."""

    flagged: NDArray[np.bool_] = field(repr=False)
    threshold: float | None
    words: str
    capacity: int | None = None
    told: tuple[str, ...] = ()


def decide(request: Request, scores: NDArray[np.float64], score_kind: str, time: Any) -> Decision:
    """Apply the rule given, or the one that the submission declares.

    Parameters
    ----------
    time : array of shape (n_rows,) or None
        The date of each row, by which a capacity a month becomes a number of people.

    Raises
    ------
    DataError, SubmissionError
        If the rule cannot be applied as it stands.
    """
    rule = _rule(request, time)
    may_be_absent = request.declared is not None or not request.needs_decision
    if may_be_absent and rule.threshold is None and rule.capacity is None:
        return Decision(
            flagged=np.zeros(len(scores), bool),
            threshold=None,
            words="No decision rule is declared",
            told=rule.told,
        )
    decided = decisions(
        scores,
        threshold=rule.threshold,
        capacity=rule.capacity,
        score_kind=score_kind,  # type: ignore[arg-type]
    )
    words = f"Flagged: a score of {decided.threshold:g} or more"
    if rule.capacity is not None:
        # The score that this comes to is one person's own: it is not printed.
        words = f"Flagged: the {rule.capacity:,} with the highest scores"
    return Decision(
        flagged=decided.flagged,
        threshold=decided.threshold,
        words=words,
        capacity=rule.capacity,
        told=(*rule.told, *decided.told),
    )


def _rule(request: Request, time: Any) -> Rule:
    if request.threshold is not None or request.capacity is not None:
        return Rule(threshold=request.threshold, capacity=request.capacity)
    declared = None if request.declared is None else request.declared.threshold
    if declared is None:
        return Rule()
    match declared.kind:
        case "top_n_capacity":
            return _by_capacity(request, declared.capacity_per_month, time)
        case "none_ranking_only":
            return Rule(
                told=(f"The submission names no decision rule (ranking only): {NOBODY_FLAGGED}.",)
            )
        case "score_cutoff" if declared.value is None:
            raise SubmissionError.because(
                "the decision is by a cut-off, and its value is not given",
                where=request.where("threshold", "value"),
                mend="Add value = ..., the score from which on people are flagged",
            )
        case _ if declared.value is None:
            return Rule(
                told=(f"The submission states no threshold (threshold.value): {NOBODY_FLAGGED}.",)
            )
    return Rule(threshold=declared.value)


def _by_capacity(request: Request, per_month: float | None, time: Any) -> Rule:
    if per_month is None:
        raise SubmissionError.because(
            "the decision is by capacity, and no capacity is given",
            where=request.where("threshold", "capacity_per_month"),
            mend="Say how many people can be reached in a month",
        )
    months = months_covered(time)
    span = "1 month" if months == 1 else f"{months} months"
    told = (
        f"The data cover {span}: the capacity of one month ({per_month:g}) was multiplied by that."
    )
    return Rule(capacity=max(1, round(per_month * months)), told=(told,))
