"""Stop criteria: the figures at which a named role stops the model, worked out on what is known.

    stop if  average_precision < 0.50   is triggered where   average_precision >= 0.50   is not met

A criterion is turned into the check that it must not breach, and judged like one: a point estimate
never stops a model, and never keeps it running. What no measure of the Standard can answer is
quoted, for people to judge.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from essex_standard.assessment import Outcome
from essex_standard.measures import MEASURES
from essex_standard.monitoring.batch import months_later
from essex_standard.monitoring.judging import asked
from essex_standard.monitoring.looks import at_look
from essex_standard.monitoring.record import Stop
from essex_standard.monitoring.wording import counted, words
from essex_standard.standard import Check
from essex_standard.submission.fields import months

if TYPE_CHECKING:
    from essex_standard.pipeline.findings import Ground
    from essex_standard.submission.governance import StopCriterion

_OF_EVENTS = ("true_positive", "false_negative", "roc_auc", "average_precision", "calibration")
_GATHERED = frozenset({"decision", "group_scores", "errors", "columns", "legitimate_factor"})

_ANSWERS = {
    Outcome.NOT_MET: "triggered",
    Outcome.MET: "not triggered",
}


def quoted(criterion: StopCriterion) -> str:
    """Return a criterion as the submission says it, word for word."""
    value = "" if criterion.value is None else f"{criterion.value:g}"
    said = f"{criterion.measure} {criterion.comparator or ''} {value}".strip()
    return f"{said}, window {criterion.window}" if criterion.window else said


def in_window(days: Sequence[str], window: str) -> tuple[int, ...]:
    """Return the places of the batches that a window covers, back from the last of them.

    Parameters
    ----------
    days : sequence of str
        The last day of each batch.
    window : str
        ``P3M``; empty for the last batch alone.
    """
    if not days:
        return ()
    last = max(days)
    if not window:
        return tuple(i for i, day in enumerate(days) if day == last)
    since = months_later(dt.date.fromisoformat(last), -months(window)).isoformat()
    return tuple(i for i, day in enumerate(days) if day > since)


def evaluated(
    criterion: StopCriterion, ground: Ground | None, *, batches: int, look: int, planned: int
) -> Stop:
    """Return whether a criterion is met with.

    Parameters
    ----------
    ground : Ground or None
        The batches of the window together; None where none of them can be asked.
    batches : int
        How many they are.
    """
    say = words()["stops"]
    common: dict[str, Any] = {
        "words": quoted(criterion),
        "who_stops": criterion.who_stops,
        "within_days": criterion.within_days,
    }
    unable = _why_people_judge(criterion)
    if unable:
        return Stop(answer="for people to judge", statement=unable, **common)
    if ground is None:
        return Stop(answer="cannot tell", statement=words()["waiting"]["none"], **common)
    check = _check_of(criterion)
    finding, _ = asked(check, "effectiveness", ground, at_look(check, look, planned))
    answer = _ANSWERS.get(finding.outcome, "cannot tell")
    if finding.outcome is Outcome.NOT_APPLICABLE:
        answer = "for people to judge"
    statement = finding.statement
    if criterion.window:
        number = counted(batches, "batches").lower()
        statement += " " + say["window"].format(n=number, window=criterion.window)
    return Stop(answer=answer, statement=statement, figures=finding.measurements, **common)


def _why_people_judge(criterion: StopCriterion) -> str:
    say = words()["stops"]
    if not criterion.measure or criterion.comparator is None or criterion.value is None:
        return str(say["incomplete"])
    measure = MEASURES.get(criterion.measure)
    if measure is None or not measure.needs <= _GATHERED or not _across(criterion.measure):
        return str(say["not_a_measure"].format(measure=criterion.measure))
    return str(say["equals"]) if criterion.comparator == "==" else ""


def _across(name: str) -> tuple[str, ...]:
    known = MEASURES[name].across
    return next(((a,) for a in ("whole", "protected", "columns") if a in known), ())


def _check_of(criterion: StopCriterion) -> Check:
    """Return the check that a model meets for as long as its criterion is not triggered."""
    low = criterion.comparator in ("<", "<=")
    end = "at_least" if low else "at_most"
    of = "positives" if criterion.measure.startswith(_OF_EVENTS) else "rows"
    return Check.model_validate(
        {
            "id": "STOP-01",
            "title": quoted(criterion),
            "question": quoted(criterion),
            "measure": criterion.measure,
            "across": _across(criterion.measure),
            "level": "block",
            "limit": {end: criterion.value},
            "evidence": {"of": of},
        }
    )
