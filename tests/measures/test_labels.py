import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.disclosure import Protection
from essex_standard.evidence.held import Held
from essex_standard.measures.labels import outcome_prevalence_difference
from essex_standard.statistics.comparison import Scope

from .people import facts, facts_of

GROUPS = Scope(across=("protected",))
# tp, fn, fp, tn: the outcome is on record for 100 of 300 in F and 200 of 600 in M, 60 of 90 in X.
THREE = {"sex": {"F": (60, 40, 45, 155), "M": (160, 40, 20, 380), "X": (40, 20, 10, 20)}}


def of(tables, scope=GROUPS):
    return outcome_prevalence_difference(facts_of(tables), scope)


def test_each_groups_recorded_outcome_is_compared_with_everyone_elses():
    found = {c.group: c for c in of(THREE).comparisons}
    assert found["X"].measure == "outcome_prevalence_difference_to_rest"
    assert found["X"].estimate.value == pytest.approx(60 / 90 - 300 / 900)
    assert found["F"].estimate.value == pytest.approx(100 / 300 - 260 / 690)
    assert (found["X"].n, found["X"].n_versus) == (90, 900)


def test_each_groups_prevalence_and_that_of_everyone_is_told_beside_it():
    told = {(m.attribute, m.group): m.value for m in of(THREE).told if m.measure[-1] == "e"}
    assert told["sex", "F"] == pytest.approx(1 / 3)
    assert told["sex", "X"] == pytest.approx(2 / 3)
    assert told["", ""] == pytest.approx(360 / 990)


def test_who_is_on_record_less_often_is_named_first():
    worse = {c.group for c in of(THREE).comparisons if c.worse_off}
    assert worse == {"F", "M"}


def test_people_of_unknown_outcome_are_no_part_of_it():
    # 500 more people of F whose outcome nobody saw.
    more = {"sex": {**THREE["sex"], "F": (60, 40, 45, 155, 200, 300)}}
    assert of(more).comparisons[0].estimate.value == of(THREE).comparisons[0].estimate.value


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        ({"sex": {"F": (0, 0, 0, 0, 50, 50), "M": (0, 0, 0, 0, 50, 50)}}, "no outcome was given"),
        ({"sex": {"F": (60, 40, 45, 155)}}, "only one group"),
        ({"sex": {"F": (0, 0, 45, 155), "M": (0, 0, 45, 155)}}, "nobody has the outcome"),
        ({"sex": {"F": (45, 155, 0, 0), "M": (45, 155, 0, 0)}}, "everybody has the outcome"),
    ],
)
def test_without_two_groups_and_an_outcome_it_is_not_assessed(tables, why):
    assert why in of(tables).reason


def test_nobody_need_be_flagged_for_the_record_to_be_compared():
    unflagged = {"sex": {"F": (0, 40, 0, 60), "M": (0, 30, 0, 70)}}
    assert [c.estimate.value for c in of(unflagged).comparisons] == pytest.approx([0.1, -0.1])


def test_figures_of_groups_come_from_protected_cells_and_small_groups_are_withheld():
    tables = {"sex": {**THREE["sex"], "Y": (6, 30, 20, 40), "Z": (5, 30, 20, 40)}}
    measured = of(tables)
    shown = Protection.of(Held(assessed=facts_of(tables).assessed))
    told = {
        m.group: shown.protect(m, 0.95) for m in measured.told if m.group and m.measure != "count"
    }
    assert told["F"].value == 0.33
    assert told["Y"].withheld
    assert told["Z"].withheld
    widest = next(m for m in measured.told if m.measure == "outcome_prevalence_difference")
    # Over the groups shown: 60 of 90 against 100 of 300.
    assert shown.protect(widest, 0.95).value == pytest.approx(0.34, abs=0.011)


@settings(deadline=None)  # the first call imports
@given(st.lists(st.integers(1, 200), min_size=8, max_size=8))
def test_it_is_the_difference_of_shares_of_raw_rows(cells):
    names, y, scores = [], [], []
    for i, n in enumerate(cells):
        names += ["A" if i < 4 else "B"] * n
        y += [i % 2] * n
        scores += [0.9 if i % 4 < 2 else 0.1] * n
    measured = outcome_prevalence_difference(
        facts(scores=scores, y=y, protected={"g": names}), GROUPS
    )
    of_a = [v for v, g in zip(y, names, strict=True) if g == "A"]
    of_b = [v for v, g in zip(y, names, strict=True) if g == "B"]
    expected = sum(of_a) / len(of_a) - sum(of_b) / len(of_b)
    assert measured.comparisons[0].estimate.value == pytest.approx(expected)
