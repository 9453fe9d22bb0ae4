"""From a judgement to the sentence that a board reads; the sentences themselves are data.

Figures come from what disclosure control lets through, never from the raw measurements, because a
sentence travels further than any table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

from essex_standard.assessment import Outcome
from essex_standard.measurement import Measurement
from essex_standard.resources import templates_dir
from essex_standard.standard.check import Check
from essex_standard.standard.judge import Judgement
from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.proportions import Proportion

MOST_NAMES = 6


class Shown(Protocol):
    """What disclosure control lets through."""

    def rate(self, rate: str, attribute: str = "", group: str = "") -> Proportion | None:
        """Return a group's rate, or None where it is withheld."""
        ...

    def rest_rate(self, rate: str, attribute: str, group: str) -> Proportion | None:
        """Return everyone else's rate, or None where it is withheld."""
        ...

    def protect(self, m: Measurement, confidence: float) -> Measurement:
        """Return a measurement as it may be published."""
        ...


def sentences(
    check: Check,
    measured: Measured,
    judgement: Judgement,
    shown: Shown,
    *,
    unit: str,
    baseline: str,
) -> tuple[str, tuple[str, ...]]:
    """Return a finding's statement and its details.

    Parameters
    ----------
    unit : str
        Who is scored (``family``, ``child``, ...).
    baseline : str
        As declared: ``prevalence``, ``single_rule:COLUMN``, ``current_practice``.
    """
    words = _catalogue()
    people = words["people"].get(unit, words["people"]["default"])
    common = words["common"]
    reasons = "; ".join(judgement.reasons)
    notes = tuple(measured.noted)
    if judgement.outcome is Outcome.NOT_APPLICABLE:
        return common["not_applicable"].format(reasons=reasons), notes
    if check.limit is None:
        return common["told"], notes
    if judgement.outcome is Outcome.NOT_ASSESSED and not judgement.by_attribute:
        return common["not_assessed"].format(reasons=reasons), notes
    details = (*_by_attribute(check, judgement, common, people), *measured.gaps)
    rate = rate_of(check.measure)
    if judgement.outcome is Outcome.NOT_ASSESSED:
        reasons = reasons or _nobody_big_enough(check, common, people)
        return common["not_assessed"].format(reasons=reasons), (*details, *notes)
    if rate and check.measure != "outcome_prevalence_difference":
        statement = _gap(check, judgement, shown, words, rate, people)
    else:
        statement = _other(check, measured, judgement, shown, words, baseline)
    if judgement.outcome is Outcome.UNCERTAIN:
        key = "further" if judgement.further else "further_many"
        statement += " " + common[key].format(further=judgement.further)
    return statement, (*details, *notes)


def rate_of(measure: str) -> str:
    """Return the rate a gap or ratio is taken of, or an empty string."""
    rate = measure.removesuffix("_difference").removesuffix("_ratio")
    return rate if rate != measure and rate in _catalogue()["rates"] else ""


def _gap(
    check: Check, judgement: Judgement, shown: Shown, words: Any, rate: str, people: str
) -> str:
    phrases = {k: v.format(people=people) for k, v in words["rates"][rate].items()}
    phrases["limit"] = _limit_in_100(check)
    if judgement.outcome is Outcome.MET:
        return str(words["gap"]["met"].format(**phrases))
    key = "not_met" if judgement.outcome is Outcome.NOT_MET else "uncertain"
    meant = (judgement.breaching or judgement.undecided)[0]
    mine = shown.rate(rate, meant.attribute, meant.group)
    if meant.versus in (None, "rest"):
        theirs, other = shown.rest_rate(rate, meant.attribute, meant.group), "everyone else"
    else:
        theirs, other = shown.rate(rate, meant.attribute, str(meant.versus)), str(meant.versus)
    phrases |= {"name": _named(meant.attribute, meant.group), "other": other}
    if mine is None or theirs is None:
        return str(words["gap"][f"{key}_withheld"].format(**phrases))
    phrases |= {"mine": _in_100(mine.value), "theirs": _in_100(theirs.value)}
    return str(words["gap"][key].format(**phrases))


