"""`Monitor`: one look at a batch, from reading it to the record on disk.

lock -> read the record -> read, score and count the batch -> judge -> write the record, whole
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from essex_standard.assessment import Verdict
from essex_standard.disclosure import at_rest
from essex_standard.errors import AssessmentFileError, DataError
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held as Restricted
from essex_standard.monitoring.batch import Batch, read_batch
from essex_standard.monitoring.concluding import concluded
from essex_standard.monitoring.figures import of_population
from essex_standard.monitoring.gathered import summed
from essex_standard.monitoring.judging import Spending
from essex_standard.monitoring.lock import only_one
from essex_standard.monitoring.looking import entry_of
from essex_standard.monitoring.looks import PLANNED, year_of
from essex_standard.monitoring.record import Entry, Held, Record, read_store, with_entry
from essex_standard.monitoring.scene import Scene, scene_of
from essex_standard.monitoring.waiting import known_count
from essex_standard.monitoring.wording import words
from essex_standard.monitoring.writing import STORE, write_record

EXIT = {Verdict.PASS: 0, Verdict.BLOCK: 1, Verdict.REFER: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitored:
    """What a look came to.

    Attributes
    ----------
    record : Record
        Everything found so far, in protected figures.
    entry : Entry
        The batch looked at.
    changed : bool
        False where the batch, with these outcomes, was in the record already.
    files : mapping of what it is to Path
    notes : tuple of str
    """

    record: Record
    entry: Entry
    changed: bool
    files: dict[str, Path]
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What the record amounts to now."""
        return self.record.verdict

    @property
    def exit_code(self) -> int:
        """As the command exits: 0 fine, 1 stop, 3 for the board."""
        return EXIT[self.record.verdict]


class Monitor:
    """Compare new data with what was assessed, and keep the record of it.

    Parameters
    ----------
    assessment : path of ``assessment.json``
    out : path
        Folder of the record; made if absent.
    evidence : path, optional
        The restricted store; default ``assessment.evidence`` beside the assessment.
    standard : path or Standard, optional
        The one that the assessment was judged by; default the shipped one.
    submission : path, optional
        The team's submission as it is today: known breaks, stop criteria and how late outcomes come
        are read from it, and the model file that it names scores the batch.
    looks_a_year : int
        How many looks a year has by plan.
    wait : float
        Seconds to wait for another run on the same record.

    Examples
    --------
    >>> monitor = Monitor("approved/assessment.json", out="record")  # doctest: +SKIP
    >>> monitor.look("2026-11.parquet", model="model.skops").exit_code  # doctest: +SKIP
    0
    """

    def __init__(
        self,
        assessment: str | PathLike[str],
        *,
        out: str | PathLike[str],
        evidence: str | PathLike[str] | None = None,
        standard: Any = None,
        submission: str | PathLike[str] | None = None,
        looks_a_year: int = PLANNED,
        wait: float = 60.0,
    ) -> None:
        if isinstance(looks_a_year, bool) or not isinstance(looks_a_year, int) or looks_a_year < 1:
            raise DataError.because(
                f"{looks_a_year!r} is not a number of looks a year",
                where="looks_a_year (--looks-a-year)",
                mend="Give 12 for one a month, 4 for one a quarter",
            )
        self._scene = scene_of(
            assessment, evidence=evidence, standard=standard, submission=submission
        )
        self._out = Path(out)
        self._planned = looks_a_year
        self._wait = wait

    def look(
        self,
        data: Any,
        *,
        model: Any = None,
        scores: str | None = None,
        outcomes: Any = None,
        key: str | None = None,
        as_of: dt.date | None = None,
        trust_pickle: bool = False,
        progress: Callable[[str], None] | None = None,
    ) -> Monitored:
        """Look at a batch and write the record; the same batch again changes nothing.

        Parameters
        ----------
        data : dataframe or path
            The rows of one period, as the model is given them.
        model : estimator or path, optional
            The model assessed.
        scores : str, optional
            Column of its scores, where they are ready.
        outcomes : dataframe or path, optional
            Outcomes that came later.
        key : str, optional
            Column that both share.
        as_of : date, optional
            Day of the look; default today.

        Returns
        -------
        Monitored

        Raises
        ------
        EssexError
            A subclass of it, for whatever cannot be used; the record is then as it was.
        """
        step = progress or (lambda _: None)
        today = as_of or dt.date.today()
        with only_one(self._out, wait=self._wait):
            step("Reading the record")
            stored = self._stored()
            step("Reading the batch")
            batch = read_batch(
                data, self._scene.submission, outcomes=outcomes, key=key, as_of=today
            )
            before = next((e for e in stored.record.entries if e.batch == batch.identity), None)
            if before is not None and batch.outcomes in ("", before.outcomes):
                files, notes = write_record(stored, self._out)
                return Monitored(
                    record=stored.record, entry=before, changed=False, files=files, notes=notes
                )
            step("Scoring the batch")
            facts = summed(
                batch, self._scene, model=model, scores=scores, trust_pickle=trust_pickle,
                as_of=today, step=step,
            )  # fmt: skip
            _require_enough_news(batch, before, stored, self._scene, facts.facts.assessed)
            step("Judging")
            spending = _spending(stored.record, self._planned, today, before)
            told = facts.told
            if before is not None:
                told = (*told, words()["told"]["outcomes"].format(period=batch.period))
            entry = entry_of(
                batch, facts.facts, self._scene, spending, today=today, before=before, told=told
            )
            kept = at_rest(
                Restricted(assessed=facts.facts.assessed, min_cell=self._scene.held.min_cell)
            )
            evidence = {**stored.evidence, batch.identity: kept.assessed}
            record = concluded(
                with_entry(stored.record, entry), evidence, self._scene, facts.facts, spending,
                today=today, latest=entry, updated=before is not None,
            )  # fmt: skip
            step("Writing the record")
            files, notes = write_record(Held(record=record, evidence=evidence), self._out)
        return Monitored(record=record, entry=entry, changed=True, files=files, notes=notes)

    def _stored(self) -> Held:
        """Return the record so far, or an empty one.

        Raises
        ------
        AssessmentFileError
            If it is of another assessment, or has other looks by plan.
        """
        stored = read_store(self._out / STORE)
        if stored is None:
            return Held(record=_empty(self._scene, self._planned))
        where = str(self._out / STORE)
        if stored.record.assessment != self._scene.digest:
            raise AssessmentFileError.because(
                "the record there is of another assessment",
                where=where,
                mend="Begin a record of its own for each assessment: name another folder",
            )
        if stored.record.looks_a_year != self._planned:
            raise AssessmentFileError.because(
                f"the record there was begun for {stored.record.looks_a_year} looks a year, not "
                f"{self._planned}: changing that now would change how often it raises false alarms",
                where=where,
                mend=f"Give --looks-a-year {stored.record.looks_a_year}, or begin another record",
            )
        return stored


