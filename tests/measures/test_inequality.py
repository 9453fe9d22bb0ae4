import numpy as np
import pytest

from essex_standard.disclosure import Protection
from essex_standard.evidence.held import Held
from essex_standard.measures import inequality
from essex_standard.statistics.comparison import Scope

from .people import facts, facts_of

# tp, fn, fp, tn
TWO = {"sex": {"F": (60, 40, 45, 155), "M": (160, 40, 20, 380)}}
GROUPS = Scope(across=("protected",))


def test_the_index_of_everyone_counts_missed_right_and_wrongly_flagged():
    found = inequality.entropy_index(facts_of(TWO), Scope(), alpha=2)
    (only,) = found.comparisons
    # 80 of 900 missed, 65 flagged all the same: the mean benefit is 885 / 900.
    mean = 885 / 900
    assert only.estimate.value == pytest.approx(((755 + 4 * 65) / 900 / mean**2 - 1) / 2)
    assert only.n == 900
    assert {m.attribute for m in found.told} == {"sex"}
    assert {m.measure for m in found.told} == {"between_group_generalized_entropy_index"}


def test_what_cannot_be_had_is_not_assessed():
    unflagged = {"sex": {"F": (0, 40, 0, 60), "M": (0, 10, 0, 90)}}
    assert (
        "nobody was flagged"
        in inequality.entropy_index(facts_of(unflagged), Scope(), alpha=1).reason
    )
    no_outcome = facts(scores=[0.1, 0.9] * 20)
    assert "no outcome" in inequality.entropy_index(no_outcome, Scope(), alpha=1).reason
    assert inequality.smoothed_empirical_differential_fairness(no_outcome, GROUPS).reason


def test_groups_of_fewer_than_ten_are_left_out_of_epsilon():
    cells = {"sex": {**TWO["sex"], "X": (9, 0, 0, 0)}}
    with_x, without = (
        inequality.smoothed_empirical_differential_fairness(facts_of(c), GROUPS).comparisons[0]
        for c in (cells, TWO)
    )
    assert with_x.estimate == without.estimate
    assert with_x.n == 900


def test_an_attribute_of_one_large_group_has_no_epsilon():
    cells = {"sex": {"F": TWO["sex"]["F"], "X": (4, 0, 0, 0)}}
    (only,) = inequality.smoothed_empirical_differential_fairness(
        facts_of(cells), GROUPS
    ).comparisons
    assert only.estimate is None


def test_families_widen_the_interval_and_leave_the_index():
    rng = np.random.default_rng(2)
    y, scores = (np.repeat(rng.random(500), 4) for _ in range(2))
    family = np.repeat(np.arange(500), 4).astype(str)
    plain, clustered = (
        inequality.entropy_index(
            facts(scores=scores, y=y < 0.4, **more), Scope(), alpha=2
        ).comparisons[0].estimate
        for more in ({}, {"clusters": family})
    )  # fmt: skip
    assert clustered.value == pytest.approx(plain.value)
    widths = [high - low for low, high in (e.interval(0.95) for e in (plain, clustered))]
    assert widths[1] / widths[0] == pytest.approx(2, rel=0.25)


def shown(tables, measured):
    protection = Protection.of(Held(assessed=facts_of(tables).assessed))
    from essex_standard.measurement import Measurement

    judged = tuple(
        Measurement(measure=c.measure, attribute=c.attribute, value=c.estimate.value, n=c.n)
        for c in measured.comparisons
    )
    return {m.measure: protection.protect(m, 0.95) for m in (*judged, *measured.told)}


def test_protected_figures_come_from_rounded_cells_of_shown_groups():
    index = shown(TWO, inequality.entropy_index(facts_of(TWO), Scope(), alpha=2))
    assert index["generalized_entropy_index"].value == 0.08
    assert index["generalized_entropy_index"].n == 900
    assert index["between_group_generalized_entropy_index"].value == 0.0
    epsilon = shown(TWO, inequality.smoothed_empirical_differential_fairness(facts_of(TWO), GROUPS))
    name = "smoothed_empirical_differential_fairness"
    # Flagged: 105 of 300 and 180 of 600.
    assert epsilon[name].value == pytest.approx(np.log((105.5 / 301) / (180.5 / 601)), abs=0.005)


def test_of_two_groups_one_withheld_leaves_no_epsilon_and_nothing_between_groups():
    cells = {"sex": {"F": (60, 40, 45, 155), "M": (160, 4, 20, 380)}}
    index = shown(cells, inequality.entropy_index(facts_of(cells), Scope(), alpha=1))
    assert index["between_group_theil_index"].withheld
    epsilon = shown(
        cells, inequality.smoothed_empirical_differential_fairness(facts_of(cells), GROUPS)
    )
    assert all(m.withheld for m in epsilon.values())
