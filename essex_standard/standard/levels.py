"""Sentences about a rate that is judged by itself: of everyone, or of each group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from essex_standard.assessment import Outcome
from essex_standard.evidence.periods import PERIOD
from essex_standard.standard.speech import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from essex_standard.standard.check import Check
    from essex_standard.standard.judge import Judgement
    from essex_standard.statistics.comparison import Comparison
    from essex_standard.statistics.proportions import Proportion

CROSSING = " & "


class Rates(Protocol):
    """Rates as far as disclosure control lets them through."""

    def rate(self, rate: str, attribute: str = "", group: str = "") -> Proportion | None:
        """Return a group's rate, or None where it is withheld."""
        ...


def level(check: Check, judgement: Judgement, shown: Rates, words: dict[str, str]) -> str:
    """Return the statement of a check on a rate itself, judged as met, not met or uncertain."""
    said, rate = catalogue()["level"], check.measure
    phrases = words | {k: v.format(**words) for k, v in catalogue()["rates"][rate].items()}
    phrases |= {"limit": _limit(check), "withheld": catalogue()["common"]["withheld"]}
    key = {Outcome.MET: "met", Outcome.NOT_MET: "not_met"}.get(judgement.outcome, "uncertain")
    if key == "met" and any(c.group for c in judgement.judged):
        return str(said["met"].format(**phrases))
    # Of what breaches the gravest, shown or not; of what is undecided the first that may be shown.
    candidates: Sequence[Comparison] = (
        judgement.breaching[:1] or judgement.undecided or judgement.judged
    )
    found = [(c, shown.rate(rate, c.attribute, c.group)) for c in candidates]
    meant, mine = next((pair for pair in found if pair[1] is not None), found[0])
    name = named(meant.attribute, meant.group)
    phrases["of_name"] = said["of_group"].format(name=name) if meant.group else ""
    if key == "met":
        key = "met_whole"
    if mine is None:
        text = str(said[f"{key}_withheld"].format(**phrases))
    else:
        text = str(said[key].format(**phrases, mine=in_100(mine.value)))
    more = len(judgement.breaching) - 1
    if more > 0:
        text += " " + said["more_one" if more == 1 else "more_many"].format(more=more)
    return text


def named(attribute: str, group: str) -> str:
    """Return how a sentence names a group, or one crossed of several."""
    attributes, groups = attribute.split(CROSSING), group.split(CROSSING)
    if len(attributes) != len(groups):
        attributes, groups = [attribute], [group]
    period = " and ".join(g for a, g in zip(attributes, groups, strict=True) if a == PERIOD)
    those = f"those of {period}" if period else "those"
    pairs = [f"{a} is {g}" for a, g in zip(attributes, groups, strict=True) if a != PERIOD]
    return f"{those} whose {' and '.join(pairs)}" if pairs else those


def in_100(share: float) -> str:
    """Return a share as so many in 100."""
    return f"{100 * share:.0f} in 100"


def _limit(check: Check) -> str:
    low, high = (None, None) if check.limit is None else check.limit.ends
    kind = "between" if None not in (low, high) else "most" if low is None else "least"
    text = catalogue()["level"][f"limit_{kind}"]
    return str(text.format(low=f"{100 * (low or 0):g}", high=f"{100 * (high or 0):g}"))
