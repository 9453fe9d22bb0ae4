"""The one plan by which every figure of an assessment is shown or withheld.

    Measurement (raw)  ->  Measurement from rounded cells, or the same with nothing in it

A measure that is not known here is withheld: what nobody thought about is not published.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essex_standard.context import PerThousand, TradeOffs
from essex_standard.disclosure import indices
from essex_standard.disclosure.behind import Column, columns_of, events_of, total_of
from essex_standard.disclosure.cells import Cells, nearest, reference_cells
from essex_standard.disclosure.disparity import few_decided
from essex_standard.disclosure.examined import design_effect, examined, share_of_people
from essex_standard.disclosure.page_one import per_thousand
from essex_standard.disclosure.suppression import MIN_CELL, WHOLE
from essex_standard.disclosure.trade_offs import trade_offs
from essex_standard.disclosure.unseen import gap_at_worst, unobserved_share
from essex_standard.evidence.evidence import JOINED, Evidence, Held
from essex_standard.evidence.group_table import CELLS, FN, FP, TN, TP, UNKNOWN
from essex_standard.measurement import Measurement
from essex_standard.statistics.proportions import (
    Proportion,
    ProportionDifference,
    ProportionRatio,
)

ROUNDING_BASE = 5

_NOT_COUNTS_OF_PEOPLE = frozenset(
    {"uncovered_columns", "known_after_decision", "words_per_sentence", "declared"}
)
_DISTANCES = frozenset(
    {
        "jensen_shannon_distance",
        "population_stability_index",
        "wasserstein_distance",
        "domain_classifier_roc_auc",
    }
)
_POPULATIONS = frozenset({"assessed", "reference"})
_ODDS = ("true_positive_rate", "false_positive_rate")
_RANKED = ("roc_auc", "average_precision", "brier_score")
_MEANS = tuple(
    f"mean_{kind}{suffix}"
    for kind in ("error", "absolute_error")
    for suffix in ("", "_difference", "_difference_to_rest")
)
"""Of predictions of a quantity, in its own unit."""
_OF_EVENTS = ("calibration_slope", "calibration_in_the_large")

SCORE = "score"
"""Attribute of the bands of a curve, alone or joined with that of a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What may be shown of one assessment.

    Attributes
    ----------
    assessed, reference : Cells
        Rounded cells of the people assessed and of those the model was trained on.
    groups : mapping of attribute to groups
    columns : mapping of (column, side) to Column
    events, non_events : int or None
        People with and without the outcome; None where either is below the minimum.
    weighted_scores : bool
        Score bins hold weights, so that the people behind them are not known.
    total, reference_total : int or None
        People assessed and in the reference data, as they may be printed.
    """

    assessed: Cells
    reference: Cells
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], Column] = field(default_factory=dict)
    events: int | None = None
    non_events: int | None = None
    weighted_scores: bool = False
    total: int | None = None
    reference_total: int | None = None
    min_cell: int = MIN_CELL
    base: int = ROUNDING_BASE

    @classmethod
    def of(cls, held: Held) -> Protection:
        """Decide what may be shown of this evidence.

        The strictest of the defaults and the agreements' terms holds: a caller can only raise it.
        """
        k, b = max(held.min_cell, MIN_CELL), math.lcm(max(held.base, 1), ROUNDING_BASE)
        assessed = Cells.of(held.assessed.groups, k, b)
        reference = reference_cells(held.reference, k, b)
        whole = held.assessed.whole
        total = total_of(assessed, held.assessed, k, b)
        reference_total = total_of(reference, held.reference, k, b)
        events, non_events = events_of(held.assessed, assessed, k, b)
        columns = columns_of(held.assessed, "assessed", total, k, b)
        if held.reference is not None:
            columns |= columns_of(held.reference, "reference", reference_total, k, b)
        return cls(
            assessed=assessed,
            reference=reference,
            groups={a: t.groups for a, t in held.assessed.groups.items()},
            columns=columns,
            events=events,
            non_events=non_events,
            weighted_scores=whole is not None and whole.weights is not None,
            total=total,
            reference_total=reference_total,
            min_cell=k,
            base=b,
        )

    # Rates -----------------------------------------------------------------------------------

    def rate(self, rate: str, attribute: str = "", group: str = "") -> Proportion | None:
        """Return a group's rate from rounded cells, or None where it is withheld."""
        return self.assessed.proportion(rate, (attribute, group))

    def rest_rate(self, rate: str, attribute: str, group: str) -> Proportion | None:
        """Return the rate of everyone but `group`, or None where either is withheld."""
        return self.assessed.rest(rate, (attribute, group))

    def cells_of(self, attribute: str, group: str) -> NDArray[np.float64] | None:
        """Return a group's rounded cells, of which its rates are taken; None where withheld."""
        shares = self.assessed.shares.get((attribute, group))
        return None if shares is None else shares.astype(np.float64)

    # Measurements ----------------------------------------------------------------------------

    def protect(self, m: Measurement, confidence: float) -> Measurement:
        """Return a measurement as it may be published.

        Parameters
        ----------
        confidence : float
            Of its interval, which is computed anew from the rounded cells.
        """
        if m.measure.startswith("under_recording_to_change"):
            return self._under_recording(m)
        if m.value is None and m.low is None and m.n is None:
            return m
        if m.measure in _NOT_COUNTS_OF_PEOPLE:
            return replace(m, value=_two(m.value), low=_two(m.low), high=_two(m.high), n=None)
        if m.value is None:
            # Below ten nothing was computed; its n would say how far below.
            return _withhold(m)
        of_a_population = m.group in _POPULATIONS and m.group not in self.groups.get(
            m.attribute, ()
        )
        if m.measure.startswith("outcome_prevalence") and of_a_population:
            return self._prevalence(m, confidence)
        if m.measure.endswith("_to_overall"):
            return self._to_overall(m)
        for name, maker in _GAPS.items():
            rate = m.measure.removesuffix(name)
            if rate != m.measure and rate in CELLS:
                return self._gap(m, rate, maker, confidence)
        if m.measure in CELLS:
            found = self.rate(m.measure, m.attribute, m.group)
            return self._shown(m, found, confidence, self._behind(m.measure, m))
        return self._other(m.measure)(m, confidence)

    def _other(self, measure: str) -> Callable[[Measurement, float], Measurement]:
        if measure in _DISTANCES:
            return self._distance
        if measure.startswith((*_RANKED, *_OF_EVENTS)):
            return self._statistic
        if measure.startswith(("demographic_parity", "equalized_odds")):
            return self._fairlearn
        if measure.startswith("proxy_roc_auc"):
            return self._proxy
        if measure in indices.ALPHA or measure in indices.BETWEEN or measure == indices.EPSILON:
            return self._index
        if measure.endswith("_difference_worst_case"):
            return self._worst_case
        known: dict[str, Callable[[Measurement, float], Measurement]] = {
            "consistency": self._alike,
            "conditional_demographic_disparity": self._disparity,
            "demographic_disparity": self._disparity,
            "alike_decided_differently": self._of_column,
            "leakage_roc_auc": self._of_column,
            "outcome_given_away_share": self._of_column,
            "dated_after_decision_share": self._of_column,
            "unobserved_share": self._unobserved,
            "count": self._count,
            "unknown_share": self._unknown_share,
            **dict.fromkeys(_MEANS, self._mean),
            "observed_rate": self._bin,
            "missing_share": self._share_of_rows,
            "direct_identifier_share": self._share_of_rows,
            "score_moved_share": self._moved,
            "counterfactual_flip_rate": self._flipped,
            "counterfactual_token_flip_rate": self._flipped,
            "counterfactual_term_flip_rate": self._flipped,
            "without_identity_terms_share": self._flipped,
            "counterfactual_score_change": self._score_change,
            "counterfactual_absolute_score_change": self._score_change,
            "subgroup_scan": self._subgroup,
            "subgroup_observed_rate": self._bin_of_people,
            "subgroup_expected_rate": self._subgroup,
        }
        return known.get(measure, lambda m, _: _withhold(m))

    def _shown(self, m: Measurement, p: Any, confidence: float, n: int | None) -> Measurement:
        if p is None:
            return _withhold(m)
        low, high = p.interval(confidence)
        return replace(
            m, value=_two(p.value), low=_two(low, down=True), high=_two(high, up=True), n=n
        )

    def _behind(self, rate: str, m: Measurement) -> int | None:
        return self.assessed.behind(rate, (m.attribute, m.group))

    def _gap(
        self, m: Measurement, rate: str, maker: Callable[..., Any], confidence: float
    ) -> Measurement:
        if not m.group:
            return self._between_groups(m, rate, ratio=maker is ProportionRatio)
        mine = self.rate(rate, m.attribute, m.group)
        if m.versus is None or m.measure.endswith("_to_rest"):
            other = self.rest_rate(rate, m.attribute, m.group)
        else:
            other = self.rate(rate, m.attribute, m.versus)
        if mine is None or other is None or (maker is ProportionRatio and other.k == 0):
            return _withhold(m)
        return self._shown(m, maker(mine, other), confidence, self._behind(rate, m))

    def _between_groups(self, m: Measurement, rate: str, *, ratio: bool) -> Measurement:
        """Fairlearn's max - min (or min / max) over the groups that are shown."""
        shown = [self.rate(rate, m.attribute, g) for g in self.groups.get(m.attribute, ())]
        values = [p.value for p in shown if p is not None]
        if len(values) < 2 or (ratio and max(values) == 0):
            return _withhold(m)
        value = min(values) / max(values) if ratio else max(values) - min(values)
        return replace(m, value=_two(value), low=None, high=None, n=None)

    def _fairlearn(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        rates = ("selection_rate",) if m.measure.startswith("demographic_parity") else _ODDS
        ratio = m.measure.endswith("_ratio")
        return self._worst(m, rates, self._between_groups, ratio=ratio)

    def _to_overall(self, m: Measurement) -> Measurement:
        """Fairlearn's furthest distance of a shown group from everybody."""
        stem = m.measure.removesuffix("_to_overall")
        ratio = stem.endswith("_ratio")
        base = stem.removesuffix("_ratio" if ratio else "_difference")
        rates = _ODDS if base == "equalized_odds" else (base,)
        return self._worst(m, rates, self._from_everybody, ratio=ratio)

    def _worst(
        self, m: Measurement, rates: tuple[str, ...], of: Callable[..., Measurement], *, ratio: bool
    ) -> Measurement:
        found = [of(m, rate, ratio=ratio).value for rate in rates if rate in CELLS]
        values = [v for v in found if v is not None]
        if not values or len(values) < len(rates):
            return _withhold(m)
        value = min(values) if ratio else max(values)
        return replace(m, value=value, low=None, high=None, n=None)

    def _from_everybody(self, m: Measurement, rate: str, *, ratio: bool) -> Measurement:
        everybody = self.rate(rate)
        shown = [self.rate(rate, m.attribute, g) for g in self.groups.get(m.attribute, ())]
        values = [p.value for p in shown if p is not None]
        if everybody is None or len(values) < 2 or (ratio and not everybody.value):
            return _withhold(m)
        of = everybody.value
        if ratio:
            value = min(min(v / of, of / v) if v else 0.0 for v in values)
        else:
            value = max(abs(v - of) for v in values)
        return replace(m, value=_two(value), low=None, high=None, n=None)

    def _index(self, m: Measurement, confidence: float) -> Measurement:
        groups = self.groups.get(m.attribute, ())
        if m.measure in indices.BETWEEN:
            alpha = indices.BETWEEN[m.measure]
            value = indices.of_groups(self.assessed, m.attribute, groups, alpha)
            shown = replace(m, value=_two(value), low=None, high=None, n=None)
            return _withhold(m) if value is None else shown
        if m.measure in indices.ALPHA:
            found = indices.of_everyone(self.assessed, indices.ALPHA[m.measure])
            return self._shown(m, found, confidence, self._behind("accuracy", m))
        return self._shown(m, indices.epsilon(self.assessed, m.attribute, groups), confidence, None)

    def _count(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        cells = self.assessed.people.get((m.attribute, m.group))
        if cells is None or "selection_rate" not in self.assessed.rates:
            return _withhold(m)
        return replace(m, value=float(cells.sum()), low=None, high=None, n=int(cells.sum()))

    def _unknown_share(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        """Return the share of people in the group of the unknown, from rounded cells."""
        mine = self.assessed.people.get((m.attribute, UNKNOWN))
        if mine is None or not self.total or "selection_rate" not in self.assessed.rates:
            return _withhold(m)
        return replace(m, value=_two(int(mine.sum()) / self.total), n=self.total)

    def _prevalence(self, m: Measurement, confidence: float) -> Measurement:
        rate = "outcome_prevalence"
        now, then = (side.proportion(rate, WHOLE) for side in (self.assessed, self.reference))
        of_now, of_then = (side.behind(rate, WHOLE) for side in (self.assessed, self.reference))
        if m.measure == rate:
            is_then = m.group == "reference"
            return self._shown(
                m, then if is_then else now, confidence, of_then if is_then else of_now
            )
        if now is None or then is None:
            return _withhold(m)
        return self._shown(m, ProportionDifference(now, then), confidence, of_now)

    def _bin(self, m: Measurement, confidence: float) -> Measurement:
        shown = not self.weighted_scores and self._has_curve(m)
        return self._bin_of_people(m, confidence) if shown else _withhold(m)

    def _bin_of_people(self, m: Measurement, confidence: float) -> Measurement:
        if m.value is None or m.n is None:
            return _withhold(m)
        events = round(m.value * m.n)
        if min(events, m.n - events) < self.min_cell:
            return _withhold(m)
        k, rest = nearest(events, self.base), nearest(m.n - events, self.base)
        return self._shown(m, Proportion(k, k + rest), confidence, k + rest)

    def _under_recording(self, m: Measurement) -> Measurement:
        """Return what it takes to change an outcome: it was computed from the rounded cells.

        That no share would do, or to what the outcome would change, tells of a withheld group too.
        """
        if (m.attribute, m.group) not in self.assessed.shares:
            return replace(_withhold(m), versus=None)
        return replace(m, n=self.assessed.behind("true_positive_rate", (m.attribute, m.group)))

    def _unobserved(self, m: Measurement, confidence: float) -> Measurement:
        share = unobserved_share(self.assessed, (m.attribute, m.group))
        return self._shown(m, share, confidence, None if share is None else int(share.n))

    def _worst_case(self, m: Measurement, confidence: float) -> Measurement:
        rate = m.measure.removesuffix("_difference_worst_case")
        gap = gap_at_worst(self.assessed, (m.attribute, m.group), rate)
        return self._shown(m, gap, confidence, self._behind(rate, m))

    def _has_curve(self, m: Measurement) -> bool:
        """Return whether a band is of everybody, or of groups of which none is withheld.

        Bands of groups add up to those of everybody, which would give a withheld one away.
        """
        named = m.attribute.split(JOINED)
        if SCORE not in named:
            return False
        named.remove(SCORE)
        attribute = JOINED.join(named)
        return not named or (attribute in self.groups and not self._tells_of_a_group(attribute))

    # Columns ---------------------------------------------------------------------------------

    def _share_of_rows(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        """Return a share of rows; one of fewer than the minimum only where it reads 0.00 anyway."""
        side = self.columns.get((m.attribute, m.group or "assessed"))
        if m.value is None or side is None or self._tells_of_a_group(m.attribute):
            return _withhold(m)
        is_missing = m.measure == "missing_share"
        of = side.rows if is_missing else side.present
        if not of:
            return _withhold(m)
        n = of if m.n is None else m.n
        k = round(m.value * n)
        if k < self.min_cell:
            if (self.min_cell - 1) / of >= 0.005:
                return _withhold(m)
            return replace(m, value=0.0, low=None, high=None, n=of)
        if is_missing and n - k < self.min_cell:
            return _withhold(m)
        share = min(1.0, nearest(k, self.base) / of)
        return replace(m, value=_two(share), low=None, high=None, n=of)

    def _moved(self, m: Measurement, confidence: float) -> Measurement:
        """Return the share of scores that an experiment moved: it tells of the model only."""
        if m.value is None or m.n is None or m.n < self.min_cell:
            return _withhold(m)
        n = nearest(m.n, self.base)
        k = min(nearest(m.value * m.n, self.base), n)
        return self._shown(m, Proportion(k, n), confidence, n)

    def _flipped(self, m: Measurement, confidence: float) -> Measurement:
        """Return the share of decisions that an experiment turned in a group, as in `_moved`."""
        if m.n is None:
            # A counted fact: no score moved at all. It says nothing of anybody.
            return self._two_decimals(m, None)
        n = self._examined(m)
        if n is None or m.value is None:
            return _withhold(m)
        k, effect = nearest(m.value * m.n, self.base), design_effect(m, confidence)
        return self._shown(m, Proportion(min(k, n) / effect, n / effect), confidence, n)

    def _score_change(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        n = self._examined(m)
        return _withhold(m) if n is None else self._two_decimals(m, n)

    def _examined(self, m: Measurement) -> int | None:
        known = m.group in self.groups.get(m.attribute, ())
        return examined(m, self.assessed.people, self.min_cell, self.base, of_a_group=known)

    def _proxy(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        """Return how well a group is told from the rest, where its people and theirs are shown."""
        whole, mine = (self.assessed.people.get(of) for of in (WHOLE, (m.attribute, m.group)))
        n = self._examined(m)
        if whole is None or mine is None or n is None or int((whole - mine).sum()) < self.min_cell:
            return _withhold(m)
        return self._two_decimals(m, n)

    def _subgroup(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        """Return the excess in a subgroup that may be named.

        A search names a subgroup only where each of its cells, of the rest's, and of what a single
        value adds holds the minimum. That none was found looks like one that may not be named:
        which of the two it is may hang on a withheld group.
        """
        if not m.group or m.n is None or m.n < self.min_cell:
            return _withhold(m)
        return self._two_decimals(m, nearest(m.n, self.base))

    def _disparity(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        """Return a group's disparity, where ten were flagged and ten were not on either side."""
        mine = self.assessed.people.get((m.attribute, m.group))
        if mine is None or m.group in few_decided(self.assessed, m.attribute, self._groups(m)):
            return _withhold(m)
        return self._two_decimals(m, int(mine.sum()))

    def _groups(self, m: Measurement) -> tuple[str, ...]:
        return self.groups.get(m.attribute, ())

    def _alike(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        """Return how alike everybody is decided, where ten were flagged and ten were not."""
        if self.rate("selection_rate") is None or m.n is None or m.n < self.min_cell:
            return _withhold(m)
        return self._two_decimals(m, nearest(m.n, self.base))

    def _of_column(self, m: Measurement, confidence: float) -> Measurement:
        """Return what an experiment found of one column, unless a withheld group shows in it."""
        if self._tells_of_a_group(m.attribute):
            return _withhold(m)
        if m.measure.endswith("roc_auc"):
            return self._statistic(m, confidence)
        found = share_of_people(m, self.min_cell, self.base)
        shown = self._shown(m, found, confidence, None if found is None else int(found.n))
        # Pairs share people, so that their number says nothing of how sure a share of them is.
        return shown if m.low is not None else replace(shown, low=None, high=None)

    def _distance(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        sides = [self.columns.get((m.attribute, side)) for side in ("assessed", "reference")]
        present = [side.present for side in sides if side is not None]
        if len(present) < 2 or not all(present) or self._tells_of_a_group(m.attribute):
            return _withhold(m)
        return self._two_decimals(m, present[0])

    def _tells_of_a_group(self, column: str) -> bool:
        """Return whether a column is a protected attribute with a group that is withheld."""
        return bool(column) and any(
            (column, group) not in self.assessed.people for group in self.groups.get(column, ())
        )

    def _statistic(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        """Return a figure that is no ratio of cells; it needs ten events and ten non-events."""
        events, non_events = self._events_of(m)
        if events is None or non_events is None:
            return _withhold(m)
        # What is judged counts those with the outcome, what is told everybody.
        of_events = m.measure.startswith(_OF_EVENTS) or m.limit is not None
        of_events |= "_difference" in m.measure
        return self._two_decimals(m, events + (0 if of_events else non_events))

    def _mean(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        """Return a mean over people: ten of them, on either side of a difference."""
        sides = self._sides(m)
        sizes = [0 if side is None else int(side.sum()) for side in sides]
        if min(sizes) < self.min_cell:
            return _withhold(m)
        return self._two_decimals(m, sizes[0])

    def _events_of(self, m: Measurement) -> tuple[int | None, int | None]:
        """Return events and non-events behind a figure; of a gap, those of its smaller side."""
        if not m.attribute or not m.group or m.attribute not in self.groups:
            return self.events, self.non_events
        sides = self._sides(m)
        counts = [(int(s[TP] + s[FN]), int(s[FP] + s[TN])) for s in sides if s is not None]
        if len(counts) < len(sides) or min(n for pair in counts for n in pair) < self.min_cell:
            return None, None
        return counts[0]

    def _sides(self, m: Measurement) -> list[Any]:
        """Return the rounded cells of a figure's group, and of what it is compared with."""
        mine = self.assessed.people.get((m.attribute, m.group))
        if m.versus == "rest":
            whole = self.assessed.people.get(WHOLE)
            return [mine, None if whole is None or mine is None else whole - mine]
        if m.versus is not None:
            return [mine, self.assessed.people.get((m.attribute, m.versus))]
        return [mine]

    def _two_decimals(self, m: Measurement, n: int | None) -> Measurement:
        return replace(
            m, value=_two(m.value), low=_two(m.low, down=True), high=_two(m.high, up=True), n=n
        )

    # Page one --------------------------------------------------------------------------------

    def per_thousand(self) -> PerThousand:
        """Return the counts of page one, scaled from the rounded cells of the whole."""
        return per_thousand(self.assessed, self.total)

    def trade_offs(self, assessed: Evidence) -> TradeOffs:
        """Return what other thresholds would bring, as far as it may be told."""
        return trade_offs(assessed, self.assessed, self.total)

    def rows(self, rows: int) -> int | None:
        """Return a number of people as it may be printed, or None below the minimum."""
        return None if rows < self.min_cell else nearest(rows, self.base)


_GAPS: dict[str, Callable[..., Any]] = {
    "_difference_to_rest": ProportionDifference,
    "_ratio_to_rest": ProportionRatio,
    "_difference": ProportionDifference,
    "_ratio": ProportionRatio,
}


def _two(x: float | None, *, down: bool = False, up: bool = False) -> float | None:
    """Return two decimals: to the nearest, or outwards for the ends of an interval."""
    if x is None or not math.isfinite(x):
        return None
    if down:
        return math.floor(x * 100 + 1e-9) / 100
    if up:
        return math.ceil(x * 100 - 1e-9) / 100
    return round(x, 2) + 0.0


def _withhold(m: Measurement) -> Measurement:
    return replace(m, value=None, low=None, high=None, n=None, withheld=True)
