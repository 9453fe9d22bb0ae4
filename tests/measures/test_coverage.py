"""What was left out is a gap, and a gap is never a pass."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.assessment import Outcome
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.group_table import UNKNOWN, GroupTable
from essex_standard.measures import MEASURES
from essex_standard.measures.coverage import covered, unknown_share
from essex_standard.measures.facts import Facts
from essex_standard.standard import Check
from essex_standard.standard.judge import judge
from essex_standard.statistics.comparison import Measured, Scope
from tests.measures.people import facts, facts_of

ALIKE = (700, 300, 200, 800)
FEW = (70, 30, 20, 80)


def gaps(tables, **scope):
    scope = {"across": ("protected",), "unknown_at_most": 0.2} | scope
    return covered(Measured(), facts_of(tables), Scope(**scope)).gaps


def outcome(tables, **check):
    """Judge a gap in true positive rates, after what the pipeline does to it."""
    table = {
        "id": "BIAS-02", "title": "Found equally", "question": "Is it?", "level": "block",
        "measure": "true_positive_rate_difference", "across": ["protected"],
        "limit": {"at_most": 0.10}, "evidence": {"of": "positives"},
    } | check  # fmt: skip
    check = Check.model_validate(table)
    scope = Scope(
        across=check.across, compare=check.compare, of=check.evidence.of,
        attributes=check.attributes, depth=check.depth,
        unknown_at_most=check.evidence.unknown_at_most,
    )  # fmt: skip
    known = facts_of(tables)
    measured = MEASURES[check.measure].compute(known, scope)
    return judge(check, covered(measured, known, scope)).outcome


def test_the_unknown_are_counted_among_all():
    sexes = {"F": ALIKE, "M": ALIKE, UNKNOWN: FEW}
    told = covered(Measured(), facts_of({"sex": sexes}), Scope(across=("protected",))).told
    assert [(m.measure, m.attribute, m.n) for m in told] == [("unknown_share", "sex", 4200)]
    assert told[0].value == pytest.approx(200 / 4200)
    without = facts_of({"sex": {"F": ALIKE, "M": ALIKE}})
    assert covered(Measured(), without, Scope(across=("protected",))).told == ()


def test_above_the_limit_the_attribute_is_a_gap_and_at_it_it_is_not():
    sexes = {"F": ALIKE, "M": ALIKE, UNKNOWN: ALIKE}
    assert gaps({"sex": sexes}, unknown_at_most=0.33) == (
        "sex is unknown for more than 33 in 100 of those assessed",
    )
    assert gaps({"sex": sexes}, unknown_at_most=1 / 3) == ()
    assert outcome({"sex": sexes}) is Outcome.NOT_ASSESSED
    assert outcome({"sex": sexes}, evidence={"of": "positives", "unknown_at_most": 0.4}) is (
        Outcome.MET
    )


def test_the_unknown_may_be_few_among_all_and_many_among_those_asked_about():
    sexes = {"F": (100, 50, 800, 3000), "M": (100, 50, 800, 3000), UNKNOWN: (100, 50, 0, 0)}
    assert gaps({"sex": sexes}, of="positives") == (
        "sex is unknown for more than 20 in 100 of those whom the check is about",
    )
    assert gaps({"sex": sexes}, of="rows") == ()


UNSEEN = (0, 0, 0, 0, 900, 1100)
SEEN_BY_FLAG = (700, 0, 200, 0, 0, 1100)


def test_a_large_group_whose_outcomes_nobody_knows_is_not_left_out_as_too_small():
    sexes = {"F": ALIKE, "M": ALIKE}
    assert outcome({"sex": sexes | {"X": (0, 0, 0, 0)}}) is Outcome.MET
    assert outcome({"sex": sexes | {"X": (5, 5, 5, 5, 10, 10)}}) is Outcome.MET
    assert outcome({"sex": sexes | {"X": UNSEEN}}) is Outcome.NOT_ASSESSED
    assert outcome({"sex": sexes | {"X": (14, 6, 4, 16, 900, 1060)}}) is Outcome.NOT_ASSESSED
    assert outcome({"sex": sexes | {"X": UNSEEN}}, compare="pairs") is Outcome.NOT_ASSESSED
    assert outcome({"sex": sexes | {UNKNOWN: (0, 0, 0, 0, 90, 110)}}) is Outcome.MET


def test_outcomes_of_those_left_alone_are_not_missed_where_only_flags_count():
    sexes = {"F": SEEN_BY_FLAG, "M": SEEN_BY_FLAG, "X": (30, 0, 10, 0, 0, 3000)}
    known = facts_of({"sex": sexes})
    scope = Scope(across=("protected",), of="flagged")
    measured = MEASURES["positive_predictive_value_difference"].compute(known, scope)
    assert covered(measured, known, scope).gaps == ()


def test_a_breach_outweighs_a_gap():
    sexes = {"F": (450, 550, 200, 800), "M": ALIKE, UNKNOWN: ALIKE}
    assert outcome({"sex": sexes}) is Outcome.NOT_MET


@pytest.mark.parametrize(
    ("groups", "said"),
    [
        ({UNKNOWN: ALIKE}, "sex is unknown for everybody"),
        ({"F": ALIKE}, "sex has only one group, so there is nobody to compare with"),
        ({"F": (7000, 3000, 2000, 8000), UNKNOWN: FEW},
         "sex has only one known group, so there is nobody to compare with"),
    ],
)  # fmt: skip
def test_an_attribute_without_two_known_groups_is_a_gap_beside_one_that_has(groups, said):
    age = {"old": ALIKE, "young": ALIKE}
    assert gaps({"sex": groups, "age": age}) == (said,)
    assert outcome({"sex": groups, "age": age}) is Outcome.NOT_ASSESSED


def test_a_required_attribute_that_was_not_given_is_a_gap():
    sexes = {"F": ALIKE, "M": ALIKE}
    assert outcome({"sex": sexes}) is Outcome.MET
    assert outcome({"sex": sexes}, attributes=["sex", "ethnicity"]) is Outcome.NOT_ASSESSED
    assert gaps({"sex": sexes}, attributes=("ethnicity",)) == (
        "ethnicity is required and was not given",
    )


def crossed(**protected):
    """Facts of people whose attributes are drawn apart from everything else."""
    n = 8000
    rng = np.random.default_rng(5)
    y = rng.random(n) < 0.5
    flagged = rng.random(n) < np.where(y, 0.7, 0.2)
    groups = {k: rng.choice(v, n) for k, v in protected.items()}
    return facts(scores=flagged.astype(float), y=y, protected=groups)


def crossed_outcome(known, **check):
    table = {
        "id": "BIAS-12", "title": "Found equally", "question": "Is it?", "level": "refer",
        "measure": "true_positive_rate_difference", "across": ["intersections"],
        "limit": {"at_most": 0.15}, "evidence": {"of": "positives"},
    } | check  # fmt: skip
    check = Check.model_validate(table)
    scope = Scope(across=check.across, of="positives", attributes=check.attributes,
                  depth=check.depth, unknown_at_most=check.evidence.unknown_at_most)  # fmt: skip
    measured = MEASURES[check.measure].compute(known, scope)
    return judge(check, covered(measured, known, scope)).outcome


def test_a_pair_of_which_one_side_is_missing_is_not_met_by_the_other_alone():
    both = crossed(sex=["F", "M"], age=["old", "young"])
    assert crossed_outcome(both) is Outcome.MET
    assert crossed_outcome(both, attributes=["sex", "ethnicity"]) is Outcome.NOT_ASSESSED
    # One side is unknown for everybody, or the same for everybody: the pair says what sex says.
    for odd in ([UNKNOWN], ["White"]):
        one = crossed(sex=["F", "M"], ethnicity=odd)
        assert crossed_outcome(one) is Outcome.NOT_ASSESSED
    alone = crossed(sex=["F", "M"])
    assert crossed_outcome(alone) is Outcome.NOT_ASSESSED
    assert crossed_outcome(alone, across=["protected", "intersections"]) is Outcome.NOT_ASSESSED


def test_a_pair_of_which_every_cell_is_small_is_a_gap():
    rng = np.random.default_rng(3)
    n = 3000
    y = rng.random(n) < 0.5
    flagged = rng.random(n) < np.where(y, 0.7, 0.2)
    many = [f"g{i:02}" for i in range(12)]
    groups = {"a": many, "b": many, "sex": ["F", "M"]}
    small = facts(
        scores=flagged.astype(float),
        y=y,
        protected={k: rng.choice(v, n) for k, v in groups.items()},
    )
    assert crossed_outcome(small, limit={"at_most": 0.45}) is Outcome.NOT_ASSESSED


def test_a_measure_that_does_not_cross_as_deep_as_asked_leaves_a_gap():
    rows = crossed(sex=["F", "M"], age=["old", "young"], area=["e", "w"])
    evidence = Evidence.of(
        outcome=np.tile(np.array([0, 1], np.int8), 2000),
        flagged=np.arange(4000) % 3 == 0,
        protected={
            name: np.array(["x", "y"], dtype=object)[np.arange(4000) // by % 2]
            for name, by in {"a": 2, "b": 4, "c": 8}.items()
        },
        depth=3,
    )
    known = Facts(assessed=evidence, score_kind="none")
    pairs = MEASURES["selection_rate_difference"].compute(
        known, Scope(across=("intersections",), depth=2)
    )
    deeper = covered(pairs, known, Scope(across=("intersections",), depth=3))
    assert deeper.gaps == ("a & b & c: they could not be crossed for this figure",)
    assert covered(pairs, known, Scope(across=("intersections",), depth=2)).gaps == ()
    assert crossed_outcome(rows, depth=3) is Outcome.NOT_ASSESSED  # only pairs were gathered


def test_a_check_that_asks_nothing_of_groups_is_left_as_it_is():
    measured = Measured()
    assert covered(measured, facts_of({"sex": {"F": ALIKE}}), Scope(across=("whole",))) is measured
    away = Measured.not_applicable("no")
    assert covered(away, facts_of({"sex": {"F": ALIKE}}), Scope(across=("protected",))) is away


cell = st.integers(0, 2000)


@settings(deadline=None)
@given(
    groups=st.dictionaries(
        st.sampled_from(["F", "M", "X", UNKNOWN]), st.tuples(cell, cell, cell, cell), min_size=1
    ),
    limit=st.floats(0.05, 0.95),
)
def test_too_many_unknown_are_never_met(groups, limit):
    people = {g: sum(c) for g, c in groups.items()}
    share = people.get(UNKNOWN, 0) / max(sum(people.values()), 1)
    found = outcome({"sex": groups}, evidence={"of": "positives", "unknown_at_most": limit})
    assert 0 <= share <= 1
    if share > limit or len(people.keys() - {UNKNOWN}) < 2:
        assert found in {Outcome.NOT_ASSESSED, Outcome.NOT_MET}


def test_nobody_has_no_unknown_share():
    empty = GroupTable(attribute="sex", groups=(UNKNOWN,), counts=np.zeros((1, 3, 2), np.int64))
    assert unknown_share(empty) == 0.0
