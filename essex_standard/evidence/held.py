"""What the restricted store holds of one assessment: evidence, and the terms it is under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from essex_standard.evidence.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The restricted material of one assessment: both populations and the terms they are under.

    Attributes
    ----------
    min_cell, base : int
        Strictest smallest cell and rounding base of the agreements; the defaults of disclosure
        control apply where they are stricter.
    plan : mapping or None
        How later data are to be read in the same way (`essex_standard.pipeline.plan`).
    """

    assessed: Evidence
    reference: Evidence | None = None
    min_cell: int = 0
    base: int = 1
    plan: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, for the restricted store."""
        return {
            "assessed": self.assessed.to_dict(),
            "reference": None if self.reference is None else self.reference.to_dict(),
            "min_cell": self.min_cell,
            "base": self.base,
            "plan": self.plan,
        }

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Held:
        """Return what `to_dict` wrote."""
        reference = stored["reference"]
        return cls(
            assessed=Evidence.from_dict(stored["assessed"]),
            reference=None if reference is None else Evidence.from_dict(reference),
            min_cell=stored["min_cell"],
            base=stored["base"],
            # Evidence stored before assessments could be monitored has none.
            plan=stored.get("plan"),
        )
