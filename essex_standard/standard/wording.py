"""From a judgement to the sentence that a board reads; the sentences themselves are data.

Figures come from what disclosure control lets through, never from the raw measurements, because a
sentence travels further than any table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from string import Formatter
from typing import Any, Protocol

from essex_standard.assessment import Outcome
from essex_standard.evidence.coding import is_deep
from essex_standard.evidence.periods import CHANGE, PERIOD
from essex_standard.measurement import Measurement
from essex_standard.standard.check import Check
from essex_standard.standard.judge import Judgement
from essex_standard.standard.levels import Rates, in_100, level, named
from essex_standard.standard.searches import SEARCHES, of_search
from essex_standard.standard.speech import Speech, catalogue
from essex_standard.statistics.comparison import OF_GROUPS, Comparison, Measured
from essex_standard.statistics.proportions import Proportion

MOST_NAMES = 6
CROSSING = " & "
EPSILON = "smoothed_empirical_differential_fairness"
FLIPS = frozenset({"counterfactual_flip_rate", "counterfactual_token_flip_rate"})
WORST_CASE = "_worst_case"
OF_PARTS = OF_GROUPS | {"periods"}
"""Scopes whose comparisons are of groups of people, or of people of one period."""

BANDS_OF_GROUPS = "band_outcome_rate_difference"
OF_SHARES = FLIPS | {
    BANDS_OF_GROUPS,
    "band_order",
    "group_share_difference",
    "outcome_prevalence_difference",
    "conditional_demographic_disparity",
    "missing_share_difference",
    "out_of_vocabulary_share_difference",
    "new_category_share",
    "out_of_range_share",
    "domain_classifier_roc_auc",
    "membership_inference_auc",
    "necessity_loss",
    "coarsening_loss",
    "identifiers_in_text_share",
    "names_in_text_share",
}
"""Measures other than gaps whose limit is said as so many in 100."""


class Shown(Rates, Protocol):
    """What disclosure control lets through."""

    def rest_rate(self, rate: str, attribute: str, group: str) -> Proportion | None:
        """Return everyone else's rate, or None where it is withheld."""
        ...

    def protect(self, m: Measurement, confidence: float) -> Measurement:
        """Return a measurement as it may be published."""
        ...


def sentences(
    check: Check, measured: Measured, judgement: Judgement, shown: Shown, speech: Speech
) -> tuple[str, tuple[str, ...]]:
    """Return a finding's statement and its details."""
    common = catalogue()["common"]
    over_time = check.across == ("periods",)
    part = "period" if over_time else "group"
    words = speech.words() | {"part": part, "parts": f"{part}s"}
    reasons = "; ".join(r.rstrip(".") for r in judgement.reasons)
    notes = (*_unknown(measured, shown, check.evidence.confidence), *measured.noted)
    if judgement.outcome is Outcome.NOT_APPLICABLE:
        return common["not_applicable"].format(reasons=reasons), notes
    if check.limit is None:
        return common["told"], notes
    if judgement.outcome is Outcome.NOT_ASSESSED and not judgement.by_attribute:
        return common["not_assessed"].format(reasons=reasons), notes
    of = common[f"of_{check.evidence.of}"].format(**words)
    details = (
        *_by_attribute(check, judgement, common, of, unnamed=dict(measured.unnamed)),
        *measured.gaps,
    )
    if judgement.outcome is Outcome.NOT_ASSESSED:
        too_few = common["too_few"].format(minimum=check.evidence.minimum, of=of)
        return common["not_assessed"].format(reasons=reasons or too_few), (*details, *notes)
    if check.measure in catalogue()["rates"]:
        statement = level(check, judgement, shown, words)
    elif rates_between_groups(check):
        statement = _gap(check, judgement, shown, words)
    else:
        statement = _other(check, measured, judgement, shown, words)
    if judgement.outcome is Outcome.UNCERTAIN and _may_count(check, judgement, shown):
        key = "further" if judgement.further else "further_many"
        statement += " " + common[key].format(further=judgement.further)
    said = [note for note in notes if note not in statement]
    return statement, (*details, *said)


def _unknown(measured: Measured, shown: Shown, confidence: float) -> Iterator[str]:
    """Yield how many are of unknown group, attribute by attribute."""
    common = catalogue()["common"]
    for m in measured.told:
        if m.measure == "unknown_share":
            share = _share(shown.protect(m, confidence).value)
            key = "unknown" if share else "unknown_withheld"
            yield common[key].format(attribute=m.attribute, share=share)


