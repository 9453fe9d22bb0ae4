"""What a rule is given and what it answers: plain frozen data.

A rule is a pure function ``RuleInput -> Answer``. An answer is a list of faults, or the reason why
the rule does not apply or cannot be assessed. The engine adds code, source, file and line.

Indices in a place (``agreements[id].legal[2].art9``) count from 0; the line says it plainly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from essex_standard.assessment import HowWeKnow, Level
from essex_standard.submission import vocabularies as v
from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.combine import relevant
from essex_standard.submission.loading import LoadedSubmission
from essex_standard.submission.submission import Submission
from essex_standard.submission.toml_file import KeyPath, TomlFile


class RuleStatus(str, Enum):
    """What became of a rule."""

    TRIGGERED = "triggered"
    CLEAR = "clear"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSABLE = "not_assessable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsUsed:
    """The columns that the project reads, by what they are read for.

    Attributes
    ----------
    consumed : tuple of str
        Raw columns that the model reads.
    label : str or None
        The outcome.
    audit : tuple of str
        Protected columns, read to compare groups.
    link : tuple of str
        Keys that join data sets.
    traced : bool
        False where a step of the model could not be traced: `consumed` then holds every column of
        its input, and whether all are covered cannot be said for certain.
    """

    consumed: tuple[str, ...] = ()
    label: str | None = None
    audit: tuple[str, ...] = ()
    link: tuple[str, ...] = ()
    traced: bool = True

    def roles(self) -> dict[str, str]:
        """Return each column once, with the words for what it is read for."""
        named = [(column, "an input of the model") for column in self.consumed]
        named += [(self.label, "the outcome")] if self.label else []
        named += [(column, "read to compare groups") for column in self.audit]
        named += [(column, "a key that links data") for column in self.link]
        roles: dict[str, str] = {}
        for column, role in named:
            roles.setdefault(column, role)
        return roles


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInput:
    """Everything a rule may look at.

    Attributes
    ----------
    submission : Submission or None
    agreements : tuple of DataSharingAgreement
        Those the project relies on.
    columns : ColumnsUsed or None
        None where no model was traced.
    received : mapping of str to date
        When each agreement's dataset arrived, by the dataset's id.
    as_of : date
        The day on which the rules are read.
    source, sources : TomlFile or None, mapping of str to TomlFile
        The files as read, for lines: the submission's, and each agreement's by its id.
    alone : bool
        Whether agreements are read by themselves: each is then used for all that it permits.
    """

    submission: Submission | None
    agreements: tuple[DataSharingAgreement, ...]
    columns: ColumnsUsed | None
    as_of: date
    received: Mapping[str, date] = field(default_factory=dict)
    source: TomlFile | None = field(default=None, repr=False)
    sources: Mapping[str, TomlFile] = field(default_factory=dict, repr=False)
    alone: bool = False

    @classmethod
    def of(cls, loaded: LoadedSubmission, *, columns: ColumnsUsed | None, as_of: date) -> RuleInput:
        """Return the input for a submission read from its files."""
        return cls(
            submission=loaded.submission,
            agreements=loaded.agreements,
            columns=columns,
            as_of=as_of,
            received=loaded.submission.data.received,
            source=loaded.source,
            sources=loaded.sources,
        )

    @property
    def used(self) -> frozenset[str] | None:
        """Every column that the project reads, or None where that is not known."""
        return None if self.columns is None else frozenset(self.columns.roles())

    @property
    def uses(self) -> tuple[v.Use, ...]:
        """The uses that the submission asks for."""
        return self.submission.uses if self.submission else ()

    def uses_of(self, agreement: DataSharingAgreement) -> tuple[v.Use, ...]:
        """Return the uses that are made of an agreement's data."""
        if not self.alone:
            return self.uses
        refused = set(agreement.purpose.prohibited_uses)
        return tuple(use for use in agreement.purpose.permitted_uses if use not in refused)

    def relevant(self) -> tuple[DataSharingAgreement, ...]:
        """Return the agreements in force that cover a column in use."""
        return relevant(self.agreements, self.as_of, self.used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One hit, as a rule finds it: how grave, where, what and how to mend it.

    `agreement` is None where the fault lies in the submission. No text holds a value from data.
    """

    severity: Level
    agreement: DataSharingAgreement | None
    path: KeyPath
    what: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a rule answers. Without faults and reasons it is clear.

    Attributes
    ----------
    faults : tuple of Fault
        Every hit, not only the first.
    not_applicable : str
        Why there is nothing to ask here.
    not_assessable : str
        What is missing to answer. A fault graver than a note outweighs it.
    """

    faults: tuple[Fault, ...] = ()
    not_applicable: str = ""
    not_assessable: str = ""


def found(faults: Iterable[Fault], *, unknown: str = "") -> Answer:
    """Return the answer of a rule that applies; `unknown` says what it could not look at."""
    return Answer(faults=tuple(faults), not_assessable=unknown)


def does_not_apply(reason: str) -> Answer:
    """Return the answer of a rule that has nothing to ask."""
    return Answer(not_applicable=reason)


def cannot_tell(reason: str) -> Answer:
    """Return the answer of a rule whose inputs are missing; never a clear one."""
    return Answer(not_assessable=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the table.

    Attributes
    ----------
    code, title : str
    severity : Level
        The gravest it can find.
    function : callable
        From `RuleInput` to `Answer`.
    source : str
        The law or guidance it rests on.
    waivable : bool
        Whether a waiver may stand against it.
    question, met, not_met : str
        What is asked, and what a board reads when it is clear or triggered.
    how_we_know : HowWeKnow
        What stands behind a clear answer.
    stages : tuple of Stage
        Stages at which it counts in full; earlier, each hit is a note.
    alone : bool
        Whether it can be read on agreements by themselves, without a submission, model or data.
    """

    code: str
    title: str
    severity: Level
    function: Callable[[RuleInput], Answer]
    source: str
    waivable: bool
    question: str
    met: str
    not_met: str
    how_we_know: HowWeKnow
    stages: tuple[v.Stage, ...] = v.STAGES
    alone: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One hit of a rule, with all that a reader needs to find and mend it."""

    code: str
    severity: Level
    where: str
    what: str
    mend: str
    source: str
    file: str | None = None
    line: int | None = None
    status: RuleStatus = RuleStatus.TRIGGERED


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """What one rule found.

    `severity` is that of its worst hit, and the highest it can find when there is none. `reason`
    says why it does not apply, or what could not be assessed.
    """

    code: str
    title: str
    status: RuleStatus
    severity: Level
    hits: tuple[Hit, ...]
    how_we_know: HowWeKnow
    reason: str = ""
