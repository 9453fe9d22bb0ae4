"""Every sentence of the report, from the one catalogue ``report_templates/wording.toml``.

Code chooses *which* sentence is said and with which figures; the catalogue holds the words, so that
a board or an editor can change them without reading Python.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from essex_standard.resources import templates_dir


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The catalogue, and the way a number is said.

    Attributes
    ----------
    entries : mapping
        The tables of the TOML file.
    unit : str
        What the people scored are called, in the plural (``families``, ``students``).
    exact : bool
        True in the restricted edition only: figures are then printed with more digits.
    """

    entries: Mapping[str, Any]
    unit: str = "people"
    exact: bool = False

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the sentence at a dotted key, filled in.

        Raises
        ------
        KeyError
            If the catalogue has no such sentence; a report never prints a blank in its place.
        """
        text = self.find(key)
        if not isinstance(text, str):
            raise KeyError(key)
        said = text.format(**{"unit": self.unit, "Unit": self.unit.capitalize(), **values})
        # A text that was cut short ends in an ellipsis, which needs no full stop after it.
        return said.replace("….", "…")

    def find(self, key: str) -> Any:
        """Return whatever stands at a dotted key."""
        found: Any = self.entries
        for part in key.split("."):
            if part not in found:
                raise KeyError(key)
            found = found[part]
        return found

    def has(self, key: str) -> bool:
        """Return whether the catalogue holds the key."""
        try:
            self.find(key)
        except KeyError:
            return False
        return True

    def listed(self, items: Iterable[str], *, most: int, between: str = ", ") -> str:
        """Return names joined together, at most `most` of them, and how many more there are."""
        names = list(items)
        shown = between.join(names[:most])
        if len(names) <= most:
            return shown
        return self("words.and_more", names=shown, n=len(names) - most)

    def counted(self, key: str, n: int, **values: object) -> str:
        """Return the sentence for one, or for several, of a thing."""
        return self(f"{key}.one" if n == 1 else f"{key}.many", n=f"{n:,}", **values)

    def number(self, value: float, style: str) -> str:
        """Return a figure as a reader says it.

        Parameters
        ----------
        value : float
            The figure, in the measure's own unit.
        style : {"of_100", "points", "plain", "signed"}
            ``of_100`` and ``points`` multiply by one hundred.
        """
        digits = 1 if self.exact else 0
        match style:
            case "of_100":
                text = f"{value * 100:.{digits}f}"
            case "points":
                text = f"{value * 100:+.{digits}f}"
            case "signed":
                text = f"{value:+.{2 + 2 * digits}f}"
            case _:
                text = f"{value:.{2 + 2 * digits}f}"
        if float(text) == 0:
            text = text.lstrip("+-")
        return text.replace("-", "−")

    def with_interval(self, value: float, low: float | None, high: float | None, style: str) -> str:
        """Return a figure and where it likely lies, on one line."""
        point = self.number(value, style)
        # A counted fact has no range: "likely 3 to 3" would only puzzle.
        if low is None or high is None or low == value == high:
            return point
        return self(
            "words.likely",
            value=point,
            low=self.number(low, style),
            high=self.number(high, style),
        )


@cache
def _catalogue() -> Mapping[str, Any]:
    text = (templates_dir() / "wording.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def wording(*, unit: str = "", exact: bool = False) -> Wording:
    """Return the catalogue, with the people scored called by their own word."""
    return Wording(entries=_catalogue(), unit=unit or "people", exact=exact)
