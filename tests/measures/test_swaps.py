from dataclasses import replace

import pytest

from essex_standard.experiments.decision_changes import Changes
from essex_standard.experiments.term_swaps import TermEffect, TermSwap, TermSwaps
from essex_standard.measures.swaps import (
    MOST_TERMS,
    counterfactual_token_flip_rate,
    token_flip_rate,
)
from essex_standard.statistics.comparison import Scope
from tests.measures.people import facts

SCOPE = Scope(across=("columns",))


def changed(k, n):
    return Changes(
        n=n, of=n, changed=k, gained=0, moved=n, effective=float(n), mean=0.01,
        mean_absolute=0.02, standard_error=0.001,
    )  # fmt: skip


def effect(term, n, k):
    return TermEffect(characteristic="faith", term=term, became="Sikh", n=n, changed=k)


FOUND = TermSwaps(
    columns=("note",),
    swaps=(TermSwap(characteristic="faith", target="Sikh", changes=changed(30, 300)),),
    effects=(effect("Muslim", 200, 30), effect("Hindu", 40, 5), effect("Jewish", 9, 9),
             effect("Buddhist", 60, 0)),
    examined=1000, rows=1000, without=700, lexicon="A list, version 1", terms_known=12,
)  # fmt: skip


def test_each_target_group_is_a_comparison_of_its_own():
    (one,) = token_flip_rate(FOUND, SCOPE).comparisons
    assert (one.name, one.attribute, one.group, one.n) == (
        "faith written as Sikh", "note", "faith: Sikh", 300,
    )  # fmt: skip
    assert one.estimate.value == pytest.approx(0.1)


def test_terms_are_told_from_ten_texts_on_and_named_only_if_many_and_never_if_idle():
    measured = token_flip_rate(FOUND, SCOPE)
    of_terms = [m for m in measured.told if m.measure == "counterfactual_term_flip_rate"]
    assert [(m.group, m.versus, m.n) for m in of_terms] == [
        ("Muslim", "Sikh", 200), ("Hindu", "Sikh", 40),
    ]  # fmt: skip
    assert measured.noted[-1] == (
        "Decisions changed most often where these terms were exchanged: 'Muslim' made 'Sikh'."
    )


def test_no_more_than_ten_terms_are_told():
    many = replace(FOUND, effects=tuple(effect(f"t{i}", 100, 20 + i) for i in range(30)))
    told = token_flip_rate(many, SCOPE).told
    assert sum(m.measure == "counterfactual_term_flip_rate" for m in told) == MOST_TERMS


def test_how_many_texts_hold_no_term_is_told_and_what_was_not_looked_through():
    told = token_flip_rate(FOUND, SCOPE).told[-1]
    assert (told.measure, told.value, told.n) == ("without_identity_terms_share", 0.7, 1000)
    partly = token_flip_rate(replace(FOUND, rows=5000, cut=True), SCOPE).noted
    assert any("Not all texts" in n for n in partly)
    assert any("very long texts" in n for n in partly)


def test_what_could_not_be_scored_is_a_gap():
    broken = TermSwap(characteristic="faith", target="Hindu", changes=None, reason="why")
    measured = token_flip_rate(replace(FOUND, swaps=(*FOUND.swaps, broken)), SCOPE)
    assert measured.gaps == ("faith written as Hindu could not be examined: why.",)


def test_a_model_without_texts_is_not_asked_and_one_that_cannot_be_scored_not_assessed():
    assert not token_flip_rate(TermSwaps(columns=()), SCOPE).applicable
    assert token_flip_rate(replace(FOUND, reason="why"), SCOPE).reason == "why"
    assert "rows" in token_flip_rate(FOUND, Scope(of="positives")).reason
    assert "only scores" in counterfactual_token_flip_rate(facts(scores=[0.1]), SCOPE).reason
    no_rule = facts(scores=[0.1], threshold=0.5)
    no_rule = replace(no_rule, assessed=replace(no_rule.assessed, threshold=None))
    assert "no decision rule" in counterfactual_token_flip_rate(no_rule, SCOPE).reason
