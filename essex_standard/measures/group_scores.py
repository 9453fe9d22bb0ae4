"""How good the scores are, for everybody and in each group: ranking, Brier score, calibration.

    own value            the figure of the whole, or of a group, against the limit
    difference to rest   figure(group) - figure(everyone but the group)

A group's figure needs ten people with the outcome and ten without on either side, and the check's
minimum to be judged.

References
----------
Kleinberg, Mullainathan and Raghavan (2017), "Inherent trade-offs in the fair determination of risk
scores", ITCS. Van Calster et al. (2019), "Calibration: the Achilles heel of predictive analytics",
BMC Medicine 17:230. TRIPOD+AI statement, BMJ 2024;385:e078378.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from essex_standard.evidence.coding import JOINED
from essex_standard.evidence.score_bands import FEWEST, curve_bands
from essex_standard.measurement import Measurement
from essex_standard.measures.bias import ONE_ATTRIBUTE, pairs
from essex_standard.measures.score_figures import curve, figure, inflation, inflations
from essex_standard.statistics.bounded import Bounded, BoundedDifference
from essex_standard.statistics.calibration import calibration_in_the_large as in_the_large
from essex_standard.statistics.calibration import calibration_slope as slope_of
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Normal

if TYPE_CHECKING:
    from essex_standard.evidence.group_scores import GroupScores
    from essex_standard.evidence.score_histogram import ScoreHistogram
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

GROUPS = ("protected", "intersections")

OF_PROBABILITIES = frozenset({"brier_score", "calibration_slope", "calibration_in_the_large"})
WORSE_WHEN_HIGH = frozenset({"brier_score"})

_WHOLE = "the whole population"
_FEW = f"fewer than {FEWEST} with the outcome, or without it, on one side"
_NO_FIT = "the scores do not vary enough, or separate the outcomes fully"
SCORE = "score"


@dataclass(frozen=True, slots=True)
class _Side:
    """The scores of a group, of everyone else or of all, and what weights and clusters cost."""

    name: str
    scores: ScoreHistogram
    factor: float = 1.0
    attribute: str = ""
    group: str = ""

    def cases(self, of: str) -> int:
        """Return the cases a check counts; of fewer than ten on a side, how few these are."""
        without, with_it = (int(n) for n in self.scores.counts[:, :2].sum(axis=0))
        rarer = min(without, with_it)
        n = {"rows": without + with_it, "positives": with_it, "negatives": without}.get(of, rarer)
        return n if rarer >= FEWEST else min(n, rarer)

    @property
    def is_enough(self) -> bool:
        return bool(self.scores.counts[:, :2].sum(axis=0).min() >= FEWEST)


def why_no_ranking(facts: Facts) -> str:
    """Return why scores cannot be set against outcomes at all, or an empty string."""
    if facts.assessed.scores is None:
        return "there are no scores"
    if facts.positives + facts.negatives == 0:
        return "no outcome was given"
    scores = facts.assessed.scores
    if not scores.positives.sum() or not scores.negatives.sum():
        return "only one of the two outcomes occurs"
    return ""


# Own values --------------------------------------------------------------------------------------


def roc_auc(facts: Facts, scope: Scope) -> Measured:
    """Return the chance that somebody with the outcome is scored above somebody without.

    0.5 is a coin, 1 perfect order; of everybody, of each group among its own, or of both.
    """
    return _own_values(facts, scope, "roc_auc")


def average_precision(facts: Facts, scope: Scope) -> Measured:
    """Return the precision met on the way down the list, averaged over those with the outcome.

    It lies near the prevalence for a list in no order, so it depends on how common the outcome is.
    """
    return _own_values(facts, scope, "average_precision")


def brier_score(facts: Facts, scope: Scope) -> Measured:
    """Return the mean squared distance of score and outcome: 0 is perfect, 0.25 says nothing."""
    return _own_values(facts, scope, "brier_score")


def calibration_slope(facts: Facts, scope: Scope) -> Measured:
    """Return the slope of the outcome's log-odds on the score's; 1 is calibrated."""
    return _own_values(facts, scope, "calibration_slope")


def calibration_in_the_large(facts: Facts, scope: Scope) -> Measured:
    """Return the log-odds by which scores are too low on the whole; 0 is calibrated.

    0.3 means that where the scores say 30 in 100 the outcome comes to about 37 in 100.
    """
    return _own_values(facts, scope, "calibration_in_the_large")


def _own_values(facts: Facts, scope: Scope, measure: str) -> Measured:
    unable = _why_not(facts, measure)
    if unable is not None:
        return unable
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    scores = facts.assessed.scores
    assert scores is not None  # noqa: S101 - _why_not saw to it
    whole = _Side(_WHOLE, scores, inflation(facts.assessed.whole, measure))
    if "whole" in scope.across:
        found = _estimate(whole, measure, facts)
        if found is None:
            return Measured.not_assessed(_NO_FIT)
        comparisons.append(_own(whole, measure, found, scope))
        told += _beside(whole, measure, facts, scope)
    if any(a in GROUPS for a in scope.across):
        tables, why = _tables(facts, scope)
        if not tables and "whole" not in scope.across:
            return why
        if not tables:
            gaps.append(why.reason)
        for table in tables:
            mine, _ = _sides(table, facts, measure)
            comparisons += [_own(s, measure, _estimate(s, measure, facts), scope) for s in mine]
            if measure.startswith("calibration"):
                told += _group_curves(mine, whole, scope, facts.assessed.threshold)
    return Measured(comparisons=tuple(comparisons), told=tuple(told), gaps=tuple(gaps))


def _own(side: _Side, measure: str, estimate: Bounded | Normal | None, scope: Scope) -> Comparison:
    return Comparison(
        measure=measure,
        name=side.name,
        attribute=side.attribute,
        group=side.group,
        estimate=estimate,
        n=side.cases(scope.of),
        reason="" if estimate else (_NO_FIT if side.is_enough else _FEW),
    )


def _estimate(side: _Side, measure: str, facts: Facts) -> Bounded | Normal | None:
    """Return the figure with its error; None where a group has too few of either, or no fit."""
    if side.group and not side.is_enough:
        return None
    if not measure.startswith("calibration"):
        return figure(side.scores, measure, seed=facts.seed).inflated(side.factor)
    fit = slope_of if measure == "calibration_slope" else in_the_large
    found = fit(side.scores.logits, side.scores.negatives, side.scores.positives)
    if found is None:
        return None
    return replace(found, standard_error=found.standard_error * side.factor)


def _beside(side: _Side, measure: str, facts: Facts, scope: Scope) -> Iterator[Measurement]:
    """Yield what is told beside the whole population's calibration."""
    if measure == "calibration_slope":
        bands = curve_bands([side.scores], threshold=facts.assessed.threshold)
        yield from curve(side.scores, bands, scope.confidence)
    elif measure == "calibration_in_the_large":
        brier = figure(side.scores, "brier_score", seed=facts.seed)
        yield _told(side, "brier_score", brier.inflated(side.factor), scope)


