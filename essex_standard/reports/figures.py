"""Sort a finding's measurements into what a reader can take in: blocks of like rows.

    measurements -> groups | curve | columns | whole

- *groups*: a rate for each group of each attribute, with its gap beside it;
- *curve*: what happened at each score;
- *columns*: one figure for each column;
- *whole*: one figure for everyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from essex_standard.assessment import Finding
from essex_standard.evidence.group_table import CELLS
from essex_standard.measurement import Measurement
from essex_standard.reports.wording import Wording

CURVE_ATTRIBUTE, CURVE_MEASURE = "score", "observed_rate"
CROSSED = " & "
"""Joins the attributes of an intersection, and their groups."""
BASELINE_GROUP = "baseline"
RECAST = "counterfactual_"
"""Begins the measures in which people of one group (`versus` None: of all) are made another."""
COUNT = "count"
EFFECTS = ("score_moved_share", "necessity_loss")
"""Measures of what a column does to the scores: here the small figure is the one to look at."""

RATES = frozenset(CELLS)
"""Judged by themselves; a measurement does not say on which side of its limit a rate should lie."""

SEARCHES = ("subgroup_scan",)
"""Measures that look for a group; without one there is no row."""

SAID_IN_WORDS = (
    "unknown_share",
    "under_recording_to_change_if_none_flagged",
    "schema_changes",
    "passed_and_unused",
    "sensitive_undeclared",
    "alone_share",
    "small_class_share",
    "roc_auc_of_fewer_columns",
    "stays_in_smallest_set",
)
"""Figures that a sentence of the finding tells; a column of their own would only crowd the rest."""

_SUFFIXES = (
    "difference_worst_case",
    "difference_to_rest",
    "ratio_to_rest",
    "difference_to_baseline",
    "difference_to_overall",
    "ratio_to_overall",
    "difference",
    "ratio",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a measure is named and its figures are said."""

    name: str
    style: str
    base: str
    is_gap: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The measurements of one group, bin, column or the whole, by measure.

    `versus` is what it is compared with, where the comparison is a pair.
    """

    attribute: str
    group: str
    versus: str
    by_measure: dict[str, Measurement]

    @property
    def cases(self) -> Measurement:
        """The measurement whose `n` stands for the row."""
        # What a search found was sought among everybody: its own people stand behind its shares.
        rows = sorted(self.by_measure.values(), key=lambda m: m.measure in SEARCHES)
        return next((m for m in rows if m.n is not None), rows[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows of one kind, with their measures in the order in which columns stand.

    `withheld` names the crossed groups of which no figure may be shown: they are told in one line
    instead of a row each.
    """

    kind: str
    measures: tuple[str, ...]
    rows: tuple[Row, ...]
    spread: tuple[Measurement, ...] = ()
    everyone: Measurement | None = None
    withheld: tuple[str, ...] = ()


def shown(measure: str, words: Wording) -> Shown:
    """Return how a measure is printed; an unknown one by its own name."""
    if words.has(f"measures.{measure}"):
        return Shown(
            name=words(f"measures.{measure}.name"),
            style=words(f"measures.{measure}.style"),
            base=measure,
            is_gap=False,
        )
    for suffix in _SUFFIXES:
        if measure.endswith(f"_{suffix}"):
            base = shown(measure.removesuffix(f"_{suffix}"), words)
            style = words(f"suffix.{suffix}.style")
            if style == "points" and base.style != "of_100":
                style = "signed"
            name = words(f"suffix.{suffix}.name", base=base.name.split(":")[0])
            return Shown(name=name, style=style, base=base.base, is_gap=True)
    return Shown(
        name=measure.replace("_", " ").capitalize(), style="plain", base=measure, is_gap=False
    )


def said(m: Measurement | None, words: Wording) -> str:
    """Return one figure in words and digits; never a blank, whatever is missing."""
    if m is None:
        return words("words.not_compared")
    if m.below is not None:
        return words("words.below", n=m.below)
    if m.withheld:
        return words("words.withheld")
    if m.value is None:
        none = f"measures.{m.measure}.none"
        return words(none if words.has(none) else "words.not_computed")
    style = shown(m.measure, words).style
    if style == "count":
        return f"{round(m.value):,}"
    return words.with_interval(m.value, m.low, m.high, style)


