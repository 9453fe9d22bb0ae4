"""The one plan by which every figure of an assessment is shown or withheld.

    Measurement (raw)  ->  Measurement from rounded cells, or the same with nothing in it

The plan says which groups may be shown and what their cells are; `rules` says how each measure is
taken from it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from essex_standard.context import PerThousand, TradeOffs
from essex_standard.disclosure.anonymity import quasi_identifiers, smallest_cells
from essex_standard.disclosure.behind import Column, columns_of, events_of, total_of
from essex_standard.disclosure.cells import Cells, nearest, reference_cells
from essex_standard.disclosure.column_shares import column_shares
from essex_standard.disclosure.page_one import per_thousand
from essex_standard.disclosure.rates import under_recording
from essex_standard.disclosure.rules import NOT_COUNTS_OF_PEOPLE, rule_of
from essex_standard.disclosure.shown import two, withhold
from essex_standard.disclosure.suppression import MIN_CELL
from essex_standard.disclosure.trade_offs import trade_offs
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.evidence.periods import period_tables
from essex_standard.measurement import Measurement
from essex_standard.statistics.comparison import Estimate
from essex_standard.statistics.proportions import Proportion

ROUNDING_BASE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """What may be shown of one assessment.

    Attributes
    ----------
    assessed, reference : Cells
        Rounded cells of the people assessed and of those the model was trained on.
    groups : mapping of attribute to groups
    columns : mapping of (column, side) to Column
    column_shares : mapping of (measure, column, side) to Estimate
        Shares of rows, and gaps between both sides, from rounded counts.
    events, non_events : int or None
        People with and without the outcome; None where either is below the minimum.
    weighted_scores : bool
        Score bins hold weights, so that the people behind them are not known.
    smallest_cells : mapping of sensitive column to int
        The fewest people who look alike and have any one value of it; 0 where a value is lacking.
    quasi_identifiers : tuple of str
    total, reference_total : int or None
        People assessed and in the reference data, as they may be printed.
    """

    assessed: Cells
    reference: Cells
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[tuple[str, str], Column] = field(default_factory=dict)
    column_shares: Mapping[tuple[str, str, str], Estimate] = field(default_factory=dict)
    events: int | None = None
    non_events: int | None = None
    weighted_scores: bool = False
    total: int | None = None
    reference_total: int | None = None
    smallest_cells: Mapping[str, int] = field(default_factory=dict)
    quasi_identifiers: tuple[str, ...] = ()
    min_cell: int = MIN_CELL
    base: int = ROUNDING_BASE

    @classmethod
    def of(cls, held: Held) -> Protection:
        """Decide what may be shown of this evidence.

        The strictest of the defaults and the agreements' terms holds: a caller can only raise it.
        """
        k, b = max(held.min_cell, MIN_CELL), math.lcm(max(held.base, 1), ROUNDING_BASE)
        # Periods part the same people once more: one plan covers both ways.
        tables = {**held.assessed.groups, **period_tables(held.assessed)}
        assessed = Cells.of(tables, k, b)
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
            groups={a: t.groups for a, t in tables.items()},
            columns=columns,
            column_shares=column_shares(held.assessed, held.reference, columns, k, b),
            events=events,
            non_events=non_events,
            weighted_scores=whole is not None and whole.weights is not None,
            total=total,
            reference_total=reference_total,
            smallest_cells=smallest_cells(held),
            quasi_identifiers=quasi_identifiers(held),
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

    def tells_of_a_group(self, column: str) -> bool:
        """Return whether a column is a protected attribute with a group that is withheld."""
        return bool(column) and any(
            (column, group) not in self.assessed.people for group in self.groups.get(column, ())
        )

    # Measurements ----------------------------------------------------------------------------

    def protect(self, m: Measurement, confidence: float) -> Measurement:
        """Return a measurement as it may be published.

        Parameters
        ----------
        confidence : float
            Of its interval, which is computed anew from the rounded cells.
        """
        if m.measure.startswith("under_recording_to_change"):
            return under_recording(self, m)
        if m.value is None and m.low is None and m.n is None:
            return m
        if m.measure in NOT_COUNTS_OF_PEOPLE:
            return replace(m, value=two(m.value), low=two(m.low), high=two(m.high), n=None)
        if m.value is None:
            # Below ten nothing was computed; its n would say how far below.
            return withhold(m)
        return rule_of(m.measure)(self, m, confidence)

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
