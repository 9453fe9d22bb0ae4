"""`Check`: one question with its limit and level, as a panel reads it in a TOML file."""

from __future__ import annotations

import math
import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictFloat,
    StrictInt,
    model_validator,
)

from essex_standard.measurement import Limit
from essex_standard.statistics.comparison import OF_GROUPS


def _finite(number: float) -> float:
    """Refuse TOML's ``inf`` and ``nan``: nothing lies beyond the one, or within the other."""
    if not math.isfinite(number):
        raise ValueError("a limit is a finite number")
    return number


Number = Annotated[StrictInt | StrictFloat, AfterValidator(_finite)]
Across = Literal["whole", "protected", "intersections", "columns", "sources", "periods"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitTable(_Strict):
    """Exactly one of ``at_most``, ``at_least`` and ``between = [a, b]``."""

    at_most: Number | None = None
    at_least: Number | None = None
    between: tuple[Number, Number] | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> LimitTable:
        given = [k for k in ("at_most", "at_least", "between") if getattr(self, k) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of at_most, at_least, between = [a, b]")
        if self.between is not None and self.between[0] >= self.between[1]:
            raise ValueError("between = [a, b] needs a below b")
        return self

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """Lower and upper end; None where the side is open."""
        if self.between is not None:
            return float(self.between[0]), float(self.between[1])
        return (
            None if self.at_least is None else float(self.at_least),
            None if self.at_most is None else float(self.at_most),
        )

    @property
    def value(self) -> Limit:
        """The limit as a measurement carries it."""
        low, high = self.ends
        if low is not None and high is not None:
            return (low, high)
        return high if low is None else low  # type: ignore[return-value]

    @property
    def words(self) -> str:
        """The limit as a reader would say it."""
        low, high = self.ends
        if low is not None and high is not None:
            return f"between {low:g} and {high:g}"
        return f"at most {high:g}" if low is None else f"at least {low:g}"


class EvidenceTable(_Strict):
    """How sure, and from how many, a check judges.

    Whoever asks for certainty gets no answer but *uncertain*: both figures stay below it.
    """

    confidence: Annotated[float, Field(gt=0.5, le=0.999)] = 0.95
    minimum: Annotated[int, Field(ge=10)] = 50
    of: Literal["rows", "positives", "negatives", "flagged", "unflagged"] = "rows"
    # How certain a breach must be in a group below the minimum before it is heard.
    near_certain: Annotated[float, Field(gt=0.9, le=0.99999)] = 0.999
    # How many may be unknown in an attribute before it counts as not looked at.
    unknown_at_most: Annotated[float, Field(gt=0, lt=1)] = 0.20


class AppliesWhen(_Strict):
    """When the question arises at all; an empty list means always."""

    polarity: tuple[Literal["assistive", "mixed", "intrusive"], ...] = ()
    stage: tuple[Literal["idea", "development", "pilot", "live", "retired"], ...] = ()
    declared: tuple[Literal["legitimate_factor"], ...] = ()


class ColumnsTable(_Strict):
    """Which columns a check across columns asks of."""

    holding: Literal["all", "numbers", "categories"] = "all"
    role: Literal["all", "driving", "others"] = "all"
    # Share of the scores' variance that hangs on a column, from which it drives the model.
    driving_from: Annotated[float, Field(gt=0, lt=1)] | None = None

    @model_validator(mode="after")
    def _where_driving_begins(self) -> ColumnsTable:
        if (self.role == "all") != (self.driving_from is None):
            raise ValueError('role = "driving" or "others" goes with driving_from, as in 0.01')
        return self


class Check(_Strict):
    """One question of the Standard.

    ``id``, ``title``, ``question``, ``measure`` and ``level`` are required; ``limit`` may be left
    out at level ``note`` only.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*-[0-9]{2,3}$")]
    title: Annotated[str, Field(min_length=3, max_length=160)]
    question: Annotated[str, Field(min_length=3)]
    measure: str
    level: Literal["block", "refer", "note"]
    why: str = ""
    compare: str = "rest"
    across: tuple[Across, ...] = ("whole",)
    attributes: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    depth: Annotated[StrictInt, Field(ge=2, le=4)] = 2
    columns: ColumnsTable = ColumnsTable()
    applies_when: AppliesWhen = AppliesWhen()
    when_uncertain: Literal["refer", "tell"] = "refer"
    limit: LimitTable | None = None
    evidence: EvidenceTable = EvidenceTable()
    remedy: tuple[str, ...] = ()
    references: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _hangs_together(self) -> Check:
        if self.limit is None and self.level != "note":
            raise ValueError("a check at level block or refer needs a limit")
        if not re.fullmatch(r"rest|pairs|reference:.+", self.compare):
            raise ValueError("compare must be 'rest', 'pairs' or 'reference:GROUP'")
        if self.attributes and not OF_GROUPS.intersection(self.across):
            raise ValueError('attributes = [...] needs across = ["protected"] or ["intersections"]')
        if self.columns != ColumnsTable() and "columns" not in self.across:
            raise ValueError('columns = {...} needs across = ["columns"]')
        if self.depth > 2 and "intersections" not in self.across:
            raise ValueError('a depth above 2 needs across = ["intersections"]')
        if self.depth > 2 and self.compare == "pairs":
            raise ValueError("a depth above 2 compares each group with the rest, not in pairs")
        return self
