import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.measures import MEASURES
from essex_standard.measures.bias import group_rate, rate_difference, rate_ratio
from essex_standard.measures.equalized_odds import equalized_odds_difference, equalized_odds_ratio
from essex_standard.statistics.comparison import Scope
from essex_standard.statistics.proportions import Proportion

from .people import facts, facts_of

POSITIVES = Scope(across=("protected",), of="positives")
# tp, fn, fp, tn
TWO = {"sex": {"F": (60, 40, 45, 155), "M": (160, 40, 20, 380)}}
THREE = {"area": {"N": (60, 40, 30, 170), "S": (160, 40, 20, 380), "W": (30, 20, 10, 40)}}


def tpr(tables, scope=POSITIVES, measure=rate_difference):
    return measure(facts_of(tables), scope, rate="true_positive_rate")


def told(measured, name, group=""):
    return next(m for m in measured.told if (m.measure, m.group) == (name, group))


def test_each_group_is_compared_with_everyone_else():
    found = {c.group: c for c in tpr(THREE).comparisons}
    assert found["N"].estimate.value == pytest.approx(0.60 - 190 / 250)
    assert found["W"].estimate.value == pytest.approx(0.60 - 220 / 300)
    assert (found["N"].n, found["N"].n_versus, found["N"].versus) == (100, 250, "rest")
    assert found["N"].estimate.second == Proportion(190, 250)
    assert all(c.signed for c in found.values())


def test_a_ratio_divides_by_everyone_elses():
    found = {c.group: c for c in tpr(TWO, measure=rate_ratio).comparisons}
    assert found["F"].estimate.value == pytest.approx(0.75)
    assert found["M"].estimate.value == pytest.approx(1 / 0.75)
    assert found["F"].measure == "true_positive_rate_ratio_to_rest"


@pytest.mark.parametrize(
    ("rate", "worse"),
    [
        ("true_positive_rate", "F"),
        ("false_negative_rate", "F"),
        ("false_positive_rate", "F"),
        ("positive_predictive_value", "F"),
        ("false_discovery_rate", "F"),
        ("true_negative_rate", "F"),
        ("accuracy", "F"),
        ("false_omission_rate", "F"),
        ("selection_rate", "M"),
    ],
)
def test_the_worse_off_is_who_is_missed_or_wrongly_flagged_more_often(rate, worse):
    # F is found less often, wrongly flagged more often and flagged more often (105 of 300).
    measured = rate_difference(facts_of(TWO), Scope(across=("protected",)), rate=rate)
    assert [c.group for c in measured.comparisons if c.worse_off] == [worse]


def test_where_a_flag_intrudes_the_worse_off_is_who_is_flagged_more_often():
    intrusive = dataclasses.replace(facts_of(TWO), submission=SimpleNamespace(polarity="intrusive"))
    measured = rate_difference(intrusive, Scope(across=("protected",)), rate="selection_rate")
    assert [c.group for c in measured.comparisons if c.worse_off] == ["F"]


def test_nobody_is_worse_off_where_all_are_alike():
    alike = {"sex": {"F": (60, 40, 10, 90), "M": (60, 40, 10, 90)}}
    assert not any(c.worse_off for c in tpr(alike).comparisons)


def test_pairs_name_the_worse_off_first():
    found = tpr(THREE, Scope(across=("protected",), compare="pairs", of="positives"))
    assert [(c.group, c.versus) for c in found.comparisons] == [("N", "S"), ("N", "W"), ("W", "S")]
    assert found.comparisons[0].estimate.value == pytest.approx(-0.2)
    assert found.comparisons[0].name == "area: N against S"
    assert found.comparisons[0].measure == "true_positive_rate_difference"


def test_a_reference_is_always_the_other_side():
    scope = Scope(across=("protected",), compare="reference:N", of="positives")
    found = tpr(THREE, scope).comparisons
    assert [(c.group, c.versus, c.worse_off) for c in found] == [
        ("S", "N", False),
        ("W", "N", False),
    ]


