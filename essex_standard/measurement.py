"""A number never travels alone: `Measurement` keeps it with its interval, its n and its group."""

from __future__ import annotations

from dataclasses import dataclass

Limit = float | tuple[float, float]
"""One bound, or the two ends of a range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One number and all that is needed to read it.

    Attributes
    ----------
    measure : str
        Name of the measure, as in the public contract (``true_positive_rate``, ...).
    attribute : str
        Protected attribute, or attributes joined with ``" & "`` in alphabetical order; in drift and
        minimisation the column; empty for the whole population.
    group : str
        Value of the attribute; empty for a whole population.
    versus : str or None
        What the group is compared with; None where nothing is compared.
    value, low, high : float or None
        Point value and the ends of its interval, in the measure's own unit; None where it could not
        be computed or is withheld.
    n : int or None
        Number of cases behind the value (its denominator).
    limit : float, tuple of float or None
        Limit it was judged against; None where it was told and not judged.
    withheld : bool
        True where disclosure control keeps the figure back.
    below : int or None
        For anonymity measures: the true value is below this number.
    """

    measure: str
    attribute: str = ""
    group: str = ""
    versus: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    limit: Limit | None = None
    withheld: bool = False
    below: int | None = None