def _group_curves(
    mine: list[_Side], whole: _Side, scope: Scope, threshold: float | None
) -> Iterator[Measurement]:
    """Yield each group's curve in bands shared by all groups that have enough people for one."""
    able = [s for s in mine if s.is_enough]
    if not able:
        return
    everybody = curve_bands([whole.scores], threshold=threshold)
    bands = curve_bands([s.scores for s in able], threshold=threshold, within=everybody)
    for side in able:
        # The names of an intersection stand in alphabetical order, here that of score and group.
        parts = sorted([(SCORE, "{band}"), (side.attribute, side.group)])
        yield from curve(
            side.scores,
            bands,
            scope.confidence,
            attribute=JOINED.join(a for a, _ in parts),
            name=JOINED.join(g for _, g in parts),
        )


# Differences -------------------------------------------------------------------------------------


def roc_auc_difference(facts: Facts, scope: Scope) -> Measured:
    """Return each group's AUROC minus everyone else's (or another group's); 0 means alike.

    Both sides are ranked among their own; who of two people of different groups is scored higher
    does not enter.
    """
    return _differences(facts, scope, "roc_auc")


def average_precision_difference(facts: Facts, scope: Scope) -> Measured:
    """Return each group's average precision minus everyone else's (or another group's).

    It differs between groups in which the outcome is not equally common even where the order is
    equally good: read it beside the prevalence.
    """
    return _differences(facts, scope, "average_precision")


def brier_score_difference(facts: Facts, scope: Scope) -> Measured:
    """Return each group's Brier score minus everyone else's (or another group's); 0 means alike.

    Like average precision it depends on how common the outcome is in each group.
    """
    return _differences(facts, scope, "brier_score")


