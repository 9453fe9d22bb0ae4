"""What the record amounts to after a look: the watch list, the stop criteria, and the verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.assessment import Verdict
from essex_standard.disclosure.disjoint import of_disjoint
from essex_standard.evidence.evidence import Evidence
from essex_standard.monitoring.adding import beside, together
from essex_standard.monitoring.gathered import ground_of, protection_of
from essex_standard.monitoring.judging import NOW, THEN, Spending, verdict_of_seen
from essex_standard.monitoring.looking import known_breaks, worst
from essex_standard.monitoring.record import Entry, Record, Stop
from essex_standard.monitoring.repeatable import repeatable, waits_for_outcomes
from essex_standard.monitoring.stop_criteria import evaluated, in_window
from essex_standard.monitoring.watching import Accumulated, retested, watched_since
from essex_standard.monitoring.wording import words

if TYPE_CHECKING:
    from essex_standard.disclosure import Protection
    from essex_standard.measures.facts import Facts
    from essex_standard.monitoring.scene import Scene


def concluded(
    record: Record,
    evidence: Mapping[str, Evidence],
    scene: Scene,
    facts: Facts,
    spending: Spending,
    *,
    today: dt.date,
    latest: Entry,
    updated: bool,
) -> Record:
    """Return the record with its watch list, stop criteria and verdict as they are now.

    Parameters
    ----------
    facts : Facts
        Of the batch looked at: what they say besides evidence holds for all.
    latest : Entry
        The batch looked at.
    updated : bool
        Whether it was in the record before: what needs no outcome is not asked again.
    """
    shown = {key: protection_of(e, scene) for key, e in evidence.items()}
    every = _accumulated(record.entries, evidence, shown, scene, facts)
    assert every is not None  # noqa: S101 - the batch looked at is one of them
    watch = tuple(
        retested(
            repeatable(scene.standard),
            every,
            _accumulated([e for e in record.entries if e.judged], evidence, shown, scene, facts),
            scene.before,
            watched_since(scene.before, record.entries),
            spending,
            today=today,
            kept={s.finding.check: s for s in record.watch} if updated else {},
        )
    )
    stops = _stops(record, evidence, shown, scene, facts, spending)
    overdue = tuple(
        words()["waiting"]["overdue"].format(period=e.period, due=e.due)
        for e in record.entries
        if not e.judged and e.due and e.due <= today.isoformat()
    )
    verdict = worst(
        latest.verdict,
        verdict_of_seen(watch),
        Verdict.BLOCK if any(s.answer == "triggered" for s in stops) else Verdict.PASS,
        Verdict.REFER if overdue else Verdict.PASS,
    )
    return replace(
        record,
        breaks=known_breaks(scene),
        watch=watch,
        stops=stops,
        verdict=verdict,
        told=(*scene.told, *overdue, *latest.told),
    )


def _accumulated(
    entries: Sequence[Entry],
    evidence: Mapping[str, Evidence],
    shown: Mapping[str, Protection],
    scene: Scene,
    facts: Facts,
) -> Accumulated | None:
    """Return everybody of some batches, with and without the people assessed; None of no batch."""
    if not entries:
        return None
    batches = together([evidence[e.batch] for e in entries])
    plans = {e.batch: shown[e.batch] for e in entries}
    of_batches = of_disjoint(plans)
    parts = {THEN: scene.held.assessed, NOW: batches}
    of_parts = of_disjoint({THEN: scene.protection, NOW: of_batches})
    return Accumulated(
        batches=ground_of(replace(facts, assessed=batches), of_batches, scene),
        beside=ground_of(replace(facts, assessed=beside(parts)), of_parts, scene),
        everybody=ground_of(
            replace(facts, assessed=together(list(parts.values()))), of_parts, scene
        ),
    )


def _stops(
    record: Record,
    evidence: Mapping[str, Evidence],
    shown: Mapping[str, Protection],
    scene: Scene,
    facts: Facts,
    spending: Spending,
) -> tuple[Stop, ...]:
    """Return every stop criterion of the submission, worked out over its window."""
    found = []
    for criterion in scene.submission.stop_criteria:
        waits = waits_for_outcomes(criterion.measure)
        can = [e for e in record.entries if e.judged or not waits]
        chosen = [can[i] for i in in_window([e.on for e in can], criterion.window)]
        of = _accumulated(chosen, evidence, shown, scene, facts)
        found.append(
            evaluated(
                criterion,
                None if of is None else of.batches,
                batches=len(chosen),
                look=spending.outcome_look if waits else spending.look,
                planned=spending.planned,
            )
        )
    return tuple(found)