def blocks(finding: Finding) -> tuple[Block, ...]:
    """Return the finding's measurements as blocks, in the order in which they are read."""
    of_kind: dict[str, list[Measurement]] = {
        "whole": [],
        "groups": [],
        "pairs": [],
        "curve": [],
        "columns": [],
    }
    grouped = {m.attribute for m in finding.measurements if m.group}
    spread = []
    for m in finding.measurements:
        if m.measure == COUNT:
            # Every table of groups says how many cases stand behind its figures.
            continue
        if m.measure == CURVE_MEASURE and m.attribute != CURVE_ATTRIBUTE:
            # A curve for each group would fill pages; they stand in assessment.json.
            continue
        if (m.measure in SEARCHES and not m.group) or m.measure in SAID_IN_WORDS:
            # Nothing was found, or nothing that may be named: the statement says it.
            continue
        if not m.attribute:
            of_kind["whole"].append(m)
        elif m.attribute == CURVE_ATTRIBUTE and m.group:
            of_kind["curve"].append(m)
        elif m.group:
            of_kind["pairs" if _is_pair(m) else "groups"].append(m)
        elif m.attribute in grouped and m.measure.endswith(_SUFFIXES) and m.limit is None:
            spread.append(m)
        else:
            of_kind["columns"].append(m)
    found = [
        _block(kind, measured, spread if kind == "groups" else [], of_kind["whole"])
        for kind, measured in of_kind.items()
        if measured and not (kind == "whole" and _is_told_with_groups(measured, of_kind["groups"]))
    ]
    return tuple(sorted(found, key=lambda block: not _is_judged(block)))


def _is_judged(block: Block) -> bool:
    """Return whether the block holds what the check judges; it is read before what is only told."""
    return any(m.limit is not None for row in block.rows for m in row.by_measure.values())


def _block(
    kind: str,
    found: Sequence[Measurement],
    spread: Sequence[Measurement],
    whole: Sequence[Measurement],
) -> Block:
    # A reader asks first how a group fares, then how far it lies from the others.
    measures = sorted(dict.fromkeys(m.measure for m in found), key=lambda m: m.endswith(_SUFFIXES))
    rows = _worst_first(_rows(found)) if kind == "columns" else _rows(found)
    hidden = [r for r in rows if CROSSED in r.attribute and _is_withheld(r)]
    return Block(
        kind=kind,
        measures=tuple(measures),
        rows=tuple(r for r in rows if r not in hidden),
        spread=tuple(m for m in spread if not (CROSSED in m.attribute and m.value is None)),
        everyone=_everyone(measures[0], whole),
        withheld=tuple(r.group for r in hidden),
    )


def _is_withheld(row: Row) -> bool:
    return all(m.value is None for m in row.by_measure.values())


def beyond(m: Measurement) -> bool:
    """Return whether the whole likely range lies on the wrong side of the limit."""
    if m.limit is None or m.low is None or m.high is None or m.measure in RATES:
        return False
    if isinstance(m.limit, tuple):
        least, most = m.limit
        return m.high < least or m.low > most
    if "ratio" in m.measure or m.measure in EFFECTS or m.measure.endswith("_to_baseline"):
        return m.high < m.limit
    return min(abs(m.low), abs(m.high)) > m.limit and m.low * m.high > 0


def widest(rows: Sequence[Row], measures: Sequence[str]) -> tuple[Row, Measurement] | None:
    """Return the row whose figure of the last measure is furthest from nought, if any is shown."""
    candidates = [
        (row, m)
        for row in rows
        for name in measures[-1:]
        if (m := row.by_measure.get(name)) is not None and m.value is not None
    ]
    return max(candidates, key=lambda pair: abs(pair[1].value or 0.0), default=None)


def _worst_first(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Order columns by their first figure: the most changed, or the least used, on top."""

    def key(row: Row) -> tuple[bool, float]:
        m = next(iter(row.by_measure.values()))
        value = abs(m.value) if m.value is not None else 0.0
        return m.value is None, value if m.measure in EFFECTS else -value

    return tuple(sorted(rows, key=key))


def _is_pair(m: Measurement) -> bool:
    if m.measure.startswith(RECAST):
        return bool(m.versus)
    to_rest = m.measure.endswith(("_to_rest", "_to_baseline"))
    return bool(m.versus) and not to_rest and m.measure.endswith(("_difference", "_ratio"))


def _rows(measurements: Sequence[Measurement]) -> tuple[Row, ...]:
    rows: dict[tuple[str, str, str], dict[str, Measurement]] = {}
    for m in measurements:
        versus = (m.versus or "") if _is_pair(m) else ""
        rows.setdefault((m.attribute, m.group, versus), {}).setdefault(m.measure, m)
    return tuple(
        Row(attribute=attribute, group=group, versus=versus, by_measure=found)
        for (attribute, group, versus), found in rows.items()
    )


def _is_told_with_groups(whole: Sequence[Measurement], groups: Sequence[Measurement]) -> bool:
    """Return whether the figures for everyone are the first row of the groups' table anyway."""
    return len(whole) == 1 and any(m.measure == whole[0].measure for m in groups)


def _everyone(first: str, whole: Sequence[Measurement]) -> Measurement | None:
    same = (m for m in whole if m.measure == first and not m.group)
    return next((m for m in same if m.value is not None), None)