def _empty(scene: Scene, planned: int) -> Record:
    from essex_standard.measures.facts import Facts

    before, held = scene.before, scene.held
    known = known_count(held.assessed) > 0
    facts = Facts(
        assessed=held.assessed, reference=held.reference,
        score_kind=scene.submission.model.score_kind or "probability",
        baseline=scene.submission.baseline or "prevalence",
    )  # fmt: skip
    return Record(
        name=before.subject.name,
        assessed_on=before.subject.assessed_on,
        assessed_period=before.context.period,
        assessment=scene.digest,
        standard=before.standard,
        looks_a_year=planned,
        verdict=Verdict.PASS,
        baseline=tuple(of_population(facts, scene.protection, outcomes=known)),
    )


def _spending(record: Record, planned: int, today: dt.date, before: Entry | None) -> Spending:
    """Return which look of its year this is; outcomes have a count of their own."""
    first = min((dt.date.fromisoformat(e.looked_on) for e in record.entries), default=today)
    year = year_of(first, today)

    def of_year(day: str) -> bool:
        return bool(day) and year_of(first, dt.date.fromisoformat(day)) == year

    looks = sum(of_year(e.looked_on) for e in record.entries)
    asked = max((e.outcome_look for e in record.entries if of_year(e.outcomes_on)), default=0)
    return Spending(
        look=looks + 1 if before is None else max(looks, 1), outcome_look=asked + 1, planned=planned
    )


def _require_enough_news(
    batch: Batch, before: Entry | None, stored: Held, scene: Scene, now: Evidence
) -> None:
    """Raise where so few outcomes came that what they change would tell of somebody."""
    if before is None:
        return
    news = abs(known_count(now) - known_count(stored.evidence[batch.identity]))
    if 0 < news < scene.protection.min_cell:
        raise DataError.because(
            "so few outcomes came since the last look that printing what they change would tell of "
            "single people",
            where="outcomes (--outcomes)",
            mend="Wait until more have come",
        )


__all__ = ["EXIT", "Monitor", "Monitored"]
