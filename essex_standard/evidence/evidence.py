"""`Evidence`: everything the judgement needs to know about one population, and nothing more.

    Evidence.of(batch_1) + Evidence.of(batch_2) == Evidence.of(both)

It holds counts only. Small counts can still single someone out: it is restricted material.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.coding import JOINED, codes_of, crossings, is_deep, places
from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.equivalence_classes import EquivalenceClasses
from essex_standard.evidence.group_errors import GroupErrors
from essex_standard.evidence.group_scores import GroupScores
from essex_standard.evidence.group_table import BUCKETS, GroupTable
from essex_standard.evidence.rule_table import RuleTable
from essex_standard.evidence.score_histogram import Binned, ScoreHistogram
from essex_standard.evidence.strata import within_factor

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

SCHEMA = "essex-standard/evidence/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Mergeable aggregates of one population.

    Attributes
    ----------
    rows : int
        People (rows) counted.
    threshold : float or None
        The fixed threshold at which decisions were taken; None without scores.
    groups : mapping of str to GroupTable
        One table an attribute, one a pair (``"ethnicity & sex"``), and ``""`` for the whole.
    scores : ScoreHistogram or None
    group_scores : mapping of str to GroupScores
        The scores of each group, by attribute or pair; empty where no check asks for them.
    errors : mapping of str to GroupErrors
        Of a model that predicts a quantity: one an attribute, and ``""`` for the whole.
    strata : mapping of str to GroupTable
        Each attribute within the values of a declared factor; see `Strata`.
    periods : mapping of str to Evidence
        The same people by period, each with its own tables, scores and columns; empty where no
        check asks for periods.
    rule : mapping
        Joint counts of (score bin, baseline rule value) by outcome; see `RuleTable`.
    columns : mapping of str to ColumnProfile
    score_profile : ColumnProfile or None
        The scores as one column, for their drift.
    classes : EquivalenceClasses or None
        People who look alike; None where no check asks for them or nobody says by what.
    """

    rows: int
    threshold: float | None = None
    groups: Mapping[str, GroupTable] = field(default_factory=dict)
    scores: ScoreHistogram | None = None
    rule: RuleTable | None = None
    columns: Mapping[str, ColumnProfile] = field(default_factory=dict)
    score_profile: ColumnProfile | None = None
    group_scores: Mapping[str, GroupScores] = field(default_factory=dict)
    errors: Mapping[str, GroupErrors] = field(default_factory=dict)
    strata: Mapping[str, GroupTable] = field(default_factory=dict)
    periods: Mapping[str, Evidence] = field(default_factory=dict)
    classes: EquivalenceClasses | None = None

    @classmethod
    def of(
        cls,
        *,
        outcome: NDArray[np.int8],
        flagged: NDArray[np.bool_] | None = None,
        scores: NDArray[np.float64] | None = None,
        score_kind: str = "probability",
        threshold: float | None = None,
        protected: Mapping[str, NDArray[np.str_]] | None = None,
        intersections: bool = True,
        depth: int = 2,
        group_scores: Collection[str] = (),
        errors: NDArray[np.float64] | None = None,
        factor: NDArray[np.str_] | None = None,
        columns: pd.DataFrame | None = None,
        rule: NDArray[np.float64] | None = None,
        weights: NDArray[np.float64] | None = None,
        clusters: NDArray[np.str_] | None = None,
        periods: NDArray[np.str_] | None = None,
        period_columns: bool = False,
    ) -> Evidence:
        """Summarise one batch of rows.

        Parameters
        ----------
        outcome : ndarray of int8, shape (n_rows,)
            0, 1, or 2 where it was not observed.
        flagged : ndarray of bool, shape (n_rows,), optional
            Decisions at the fixed threshold.
        scores : ndarray of float64, shape (n_rows,), optional
            Probability in [0, 1], or unbounded.
        protected : mapping of attribute to ndarray of str, shape (n_rows,), optional
            Labels, with missing values already named `unknown`.
        intersections : bool
            Whether attributes are crossed.
        depth : int
            How many of them at most.
        group_scores : collection of str, optional
            Whose scores are counted apart: each group's (``protected``), each crossing's
            (``intersections``), or nobody's.
        errors : ndarray of float64, shape (n_rows,), optional
            Of predictions of a quantity: prediction minus outcome, NaN where it was not observed.
        factor : ndarray of str, shape (n_rows,), optional
            The value of a legitimate factor, missing ones named `unknown`.
        columns : DataFrame of n_rows, optional
            Columns to be profiled.
        rule : ndarray of float64, shape (n_rows,), optional
            Value of the simple baseline rule.
        weights : ndarray of float64, shape (n_rows,), optional
        clusters : ndarray of str, shape (n_rows,), optional
            Family, school or person each row belongs to; only a hash bucket of it is kept.
        periods : ndarray of str, shape (n_rows,), optional
            The period that each row is of; each period is then summarised by itself too.
        period_columns : bool
            Whether columns are profiled in each period.
        """
        n = len(outcome)
        rows: dict[str, Any] = {
            "outcome": outcome, "flagged": flagged, "scores": scores,
            "columns": columns if period_columns else None,
            "weights": weights, "clusters": clusters,
        }  # fmt: skip
        buckets = None if clusters is None else cluster_buckets(clusters)
        coded = {name: codes_of(v) for name, v in (protected or {}).items()}
        asked = intersections or "intersections" in group_scores
        crossed = crossings(coded, depth) if asked else {}
        # The whole is one group even where there is nobody in it.
        parted = {
            "": (np.array([""]), np.zeros(n, dtype=np.int64)),
            **coded,
            **(crossed if intersections else {}),
        }
        apart = {
            **(coded if "protected" in group_scores else {}),
            **{
                name: pair
                for name, pair in crossed.items()
                if "intersections" in group_scores and not is_deep(name)
            },
        }
        binned = None if scores is None else Binned.of(scores, score_kind)
        return cls(
            rows=n,
            threshold=threshold,
            groups={}
            if flagged is None
            else {
                name: GroupTable.of(
                    name, codes, labels, outcome, flagged, weights=weights, buckets=buckets
                )
                for name, (labels, codes) in parted.items()
            },
            scores=None
            if binned is None
            else ScoreHistogram.of_bins(binned, outcome, weights=weights),
            group_scores={}
            if binned is None
            else {
                name: GroupScores.of(name, codes, labels, binned, outcome, weights=weights)
                for name, (labels, codes) in apart.items()
            },
            errors={}
            if errors is None
            else {
                name: GroupErrors.of(
                    name,
                    parted[name][1],
                    [str(g) for g in parted[name][0]],
                    errors,
                    weights=weights,
                    buckets=buckets,
                )
                for name in ("", *coded)
            },
            strata={}
            if flagged is None or factor is None
            else within_factor(
                coded, codes_of(factor), outcome, flagged, weights=weights, buckets=buckets
            ),
            rule=None
            if rule is None or scores is None
            else RuleTable.of(scores, rule, outcome, kind=score_kind, weights=weights),
            columns={}
            if columns is None
            else {str(c): ColumnProfile.of(str(c), columns[c]) for c in columns.columns},
            score_profile=None if scores is None else _profile_of_scores(scores),
            periods={}
            if periods is None
            else {
                label: cls._of_period(at, rows, protected or {}, score_kind, threshold)
                for label, at in places(periods).items()
            },
        )

    @classmethod
    def _of_period(
        cls,
        at: NDArray[np.int64],
        rows: Mapping[str, Any],
        protected: Mapping[str, NDArray[np.str_]],
        score_kind: str,
        threshold: float | None,
    ) -> Evidence:
        """Return the evidence of the rows of one period."""
        return cls.of(
            outcome=rows["outcome"][at],
            flagged=_taken(rows["flagged"], at),
            scores=_taken(rows["scores"], at),
            columns=_taken(rows["columns"], at),
            weights=_taken(rows["weights"], at),
            clusters=_taken(rows["clusters"], at),
            score_kind=score_kind,
            threshold=threshold,
            protected={name: values[at] for name, values in protected.items()},
            intersections=False,
        )

    def __add__(self, other: Evidence) -> Evidence:
        """Return the evidence of both populations; ``Evidence(rows=0)`` changes nothing.

        Raises
        ------
        ValueError
            If the two were not gathered alike: a figure that only one of them has would not be
            about both.
        """
        for one, another in ((self, other), (other, self)):
            if another == _NOTHING:
                return one
        if self.threshold != other.threshold:
            raise ValueError("evidence gathered at different thresholds cannot be added")
        if bool(self.periods) != bool(other.periods):
            raise ValueError("evidence gathered with and without periods cannot be added")
        return Evidence(
            rows=self.rows + other.rows,
            threshold=self.threshold,
            groups=_add_all(self.groups, other.groups),
            scores=_add(self.scores, other.scores),
            group_scores=_add_all(self.group_scores, other.group_scores),
            errors=_add_all(self.errors, other.errors),
            strata=_add_all(self.strata, other.strata),
            rule=_add(self.rule, other.rule),
            columns=_add_all(self.columns, other.columns),
            score_profile=_add(self.score_profile, other.score_profile),
            periods={
                p: _either(self.periods.get(p), other.periods.get(p))
                for p in sorted({*self.periods, *other.periods})
            },
            classes=_add(self.classes, other.classes),
        )

    @property
    def whole(self) -> GroupTable | None:
        """The table of the whole population, or None without decisions."""
        return self.groups.get("")

    def attributes(self, *, intersections: bool = False, depth: int = 2) -> tuple[str, ...]:
        """Return the protected attributes, or their crossings of up to `depth` attributes."""
        crossed = {a: a.count(JOINED) + 1 for a in self.groups if a}
        if not intersections:
            return tuple(a for a, size in crossed.items() if size == 1)
        return tuple(a for a, size in crossed.items() if 1 < size <= depth)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, for the restricted store."""
        return {
            "schema": SCHEMA,
            "rows": self.rows,
            "threshold": self.threshold,
            "groups": {k: v.to_dict() for k, v in self.groups.items()},
            "scores": None if self.scores is None else self.scores.to_dict(),
            "group_scores": {k: v.to_dict() for k, v in self.group_scores.items()},
            "errors": {k: v.to_dict() for k, v in self.errors.items()},
            "strata": {k: v.to_dict() for k, v in self.strata.items()},
            "rule": None if self.rule is None else self.rule.to_dict(),
            "columns": {k: v.to_dict() for k, v in self.columns.items()},
            "score_profile": None if self.score_profile is None else self.score_profile.to_dict(),
            "periods": {p: e.to_dict() for p, e in self.periods.items()},
            "classes": None if self.classes is None else self.classes.to_dict(),
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Evidence:
        """Return the evidence that `to_dict` wrote."""
        return cls(
            rows=stored["rows"],
            threshold=stored["threshold"],
            groups={k: GroupTable.from_dict(v) for k, v in stored["groups"].items()},
            scores=None if stored["scores"] is None else ScoreHistogram.from_dict(stored["scores"]),
            # Evidence stored before the scores of groups and errors were gathered has none.
            group_scores={
                k: GroupScores.from_dict(v) for k, v in stored.get("group_scores", {}).items()
            },
            errors={k: GroupErrors.from_dict(v) for k, v in stored.get("errors", {}).items()},
            strata={k: GroupTable.from_dict(v) for k, v in stored.get("strata", {}).items()},
            rule=None if stored["rule"] is None else RuleTable.from_dict(stored["rule"]),
            columns={k: ColumnProfile.from_dict(v) for k, v in stored["columns"].items()},
            score_profile=None
            if stored["score_profile"] is None
            else ColumnProfile.from_dict(stored["score_profile"]),
            periods={p: cls.from_dict(e) for p, e in stored.get("periods", {}).items()},
            classes=None
            if stored.get("classes") is None
            else EquivalenceClasses.from_dict(stored["classes"]),
        )


def cluster_buckets(clusters: NDArray[np.str_]) -> NDArray[np.int64]:
    """Return the bucket, in [0, 128), of each row's cluster; the id itself is not kept."""
    from hashlib import blake2b

    ids, index = codes_of(clusters, sort=False)
    of_id = np.array(
        [
            blake2b(str(i).encode(), digest_size=2, key=b"essex-standard/clusters").digest()[0]
            for i in ids
        ],
        dtype=np.int64,
    )
    return np.asarray(of_id[index] % BUCKETS)


def _taken(values: Any, at: NDArray[np.int64]) -> Any:
    if values is None:
        return None
    return values.iloc[at] if hasattr(values, "iloc") else values[at]


def _either(a: Evidence | None, b: Evidence | None) -> Evidence:
    """Return the evidence of a period that one of two populations, or both, have."""
    if a is None or b is None:
        found = b if a is None else a
        assert found is not None  # noqa: S101 - the period is one of theirs
        return found
    return a + b


def _profile_of_scores(scores: NDArray[np.float64]) -> ColumnProfile:
    import pandas as pd

    return ColumnProfile.of("score", pd.Series(scores))


def _add(a: Any, b: Any) -> Any:
    if (a is None) != (b is None):
        raise ValueError(
            "evidence gathered with and without scores, a rule or classes cannot be added"
        )
    return None if a is None else a + b


def _add_all(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    if set(a) != set(b):
        raise ValueError("evidence of different attributes or columns cannot be added")
    return {k: a[k] + b[k] for k in a}


_NOTHING = Evidence(rows=0)
