"""What one look finds of one batch, as an entry of the record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.assessment import Verdict
from essex_standard.disclosure import Protection
from essex_standard.disclosure.disjoint import of_disjoint
from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.facts import Facts
from essex_standard.monitoring.adding import beside
from essex_standard.monitoring.batch import months_later
from essex_standard.monitoring.figures import of_population, widest
from essex_standard.monitoring.gathered import ground_of, protection_of
from essex_standard.monitoring.judging import (
    NOW,
    THEN,
    Grounds,
    Spending,
    seen_of,
    verdict_of_seen,
)
from essex_standard.monitoring.record import Break, Entry, Seen, Standing
from essex_standard.monitoring.repeatable import repeatable
from essex_standard.monitoring.waiting import known_count, waiting_of
from essex_standard.monitoring.wording import words

if TYPE_CHECKING:
    from essex_standard.monitoring.batch import Batch
    from essex_standard.monitoring.scene import Scene

NEAR = 3
"""Months within which a known break is named beside what moved."""


def beside_assessed(facts: Facts, shown: Protection, scene: Scene) -> tuple[Facts, Protection]:
    """Return the people assessed and the new ones, each as a period, and what may be shown."""
    parts: Mapping[str, Evidence] = {THEN: scene.held.assessed, NOW: facts.assessed}
    plans = {THEN: scene.protection, NOW: shown}
    return replace(facts, assessed=beside(parts)), of_disjoint(plans)


def entry_of(
    batch: Batch,
    facts: Facts,
    scene: Scene,
    spending: Spending,
    *,
    today: dt.date,
    before: Entry | None,
    told: tuple[str, ...] = (),
) -> Entry:
    """Return the entry of a batch.

    Parameters
    ----------
    before : Entry or None
        Its entry so far, where its outcomes have come since.
    """
    shown = protection_of(facts.assessed, scene)
    together, shown_together = beside_assessed(facts, shown, scene)
    waiting = waiting_of(batch, scene, today=today)
    kept = {} if before is None else {s.finding.check: s for s in before.seen}
    seen = tuple(
        _near(s, known_breaks(scene), batch.on)
        for s in seen_of(
            repeatable(scene.standard),
            Grounds(
                alone=ground_of(facts, shown, scene),
                beside=ground_of(together, shown_together, scene),
            ),
            scene.before,
            spending,
            waiting=waiting.why,
            kept=kept,
        )
    )
    return Entry(
        batch=batch.identity,
        outcomes=batch.outcomes,
        period=batch.period,
        on=batch.on.isoformat(),
        looked_on=today.isoformat() if before is None else before.looked_on,
        outcomes_on=today.isoformat() if waiting.judged else "",
        look=spending.look if before is None else before.look,
        outcome_look=spending.outcome_look if waiting.judged else 0,
        due="" if waiting.due is None else waiting.due.isoformat(),
        judged=waiting.judged,
        rows=shown.total,
        known=_known(facts.assessed, shown),
        verdict=verdict_of_seen(seen),
        seen=tuple(s for s in seen if s.standing is not Standing.NOT_ASKED),
        figures=(*of_population(facts, shown, outcomes=waiting.judged), *widest(seen)),
        told=(*_about(batch, scene), *told),
    )


def _known(evidence: Evidence, shown: Protection) -> int | None:
    known = known_count(evidence)
    if min(known, evidence.rows - known) < shown.min_cell:
        return shown.total if known * 2 > evidence.rows else None
    return shown.rows(known)


def _about(batch: Batch, scene: Scene) -> tuple[str, ...]:
    say = words()["told"]
    if not batch.dated:
        return (say["undated"],) if scene.submission.data.time else ()
    assessed = scene.before.context.period
    if assessed and batch.period < assessed.split(" to ")[0].split(",")[0]:
        return (say["before"].format(period=batch.period, assessed=assessed),)
    return ()


# Known breaks ------------------------------------------------------------------------------------


def known_breaks(scene: Scene) -> tuple[Break, ...]:
    """Return the days on which the records changed for a known reason, in order."""
    return tuple(
        Break(on=b.on.isoformat(), what=b.what)
        for b in sorted(scene.submission.known_break, key=lambda b: str(b.on))
        if b.on is not None
    )


def _near(seen: Seen, breaks: tuple[Break, ...], day: dt.date) -> Seen:
    """Return a finding that moved with the known breaks near it."""
    if seen.standing is not Standing.MOVED:
        return seen
    window = months_later(day, -NEAR).isoformat(), months_later(day, NEAR).isoformat()
    near = [
        words()["page"]["break_near"].format(what=b.what.rstrip("."), on=b.on)
        for b in breaks
        if window[0] <= b.on <= window[1]
    ]
    return replace(seen, note=" ".join((seen.note, *near)).strip())


def worst(*verdicts: Verdict) -> Verdict:
    """Return the gravest verdict; ``pass`` of none."""
    for verdict in (Verdict.BLOCK, Verdict.REFER):
        if verdict in verdicts:
            return verdict
    return Verdict.PASS
