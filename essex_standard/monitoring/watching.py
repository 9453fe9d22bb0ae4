"""The watch list: what could not be told is asked again as people accumulate.

uncertain at the assessment   asked of the people assessed and all batches together
uncertain in use              asked of all batches together, for what changed after approval would
                              drown in the people assessed
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from essex_standard.assessment import Outcome
from essex_standard.monitoring.batch import months_later
from essex_standard.monitoring.judging import Spending, asked, standing_of
from essex_standard.monitoring.record import Seen, Standing
from essex_standard.monitoring.repeatable import needs_outcomes, of_drift, over_time
from essex_standard.monitoring.wording import words

if TYPE_CHECKING:
    from essex_standard.assessment import Assessment
    from essex_standard.monitoring.record import Entry
    from essex_standard.pipeline.findings import Ground
    from essex_standard.standard import Standard

A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Accumulated:
    """Everybody so far.

    Attributes
    ----------
    batches : Ground
        All batches together, with the people assessed as their reference.
    beside : Ground
        The same, and the people assessed, each as a period.
    everybody : Ground
        The people assessed and all batches together.
    """

    batches: Ground
    beside: Ground
    everybody: Ground


def watched_since(before: Assessment, entries: tuple[Entry, ...]) -> dict[str, str]:
    """Return the checks on the watch list, each with the day since when."""
    since = {
        f.check: before.subject.assessed_on
        for f in before.findings
        if f.outcome is Outcome.UNCERTAIN
    }
    for entry in entries:
        for seen in entry.seen:
            if seen.standing is Standing.WATCHED:
                since.setdefault(seen.finding.check, entry.looked_on)
    return since


def retested(
    standard: Standard,
    accumulated: Accumulated,
    with_outcomes: Accumulated | None,
    before: Assessment,
    since: Mapping[str, str],
    spending: Spending,
    *,
    today: dt.date,
    kept: Mapping[str, Seen],
) -> Iterator[Seen]:
    """Yield what every check on the watch list finds of everybody so far.

    What has no answer after a year is for the board to look at.

    Parameters
    ----------
    with_outcomes : Accumulated or None
        Only the batches whose outcomes are in: those that come first are not like the others.
    kept : mapping of check to Seen
        What an earlier look found and this one does not ask again.
    """
    outcomes = {f.check: f.outcome for f in before.findings}
    say = words()["notes"]
    for theme, check in standard:
        if check.id not in since or check.limit is None:
            continue
        if check.id in kept and not needs_outcomes(check):
            yield kept[check.id]
            continue
        of = with_outcomes if needs_outcomes(check) else accumulated
        if of is None:
            continue
        ground = of.batches
        if over_time(check):
            ground = of.beside
        elif outcomes.get(check.id) is Outcome.UNCERTAIN and not of_drift(check):
            ground = of.everybody
        finding, too_few = asked(check, theme, ground, spending.of(check))
        seen = standing_of(finding, outcomes, before, too_few=too_few)
        if seen.standing is Standing.LOST:
            # Whether a batch can be asked is a question to the batch.
            seen = replace(seen, standing=Standing.WATCHED, note="")
        note = say["watched_since"].format(since=since[check.id])
        if seen.standing is Standing.WATCHED:
            first = dt.date.fromisoformat(since[check.id])
            if today >= months_later(first, A_YEAR) and seen.finding.when_uncertain == "refer":
                seen = replace(seen, standing=Standing.LOST)
                note = f"{note} {say['watched_too_long']}"
        yield replace(seen, note=f"{note} {seen.note}".strip())
