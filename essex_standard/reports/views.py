"""What a page shows, as plain frozen facts: the templates only lay it out.

    Assessment -> ReportView -> HTML -> PDF

Every text here is final: worded, rounded and free of harmful characters, but not yet escaped (the
template engine does that). Charts are markup that this package drew itself.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """An outcome as symbol, word and box; `kind` names its style, never its meaning alone."""

    kind: str
    symbol: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGroup:
    """Rows of a table under one heading (an attribute); `heading` may be empty."""

    heading: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; the first cell of each row is its header."""

    caption: str
    head: tuple[str, ...]
    groups: tuple[TableGroup, ...]
    notes: tuple[str, ...] = ()

    @property
    def row_count(self) -> int:
        """Number of body rows."""
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing: its finding in a sentence, and its SVG (with the alternative text inside)."""

    title: str
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A table, and the chart of the same rows where one helps."""

    table: Table
    chart: Chart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A short heading with its text or texts."""

    name: str
    texts: tuple[str, ...]
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One check as its section shows it; `brief` where nothing in it asks the board to decide."""

    anchor: str
    id: str
    title: str
    question: str
    why: str
    badge: Badge
    statement: str
    details: tuple[str, ...]
    terms: tuple[Fact, ...]
    facts: tuple[Fact, ...]
    exhibits: tuple[Exhibit, ...]
    brief: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeView:
    """One theme: its row on page one and its section."""

    anchor: str
    title: str
    lead: str
    badge: Badge
    reason: str
    checks: tuple[CheckView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeOffView:
    """What other thresholds would bring: sentences, and the table with its curve."""

    notes: tuple[str, ...] = ()
    exhibit: Exhibit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTimeView:
    """Every figure in each period: notes on known changes, and the table with its chart."""

    notes: tuple[str, ...]
    exhibit: Exhibit


@dataclass(frozen=True, slots=True, kw_only=True)
class FewerColumnsView:
    """How well the model does as columns go: the columns that stay, ready to paste, and a table."""

    notes: tuple[str, ...]
    columns: str
    exhibit: Exhibit


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One of the four large figures."""

    value: str
    phrase: str
    small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """Everything on page one, in its order."""

    asked: tuple[str, ...]
    verdict: Badge
    reasons: tuple[str, ...]
    board: tuple[str, ...]
    figures: tuple[Figure, ...]
    figure_notes: tuple[str, ...]
    unknown: tuple[str, ...]
    worst: tuple[str, ...]
    proposed: tuple[str, ...] = ()
    dense: bool = False
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """The whole report."""

    title: str
    name: str
    subtitle: str
    created: str
    edition: str
    marks: tuple[str, ...]
    mark_notes: tuple[str, ...]
    verdict: str
    digest: str
    front: FrontPage
    purpose: tuple[Fact, ...]
    themes: tuple[ThemeView, ...]
    agreements: Table | None
    checks: Table
    identity: Table
    told: tuple[str, ...]
    outcomes: tuple[tuple[Badge, str], ...]
    glossary: tuple[Fact, ...]
    known_limits: tuple[str, ...]
    trade_offs: TradeOffView | None = None
    over_time: OverTimeView | None = None
    fewer_columns: FewerColumnsView | None = None
