from dataclasses import replace

import numpy as np
import pytest

from essex_standard.disclosure import Protection
from essex_standard.evidence.held import Held
from essex_standard.measurement import Measurement
from essex_standard.measures.conditional_disparity import (
    MEASURE,
    PLAIN,
    conditional_demographic_disparity,
)
from essex_standard.statistics.comparison import Scope

from .people import facts

GROUPS = Scope(across=("protected",))


def table(cells):
    """Return facts of {(group, stratum): (flagged, not flagged)}."""
    labels, flags = [], []
    for label, (flagged, left) in cells.items():
        labels += [label] * (flagged + left)
        flags += [0.9] * flagged + [0.1] * left
    sex, factor = np.array(labels, dtype=object).T
    found = facts(scores=flags, protected={"sex": sex}, factor=factor)
    return replace(found, legitimate_factor="dept")


SIMPSON = {
    # 6 in 10 are flagged in a, 1 in 10 in b, whichever the group; most of F are in b.
    ("F", "a"): (60, 40), ("F", "b"): (30, 270), ("M", "a"): (240, 160), ("M", "b"): (10, 90),
}  # fmt: skip


def test_a_gap_that_the_factor_explains_is_gone_within_it():
    found = conditional_demographic_disparity(table(SIMPSON), GROUPS)
    assert [c.estimate.value for c in found.comparisons] == pytest.approx([0, 0], abs=1e-12)
    plain = {m.group: m.value for m in found.told if m.measure == PLAIN}
    # Of 560 not flagged 310 are F, of 340 flagged 90.
    assert plain["F"] == pytest.approx(310 / 560 - 90 / 340)
    assert plain["M"] == pytest.approx(90 / 340 - 310 / 560)
    assert [c.n for c in found.comparisons] == [400, 500]
    assert [c.n_versus for c in found.comparisons] == [500, 400]


def test_the_group_flagged_less_is_the_worse_off():
    less = SIMPSON | {("F", "a"): (20, 80)}
    worse = {
        c.group: c.worse_off
        for c in conditional_demographic_disparity(table(less), GROUPS).comparisons
    }
    assert worse == {"F": True, "M": False}


def test_what_cannot_be_had_is_not_assessed():
    no_factor = replace(table(SIMPSON), legitimate_factor="")
    reason = "no legitimate factor is declared"
    assert conditional_demographic_disparity(no_factor, GROUPS).reason == reason
    nobody = dict.fromkeys(SIMPSON, (0, 50))
    assert "nobody was flagged" in conditional_demographic_disparity(table(nobody), GROUPS).reason
    itself = replace(table(SIMPSON), legitimate_factor="sex")
    assert "is itself" in conditional_demographic_disparity(itself, GROUPS).reason
    alone = {("F", "a"): (60, 40)}
    assert "only one group" in conditional_demographic_disparity(table(alone), GROUPS).reason
    assert conditional_demographic_disparity(
        replace(facts(scores=[0.1, 0.9]), legitimate_factor="dept"), GROUPS
    ).reason.startswith("no protected attribute")


def test_a_factor_that_parts_the_groups_lets_nothing_be_compared():
    parted = {
        ("F", "a"): (60, 140), ("F", "b"): (1, 4), ("M", "b"): (60, 140), ("M", "a"): (1, 4),
    }  # fmt: skip
    found = conditional_demographic_disparity(table(parted), GROUPS)
    assert [c.estimate for c in found.comparisons] == [None, None]
    assert "hardly anyone else" in found.comparisons[0].reason


def test_strata_without_a_choice_or_without_a_value_are_gaps_when_many():
    all_flagged = SIMPSON | {("F", "c"): (200, 0), ("M", "c"): (200, 0)}
    found = conditional_demographic_disparity(table(all_flagged), GROUPS)
    (gap,) = found.gaps
    assert gap.startswith("sex: more than one in five share a value of dept at which everybody")
    assert found.comparisons[0].n == 400
    unknown = {(g, "unknown" if s == "a" else s): n for (g, s), n in SIMPSON.items()}
    scope = replace(GROUPS, unknown_at_most=0.20)
    found = conditional_demographic_disparity(table(unknown), scope)
    assert found.gaps == ("dept is not recorded for too many people to take it into account",)


def shown(facts_, group):
    found = conditional_demographic_disparity(facts_, GROUPS)
    protection = Protection.of(Held(assessed=facts_.assessed))
    c = next(c for c in found.comparisons if c.group == group)
    low, high = c.estimate.interval(0.95)
    raw = Measurement(
        measure=MEASURE, attribute="sex", group=group, versus="rest", value=c.estimate.value,
        low=low, high=high, n=c.n,
    )  # fmt: skip
    told = next(m for m in found.told if m.measure == PLAIN and m.group == group)
    return protection.protect(raw, 0.95), protection.protect(told, 0.95)


def test_two_decimals_are_shown_where_ten_of_each_decision_are_on_both_sides():
    judged, told = shown(table(SIMPSON | {("F", "a"): (20, 80)}), "F")
    assert judged.value == round(judged.value, 2)
    assert not judged.withheld
    assert told.value == round(told.value, 2)
    few = table(SIMPSON | {("F", "a"): (4, 96), ("F", "b"): (3, 297)})
    assert all(m.withheld for group in "FM" for m in shown(few, group))


def test_a_single_group_withheld_would_follow_from_the_rest_so_that_another_goes_with_it():
    three = {
        ("F", "a"): (60, 140), ("M", "a"): (80, 160), ("X", "a"): (30, 70), ("Y", "a"): (4, 60),
    }  # fmt: skip
    hidden = {g: shown(table(three), g)[0].withheld for g in "FMXY"}
    assert hidden == {"F": False, "M": False, "X": True, "Y": True}
