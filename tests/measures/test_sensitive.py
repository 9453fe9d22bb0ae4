import pandas as pd
import pytest

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.facts import Facts
from essex_standard.measures.sensitive import sensitive_undeclared
from essex_standard.statistics.comparison import Scope

SCOPE = Scope(across=("columns",))
N = 60


def look(declared=None, *, read=None, **columns):
    profiles = {c: ColumnProfile.of(c, pd.Series(v)) for c, v in columns.items()}
    facts = Facts(
        assessed=Evidence(rows=N, columns=profiles),
        columns_read=tuple(columns) if read is None else read,
        covered=None if declared is None else frozenset(columns),
        categories={c: frozenset(k) for c, k in (declared or {}).items()},
    )
    return sensitive_undeclared(facts, SCOPE)


def values_of(measured):
    return {c.attribute: c.estimate.value for c in measured.comparisons}


def test_what_looks_sensitive_and_is_declared_ordinary_is_told_with_how_it_was_recognised():
    measured = look(
        {"gp_visits": ["service_contact"], "group": ["education"], "debt": ["finance_debt"]},
        gp_visits=range(N), group=["Muslim", "Hindu"] * (N // 2), debt=range(N),
    )  # fmt: skip
    assert values_of(measured) == {"gp_visits": 1, "group": 1, "debt": 0}
    assert measured.noted[:2] == (
        "Column gp_visits speaks of health by its name; no agreement in force says so.",
        "Column group speaks of religion or belief by its values; no agreement in force says so.",
    )
    assert "The model reads data on health: gp_visits." in measured.noted
    assert measured.how_we_know == "consistent"


def test_what_is_declared_is_told_and_not_held_against_it():
    declared = {"gp_visits": ["health"], "x": ["racial_ethnic"]}
    measured = look(declared, gp_visits=range(N), x=[1] * N)
    assert values_of(measured) == {"gp_visits": 0, "x": 0}
    assert measured.noted == (
        "The model reads data on health: gp_visits.",
        "The model reads data on racial or ethnic origin: x.",
    )


def test_data_on_children_are_noted_and_not_judged():
    measured = look(
        {"school": ["education"], "key": []}, school=range(N), key=["B801200005001"] * N
    )
    assert values_of(measured) == {"school": 0, "key": 0}
    assert measured.noted == ("The model reads data on children: school and key.",)


def test_a_column_with_too_many_values_is_known_by_its_name_only():
    many = [f"{w} {i}" for i in range(600) for w in ("Muslim", "Hindu")]
    assert values_of(look({"group": []}, group=many)) == {"group": 0}
    assert values_of(look({"faith": []}, faith=many)) == {"faith": 1}


def test_empty_and_absent_columns_are_known_by_their_name_only():
    assert values_of(look({"gone": []}, gone=[None] * N)) == {"gone": 0}
    assert values_of(look({"x": []}, x=[1], read=("x", "religion")))["religion"] == 1


def test_without_agreements_or_columns_nothing_is_assessed():
    measured = look(gp_visits=range(N))
    assert "no agreement" in measured.reason
    assert measured.noted == ("The model reads data on health: gp_visits.",)
    assert "not known" in look({}, read=()).reason


@pytest.mark.parametrize("declared", [None, {"c": []}])
def test_no_value_of_the_data_stands_in_a_sentence(declared):
    measured = look(declared, c=["Muslim canary", "Muslim", "Hindu"] * 20)
    assert "canary" not in repr(measured)