def rates_of(measure: str) -> tuple[str, ...]:
    """Return the rates that a gap between groups is taken of; none for other measures."""
    stem = measure.removesuffix("_difference").removesuffix("_ratio")
    if stem == measure:
        return ()
    if stem in _JOINED:
        return _JOINED[stem]
    return (stem,) if stem in catalogue()["rates"] else ()


_JOINED = {
    "demographic_parity": ("selection_rate",),
    "equalized_odds": ("true_positive_rate", "false_positive_rate"),
}


def rates_between_groups(check: Check) -> tuple[str, ...]:
    """Return the rates compared between groups; one of two whole populations has its own words."""
    return () if "whole" in check.across else rates_of(check.measure)


# Gaps between groups -----------------------------------------------------------------------------


def _gap(check: Check, judgement: Judgement, shown: Shown, words: dict[str, str]) -> str:
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
    phrases["limit"] = _limit(check) if _kind(check) == "ratio" else limit_in_100(check)
    return phrases


def _kind(check: Check) -> str:
    return "ratio" if check.measure.endswith("_ratio") else "difference"


def _larger_first(check: Check) -> bool:
    return check.limit is not None and check.limit.ends[0] is None


def _rate(c: Comparison, check: Check) -> str:
    """Return the rate that one comparison of a check is about."""
    found = rates_of(c.measure.removesuffix("_to_rest"))
    return (found or rates_of(check.measure))[0]


def _may_count(check: Check, judgement: Judgement, shown: Shown) -> bool:
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
            for _, mine, theirs in (_shares(c, shown, check) for c in judgement.undecided)
        )
    of = {(c.measure, c.attribute, c.group, c.versus) for c in judgement.undecided if c.group}
    return all(
        shown.protect(m, check.evidence.confidence).value is not None
        for m in judgement.measurements
        if (m.measure, m.attribute, m.group, m.versus) in of
    )


def _shares(
    c: Comparison, shown: Shown, check: Check
) -> tuple[Comparison, Proportion | None, Proportion | None]:
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
    found = [_shares(c, shown, check) for c in candidates]
    return next((f for f in found if f[1] is not None and f[2] is not None), found[0])


def _ratio(mine: float, theirs: float, *, inverted: bool) -> str:
    low, high = sorted((mine, theirs))
    if low == 0:
        return ""
    return f"{high / low:.2f}" if inverted else f"{low / high:.2f}"


def _by_attribute(
    check: Check, judgement: Judgement, common: Any, of: str, *, unnamed: dict[str, int]
) -> list[str]:
    """One sentence an attribute, and one for its groups that are too small to tell."""
    # A column, or the whole, has no groups to speak of.
    found = (*judgement.judged, *judgement.too_small)
    if not OF_PARTS.intersection(check.across) or not any(c.group for c in found):
        return []
    lines: list[str] = []
    for attribute, outcome in judgement.by_attribute:
        if not attribute:
            continue  # everyone, beside the groups: the statement tells of them
        meant = {
            Outcome.NOT_MET: judgement.breaching,
            Outcome.UNCERTAIN: judgement.undecided,
        }.get(outcome, ())
        key = f"attribute_{outcome.value.replace(' ', '_')}"
        if check.measure == BANDS_OF_GROUPS:
            # Not which bands: who is in fewer than so many tells how few are in the others.
            of_groups = attribute.replace("score & ", "").replace(" & score", "")
            lines.append(common[f"{key}_bands"].format(attribute=of_groups))
            continue
        # By name, not by size of gap: the order of withheld groups would tell of their figures.
        names = _names(sorted(_group(c) for c in meant if c.attribute == attribute))
        lines.append(common[key].format(attribute=attribute, names=names, of=of))
        # A small group whose breach is near-certain was heard, and is named above.
        small = [
            _group(c)
            for c in judgement.too_small
            if c.attribute == attribute and c not in judgement.breaching
        ]
        if outcome is Outcome.NOT_ASSESSED:
            continue
        minimum = check.evidence.minimum
        if is_deep(attribute) and (n := len(small) + unnamed.get(attribute, 0)):
            m = n + sum(1 for c in judgement.judged if c.attribute == attribute)
            lines.append(
                common["too_small_many"].format(
                    attribute=attribute, n=n, m=m, minimum=minimum, of=of
                )
            )
        elif small:
            lines.append(
                common["too_small"].format(
                    attribute=attribute, names=_names(small), minimum=minimum, of=of
                )
            )
    return lines


