"""What is judged and told of an attack on the model's memory."""

import pytest

from essex_standard.evidence.evidence import Evidence
from essex_standard.experiments.membership import Membership
from essex_standard.measures.facts import Facts
from essex_standard.measures.membership import BothAttacks, membership_inference_auc
from essex_standard.statistics.comparison import Scope
from essex_standard.statistics.held_out import RankEstimate

SCOPE = Scope()


def rank(value, error=0.01):
    return RankEstimate(value, error, 999)


def measured(found=None, *, reference=True, **kwargs):
    known = Facts(
        assessed=Evidence(rows=1000),
        reference=Evidence(rows=1000) if reference else None,
        membership=found,
        **kwargs,
    )
    return membership_inference_auc(known, SCOPE)


def test_it_takes_both_attacks_to_say_that_members_are_given_away():
    both = BothAttacks(rank(0.75), rank(0.72))
    drift = BothAttacks(rank(0.75), rank(0.5))
    assert both.above(0.65) > 0.99
    assert drift.above(0.65) < 0.01
    # Nor may it be said that they are not.
    assert drift.below(0.65) < 0.01
    assert BothAttacks(rank(0.51), rank(0.5)).below(0.6) > 0.99
    assert BothAttacks(rank(0.51), rank(0.7)).below(0.6) < 0.01


def test_without_a_copy_a_breach_is_never_certain_and_met_can_be():
    alone = BothAttacks(rank(0.9), None)
    assert alone.above(0.65) == 0.0
    assert BothAttacks(rank(0.5), None).below(0.6) > 0.99
    found = measured(Membership(attack=rank(0.9), n=(10, 20), no_copy="the model cannot be fitted"))
    assert "The model cannot be fitted: whether members" in found.noted[0]


def test_the_copy_and_the_gap_are_told_beside_it():
    found = measured(
        Membership(
            attack=rank(0.6), copy=rank(0.55), n=(500, 400), roc_auc=(0.9, 0.8), fewest_outcomes=90
        )
    )
    (judged,) = found.comparisons
    assert (judged.n, judged.n_versus) == (400, 500)
    told = {m.measure: (m.value, m.n) for m in found.told}
    assert told["membership_inference_auc_of_copy"] == (0.55, 500)
    assert told["overfitting_gap"] == (pytest.approx(0.1), 90)


@pytest.mark.parametrize(
    ("found", "reference", "reason"),
    [
        (None, False, "reference"),
        (None, True, "could not be scored"),
        (Membership(reason="nobody is known to be new"), True, "nobody is known to be new"),
    ],
)
def test_what_could_not_be_attacked_is_not_assessed(found, reference, reason):
    result = measured(found, reference=reference)
    assert not result.comparisons
    assert reason in result.reason


def test_a_model_that_carries_people_is_named_whatever_the_attack_finds():
    parts = ("SVC (it keeps rows it was trained on)",)
    assert "SVC" in measured(rows_inside=parts).noted[0]
    assert "SVC" in measured(Membership(attack=rank(0.5), n=(9, 9)), rows_inside=parts).noted[-1]
