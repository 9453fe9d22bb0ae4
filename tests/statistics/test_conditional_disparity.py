import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.statistics.conditional_disparity import (
    chosen,
    disparities,
    disparity,
)

# Not admitted and admitted, women then men, in six departments: Bickel, Hammel and O'Connell (1975)
BERKELEY = np.array([
    [[19, 89], [8, 17], [391, 202], [244, 131], [299, 94], [317, 24]],
    [[313, 512], [207, 353], [205, 120], [279, 138], [138, 53], [351, 22]],
], dtype=float)  # fmt: skip


def test_women_of_berkeley_lag_on_the_whole_and_lead_within_departments():
    whole = disparity(BERKELEY.sum(axis=1, keepdims=True))
    assert whole[0] == pytest.approx(1278 / 2771 - 557 / 1755)
    assert round(whole[0], 2) == 0.14
    # By hand, department by department: applicants x (part of refused - part of admitted).
    by_hand = (
        933 * (19 / 332 - 89 / 601) + 585 * (8 / 215 - 17 / 370) + 918 * (391 / 596 - 202 / 322)
        + 792 * (244 / 523 - 131 / 269) + 584 * (299 / 437 - 94 / 147) + 714 * (317 / 668 - 24 / 46)
    ) / 4526  # fmt: skip
    found = disparities(BERKELEY)
    assert found[0].value == pytest.approx(by_hand)
    assert found[0].value < 0
    low, high = found[0].interval(0.95)
    assert -0.06 < low < found[0].value < high < 0.05


def test_of_one_stratum_a_share_with_everyone_or_nobody_has_an_exact_end():
    # Of 20 not flagged 10 are of the group; of 10 flagged none: the end of the latter is Clopper
    # and Pearson's, 1 - 0.05 ** (1 / 10).
    (found, _) = disparities(np.array([[[10, 0]], [[10, 10]]], dtype=float))
    assert found.value == pytest.approx(0.5)
    low, _ = found.interval(0.90)
    exact = 1 - 0.05 ** (1 / 10)
    lower_of_half = 0.5 - 0.3020  # Clopper and Pearson's of 10 in 20, one-sided at 95 %
    assert low == pytest.approx(0.5 - 1.05 * np.hypot(exact, lower_of_half), abs=1e-3)


cells = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).integers(0, 40, (3, 4, 2)).astype(float)
)


@settings(max_examples=60, deadline=None)
@given(cells)
def test_one_stratum_is_the_disparity_without_a_factor(people):
    one = people.sum(axis=1, keepdims=True)
    totals = one.sum(axis=0)[0]
    assert disparity(one) == pytest.approx(one[:, 0, 0] / totals[0] - one[:, 0, 1] / totals[1])


@settings(max_examples=60, deadline=None)
@given(cells, st.permutations(range(4)), st.permutations(range(3)))
def test_the_order_of_strata_changes_nothing_and_groups_carry_theirs_along(people, places, groups):
    before, after = disparities(people), disparities(people[:, places])
    assert [f.interval(0.95) for f in after] == [
        pytest.approx(f.interval(0.95), abs=1e-9) for f in before
    ]
    assert disparity(people[list(groups)]) == pytest.approx(disparity(people)[list(groups)])


@settings(max_examples=60, deadline=None)
@given(cells)
def test_groups_add_up_to_nothing_and_supports_agree_with_the_ends(people):
    assert disparity(people).sum() == pytest.approx(0, abs=1e-12)
    for f in disparities(people):
        low, high = f.interval(0.90)
        assert -1 <= low <= f.value <= high <= 1
        assert f.above(low) == pytest.approx(0.95, abs=1e-6) or low == -1
        assert f.below(high) == pytest.approx(0.95, abs=1e-6) or high == 1
        assert f.above(2.0) < 1e-9 < 1 - 1e-9 < f.below(2.0)


def test_a_stratum_without_a_choice_is_left_out():
    extra = np.concatenate([BERKELEY, [[[50, 0]], [[9, 0]]]], axis=1)
    assert chosen(extra).tolist() == [True] * 6 + [False]
    assert disparity(extra) == pytest.approx(disparity(BERKELEY))
    assert disparities(extra[:, 6:]) == (None, None)


def test_equal_weights_change_nothing_and_unequal_ones_widen():
    plain = disparities(BERKELEY)[0]
    same = disparities(BERKELEY, 2 * BERKELEY, 4 * BERKELEY)[0]
    assert same.interval(0.95) == pytest.approx(plain.interval(0.95))
    # Half of each cell weighs 1 and half 3: squares are 1.25 times those of equal weights.
    unequal = disparities(BERKELEY, 2 * BERKELEY, 5 * BERKELEY)[0]
    assert unequal.value == pytest.approx(plain.value)
    assert np.diff(unequal.interval(0.95))[0] > 1.1 * np.diff(plain.interval(0.95))[0]


def test_families_that_share_a_fate_widen_and_a_single_one_tells_nothing():
    rng = np.random.default_rng(2)
    placed = rng.multinomial(150, BERKELEY.ravel() / BERKELEY.sum(), 128).reshape(128, 2, 6, 2)
    apart = disparities(placed.sum(axis=0).astype(float), buckets=placed.astype(float))[0]
    together = disparities(4.0 * placed.sum(axis=0), buckets=4.0 * placed)[0]
    four_times = disparities(4.0 * placed.sum(axis=0))[0]
    width = [float(np.diff(f.interval(0.95))[0]) for f in (apart, together, four_times)]
    assert width[1] > 1.7 * width[2]
    assert width[1] == pytest.approx(width[0], rel=0.15)
    one = np.zeros((128, *BERKELEY.shape))
    one[7] = BERKELEY
    assert disparities(BERKELEY, buckets=one) == (None, None)
