import dataclasses

import numpy as np
import pytest

from essex_standard.measures.effectiveness import (
    average_precision_difference_to_baseline,
    outcome_prevalence_difference,
    roc_auc_difference_to_baseline,
)
from essex_standard.measures.facts import Facts
from essex_standard.measures.group_scores import calibration_in_the_large, calibration_slope
from essex_standard.statistics.comparison import Scope

from .people import facts

SCOPE = Scope()
RANKINGS = [roc_auc_difference_to_baseline, average_precision_difference_to_baseline]
CALIBRATIONS = [calibration_slope, calibration_in_the_large]


def people(n=2000, seed=0, prevalence=0.2, **kwargs):
    rng = np.random.default_rng(seed)
    logit = rng.normal(np.log(prevalence / (1 - prevalence)), 1.2, n)
    scores = 1 / (1 + np.exp(-logit))
    y = (rng.random(n) < scores).astype(int)
    return {"scores": scores, "y": y} | kwargs


def told(measured, name, group=""):
    return next(m for m in measured.told if (m.measure, m.group) == (name, group))


def only(measured):
    assert len(measured.comparisons) == 1
    return measured.comparisons[0]


@pytest.mark.parametrize("measure", RANKINGS)
def test_scores_that_rank_are_above_scoring_everybody_alike(measure):
    judged = only(measure(facts(**people()), SCOPE))
    assert judged.estimate.value > 0.1
    assert judged.estimate.above(0) > 0.999
    assert judged.n + judged.n_versus == 2000


@pytest.mark.parametrize("measure", RANKINGS)
def test_scores_drawn_from_a_hat_are_not(measure):
    given = people()
    given["scores"] = np.random.default_rng(9).random(2000)
    judged = only(measure(facts(**given), SCOPE))
    low, high = judged.estimate.interval(0.999)
    assert low < 0 < high


@pytest.mark.parametrize("measure", RANKINGS)
def test_the_baseline_of_scoring_everybody_alike_is_chance(measure):
    given = people()
    found = measure(facts(**given), SCOPE)
    name = "roc_auc" if measure is RANKINGS[0] else "average_precision"
    expected = 0.5 if name == "roc_auc" else given["y"].mean()
    assert told(found, name, "baseline").value == pytest.approx(expected)
    own = told(found, name)
    assert only(found).estimate.value == pytest.approx(own.value - expected)
    assert 0 <= own.low < own.value < own.high <= 1


@pytest.mark.parametrize("measure", RANKINGS)
def test_a_rule_as_good_as_the_model_leaves_nothing_between_them(measure):
    given = people()
    found = measure(facts(**given, rule=given["scores"], baseline="single_rule:x"), SCOPE)
    assert only(found).estimate.value == pytest.approx(0, abs=0.003)


@pytest.mark.parametrize("measure", RANKINGS)
@pytest.mark.parametrize("direction", [1, -1])
def test_a_rule_is_read_in_the_direction_that_serves_it_better(measure, direction):
    given = people()
    rule = direction * np.round(given["scores"] * 5)
    found = measure(facts(**given, rule=rule, baseline="single_rule:x"), SCOPE)
    judged = only(found).estimate
    assert 0 < judged.value < 0.1
    name = "roc_auc" if measure is RANKINGS[0] else "average_precision"
    assert told(found, name, "baseline").value > (0.6 if name == "roc_auc" else 0.3)


def test_a_difference_on_the_same_people_is_surer_than_two_rankings_apart():
    given = people()
    rule = np.round(given["scores"] * 20)
    found = roc_auc_difference_to_baseline(
        facts(**given, rule=rule, baseline="single_rule:x"), SCOPE
    )
    own = told(found, "roc_auc")
    assert only(found).estimate.standard_error < (own.high - own.low) / 3.92 / 3


