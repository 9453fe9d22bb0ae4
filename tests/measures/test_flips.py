import pytest

from essex_standard.experiments.counterfactual_flips import (
    AttributeFlips,
    CounterfactualFlips,
    Flip,
)
from essex_standard.experiments.decision_changes import Changes
from essex_standard.measures.facts import Facts
from essex_standard.measures.flips import MOST_TOLD, counterfactual_flip_rate, flip_rate
from essex_standard.statistics.comparison import Scope
from essex_standard.statistics.estimates import Exact
from tests.measures.people import facts

SCOPE = Scope(across=("protected",))


def changed(k, n, *, moved=None, of=None, mean=0.02):
    return Changes(
        n=n, of=of or n, changed=k, gained=k, moved=n if moved is None else moved,
        effective=float(n), mean=mean, mean_absolute=abs(mean), standard_error=0.001,
    )  # fmt: skip


def found(*attributes, unread=()):
    return CounterfactualFlips(attributes=attributes, unread=unread, threshold=0.5, seed=1)


def of_sex(*flips):
    made = [Flip(source=s, target=t, changes=c, reason="" if c else "no") for s, t, c in flips]
    return AttributeFlips(attribute="sex", flips=tuple(made))


def test_each_pair_is_a_comparison_of_its_own():
    sex = of_sex(("F", "M", changed(60, 1000)), ("M", "F", changed(0, 1000)))
    measured = flip_rate(found(sex), SCOPE)
    one, two = measured.comparisons
    assert (one.name, one.attribute, one.group, one.versus, one.n) == (
        "sex: F recorded as M", "sex", "F", "M", 1000,
    )  # fmt: skip
    assert one.estimate.value == pytest.approx(0.06)
    assert two.estimate.below(0.05) > 0.99
    assert [(m.measure, m.group, m.value) for m in measured.told[:2]] == [
        ("counterfactual_score_change", "F", 0.02),
        ("counterfactual_absolute_score_change", "F", 0.02),
    ]
    assert measured.told[0].low < 0.02 < measured.told[0].high


def test_a_column_that_moves_no_score_is_exact():
    sex = of_sex(("F", "M", changed(0, 30, moved=0)))
    assert flip_rate(found(sex), SCOPE).comparisons[0].estimate == Exact(0.0)


def test_a_model_that_takes_no_protected_column_makes_the_question_idle():
    measured = flip_rate(found(unread=("sex", "age")), SCOPE)
    assert not measured.applicable
    assert measured.reason.startswith("the model does not take sex or age, so changing it cannot")


def test_an_attribute_not_taken_is_noted_beside_one_that_is():
    measured = flip_rate(found(of_sex(("F", "M", changed(1, 99))), unread=("age",)), SCOPE)
    assert measured.applicable
    assert measured.noted[0].startswith("The model does not take age, so")


def test_what_could_not_be_scored_is_a_gap_told_once():
    sex = of_sex(("F", "X", None), ("M", "X", None), ("F", "M", changed(0, 100)))
    broken = AttributeFlips(attribute="age", reason="everybody has the same value")
    measured = flip_rate(found(sex, broken), SCOPE)
    assert measured.gaps == (
        "sex recorded as X could not be examined: no.",
        "age could not be examined: everybody has the same value.",
    )
    assert len(measured.comparisons) == 1


def test_without_a_model_attributes_or_the_right_count_nothing_is_assessed():
    only_scores: Facts = facts(scores=[0.1, 0.9])
    assert "only scores" in counterfactual_flip_rate(only_scores, SCOPE).reason
    assert "no protected" in flip_rate(found(), SCOPE).reason
    assert "rows" in flip_rate(found(unread=("sex",)), Scope(of="positives")).reason
    alone = flip_rate(found(AttributeFlips(attribute="sex", reason="why")), SCOPE)
    assert alone.reason == "no protected column could be examined"


def test_of_many_pairs_only_the_largest_changes_of_score_are_told():
    names = [f"g{i}" for i in range(8)]
    pairs = [(a, b) for a in names for b in names if a != b]
    flips = [(a, b, changed(1, 50, mean=i / 100)) for i, (a, b) in enumerate(pairs)]
    measured = flip_rate(found(of_sex(*flips)), SCOPE)
    assert len(measured.comparisons) == 56
    assert len(measured.told) == 2 * MOST_TOLD
    assert min(m.value for m in measured.told) == pytest.approx(0.26)
