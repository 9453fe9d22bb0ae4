"""From a judgement to the sentence that a board reads; the sentences themselves are data.

Figures come from what disclosure control lets through, never from the raw measurements, because a
sentence travels further than any table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from string import Formatter
from typing import Any

from essex_standard.assessment import Outcome
from essex_standard.evidence.coding import is_deep
from essex_standard.evidence.periods import CHANGE, PERIOD
from essex_standard.measurement import Measurement
from essex_standard.standard.check import Check
from essex_standard.standard.gap_sentences import gap, may_count
from essex_standard.standard.judge import Judgement
from essex_standard.standard.levels import level, named
from essex_standard.standard.phrases import (
    OF_PARTS,
    WORST_CASE,
    Shown,
    fewest,
    hundredths,
    limit_in_100,
    limit_words,
    names_of,
    rates_between_groups,
    share_of,
    thousandths,
    two_places,
)
from essex_standard.standard.searches import SEARCHES, of_search
from essex_standard.standard.speech import Speech, catalogue
from essex_standard.statistics.comparison import Comparison, Measured

FLIPS = frozenset({"counterfactual_flip_rate", "counterfactual_token_flip_rate"})
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
        statement = gap(check, judgement, shown, words)
    else:
        statement = _other(check, measured, judgement, shown, words)
    if judgement.outcome is Outcome.UNCERTAIN and may_count(check, judgement, shown):
        key = "further" if judgement.further else "further_many"
        statement += " " + common[key].format(further=judgement.further)
    said = [note for note in notes if note not in statement]
    return statement, (*details, *said)


def _unknown(measured: Measured, shown: Shown, confidence: float) -> Iterator[str]:
    """Yield how many are of unknown group, attribute by attribute."""
    common = catalogue()["common"]
    for m in measured.told:
        if m.measure == "unknown_share":
            share = share_of(shown.protect(m, confidence).value)
            key = "unknown" if share else "unknown_withheld"
            yield common[key].format(attribute=m.attribute, share=share)


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
        names = names_of(sorted(_group(c) for c in meant if c.attribute == attribute))
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
                    attribute=attribute, names=names_of(small), minimum=minimum, of=of
                )
            )
    return lines


def _group(comparison: Comparison) -> str:
    return comparison.name.removeprefix(f"{comparison.attribute}: ")


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
        "limit": limit_in_100(check) if of_shares else limit_words(check),
        "used": catalogue()["role"][check.columns.role],
        "columns": _columns(meant),
        "Columns": _columns(meant)[:1].upper() + _columns(meant)[1:],
        # By name: the order of withheld groups would tell of their figures.
        "groups": names_of((sorted(those) if by_group else those) or [c.name for c in meant]),
        "noted": (" " if all(n.endswith(".") for n in measured.noted) else ", ").join(
            measured.noted
        ),
        "changes": names_of(sorted(c.name for c in meant)),
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
        return names_of([c.name for c in meant])
    return f"column{'s' if len(meant) > 1 else ''} {names_of([c.attribute for c in meant])}"


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
        "mine": None if mine is None else two_places(shown.protect(mine, single).value),
        "other": "all other periods"
        if meant.attribute == PERIOD
        else "everyone else"
        if meant.versus in (None, "rest")
        else named(meant.attribute, str(meant.versus)),
        "gap": None if seen.value is None else two_places(abs(seen.value)),
        "way": None if seen.value is None else "less" if seen.value < 0 else "more",
        "value": two_places(seen.value),
        "low": two_places(seen.low),
        "high": two_places(seen.high),
        "hundredths": hundredths(seen.value),
        "hundredths_apart": None if seen.value is None else hundredths(abs(seen.value)),
        "low_hundredths": hundredths(seen.low),
        "high_hundredths": hundredths(seen.high),
        "pairs": hundredths(told.get(("alike_decided_differently", ""))),
        "fewest": fewest(seen),
        "tenths": None if seen.value is None else f"{seen.value:.1f}",
        "own": hundredths(told.get((stem, ""))),
        "base": hundredths(told.get((stem, "baseline"))),
        "now": share_of(told.get(("outcome_prevalence", "assessed"))),
        "then": share_of(told.get(("outcome_prevalence", "reference"))),
        "change": meant.name,
        **_found(measured, meant, single, shown),
        "thousandths": thousandths(seen.value),
        "low_thousandths": thousandths(seen.low),
        "high_thousandths": thousandths(seen.high),
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
