"""Group gaps: each group's rate beside everyone else's, with Fairlearn's figures beside it.

    difference to the rest = rate(group) - rate(everyone but the group)

Point values per group come from Fairlearn's `MetricFrame`, called once on the compressed table
(group x outcome x decision, the count as sample weight), so that its cost does not grow with the
rows; the intervals are ours, from the same counts.

References
----------
Fairlearn user guide, "Assessment"; Hardt, Price and Srebro (2016), "Equality of opportunity in
supervised learning", NeurIPS; Chouldechova (2017), "Fair prediction with disparate impact", Big
Data 5(2).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.group_table import CELLS, GroupTable
from essex_standard.measurement import Measurement
from essex_standard.statistics.comparison import Comparison, Estimate, Measured
from essex_standard.statistics.proportions import (
    Proportion,
    ProportionDifference,
    ProportionRatio,
)

if TYPE_CHECKING:
    import pandas as pd

    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

# A rate is worse for a group when it is low (found, rightly flagged) or high (missed, wrongly
# flagged); it decides which side of a pair is named the worse off.
WORSE_WHEN_HIGH = frozenset(
    {"false_positive_rate", "false_negative_rate", "false_discovery_rate", "false_omission_rate"}
)


def rate_difference(facts: Facts, scope: Scope, *, rate: str) -> Measured:
    """Return each group's `rate` minus everyone else's (or another group's).

    0 means that the rate is the same; the sign is the group's: -0.1 means ten in a hundred fewer.
    """
    return _gaps(facts, scope, rate, kind="difference")


def rate_ratio(facts: Facts, scope: Scope, *, rate: str) -> Measured:
    """Return each group's `rate` divided by everyone else's (or another group's); 1 means alike."""
    return _gaps(facts, scope, rate, kind="ratio")


def _gaps(facts: Facts, scope: Scope, rate: str, *, kind: str) -> Measured:
    tables = [
        facts.assessed.groups[a]
        for across in ("protected", "intersections")
        if across in scope.across
        for a in facts.assessed.attributes(intersections=across == "intersections")
    ]
    if not tables:
        if scope.across == ("intersections",) and facts.assessed.attributes():
            return Measured.not_applicable("there is only one protected attribute")
        return Measured.not_assessed("no protected attribute was given")
    if facts.assessed.scores is None and facts.score_kind != "none":
        return Measured.not_assessed("there are no scores")
    whole = facts.assessed.whole
    if rate != "selection_rate":
        reason = _why_not(facts, rate)
        if reason:
            return Measured.not_assessed(reason)
    assert whole is not None  # noqa: S101 - tables exist, so the whole does
    comparisons: list[Comparison] = []
    told: list[Measurement] = []
    gaps: list[str] = []
    for table in tables:
        if len(table.groups) < 2:
            gaps.append(f"{table.attribute} has only one group, so there is nobody to compare with")
            continue
        comparisons += _compare(table, rate, scope, kind, gaps)
        told += _told(table, rate, scope, kind)
    if not comparisons:
        return Measured.not_assessed("; ".join(gaps) or "no group could be compared")
    return Measured(comparisons=tuple(comparisons), told=tuple(told), gaps=tuple(gaps))


def _why_not(facts: Facts, rate: str) -> str:
    """Return why a rate that needs outcomes cannot be had at all, or an empty string."""
    if facts.positives + facts.negatives == 0:
        return "no outcome was given, so right and wrong cannot be told apart"
    under = CELLS[rate][1]
    whole = facts.assessed.whole
    assert whole is not None  # noqa: S101
    if sum(int(whole.counts[0][c]) for c in under) > 0:
        return ""
    return {
        "true_positive_rate": "nobody assessed had the outcome",
        "false_negative_rate": "nobody assessed had the outcome",
        "false_positive_rate": "everybody assessed had the outcome",
        "true_negative_rate": "everybody assessed had the outcome",
        "positive_predictive_value": "nobody was flagged",
        "false_discovery_rate": "nobody was flagged",
        "false_omission_rate": "everybody was flagged",
    }.get(rate, "nobody is in its denominator")


def _compare(
    table: GroupTable, rate: str, scope: Scope, kind: str, gaps: list[str]
) -> Iterator[Comparison]:
    of = table.count(scope.of)
    total = int(of.sum())
    if scope.compare == "rest":
        for i, group in enumerate(table.groups):
            estimate = _estimate(
                table.only(group).proportion(rate), table.rest(group).proportion(rate), kind
            )
            yield Comparison(
                measure=f"{rate}_{kind}_to_rest",
                name=f"{table.attribute}: {group}",
                attribute=table.attribute,
                group=group,
                versus="rest",
                estimate=estimate,
                n=int(of[i]),
                n_versus=total - int(of[i]),
                signed=kind == "difference",
                worse_off=_is_worse_off(estimate, rate, kind),
            )
        return
    for a, b in _pairs(table, scope.compare, gaps):
        pair = {g: table.only(g).proportion(rate) for g in (a, b)}
        worse, other = _worse_first(a, b, pair, rate)
        yield Comparison(
            measure=f"{rate}_{kind}",
            name=f"{table.attribute}: {worse} against {other}",
            attribute=table.attribute,
            group=worse,
            versus=other,
            estimate=_estimate(pair[worse], pair[other], kind),
            n=int(of[table.groups.index(worse)]),
            n_versus=int(of[table.groups.index(other)]),
            signed=kind == "difference",
        )


def _pairs(table: GroupTable, compare: str, gaps: list[str]) -> list[tuple[str, str]]:
    if compare == "pairs":
        return list(combinations(table.groups, 2))
    reference = compare.removeprefix("reference:")
    if reference not in table.groups:
        gaps.append(f"{table.attribute} has no group '{reference}' to compare with")
        return []
    return [(g, reference) for g in table.groups if g != reference]


def _worse_first(a: str, b: str, rates: dict[str, Proportion | None], rate: str) -> tuple[str, str]:
    first, second = rates[a], rates[b]
    if first is None or second is None:
        return a, b
    a_is_worse = (
        first.value > second.value if rate in WORSE_WHEN_HIGH else first.value < second.value
    )
    return (a, b) if a_is_worse or first.value == second.value else (b, a)


def _is_worse_off(estimate: Estimate | None, rate: str, kind: str) -> bool:
    if estimate is None:
        return False
    higher = estimate.value > (0.0 if kind == "difference" else 1.0)
    return higher == (rate in WORSE_WHEN_HIGH)


def _estimate(mine: Proportion | None, other: Proportion | None, kind: str) -> Estimate | None:
    if mine is None or other is None:
        return None
    if kind == "difference":
        return ProportionDifference(mine, other)
    return None if other.k <= 0 else ProportionRatio(mine, other)


def _told(table: GroupTable, rate: str, scope: Scope, kind: str) -> Iterator[Measurement]:
    """Each group's rate as Fairlearn defines it, and Fairlearn's own max - min or min / max."""
    by_group = fairlearn_rates(table)
    for group in table.groups:
        p = table.only(group).proportion(rate)
        if p is None:
            continue
        low, high = p.interval(scope.confidence)
        yield Measurement(
            measure=rate,
            attribute=table.attribute,
            group=group,
            value=float(by_group[rate][group]),
            low=low,
            high=high,
            n=int(table.only(group).denominator(rate)[0]),
        )
    values = by_group[rate].dropna()
    if len(values) < 2:
        return
    spread = {
        "difference": float(values.max() - values.min()),
        "ratio": float(values.min() / values.max()) if values.max() > 0 else float("nan"),
    }
    names = {f"{rate}_{kind}": spread[kind]}
    if rate == "selection_rate":
        names["demographic_parity_difference"] = spread["difference"]
        names["demographic_parity_ratio"] = spread["ratio"]
    if rate == "false_positive_rate":
        odds = by_group[["true_positive_rate", "false_positive_rate"]].dropna()
        if len(odds) > 1:
            names["equalized_odds_difference"] = float((odds.max() - odds.min()).max())
            names["equalized_odds_ratio"] = float((odds.min() / odds.max()).min())
    for name, value in names.items():
        if np.isfinite(value):
            yield Measurement(measure=name, attribute=table.attribute, value=value)


@lru_cache(maxsize=64)
def fairlearn_rates(table: GroupTable) -> pd.DataFrame:
    """Return Fairlearn's rates for each group of a table, from its cells.

    Returns
    -------
    DataFrame
        Indexed by group; one column a rate of `CELLS`; NaN where the denominator is empty.
    """
    import pandas as pd
    from fairlearn.metrics import MetricFrame

    values = table.counts if table.weights is None else table.weights
    group, outcome, decision = np.nonzero(values)
    weight = values[group, outcome, decision].astype(float)
    names = np.asarray(table.groups, dtype=object)[group]
    found: dict[str, Any] = {}
    with warnings.catch_warnings():
        # scikit-learn warns of empty denominators; they are blanked below.
        warnings.simplefilter("ignore")
        for metrics, rows in (
            ({"selection_rate": _functions()["selection_rate"]}, np.ones(len(group), bool)),
            ({k: v for k, v in _functions().items() if k != "selection_rate"}, outcome < 2),
        ):
            if not rows.any():
                continue
            frame = MetricFrame(
                metrics=metrics,
                y_true=outcome[rows] % 2,
                y_pred=decision[rows],
                sensitive_features=pd.Series(names[rows], name="group"),
                sample_params={m: {"sample_weight": weight[rows]} for m in metrics},
            )
            found.update({m: frame.by_group[m] for m in metrics})
    result = pd.DataFrame(found, index=pd.Index(table.groups), columns=list(_functions()))
    for rate in result.columns:
        result.loc[table.denominator(rate) == 0, rate] = np.nan
    return result.astype(float)


@lru_cache(maxsize=1)
def _functions() -> dict[str, Any]:
    """Return the library's definition of each rate."""
    from fairlearn import metrics as fl
    from sklearn import metrics as sk

    def false_discovery_rate(y_true: Any, y_pred: Any, *, sample_weight: Any) -> float:
        return 1.0 - float(sk.precision_score(y_true, y_pred, sample_weight=sample_weight))

    def false_omission_rate(y_true: Any, y_pred: Any, *, sample_weight: Any) -> float:
        npv = sk.precision_score(y_true, y_pred, pos_label=0, sample_weight=sample_weight)
        return 1.0 - float(npv)

    def outcome_prevalence(y_true: Any, y_pred: Any, *, sample_weight: Any) -> float:
        return float(fl.selection_rate(y_pred, y_true, sample_weight=sample_weight))

    return {
        "selection_rate": fl.selection_rate,
        "true_positive_rate": fl.true_positive_rate,
        "false_negative_rate": fl.false_negative_rate,
        "false_positive_rate": fl.false_positive_rate,
        "true_negative_rate": fl.true_negative_rate,
        "positive_predictive_value": sk.precision_score,
        "false_discovery_rate": false_discovery_rate,
        "false_omission_rate": false_omission_rate,
        "accuracy": sk.accuracy_score,
        "outcome_prevalence": outcome_prevalence,
    }
