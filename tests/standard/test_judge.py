"""The design's Judging section, sentence by sentence."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.assessment import Outcome
from essex_standard.evidence.group_table import GroupTable
from essex_standard.measurement import Measurement
from essex_standard.measures.bias import compare_groups
from essex_standard.standard.check import Check
from essex_standard.standard.judge import ends, judge
from essex_standard.statistics.comparison import Comparison, Measured, Scope
from essex_standard.statistics.estimates import Exact, Normal
from essex_standard.statistics.proportions import Proportion, ProportionDifference, ProportionRatio

RATE = "true_positive_rate"


def check(limit=None, *, level="block", compare="rest", measure=f"{RATE}_difference", **evidence):
    return Check(
        id="T-01", title="Tested", question="Is it judged well?", measure=measure, level=level,
        compare=compare, limit={"at_most": 0.1} if limit is None else limit or None,
        evidence={"of": "positives"} | evidence,
    )  # fmt: skip


def found_in(groups, *, attribute="sex", rate=RATE, compare="rest", kind="difference"):
    """Return comparisons for groups given as name -> (found, of so many positives)."""
    names = sorted(groups)
    counts = np.zeros((len(names), 3, 2), dtype=np.int64)
    for i, name in enumerate(names):
        k, n = groups[name]
        counts[i, 1] = [n - k, k]
    table = GroupTable(attribute=attribute, groups=tuple(names), counts=counts)
    return compare_groups(table, rate, Scope(compare=compare, of="positives"), kind=kind)


def judged(groups, checked=None, **kwargs):
    checked = checked or check()
    return judge(checked, Measured(comparisons=found_in(groups, **kwargs)))


def normal(value, error, *, n=1000, name="x", attribute="a", **kwargs):
    return Comparison(
        measure="m", name=name, attribute=attribute, estimate=Normal(value, error), n=n, **kwargs
    )


def exact(value, *, n=0, **kwargs):
    return Comparison(measure="m", name="x", estimate=Exact(value), n=n, **kwargs)


# The four outcomes ----------------------------------------------------------------------------


def test_groups_well_within_the_limit_are_met():
    found = judged({"F": (700, 1000), "M": (705, 1000)})
    assert found.outcome is Outcome.MET
    assert found.by_attribute == (("sex", Outcome.MET),)
    assert not found.breaching
    assert not found.undecided
    assert found.further is None


def test_groups_well_beyond_the_limit_are_not_met():
    found = judged({"F": (500, 1000), "M": (700, 1000)})
    assert found.outcome is Outcome.NOT_MET
    assert {c.group for c in found.breaching} == {"F", "M"}


def test_a_gap_that_could_be_either_is_uncertain_and_says_how_many_cases_would_settle_it():
    found = judged({"F": (60, 100), "M": (630, 1000)})
    assert found.outcome is Outcome.UNCERTAIN
    assert found.undecided[0].group == "F"
    assert 100 < found.further < 1000
    settled = judged({"F": (60 * 7, 100 * 7), "M": (630 * 7, 1000 * 7)})
    assert settled.outcome is Outcome.MET


def test_a_point_estimate_within_the_limit_is_not_enough():
    assert judged({"F": (30, 50), "M": (30, 50)}).outcome is Outcome.UNCERTAIN


def test_a_point_estimate_beyond_the_limit_is_not_enough():
    assert judged({"F": (30, 60), "M": (40, 60)}).outcome is Outcome.UNCERTAIN


def test_a_gap_at_the_limit_needs_more_cases_than_anybody_has():
    found = judge(check(), Measured(comparisons=(normal(0.1, 0.02, signed=True),)))
    assert found.outcome is Outcome.UNCERTAIN
    assert found.further is None


def test_what_does_not_apply_is_neither_met_nor_not():
    found = judge(check(), Measured.not_applicable("there are no groups"))
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert found.reasons == ("there are no groups",)


def test_what_could_not_be_measured_is_not_assessed_and_says_why():
    found = judge(check(), Measured.not_assessed("no outcome was given"))
    assert found.outcome is Outcome.NOT_ASSESSED
    assert found.reasons == ("no outcome was given",)
    assert judge(check(), Measured()).reasons == ("nothing could be measured",)


# Size -----------------------------------------------------------------------------------------


def test_below_ten_nothing_is_tested_or_published():
    found = judged({"F": (0, 9), "M": (990, 1000), "X": (985, 1000)})
    assert found.outcome is Outcome.MET
    assert [c.group for c in found.too_small] == ["F"]
    small = next(m for m in found.measurements if m.group == "F")
    assert (small.value, small.low, small.high) == (None, None, None)


def test_between_ten_and_the_minimum_a_group_is_named_and_does_not_hold_back_a_met():
    found = judged({"F": (12, 20), "M": (700, 1000), "X": (705, 1000)})
    assert found.outcome is Outcome.MET
    assert [c.group for c in found.too_small] == ["F"]
    small = next(m for m in found.measurements if m.group == "F")
    assert small.value == pytest.approx(0.6 - 1405 / 2000)
    assert small.low < small.value < small.high


def test_a_near_certain_breach_is_heard_even_in_a_small_group():
    found = judged({"F": (2, 25), "M": (700, 1000), "X": (705, 1000)})
    assert found.outcome is Outcome.NOT_MET
    assert found.breaching[0].group == "F"


def test_a_likely_breach_in_a_small_group_is_not_enough():
    # One-sided p about 0.004: beyond 95 %, short of 99.9 %.
    found = judged({"F": (8, 25), "M": (700, 1000), "X": (705, 1000)})
    assert found.outcome is Outcome.MET


def test_small_groups_share_their_own_strict_test():
    base = {"M": (700, 1000), "X": (705, 1000)}
    alone = judged({"F": (6, 25)} | base)
    crowd = judged({"F": (6, 25)} | {f"g{i}": (14, 20) for i in range(30)} | base)
    assert alone.outcome is Outcome.NOT_MET
    assert crowd.outcome is Outcome.MET


def test_without_both_sides_at_the_minimum_the_attribute_is_not_assessed():
    assert judged({"F": (14, 20), "M": (700, 1000)}).outcome is Outcome.NOT_ASSESSED
    assert judged({"F": (14, 20), "M": (21, 30)}).outcome is Outcome.NOT_ASSESSED


def test_the_minimum_is_the_checks():
    groups = {"F": (196, 200), "M": (980, 1000)}
    assert judged(groups, check(minimum=200)).outcome is Outcome.MET
    assert judged(groups, check(minimum=201)).outcome is Outcome.NOT_ASSESSED


def test_a_counted_fact_needs_no_minimum():
    assert judge(check({"at_most": 2}), Measured(comparisons=(exact(2.0),))).outcome is Outcome.MET
    least = judge(check({"at_least": 2}), Measured(comparisons=(exact(2.0),)))
    assert least.outcome is Outcome.MET
    found = judge(check({"at_most": 2}), Measured(comparisons=(exact(3.0),)))
    assert found.outcome is Outcome.NOT_MET
    assert found.measurements[0].n is None


def test_a_big_group_whose_figure_cannot_be_computed_keeps_from_met():
    broken = Comparison(
        measure="m", name="sex: F", attribute="sex", estimate=None, n=500, n_versus=900,
        reason="none with weight",
    )  # fmt: skip
    found = judge(
        check(), Measured(comparisons=(broken, *found_in({"F": (700, 1000), "M": (700, 1000)})))
    )
    assert found.outcome is Outcome.NOT_ASSESSED
    assert found.reasons == ("sex: F: none with weight",)
    assert not found.too_small


# Several attributes ---------------------------------------------------------------------------

MET = {"a": (700, 1000), "b": (700, 1000)}
NOT_MET = {"a": (400, 1000), "b": (700, 1000)}
UNCERTAIN = {"a": (35, 60), "b": (420, 600)}
NOT_ASSESSED = {"a": (5, 12), "b": (420, 600)}
IN_ORDER = [
    (Outcome.NOT_MET, NOT_MET),
    (Outcome.NOT_ASSESSED, NOT_ASSESSED),
    (Outcome.UNCERTAIN, UNCERTAIN),
    (Outcome.MET, MET),
]


@pytest.mark.parametrize("pair", list(itertools.combinations_with_replacement(range(4), 2)))
def test_of_several_attributes_the_worst_outcome_counts(pair):
    comparisons = [
        c for i, p in enumerate(pair) for c in found_in(IN_ORDER[p][1], attribute=f"attribute {i}")
    ]
    found = judge(check(), Measured(comparisons=tuple(comparisons[::-1])))
    assert found.outcome is IN_ORDER[min(pair)][0]
    assert dict(found.by_attribute) == {
        f"attribute {i}": IN_ORDER[p][0] for i, p in enumerate(pair)
    }


@pytest.mark.parametrize(
    ("groups", "outcome"),
    [
        (MET, Outcome.NOT_ASSESSED),
        (UNCERTAIN, Outcome.NOT_ASSESSED),
        (NOT_MET, Outcome.NOT_MET),
    ],
)
def test_a_gap_in_coverage_keeps_from_met(groups, outcome):
    gap = "age has only one group, so there is nobody to compare with"
    found = judge(check(), Measured(comparisons=found_in(groups), gaps=(gap,)))
    assert found.outcome is outcome
    assert gap in found.reasons


# Correction for many comparisons --------------------------------------------------------------


def test_not_met_is_corrected_over_all_attributes_of_the_check():
    def family(others):
        return Measured(
            comparisons=(
                normal(0.14, 0.02, signed=True),
                *(normal(0.0, 0.01, signed=True, attribute=f"b{i}") for i in range(others)),
            )
        )

    # z = 2, p = 0.0228: beyond 0.05 alone, not beyond 0.05 / 3.
    assert judge(check(), family(0)).outcome is Outcome.NOT_MET
    assert judge(check(), family(1)).outcome is Outcome.NOT_MET
    assert judge(check(), family(2)).outcome is Outcome.UNCERTAIN


def test_holm_steps_down_once_the_clearest_breach_is_found():
    # p-values 0.001 and 0.03: Bonferroni would stop at 0.025.
    found = judge(
        check(),
        Measured(
            comparisons=(
                normal(0.1 + 3.09 * 0.02, 0.02, signed=True),
                normal(0.1 + 1.881 * 0.02, 0.02, signed=True, attribute="b"),
            )
        ),
    )
    assert [o for _, o in found.by_attribute] == [Outcome.NOT_MET, Outcome.NOT_MET]


def test_met_is_not_corrected():
    def family(m):
        return Measured(
            comparisons=tuple(normal(0.066, 0.02, signed=True, attribute=str(i)) for i in range(m))
        )

    assert judge(check(), family(1)).outcome is Outcome.MET  # z = 1.7
    assert judge(check(), family(40)).outcome is Outcome.MET


def test_two_groups_each_against_the_rest_are_one_question_and_corrected_as_one():
    two = judged({"F": (500, 1000), "M": (700, 1000)})
    assert two.interval_confidence == pytest.approx(0.95)
    three = judged({"F": (500, 1000), "M": (700, 1000), "X": (700, 1000)})
    assert three.interval_confidence == pytest.approx(1 - 0.05 / 3)
    both = judge(
        check(),
        Measured(comparisons=(*found_in(MET, attribute="p"), *found_in(MET, attribute="q"))),
    )
    assert both.interval_confidence == pytest.approx(1 - 0.05 / 2)
    # With a third group too small to judge, the two are no longer each other's rest.
    odd = judged({"F": (500, 1000), "M": (700, 1000), "X": (7, 12)})
    assert odd.interval_confidence == pytest.approx(1 - 0.05 / 2)


def test_intervals_are_printed_at_the_simultaneous_confidence():
    found = judged({"F": (500, 1000), "M": (700, 1000), "X": (690, 1000)})
    first = next(m for m in found.measurements if m.group == "F")
    expected = ProportionDifference(Proportion(500, 1000), Proportion(1390, 2000)).interval(
        1 - 0.05 / 3
    )
    assert (first.low, first.high) == pytest.approx(expected)


def test_what_is_judged_not_met_or_met_agrees_with_its_printed_interval():
    for groups in (MET, NOT_MET, {"a": (600, 1000), "b": (700, 1000)}):
        found = judged(groups)
        beyond = any(m.low > 0.1 or m.high < -0.1 for m in found.measurements)
        if beyond:
            assert found.outcome is Outcome.NOT_MET
        if all(m.low >= -0.1 and m.high <= 0.1 for m in found.measurements):
            assert found.outcome is Outcome.MET


# Which group is named -------------------------------------------------------------------------


def test_the_worse_off_of_two_groups_is_named_first():
    assert [c.group for c in judged(NOT_MET).breaching] == ["a", "b"]
    turned = {"a": NOT_MET["b"], "b": NOT_MET["a"]}
    assert [c.group for c in judged(turned).breaching] == ["b", "a"]


def test_among_the_worse_off_the_most_certain_comes_first():
    found = judged({"a": (900, 1000), "b": (300, 1000), "c": (200, 400), "d": (880, 1000)})
    assert [c.group for c in found.breaching] == ["b", "c", "a", "d"]


def test_of_undecided_groups_the_worse_off_and_largest_gap_comes_first():
    found = judged({"a": (50, 60), "b": (40, 60), "c": (450, 600), "d": (43, 60)})
    assert found.outcome is Outcome.UNCERTAIN
    assert found.undecided[0].group == "b"
    assert [c.worse_off for c in found.undecided] == sorted(
        (c.worse_off for c in found.undecided), reverse=True
    )


COUNTS = st.integers(0, 600).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=50, deadline=None)
@given(st.lists(COUNTS, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_relabelling_groups_moves_the_finding_with_them(counts, random):
    names = [f"g{i}" for i in range(len(counts))]
    renamed = list(names)
    random.shuffle(renamed)
    before = judged(dict(zip(names, counts, strict=True)))
    after = judged(dict(zip(renamed, counts, strict=True)))
    back = dict(zip(renamed, names, strict=True))
    assert after.outcome is before.outcome
    for part in ("breaching", "undecided", "too_small", "judged"):
        assert {back[c.group] for c in getattr(after, part)} == {
            c.group for c in getattr(before, part)
        }


@settings(max_examples=50, deadline=None)
@given(st.lists(COUNTS, min_size=2, max_size=6))
def test_a_met_check_has_no_breach_and_nothing_undecided(counts):
    found = judged({f"g{i}": c for i, c in enumerate(counts)})
    match found.outcome:
        case Outcome.MET:
            assert not found.breaching
            assert not found.undecided
            assert found.judged
        case Outcome.UNCERTAIN:
            assert not found.breaching
            assert found.undecided
        case Outcome.NOT_MET:
            assert found.breaching
        case Outcome.NOT_ASSESSED:
            assert not found.judged
    parts = [*found.judged, *found.too_small]
    assert len(parts) == len(counts)


# Kinds of limit -------------------------------------------------------------------------------


def limits(limit, value=0.0, *, signed=True, estimate=None):
    c = Comparison(
        measure="m", name="x", estimate=estimate or Normal(value, 0.01), n=99, signed=signed
    )
    return ends(check(limit).limit, c)


RATIO = ProportionRatio(Proportion(40, 100), Proportion(50, 100))


def test_a_gap_is_bounded_on_both_sides():
    assert limits({"at_most": 0.1}) == (-0.1, 0.1)
    assert limits({"at_most": 0.1}, signed=False) == (None, 0.1)
    assert limits({"at_least": 0.1}, signed=False) == (0.1, None)
    assert limits({"between": [0.8, 1.25]}) == (0.8, 1.25)


def test_a_ratio_is_bounded_with_its_inverse():
    assert limits({"at_least": 0.8}, estimate=RATIO) == (0.8, 1.25)
    assert limits({"at_most": 1.25}, estimate=RATIO) == (0.8, 1.25)
    assert limits({"between": [0.7, 1.1]}, estimate=RATIO) == (0.7, 1.1)


def test_a_small_group_hit_three_times_as_often_breaks_a_limit_of_at_least():
    # Its own ratio is 3, the others' to everyone else are near 1: none is below 0.8.
    found = judged(
        {"F": (180, 300), "M": (1000, 5000), "X": (1000, 5000)},
        check({"at_least": 0.8}, measure=f"{RATE}_ratio"), kind="ratio",
    )  # fmt: skip
    assert found.outcome is Outcome.NOT_MET
    assert [c.group for c in found.breaching] == ["F"]


def test_alike_groups_meet_a_ratio_limit():
    found = judged(
        {"F": (3000, 5000), "M": (3010, 5000)},
        check({"at_least": 0.8}, measure=f"{RATE}_ratio"), kind="ratio",
    )  # fmt: skip
    assert found.outcome is Outcome.MET


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (1.0, Outcome.MET),
        (0.6, Outcome.NOT_MET),
        (1.5, Outcome.NOT_MET),
        (0.83, Outcome.UNCERTAIN),
        (1.22, Outcome.UNCERTAIN),
    ],
)
def test_between_two_ends(value, outcome):
    found = judge(check({"between": [0.8, 1.25]}), Measured(comparisons=(normal(value, 0.03),)))
    assert found.outcome is outcome


@pytest.mark.parametrize(
    ("value", "outcome"),
    [(0.05, Outcome.MET), (-0.05, Outcome.NOT_MET), (0.01, Outcome.UNCERTAIN)],
)
def test_at_least(value, outcome):
    found = judge(check({"at_least": 0}), Measured(comparisons=(normal(value, 0.01),)))
    assert found.outcome is outcome


def test_a_limit_narrower_than_the_noise_does_not_double_the_error():
    # z = 1.8 beyond a limit of next to nothing: one tail is 0.036, both are 0.072.
    found = judge(
        check({"at_most": 0.0001}), Measured(comparisons=(normal(0.018, 0.01, signed=True),))
    )
    assert found.outcome is Outcome.UNCERTAIN
    clear = judge(
        check({"at_most": 0.0001}), Measured(comparisons=(normal(0.021, 0.01, signed=True),))
    )
    assert clear.outcome is Outcome.NOT_MET


def test_a_note_without_a_limit_is_told_and_not_judged():
    told = (Measurement(measure=RATE, group="F", value=0.7),)
    found = judge(check({}, level="note"), Measured(comparisons=found_in(NOT_MET), told=told))
    assert found.outcome is Outcome.NOT_ASSESSED
    assert found.reasons == ("no limit is set: the figures are told, not judged",)
    assert found.measurements[-1] == told[0]
    assert found.measurements[0].limit is None
    assert not found.breaching


# Pairs and references -------------------------------------------------------------------------


def test_pairs_are_judged_each_with_the_worse_off_first():
    groups = {"a": (700, 1000), "b": (400, 1000), "c": (690, 1000)}
    found = judged(groups, check(compare="pairs"), compare="pairs")
    assert [(c.group, c.versus) for c in found.breaching] == [("b", "a"), ("b", "c")]
    assert found.interval_confidence == pytest.approx(1 - 0.05 / 3)
    assert len(found.measurements) == 3


def test_against_a_reference_every_other_group_is_judged_and_it_is_not():
    groups = {"a": (700, 1000), "b": (400, 1000), "c": (900, 1000)}
    found = judged(groups, check(compare="reference:a"), compare="reference:a")
    assert [(c.group, c.versus, c.worse_off) for c in found.breaching] == [
        ("b", "a", True),
        ("c", "a", False),
    ]


# Further cases --------------------------------------------------------------------------------


def test_the_cases_named_would_settle_it_in_four_of_five_repetitions():
    rng = np.random.default_rng(0)
    seen = {"F": (60, 100), "M": (1260, 2000)}
    more = 1 + judged(seen).further / 100
    n = {g: int(c[1] * more) for g, c in seen.items()}
    settled = [
        judged({g: (int(rng.binomial(n[g], seen[g][0] / seen[g][1])), n[g]) for g in seen}).outcome
        for _ in range(200)
    ]
    assert settled.count(Outcome.MET) / 200 == pytest.approx(0.8, abs=0.1)


def test_a_seeming_breach_must_stand_up_to_the_correction_too():
    def further(m):
        others = tuple(normal(0.0, 0.01, signed=True, attribute=str(i)) for i in range(m))
        beyond = normal(0.12, 0.02, n=400, signed=True)
        return judge(check(), Measured(comparisons=(beyond, *others))).further

    assert further(0) < further(9)


# Size of the family ---------------------------------------------------------------------------


def test_two_hundred_groups_in_pairs_are_judged_in_good_time():
    rng = np.random.default_rng(1)
    groups = {f"g{i:03d}": (int(rng.binomial(60, 0.6)), 60) for i in range(60)}
    found = judged(groups, check(compare="pairs"), compare="pairs")
    assert len(found.measurements) == 60 * 59 / 2
    assert found.outcome is Outcome.UNCERTAIN
