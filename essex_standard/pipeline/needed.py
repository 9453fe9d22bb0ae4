"""What each source and each column buys: who copies are fitted to, and whom they score."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError
from essex_standard.experiments.coarser import coarser_columns
from essex_standard.experiments.fewer_columns import (
    FewerColumns,
    Margin,
    OneColumn,
    fewer_columns,
    shuffled_losses,
)
from essex_standard.experiments.necessity import (
    MOST_ASSESSED,
    Allowance,
    Assessed,
    Necessity,
    Trial,
    copies_allowed,
    losses,
    model_auroc,
)
from essex_standard.experiments.refitting import (
    FEWEST,
    MOST_LEARNED,
    Learning,
    can_be_fitted,
    inside,
    labels_to_learn,
)
from essex_standard.pipeline.resuming import digest_of, kept_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.pipeline.request import Inputs, Population
    from essex_standard.standard import Check
    from essex_standard.submission import LoadedSubmission

NECESSITY, COARSENING = "necessity_loss", "coarsening_loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the checks in force ask of copies.

    Attributes
    ----------
    margin : Margin or None
        Of the strictest check across columns, and how sure it asks to be.
    coarser : Margin or None
        Of the strictest check on coarser columns; None where there is none.
    seconds : float or None
        For all copies together; None where their number is what is limited.
    resume : path or None
        Of the file that keeps what copies lost from run to run.
    """

    by_source: bool = False
    by_column: bool = False
    margin: Margin | None = None
    coarser: Margin | None = None
    seconds: float | None = None
    resume: str | PathLike[str] | None = None

    @classmethod
    def of(
        cls,
        checks: Iterable[Check],
        minutes: float | None,
        resume: str | PathLike[str] | None = None,
    ) -> Asked:
        """Return what these checks ask."""
        checks = tuple(c for c in checks if c.measure in (NECESSITY, COARSENING))
        if minutes is not None and not 0 <= minutes < math.inf:
            raise DataError.because(
                f"{minutes} is not a number of minutes",
                where="minutes",
                mend="Give how long copies of the model may be fitted: 5, or 0 for not at all",
            )
        needed = [c for c in checks if c.measure == NECESSITY]
        in_columns = [c for c in needed if "columns" in c.across]
        return cls(
            by_source=any("sources" in c.across for c in needed),
            by_column=bool(in_columns),
            margin=_strictest(in_columns),
            coarser=_strictest(c for c in checks if c.measure == COARSENING),
            seconds=None if minutes is None else 60 * minutes,
            resume=resume,
        )


def _strictest(checks: Iterable[Check]) -> Margin | None:
    margins = [
        Margin(value=c.limit.ends[0], confidence=c.evidence.confidence)
        for c in checks
        if c.limit is not None and c.limit.ends[0] is not None
    ]
    return min(margins, key=lambda m: m.value, default=None)


def what_is_needed(
    inputs: Inputs,
    reads: Sequence[str],
    sources: Mapping[str, Collection[str]],
    asked: Asked,
    *,
    seed: int,
    step: Callable[[str], None] = lambda _: None,
) -> Necessity:
    """Fit copies of the model without some of its columns, and say what they lose.

    Parameters
    ----------
    reads : sequence of str
        Columns that the model reads.
    sources : mapping of an agreement's id to the columns that it covers
    """
    from threadpoolctl import threadpool_limits

    # Fits of some milliseconds each lose more by waiting for other threads than they gain, and on
    # one thread the first copy's time tells of the model and not of the machine's other work.
    with threadpool_limits(limits=1):
        return _what_is_needed(inputs, reads, sources, asked, seed, step)


def _what_is_needed(
    inputs: Inputs,
    reads: Sequence[str],
    sources: Mapping[str, Collection[str]],
    asked: Asked,
    seed: int,
    step: Callable[[str], None],
) -> Necessity:
    reason = _why_not(inputs)
    if reason:
        return Necessity(reason=reason, by_column=_shuffled_only(inputs, reads, asked, seed))
    assert inputs.reference is not None  # noqa: S101 - _why_not saw to it
    assert inputs.risk_model is not None  # noqa: S101
    assessed, scores = _assessed(inputs, seed)
    learning, of = _learning(inputs, inputs.reference, seed)
    of_all = "" if asked.resume is None else digest_of(learning, assessed, reads)
    kept = kept_in(asked.resume, of_all)
    now, started = time.monotonic(), time.process_time()
    full = learning.copy(assessed.frame)
    copies = None
    if asked.seconds is None:
        copies = copies_allowed(time.process_time() - started)
    allowed = _allowance(now, asked.seconds, copies, step)
    if full.scores is None:
        return Necessity(reason=full.reason, by_column=_shuffled_only(inputs, reads, asked, seed))
    people = assessed.people
    trial = Trial(
        learning=learning,
        assessed=assessed,
        full=full.scores,
        reads=tuple(reads),
        allowed=allowed,
        kept=kept,
    )
    by_source = losses(trial, supplied_alone(sources, reads)) if asked.by_source else ()
    by_column = None
    if asked.by_column:
        shuffled = shuffled_losses(inputs.risk_model.scores, assessed, reads, seed=seed)
        by_column = fewer_columns(trial, shuffled, asked.margin)
    coarser = None
    if asked.coarser is not None:
        gone = () if by_column is None else by_column.left_out
        coarser = tuple(coarser_columns(trial, gone, asked.coarser))
    return Necessity(
        sources=by_source,
        by_column=by_column,
        coarser=coarser,
        positives=int(people.positive.sum()),
        negatives=int((~people.positive).sum()),
        roc_auc=model_auroc(scores, assessed),
        copy_roc_auc=model_auroc(full.scores, assessed),
        learned=len(learning.labels),
        of=of,
        recalled=kept.recalled,
        seed=seed,
    )


