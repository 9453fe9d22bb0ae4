import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.statistics.new_values import NewShare


def test_the_value_is_the_share_beyond_what_leaving_one_out_gives():
    estimate = NewShare.of_counts(30, 200, 5, 500)
    assert estimate.value == pytest.approx((30 / 200 - 5 / 500) / (1 - 5 / 500))


def test_no_more_than_chance_is_nought():
    assert NewShare.of_counts(1, 200, 5, 500).value == 0.0


def test_where_chance_does_nothing_it_is_the_share_itself():
    estimate = NewShare.of_counts(30, 200, 0, 10**9)
    low, high = estimate.interval(0.95)
    assert estimate.value == pytest.approx(0.15)
    # Clopper and Pearson's interval of 30 in 200, as R's binom.test gives it
    assert (low, high) == pytest.approx((0.1035, 0.2072), abs=2e-4)


def test_categories_met_twice_widen_it_as_esty_says():
    # (f1 + 2 f2) / m^2 is the variance of the share that the reference missed.
    f1, f2, m = 40, 25, 1000
    old = NewShare.of_counts(0, 10**7, f1, m, f2).known.second
    assert 1 - old.value == pytest.approx(f1 / m)
    assert (1 - old.value) / old.n == pytest.approx((f1 + 2 * f2) / m**2)


def test_what_may_be_hidden_never_speaks_for_a_small_share():
    estimate = NewShare.of_counts(0, 10_000, 0, 10_000, hidden=True)
    assert estimate.below(0.05) == 0.0
    assert estimate.interval(0.95)[1] == 1.0
    assert NewShare.of_counts(9000, 10_000, 0, 10_000, hidden=True).above(0.05) > 0.999


@given(
    st.integers(0, 50), st.integers(50, 500), st.integers(0, 20), st.integers(20, 500),
    st.integers(0, 30), st.floats(0.0, 0.9),
)  # fmt: skip
def test_support_and_interval_keep_order(rows, of, alone, reference, pairs, x):
    estimate = NewShare.of_counts(rows, of, alone, reference, pairs)
    low, high = estimate.interval(0.95)
    assert 0 <= low <= high <= 1
    assert low - 1e-6 <= estimate.value <= high + 1e-6
    assert estimate.above(x) + estimate.below(x) <= 1 + 1e-9
    assert estimate.above(x) >= estimate.above(x + 0.05) - 1e-9


def test_the_missing_share_of_a_known_population_is_estimated_without_bias():
    # 200 categories of 0.005 each: 300 cases miss 0.995^300 of them, whatever is drawn.
    rng = np.random.default_rng(4)
    truth = math.pow(0.995, 300)
    shares = []
    for _ in range(400):
        counts = rng.multinomial(300, np.full(200, 0.005))
        shares.append(
            1 - NewShare.of_counts(0, 1, int((counts == 1).sum()), 300).known.second.value
        )
    assert np.mean(shares) == pytest.approx(truth, abs=0.006)
