"""Changes of unit by column: which are named, as what, and what is not looked at."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from essex_standard.measures.scale_change import UNITS, scale_change

from .columns_compared import SCOPE, facts

OLD = np.random.default_rng(1).exponential(300, 30_000)
NEW = np.random.default_rng(2).exponential(300, 8_000)


def measured(new, old, asked=SCOPE):
    return scale_change(facts({"stay": new}, {"stay": old}), asked)


@pytest.mark.parametrize("unit", UNITS, ids=lambda u: f"{u[1]}-{u[2]}")
def test_a_known_factor_is_told_as_the_units_it_is_of(unit):
    factor, small, large = unit
    [larger], [smaller] = (measured(x, OLD).noted for x in (NEW * factor, NEW / factor))
    times = f"{factor:g} times"
    assert f"about {times} larger than they were, as when {small} become {large}." in larger
    assert f"about {times} smaller than they were, as when {large} become {small}." in smaller


def test_another_factor_is_told_without_units():
    assert measured(NEW * 200, OLD).noted == (
        "In column stay all numbers are several times larger than they were.",
    )
    assert measured(NEW, OLD).noted == ()


def test_days_rounded_to_months_are_still_seen():
    found = measured(np.floor(NEW / 30.4), np.floor(OLD))
    assert found.comparisons[0].estimate.above(2) > 0.99


def test_no_value_and_no_exact_factor_is_told():
    [said] = measured(NEW * 31, OLD).noted
    assert "30.4" in said
    assert not any(f"{x:.3f}" in said for x in NEW[:50])


def test_dates_words_and_zeros_are_not_looked_at():
    days = pd.date_range("2020-01-01", periods=200)
    given = facts(
        {"day": days, "word": ["a", "b"] * 100, "none": [0.0] * 200},
        {"day": days, "word": ["a", "b"] * 100, "none": [0.0] * 200},
    )
    found = scale_change(given, SCOPE)
    assert not found.comparisons
    assert not found.applicable


def test_a_column_that_is_gone_is_a_gap_and_no_pass():
    given = facts({"kept": NEW}, {"kept": OLD, "gone": OLD})
    found = scale_change(given, SCOPE)
    assert [c.attribute for c in found.comparisons] == ["kept"]
    assert "gone" in found.gaps[0]


def test_without_a_reference_there_is_nothing_to_compare_with():
    given = dataclasses.replace(facts({"c": NEW}, {"c": OLD}), reference=None)
    assert "no reference data" in scale_change(given, SCOPE).reason


def measured_beside(tables):
    given = facts(
        {"stay": tables["new"], "other": NEW[:519]}, {"stay": tables["old"], "other": OLD[:519]}
    )
    return scale_change(given, SCOPE)


def test_zero_for_nearly_everybody_is_noted_and_few_people_are_a_gap():
    asked = dataclasses.replace(SCOPE, minimum=50)
    rare, said = [0.0] * 500 + [7.0] * 49, "Too few numbers in column rare are not zero"
    found = scale_change(
        facts({"rare": rare, "c": NEW[:549]}, {"rare": rare, "c": OLD[:549]}), asked
    )
    assert [c.attribute for c in found.comparisons] == ["c"]
    assert found.noted[0].startswith(said)
    assert not found.gaps
    few = scale_change(facts({"rare": NEW[:49]}, {"rare": OLD[:549]}), asked)
    assert not few.comparisons
    assert few.gaps[0].startswith(said)
    assert few.reason


@pytest.mark.parametrize("side", ["new", "old"])
def test_quantiles_of_a_few_people_are_no_figure(side):
    few = [0.0] * 500 + [7.0] * 19
    tables = {"new": NEW[:519], "old": OLD[:519], side: few}
    # However few a check may ask for.
    asked = dataclasses.replace(SCOPE, minimum=10)
    assert not measured(tables["new"], tables["old"], asked).comparisons
    beside = measured_beside(tables)
    assert [c.attribute for c in beside.comparisons] == ["other"]
    assert beside.noted == (
        "Too few numbers in column stay are not zero to tell whether its unit changed.",
    )
    # One more, and there is one.
    tables[side] = [*few, 7.0]
    assert len(measured(tables["new"], tables["old"], asked).comparisons) == 1
