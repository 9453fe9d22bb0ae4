"""What is assessed: keywords and submission brought together into checked arrays.

A keyword wins over what the submission declares, and that is told. All that can be wrong with what
was handed over is found here, before anything is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError
from essex_standard.evidence import frames
from essex_standard.models.scores import validate_scores
from essex_standard.pipeline.beside import (
    baseline_of,
    clusters_of,
    factor_of,
    period_of,
    rule_column,
    weights_of,
)
from essex_standard.pipeline.columns import (
    column,
    column_name,
    column_names,
    require_aligned,
    require_columns,
)
from essex_standard.pipeline.deciding import decide
from essex_standard.pipeline.overrides import overrides
from essex_standard.pipeline.protected import (
    declared_of,
    groups,
    not_looked_at,
    protected_frame,
    protected_names,
)
from essex_standard.pipeline.request import Inputs, Population, Request
from essex_standard.pipeline.scoring import Scorer, find_scorer, positive_labels, scores_of
from essex_standard.pipeline.tables import Table, as_column, assessed_table, read, read_declared

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

UNKNOWN = 2
"""Code of an outcome that was not observed."""

QUANTITY = (
    "The model predicts a quantity: how far its predictions lie from what came is assessed; what "
    "needs an outcome that came or did not is not."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How outcomes are read: which labels mean the outcome predicted, and which the model knows."""

    name: str
    positive: tuple[Any, ...]
    classes: tuple[Any, ...]
    is_quantity: bool = False

    def codes(self, y: Any, known: Any, rows: int) -> NDArray[np.int8]:
        """Return the outcome as 0, 1, or 2 where it was not observed, or is a quantity."""
        if y is None or self.is_quantity:
            return np.full(rows, UNKNOWN, np.int8)
        return frames.outcome_codes(y, positive=self.positive, known=known, classes=self.classes)


def resolve(request: Request) -> Inputs:
    """Bring keywords and submission together, score the data and decide.

    Raises
    ------
    DataError, ModelError, SubmissionError
        Each naming what is wrong, where and how to mend it.
    """
    baseline, no_baseline = baseline_of(request)
    table = assessed_table(request)
    names, given = protected_names(request), protected_frame(request)
    left_out = require_columns(request, table, names)
    require_aligned(request, table, given)
    protected, of_groups = groups(table.frame, names, given, declared_of(request))
    unseen = not_looked_at(tuple(protected), request.known_groupings.characteristics)
    scorer = find_scorer(request)
    y, known = column(request, table, "y"), column(request, table, "outcome_known")
    reading = Outcome(
        name=column_name(request, "y") or "outcome",
        positive=positive_labels(request),
        classes=scorer.classes,
        is_quantity=scorer.score_kind == "quantity",
    )
    outcome = reading.codes(y, known, table.rows)
    scores = scores_of(request, scorer, table)
    errors = None
    if reading.is_quantity and y is not None:
        errors = scores - frames.quantities(y, known=known)
    time = column(request, table, "time")
    factor = column(request, table, "legitimate_factor")
    factor_name = column_name(request, "legitimate_factor") or "the declared factor"
    decision = decide(request, scores, scorer.score_kind, time)
    reference = _reference(request, scorer, reading, decision.threshold)
    return Inputs(
        assessed=Population(
            frame=table.frame,
            outcome=outcome,
            scores=scores,
            flagged=decision.flagged,
            rule=rule_column(baseline, table.frame),
            errors=errors,
        ),
        reference=reference,
        risk_model=scorer.model,
        score_kind=scorer.score_kind,
        threshold=decision.threshold,
        capacity=decision.capacity,
        protected=protected,
        weights=weights_of(column(request, table, "weights")),
        clusters=clusters_of(column(request, table, "clusters")),
        time=time,
        period_unit=_period_unit(request),
        factor=factor_of(factor, factor_name),
        factor_name="" if factor is None else factor_name,
        baseline=baseline,
        outcome_name=reading.name,
        positive=tuple(str(p) for p in reading.positive),
        names={
            "cluster": column_name(request, "clusters"),
            "time": column_name(request, "time"),
            "weights": column_name(request, "weights"),
            "outcome_known": column_name(request, "outcome_known"),
            "scores": scorer.column,
        },
        quasi_identifiers=column_names(request, "quasi_identifiers"),
        sensitive=column_names(request, "sensitive"),
        data_columns=_held(table),
        decision_rule=decision.words,
        period=period_of(time),
        model_digest=scorer.file_digest,
        data_digest=table.digest,
        trusted=scorer.trusted,
        told=(
            *overrides(request),
            *left_out,
            *of_groups,
            *((unseen,) if unseen else ()),
            *scorer.told,
            *_of_outcome(outcome, y, reading),
            *decision.told,
            *no_baseline,
            *_same_rows(table, reference),
        ),
    )