def _differences(facts: Facts, scope: Scope, measure: str) -> Measured:
    unable = _why_not(facts, measure)
    if unable is not None:
        return unable
    tables, why = _tables(facts, scope)
    if not tables:
        return why
    scores = facts.assessed.scores
    assert scores is not None  # noqa: S101 - _why_not saw to it
    whole = _Side(_WHOLE, scores, inflation(facts.assessed.whole, measure))
    told = [_told(whole, measure, _estimate(whole, measure, facts), scope)]
    comparisons: list[Comparison] = []
    gaps: list[str] = []
    for table in tables:
        if len(table.groups) < 2:
            gaps.append(f"{table.attribute} has only one group, so there is nobody to compare with")
            continue
        mine, rest = _sides(table, facts, measure)
        own = [_estimate(s, measure, facts) for s in mine]
        told += [_told(s, measure, e, scope) for s, e in zip(mine, own, strict=True) if e]
        if scope.compare == "rest":
            others = [_estimate(s, measure, facts) for s in rest]
            comparisons += [
                _gap(*both, measure, scope) for both in zip(mine, own, rest, others, strict=True)
            ]
            continue
        reference = scope.compare.removeprefix("reference:")
        if reference != scope.compare and reference not in table.groups:
            gaps.append(f"{table.attribute} has no group '{reference}' to compare with")
        comparisons += [
            _gap(mine[i], own[i], mine[j], own[j], measure, scope)
            for i, j in pairs(
                table.groups, scope.compare, own, high_is_worse=measure in WORSE_WHEN_HIGH
            )
        ]
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps) or "no group could be compared")
    return Measured(comparisons=tuple(comparisons), told=tuple(told), gaps=tuple(gaps))


def _gap(
    side: _Side,
    mine: Bounded | Normal | None,
    other: _Side,
    theirs: Bounded | Normal | None,
    measure: str,
    scope: Scope,
) -> Comparison:
    estimate = None
    if isinstance(mine, Bounded) and isinstance(theirs, Bounded):
        estimate = BoundedDifference(mine, theirs)
    to_rest = other.group == "rest" and not other.attribute
    gap = 0.0 if estimate is None else estimate.value
    return Comparison(
        measure=f"{measure}_difference{'_to_rest' if to_rest else ''}",
        name=side.name if to_rest else f"{side.name} against {other.group}",
        attribute=side.attribute,
        group=side.group,
        versus=other.group,
        estimate=estimate,
        n=side.cases(scope.of),
        n_versus=other.cases(scope.of),
        signed=True,
        worse_off=gap > 0 if measure in WORSE_WHEN_HIGH else gap < 0,
        reason="" if estimate else _FEW,
    )


# What both need ----------------------------------------------------------------------------------


def _why_not(facts: Facts, measure: str) -> Measured | None:
    if measure in OF_PROBABILITIES and facts.score_kind != "probability":
        return Measured.not_applicable("the scores are not probabilities")
    reason = why_no_ranking(facts)
    return Measured.not_assessed(reason) if reason else None


def _tables(facts: Facts, scope: Scope) -> tuple[list[GroupScores], Measured]:
    """Return the groups asked for, and what to say where there are none."""
    held = facts.assessed.group_scores
    singles = [a for a in held if JOINED not in a]
    chosen = singles if "protected" in scope.across else []
    if "intersections" in scope.across:
        chosen = [*chosen, *(a for a in held if JOINED in a)]
    if scope.across == ("intersections",) and len(facts.assessed.attributes()) == 1:
        return [], Measured.not_assessed(ONE_ATTRIBUTE)
    why = "no protected attribute was given"
    if facts.assessed.attributes():
        why = "the scores of each group were not gathered"
    return [held[a] for a in chosen], Measured.not_assessed(why)


def _sides(table: GroupScores, facts: Facts, measure: str) -> tuple[list[_Side], list[_Side]]:
    """Return each group's side, and everyone else's."""
    own, rest = inflations(facts.assessed.groups.get(table.attribute), measure)
    mine = [
        _Side(f"{table.attribute}: {g}", h, own.get(g, 1.0), table.attribute, g)
        for g, h in table.by_group().items()
    ]
    if len(mine) < 2:
        return mine, []
    return mine, [
        _Side("everyone else", table.rest(g), rest.get(g, 1.0), group="rest") for g in table.groups
    ]


def _told(
    side: _Side, measure: str, estimate: Bounded | Normal | None, scope: Scope
) -> Measurement:
    low, high = (None, None) if estimate is None else estimate.interval(scope.confidence)
    return Measurement(
        measure=measure,
        attribute=side.attribute,
        group=side.group,
        value=None if estimate is None else estimate.value,
        low=low,
        high=high,
        n=int(side.scores.counts[:, :2].sum()),
    )