def test_a_rule_without_figures_and_current_practice_are_not_assessed_but_told():
    for baseline, words in (
        ("single_rule:age", "column 'age' is not a column of numbers"),
        ("current_practice", "no figures were given"),
    ):
        found = roc_auc_difference_to_baseline(facts(**people(), baseline=baseline), SCOPE)
        assert not found.comparisons
        assert words in found.reason
        assert told(found, "roc_auc").value > 0.6


@pytest.mark.parametrize("measure", [*RANKINGS, *CALIBRATIONS])
@pytest.mark.parametrize(
    ("y", "words"),
    [
        (None, "no outcome was given"),
        ([0] * 20, "only one of the two outcomes occurs"),
        ([1] * 20, "only one of the two outcomes occurs"),
        ([2] * 20, "no outcome was given"),
    ],
)
def test_without_both_outcomes_there_is_nothing_to_rank_or_calibrate(measure, y, words):
    found = measure(facts(scores=np.linspace(0.1, 0.9, 20), y=y), SCOPE)
    assert not found.comparisons
    assert words in found.reason


def test_unobserved_outcomes_are_left_out():
    given = people()
    more = {
        "scores": np.concatenate([given["scores"], np.full(500, 0.99)]),
        "y": np.concatenate([given["y"], np.full(500, 2)]),
    }
    for measure in (*RANKINGS, *CALIBRATIONS):
        one, other = (only(measure(facts(**g), SCOPE)) for g in (given, more))
        assert other.estimate.value == pytest.approx(one.estimate.value)
        assert other.n == one.n


# Calibration --------------------------------------------------------------------------------


def test_right_scores_are_calibrated_and_squeezed_ones_are_not():
    given = people(20_000)
    assert only(calibration_slope(facts(**given), SCOPE)).estimate.value == pytest.approx(
        1, abs=0.06
    )
    assert only(calibration_in_the_large(facts(**given), SCOPE)).estimate.value == pytest.approx(
        0, abs=0.06
    )
    logit = np.log(given["scores"] / (1 - given["scores"]))
    bold = facts(scores=1 / (1 + np.exp(-2 * logit)), y=given["y"])
    assert only(calibration_slope(bold, SCOPE)).estimate.value == pytest.approx(0.5, abs=0.03)
    high = facts(scores=1 / (1 + np.exp(-logit - 0.7)), y=given["y"])
    assert only(calibration_in_the_large(high, SCOPE)).estimate.value == pytest.approx(
        -0.7, abs=0.06
    )


@pytest.mark.parametrize("measure", CALIBRATIONS)
def test_unbounded_scores_are_not_probabilities(measure):
    given = people()
    found = measure(
        facts(scores=given["scores"] * 100, y=given["y"], score_kind="unbounded"), SCOPE
    )
    assert not found.applicable


def test_one_score_for_all_has_no_slope():
    found = calibration_slope(facts(scores=[0.3] * 40, y=[0, 1] * 20), SCOPE)
    assert "do not vary enough" in found.reason


def test_the_curve_is_merged_until_each_band_holds_ten_of_both():
    given = people(1500)
    curve = calibration_slope(facts(**given), SCOPE).told
    assert sum(m.n for m in curve) == 1500
    events = [round(m.value * m.n) for m in curve]
    assert all(e >= 10 and m.n - e >= 10 for e, m in zip(events, curve, strict=True))
    assert curve[0].group.startswith("0.0 to")
    assert curve[-1].group.endswith("to 1.0")
    assert all(m.low <= m.value <= m.high for m in curve)


def test_too_few_events_leave_no_curve():
    scores = np.linspace(0.01, 0.9, 100)
    assert not calibration_slope(facts(scores=scores, y=(scores > 0.82).astype(int)), SCOPE).told


# Weights and clusters -----------------------------------------------------------------------


