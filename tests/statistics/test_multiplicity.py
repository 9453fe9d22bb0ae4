import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.statistics.multiplicity import holm


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        # Worked by hand: sorted p times m, m - 1, ..., never falling, never above 1.
        ((0.01, 0.04, 0.03, 0.005), (0.03, 0.06, 0.06, 0.02)),
        ((0.0001, 0.0004, 0.0019, 0.0095), (0.0004, 0.0012, 0.0038, 0.0095)),
        ((0.5, 0.6), (1.0, 1.0)),
        ((0.04,), (0.04,)),
        ((), ()),
    ],
)
def test_adjusted_p_values_are_as_worked_by_hand(p_values, adjusted):
    assert holm(p_values) == pytest.approx(adjusted)


P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@settings(max_examples=50)
@given(P_VALUES, st.randoms(use_true_random=False))
def test_the_order_in_which_groups_come_changes_nothing(p_values, random):
    shuffled = list(range(len(p_values)))
    random.shuffle(shuffled)
    adjusted = holm(p_values)
    assert holm([p_values[i] for i in shuffled]) == tuple(adjusted[i] for i in shuffled)


@settings(max_examples=50)
@given(P_VALUES)
def test_it_lies_between_no_correction_and_bonferroni_for_the_smallest(p_values):
    adjusted = holm(p_values)
    assert all(a >= p for a, p in zip(adjusted, p_values, strict=True))
    assert min(adjusted) == pytest.approx(min(1.0, min(p_values) * len(p_values)))
