"""Many pairs at once give what one after another gives, and what a fine grid gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from essex_standard.statistics.melding import melded, root, turned
from essex_standard.statistics.proportions import (
    Proportion,
    ProportionDifference,
    ProportionRatio,
    above,
    below,
    intervals,
)

COUNTS = st.integers(1, 2000).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n)).map(lambda kn: Proportion(*kn))
)
GAPS = st.one_of(
    st.builds(ProportionDifference, COUNTS, COUNTS), st.builds(ProportionRatio, COUNTS, COUNTS)
)


@settings(max_examples=20, deadline=None)
@given(st.lists(GAPS, min_size=1, max_size=6), st.sampled_from([0.05, 0.8, 1.25]))
def test_many_gaps_and_ratios_together_are_judged_like_each_alone(gaps, x):
    at = [x] * len(gaps)
    assert above(gaps, at) == pytest.approx([g.above(x) for g in gaps], abs=1e-12)
    assert below(gaps, at) == pytest.approx([g.below(x) for g in gaps], abs=1e-12)
    for together, alone in zip(
        intervals(gaps, 0.95), [g.interval(0.95) for g in gaps], strict=True
    ):
        assert together == pytest.approx(alone, rel=1e-6, abs=1e-6)


def test_a_factor_is_weighed_where_one_rate_is_far_surer_than_the_other():
    # The first rate is nearly known, the second hardly, relative to their sizes.
    k1, n1, k2, n2 = 25_493, 254_166, 0, 13_193
    quantiles = beta.ppf((np.arange(200_000) + 0.5) / 200_000, k2 + 1, n2 - k2)
    for factor in (100.0, 360.0, 1000.0):
        expected = beta.sf(quantiles * factor, k1, n1 - k1 + 1).mean()
        found = melded(((k1, n1, k2, n2),), ratio=True).beyond(np.array([factor]))
        assert found == pytest.approx(expected, abs=1e-4)


def test_counts_near_nought_whose_tail_runs_off_the_scale_are_weighed_by_quantiles():
    found = melded(((0.01, 3.0, 1.0, 4.0),), ratio=False).beyond(np.array([-0.2]))
    least = beta.ppf((np.arange(20_000) + 0.5) / 20_000, 0.01, 3.99)
    expected = beta.cdf(least + 0.2, 2.0, 3.0).mean()
    assert found == pytest.approx(expected, abs=2e-3)


def test_turned_round_the_sides_change_over():
    assert turned([(1, 2, 3, 4), (5, 6, 7, 8)]) == ((3, 4, 1, 2), (7, 8, 5, 6))


def test_a_root_is_found_from_a_bad_guess_and_an_end_stands_for_none():
    centres = np.array([0.3, 50.0])

    def falling(x, places):
        return 0.5 - 0.4 * np.tanh(x - centres[places])

    found = root(falling, 0.5, np.array([-5.0, 4.0]), np.array([1.0, 1.0]), (-6.0, 6.0))
    assert found == pytest.approx([0.3, 6.0], abs=1e-4)
