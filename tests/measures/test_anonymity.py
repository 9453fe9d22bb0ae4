"""What is judged of people who look alike, what is told, and where nothing can be said."""

import pandas as pd
import pytest

from essex_standard.evidence.equivalence_classes import EquivalenceClasses
from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.anonymity import k_anonymity, l_diversity, t_closeness
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope

SCOPE = Scope()
ALL = (k_anonymity, l_diversity, t_closeness)


def evidence(rows, sensitive):
    frame = pd.DataFrame(rows)
    quasi_identifiers = frame.drop(columns=[c for c in sensitive if c in frame])
    held = frame[[c for c in sensitive if c in frame]]
    return Evidence(rows=len(frame), classes=EquivalenceClasses.of(quasi_identifiers, held))


def facts(rows, *sensitive, reference=None, **kwargs):
    return Facts(
        assessed=evidence(rows, sensitive),
        reference=None if reference is None else evidence(reference, sensitive),
        sensitive=sensitive,
        **kwargs,
    )


def value(measured, column=""):
    return next(c.estimate.value for c in measured.comparisons if c.attribute == column)


def alike(*sizes):
    return [f"g{i}" for i, n in enumerate(sizes) for _ in range(n)]


def test_k_is_the_smallest_class():
    assert value(k_anonymity(facts({"area": alike(30, 12, 25)}), SCOPE)) == 12


def test_whichever_population_singles_out_counts():
    known = facts({"area": alike(30, 12)}, reference={"area": alike(30, 3)})
    found = k_anonymity(known, SCOPE)
    assert value(found) == 3
    told = {(m.measure, m.group): m.value for m in found.told}
    assert told["k_anonymity", "assessed"] == 12
    assert told["k_anonymity", "reference"] == 3


def test_l_counts_values_and_t_their_distance():
    rows = {"area": alike(10, 10), "ill": ["y"] * 5 + ["n"] * 5 + ["n"] * 10}
    assert value(l_diversity(facts(rows, "ill"), SCOPE), "ill") == 1
    assert value(t_closeness(facts(rows, "ill"), SCOPE), "ill") == pytest.approx(0.25)


def test_a_missing_number_counts_by_its_share_and_the_rest_by_rank():
    rows = {
        "area": alike(4, 4),
        "debt": [1.0, 2.0, 3.0, None, 1.0, 2.0, 3.0, None],
    }
    assert value(t_closeness(facts(rows, "debt"), SCOPE), "debt") == pytest.approx(0.0, abs=1e-12)
    rows["debt"] = [None, None, None, None, 1.0, 2.0, 3.0, None]
    # Everybody lacks it in 5 of 8, the first class in 4 of 4; the numbers are of one class only.
    assert value(t_closeness(facts(rows, "debt"), SCOPE), "debt") == pytest.approx(3 / 8)
    rows["debt"] = [1.0, 1.0, 1.0, None, 3.0, 3.0, 3.0, None]
    assert value(t_closeness(facts(rows, "debt"), SCOPE), "debt") == pytest.approx(0.5)


@pytest.mark.parametrize("measure", ALL)
def test_without_quasi_identifiers_nothing_is_assessed_and_it_says_what_to_do(measure):
    found = measure(Facts(assessed=Evidence(rows=5), sensitive=("ill",)), SCOPE)
    assert not found.comparisons
    assert "data.quasi_identifiers" in found.reason


@pytest.mark.parametrize("measure", ALL)
def test_a_quasi_identifier_without_any_value_leaves_nothing_to_say(measure):
    rows = {"area": alike(20, 20), "age": [None] * 40, "ill": ["y", "n"] * 20}
    found = measure(facts(rows, "ill"), SCOPE)
    assert not found.comparisons
    assert "no value is there in age" in found.reason
    assert "data.quasi_identifiers" in found.reason


@pytest.mark.parametrize("measure", ALL)
def test_why_the_columns_are_lacking_is_said(measure):
    known = Facts(assessed=Evidence(rows=5), sensitive=("ill",), no_classes="age is not there")
    assert measure(known, SCOPE).reason == "age is not there"


@pytest.mark.parametrize("measure", [l_diversity, t_closeness])
def test_without_a_sensitive_column_its_measures_are_not_assessed(measure):
    found = measure(facts({"area": alike(20, 20)}), SCOPE)
    assert not found.comparisons
    assert "data.sensitive" in found.reason


def test_a_sensitive_column_that_is_lacking_or_empty_keeps_the_check_from_met():
    rows = {"area": alike(20, 20), "ill": ["y", "n"] * 20, "debt": [None] * 40}
    found = l_diversity(facts(rows, "ill", "debt", "faith"), SCOPE)
    assert value(found, "ill") == 2
    assert [gap.split()[1] for gap in found.gaps] == ["debt", "faith"]


def test_a_column_cannot_be_a_quasi_identifier_and_sensitive_both():
    frame = pd.DataFrame({"area": alike(20, 20)})
    known = Facts(
        assessed=Evidence(rows=40, classes=EquivalenceClasses.of(frame, frame)),
        sensitive=("area",),
    )
    assert "one of the two" in l_diversity(known, SCOPE).reason


def test_of_stored_sizes_k_is_known_and_l_is_not():
    stored = evidence({"area": alike(20, 15), "ill": ["y"] * 35}, ("ill",))
    known = Facts(assessed=Evidence(rows=35, classes=stored.classes.sealed()), sensitive=("ill",))
    assert value(k_anonymity(known, SCOPE)) == 15
    assert "sizes" in l_diversity(known, SCOPE).reason


def test_the_columns_that_set_most_apart_are_named_and_no_number_below_ten():
    rows = {"born": list(range(400)), "sex": ["F", "M"] * 200}
    noted = k_anonymity(facts(rows), SCOPE).noted
    assert "At least 1 in 2 of those assessed have a combination that nobody else has." in noted
    assert "born alone is enough to set most of those assessed apart from everybody." in noted
    assert any("born has many different values: in bands" in s for s in noted)


@pytest.mark.parametrize(("few", "said"), [(0, "Fewer than 10 of"), (9, "Fewer than 10 of")])
def test_few_who_stand_alone_read_like_none(few, said):
    rows = {"area": [*alike(300, 200), *(f"x{i}" for i in range(few))]}
    noted = k_anonymity(facts(rows), SCOPE).noted
    assert noted[0] == f"{said} those assessed have a combination that nobody else has."


def test_stricter_terms_are_said_in_their_own_number():
    noted = k_anonymity(facts({"area": alike(300, 12)}, min_cell=20), SCOPE).noted
    assert (
        "Fewer than 20 of those assessed have a combination that fewer than 20 people" in noted[1]
    )