def _group(comparison: Comparison) -> str:
    return comparison.name.removeprefix(f"{comparison.attribute}: ")


# All other measures ------------------------------------------------------------------------------


def _other(
    check: Check, measured: Measured, judgement: Judgement, shown: Shown, words: dict[str, str]
) -> str:
    if check.measure in SEARCHES:
        return of_search(
            check, measured, judgement, shown.protect, words | {"limit": limit_in_100(check)}
        )
    rate = check.measure.removesuffix(CHANGE)
    of_change = rate != check.measure
    templates = catalogue()["gap_change"] if of_change else _templates(check)
    key = {Outcome.MET: "met", Outcome.NOT_MET: "not_met"}.get(judgement.outcome, "uncertain")
    meant = judgement.breaching or judgement.undecided or judgement.judged
    if len(meant) > 1 and f"{key}_many" in templates:
        key = f"{key}_many"
    usual, by_group = "figures", OF_PARTS.intersection(check.across)
    if by_group and f"{key}_groups" in templates:
        key, usual = f"{key}_groups", "figures_groups"
    elif "columns" in check.across and f"{key}_columns" in templates:
        key, usual = f"{key}_columns", "figures_columns"
    those = [named(c.attribute, c.group) if c.group else c.name for c in meant if c.worse_off]
    of_shares = check.measure in OF_SHARES or check.measure.endswith((WORST_CASE, CHANGE))
    phrases = catalogue()["rates"][rate] if of_change else {}
    values = words | {
        **{k: v.format(**words) for k, v in phrases.items()},
        "limit": limit_in_100(check) if of_shares else _limit(check),
        "used": catalogue()["role"][check.columns.role],
        "columns": _columns(meant),
        "Columns": _columns(meant)[:1].upper() + _columns(meant)[1:],
        # By name: the order of withheld groups would tell of their figures.
        "groups": _names((sorted(those) if by_group else those) or [c.name for c in meant]),
        "noted": (" " if all(n.endswith(".") for n in measured.noted) else ", ").join(
            measured.noted
        ),
        "changes": _names(sorted(c.name for c in meant)),
    }
    text = str(templates[key].format(**values))
    # A sentence of figures may stand for one outcome alone ("not_met_figures").
    figures = templates.get(f"{key.removesuffix('_many')}_figures", templates.get(usual))
    if figures is None or (judgement.outcome is Outcome.MET and usual != "figures"):
        return text
    values |= _figures(check, measured, judgement, shown)
    needed = {name for _, name, _, _ in Formatter().parse(figures) if name}
    if not needed <= values.keys():
        return f"{text} {catalogue()['common']['withheld']}"
    text = f"{text} {figures.format(**values)}"
    if "found" in values and "found" in templates:
        text += " " + templates["found"].format(**values)
    return text


def _templates(check: Check) -> Any:
    """Return the sentences of a measure; one asked of columns only may have its own."""
    words_of = catalogue()
    of_columns = words_of["of_columns"].get(check.measure)
    alone = set(check.across) == {"columns"}
    return of_columns if of_columns and alone else words_of["measures"][check.measure]


def _columns(meant: Sequence[Comparison]) -> str:
    if not all(c.attribute for c in meant):  # the score is no column
        return _names([c.name for c in meant])
    return f"column{'s' if len(meant) > 1 else ''} {_names([c.attribute for c in meant])}"


def _figures(
    check: Check, measured: Measured, judgement: Judgement, shown: Shown
) -> dict[str, str]:
    """Return the figures that may be shown, in words; what is withheld has no entry."""
    single = judgement.interval_confidence or check.evidence.confidence
    meant = _first(check, judgement, shown)
    told = {(m.measure, m.group): shown.protect(m, single).value for m in measured.told}
    seen = _printed(meant, check, judgement, shown)
    stem = check.measure.removesuffix("_difference_to_baseline")
    of_groups = {(m.measure, m.attribute, m.group): m for m in measured.told}
    mine = of_groups.get((stem.removesuffix("_difference"), meant.attribute, meant.group))
    figures = {
        "first": named(meant.attribute, meant.group) if meant.group else meant.name,
        "mine": None if mine is None else _two(shown.protect(mine, single).value),
        "other": "all other periods"
        if meant.attribute == PERIOD
        else "everyone else"
        if meant.versus in (None, "rest")
        else named(meant.attribute, str(meant.versus)),
        "gap": None if seen.value is None else _two(abs(seen.value)),
        "way": None if seen.value is None else "less" if seen.value < 0 else "more",
        "value": _two(seen.value),
        "low": _two(seen.low),
        "high": _two(seen.high),
        "hundredths": _hundredths(seen.value),
        "hundredths_apart": None if seen.value is None else _hundredths(abs(seen.value)),
        "low_hundredths": _hundredths(seen.low),
        "high_hundredths": _hundredths(seen.high),
        "pairs": _hundredths(told.get(("alike_decided_differently", ""))),
        "fewest": _fewest(seen),
        "tenths": None if seen.value is None else f"{seen.value:.1f}",
        "own": _hundredths(told.get((stem, ""))),
        "base": _hundredths(told.get((stem, "baseline"))),
        "now": _share(told.get(("outcome_prevalence", "assessed"))),
        "then": _share(told.get(("outcome_prevalence", "reference"))),
        "change": meant.name,
        **_found(measured, meant, single, shown),
        "thousandths": _thousandths(seen.value),
        "low_thousandths": _thousandths(seen.low),
        "high_thousandths": _thousandths(seen.high),
    }
    return {k: v for k, v in figures.items() if v is not None}