def test_a_reference_that_an_attribute_lacks_is_a_gap():
    scope = Scope(across=("protected",), compare="reference:N", of="positives")
    found = tpr(THREE | TWO, scope)
    assert found.gaps == ("sex has no group 'N' to compare with",)
    assert {c.attribute for c in found.comparisons} == {"area"}


def test_an_attribute_with_one_group_is_a_gap():
    found = tpr(TWO | {"area": {"N": (220, 80, 50, 550)}})
    assert found.gaps == ("area has only one group, so there is nobody to compare with",)
    alone = tpr({"area": {"N": (220, 80, 50, 550)}})
    assert not alone.comparisons
    assert "nobody to compare with" in alone.reason


def test_without_protected_attributes_it_is_not_assessed():
    found = rate_difference(facts(scores=[0.1, 0.9]), POSITIVES, rate="selection_rate")
    assert found.applicable
    assert found.reason == "no protected attribute was given"


def test_a_single_attribute_leaves_a_question_about_pairs_unanswered():
    found = tpr(TWO, Scope(across=("intersections",)))
    assert found.applicable
    assert "none can be crossed" in found.reason


def test_intersections_cross_the_attributes():
    rows = facts(
        scores=[0.9, 0.1, 0.8, 0.2], y=[1, 1, 1, 1],
        protected={"sex": ["F", "F", "M", "M"], "area": ["N", "S", "N", "S"]},
    )  # fmt: skip
    scope = Scope(across=("intersections",), of="positives")
    found = rate_difference(rows, scope, rate="true_positive_rate")
    assert [c.name for c in found.comparisons] == [
        "area & sex: N & F", "area & sex: N & M", "area & sex: S & F", "area & sex: S & M",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "rate", "words"),
    [
        ((0, 0, 5, 5), "true_positive_rate", "nobody assessed had the outcome"),
        ((5, 5, 0, 0), "false_positive_rate", "everybody assessed had the outcome"),
        ((0, 5, 0, 5), "positive_predictive_value", "nobody was flagged"),
        ((5, 0, 5, 0), "false_omission_rate", "everybody was flagged"),
        ((0, 0, 0, 0, 5, 5), "accuracy", "no outcome was given"),
    ],
)
def test_a_rate_nobody_has_a_denominator_for_is_not_assessed(cells, rate, words):
    both = {"sex": {"F": cells, "M": cells}}
    found = rate_difference(facts_of(both), Scope(across=("protected",)), rate=rate)
    assert not found.comparisons
    assert words in found.reason


def test_selection_can_be_compared_without_any_outcome():
    cells = {"sex": {"F": (0, 0, 0, 0, 40, 60), "M": (0, 0, 0, 0, 50, 50)}}
    found = rate_difference(facts_of(cells), Scope(across=("protected",)), rate="selection_rate")
    assert found.comparisons[0].estimate.value == pytest.approx(-0.1)


def test_a_group_without_positives_is_named_and_has_no_estimate():
    cells = {"sex": {"F": (0, 0, 30, 170), "M": (160, 40, 20, 380), "X": (50, 10, 1, 9)}}
    found = {c.group: c for c in tpr(cells).comparisons}
    assert found["F"].estimate is None
    assert found["F"].n == 0
    assert found["F"].reason
    assert {m.measure for m in tpr(cells).told if m.group == "F"} == {"count"}


@pytest.mark.parametrize("of", ["rows", "positives", "negatives"])
def test_the_size_of_a_comparison_never_exceeds_the_rates_own_denominator(of):
    # A check that counts rows must not take three positives among 1,000 rows for 1,000.
    cells = {"sex": {"F": (2, 1, 300, 697), "M": (500, 200, 50, 250)}}
    found = {c.group: c for c in tpr(cells, Scope(across=("protected",), of=of)).comparisons}
    assert found["F"].n == 3
    assert found["M"].n_versus == 3


def test_flagged_people_without_a_known_outcome_do_not_count_for_precision():
    cells = {"sex": {"F": (4, 0, 1, 5, 500, 0), "M": (160, 40, 20, 380, 0, 0)}}
    scope = Scope(across=("protected",), of="flagged")
    found = rate_difference(facts_of(cells), scope, rate="positive_predictive_value")
    assert found.comparisons[0].n == 5


