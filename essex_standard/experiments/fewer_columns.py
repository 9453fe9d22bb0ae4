"""The smallest set of columns with which a model does as well, and what each column buys in it.

    order       columns by what shuffling them costs, the least first
    leave out   a column with which those left out before it cost no more than the margin, surely
    repeat      until no further column can go

A column that was left out is not shown to be needed. Of one that stays it is said what leaving it
out as well would cost. So of two columns that say the same one goes and one stays: without the
first nothing is lost, without both much is. That either could have gone is told.

How sure "surely" is allows for every column that is tried (Holm 1979): the columns left out are
those, and no others, that a test of all of them finds within the margin.

References
----------
Breiman (2001), "Random forests", Machine Learning 45(1), 5-32 (shuffling a column). Holm (1979),
"A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2),
65-70. Hooker, Mentch and Zhou (2021), "Unrestricted permutation forces extrapolation", Statistics
and Computing 31:82 (why shuffling alone decides nothing here).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.experiments.encoding import Levels, levels
from essex_standard.statistics.paired import People, auroc_loss

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.experiments.necessity import Assessed, Trial
    from essex_standard.statistics.estimates import Normal

    Array = NDArray[np.float64]
    Score = Callable[[pd.DataFrame], Array]

MOST_SHUFFLED = 20_000
"""People of known outcome whose values are shuffled at most."""

MOST_STEPS = 8
"""Columns left out beyond what the margin allows, to show how the loss goes on."""


ALIKE = 0.3
"""Cramer's V from which two columns go together: in tenths, about a correlation of 0.8."""


