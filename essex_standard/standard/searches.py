"""What is said of a search: that nothing stands out, or who does, and by how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from essex_standard.assessment import Outcome
from essex_standard.measurement import Measurement
from essex_standard.standard.check import Check
from essex_standard.standard.judge import Judgement
from essex_standard.standard.levels import in_100, named
from essex_standard.standard.speech import catalogue
from essex_standard.statistics.comparison import Comparison, Measured

SEARCHES = frozenset({"subgroup_scan"})
"""Measures that search among all subgroups; their value is 0 where none stands out."""

OBSERVED, EXPECTED = "subgroup_observed_rate", "subgroup_expected_rate"


def of_search(
    check: Check,
    measured: Measured,
    judgement: Judgement,
    protect: Callable[[Measurement, float], Measurement],
    words: Mapping[str, str],
) -> str:
    """Return the statement of a search.

    Parameters
    ----------
    protect : callable
        What disclosure control makes of a measurement at a confidence.
    words : mapping
        Phrases of the assessment, and ``limit``.
    """
    templates = catalogue()["measures"][check.measure]
    key = {Outcome.MET: "met", Outcome.NOT_MET: "not_met"}.get(judgement.outcome, "uncertain")
    values = {**words, "minimum": f"{check.evidence.minimum:,}"}
    meant = judgement.breaching or judgement.undecided or judgement.judged
    # A subgroup that may not be named is spoken of only where it decides: that one was found and
    # may not be named says something of groups that are withheld.
    decides = judgement.outcome is Outcome.NOT_MET
    found = next((c for c in meant if _value(c) and (c.group or decides)), None)
    if found is None:
        return str(templates[key].format(**values))
    values["groups"] = named(found.attribute, found.group) if found.group else found.name
    values["way"] = templates["more" if _value(found) > 0 else "fewer"]
    text = str(templates[f"{key}_found"].format(**values))
    shown = {
        m.measure: protect(m, check.evidence.confidence).value
        for m in measured.told
        if found.group and (m.attribute, m.group) == (found.attribute, found.group)
    }
    seen, expected = shown.get(OBSERVED), shown.get(EXPECTED)
    if seen is None or expected is None:
        return f"{text} {catalogue()['common']['withheld']}"
    values |= {"seen": in_100(seen), "expected": in_100(expected)}
    figures = str(templates["figures_found"])
    return f"{text} {figures.format(**values)}"


def _value(comparison: Comparison) -> float:
    return 0.0 if comparison.estimate is None else comparison.estimate.value