def test_rates_of_fewer_than_ten_are_not_told():
    cells = {"sex": {"F": (5, 4, 30, 170), "M": (160, 40, 20, 380)}}
    small = told(tpr(cells), "true_positive_rate", "F")
    assert (small.value, small.low, small.high) == (None, None, None)
    big = told(tpr(cells), "true_positive_rate", "M")
    assert big.value == pytest.approx(0.8)
    assert (big.low, big.high) == pytest.approx(Proportion(160, 200).interval(0.95))
    assert big.n == 200


def test_fairlearns_own_figures_stand_beside_it():
    found = tpr(THREE)
    assert told(found, "true_positive_rate_difference").value == pytest.approx(0.2)
    ratio = tpr(THREE, measure=rate_ratio)
    assert told(ratio, "true_positive_rate_ratio").value == pytest.approx(0.75)
    selected = rate_difference(facts_of(TWO), Scope(across=("protected",)), rate="selection_rate")
    assert told(selected, "demographic_parity_difference").value == pytest.approx(0.05)
    odds = rate_difference(facts_of(TWO), Scope(across=("protected",)), rate="false_positive_rate")
    assert told(odds, "equalized_odds_difference").value == pytest.approx(0.2)
    assert told(odds, "equalized_odds_ratio").value == pytest.approx(0.05 / 0.225)


def test_how_far_a_group_lies_from_everyone_is_told_beside_the_groups_distance():
    # Everyone: 220 of 300; F: 60 of 100; M: 160 of 200.
    gap = tpr(TWO)
    assert told(gap, "true_positive_rate_difference_to_overall").value == pytest.approx(
        220 / 300 - 0.6
    )
    ratio = tpr(TWO, measure=rate_ratio)
    assert told(ratio, "true_positive_rate_ratio_to_overall").value == pytest.approx(
        0.6 / (220 / 300)
    )
    odds = rate_difference(facts_of(TWO), Scope(across=("protected",)), rate="false_positive_rate")
    assert told(odds, "equalized_odds_difference_to_overall").value == pytest.approx(
        max(220 / 300 - 0.6, 45 / 200 - 65 / 600)
    )


def test_the_people_of_each_group_are_told_unless_they_are_fewer_than_ten():
    cells = {"sex": {"F": (3, 2, 2, 2), "M": (160, 40, 20, 380)}}
    counts = {m.group: m.value for m in tpr(cells).told if m.measure == "count"}
    assert counts == {"F": None, "M": 600}


def test_equalised_odds_is_the_gaps_of_both_rates():
    found = equalized_odds_difference(facts_of(TWO), Scope(across=("protected",)))
    assert {(c.measure, c.group): round(c.estimate.value, 3) for c in found.comparisons} == {
        ("true_positive_rate_difference_to_rest", "F"): -0.2,
        ("true_positive_rate_difference_to_rest", "M"): 0.2,
        ("false_positive_rate_difference_to_rest", "F"): 0.175,
        ("false_positive_rate_difference_to_rest", "M"): -0.175,
    }
    assert told(found, "equalized_odds_difference").value == pytest.approx(0.2)
    ratios = equalized_odds_ratio(facts_of(TWO), Scope(across=("protected",)))
    assert {round(c.estimate.value, 3) for c in ratios.comparisons} == {0.75, 1.333, 4.5, 0.222}


def test_equalised_odds_with_one_rate_unknown_has_a_gap():
    cells = {"sex": {"F": (0, 0, 30, 70), "M": (0, 0, 20, 80)}}
    found = equalized_odds_difference(facts_of(cells), Scope(across=("protected",)))
    assert found.gaps == ("nobody assessed had the outcome",)
    assert {c.measure for c in found.comparisons} == {"false_positive_rate_difference_to_rest"}


