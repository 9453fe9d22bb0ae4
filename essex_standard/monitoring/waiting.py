"""Label delay: whether a batch's outcomes are in, and if not, from when they can be asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from essex_standard.disclosure.cells import nearest
from essex_standard.monitoring.batch import months_later
from essex_standard.monitoring.wording import words

if TYPE_CHECKING:
    from essex_standard.evidence.evidence import Evidence
    from essex_standard.monitoring.batch import Batch
    from essex_standard.monitoring.scene import Scene

MOST_UNKNOWN = 0.05
"""How much larger than at the assessment the share of unknown outcomes may be for a batch that is
not due yet to be judged: outcomes that come first are not like the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is known of a batch's outcomes.

    Attributes
    ----------
    due : date or None
        None where nobody said how long outcomes take.
    why : str
        Why what needs outcomes is not judged; empty where it is.
    """

    due: dt.date | None
    why: str

    @property
    def judged(self) -> bool:
        """Whether what needs outcomes is judged."""
        return not self.why


def waiting_of(batch: Batch, scene: Scene, *, today: dt.date) -> Waiting:
    """Return whether the batch's outcomes are in.

    They are once about as many are known as of the people assessed, or once they are due and some
    are known. Nothing is waited for where the assessment knew none, or once they are overdue.
    """
    say = words()["waiting"]
    lag = scene.submission.label.lag_months
    due = None if lag is None else months_later(batch.on, lag)
    usual = known_share(scene.held.assessed)
    enough = batch.known_share >= usual - MOST_UNKNOWN and batch.known.any()
    if not usual or enough:
        return Waiting(due=due, why="")
    if due is None:
        # Without a date nothing says that these are all that will come, nor that they are not.
        return Waiting(due=None, why="" if batch.known.any() else say["no_date"])
    if today >= due:
        return Waiting(due=due, why="")
    k, base = scene.protection.min_cell, scene.protection.base
    known, rows = int(batch.known.sum()), len(batch.known)
    if min(known, rows - known) < k:
        return Waiting(due=due, why=say["until_none"].format(due=due.isoformat()))
    share = f"{100 * nearest(known, base) / nearest(rows, base):.0f}"
    return Waiting(due=due, why=say["until"].format(share=share, due=due.isoformat()))


def known_share(evidence: Evidence) -> float:
    """Return the share of people whose outcome is known."""
    known = known_count(evidence)
    return known / evidence.rows if evidence.rows else 0.0


def known_count(evidence: Evidence) -> int:
    """Return how many people's outcome is known."""
    if "" in evidence.errors:
        return int(evidence.errors[""].counts.sum())
    whole = evidence.whole
    if whole is None:
        return 0
    return int(whole.count("positives")[0] + whole.count("negatives")[0])