@dataclass(frozen=True, slots=True)
class Margin:
    """What may be lost, and how sure it must be that no more is."""

    value: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OneColumn:
    """What one column buys.

    Attributes
    ----------
    shuffled : Normal or None
        Loss in AUROC of the model itself where the column's values are mixed up.
    loss : Normal or None
        Loss of a copy fitted without it and without those left out before; None if not known.
    average_precision : Normal or None
        The same in average precision.
    left_out : bool
    reason : str
        Why the loss is not known.
    """

    column: str
    shuffled: Normal | None = None
    loss: Normal | None = None
    average_precision: Normal | None = None
    left_out: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of leaving out: which column went, how many stay and what is lost in all."""

    column: str
    stay: int
    loss: Normal


@dataclass(frozen=True, slots=True, kw_only=True)
class FewerColumns:
    """What each column buys, and how the loss grows as columns go.

    Attributes
    ----------
    columns : tuple of OneColumn
        In the order of the data.
    steps : tuple of Step
    either : tuple of (str, str)
        A column left out and one that stays, of which either could have gone.
    """

    columns: tuple[OneColumn, ...] = ()
    steps: tuple[Step, ...] = ()
    either: tuple[tuple[str, str], ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """The columns that need not stay."""
        return tuple(c.column for c in self.columns if c.left_out)


def shuffled_losses(
    score: Score, assessed: Assessed, columns: Sequence[str], *, seed: int
) -> dict[str, Normal]:
    """Return what the model itself loses where the values of one column are mixed up.

    A column that it cannot be scored with has no entry.
    """
    rows = np.flatnonzero(assessed.known)
    if len(rows) > MOST_SHUFFLED:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_SHUFFLED, replace=False))
    frame = assessed.frame.iloc[rows]
    people = People.of(
        assessed.outcome[rows] == 1,
        None if assessed.weights is None else assessed.weights[rows],
        None if assessed.clusters is None else assessed.clusters[rows],
    )
    if not 0 < people.positive.sum() < len(rows):
        return {}
    before = score(frame)
    found: dict[str, Normal] = {}
    for column in columns:
        # A column's shuffle depends on its own name, and not on the others asked.
        rng = np.random.default_rng([seed, zlib.crc32(column.encode())])
        place = [str(c) for c in frame.columns].index(column)
        mixed = frame.copy(deep=False)
        mixed.isetitem(place, frame.iloc[:, place].array.take(rng.permutation(len(frame))))
        try:
            after = score(mixed)
        except Exception:  # noqa: BLE001, S112
            # Whatever a model raises, the other columns can still be shuffled: this one has no
            # figure, and is tried by a copy all the same.
            continue
        found[column] = auroc_loss(before, after, people)
    return found


def fewer_columns(trial: Trial, shuffled: dict[str, Normal], margin: Margin | None) -> FewerColumns:
    """Search for the smallest set of columns within the margin; without one each is tried alone.

    Parameters
    ----------
    shuffled : mapping of column to its loss when shuffled
        Gives the order in which columns are tried.
    """
    order = sorted(trial.reads, key=lambda c: (shuffled[c].value if c in shuffled else 1.0, c))
    gone: list[str] = []
    steps: list[Step] = []
    found: dict[str, tuple[Normal | None, str]] = {}
    precision: dict[str, Normal | None] = {}
    again = True
    while again:
        again = False
        for column in [c for c in order if c not in gone]:
            loss, reason = found[column] = trial.auroc_loss([*gone, column])
            if loss is None and reason:
                continue
            if loss is not None and is_within(loss, margin, len(order) - len(gone)):
                gone.append(column)
                precision[column] = trial.average_precision_loss(gone)
                steps.append(Step(column=column, stay=len(order) - len(gone), loss=loss))
                # Those that stay are tried once more beside what is gone now.
                again = True
    steps += _further(trial, gone, found, margin)
    return FewerColumns(
        columns=tuple(
            OneColumn(
                column=c,
                shuffled=shuffled.get(c),
                loss=found[c][0],
                average_precision=precision.get(c),
                left_out=c in gone,
                reason=found[c][1],
            )
            for c in trial.reads
        ),
        steps=tuple(steps),
        either=tuple(_either(trial, gone, order, margin)),
    )


def is_within(loss: Normal, margin: Margin | None, tests: int) -> bool:
    """Return whether a loss lies within the margin, allowing for the columns still in."""
    if margin is None:
        return False
    return 1 - loss.below(margin.value) <= (1 - margin.confidence) / max(tests, 1)


def _further(
    trial: Trial,
    gone: Sequence[str],
    found: dict[str, tuple[Normal | None, str]],
    margin: Margin | None,
) -> Iterator[Step]:
    """Yield how the loss goes on beyond the margin, the column that costs least first."""
    if margin is None:
        return
    known = [(loss.value, c) for c, (loss, _) in found.items() if c not in gone and loss]
    out = list(gone)
    for _, column in sorted(known)[:MOST_STEPS]:
        out.append(column)
        loss, _reason = trial.auroc_loss(out)
        if loss is None:
            return
        yield Step(column=column, stay=len(trial.reads) - len(out), loss=loss)


def _either(
    trial: Trial, gone: Sequence[str], order: Sequence[str], margin: Margin | None
) -> Iterator[tuple[str, str]]:
    """Yield each column that could have gone in the place of one that went.

    It could have if it lies within the margin alone, and with all that went but that one. Only
    columns that go together are tried, the closest first.
    """
    table = {c: levels(trial.learning.frame[c], c) for c in order} if gone else {}
    for column in [c for c in order if c not in gone]:
        near = {g: association(table[column], table[g]) for g in gone}
        others = sorted((g for g in gone if near[g] >= ALIKE), key=lambda g: -near[g])
        if not others or not _goes(trial, [column], margin, len(order)):
            continue
        for other in others:
            instead = [column, *(g for g in gone if g != other)]
            if _goes(trial, instead, margin, len(order) - len(gone) + 1):
                yield other, column
                break


def _goes(trial: Trial, columns: Sequence[str], margin: Margin | None, tests: int) -> bool:
    loss, _ = trial.auroc_loss(columns)
    return loss is not None and is_within(loss, margin, tests)


def association(one: Levels, other: Levels) -> float:
    """Return Cramer's V of two columns in levels, in [0, 1]; 0 for texts, which are not compared.

    ``V = sqrt(chi2 / (n (k - 1)))`` with k the levels of the column that has fewer.
    """
    if one.codes is None or other.codes is None:
        return 0.0
    cells = np.zeros((one.width, other.width))
    np.add.at(cells, (one.codes, other.codes), 1)
    expected = np.outer(cells.sum(axis=1), cells.sum(axis=0)) / cells.sum()
    fewer = min(one.width, other.width)
    if fewer < 2:
        return 0.0
    chi2 = float(((cells - expected) ** 2 / expected).sum())
    return float(np.sqrt(chi2 / (cells.sum() * (fewer - 1))))