@pytest.mark.parametrize("measure", [*RANKINGS, *CALIBRATIONS])
def test_doubling_every_weight_changes_neither_value_nor_error(measure):
    given = people(800)
    weights = np.random.default_rng(3).choice([0.5, 1.0, 3.0], 800)
    rule = np.round(given["scores"] * 5)
    for extra in ({}, {"rule": rule, "baseline": "single_rule:x"}):
        one, other = (
            only(measure(facts(**given, weights=weights * f, **extra), SCOPE)).estimate
            for f in (1, 200)
        )
        assert other.value == pytest.approx(one.value)
        assert other.standard_error == pytest.approx(one.standard_error, rel=0.15)


@pytest.mark.parametrize("measure", [*RANKINGS, *CALIBRATIONS])
def test_equal_weights_are_no_weights(measure):
    given = people(800)
    one = only(measure(facts(**given), SCOPE)).estimate
    other = only(measure(facts(**given, weights=np.full(800, 7.0)), SCOPE)).estimate
    assert (other.value, other.standard_error) == pytest.approx((one.value, one.standard_error))


def test_bands_of_the_curve_count_people_and_not_weights():
    given = people(1500)
    heavy = calibration_slope(facts(**given, weights=np.full(1500, 40.0)), SCOPE).told
    light = calibration_slope(facts(**given), SCOPE).told
    assert [(m.group, m.n) for m in heavy] == [(m.group, m.n) for m in light]


@pytest.mark.parametrize("measure", [RANKINGS[0], *CALIBRATIONS])
def test_everybody_twice_in_one_family_is_no_surer_than_once(measure):
    given = people(1500)
    twice = {k: np.repeat(v, 4) for k, v in given.items()}
    families = np.array([f"f{i}" for i in np.repeat(np.arange(1500), 4)], dtype=object)
    once = only(measure(facts(**given), SCOPE)).estimate
    naive = only(measure(facts(**twice), SCOPE)).estimate
    aware = only(measure(facts(**twice, clusters=families), SCOPE)).estimate
    assert naive.standard_error == pytest.approx(once.standard_error / 2, rel=0.02)
    assert aware.standard_error == pytest.approx(once.standard_error, rel=0.25)


def test_clusters_do_not_break_a_threshold_that_flags_nobody():
    given = people(1500)
    families = np.array([f"f{i // 3}" for i in range(1500)], dtype=object)
    found = roc_auc_difference_to_baseline(
        facts(**given, threshold=0.9999, clusters=families), SCOPE
    )
    assert only(found).estimate.above(0) > 0.999


# Prevalence ---------------------------------------------------------------------------------


def with_reference(now, then):
    assessed = facts(scores=np.full(len(now), 0.5), y=now)
    reference = facts(scores=np.full(len(then), 0.5), y=then)
    return dataclasses.replace(assessed, reference=reference.assessed)


def test_prevalence_is_compared_with_the_reference():
    found = outcome_prevalence_difference(
        with_reference([1] * 30 + [0] * 70 + [2] * 9, [1] * 80 + [0] * 320), SCOPE
    )
    judged = only(found)
    assert judged.estimate.value == pytest.approx(0.3 - 0.2)
    assert (judged.n, judged.n_versus) == (100, 400)
    assert told(found, "outcome_prevalence", "reference").value == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        ([2] * 20, [1, 0] * 20, "no outcome was given for the assessed data"),
        ([1, 0] * 20, [2] * 20, "no outcome was given for the reference data"),
    ],
)
def test_prevalence_without_outcomes_is_not_assessed(now, then, words):
    assert outcome_prevalence_difference(with_reference(now, then), SCOPE).reason == words


def test_prevalence_without_a_reference_is_not_assessed():
    found = outcome_prevalence_difference(facts(**people(50)), SCOPE)
    assert found.reason == "no reference data were given"


def test_evidence_without_scores_has_nothing_to_rank():
    from essex_standard.evidence.evidence import Evidence

    bare = Facts(assessed=Evidence.of(outcome=np.array([0, 1], np.int8)))
    assert roc_auc_difference_to_baseline(bare, SCOPE).reason == "there are no scores"
