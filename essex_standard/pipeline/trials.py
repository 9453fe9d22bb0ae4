"""The experiments on what the model is told: run only where a check in force asks for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from essex_standard.models.rows_inside import parts_with_rows
from essex_standard.pipeline.members import attack
from essex_standard.pipeline.needed import Asked, what_is_needed
from essex_standard.pipeline.texts import tell_texts_apart

if TYPE_CHECKING:
    from essex_standard.experiments.consistency import Consistency
    from essex_standard.experiments.dates import DatedColumn
    from essex_standard.experiments.domain_classifier import DomainClassifier
    from essex_standard.experiments.leakage import Leakage
    from essex_standard.experiments.membership import Membership
    from essex_standard.experiments.necessity import Necessity
    from essex_standard.experiments.proxies import Proxies
    from essex_standard.experiments.text_classifier import TextClassifier
    from essex_standard.models.columns import ColumnsRead
    from essex_standard.pipeline.request import Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """What the experiments found; None for one that was not asked for or could not be run."""

    proxies: Proxies | None = None
    leakage: Leakage | None = None
    dated: tuple[DatedColumn, ...] = ()
    consistency: Consistency | None = None
    domain: DomainClassifier | None = None
    text_domains: tuple[TextClassifier, ...] = ()
    membership: Membership | None = None
    rows_inside: tuple[str, ...] = ()
    necessity: Necessity | None = None
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def told(self) -> tuple[str, ...]:
        """Return what a reader should know of how they were run."""
        if self.necessity is None or not self.necessity.recalled:
            return ()
        said = (
            f"Of what copies of the model lose without some columns, {self.necessity.recalled} "
            "results were kept from an earlier run."
        )
        return (said,)


def try_inputs(
    needs: Collection[str],
    inputs: Inputs,
    read: ColumnsRead | None,
    *,
    texts: Sequence[str] = (),
    sources: Mapping[str, tuple[str, ...]] | None = None,
    copies: Asked | None = None,
    seed: int,
    step: Callable[[str], None],
) -> Trials:
    """Run the experiments needed on the columns that the model reads.

    Parameters
    ----------
    texts : sequence of str
        Columns of free text that the submission names.
    sources : mapping of an agreement's id to the columns that it covers
    copies : Asked
        What is asked of copies of the model fitted without some columns.
    """
    of_groups: Proxies | None = None
    of_outcome: Leakage | None = None
    dated: tuple[DatedColumn, ...] = ()
    columns = _present(inputs, read)
    if "proxies" in needs and inputs.protected:
        step("Trying what the inputs tell of groups")
        of_groups = _proxies(inputs, columns, seed)
    if "leakage" in needs and columns:
        step("Trying what each column tells of the outcome")
        of_outcome = _leakage(inputs, columns, seed)
    if "dates" in needs and columns:
        dated = _dated(inputs, columns)
    alike: Consistency | None = None
    if "consistency" in needs and columns and inputs.assessed.flagged is not None:
        step("Comparing like cases")
        alike = _consistency(inputs, columns, seed)
    apart: DomainClassifier | None = None
    texts_apart: tuple[TextClassifier, ...] = ()
    if "domain" in needs and inputs.reference is not None:
        step("Telling the people assessed from the reference")
        tried = feature_like(inputs) if read is None else read.columns
        apart = _domain(inputs, tried, seed)
        texts_apart = tell_texts_apart(inputs, tried, texts, seed=seed)
    attacked: Membership | None = None
    if "membership" in needs and inputs.reference is not None:
        step("Trying who can be told to have been learned from")
        attacked = attack(inputs, seed=seed)
    needed: Necessity | None = None
    if "necessity" in needs and copies is not None:
        step("Fitting the model again without some of its columns")
        needed = what_is_needed(inputs, columns, sources or {}, copies, seed=seed, step=step)
    return Trials(
        necessity=needed,
        sources=sources or {},
        membership=attacked,
        rows_inside=_rows_inside(inputs) if "membership" in needs else (),
        proxies=of_groups,
        leakage=of_outcome,
        dated=dated,
        consistency=alike,
        domain=apart,
        text_domains=texts_apart,
    )


def _rows_inside(inputs: Inputs) -> tuple[str, ...]:
    return () if inputs.risk_model is None else parts_with_rows(inputs.risk_model.model)


def feature_like(inputs: Inputs) -> tuple[str, ...]:
    """Return the columns of a score-only table that may be inputs: not outcome, groups or keys."""
    apart = {inputs.outcome_name, *inputs.protected, *inputs.names.values()}
    return tuple(c for c in inputs.data_columns if c not in apart)


def _present(inputs: Inputs, read: ColumnsRead | None) -> tuple[str, ...]:
    """Return the columns read that stand in the table."""
    frame = inputs.assessed.frame
    if frame is None or read is None:
        return ()
    return tuple(c for c in read.columns if c in frame.columns)


def _proxies(inputs: Inputs, columns: tuple[str, ...], seed: int) -> Proxies:
    from essex_standard.experiments.proxies import proxies

    return proxies(
        inputs.assessed.frame if columns else None,
        columns,
        inputs.protected,
        seed=seed,
        scores=inputs.assessed.scores,
        weights=inputs.weights,
        clusters=inputs.clusters,
    )


def _leakage(inputs: Inputs, columns: tuple[str, ...], seed: int) -> Leakage:
    from essex_standard.experiments.leakage import leakage

    frame = inputs.assessed.frame
    assert frame is not None  # noqa: S101 - there are columns only where there is a table
    return leakage(frame, columns, inputs.assessed.outcome, seed=seed, clusters=inputs.clusters)


def _domain(inputs: Inputs, columns: tuple[str, ...], seed: int) -> DomainClassifier | None:
    from essex_standard.experiments.domain_classifier import domain_classifier

    old = None if inputs.reference is None else inputs.reference.frame
    if inputs.assessed.frame is None or old is None:
        return None
    return domain_classifier(
        inputs.assessed.frame,
        old,
        columns,
        seed=seed,
        time=inputs.names.get("time", ""),
        cluster=inputs.names.get("cluster", ""),
    )


def _dated(inputs: Inputs, columns: tuple[str, ...]) -> tuple[DatedColumn, ...]:
    from essex_standard.experiments.dates import dated_columns

    frame = inputs.assessed.frame
    assert frame is not None  # noqa: S101 - there are columns only where there is a table
    return dated_columns(frame, columns, inputs.time)


def _consistency(inputs: Inputs, columns: tuple[str, ...], seed: int) -> Consistency:
    from essex_standard.experiments.consistency import consistency

    frame, flagged = inputs.assessed.frame, inputs.assessed.flagged
    assert frame is not None  # noqa: S101 - there are columns only where there is a table
    assert flagged is not None  # noqa: S101 - asked for only where there are decisions
    return consistency(frame, columns, flagged, seed=seed, clusters=inputs.clusters)
