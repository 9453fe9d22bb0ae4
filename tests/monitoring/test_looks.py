"""How a year's false alarm rate is spent: never more than all of it, however often one looks."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.monitoring.looks import TESTS_A_LOOK, at_look, share, year_of
from essex_standard.pipeline.standards import resolve_standard

CHECK = next(check for _, check in resolve_standard(None) if check.id == "DRIFT-10")


@given(st.integers(1, 400), st.integers(1, 400))
def test_all_looks_of_a_year_together_spend_no_more_than_all(planned, looks):
    spent = [share(k, planned) for k in range(1, looks + 1)]
    assert all(s > 0 or k > planned + 900 for k, s in enumerate(spent, start=1))
    assert sum(spent) <= 1 + 1e-12


def test_a_planned_year_spends_nine_tenths_in_equal_parts():
    assert [share(k) for k in (1, 7, 12)] == pytest.approx([0.075] * 3)
    assert share(13) == pytest.approx(0.05)
    assert share(1, planned=4) == pytest.approx(0.225)


def test_both_tests_of_a_look_share_what_it_may_spend():
    looked = at_look(CHECK, 3)
    alpha, near = 1 - CHECK.evidence.confidence, 1 - CHECK.evidence.near_certain
    assert TESTS_A_LOOK * (1 - looked.evidence.confidence) == pytest.approx(alpha * share(3))
    assert TESTS_A_LOOK * (1 - looked.evidence.near_certain) == pytest.approx(near * share(3))
    assert looked.limit == CHECK.limit


@given(st.dates(dt.date(2020, 1, 1), dt.date(2024, 2, 28)), st.integers(0, 3000))
def test_years_are_counted_from_the_first_look(first, later):
    day = first + dt.timedelta(days=later)
    n = year_of(first, day)
    assert (n - 1) * 365 <= later <= n * 366
    assert year_of(first, first) == 1