def _allowance(
    started: float, seconds: float | None, copies: int | None, step: Callable[[str], None]
) -> Allowance:
    """Return what may be fitted, telling a watcher how far it is and how long it may yet take."""

    def told(begun: int) -> None:
        spent = time.monotonic() - started
        left = spent * (copies - begun) / (begun + 1) if copies is not None else 0.0
        if seconds is not None:
            left = max(0.0, seconds - spent)
        most = "" if copies is None else f" of {copies} at most"
        step(
            f"Fitting the model again without some of its columns {bar(spent / (spent + left))} "
            f"copy {begun + 1}{most}, {how_long(left)} left at most"
        )

    end = math.inf if seconds is None else started + seconds
    return Allowance(copies=copies, in_time=lambda: time.monotonic() < end, told=told)


def bar(share: float, width: int = 20) -> str:
    """Return a bar of blocks, so much of it full."""
    full = round(width * min(max(share, 0.0), 1.0))
    return "█" * full + "░" * (width - full)


def how_long(seconds: float) -> str:
    """Return a time as a person says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"


def _shuffled_only(
    inputs: Inputs, reads: Sequence[str], asked: Asked, seed: int
) -> FewerColumns | None:
    """Return what shuffling each column costs a model that cannot be fitted again."""
    risk, new = inputs.risk_model, inputs.assessed
    if not asked.by_column or risk is None or new.frame is None or new.scores is None:
        return None
    if inputs.score_kind not in {"probability", "unbounded"}:
        return None
    assessed, _ = _assessed(inputs, seed)
    shuffled = shuffled_losses(risk.scores, assessed, reads, seed=seed)
    return FewerColumns(columns=tuple(OneColumn(column=c, shuffled=shuffled.get(c)) for c in reads))


def sources_of(loaded: LoadedSubmission | None, as_of: dt.date) -> dict[str, tuple[str, ...]]:
    """Return the columns of each agreement in force, by its id."""
    if loaded is None:
        return {}
    return {str(a.id): a.column_names() for a in loaded.agreements if a.in_force(as_of)}


def supplied_alone(
    sources: Mapping[str, Collection[str]], reads: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Return, for each source, the columns read that no other source covers too.

    Without an agreement the columns that another one covers as well would still be there.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name, columns in sources.items():
        others = {c for other, of in sources.items() if other != name for c in of}
        mine = tuple(c for c in reads if c in columns and c not in others)
        if mine:
            found[name] = mine
    return found


def _why_not(inputs: Inputs) -> str:
    risk, old, new = inputs.risk_model, inputs.reference, inputs.assessed
    if risk is None:
        return "only scores were given, so that no copy of the model can be fitted without a column"
    if inputs.score_kind not in {"probability", "unbounded"}:
        return "the model predicts a quantity, for which what a column buys is not examined"
    if not can_be_fitted(risk.model) or risk.how not in {"predict_proba", "decision_function"}:
        return "the model is no estimator that a copy of can be fitted again"
    if new.frame is None:
        return "there are no rows to score"
    if old is None or old.frame is None:
        return "no reference data were given, to which a copy could be fitted"
    if old.frame.equals(new.frame):
        return (
            "the reference data are the data assessed, so that no copy can be tried on new people"
        )
    for population, which in ((new, "assessed"), (old, "in the reference")):
        if min(np.sum(population.outcome == y) for y in (0, 1)) < FEWEST:
            return (
                f"fewer than {FEWEST} people {which} are known to have had the outcome, or not to "
                "have had it"
            )
    return ""


def _drawn(n: int, most: int, seed: int) -> NDArray[np.int64]:
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def _assessed(inputs: Inputs, seed: int) -> tuple[Assessed, Any]:
    new = inputs.assessed
    assert new.frame is not None  # noqa: S101 - _why_not saw to it
    assert new.scores is not None  # noqa: S101
    rows = _drawn(len(new.frame), MOST_ASSESSED, seed)
    clusters = None
    if inputs.clusters is not None:
        _, clusters = np.unique(inputs.clusters[rows], return_inverse=True)
        clusters = clusters.reshape(-1).astype(np.int64)
    capacity = inputs.capacity
    if capacity is not None:
        capacity = max(1, round(capacity * len(rows) / len(new.frame)))
    return (
        Assessed(
            frame=new.frame.iloc[rows],
            outcome=new.outcome[rows],
            score_kind=inputs.score_kind,
            weights=None if inputs.weights is None else inputs.weights[rows],
            clusters=clusters,
            groups={a: g[rows] for a, g in inputs.protected.items()},
            threshold=inputs.threshold,
            capacity=capacity,
        ),
        new.scores[rows],
    )


def _learning(inputs: Inputs, old: Population, seed: int) -> tuple[Learning, int]:
    assert old.frame is not None  # noqa: S101 - _why_not saw to it
    assert inputs.risk_model is not None  # noqa: S101
    known = np.flatnonzero(old.outcome != 2)
    rows = known[_drawn(len(known), MOST_LEARNED, seed)]
    frame = old.frame.iloc[rows]
    raw = frame[inputs.outcome_name] if inputs.outcome_name in frame.columns else None
    labels, positive = labels_to_learn(
        inside(inputs.risk_model.model), raw, old.outcome[rows], inputs.risk_model.positive
    )
    learning = Learning(
        risk=inputs.risk_model, frame=frame, labels=labels, positive=positive, seed=seed
    )
    return learning, len(known)