def _found(measured: Measured, meant: Comparison, single: float, shown: Shown) -> dict[str, str]:
    """Return how many fewer of 1,000 are found, in words; nothing where that is withheld."""
    told = (m for m in measured.told if m.measure == "found_per_1000_loss")
    raw = next((m for m in told if m.attribute == meant.attribute), None)
    m = None if raw is None else shown.protect(raw, single)
    if m is None or m.value is None:
        return {}
    way = "fewer" if m.value >= 0 else "more"
    likely = catalogue()["common"]["likely"]
    ends = {"low": m.low, "high": m.high}
    said = {k: f"{v:.0f}".replace("-", "−") for k, v in ends.items() if v is not None}
    return {
        "found": f"{abs(m.value):.0f} {way}",
        "found_likely": likely.format(**said) if len(said) == 2 else "",
    }


def _printed(c: Comparison, check: Check, judgement: Judgement, shown: Shown) -> Measurement:
    """Return the measurement of a comparison as it may be published."""
    of = (c.measure, c.attribute, c.group, c.versus)
    judged = next(
        m for m in judgement.measurements if (m.measure, m.attribute, m.group, m.versus) == of
    )
    return shown.protect(judged, judgement.interval_confidence or check.evidence.confidence)


def _first(check: Check, judgement: Judgement, shown: Shown) -> Comparison:
    """Return the comparison whose figures are told; of what is met, the largest flip rate.

    Of groups that cannot be told apart it is the first that may be shown.
    """
    graver = judgement.breaching or judgement.undecided
    if not judgement.breaching and OF_PARTS.intersection(check.across):
        seen = (c for c in graver if not _printed(c, check, judgement, shown).withheld)
        graver = (*islice(seen, 1), *graver)
    if graver or check.measure not in FLIPS:
        return (graver or judgement.judged)[0]
    # Of several that turned none, the one of most people says most.
    return max(judgement.judged, key=lambda c: (_size(c), c.n))


def _size(comparison: Comparison) -> float:
    return 0.0 if comparison.estimate is None else abs(comparison.estimate.value)


def _names(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    if len(unique) > MOST_NAMES:
        return f"{', '.join(unique[:MOST_NAMES])} and {len(unique) - MOST_NAMES} more"
    return " and ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)


def _limit(check: Check) -> str:
    return "" if check.limit is None else check.limit.words.replace("-", "−")


def limit_in_100(check: Check) -> str:
    """Return the limit of a gap between shares as so many in 100."""
    if check.limit is None:
        return ""
    low, high = check.limit.ends
    if low is not None and high is not None and low != -high:
        return f"{100 * low:g} to {100 * high:g} in 100".replace("-", "−")
    end = high if high is not None else low
    return f"{100 * (end or 0):g} in 100"


def _fewest(m: Measurement) -> str | None:
    """Return a small number of people: one that may not be told is told to be below another."""
    if m.below is not None:
        return f"fewer than {m.below:,}"
    return None if m.value is None else f"at least {m.value:,.0f}"


def _share(share: float | None) -> str | None:
    return None if share is None else in_100(share)


def _hundredths(share: float | None) -> str | None:
    return None if share is None else f"{round(100 * share)}".replace("-", "−")


def _thousandths(share: float | None) -> str | None:
    return None if share is None else f"{1000 * share:.0f}"


def _two(x: float | None) -> str | None:
    return None if x is None else f"{x:.2f}".replace("-", "−")
