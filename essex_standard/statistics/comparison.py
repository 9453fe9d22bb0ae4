"""What a measure hands to the judge: estimates with their uncertainty, and what was not compared.

Measured
  ├─ comparisons   judged against the check's limit
  └─ told          printed beside them
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from essex_standard.measurement import Measurement

OF_GROUPS = frozenset({"protected", "intersections"})
"""Scopes in which a measure compares groups of people."""


@runtime_checkable
class Estimate(Protocol):
    """A quantity and how sure we are of it.

    `above` and `below` are one-sided: small values of ``1 - above(x)`` are evidence that the true
    value lies above ``x``. They serve both as posterior probabilities and as one-sided p-values;
    each estimator's docstring says which it is and on what paper it stands.
    """

    @property
    def value(self) -> float:
        """The point value."""
        ...

    def above(self, x: float) -> float:
        """Return the support, in [0, 1], for the true value being above x."""
        ...

    def below(self, x: float) -> float:
        """Return the support, in [0, 1], for the true value being below x."""
        ...

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the two-sided interval at the given confidence."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One quantity to be judged: one group, pair, column or the whole.

    Attributes
    ----------
    estimate : Estimate or None
        None where nothing could be computed; `reason` then says why.
    n, n_versus : int
        Unweighted cases on the group's side and on the other side (the check's ``evidence.of``);
        `n_versus` is None where there is no other side.
    name : str
        How a sentence names it: ``"sex: F"``, ``"column age"``.
    signed : bool
        The estimate has a direction: ``at_most`` bounds the absolute value of a gap, and a bound
        of a ratio bounds its reciprocal too.
    worse_off : bool
        The group named is the side that the gap is to the disadvantage of.
    """

    measure: str
    name: str
    estimate: Estimate | None
    n: int
    n_versus: int | None = None
    attribute: str = ""
    group: str = ""
    versus: str | None = None
    reason: str = ""
    signed: bool = False
    worse_off: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one measure found.

    Attributes
    ----------
    comparisons : tuple of Comparison
        To be judged. Empty means *not assessed* (with `reason`), unless `applicable` is False.
    told : tuple of Measurement
        Unrounded figures printed beside the judgement (each group's rate, Fairlearn's max - min).
    gaps : tuple of str
        What the check asked for and could not be measured, a sentence each; any gap keeps the
        check from *met*.
    how_we_know : str
        A value of `HowWeKnow`.
    unnamed : tuple of (str, int)
        Crossings of three and more attributes, with how many of their groups are too small to be
        judged, told or named.
    noted : tuple of str
        Sentences to print with the finding. They must hold no unprotected count.
    """

    comparisons: tuple[Comparison, ...] = ()
    told: tuple[Measurement, ...] = ()
    gaps: tuple[str, ...] = ()
    applicable: bool = True
    reason: str = ""
    how_we_know: str = "measured"
    unnamed: tuple[tuple[str, int], ...] = ()
    noted: tuple[str, ...] = ()

    @classmethod
    def not_assessed(cls, reason: str, **kwargs: object) -> Measured:
        """Return the result for what could not be examined, and why."""
        return cls(reason=reason, **kwargs)  # type: ignore[arg-type]

    @classmethod
    def not_applicable(cls, reason: str) -> Measured:
        """Return the result for a question that does not arise."""
        return cls(applicable=False, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsAsked:
    """Which columns a check across columns asks of.

    Attributes
    ----------
    holding : str
        ``numbers`` (on both sides, and not one only in the reference), ``categories`` (everything
        else, what cannot be compared included), or ``all``.
    role : str
        ``driving``, ``others`` (columns that the model hardly uses), or ``all``.
    driving_from : float
        Share of the scores' variance from which a column drives the model, in (0, 1).
    """

    holding: str = "all"
    role: str = "all"
    driving_from: float = 0.0

    def asks_of(self, variance_share: float | None) -> bool:
        """Return whether a column of this importance is asked of; of unknown, it drives."""
        drives = variance_share is None or variance_share >= self.driving_from
        return self.role in {"all", "driving" if drives else "others"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a check asks a measure for, without its limit.

    Attributes
    ----------
    across : tuple of str
        Of ``whole``, ``protected``, ``intersections``, ``columns``, ``sources``, ``periods``.
    compare : str
        ``rest``, ``pairs`` or ``reference:GROUP``.
    of : str
        What the minimum counts: ``rows``, ``positives``, ``negatives``, ``flagged``, ``unflagged``.
    confidence : float
        Of printed intervals, in (0, 1).
    attributes : tuple of str
        Attributes that must have been looked at; what is not among those given is a gap.
    depth : int
        How many attributes are crossed at most.
    unknown_at_most : float
        Share of people, in (0, 1), whose group may be unknown before an attribute is a gap.
    minimum : int
        Cases on each side before a group is judged; of a search, those in the smallest subgroup
        that it must be able to find.
    columns : ColumnsAsked
    """

    across: tuple[str, ...] = ("whole",)
    compare: str = "rest"
    of: str = "rows"
    confidence: float = 0.95
    attributes: tuple[str, ...] = ()
    depth: int = 2
    unknown_at_most: float = 1.0
    minimum: int = 50
    columns: ColumnsAsked = ColumnsAsked()