def _other(
    check: Check, measured: Measured, judgement: Judgement, shown: Shown, words: Any, baseline: str
) -> str:
    templates = words["measures"][check.measure]
    key = {Outcome.MET: "met", Outcome.NOT_MET: "not_met"}.get(judgement.outcome, "uncertain")
    meant = judgement.breaching or judgement.undecided or judgement.judged
    single = judgement.interval_confidence or check.evidence.confidence
    judged = shown.protect(
        next(m for m in judgement.measurements if m.measure == meant[0].measure), single
    )
    told = {(m.measure, m.group): shown.protect(m, single) for m in measured.told}
    stem = check.measure.removesuffix("_difference_to_baseline")
    values = {
        "names": _names([_column(c) for c in meant]),
        "limit": check.limit.words if check.limit else "",
        "value": _figure(judged.value),
        "low": _figure(judged.low),
        "high": _figure(judged.high),
        "noted": ", ".join(measured.noted),
        "baseline": _baseline(baseline, words),
        "own": _hundredths(told.get((stem, ""))),
        "base": _hundredths(told.get((stem, "baseline"))),
        "now": _share(told.get(("outcome_prevalence", "assessed"))),
        "then": _share(told.get(("outcome_prevalence", "reference"))),
    }
    if check.measure == "outcome_prevalence_difference":
        values["limit"] = _limit_in_100(check)
    return str(templates[key].format(**values))


def _by_attribute(check: Check, judgement: Judgement, common: Any, people: str) -> list[str]:
    """One sentence an attribute, and one for its groups that are too small to tell."""
    if not any(c.group for c in (*judgement.judged, *judgement.too_small)):
        return []
    of = common[f"of_{check.evidence.of}"].format(people=people)
    lines: list[str] = []
    for attribute, outcome in judgement.by_attribute:
        meant = {
            Outcome.NOT_MET: judgement.breaching,
            Outcome.UNCERTAIN: judgement.undecided,
        }.get(outcome, ())
        names = _names([c.name.split(": ", 1)[-1] for c in meant if c.attribute == attribute])
        key = f"attribute_{outcome.value.replace(' ', '_')}"
        lines.append(common[key].format(attribute=attribute, names=names, of=of))
        small = [c for c in judgement.too_small if c.attribute == attribute]
        if small and outcome is not Outcome.NOT_ASSESSED:
            lines.append(
                common["too_small"].format(
                    attribute=attribute,
                    names=_names([c.name.split(": ", 1)[-1] for c in small]),
                    minimum=check.evidence.minimum,
                    of=of,
                )
            )
    return lines


def _nobody_big_enough(check: Check, common: Any, people: str) -> str:
    of = common[f"of_{check.evidence.of}"].format(people=people)
    return f"fewer than {check.evidence.minimum} {of} to judge by"


def _column(comparison: Comparison) -> str:
    return comparison.attribute or comparison.name


def _named(attribute: str, group: str) -> str:
    return f"those whose {attribute} is {group}"


def _names(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    if len(unique) > MOST_NAMES:
        return f"{', '.join(unique[:MOST_NAMES])} and {len(unique) - MOST_NAMES} more"
    return " and ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)


def _baseline(baseline: str, words: Any) -> str:
    kind, _, column = baseline.partition(":")
    template = words["baselines"].get(kind, words["baselines"]["prevalence"])
    return str(template.format(column=column))


def _limit_in_100(check: Check) -> str:
    if check.limit is None:
        return ""
    low, high = check.limit.ends
    if check.measure.endswith("_ratio"):
        return f"the ratio of {check.limit.words}"
    end = high if high is not None else low
    return f"{100 * (end or 0):g} in 100"


def _in_100(share: float) -> str:
    return f"{100 * share:.0f} in 100"


def _share(m: Measurement | None) -> str:
    return "a share not shown" if m is None or m.value is None else _in_100(m.value)


def _hundredths(m: Measurement | None) -> str:
    return "a figure not shown" if m is None or m.value is None else f"{100 * m.value:.0f}"


def _figure(x: float | None) -> str:
    return "not shown" if x is None else f"{x:.2f}"


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, Any]:
    text = (templates_dir() / "statements.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
