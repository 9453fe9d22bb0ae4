"""Figures of scores by group: hand-worked numbers, properties, and what is not assessed."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.measures import MEASURES
from essex_standard.statistics.comparison import Scope

from .people import facts

OWN = ["roc_auc", "average_precision", "brier_score", "calibration_slope",
       "calibration_in_the_large"]  # fmt: skip
GAPS = ["roc_auc_difference", "average_precision_difference", "brier_score_difference"]
PROTECTED = Scope(across=("protected",), of="positives")


def given_people(n=4000, seed=0, groups=("F", "M"), **more):
    rng = np.random.default_rng(seed)
    logit = rng.normal(-1, 1.2, n)
    scores = 1 / (1 + np.exp(-logit))
    return {
        "scores": scores,
        "y": (rng.random(n) < scores).astype(int),
        "protected": {"sex": rng.choice(np.array(groups, dtype=object), n)},
        "group_scores": ("protected",),
        **more,
    }


def measured(measure, given, scope=PROTECTED):
    return MEASURES[measure].compute(facts(**given), scope)


def by_group(found):
    return {c.group: c for c in found.comparisons}


def by_hand():
    """F: scores 0.9, 0.6 with the outcome, 0.7, 0.2 without; M: 0.8 with, 0.4 without; 20 each."""
    rows = [(0.9, 1, "F"), (0.6, 1, "F"), (0.7, 0, "F"), (0.2, 0, "F"), (0.8, 1, "M"),
            (0.4, 0, "M")] * 20  # fmt: skip
    scores, y, sex = zip(*rows, strict=True)
    return {"scores": scores, "y": y, "protected": {"sex": sex}, "group_scores": ("protected",)}


@pytest.mark.parametrize(
    ("measure", "of_f", "of_m"),
    [
        # Of F's four kinds of pairs three stand in the right order.
        ("roc_auc", 3 / 4, 1.0),
        # Going down F's list: 1 of 1, then 2 of 3.
        ("average_precision", (1 + 2 / 3) / 2, 1.0),
        ("brier_score", (0.01 + 0.16 + 0.49 + 0.04) / 4, (0.04 + 0.16) / 2),
    ],
)
def test_figures_worked_by_hand(measure, of_f, of_m):
    own = by_group(measured(measure, by_hand()))
    assert own["F"].estimate.value == pytest.approx(of_f, abs=0.001)
    assert own["M"].estimate.value == pytest.approx(of_m, abs=0.001)
    gap = by_group(measured(f"{measure}_difference", by_hand()))["F"]
    assert gap.estimate.value == pytest.approx(of_f - of_m, abs=0.002)
    assert (gap.n, gap.n_versus, gap.versus) == (40, 20, "rest")
    assert gap.worse_off


def test_the_brier_scores_error_is_that_of_a_mean():
    given = given_people()
    scores, y = given["scores"], given["y"]
    own = measured("brier_score", given, Scope(across=("whole",))).comparisons[0].estimate
    expected = np.std((scores - y) ** 2, ddof=1) / np.sqrt(len(y))
    assert own.standard_error == pytest.approx(expected, rel=0.01)


def test_scores_too_low_for_one_group_are_seen_there_and_not_elsewhere():
    given = given_people(8000)
    logit = np.log(given["scores"] / (1 - given["scores"]))
    low = given["protected"]["sex"] == "F"
    given["scores"] = 1 / (1 + np.exp(-(logit - 0.5 * low)))
    own = by_group(measured("calibration_in_the_large", given))
    assert own["F"].estimate.value == pytest.approx(0.5, abs=0.12)
    assert own["M"].estimate.value == pytest.approx(0.0, abs=0.12)
    everybody = dataclasses.replace(PROTECTED, across=("whole", "protected"))
    both = measured("calibration_in_the_large", given, everybody)
    assert [c.group for c in both.comparisons] == ["", "F", "M"]
    assert {m.measure for m in both.told} == {"brier_score", "observed_rate"}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(GAPS))
def test_of_two_groups_each_gap_is_the_others_with_its_sign_turned(seed, measure):
    one, other = measured(measure, given_people(600, seed)).comparisons
    assert one.estimate.value == pytest.approx(-other.estimate.value, abs=1e-9)
    assert one.n == other.n_versus


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([*OWN, *GAPS]))
def test_neither_the_order_of_rows_nor_the_names_of_groups_matter(seed, measure):
    given = given_people(500, seed)
    order = np.random.default_rng(seed).permutation(500)
    moved = given | {
        "scores": given["scores"][order],
        "y": given["y"][order],
        "protected": {"sex": np.array([f"the {g}" for g in given["protected"]["sex"][order]])},
    }
    one, other = (
        {c.group.removeprefix("the "): c for c in measured(measure, g).comparisons}
        for g in (given, moved)
    )
    for group, c in one.items():
        assert (c.estimate is None) == (other[group].estimate is None)
        if c.estimate is not None:
            assert other[group].estimate.value == pytest.approx(c.estimate.value, abs=1e-9)
            assert other[group].estimate.interval(0.9) == pytest.approx(c.estimate.interval(0.9))


@pytest.mark.parametrize("measure", [*OWN, *GAPS])
def test_doubling_every_weight_changes_nothing(measure):
    given = given_people(1500)
    weights = np.random.default_rng(3).choice([0.5, 1.0, 3.0], 1500)
    one, other = (measured(measure, given | {"weights": weights * f}) for f in (1, 64))
    for a, b in zip(one.comparisons, other.comparisons, strict=True):
        assert b.estimate.value == pytest.approx(a.estimate.value)
        assert b.estimate.interval(0.95) == pytest.approx(a.estimate.interval(0.95), abs=0.004)


@pytest.mark.parametrize("measure", ["roc_auc", "brier_score", "calibration_in_the_large"])
def test_everybody_four_times_in_one_family_is_no_surer_than_once(measure):
    given = given_people(3000)
    twice = {
        **given,
        "scores": np.repeat(given["scores"], 4),
        "y": np.repeat(given["y"], 4),
        "protected": {"sex": np.repeat(given["protected"]["sex"], 4)},
    }
    families = np.array([f"f{i}" for i in np.repeat(np.arange(3000), 4)], dtype=object)
    once = by_group(measured(measure, given))["F"].estimate
    aware = by_group(measured(measure, twice | {"clusters": families}))["F"].estimate
    naive = by_group(measured(measure, twice))["F"].estimate
    assert naive.standard_error == pytest.approx(once.standard_error / 2, rel=0.02)
    assert aware.standard_error == pytest.approx(once.standard_error, rel=0.35)


def test_a_group_without_ten_of_each_has_no_figure_and_is_too_small():
    given = given_people(2000, groups=("F", "M"))
    sex, y = given["protected"]["sex"], given["y"]
    # Nine of the hundred called X had no outcome.
    few = np.concatenate([np.flatnonzero(y == 1)[:91], np.flatnonzero(y == 0)[:9]])
    sex[few] = "X"
    for measure in [*OWN, *GAPS]:
        c = by_group(measured(measure, given))["X"]
        assert c.estimate is None
        assert c.n == 9
        assert "fewer than 10" in c.reason


def test_the_bands_of_a_curve_are_shared_by_all_groups_and_hold_ten_of_each():
    given = given_people(3000, groups=("F", "M", "X"))
    told = measured("calibration_slope", given).told
    curve = [m for m in told if m.measure == "observed_rate"]
    assert {m.attribute for m in curve} == {"score & sex"}
    bands = {}
    for m in curve:
        band, group = m.group.split(" & ")
        bands.setdefault(group, []).append(band)
        events = round(m.value * m.n)
        assert events >= 10
        assert m.n - events >= 10
    assert bands["F"] == bands["M"] == bands["X"]


def test_no_band_ends_so_near_the_threshold_that_few_stand_between():
    # Between 0.39 and 0.40 there are only five people.
    scores = np.concatenate([np.linspace(0.05, 0.38, 400), np.linspace(0.391, 0.399, 5),
                             np.linspace(0.41, 0.95, 400)])  # fmt: skip
    y = np.arange(len(scores)) % 2
    for threshold, ends_there in ((0.39, False), (0.40, True), (0.25, True)):
        found = MEASURES["calibration_slope"].compute(
            facts(scores=scores, y=y, threshold=threshold), Scope()
        )
        edges = {m.group.split(" to ")[1] for m in found.told}
        assert ("0.4" in edges) == ends_there


@pytest.mark.parametrize("measure", [*OWN, *GAPS])
def test_what_cannot_be_had_is_not_assessed(measure):
    given = given_people(200)
    nobody = {k: v for k, v in given.items() if k not in ("protected", "group_scores")}
    assert measured(measure, nobody).reason == "no protected attribute was given"
    not_gathered = {k: v for k, v in given.items() if k != "group_scores"}
    assert "were not gathered" in measured(measure, not_gathered).reason
    assert measured(measure, given | {"y": None}).reason == "no outcome was given"
    crossed = Scope(across=("intersections",))
    assert not measured(measure, given, crossed).comparisons


@pytest.mark.parametrize("measure", ["brier_score", "brier_score_difference", *OWN[3:]])
def test_what_needs_probabilities_does_not_apply_to_unbounded_scores(measure):
    given = given_people(200, score_kind="unbounded")
    assert not measured(measure, given).applicable
    ranking = measured("roc_auc", given)
    assert len(ranking.comparisons) == 2


def test_crossed_groups_are_compared_where_a_check_asks():
    given = given_people(6000)
    given["protected"]["area"] = np.where(np.arange(6000) % 3, "N", "S")
    given["group_scores"] = ("protected", "intersections")
    found = measured("roc_auc_difference", given, Scope(across=("intersections",)))
    assert {c.attribute for c in found.comparisons} == {"area & sex"}
    assert len(found.comparisons) == 4
