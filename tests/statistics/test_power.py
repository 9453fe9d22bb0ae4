import numpy as np
import pytest
from scipy.stats import norm

from essex_standard.statistics.power import POWER, TELL_UP_TO, further_cases


def test_the_number_named_settles_the_question_in_four_of_five_repetitions():
    margin, n, spread = 0.04, 200, 0.5
    needed = further_cases(margin=margin, standard_error=spread / np.sqrt(n), n=n, confidence=0.95)
    error = spread / np.sqrt(n + needed)
    power = norm.sf(norm.ppf(0.95) - margin / error)
    assert POWER <= power <= POWER + 0.02


def test_it_is_rounded_up_to_two_figures_and_never_below_five():
    # factor = (2.486475 * 0.05 / 0.04)^2 = 9.6603; (factor - 1) * 100 = 866.03
    assert further_cases(margin=0.04, standard_error=0.05, n=100, confidence=0.95) == 870
    assert further_cases(margin=0.2, standard_error=0.05, n=100, confidence=0.95) == 5


@pytest.mark.parametrize("margin", [0.0, 0.0001])
def test_what_no_service_will_wait_for_has_no_number(margin):
    assert further_cases(margin=margin, standard_error=0.05, n=500, confidence=0.95) is None


def test_no_cases_at_hand_say_nothing_of_how_many_are_needed():
    assert further_cases(margin=0.1, standard_error=0.1, n=0, confidence=0.95) is None


def test_a_stricter_test_needs_more():
    few, many = (
        further_cases(margin=0.05, standard_error=0.05, n=300, confidence=c) for c in (0.95, 0.999)
    )
    assert few < many <= TELL_UP_TO
