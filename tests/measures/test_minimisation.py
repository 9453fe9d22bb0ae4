import pandas as pd
import pytest

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.experiments.column_effect import ColumnEffect, ColumnEffects
from essex_standard.measures.minimisation import (
    direct_identifiers,
    unaffecting_columns,
    uncovered_columns,
)
from essex_standard.statistics.comparison import Scope

SCOPE = Scope(across=("columns",))


def effects(*found):
    return ColumnEffects(
        effects=tuple(
            ColumnEffect(column=c, n=n, moved=moved, reason=reason) for c, n, moved, reason in found
        ),
        rows=5000, n=5000, seed=1, repeats=1,
    )  # fmt: skip


def profiles(**columns):
    return {name: ColumnProfile.of(name, pd.Series(v)) for name, v in columns.items()}


def identifiers(**columns):
    return direct_identifiers(profiles(**columns), list(columns), SCOPE)


def test_a_column_that_moves_no_score_is_named_and_is_below_any_limit():
    measured = unaffecting_columns(effects(("age", 5000, 4000, ""), ("noise", 5000, 0, "")), SCOPE)
    age, noise = measured.comparisons
    assert (age.measure, age.name, age.estimate.value) == ("score_moved_share", "column age", 0.8)
    assert noise.estimate.below(0.001) > 0.99
    assert age.estimate.above(0.001) > 0.99
    assert measured.noted == ("No score examined moved when noise was shuffled.",)


def test_none_moved_of_few_rows_is_not_yet_evidence():
    (few,) = unaffecting_columns(effects(("rare", 60, 0, "")), SCOPE).comparisons
    assert few.estimate.below(0.001) < 0.95


def test_a_column_that_could_not_be_examined_is_a_gap_with_its_reason():
    measured = unaffecting_columns(
        effects(("date", 0, None, "the model refused the shuffled values"), ("age", 100, 50, "")),
        SCOPE,
    )
    assert len(measured.comparisons) == 1
    assert measured.gaps == (
        "Column date could not be examined: the model refused the shuffled values.",
    )


def test_a_model_that_could_not_be_rescored_is_not_assessed():
    assert unaffecting_columns(None, SCOPE).reason == "the model could not be re-scored"
    assert not unaffecting_columns(None, SCOPE).comparisons


def test_identifiers_are_found_and_named_in_plain_words():
    measured = identifiers(
        mail=[f"p{i}@essex.example" for i in range(200)],
        home=["CM1 1QH", "SS0 9AA"] * 100,
        age=[i % 90 for i in range(200)],
    )
    shares = {c.attribute: c.estimate.value for c in measured.comparisons}
    assert shares == {"mail": 1.0, "home": 1.0, "age": 0.0}
    assert measured.noted == (
        "Most values of column mail look like e-mail addresses.",
        "Most values of column home look like full postcodes.",
    )
    assert measured.how_we_know == "measured"


def test_a_few_identifiers_among_other_values_are_some():
    measured = identifiers(contact=["a@b.org"] * 20 + ["none"] * 180)
    assert measured.comparisons[0].estimate.value == pytest.approx(0.1)
    assert measured.noted == ("Some values of column contact look like e-mail addresses.",)


def test_a_record_key_is_a_direct_identifier():
    measured = identifiers(case=[f"ESX{i}" for i in range(300)])
    assert measured.comparisons[0].estimate.above(0.05) == 1
    assert "record key" in measured.noted[0]


def test_only_columns_that_the_model_reads_are_looked_at():
    measured = direct_identifiers(profiles(key=range(500), age=[1, 2] * 250), ["age"], SCOPE)
    assert [c.attribute for c in measured.comparisons] == ["age"]


def test_an_empty_column_names_nobody_and_an_absent_one_is_a_gap():
    measured = direct_identifiers(profiles(empty=[None, None]), ["empty", "gone"], SCOPE)
    assert measured.comparisons[0].estimate.value == 0
    assert measured.gaps == ("Column gone is not in the data assessed.",)


def test_a_model_whose_columns_are_unknown_is_not_assessed():
    assert "not known" in direct_identifiers({}, [], SCOPE).reason


def test_no_value_of_the_data_stands_in_a_sentence():
    measured = identifiers(mail=["canary@secret.example"] * 100)
    assert "canary" not in " ".join((*measured.noted, *measured.gaps, repr(measured)))


def test_columns_that_no_agreement_covers_are_counted_and_named():
    measured = uncovered_columns(["age", "ward", "notes"], frozenset({"age"}), SCOPE)
    (count,) = measured.comparisons
    assert (count.measure, count.estimate.value) == ("uncovered_columns", 2)
    assert measured.noted == ("No agreement in force covers ward and notes.",)
    assert count.estimate.above(0) == 1


def test_all_covered_is_none_uncovered():
    measured = uncovered_columns(["age"], frozenset({"age", "more"}), SCOPE)
    assert measured.comparisons[0].estimate.interval(0.95) == (0, 0)
    assert measured.comparisons[0].estimate.above(0) == 0
    assert not measured.noted


def test_a_long_list_is_cut_after_ten_names():
    measured = uncovered_columns([f"c{i}" for i in range(14)], frozenset(), SCOPE)
    assert measured.noted[0].endswith("c8, c9 and 4 more.")


def test_without_agreements_or_columns_nothing_is_assessed():
    assert "no agreement" in uncovered_columns(["age"], None, SCOPE).reason
    assert not uncovered_columns(["age"], None, SCOPE).comparisons
    assert "not known" in uncovered_columns([], frozenset(), SCOPE).reason


def test_a_key_of_people_with_several_rows_is_told_as_theirs():
    found = profiles(case=[f"ESX{i // 3}" for i in range(600)])
    assert direct_identifiers(found, ["case"], SCOPE).comparisons[0].estimate.value == 0
    measured = direct_identifiers(found, ["case"], SCOPE, people=200)
    assert measured.comparisons[0].estimate.above(0.05) == 1
    assert "nearly every person or family has one" in measured.noted[0]
