"""How the people scored and their outcome are called, in the words of the statements' catalogue."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from essex_standard.resources import templates_dir

UNNAMED = "outcome"
"""Name of an outcome that has no column of its own."""

_YES = frozenset({"1", "1.0", "true", "yes", "y"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How this assessment's people and outcome are called.

    Attributes
    ----------
    unit : str
        Who is scored (``family``, ``child``, ...).
    outcome : str
        Name of the outcome's column; ``outcome`` where it has none.
    positive : tuple of str
        Labels that mean the outcome predicted; empty for 1 or True.
    baseline : str
        As declared: ``prevalence``, ``single_rule:COLUMN``, ``current_practice``.
    factor : str
        Name of the legitimate factor; empty where none is declared.
    """

    unit: str = "person"
    outcome: str = UNNAMED
    positive: tuple[str, ...] = ()
    baseline: str = "prevalence"
    factor: str = ""

    def words(self) -> dict[str, str]:
        """Return the phrases that every sentence may use."""
        said = catalogue()
        who = said["relative"].get(self.unit, said["relative"]["default"])
        labelled = self.positive and not {p.lower() for p in self.positive} <= _YES
        kind = "labels" if labelled else "unnamed" if self.outcome == UNNAMED else "yes"
        phrase = {"name": self.outcome.replace("_", " "), "labels": " or ".join(self.positive),
                  "who": who}  # fmt: skip
        kind_column, _, column = self.baseline.partition(":")
        baselines = said["baselines"]
        return {
            "people": said["people"].get(self.unit, said["people"]["default"]),
            "who": who,
            "with": said["outcome"][f"{kind}_with"].format(**phrase),
            "without": said["outcome"][f"{kind}_without"].format(**phrase),
            "outcome": said["outcome"][f"{kind}_name"].format(**phrase),
            "factor": self.factor or said["outcome"]["unnamed_factor"],
            "baseline": baselines.get(kind_column, baselines["prevalence"]).format(column=column),
        }


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Any]:
    """Return every sentence that states a finding, from ``report_templates/statements.toml``."""
    text = (templates_dir() / "statements.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
