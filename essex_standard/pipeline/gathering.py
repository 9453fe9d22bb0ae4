"""Gather evidence and run the experiments that the checks in force ask for, and no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING

from essex_standard.disclosure.suppression import MIN_CELL
from essex_standard.evidence.coding import codes_of
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.evidence.vocabulary import with_mentions, with_words
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.models.columns import ColumnsRead, columns_read
from essex_standard.models.state_digest import state_digest
from essex_standard.pipeline.ages import age_unwatched
from essex_standard.pipeline.crossing import crossing
from essex_standard.pipeline.dates_told import dates_told
from essex_standard.pipeline.likeness import Likeness, likeness
from essex_standard.pipeline.needed import Asked, sources_of
from essex_standard.pipeline.periods import Periods, periods_of
from essex_standard.pipeline.texts import swaps_of
from essex_standard.pipeline.trials import feature_like, try_inputs

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.experiments.column_effect import ColumnEffects
    from essex_standard.experiments.counterfactual_flips import CounterfactualFlips
    from essex_standard.models.used import ColumnsTraced
    from essex_standard.pipeline.request import Inputs, Population
    from essex_standard.standard import Standard
    from essex_standard.submission import LoadedSubmission
    from essex_standard.submission.rules import ColumnsUsed

SEED = 20181
"""Of every random draw; recorded in the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was found out before anything is judged."""

    facts: Facts
    held: Held
    columns: ColumnsUsed | None
    state_digest: str | None
    told: tuple[str, ...]


def gather(
    inputs: Inputs,
    standard: Standard,
    loaded: LoadedSubmission | None,
    *,
    as_of: dt.date,
    step: Callable[[str], None],
    minutes: float | None = None,
    resume: str | PathLike[str] | None = None,
) -> Gathered:
    """Summarise both populations, trace the model and run the experiments."""
    needs = {need for _, check in standard for need in MEASURES[check.measure].needed(check.across)}
    across = {a for _, check in standard for a in check.across}
    told = [*dates_told(inputs.time, as_of, name=inputs.names.get("time", ""))]
    read = _columns_read(inputs)
    if read is not None and not read.traced:
        told += read.untraced
    elif read is not None and inputs.outcome_name in read.columns:
        told.append(f"The model reads the outcome itself (column '{inputs.outcome_name}').")
    profiled = read.columns if read is not None else feature_like(inputs)
    profiled = profiled if "columns" in needs else ()
    periods = Periods()
    if "periods" in across:
        periods = periods_of(inputs.time, inputs.period_unit, protected=inputs.protected)
    step("Summarising the people assessed")
    assessed = _evidence(
        inputs,
        reference=False,
        columns=profiled,
        intersections="intersections" in across,
        depth=max((c.depth for _, c in standard), default=2),
        group_scores=_scores_apart(standard),
        errors="errors" in needs,
        factor="legitimate_factor" in needs,
        periods=periods.labels,
        period_columns=_asks(standard, "columns"),
        vocabulary="vocabulary" in needs,
        mentions="mentions" in needs,
    )
    reference = None
    if inputs.reference is not None:
        step("Summarising the reference data")
        reference = _evidence(
            inputs,
            reference=True,
            columns=profiled if "columns" in needs else (),
            intersections=False,
            vocabulary="vocabulary" in needs,
            mentions="mentions" in needs,
        )
    alike = likeness(inputs) if "classes" in needs else Likeness()
    assessed = replace(assessed, classes=alike.assessed)
    reference = None if reference is None else replace(reference, classes=alike.reference)
    weighed = any(check.columns.role != "all" for _, check in standard)
    effects = effects_then = None
    if ("effects" in needs or weighed) and inputs.risk_model is not None and read is not None:
        step("Trying what each column changes")
        effects = _effects(inputs, inputs.assessed, read.columns)
        # A column that is constant now moves nothing now: what it did is seen in the reference.
        if weighed and inputs.reference is not None:
            effects_then = _effects(inputs, inputs.reference, read.columns)
    flips = None
    if "flips" in needs and inputs.risk_model is not None and read is not None:
        step("Trying other values of protected columns")
        flips = _flips(inputs, read.columns)
    trials = try_inputs(
        needs,
        inputs,
        read,
        texts=() if loaded is None else loaded.submission.data.text,
        sources=sources_of(loaded, as_of),
        copies=Asked.of((c for _, c in standard), minutes, resume),
        seed=SEED,
        step=step,
    )
    swaps = None
    if "swaps" in needs and inputs.risk_model is not None and read is not None:
        step("Trying other identity terms in texts")
        swaps, recognised = swaps_of(inputs, read.columns, standard, loaded, seed=SEED)
        told += recognised
    crossed = None
    if "crossed" in needs:
        step("Crossing the columns")
        crossed = crossing(inputs, feature_like(inputs) if read is None else read.columns)
    read_columns = () if read is None else read.columns
    digest, undigested = _state(inputs)
    told += (*trials.told, *age_unwatched(read_columns, inputs.protected), *undigested)
    terms, covered = _agreements(loaded, as_of)
    facts = Facts(
        assessed=assessed,
        reference=reference,
        score_kind=inputs.score_kind,
        baseline=inputs.baseline,
        columns_read=read_columns,
        # A ready score is made from what is held, and not held under an agreement itself.
        columns_in_data=tuple(c for c in inputs.data_columns if c != inputs.names["scores"]),
        columns_in_reference=_columns_of(inputs.reference),
        covered=covered,
        effects=effects,
        effects_in_reference=effects_then,
        flips=flips,
        proxies=trials.proxies,
        swaps=swaps,
        crossed=crossed,
        min_cell=max(terms[0], MIN_CELL),
        leakage=trials.leakage,
        dated=trials.dated,
        consistency=trials.consistency,
        domain=trials.domain,
        text_domains=trials.text_domains,
        membership=trials.membership,
        rows_inside=trials.rows_inside,
        people=_people(inputs) if "people" in needs else None,
        categories=_categories(loaded, as_of),
        traced=_traced(inputs) if "tracing" in needs else None,
        necessity=trials.necessity,
        sources=trials.sources,
        submission=None if loaded is None else loaded.submission,
        outcome_name=inputs.outcome_name,
        legitimate_factor=inputs.factor_name,
        no_periods=periods.reason,
        sensitive=inputs.sensitive,
        no_classes=alike.reason,
        seed=SEED,
    )
    return Gathered(
        facts=facts,
        held=Held(assessed=assessed, reference=reference, min_cell=terms[0], base=terms[1]),
        columns=None if loaded is None else _columns_used(inputs, read),
        state_digest=digest,
        told=tuple(told),
    )


def _scores_apart(standard: Standard) -> frozenset[str]:
    """Return whose scores must be counted apart: of each group, of each crossing, or of none."""
    asked = {
        a
        for _, check in standard
        if "group_scores" in MEASURES[check.measure].needs
        for a in check.across
    }
    return frozenset(asked) & {"protected", "intersections"}


def _evidence(
    inputs: Inputs,
    *,
    reference: bool,
    columns: tuple[str, ...],
    intersections: bool,
    depth: int = 2,
    group_scores: frozenset[str] = frozenset(),
    errors: bool = False,
    factor: bool = False,
    periods: NDArray[np.str_] | None = None,
    period_columns: bool = False,
    vocabulary: bool = False,
    mentions: bool = False,
) -> Evidence:
    population = inputs.reference if reference else inputs.assessed
    assert population is not None  # noqa: S101 - asked for only where it is
    frame = population.frame
    chosen = None if frame is None else frame[[c for c in columns if c in frame.columns]]
    found = Evidence.of(
        outcome=population.outcome,
        flagged=population.flagged,
        scores=population.scores,
        score_kind=inputs.score_kind if population.scores is not None else "probability",
        threshold=inputs.threshold,
        protected={} if reference else inputs.protected,
        intersections=intersections,
        depth=depth,
        group_scores=group_scores,
        errors=population.errors if errors else None,
        factor=inputs.factor if factor else None,
        columns=chosen,
        rule=population.rule,
        weights=None if reference else inputs.weights,
        clusters=None if reference else inputs.clusters,
        periods=periods,
        period_columns=period_columns,
    )
    if chosen is None:
        return found
    profiles = found.columns
    if vocabulary:
        profiles = with_words(profiles, chosen)
    if mentions:
        profiles = with_mentions(profiles, chosen)
    return replace(found, columns=profiles)


def _asks(standard: Standard, need: str) -> bool:
    """Return whether a check in force asks for `need` of each period."""
    return any(
        "periods" in check.across and need in MEASURES[check.measure].needed(check.across)
        for _, check in standard
    )


def _columns_of(population: Population | None) -> tuple[str, ...]:
    frame = None if population is None else population.frame
    return () if frame is None else tuple(str(c) for c in frame.columns)


def _columns_read(inputs: Inputs) -> ColumnsRead | None:
    if inputs.risk_model is None:
        return None
    read = columns_read(inputs.risk_model, inputs.data_columns)
    return replace(read, columns=tuple(str(c) for c in read.columns))


def _people(inputs: Inputs) -> int | None:
    return None if inputs.clusters is None else len(codes_of(inputs.clusters, sort=False)[0])


def _traced(inputs: Inputs) -> ColumnsTraced | None:
    from essex_standard.models.used import columns_traced

    if inputs.risk_model is None:
        return None
    return columns_traced(inputs.risk_model, inputs.data_columns)


def _effects(
    inputs: Inputs, population: Population, columns: tuple[str, ...]
) -> ColumnEffects | None:
    from threadpoolctl import threadpool_limits

    from essex_standard.experiments.column_effect import column_effects

    frame: pd.DataFrame | None = population.frame
    if frame is None or inputs.risk_model is None:
        return None
    # The reference may lack a column, or not be the model's to score.
    if population is inputs.reference and not (
        population.scores is not None
        and len(frame)
        and frame.columns.is_unique
        and set(columns) <= {str(c) for c in frame.columns}
    ):
        return None
    # Work of some milliseconds each loses more by waiting for other threads than it gains.
    with threadpool_limits(limits=1):
        return column_effects(inputs.risk_model.scores, frame, columns, seed=SEED)


def _flips(inputs: Inputs, columns: tuple[str, ...]) -> CounterfactualFlips | None:
    from essex_standard.evidence.evidence import cluster_buckets
    from essex_standard.experiments.counterfactual_flips import counterfactual_flips

    frame: pd.DataFrame | None = inputs.assessed.frame
    if frame is None or inputs.risk_model is None or inputs.threshold is None:
        return None
    return counterfactual_flips(
        inputs.risk_model.scores,
        frame,
        inputs.protected,
        columns,
        threshold=inputs.threshold,
        seed=SEED,
        buckets=None if inputs.clusters is None else cluster_buckets(inputs.clusters),
    )


def _state(inputs: Inputs) -> tuple[str | None, tuple[str, ...]]:
    if inputs.risk_model is None:
        return None, ()
    found = state_digest(inputs.risk_model.model)
    if not found.reason:
        return found.digest, ()
    return found.digest, (f"The model's fitted state could not be digested ({found.reason}).",)


def _agreements(
    loaded: LoadedSubmission | None, as_of: dt.date
) -> tuple[tuple[int, int], frozenset[str] | None]:
    """Return the strictest (minimum cell, rounding base), and the columns covered."""
    if loaded is None:
        return (0, 1), None
    from essex_standard.submission.combine import combine

    terms = combine(loaded.agreements, as_of)
    covered = frozenset(c for a in loaded.agreements if a.in_force(as_of) for c in a.column_names())
    return (terms.min_cell or 0, terms.rounding_base or 1), covered


def _categories(loaded: LoadedSubmission | None, as_of: dt.date) -> dict[str, frozenset[str]]:
    """Return what agreements in force say that each column tells of."""
    found: dict[str, frozenset[str]] = {}
    for agreement in () if loaded is None else loaded.agreements:
        for dataset in agreement.dataset if agreement.in_force(as_of) else ():
            for column in dataset.column:
                found[column.name] = found.get(column.name, frozenset()) | set(column.categories)
    return found


def _columns_used(inputs: Inputs, read: ColumnsRead | None) -> ColumnsUsed:
    from essex_standard.submission.rules import ColumnsUsed

    has_label = inputs.outcome_name in inputs.data_columns
    in_data = (
        inputs.factor_name in inputs.data_columns and inputs.factor_name not in inputs.protected
    )
    return ColumnsUsed(
        consumed=() if read is None else read.columns,
        label=inputs.outcome_name if has_label else None,
        audit=(*inputs.protected, *((inputs.factor_name,) if in_data else ())),
        link=tuple(n for n in (inputs.names["cluster"],) if n),
        # Behind ready scores stands a model whose columns nobody has told.
        traced=read is not None and read.traced,
    )
