"""Whether each source buys something: what the model loses without the columns of one agreement.

    necessity_loss = AUROC(copy fitted to all columns) - AUROC(copy without the source's)

0 means that the model orders people as well without it; 0.5 at most, where nothing but a coin is
left. A source is *shown to be needed* where the loss lies beyond the check's margin, and *not shown
to be needed* where the model without it is no worse than that margin (non-inferior).

References
----------
UK GDPR, Article 5(1)(c). Piaggio et al. (2012), "Reporting of noninferiority and equivalence
randomized trials: extension of the CONSORT 2010 statement", JAMA 308(24), 2594-2604 (the margin).
Vickers and Elkin (2006), "Decision curve analysis", Medical Decision Making 26(6), 565-574.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from essex_standard.experiments.necessity import Necessity
from essex_standard.measurement import Measurement
from essex_standard.measures.fewer_columns import of_columns
from essex_standard.measures.periods import together
from essex_standard.measures.words import listed
from essex_standard.statistics.comparison import Comparison, Measured

if TYPE_CHECKING:
    from essex_standard.experiments.necessity import Found, Loss
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope
    from essex_standard.statistics.estimates import Normal

MEASURE = "necessity_loss"

NOT_TRIED = "the model could not be fitted again without some of its columns"

NO_SOURCE = "no agreement in force says which columns come from where"

CLOSE = 0.02
"""How far the AUROC of a copy may lie from that of the model before it is told."""


def necessity_loss(facts: Facts, scope: Scope) -> Measured:
    """Return what is lost in AUROC without each source, or column; see the module's docstring."""
    found = facts.necessity or Necessity(reason=NOT_TRIED)
    parts = []
    if "sources" in scope.across:
        parts.append(of_sources(found, facts, scope))
    if "columns" in scope.across:
        parts.append(of_columns(found, facts, scope))
    measured = reduce(together, parts)
    return replace(measured, noted=(*measured.noted, *_how_close(found)))


def of_sources(found: Necessity, facts: Facts, scope: Scope) -> Measured:
    """Return what is lost in AUROC without each source.

    Told beside it: average precision, Brier score, people found and net benefit per 1,000, and
    found of each protected group.
    """
    if not facts.sources:
        return Measured.not_assessed(NO_SOURCE)
    noted = tuple(_beside(facts))
    if found.reason:
        return Measured.not_assessed(found.reason, noted=noted)
    if not found.sources:
        return Measured.not_assessed(
            "the model reads nothing that one agreement alone supplies", noted=noted
        )
    return Measured(
        comparisons=tuple(_comparison(loss, found) for loss in found.sources if loss.roc_auc),
        told=tuple(m for loss in found.sources for m in _told(loss, found, facts, scope)),
        gaps=tuple(
            f"{_named(loss)[0].upper()}{_named(loss)[1:]} could not be examined: {loss.reason}."
            for loss in found.sources
            if loss.roc_auc is None
        ),
        noted=noted,
        reason="" if any(s.roc_auc for s in found.sources) else "no source could be examined",
    )


def _named(loss: Loss) -> str:
    return f"agreement {loss.name}"


def _comparison(loss: Loss, found: Necessity) -> Comparison:
    return Comparison(
        measure=MEASURE,
        name=_named(loss),
        attribute=loss.name,
        estimate=loss.roc_auc,
        n=found.positives,
        n_versus=found.negatives,
    )


def _beside(facts: Facts) -> Iterator[str]:
    """Yield what is left of sources that no copy was fitted without."""
    reads = set(facts.columns_read)
    for name, columns in facts.sources.items():
        mine = [c for c in columns if c in reads]
        others = {c for other, of in facts.sources.items() if other != name for c in of}
        if not mine:
            yield f"The model reads no column of agreement {name}."
        elif shared := [c for c in mine if c in others]:
            yield (
                f"Another agreement covers {listed(shared)} of agreement {name} too: without one "
                "of the two they would still be there, and they were left in."
            )
    covered = {c for of in facts.sources.values() for c in of}
    if loose := [c for c in facts.columns_read if c not in covered]:
        yield f"No agreement in force covers {listed(loose)}: what it buys was not examined here."


def _how_close(found: Necessity) -> Iterator[str]:
    if found.learned < found.of:
        yield "Copies were fitted to some of the people of the reference, drawn by lot."
    if found.roc_auc is not None and found.copy_roc_auc is not None:
        apart = found.copy_roc_auc - found.roc_auc
        if abs(apart) > CLOSE:
            yield (
                f"A copy fitted to all columns orders people {'better' if apart > 0 else 'worse'} "
                "than the model itself: what is said here is said of copies."
            )


def _told(loss: Loss, found: Necessity, facts: Facts, scope: Scope) -> Iterator[Measurement]:
    for measure, estimate in (
        ("average_precision_loss", loss.average_precision),
        ("brier_score_loss", loss.brier_score),
    ):
        if estimate is not None:
            yield _figure(measure, loss.name, estimate, found.positives, scope, 1.0)
    if loss.found is not None:
        yield from _people(loss, loss.found, facts, scope)


def _figure(
    measure: str, name: str, estimate: Normal, n: int, scope: Scope, times: float
) -> Measurement:
    low, high = estimate.interval(scope.confidence)
    return Measurement(
        measure=measure,
        attribute=name,
        value=estimate.value * times,
        low=low * times,
        high=high * times,
        n=n,
    )


def _people(loss: Loss, found: Found, facts: Facts, scope: Scope) -> Iterator[Measurement]:
    """Yield what follows from who is found by which copy, where no cell of it is too small.

    Who is found by one copy and not by the other is a cell like any other: an interval tells of
    both of them, their difference of the larger one.
    """
    # Where nothing is left to go by, everybody is flagged or nobody: then a cell is empty by
    # definition, and tells nothing of anybody.
    least = 1 if loss.nothing_left else 0

    def enough(*cells: int) -> bool:
        return all(c >= facts.min_cell or c < least for c in cells)

    moved, wrongly = found.moved, found.moved_wrongly
    if max(moved) >= facts.min_cell:
        figure = _figure("found_per_1000_loss", loss.name, found.loss, found.people, scope, 1000.0)
        yield figure if enough(*moved) else replace(figure, low=None, high=None)
    if found.net_benefit is not None and enough(*moved, *wrongly):
        yield _figure(
            "net_benefit_per_1000_loss", loss.name, found.net_benefit, found.people, scope, 1000.0
        )
    yield from _of_groups(loss, found, enough)


def _of_groups(loss: Loss, found: Found, enough: Callable[..., bool]) -> Iterator[Measurement]:
    """Yield whose being found depends on a source, where every group of an attribute may be told.

    One group alone would follow from the others and everybody.
    """
    for attribute in dict.fromkeys(g.attribute for g in found.groups):
        groups = [g for g in found.groups if g.attribute == attribute and g.positives]
        told = all(
            enough(g.with_all, g.positives - g.with_all)
            and enough(g.without, g.positives - g.without)
            for g in groups
        )
        for g in groups if told else ():
            yield Measurement(
                measure="true_positive_rate_loss",
                attribute=attribute,
                group=g.group,
                versus=loss.name,
                value=(g.with_all - g.without) / g.positives,
                n=g.positives,
            )