def _period_unit(request: Request) -> str:
    declared = request.declared
    return "" if declared is None or declared.data.period is None else str(declared.data.period)


def _held(table: Table) -> tuple[str, ...]:
    return () if table.frame is None else tuple(str(c) for c in table.frame.columns)


def _of_outcome(outcome: NDArray[np.int8], y: Any, reading: Outcome) -> tuple[str, ...]:
    if reading.is_quantity and y is not None:
        return (QUANTITY,)
    if y is None:
        return ("No outcome was given: only how often each group is flagged can be compared.",)
    seen = set(np.unique(outcome[outcome != UNKNOWN]).tolist())
    if not seen:
        return ("The outcome could be observed for nobody assessed.",)
    if len(seen) > 1:
        return ()
    which = "had" if seen == {1} else "lacked"
    return (f"Everybody assessed {which} the outcome: whatever needs both is not assessed.",)


def _same_rows(table: Table, reference: Population | None) -> tuple[str, ...]:
    if reference is None or table.frame is None or reference.frame is None:
        return ()
    if not table.frame.equals(reference.frame):
        return ()
    sentence = (
        "The reference data are the data assessed: no drift can show, and how well the model does "
        "on people it has not seen is not known."
    )
    return (sentence,)


# The reference population ----------------------------------------------------------------------


def _reference(
    request: Request, scorer: Scorer, reading: Outcome, threshold: float | None
) -> Population | None:
    frame = _reference_frame(request)
    if frame is None:
        if request.reference_y is not None:
            raise DataError.because(
                "reference_y was given without reference",
                where="reference_y",
                mend="Pass reference, the rows that it belongs to",
            )
        return None
    outcome = reading.codes(*_reference_outcome(request, frame, reading), len(frame))
    scores = _reference_scores(scorer, frame)
    flagged = np.zeros(len(frame), bool)
    if scores is not None and threshold is not None:
        flagged = np.asarray(scores >= threshold)
    return Population(frame=frame, outcome=outcome, scores=scores, flagged=flagged)


def _reference_frame(request: Request) -> pd.DataFrame | None:
    given, declared = request.reference, request.declared
    if isinstance(given, (str, PathLike)):
        return read(given, what="reference (--reference)")[0]
    if given is not None:
        return frames.to_frame(given, what="reference")
    if declared is not None and declared.data.reference:
        return read_declared(request, "reference")[0]
    return None


def _reference_outcome(request: Request, frame: pd.DataFrame, reading: Outcome) -> tuple[Any, Any]:
    """Return the reference's outcome and whether it was observable; None where it has none."""
    y = request.reference_y
    if y is not None:
        y = as_column(y, name="reference_y")
        frames.require_same_rows(frame, y, name="reference_y", frame_name="reference")
    elif reading.name in frame.columns:
        y = frame[reading.name]
    known = column_name(request, "outcome_known")
    return y, frame[known] if known in frame.columns else None


def _reference_scores(scorer: Scorer, frame: pd.DataFrame) -> NDArray[np.float64] | None:
    if scorer.model is not None:
        return scorer.model.scores(frame)
    if scorer.column and scorer.column in frame.columns:
        return _checked(frame[scorer.column], scorer)
    return None


def _checked(values: Sequence[float] | Any, scorer: Scorer) -> NDArray[np.float64]:
    kind: Any = scorer.score_kind
    where = f"reference column '{scorer.column}'"
    return validate_scores(values, len(values), kind, where=where)
