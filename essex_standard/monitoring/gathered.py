"""From a batch to its evidence: the road that the data assessed went, with the stored plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from essex_standard.disclosure import Protection
from essex_standard.errors import DataError, ModelError
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.measures.facts import Facts
from essex_standard.models.identity import why_another_model
from essex_standard.models.state_digest import state_digest
from essex_standard.monitoring.batch import Batch
from essex_standard.monitoring.repeatable import over_time, repeatable
from essex_standard.monitoring.scene import Scene
from essex_standard.monitoring.wording import words
from essex_standard.pipeline.dates_told import dates_told
from essex_standard.pipeline.findings import Ground
from essex_standard.pipeline.gathering import gather
from essex_standard.pipeline.inputs import UNKNOWN, resolve
from essex_standard.pipeline.request import Inputs, Request
from essex_standard.pipeline.standards import groupings_of

READY = (
    "The scores came ready in the data: that they are those of the model assessed was not checked."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summed:
    """A batch without its rows."""

    facts: Facts = field(repr=False)
    told: tuple[str, ...] = ()


def summed(
    batch: Batch,
    scene: Scene,
    *,
    model: Any,
    scores: str | None,
    trust_pickle: bool,
    as_of: dt.date,
    step: Callable[[str], None],
) -> Summed:
    """Score a batch with the model assessed and count what the Standard asks for.

    Raises
    ------
    DataError, ModelError
        If the batch cannot be scored, or not by the model assessed.
    """
    scored_by, told = _scorer(scene, model, scores, trust_pickle=trust_pickle)
    request = Request(
        X=batch.frame,
        submission=scene.loaded,
        trust_pickle=trust_pickle,
        known_groupings=groupings_of(scene.standard),
        **scored_by,
    )
    inputs = _with_outcomes(resolve(request), batch)
    _require_same_model(inputs, scene)
    asked = repeatable(scene.standard)
    asked = replace(
        asked,
        checks={t: tuple(c for c in cs if not over_time(c)) for t, cs in asked.checks.items()},
    )
    gathered = gather(inputs, asked, None, as_of=as_of, step=step)
    facts = replace(
        gathered.facts,
        reference=scene.held.assessed,
        columns_read=scene.plan.columns or gathered.facts.columns_read,
        min_cell=scene.protection.min_cell,
        outcome_name=scene.submission.data.outcome or "outcome",
    )
    dates = dates_told(inputs.time, as_of, name=inputs.names.get("time", ""))
    return Summed(facts=facts, told=(*told, *dates, *_infinite(facts)))


def _infinite(facts: Facts) -> Iterator[str]:
    """Say which columns hold infinite numbers that held none, where enough people have them."""
    before = {} if facts.reference is None else facts.reference.columns
    for column, profile in facts.assessed.columns.items():
        had = column in before and before[column].infinite
        if profile.infinite >= facts.min_cell and not had:
            yield words()["told"]["infinite"].format(column=column)


def ground_of(facts: Facts, shown: Protection, scene: Scene) -> Ground:
    """Return what judging stands on."""
    return Ground(
        facts=facts,
        shown=shown,
        loaded=scene.loaded,
        positive=tuple(str(p) for p in scene.submission.model.positive),
    )


def protection_of(evidence: Evidence, scene: Scene) -> Protection:
    """Return what may be shown of a batch, under the terms of the assessment."""
    return Protection.of(
        Held(
            assessed=evidence,
            reference=scene.held.assessed,
            min_cell=scene.held.min_cell,
            base=scene.held.base,
        )
    )


def _with_outcomes(inputs: Inputs, batch: Batch) -> Inputs:
    """Return the inputs with the outcomes that are known of the batch."""
    population = inputs.assessed
    if batch.outcome is None:
        return inputs
    if inputs.score_kind == "quantity":
        assert population.scores is not None  # noqa: S101 - a quantity is predicted by scores
        errors = population.scores - np.where(batch.known, batch.outcome, np.nan)
        return replace(inputs, assessed=replace(population, errors=errors))
    codes = np.where(batch.known, batch.outcome, UNKNOWN).astype(np.int8)
    return replace(inputs, assessed=replace(population, outcome=codes))


# The model ---------------------------------------------------------------------------------------


def _scorer(
    scene: Scene, model: Any, scores: str | None, *, trust_pickle: bool
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the keywords that score the batch, and what must be told of them."""
    declared = scene.submission.model
    if scores is not None:
        if model is not None:
            raise DataError.because(
                "both a model and a column of scores are given",
                where="--model, --scores",
                mend="Give one of them",
            )
        return {"scores": scores}, (READY,) if scene.plan.by_model else ()
    if not scene.plan.by_model:
        if model is not None:
            raise ModelError.because(
                "the assessment was of ready scores, so nothing says which model they came from",
                where="--model",
                mend="Leave the model out: the scores are read from the data",
            )
        if not declared.scores:
            raise DataError.because(
                "the scores of the assessment had no name to find them by",
                where="--scores",
                mend="Name the column of scores: --scores COLUMN",
            )
        return {}, ()
    if model is None and not (declared.file or declared.callable):
        raise ModelError.because(
            "the assessment was of a model, and none is given to score this batch",
            where="--model",
            mend="Give the model assessed with --model FILE, or the column of its scores with "
            "--scores COLUMN",
        )
    if isinstance(model, (str, PathLike)):
        why = why_another_model(
            Path(model),
            model_digest=scene.before.subject.model_digest,
            state=scene.before.subject.model_state_digest,
            trusted_types=declared.trusted_types,
            trust_pickle=trust_pickle,
        )
        if why:
            raise ModelError.because(why, where="--model", mend="Or give the model assessed")
    return {} if model is None else {"model": model}, ()


def _require_same_model(inputs: Inputs, scene: Scene) -> None:
    """Raise unless the model is the one assessed, by its file or by its fitted state."""
    if inputs.risk_model is None:
        return
    subject = scene.before.subject
    if inputs.model_digest is not None and inputs.model_digest == subject.model_digest:
        return
    found = state_digest(inputs.risk_model.model).digest
    if found is not None and found == subject.model_state_digest:
        return
    raise ModelError.because(
        "this is not the model that was assessed",
        where="model",
        mend="Give the model assessed, or assess this one",
    )


__all__ = ["READY", "Summed", "ground_of", "protection_of", "summed"]