def test_a_rate_itself_is_taken_of_everyone_and_of_each_group():
    everyone = group_rate(facts_of(TWO), Scope(of="positives"), rate="true_positive_rate")
    (only,) = everyone.comparisons
    assert (only.estimate.value, only.n, only.n_versus) == (pytest.approx(220 / 300), 300, None)
    assert (only.name, only.attribute, only.group) == ("everyone", "", "")
    groups = group_rate(facts_of(TWO), POSITIVES, rate="true_positive_rate")
    assert {c.group: c.estimate.value for c in groups.comparisons} == {"F": 0.6, "M": 0.8}
    both = group_rate(
        facts_of(TWO), Scope(across=("whole", "protected")), rate="outcome_prevalence"
    )
    assert [c.estimate.value for c in both.comparisons] == pytest.approx([1 / 3, 1 / 3, 1 / 3])


def test_a_rate_of_a_model_that_flags_nobody_is_not_assessed():
    cells = {"sex": {"F": (0, 100, 0, 200), "M": (0, 50, 0, 100)}}
    found = group_rate(facts_of(cells), Scope(), rate="false_positive_rate")
    assert not found.comparisons
    assert "nobody was flagged" in found.reason


def test_weights_and_clusters_widen_the_interval_and_leave_what_is_counted():
    rng = np.random.default_rng(2)
    n = 2000
    family = np.repeat(np.arange(n // 4), 4)
    y = np.ones(n, int)
    scores = np.repeat(rng.random(n // 4), 4)
    sex = np.repeat(rng.choice(["F", "M"], n // 4), 4)
    base = {"scores": scores, "y": y, "protected": {"sex": sex}}
    plain, clustered = (
        rate_difference(facts(**base, **kw), POSITIVES, rate="true_positive_rate").comparisons[0]
        for kw in ({}, {"clusters": np.array([f"f{i}" for i in family], dtype=object)})
    )

    def width(c):
        low, high = c.estimate.interval(0.95)
        return high - low

    assert clustered.n == plain.n
    assert clustered.estimate.value == pytest.approx(plain.estimate.value)
    assert width(clustered) / width(plain) == pytest.approx(2.0, rel=0.2)


CELLS = st.tuples(*[st.integers(0, 60)] * 6)


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_relabelling_groups_relabels_the_comparisons_and_changes_no_figure(cells, random):
    names = [f"g{i}" for i in range(len(cells))]
    renamed = list(names)
    random.shuffle(renamed)
    back = dict(zip(renamed, names, strict=True))
    before, after = (
        rate_difference(
            facts_of({"x": dict(zip(labels, cells, strict=True))}),
            Scope(across=("protected",)),
            rate="selection_rate",
        )
        for labels in (names, renamed)
    )
    figures = {c.group: (c.n, c.n_versus, c.estimate, c.worse_off) for c in before.comparisons}
    assert figures == {
        back[c.group]: (c.n, c.n_versus, c.estimate, c.worse_off) for c in after.comparisons
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=2, max_size=5))
def test_no_group_lies_further_from_everyone_than_from_the_furthest_group(cells):
    tables = {"x": {f"g{i}": cell for i, cell in enumerate(cells)}}
    for rate in ("selection_rate", "true_positive_rate", "false_omission_rate"):
        found = rate_difference(facts_of(tables), Scope(across=("protected",)), rate=rate)
        figures = {m.measure: m.value for m in found.told if m.attribute and not m.group}
        if f"{rate}_difference" in figures:
            between = figures[f"{rate}_difference"]
            overall = figures[f"{rate}_difference_to_overall"]
            assert between / 2 - 1e-12 <= overall <= between + 1e-12


@pytest.mark.parametrize(
    "measure",
    ["positive_predictive_value_difference", "false_discovery_rate_ratio",
     "false_omission_rate_difference", "accuracy_difference"],
)  # fmt: skip
def test_where_only_one_outcome_occurs_an_even_gap_vouches_for_nothing(measure):
    scope = Scope(across=("protected",))
    for cells, who in (((0, 0, 200, 800), "nobody"), ((700, 300, 0, 0), "everybody")):
        known = facts_of({"sex": {"F": cells, "M": cells}})
        measured = MEASURES[measure].compute(known, scope)
        assert measured.comparisons == ()
        assert measured.reason.startswith(f"{who} assessed had the outcome")
