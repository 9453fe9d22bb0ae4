"""What a model loses without some of its columns: those of one agreement, or one column.

    copy fitted to all columns  -> scores of the people assessed
    copy fitted without some    -> scores of the same people
    loss = what the first does better, person by person

The people assessed were seen by neither copy. What is lost holds for these two copies, fitted to
the reference as it is: a reference drawn anew would give others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.experiments.kept import Kept, a_loss, key_of
from essex_standard.experiments.refitting import Copy
from essex_standard.models.decisions import decisions
from essex_standard.statistics.estimates import Normal
from essex_standard.statistics.paired import (
    People,
    auroc,
    auroc_loss,
    average_precision_loss,
    mean_loss,
)

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.experiments.coarser import CoarserColumn
    from essex_standard.experiments.fewer_columns import FewerColumns
    from essex_standard.experiments.refitting import Change, Learning

    Array = NDArray[np.float64]
    Flags = NDArray[np.bool_]

MOST_ASSESSED = 50_000
"""People who are scored by each copy at most."""

NO_TIME = "the copies, or the time, allowed ran out before it was tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """The people whom every copy scores.

    Attributes
    ----------
    frame : DataFrame of n rows
    outcome : ndarray of int8, shape (n,)
        0, 1, or 2 where it was not observed.
    groups : mapping of protected attribute to ndarray of str, shape (n,)
    threshold, capacity : float, int or None
        The rule by which people are flagged; a capacity wins.
    """

    frame: pd.DataFrame = field(repr=False)
    outcome: NDArray[np.int8] = field(repr=False)
    score_kind: str = "probability"
    weights: Array | None = field(default=None, repr=False)
    clusters: NDArray[np.int64] | None = field(default=None, repr=False)
    groups: Mapping[str, NDArray[np.str_]] = field(default_factory=dict, repr=False)
    threshold: float | None = None
    capacity: int | None = None

    @property
    def known(self) -> Flags:
        """Whose outcome is known."""
        return np.asarray(self.outcome != 2)

    @property
    def people(self) -> People:
        """Those of known outcome."""
        known = self.known
        return People.of(
            self.outcome[known] == 1,
            None if self.weights is None else self.weights[known],
            None if self.clusters is None else self.clusters[known],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFound:
    """How many of a group who had the outcome are flagged by either copy."""

    attribute: str
    group: str
    positives: int
    with_all: int
    without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Who is rightly flagged by either copy, among people of known outcome.

    Attributes
    ----------
    people : int
    moved, moved_wrongly : (int, int)
        Flagged by the copy of all columns only, and by the one without some only: of people with
        the outcome, and of people without it.
    loss : Normal
        People found fewer, as a share of all people.
    net_benefit : Normal or None
        Loss in net benefit at a threshold that is a probability.
    """

    people: int
    moved: tuple[int, int]
    moved_wrongly: tuple[int, int]
    loss: Normal
    net_benefit: Normal | None = None
    groups: tuple[GroupFound, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is lost without some columns, or why that is not known.

    `nothing_left`: these are all columns that the model reads, so that everybody is scored alike.
    """

    name: str
    columns: tuple[str, ...]
    roc_auc: Normal | None = None
    average_precision: Normal | None = None
    brier_score: Normal | None = None
    found: Found | None = None
    nothing_left: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Necessity:
    """What each source, and each column, buys.

    Attributes
    ----------
    by_column : FewerColumns or None
    coarser : tuple of CoarserColumn or None
        Of the columns that stay and can be made coarser; None where that was not tried.
    positives, negatives : int
        People assessed with and without the outcome.
    roc_auc, copy_roc_auc : float or None
        Of the model itself, and of the copy fitted to all columns.
    learned, of : int
        People a copy was fitted to, and people of known outcome in training.
    recalled : int
        Results taken from an earlier run.
    reason : str
        Why nothing could be tried.
    """

    sources: tuple[Loss, ...] = ()
    by_column: FewerColumns | None = None
    coarser: tuple[CoarserColumn, ...] | None = None
    positives: int = 0
    negatives: int = 0
    roc_auc: float | None = None
    copy_roc_auc: float | None = None
    learned: int = 0
    of: int = 0
    recalled: int = 0
    reason: str = ""
    seed: int = 0


@dataclass(slots=True)
class Allowance:
    """How many more copies may be fitted, or until when.

    A number of copies gives the same findings on a busy machine as on an idle one; a time does not.

    Attributes
    ----------
    copies : int or None
        That may be fitted; None if only time counts.
    in_time : callable
        Whether there is time for another.
    told : callable
        Called with how many were fitted before, when another is begun.
    """

    copies: int | None = None
    in_time: Callable[[], bool] = lambda: True
    told: Callable[[int], None] = lambda _: None
    begun: int = 0

    def one_more(self) -> bool:
        """Return whether another copy may be fitted, and count it."""
        if not self.in_time() or self.begun == self.copies:
            return False
        self.told(self.begun)
        self.begun += 1
        return True


def copies_allowed(seconds: float) -> int:
    """Return how many copies are fitted where nobody said for how long.

    Parameters
    ----------
    seconds : float
        Of processor time that the first copy took. Only its order of magnitude counts, so that
        two machines, or two runs on one, allow the same.
    """
    for most, copies in ((1, 120), (4, 40), (16, 20)):
        if seconds <= most:
            return copies
    return 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Copies of one model, each without some columns; a set of columns is tried once.

    Attributes
    ----------
    full : ndarray of shape (n,)
        Scores of the copy fitted to all columns.
    reads : tuple of str
        All columns that the model reads: without any of them everybody is scored alike.
    allowed : Allowance
        What other copies may be fitted.
    kept : Kept
        What earlier runs found.
    """

    learning: Learning
    assessed: Assessed
    full: Array = field(repr=False)
    reads: tuple[str, ...]
    allowed: Allowance = field(default_factory=Allowance)
    kept: Kept = field(default_factory=Kept)
    tried: dict[frozenset[str], Copy] = field(default_factory=dict, repr=False)

    def without(self, columns: Collection[str]) -> Copy:
        """Return what a copy without these columns makes of the people assessed."""
        chosen = frozenset(columns)
        if chosen not in self.tried:
            if not self.allowed.one_more():
                return Copy(None, NO_TIME)
            self.tried[chosen] = (
                Copy(np.full(len(self.full), self._same_for_all()))
                if chosen >= set(self.reads)
                # In the order of the model, so that the same set gives the same copy.
                else self.learning.copy(self.assessed.frame, [c for c in self.reads if c in chosen])
            )
        return self.tried[chosen]

    def changed(self, without: Collection[str], changes: Mapping[str, Change]) -> Copy:
        """Return what a copy makes of the people assessed where columns are changed too."""
        if not self.allowed.one_more():
            return Copy(None, NO_TIME)
        left_out = [c for c in self.reads if c in without]
        return self.learning.copy(self.assessed.frame, left_out, changes)

    def auroc_loss(self, columns: Collection[str]) -> tuple[Normal | None, str]:
        """Return the loss in AUROC without these columns, or why it is not known."""

        def work() -> tuple[Normal | None, str]:
            copy = self.without(columns)
            if copy.scores is None:
                return None, copy.reason
            known = self.assessed.known
            return auroc_loss(self.full[known], copy.scores[known], self.assessed.people), ""

        return self.kept.once(key_of("AUROC", columns), a_loss(), work)

    def average_precision_loss(self, columns: Collection[str]) -> Normal | None:
        """Return the loss in average precision without these columns, if it is known."""

        def work() -> tuple[Normal | None, str]:
            copy = self.without(columns)
            if copy.scores is None:
                return None, copy.reason
            known, seed = self.assessed.known, self.learning.seed
            scores = self.full[known], copy.scores[known]
            return average_precision_loss(*scores, self.assessed.people, seed=seed), ""

        return self.kept.once(key_of("average precision", columns), a_loss(), work)[0]

    def _same_for_all(self) -> float:
        if self.learning.risk.score_kind != "probability":
            return float(np.median(self.full))
        labels, positive = self.learning.labels, self.learning.positive
        return float(np.isin(labels.astype(str), [str(p) for p in positive]).mean())


def losses(trial: Trial, sets: Mapping[str, Sequence[str]]) -> tuple[Loss, ...]:
    """Fit a copy without each set of columns and say what it loses.

    Parameters
    ----------
    sets : mapping of name to columns
    """
    from pydantic import TypeAdapter

    found: list[Loss] = []
    for name, columns in sets.items():
        chosen = tuple(columns)

        def work(columns: tuple[str, ...] = chosen) -> tuple[Loss | None, str]:
            copy = trial.without(columns)
            if copy.scores is None:
                return None, copy.reason
            return _loss(columns, trial.full, copy.scores, trial.assessed, trial.learning.seed), ""

        loss, reason = trial.kept.once(key_of("source", chosen), TypeAdapter(Loss), work)
        if loss is None:
            found.append(Loss(name=name, columns=chosen, reason=reason))
        else:
            gone = set(trial.reads) <= set(chosen)
            found.append(replace(loss, name=name, columns=chosen, nothing_left=gone))
    return tuple(found)


def model_auroc(scores: Array, assessed: Assessed) -> float:
    """Return the AUROC of one set of scores among people of known outcome."""
    return auroc(scores[assessed.known], assessed.people)


def _loss(
    columns: tuple[str, ...], full: Array, scores: Array, assessed: Assessed, seed: int
) -> Loss:
    known, people = assessed.known, assessed.people
    one, other = full[known], scores[known]
    brier = None
    if assessed.score_kind == "probability":
        y = people.positive.astype(float)
        brier = mean_loss((other - y) ** 2 - (one - y) ** 2, people)
    return Loss(
        name="",
        columns=columns,
        roc_auc=auroc_loss(one, other, people),
        average_precision=average_precision_loss(one, other, people, seed=seed),
        brier_score=brier,
        found=_found(full, scores, assessed),
    )


def _found(full: Array, scores: Array, assessed: Assessed) -> Found | None:
    with_all, without = (_flagged(s, assessed) for s in (full, scores))
    if with_all is None or without is None:
        return None
    known, people = assessed.known, assessed.people
    with_all, without, y = with_all[known], without[known], people.positive
    fewer = np.where(y, with_all.astype(float) - without, 0.0)
    wrongly = np.where(y, 0.0, with_all.astype(float) - without)
    benefit = None
    t = assessed.threshold
    if assessed.capacity is None and assessed.score_kind == "probability" and t and 0 < t < 1:
        benefit = mean_loss(fewer - wrongly * t / (1 - t), people)
    return Found(
        people=len(y),
        moved=(int((with_all & ~without & y).sum()), int((without & ~with_all & y).sum())),
        moved_wrongly=(
            int((with_all & ~without & ~y).sum()),
            int((without & ~with_all & ~y).sum()),
        ),
        loss=mean_loss(fewer, people),
        net_benefit=benefit,
        groups=tuple(_by_group(with_all & y, without & y, y, assessed)),
    )


def _flagged(scores: Array, assessed: Assessed) -> Flags | None:
    if assessed.capacity is None and assessed.threshold is None:
        return None
    by_capacity = assessed.capacity is not None
    return decisions(
        scores,
        threshold=None if by_capacity else assessed.threshold,
        capacity=assessed.capacity,
        score_kind=assessed.score_kind,  # type: ignore[arg-type]
    ).flagged


def _by_group(found: Flags, without: Flags, y: Flags, assessed: Assessed) -> list[GroupFound]:
    known = assessed.known
    result: list[GroupFound] = []
    for attribute, of in assessed.groups.items():
        labels = of[known]
        for group in np.unique(labels):
            mine = labels == group
            result.append(
                GroupFound(
                    attribute=attribute,
                    group=str(group),
                    positives=int((y & mine).sum()),
                    with_all=int((found & mine).sum()),
                    without=int((without & mine).sum()),
                )
            )
    return result
