"""Sentences on gaps between groups: which shares are set against each other, and the widest one."""

from __future__ import annotations

from essex_standard.assessment import Outcome
from essex_standard.evidence.periods import PERIOD
from essex_standard.standard.check import Check
from essex_standard.standard.judge import Judgement
from essex_standard.standard.levels import in_100, named
from essex_standard.standard.phrases import (
    EPSILON,
    WORST_CASE,
    Shown,
    limit_in_100,
    limit_words,
    rates_between_groups,
    rates_of,
)
from essex_standard.standard.searches import SEARCHES
from essex_standard.standard.speech import catalogue
from essex_standard.statistics.comparison import Comparison
from essex_standard.statistics.proportions import Proportion


def gap(check: Check, judgement: Judgement, shown: Shown, words: dict[str, str]) -> str:
    """Return the sentence on gaps between groups, with the widest that may be told."""
    if judgement.outcome is Outcome.MET:
        return " ".join(_gap_met(check, rate, words) for rate in rates_of(check.measure))
    words_of = catalogue()
    key = "not_met" if judgement.outcome is Outcome.NOT_MET else "uncertain"
    meant, mine, theirs = _widest(check, judgement, shown)
    phrases = _phrases(check, _rate(meant, check), words)
    first = (judgement.breaching or judgement.undecided)[0]
    phrases["widest"] = words_of["common"]["widest" if meant is first else "widest_shown"]
    other = "all other periods" if meant.attribute == PERIOD else "everyone else"
    if meant.versus not in (None, "rest"):
        other = named(meant.attribute, str(meant.versus))
    phrases |= {"name": named(meant.attribute, meant.group), "other": other}
    kind = _kind(check)
    if mine is None or theirs is None or (kind == "ratio" and not min(mine.value, theirs.value)):
        text = str(words_of[kind][f"{key}_withheld"].format(**phrases))
    else:
        phrases |= {"mine": in_100(mine.value), "theirs": in_100(theirs.value)}
        phrases["ratio"] = _ratio(mine.value, theirs.value, inverted=_larger_first(check))
        text = str(words_of[kind][key].format(**phrases))
    # Of two groups each is the other's rest: the better off is not named as a finding of its own.
    more = len([c for c in judgement.breaching if c.worse_off and c is not meant])
    if more:
        key = "more_one" if more == 1 else "more_many"
        text += " " + words_of["common"][key].format(more=more)
    return text


def _gap_met(check: Check, rate: str, words: dict[str, str]) -> str:
    how, _, reference = check.compare.partition(":")
    over_time = how == "rest" and check.across == ("periods",)
    key = "met_periods" if over_time else "met" if how == "rest" else f"met_{how}"
    template = catalogue()[_kind(check)][key]
    return str(template.format(**_phrases(check, rate, words), reference=reference))


def _phrases(check: Check, rate: str, words: dict[str, str]) -> dict[str, str]:
    words_of = catalogue()
    phrases = words | {k: v.format(**words) for k, v in words_of["rates"][rate].items()}
    way = "larger_first" if _larger_first(check) else "smaller_first"
    phrases["way"] = words_of["ratio"][way]
    phrases["withheld"] = words_of["common"]["withheld"]
    phrases["limit"] = limit_words(check) if _kind(check) == "ratio" else limit_in_100(check)
    return phrases


def _kind(check: Check) -> str:
    return "ratio" if check.measure.endswith("_ratio") else "difference"


def _larger_first(check: Check) -> bool:
    return check.limit is not None and check.limit.ends[0] is None


def _rate(c: Comparison, check: Check) -> str:
    """Return the rate that one comparison of a check is about."""
    found = rates_of(c.measure.removesuffix("_to_rest"))
    return (found or rates_of(check.measure))[0]


def may_count(check: Check, judgement: Judgement, shown: Shown) -> bool:
    """Return whether the number of further cases rests on figures that may be shown.

    It is one equation in the figures of what is undecided; where a group of these is withheld, so
    is the number.
    """
    if check.measure == EPSILON:
        # One figure of all groups of an attribute, those that are withheld among them.
        return False
    if check.measure in SEARCHES:
        return False  # how far a search must reach does not follow from a gap and its margin
    if check.measure.endswith(WORST_CASE):
        # More cases of which outcomes go unseen would leave the bounds as wide as they are.
        return False
    if check.measure in catalogue()["rates"]:
        return all(
            shown.rate(check.measure, c.attribute, c.group) is not None for c in judgement.undecided
        )
    if rates_between_groups(check):
        return all(
            mine is not None and theirs is not None
            for _, mine, theirs in (shares(c, shown, check) for c in judgement.undecided)
        )
    of = {(c.measure, c.attribute, c.group, c.versus) for c in judgement.undecided if c.group}
    return all(
        shown.protect(m, check.evidence.confidence).value is not None
        for m in judgement.measurements
        if (m.measure, m.attribute, m.group, m.versus) in of
    )


def shares(
    c: Comparison, shown: Shown, check: Check
) -> tuple[Comparison, Proportion | None, Proportion | None]:
    """Return a comparison with both its shares, as far as they may be shown."""
    rate = _rate(c, check)
    mine = shown.rate(rate, c.attribute, c.group)
    if c.versus in (None, "rest"):
        return c, mine, shown.rest_rate(rate, c.attribute, c.group)
    return c, mine, shown.rate(rate, c.attribute, str(c.versus))


def _widest(
    check: Check, judgement: Judgement, shown: Shown
) -> tuple[Comparison, Proportion | None, Proportion | None]:
    """Return the comparison to speak of, with both its shares as far as they may be shown.

    Of what breaches it is the gravest, shown or not; of what is undecided the widest that may be
    shown, for a sentence without figures says little.
    """
    candidates = judgement.breaching[:1] or judgement.undecided
    found = [shares(c, shown, check) for c in candidates]
    return next((f for f in found if f[1] is not None and f[2] is not None), found[0])


def _ratio(mine: float, theirs: float, *, inverted: bool) -> str:
    low, high = sorted((mine, theirs))
    if low == 0:
        return ""
    return f"{high / low:.2f}" if inverted else f"{low / high:.2f}"
