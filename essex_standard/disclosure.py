"""Statistical disclosure control: what stands between the Evidence and every file.

    raw cells -> which groups may be shown -> rounded cells -> rates, gaps, intervals

A group is shown only if each cell of its table (rightly flagged, wrongly flagged, missed, rightly
left) holds at least ten people; otherwise the whole table and every figure from it is withheld
together, because several rates of one small table can be solved for its cells. A group that could
be had by subtraction is withheld with it. What is shown is computed from cells rounded to 5.

References
----------
UK Government Statistical Service, guidance on intruder testing and disclosure control; SDAP,
"Handbook on Statistical Disclosure Control for Outputs" (2019); ACRO (AI-SDC).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from essex_standard.assessment import Assessment, PerThousand
from essex_standard.errors import EditionRefused, Problem
from essex_standard.evidence.evidence import Evidence, Held
from essex_standard.evidence.group_table import CELLS, FN, FP, TN, TP, GroupTable
from essex_standard.measurement import Measurement
from essex_standard.statistics.proportions import (
    Proportion,
    ProportionDifference,
    ProportionRatio,
)

MIN_CELL = 10
ROUNDING_BASE = 5
SMALLEST_FOR_PER_THOUSAND = 100

_NOT_COUNTS_OF_PEOPLE = frozenset({"uncovered_columns", "words_per_sentence", "declared"})
_SHARES_OF_ROWS = frozenset({"score_moved_share", "direct_identifier_share"})
_DISTANCES = frozenset(
    {
        "jensen_shannon_distance",
        "population_stability_index",
        "wasserstein_distance",
        "domain_classifier_roc_auc",
    }
)
_WHOLE_STATISTICS = (
    "roc_auc",
    "average_precision",
    "brier_score",
    "calibration_slope",
    "calibration_in_the_large",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """The one plan by which every figure of an assessment is shown or withheld.

    Attributes
    ----------
    cells : mapping of (attribute, group) to ndarray of int64, shape (3, 2)
        Rounded cells of the groups that may be shown; ``("", "")`` is the whole population.
    tables : mapping of attribute to GroupTable
        The raw tables: how far weights and clusters shrink the effective size, which cells are
        empty by definition.
    """

    cells: Mapping[tuple[str, str], NDArray[np.int64]]
    groups: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, GroupTable]
    reference_whole: NDArray[np.int64] | None = None
    min_cell: int = MIN_CELL
    base: int = ROUNDING_BASE

    @classmethod
    def of(cls, held: Held) -> Protection:
        """Decide what may be shown of this evidence.

        The strictest of the defaults and the agreements' terms holds: a caller can only raise it.
        """
        k, b = max(held.min_cell, MIN_CELL), math.lcm(held.base, ROUNDING_BASE)
        tables = held.assessed.groups
        withheld = _withheld(tables, k)
        return cls(
            cells={
                (attribute, group): _round(table.counts[i], b)
                for attribute, table in tables.items()
                for i, group in enumerate(table.groups)
                if (attribute, group) not in withheld
            },
            groups={a: t.groups for a, t in tables.items()},
            tables=tables,
            reference_whole=_reference_cells(held.reference, k, b),
            min_cell=k,
            base=b,
        )

    # Rates -----------------------------------------------------------------------------------

    def rate(self, rate: str, attribute: str = "", group: str = "") -> Proportion | None:
        """Return a group's rate from rounded cells, or None where it is withheld."""
        cells = self.cells.get((attribute, group))
        return self._proportion(rate, cells, self._shrink(rate, attribute, group))

    def rest_rate(self, rate: str, attribute: str, group: str) -> Proportion | None:
        """Return the rate of everyone but `group`, or None where either is withheld."""
        whole, mine = self.cells.get(("", "")), self.cells.get((attribute, group))
        if whole is None or mine is None:
            return None
        return self._proportion(rate, whole - mine, self._shrink(rate, attribute, group, rest=True))

    def _proportion(
        self, rate: str, cells: NDArray[np.int64] | None, shrink: float
    ) -> Proportion | None:
        if cells is None:
            return None
        over, under = (sum(int(cells[c]) for c in part) for part in CELLS[rate])
        if under < self.min_cell or over < 0 or over > under:
            return None
        structural = all(self._is_structural(c) for c in CELLS[rate][0]) or over == under
        if not structural and (over < self.min_cell or under - over < self.min_cell):
            return None
        return Proportion(over * shrink, under * shrink)

    def _is_structural(self, cell: tuple[int, int]) -> bool:
        whole = self.tables.get("")
        return whole is not None and int(whole.counts[0][cell]) == 0

    def _shrink(self, rate: str, attribute: str, group: str, *, rest: bool = False) -> float:
        table = self.tables[attribute]
        if table.squares is None and table.buckets is None:
            return 1.0
        part = table.rest(group) if rest else table.only(group)
        effective, actual = part.proportion(rate), float(part.denominator(rate)[0])
        return 1.0 if effective is None or actual == 0 else min(1.0, effective.n / actual)

    # Measurements ----------------------------------------------------------------------------

    def protect(self, m: Measurement, confidence: float) -> Measurement:
        """Return a measurement as it may be published.

        Parameters
        ----------
        confidence : float
            Of its interval, which is computed anew from the rounded cells.
        """
        if m.value is None and m.low is None and m.n is None:
            return m
        if m.measure in _NOT_COUNTS_OF_PEOPLE:
            return m
        if m.measure.startswith("outcome_prevalence") and m.group in ("assessed", "reference"):
            return self._prevalence(m, confidence)
        for name, maker in _GAPS.items():
            if m.measure.endswith(name):
                rate = m.measure.removesuffix(name)
                if rate in CELLS:
                    return self._gap(m, rate, maker, confidence)
        if m.measure in CELLS:
            return self._shown(m, self.rate(m.measure, m.attribute, m.group), confidence)
        handler = self._other(m.measure)
        return handler(m, confidence)

    def _other(self, measure: str) -> Callable[[Measurement, float], Measurement]:
        if measure == "count":
            return self._count
        if measure == "observed_rate":
            return self._bin
        if measure == "missing_share":
            return self._missing
        if measure in _DISTANCES or measure in _SHARES_OF_ROWS:
            return self._rounded
        if measure.startswith(_WHOLE_STATISTICS):
            return self._statistic
        if measure.startswith(("demographic_parity", "equalized_odds")):
            return self._fairlearn
        # Fail closed: a measure this module does not know is not published.
        return lambda m, _: _withhold(m)

    def _shown(
        self, m: Measurement, p: Any, confidence: float, n: int | None = None
    ) -> Measurement:
        if p is None:
            return _withhold(m)
        low, high = p.interval(confidence)
        return replace(
            m,
            value=_two(p.value),
            low=math.floor(low * 100 + 1e-9) / 100,
            high=math.ceil(high * 100 - 1e-9) / 100,
            n=self._n(m) if n is None else n,
        )

    def _n(self, m: Measurement) -> int | None:
        return None if m.n is None or m.n < self.min_cell else _nearest(m.n, self.base)

    def _gap(
        self, m: Measurement, rate: str, maker: Callable[..., Any], confidence: float
    ) -> Measurement:
        if not m.group:
            return self._between_groups(m, rate)
        mine = self.rate(rate, m.attribute, m.group)
        if m.versus is None or m.measure.endswith("_to_rest"):
            other = self.rest_rate(rate, m.attribute, m.group)
        else:
            other = self.rate(rate, m.attribute, m.versus)
        if mine is None or other is None or (maker is ProportionRatio and other.k == 0):
            return _withhold(m)
        return self._shown(m, maker(mine, other), confidence)

    def _between_groups(self, m: Measurement, rate: str) -> Measurement:
        """Fairlearn's max - min (or min / max) over the groups that are shown."""
        shown = [self.rate(rate, m.attribute, g) for g in self.groups.get(m.attribute, ())]
        values = [p.value for p in shown if p is not None]
        if len(values) < 2:
            return _withhold(m)
        ratio = m.measure.endswith("_ratio")
        value = min(values) / max(values) if ratio and max(values) else max(values) - min(values)
        return replace(m, value=_two(value), low=None, high=None, n=self._n(m))

    def _fairlearn(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        rates = (
            ("selection_rate",)
            if m.measure.startswith("demographic_parity")
            else ("true_positive_rate", "false_positive_rate")
        )
        kind = "ratio" if m.measure.endswith("_ratio") else "difference"
        found = [
            self._between_groups(replace(m, measure=f"{rate}_{kind}"), rate).value for rate in rates
        ]
        values = [v for v in found if v is not None]
        if len(values) < len(found):
            return _withhold(m)
        value = min(values) if kind == "ratio" else max(values)
        return replace(m, value=value, low=None, high=None, n=self._n(m))

    def _count(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        cells = self.cells.get((m.attribute, m.group))
        if cells is None:
            return _withhold(m)
        return replace(m, value=float(cells.sum()), low=None, high=None, n=int(cells.sum()))

    def _prevalence(self, m: Measurement, confidence: float) -> Measurement:
        now = self._proportion("outcome_prevalence", self.cells.get(("", "")), 1.0)
        then = self._proportion("outcome_prevalence", self.reference_whole, 1.0)
        if m.measure == "outcome_prevalence":
            return self._shown(m, then if m.group == "reference" else now, confidence)
        if now is None or then is None:
            return _withhold(m)
        return self._shown(m, ProportionDifference(now, then), confidence)

    def _bin(self, m: Measurement, confidence: float) -> Measurement:
        if m.value is None or m.n is None:
            return _withhold(m)
        events = round(m.value * m.n)
        if min(events, m.n - events) < self.min_cell:
            return _withhold(m)
        k, rest = _nearest(events, self.base), _nearest(m.n - events, self.base)
        return self._shown(m, Proportion(k, k + rest), confidence, n=k + rest)

    def _missing(self, m: Measurement, confidence: float) -> Measurement:
        if m.value is None or m.n is None or 0 < m.value * m.n < self.min_cell:
            return _withhold(m)
        return self._rounded(m, confidence)

    def _rounded(self, m: Measurement, confidence: float) -> Measurement:  # noqa: ARG002
        if m.n is not None and m.n < self.min_cell:
            return _withhold(m)
        return replace(
            m, value=_two(m.value), low=_two(m.low, down=True), high=_two(m.high, up=True),
            n=self._n(m),
        )  # fmt: skip

    def _statistic(self, m: Measurement, confidence: float) -> Measurement:
        whole = self.tables.get("")
        if whole is None:
            return _withhold(m)
        events = min(int(whole.count("positives")[0]), int(whole.count("negatives")[0]))
        return _withhold(m) if events < self.min_cell else self._rounded(m, confidence)

    # Page one --------------------------------------------------------------------------------

    def per_thousand(self) -> PerThousand:
        """Return the counts of page one, scaled from the rounded cells of the whole."""
        cells = self.cells.get(("", ""))
        if cells is None:
            return PerThousand(
                why_not="Fewer than 10 people were in one of the four outcomes: too few to say."
            )
        rightly, wrongly, missed, left = (int(cells[c]) for c in (TP, FP, FN, TN))
        total = rightly + wrongly + missed + left
        if total < SMALLEST_FOR_PER_THOUSAND:
            return PerThousand(
                tested_on=_nearest(int(cells.sum()), self.base),
                why_not="The outcome was known for fewer than 100 people: too few to say how many "
                "of 1,000.",
            )
        rightly_k, wrongly_k, missed_k = (
            int(_nearest(round(1000 * c / total), 1)) for c in (rightly, wrongly, missed)
        )
        return PerThousand(
            tested_on=total,
            flagged=rightly_k + wrongly_k,
            rightly=rightly_k,
            wrongly=wrongly_k,
            missed=missed_k,
        )

    def rows(self, rows: int) -> int | None:
        """Return a number of people as it may be printed, or None below the minimum."""
        return None if rows < self.min_cell else _nearest(rows, self.base)


_GAPS: dict[str, Callable[..., Any]] = {
    "_difference_to_rest": ProportionDifference,
    "_ratio_to_rest": ProportionRatio,
    "_difference": ProportionDifference,
    "_ratio": ProportionRatio,
}


EDITIONS = ("panel", "public", "restricted")


def protect(assessment: Assessment, edition: str = "panel") -> Assessment:
    """Return the assessment as an edition may show it.

    Parameters
    ----------
    edition : {"panel", "public", "restricted"}

    Raises
    ------
    EditionRefused
        For an unknown edition; for ``public`` where an agreement does not allow publication; for
        ``restricted`` where the unrounded figures are not held.
    """
    _require_allowed(assessment, edition)
    if edition == "restricted" or assessment.protected:
        return replace(assessment, edition=edition)
    protection = Protection.of(assessment.evidence)
    findings = tuple(
        replace(
            f,
            measurements=tuple(
                protection.protect(
                    m,
                    (f.interval_confidence if m.limit is not None else f.confidence) or 0.95,
                )
                for m in f.measurements
            ),
        )
        for f in assessment.findings
    )
    rows = assessment.subject.rows
    return replace(
        assessment,
        findings=findings,
        subject=replace(assessment.subject, rows=None if rows is None else protection.rows(rows)),
        edition=edition,
        protected=True,
        evidence=None,
    )


def _require_allowed(assessment: Assessment, edition: str) -> None:
    if edition not in EDITIONS:
        raise EditionRefused.because(
            f"there is no edition '{edition}'",
            where="edition",
            mend=f"Use one of: {', '.join(EDITIONS)}",
        )
    if edition == "restricted" and (assessment.protected or assessment.evidence is None):
        raise EditionRefused.because(
            "the restricted edition needs the unrounded figures, and only protected ones are here",
            where="edition",
            mend="Keep assessment.evidence beside assessment.json, or name it with --evidence",
        )
    if edition == "public":
        narrower = [
            a
            for a in assessment.context.agreements
            if a.layer != "open_data" and a.release != "public"
        ]
        if narrower:
            raise EditionRefused(
                Problem(
                    what="its outputs may not go to the public, only to: "
                    + (a.release or "nobody named").replace("_", " "),
                    where=f"agreement {a.id}, outputs.release",
                    mend="Write the panel edition, or have the agreement changed",
                )
                for a in narrower
            )


def _withheld(tables: Mapping[str, GroupTable], k: int) -> set[tuple[str, str]]:
    """Return the groups to withhold: too small, or to be had by subtraction from what is shown."""
    whole = tables.get("")
    if whole is None:
        return set()
    active = whole.counts[0] > 0
    out = {
        (attribute, group)
        for attribute, table in tables.items()
        for i, group in enumerate(table.groups)
        if (table.counts[i][active] < k).any()
    }
    families = _families(tables)
    while True:
        before = len(out)
        for parent, members in families:
            if parent in out and parent != ("", ""):
                out.update(members)
                continue
            out.update(_complement(members, out, tables, active, k))
        if len(out) == before:
            return out


def _families(
    tables: Mapping[str, GroupTable],
) -> list[tuple[tuple[str, str], list[tuple[str, str]]]]:
    """Return every set of groups that adds up to a published total, with that total."""
    families: list[tuple[tuple[str, str], list[tuple[str, str]]]] = []
    for attribute, table in tables.items():
        if not attribute:
            continue
        if attribute not in _pairs(tables):
            families.append((("", ""), [(attribute, g) for g in table.groups]))
            continue
        first, second = _pairs(tables)[attribute]
        for side, other, joined in ((first, second, "{0} & {1}"), (second, first, "{1} & {0}")):
            for mine in tables[side].groups:
                names = {joined.format(mine, theirs) for theirs in tables[other].groups}
                members = [(attribute, g) for g in table.groups if g in names]
                families.append(((side, mine), members))
    return families


def _pairs(tables: Mapping[str, GroupTable]) -> dict[str, tuple[str, str]]:
    singles = [a for a in tables if a]
    return {
        f"{a} & {b}": (a, b) for a in singles for b in singles if a < b and f"{a} & {b}" in tables
    }


def _complement(
    members: list[tuple[str, str]],
    out: set[tuple[str, str]],
    tables: Mapping[str, GroupTable],
    active: NDArray[np.bool_],
    k: int,
) -> set[tuple[str, str]]:
    """Return the members to withhold besides, so that none follows from the total."""

    def counts(member: tuple[str, str]) -> NDArray[np.int64]:
        table = tables[member[0]]
        cells: NDArray[np.int64] = table.counts[table.groups.index(member[1])][active]
        return cells

    hidden = [m for m in members if m in out]
    shown = sorted((m for m in members if m not in out), key=lambda m: (counts(m).sum(), m))
    extra: set[tuple[str, str]] = set()
    while hidden and shown:
        total = np.sum([counts(m) for m in hidden], axis=0)
        if len(hidden) > 1 and (total >= k).all():
            break
        hidden.append(shown.pop(0))
        extra.add(hidden[-1])
    return extra


def _reference_cells(reference: Evidence | None, k: int, base: int) -> NDArray[np.int64] | None:
    """Return the reference population's outcomes as unflagged cells, or None if too small."""
    whole = None if reference is None else reference.whole
    if whole is None:
        return None
    by_outcome = whole.counts[0].sum(axis=1)
    if min(by_outcome[0], by_outcome[1]) < k:
        return None
    cells = np.zeros((3, 2), dtype=np.int64)
    cells[:, 0] = by_outcome
    return _round(cells, base)


def _round(cells: NDArray[np.int64], base: int) -> NDArray[np.int64]:
    """Round to the nearest multiple, ties to the even multiple: the same cell always alike."""
    return (np.rint(cells / base) * base).astype(np.int64)


def _nearest(n: float, base: int) -> int:
    return round(n / base) * base


def _two(x: float | None, *, down: bool = False, up: bool = False) -> float | None:
    if x is None or not math.isfinite(x):
        return None
    if down:
        return math.floor(x * 100 + 1e-9) / 100
    if up:
        return math.ceil(x * 100 - 1e-9) / 100
    return round(x, 2) + 0.0


def _withhold(m: Measurement) -> Measurement:
    return replace(m, value=None, low=None, high=None, n=None, withheld=True)
