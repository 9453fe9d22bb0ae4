"""The sentences that a board reads: for every check and every outcome, whole and plain."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace

import pytest

from essex_standard.assessment import Outcome
from essex_standard.measurement import Measurement
from essex_standard.measures import MEASURES
from essex_standard.pipeline.standards import resolve_standard
from essex_standard.standard import Check
from essex_standard.standard.check import LimitTable
from essex_standard.standard.judge import Judgement
from essex_standard.standard.phrases import EPSILON, rates_between_groups, rates_of
from essex_standard.standard.speech import Speech
from essex_standard.standard.wording import FLIPS, sentences
from essex_standard.statistics.comparison import OF_GROUPS, Comparison, Measured
from essex_standard.statistics.proportions import Proportion
from tests.helpers import ROOT

CHECKS = {check.id: check for _, check in resolve_standard(None)}
JUDGED = (Outcome.MET, Outcome.NOT_MET, Outcome.UNCERTAIN, Outcome.NOT_ASSESSED)
SPEECH = Speech(unit="child", outcome="final_result", positive=("Withdrawn", "Fail"),
                baseline="single_rule:referrals")  # fmt: skip


class AllShown:
    """Disclosure control that lets everything through: 45 in 100 against 70 in 100."""

    def rate(self, *_: str) -> Proportion | None:
        return Proportion(45, 100)

    def rest_rate(self, *_: str) -> Proportion | None:
        return Proportion(70, 100)

    def protect(self, m: Measurement, _: float) -> Measurement:
        return m


class NothingShown(AllShown):
    """Disclosure control that lets nothing through."""

    def rate(self, *_: str) -> None:
        return None

    def rest_rate(self, *_: str) -> None:
        return None

    def protect(self, m: Measurement, _: float) -> Measurement:
        return replace(m, value=None, low=None, high=None, n=None, withheld=True)


def comparisons_of(check: Check, number: int) -> tuple[Comparison, ...]:
    if "periods" in check.across:
        change = check.measure.endswith("_change") or check.measure == "group_share_difference"
        end = "" if change or not check.measure.endswith("_difference") else "_to_rest"
        return tuple(
            Comparison(measure=f"{check.measure}{end}", n=100, estimate=None, versus="rest",
                       name=f"sex: F in {p}" if change else f"period: {p}",
                       attribute="period & sex" if change else "period",
                       group=f"{p} & F" if change else p)
            for p in ("2023", "2024", "2025")[:number]
        )  # fmt: skip
    if rates_between_groups(check):
        crossed = "intersections" in check.across
        attribute = "age_band & sex" if crossed else "sex"
        groups = ("55<= & F", "0-35 & M", "35-55 & M") if crossed else ("F", "M", "unknown")
        return tuple(
            Comparison(measure=f"{check.measure}_to_rest", name=f"{attribute}: {g}", n=100,
                       attribute=attribute, group=g, versus="rest", estimate=None)
            for g in groups[:number]
        )  # fmt: skip
    if check.measure in FLIPS:
        return tuple(
            Comparison(measure=check.measure, name=f"sex: {a} recorded as {b}", n=100,
                       attribute="sex", group=a, versus=b, estimate=None)
            for a, b in (("F", "M"), ("M", "F"), ("unknown", "F"))[:number]
        )  # fmt: skip
    if check.measure in {"proxy_roc_auc", "conditional_demographic_disparity"}:
        return tuple(
            Comparison(measure=check.measure, name=f"sex: {g}", n=100, attribute="sex", group=g,
                       versus="rest", estimate=None)
            for g in ("F", "M", "unknown")[:number]
        )  # fmt: skip
    if check.measure == EPSILON:
        return tuple(
            Comparison(measure=check.measure, name=a, n=100, attribute=a, estimate=None)
            for a in ("sex", "age_band", "disability")[:number]
        )
    if OF_GROUPS.intersection(check.across):
        gap = check.measure.endswith("_difference")
        return tuple(
            Comparison(measure=f"{check.measure}_to_rest" if gap else check.measure,
                       name=f"sex: {g}", n=100, attribute="sex", group=g,
                       versus="rest" if gap else None, estimate=None)
            for g in ("F", "M", "unknown")[:number]
        )  # fmt: skip
    if "sources" in check.across:
        return tuple(
            Comparison(measure=check.measure, name=f"agreement {a}", n=100, attribute=a,
                       estimate=None)
            for a in ("police", "health", "schools")[:number]
        )  # fmt: skip
    columns = ("share_late", "marks", "banked_scores") if "columns" in check.across else ("",)
    return tuple(
        Comparison(measure=check.measure, name=f"column {c}", attribute=c, estimate=None, n=100)
        for c in columns[:number]
    )


def said(
    check: Check,
    outcome: Outcome,
    *,
    number: int = 1,
    shown: AllShown | None = None,
    speech: Speech = SPEECH,
    **changes: object,
) -> tuple[str, tuple[str, ...]]:
    """Return what is said of a check whose every comparison came out alike."""
    meant = comparisons_of(check, number)
    stem = check.measure.removesuffix("_difference_to_baseline")
    told = (
        Measurement(measure=stem, value=0.77),
        Measurement(measure=stem, group="baseline", value=0.70),
        Measurement(
            measure=check.measure.removesuffix("_difference"),
            attribute="sex",
            group="F",
            value=0.77,
        ),
        Measurement(measure="outcome_prevalence", group="assessed", value=0.38),
        Measurement(measure="alike_decided_differently", value=0.04),
        Measurement(measure="outcome_prevalence", group="reference", value=0.43),
    )
    judgement = Judgement(
        outcome=outcome,
        measurements=tuple(
            Measurement(
                measure=c.measure,
                attribute=c.attribute,
                group=c.group,
                versus=c.versus,
                value=-0.12,
                low=-0.2,
                high=0.05,
            )
            for c in meant
        ),
        by_attribute=tuple((a, outcome) for a in dict.fromkeys(c.attribute for c in meant)),
        judged=meant,
        breaching=meant if outcome is Outcome.NOT_MET else (),
        undecided=meant if outcome is Outcome.UNCERTAIN else (),
        further=1_200 if outcome is Outcome.UNCERTAIN else None,
    )
    judgement = replace(judgement, **changes)  # type: ignore[arg-type]
    # Declared fields are noted by their names, all else in sentences.
    noted = "the role that answers" if check.id.startswith("OPEN") else "No agreement covers marks."
    measured = Measured(comparisons=meant, told=told, noted=(noted,))
    return sentences(check, measured, judgement, shown or AllShown(), speech)


@pytest.mark.parametrize("shown", [AllShown(), NothingShown()], ids=["shown", "withheld"])
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("outcome", JUDGED, ids=lambda o: o.value)
@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_every_sentence_is_whole_and_plain(check, outcome, number, shown):
    statement, details = said(check, outcome, number=number, shown=shown)
    for text in (statement, *details[:-1]):
        assert text == text.strip()
        assert text[-1] == "."
        assert not re.search(r"[{}]|\bNone\b|nan|\.\.| ,|  |\( ", text), text
        assert not re.search(r"\b(lawful|fair|fairly|unfair|discriminat\w+)\b", text), text
    assert statement[0].isupper()
    if outcome is Outcome.NOT_ASSESSED:
        assert "This is not a pass." in statement
    if outcome is Outcome.UNCERTAIN:
        # The number of cases is one equation in withheld figures: it is withheld with them.
        of_groups = any(c.group for c in comparisons_of(check, number))
        withheld = (isinstance(shown, NothingShown) and of_groups) or check.measure == EPSILON
        # What would settle a search does not follow from a gap and its margin.
        withheld |= check.measure == "subgroup_scan"
        # Bounds do not narrow with more cases.
        withheld |= check.measure.endswith("_worst_case")
        assert ("further cases" in statement) is not withheld
        assert "not " in statement
    if isinstance(shown, NothingShown):
        assert not re.search(r"\b(45|70|77|38|43) in 100|0\.12", statement)


def test_a_gap_names_the_group_both_shares_and_the_limit():
    statement, details = said(CHECKS["BIAS-02"], Outcome.NOT_MET)
    assert statement == (
        "Among children whose final result was Withdrawn or Fail, 45 in 100 of those whose sex is "
        "F were found, against 70 in 100 of everyone else. The gap is wider than 10 in 100."
    )
    assert details[0] == (
        "sex: beyond the limit for F (after allowing for the number of groups looked at)."
    )


def test_crossed_groups_are_named_by_both_attributes():
    statement, _ = said(CHECKS["BIAS-12"], Outcome.NOT_MET)
    assert "those whose age_band is 55<= and sex is F" in statement


def test_further_groups_beyond_the_limit_are_counted_and_the_better_off_are_not():
    check = CHECKS["BIAS-02"]
    one, two, three = comparisons_of(check, 3)
    assert "The gaps of 2 further groups" in said(check, Outcome.NOT_MET, number=3)[0]
    better = replace(three, worse_off=False)
    statement, _ = said(check, Outcome.NOT_MET, breaching=(one, two, better))
    assert "The gap of one further group is beyond the limit too." in statement
    mirrored = replace(two, worse_off=False)
    assert "further group" not in said(check, Outcome.NOT_MET, breaching=(one, mirrored))[0]


def test_a_group_too_small_to_tell_is_named_unless_it_was_heard():
    check = CHECKS["BIAS-02"]
    one, two, _ = comparisons_of(check, 3)
    _, details = said(check, Outcome.MET, too_small=(two,))
    assert details[1] == (
        "sex: too small to tell for M (fewer than 50 children whose final result was Withdrawn or "
        "Fail in the group or among those it is compared with)."
    )
    _, details = said(check, Outcome.NOT_MET, breaching=(one, two), too_small=(two,))
    assert not any("too small" in d for d in details)


def test_of_what_is_undecided_the_widest_that_may_be_shown_is_told():
    class OnlyM(AllShown):
        def rate(self, *names: str) -> Proportion | None:
            return Proportion(60, 100) if names[-1] == "M" else None

    statement, _ = said(CHECKS["BIAS-02"], Outcome.UNCERTAIN, number=3, shown=OnlyM())
    assert "The widest gap that may be printed is that of those whose sex is M: 60" in statement
    statement, _ = said(CHECKS["BIAS-02"], Outcome.NOT_MET, number=3, shown=OnlyM())
    assert "those whose sex is F" in statement


def test_pairs_and_references_are_named_as_what_they_are():
    check = CHECKS["BIAS-02"]
    pair = replace(comparisons_of(check, 1)[0], versus="M")
    pairs = check.model_copy(update={"compare": "pairs"})
    statement, _ = said(pairs, Outcome.NOT_MET, breaching=(pair,))
    assert (
        "45 in 100 of those whose sex is F were found, against 45 in 100 of those whose sex is M"
        in statement
    )
    assert "within 10 in 100 of each other in all groups" in said(pairs, Outcome.MET)[0]
    reference = check.model_copy(update={"compare": "reference:White British"})
    assert "within 10 in 100 of that of White British" in said(reference, Outcome.MET)[0]


def test_a_ratio_is_said_as_a_ratio_in_the_direction_of_its_limit():
    check = CHECKS["BIAS-01"].model_copy(
        update={"measure": "selection_rate_ratio", "limit": LimitTable(at_least=0.8)}
    )
    statement, _ = said(check, Outcome.NOT_MET)
    assert "a ratio of 0.64, where at least 0.8 is required (the smaller share divided" in statement
    check = check.model_copy(update={"limit": LimitTable(at_most=1.25)})
    statement, _ = said(check, Outcome.NOT_MET)
    assert "a ratio of 1.56, where at most 1.25 is required (the larger share divided" in statement


def test_equalised_odds_is_said_of_the_rate_that_breaks_it_and_of_both_where_it_is_met():
    check = CHECKS["BIAS-02"].model_copy(update={"measure": "equalized_odds_difference"})
    met, _ = said(check, Outcome.MET)
    assert "who were found lies within 10 in 100" in met
    assert "who were flagged all the same lies within 10 in 100" in met
    wrongly = replace(comparisons_of(check, 1)[0], measure="false_positive_rate_difference_to_rest")
    not_met, _ = said(check, Outcome.NOT_MET, breaching=(wrongly,))
    assert not_met.startswith("Among children whose final result was not Withdrawn or Fail, 45 in")


@pytest.mark.parametrize("shown", [AllShown(), NothingShown()], ids=["shown", "withheld"])
@pytest.mark.parametrize("group", ["", "F"], ids=["whole", "group"])
@pytest.mark.parametrize("outcome", JUDGED[:3], ids=lambda o: o.value)
@pytest.mark.parametrize("limit", [{"at_least": 0.5}, {"at_most": 0.5}, {"between": (0.2, 0.5)}])
def test_a_rate_judged_by_itself_has_a_whole_sentence(limit, outcome, group, shown):
    check = CHECKS["BIAS-02"].model_copy(
        update={"measure": "true_positive_rate", "limit": LimitTable(**limit)}
    )
    meant = Comparison(measure=check.measure, name="sex: F" if group else "everyone", n=100,
                       attribute="sex" if group else "", group=group, estimate=None)  # fmt: skip
    statement, details = said(
        check, outcome, shown=shown, judged=(meant,),
        by_attribute=((meant.attribute, outcome),),
        breaching=(meant,) if outcome is Outcome.NOT_MET else (),
        undecided=(meant,) if outcome is Outcome.UNCERTAIN else (),
    )  # fmt: skip
    assert statement.startswith("Among children whose final result was Withdrawn or Fail, ")
    assert not re.search(r"[{}]|None|  |\.\.", statement)
    assert "0 in 100" in statement
    assert ("45 in 100" in statement) == (
        isinstance(shown, AllShown)
        and not isinstance(shown, NothingShown)
        and not (group and outcome is Outcome.MET)
    )
    assert len(details) == (2 if group else 1)


def test_one_column_and_several_are_worded_apart():
    check = CHECKS["MIN-01"]
    assert said(check, Outcome.NOT_MET)[0].startswith("Column share_late reaches the model")
    statement, _ = said(check, Outcome.NOT_MET, number=3)
    assert statement.startswith("Columns share_late, marks and banked_scores reach the model")


def test_many_names_are_cut_and_counted():
    check = CHECKS["DRIFT-01"]
    meant = tuple(
        Comparison(measure=check.measure, name=c, attribute=c, estimate=None, n=100)
        for c in "abcdefghi"
    )
    statement, _ = said(check, Outcome.NOT_MET, breaching=meant)
    assert "Columns a, b, c, d, e, f and 3 more moved further" in statement


def test_figures_that_are_withheld_leave_a_whole_sentence():
    statement, _ = said(CHECKS["EFF-01"], Outcome.MET, shown=NothingShown())
    assert statement == (
        "The model puts children in a better order than a simple rule (referrals alone) does. Too "
        "few people stand behind the figures, or behind others that these would give away, to "
        "print them."
    )


@pytest.mark.parametrize(
    ("speech", "phrase"),
    [
        (Speech(), "Among people who had the outcome predicted, "),
        (Speech(outcome="re_referred"), "Among people who had the outcome (re referred), "),
        (
            Speech(outcome="happened", positive=("1",)),
            "Among people who had the outcome (happened), ",
        ),
        (Speech(outcome="result", positive=("Fail",)), "Among people whose result was Fail, "),
        (Speech(unit="area", outcome="fire"), "Among areas that had the outcome (fire), "),
        (Speech(unit="household"), "Among households that had the outcome predicted, "),
        (Speech(unit="other:lorry"), "Among people who had the outcome predicted, "),
    ],
)
def test_people_and_their_outcome_are_called_by_their_own_words(speech, phrase):
    statement, _ = said(CHECKS["BIAS-02"], Outcome.NOT_MET, speech=speech)
    assert statement.startswith(phrase)


def test_what_does_not_apply_or_has_no_limit_is_said_so():
    check = CHECKS["BIAS-02"]
    statement, _ = said(check, Outcome.NOT_APPLICABLE, reasons=("nobody is flagged.",))
    assert statement == "This does not apply: nobody is flagged."
    told = CHECKS["BIAS-01"].model_copy(update={"limit": None})
    assert said(told, Outcome.NOT_ASSESSED)[0].startswith("Told, not judged")


def test_reasons_that_are_sentences_do_not_end_twice():
    statement, _ = said(
        CHECKS["DRIFT-01"], Outcome.NOT_ASSESSED, by_attribute=(), reasons=("One. ", "Two.")
    )
    assert ".." not in statement
    assert statement.endswith("Two. This is not a pass.")


def test_every_measure_has_sentences_and_every_sentence_a_measure():
    catalogue = tomllib.loads((ROOT / "report_templates" / "statements.toml").read_text("utf-8"))
    for name in MEASURES:
        said = rates_of(name.removesuffix("_change")) or name in {
            *catalogue["measures"],
            *catalogue["rates"],
        }
        assert said, name
    rates = {rate for name in MEASURES for rate in rates_of(name)}
    assert set(catalogue["rates"]) == rates | {"outcome_prevalence"}
    assert set(catalogue["measures"]) <= set(MEASURES)
