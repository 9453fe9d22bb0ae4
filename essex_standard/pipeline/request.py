"""What `assess` was asked, and what it comes to once it is resolved.

Request (keywords and submission, as given)  ->  Inputs (checked arrays)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from essex_standard.standard.groupings import Groupings

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.models.risk_model import RiskModel
    from essex_standard.submission import LoadedSubmission, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The keywords of `assess`, as they were given; its text never shows data."""

    model: Any = field(default=None, repr=False)
    X: Any = field(default=None, repr=False)
    y: Any = field(default=None, repr=False)
    submission: LoadedSubmission | None = None
    protected: Any = field(default=None, repr=False)
    reference: Any = field(default=None, repr=False)
    reference_y: Any = field(default=None, repr=False)
    scores: Any = field(default=None, repr=False)
    score_kind: str | None = None
    threshold: float | None = None
    capacity: int | None = None
    weights: Any = field(default=None, repr=False)
    clusters: Any = field(default=None, repr=False)
    time: Any = field(default=None, repr=False)
    legitimate_factor: Any = field(default=None, repr=False)
    quasi_identifiers: Sequence[str] | None = None
    sensitive: Sequence[str] | None = None
    positive: Any = None
    outcome_known: Any = field(default=None, repr=False)
    baseline: str | None = None
    trust_pickle: bool = False
    groupings: Mapping[str, str] | None = None
    bands: Mapping[str, Sequence[float]] | None = None
    known_groupings: Groupings = field(default_factory=Groupings, repr=False)
    needs_decision: bool = True
    """Whether a check in force compares flags, so that a rule for them must be given."""

    @property
    def declared(self) -> Submission | None:
        """The submission's content."""
        return None if self.submission is None else self.submission.submission

    def where(self, *path: str) -> str:
        """Return the file and line of a field of the submission."""
        assert self.submission is not None  # noqa: S101 - only what is declared has a line
        return self.submission.source.where(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """One population as arrays; it never leaves the pipeline."""

    frame: pd.DataFrame | None = field(repr=False)
    outcome: NDArray[np.int8] = field(repr=False)
    scores: NDArray[np.float64] | None = field(repr=False)
    flagged: NDArray[np.bool_] | None = field(repr=False)
    rule: NDArray[np.float64] | None = field(default=None, repr=False)
    errors: NDArray[np.float64] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that is needed to gather evidence.

    Attributes
    ----------
    names : mapping of str to str
        Names of the columns that are neither inputs nor groups, by what they are (``cluster``,
        ``time``, ``weights``, ``scores``, ``outcome_known``); empty where there is none.
    told : tuple of str
        What the reader must know and no check judges.
    """

    assessed: Population
    reference: Population | None
    risk_model: RiskModel | None = field(repr=False)
    score_kind: str
    threshold: float | None
    protected: Mapping[str, NDArray[np.str_]] = field(repr=False)
    capacity: int | None = None
    weights: NDArray[np.float64] | None = field(default=None, repr=False)
    clusters: NDArray[np.str_] | None = field(default=None, repr=False)
    time: Any = field(default=None, repr=False)
    period_unit: str = ""
    factor: NDArray[np.str_] | None = field(default=None, repr=False)
    factor_name: str = ""
    baseline: str = "prevalence"
    outcome_name: str = "outcome"
    positive: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    quasi_identifiers: tuple[str, ...] = ()
    sensitive: tuple[str, ...] = ()
    data_columns: tuple[str, ...] = ()
    decision_rule: str = ""
    period: str = ""
    model_digest: str | None = None
    data_digest: str | None = None
    trusted: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
