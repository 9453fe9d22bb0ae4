"""What an assessment found: plain frozen data, and the rule by which a verdict follows from it.

    findings -> verdict -> release

Nothing here computes a statistic, reads a file or imports anything heavy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from essex_standard.context import Context
from essex_standard.errors import NotAssured, Problem
from essex_standard.measurement import Limit, Measurement

if TYPE_CHECKING:
    from os import PathLike

    import pandas as pd

SCHEMA = "essex-standard/assessment/1"


class Outcome(str, Enum):
    """What was found of one check."""

    MET = "met"
    NOT_MET = "not met"
    UNCERTAIN = "uncertain"
    NOT_ASSESSED = "not assessed"
    NOT_APPLICABLE = "not applicable"
    WAIVED = "waived"

    @property
    def printed(self) -> str:
        """The words a board reads."""
        return _PRINTED[self]


_PRINTED = {
    Outcome.MET: "Met",
    Outcome.NOT_MET: "Not met",
    Outcome.UNCERTAIN: "Cannot tell",
    Outcome.NOT_ASSESSED: "Not assessed",
    Outcome.NOT_APPLICABLE: "Does not apply",
    Outcome.WAIVED: "Waived",
}

WORST_FIRST = (
    Outcome.NOT_MET,
    Outcome.NOT_ASSESSED,
    Outcome.UNCERTAIN,
    Outcome.WAIVED,
    Outcome.MET,
    Outcome.NOT_APPLICABLE,
)


class Level(str, Enum):
    """What a finding that is not met does to the verdict."""

    BLOCK = "block"
    REFER = "refer"
    NOTE = "note"


class Verdict(str, Enum):
    """What the findings amount to."""

    PASS = "pass"
    REFER = "refer"
    BLOCK = "block"


class HowWeKnow(str, Enum):
    """What stands behind a finding; what is declared never looks like what was checked."""

    MEASURED = "measured"
    CONSISTENT = "consistent"
    DOCUMENT_CITED = "document cited"
    TEAM_SAYS_SO = "the team says so"


THEMES = (
    "bias",
    "drift",
    "minimisation",
    "privacy",
    "sharing",
    "effectiveness",
    "openness",
    "governance",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check's or rule's outcome, with its measurements, its sentence and its remedy.

    Attributes
    ----------
    statement : str
        Plain words for a board; made from protected figures only, whatever the edition.
    details : tuple of str
        Further sentences: one an attribute, or one a hit of a rule.
    compared, not_compared : tuple of str
        Groups (``"sex: F"``) that had both sides at the check's minimum, and those that had not.
    unnamed : int
        How many further groups had not, where three and more attributes cross.
    limit_words : str
        The limit as a reader would say it, e.g. ``"at most 0.10"``.
    when_uncertain : str
        ``"refer"`` or ``"tell"``: whether an uncertain outcome alone refers the model.
    confidence, interval_confidence : float or None
        Confidence of the check, and of each judged interval by itself, so that all of them hold
        together at `confidence`.
    """

    check: str
    title: str
    theme: str
    level: Level
    outcome: Outcome
    how_we_know: HowWeKnow
    statement: str
    remedy: tuple[str, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    question: str = ""
    why: str = ""
    details: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    limit: Limit | None = None
    limit_words: str = ""
    confidence: float | None = None
    interval_confidence: float | None = None
    when_uncertain: str = "refer"
    compared: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()
    unnamed: int = 0


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """Return the verdict that follows from the findings, and from nothing else.

    ``block`` if any block-level finding is *not met*; else ``refer`` if any refer-level finding is
    *not met*, any block- or refer-level one is *not assessed*, any *uncertain* one says refer, or
    a waiver is in force; else ``pass``. An assessment without any finding is referred: nothing was
    examined, so nothing can be vouched for.
    """
    verdict = Verdict.PASS
    examined = False
    for finding in findings:
        examined = True
        match finding.outcome:
            case Outcome.NOT_MET:
                if finding.level is Level.BLOCK:
                    return Verdict.BLOCK
                refers = finding.level is Level.REFER
            case Outcome.NOT_ASSESSED:
                refers = finding.level is not Level.NOTE
            case Outcome.UNCERTAIN:
                refers = finding.level is not Level.NOTE and finding.when_uncertain != "tell"
            case Outcome.WAIVED:
                refers = True
            case Outcome.MET | Outcome.NOT_APPLICABLE:
                refers = False
        if refers:
            verdict = Verdict.REFER
    return verdict if examined else Verdict.REFER


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardRef:
    """The Standard in force: enough to find it again and to see that it was not loosened."""

    name: str
    version: str
    digest: str
    adopted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was assessed: names and digests, no content."""

    name: str
    stage: str
    rows: int | None
    assessed_on: str
    model_digest: str | None = None
    model_state_digest: str | None = None
    data_digest: str | None = None
    evidence_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Whether the model may be used now, and by whose decision."""

    allowed: bool
    decision: str | None = None
    until: str | None = None
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Findings, the verdict that follows from them, and everything a report needs.

    Attributes
    ----------
    told : tuple of str
        What the reader must know and no check judges (a threshold that flags nobody, an option
        given twice, a column that could not be traced, ...).
    versions : mapping of str to str
        Versions of the libraries that computed the figures.
    evidence : object or None
        The restricted Evidence while it is held; never part of the protected forms.
    """

    standard: StandardRef
    subject: Subject
    findings: tuple[Finding, ...]
    release: Release
    edition: str = "panel"
    context: Context = field(default_factory=Context)
    told: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    protected: bool = False
    evidence: Any = field(default=None, repr=False, compare=False)

    @property
    def verdict(self) -> Verdict:
        """The verdict that follows from the findings."""
        return verdict_of(self.findings)

    def require(self) -> Assessment:
        """Return self when the model is released; raise otherwise.

        Raises
        ------
        NotAssured
            Listing every finding that blocks or refers, with its remedy.
        """
        if self.release.allowed:
            return self
        in_the_way = [
            Problem(
                what=f"{f.title}: {f.outcome.printed}. {f.statement}",
                where=f"{f.check} ({f.level.value})",
                mend=" ".join(f.remedy) or "See the report",
            )
            for f in self.standing_in_the_way()
        ]
        raise NotAssured(
            in_the_way
            or [
                Problem(
                    what="nothing was examined, or the board has not released the model",
                    where="release",
                    mend="See the report and the board's decision",
                )
            ]
        )

    def standing_in_the_way(self) -> tuple[Finding, ...]:
        """Return the findings because of which the verdict is not ``pass``, gravest first."""
        if self.verdict is Verdict.BLOCK:
            return tuple(
                f for f in self.findings if f.level is Level.BLOCK and f.outcome is Outcome.NOT_MET
            )
        return tuple(f for f in self.gravest() if verdict_of([f]) is not Verdict.PASS)

    def gravest(self) -> tuple[Finding, ...]:
        """Return the findings ordered by level and outcome, worst first (stable within)."""
        levels = list(Level)
        return tuple(
            sorted(
                self.findings,
                key=lambda f: (
                    verdict_of([f]) is Verdict.PASS,
                    f.outcome is not Outcome.NOT_MET,
                    levels.index(f.level),
                    WORST_FIRST.index(f.outcome),
                ),
            )
        )

    def measurements(self) -> pd.DataFrame:
        """Return every measurement as a tidy frame.

        Returns
        -------
        pandas.DataFrame
            Columns check, measure, attribute, group, versus, value, low, high, n, limit, outcome;
            unrounded while the restricted store is held, protected otherwise.
        """
        import pandas as pd

        columns = [
            "check",
            *("measure", "attribute", "group", "versus", "value", "low", "high", "n", "limit"),
            "outcome",
        ]
        rows = [
            {
                "check": finding.check,
                **{name: getattr(m, name) for name in columns[1:-1]},
                "outcome": finding.outcome.value,
            }
            for finding in self.findings
            for m in finding.measurements
        ]
        return pd.DataFrame(rows, columns=columns)

    def minimised_columns(self) -> tuple[str, ...]:
        """Return the columns that stay in the smallest set with which the model does as well.

        What was not tried stays. Empty where no check in force searched for fewer columns, or the
        model could not be fitted again.
        """
        for finding in self.findings:
            found = [m for m in finding.measurements if m.measure == "stays_in_smallest_set"]
            if found:
                return tuple(m.attribute for m in found if m.value == 1)
        return ()

    def trade_offs(self) -> pd.DataFrame:
        """Return what other thresholds would bring, as a tidy frame.

        Returns
        -------
        pandas.DataFrame
            Columns threshold, declared, measure, attribute, group, value, people. ``flagged``,
            ``rightly``, ``wrongly`` and ``missed`` are of every 1,000 scored; the other rows hold
            the widest gap between a group and everyone else. Every threshold, unrounded, while the
            restricted store is held; else a fixed grid of thresholds, from protected counts.
        """
        from essex_standard.reports.trade_offs import trade_offs_frame

        return trade_offs_frame(self)

    # The upward edges of the import contract, listed there by name: an Assessment knows how it is
    # written so that a caller needs no second import.

    def save(self, path: str | PathLike[str]) -> None:
        """Write the restricted store: unrounded measurements and the Evidence, mode 0600."""
        from essex_standard.reports.store import save

        save(self, path)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Assessment:
        """Read a restricted store written by `save`, or a protected ``assessment.json``."""
        from essex_standard.reports.store import load

        return load(path)

    def to_json(self, path: str | PathLike[str], edition: str = "panel") -> None:
        """Write the protected ``assessment.json``."""
        from essex_standard.reports.store import write_json

        write_json(self, path, edition=edition)

    def to_html(self, path: str | PathLike[str], edition: str = "panel") -> None:
        """Write the self-contained HTML report."""
        from essex_standard.reports.html import write_html

        write_html(self, path, edition=edition)

    def to_pdf(self, path: str | PathLike[str], edition: str = "panel") -> None:
        """Write the PDF report.

        Raises
        ------
        PdfUnavailable
            If the PDF engine or its system libraries are missing.
        """
        from essex_standard.reports.pdf import write_pdf

        write_pdf(self, path, edition=edition)

    def _repr_html_(self) -> str:
        """Return the protected report for a notebook cell."""
        from essex_standard.reports.html import notebook_html

        return notebook_html(self)
