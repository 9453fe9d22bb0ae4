"""What a report shows besides findings: counts of page one, agreements, the team's own texts.

Plain frozen data, carried by every Assessment, so that a page can be rendered years later without
the model, the data or the submission.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PerThousand:
    """Of every 1,000 people scored, from protected cells only; None where withheld.

    ``flagged = rightly + wrongly``; ``missed`` had the outcome and were not flagged. `tested_on` is
    the (rounded) number of people behind it. `why_not` says why a figure is withheld.
    """

    tested_on: int | None = None
    flagged: int | None = None
    rightly: int | None = None
    wrongly: int | None = None
    missed: int | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WidestGap:
    """The widest gap of a rate between a group and everyone else, of those that may be shown.

    `value` is the group's rate less everyone else's, to two decimals; None where no group may be
    shown at this threshold.
    """

    measure: str
    attribute: str
    group: str = ""
    value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOff:
    """What one threshold would bring, of every 1,000 people scored; see `PerThousand`."""

    threshold: float
    flagged: int
    rightly: int
    wrongly: int
    missed: int
    declared: bool = False
    gaps: tuple[WidestGap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOffs:
    """What follows from moving the threshold, on a fixed grid and from protected cells only.

    `points` ascend in the threshold and hold the declared one; `why_not` says why there are none.
    """

    points: tuple[TradeOff, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A day (ISO) on which the records changed for a reason that the team names."""

    on: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSummary:
    """One agreement as the report shows it; every text is the team's own."""

    id: str
    title: str
    layer: str
    status: str
    start: str
    end: str
    review: str
    parties: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    in_force: bool = False
    illustrative: bool = False
    release: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything else a page shows, so that a report can be rendered years later without the model.

    Texts come from the submission as they stand there; empty where the team gave none.
    """

    technical_only: bool = True
    illustrative: bool = False
    title: str = ""
    decision_asked: str = ""
    panel: str = ""
    owner: str = ""
    owner_role: str = ""
    contact: str = ""
    purpose: str = ""
    population: str = ""
    unit: str = ""
    outcome_words: str = ""
    polarity: str = ""
    flag_consequence: str = ""
    no_flag_consequence: str = ""
    decision_rule: str = ""
    baseline: str = ""
    alternatives: tuple[str, ...] = ()
    human_review: str = ""
    data_source: str = ""
    period: str = ""
    protected: tuple[str, ...] = ()
    columns_read: tuple[str, ...] = ()
    agreements: tuple[AgreementSummary, ...] = ()
    trusted_types: tuple[str, ...] = ()
    per_thousand: PerThousand = PerThousand()
    reference_rows: int | None = None
    trade_offs: TradeOffs = TradeOffs()
    known_breaks: tuple[Break, ...] = ()
