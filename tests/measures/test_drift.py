from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.evidence import Evidence
from essex_standard.experiments.column_effect import ColumnEffect, ColumnEffects
from essex_standard.measures.drift.binning import bins_of
from essex_standard.measures.drift.columns import feature_drift
from essex_standard.measures.drift.distances import DISTANCES
from essex_standard.measures.drift.evidently import jensen_shannon_score, psi_score
from essex_standard.measures.drift.importance import importance
from essex_standard.measures.drift.scores import score_drift
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import ColumnsAsked, Scope

SCOPE = Scope(across=("columns",))
RNG = np.random.default_rng(7)


def profiles(**columns):
    return {name: ColumnProfile.of(name, pd.Series(v)) for name, v in columns.items()}


def drift(new, old):
    return feature_drift(profiles(c=new), profiles(c=old), ["c"], SCOPE)


def test_without_a_reference_nothing_is_assessed():
    measured = feature_drift(profiles(c=[1, 2]), None, ["c"], SCOPE)
    assert not measured.comparisons
    assert "no reference" in measured.reason
    assert "no reference" in score_drift(profiles(s=[0.5])["s"], None).reason


def test_a_column_that_moved_is_told_from_one_that_did_not():
    new = profiles(moved=RNG.normal(1, 1, 3000), still=RNG.normal(0, 1, 3000))
    old = profiles(moved=RNG.normal(0, 1, 5000), still=RNG.normal(0, 1, 5000))
    moved, still = feature_drift(new, old, ["moved", "still"], SCOPE).comparisons
    assert (moved.name, moved.attribute, moved.n, moved.n_versus) == (
        "column moved", "moved", 3000, 5000,
    )  # fmt: skip
    assert 1 - moved.estimate.above(0.1) < 0.001
    assert still.estimate.above(0.1) < 0.001


def test_few_rows_leave_it_open():
    (few,) = drift(RNG.normal(0.2, 1, 60), RNG.normal(0, 1, 60)).comparisons
    assert 0.05 < few.estimate.above(0.1) < 0.95


@pytest.mark.parametrize(
    ("new", "old", "words"),
    [
        ([1.0, 2.0], None, "was not in the reference"),
        (None, [1.0, 2.0], "no longer"),
        ([None, None], [1.0, 2.0], "holds no value in the data assessed"),
        ([1.0, 2.0], [np.nan, np.inf], "holds no value in the reference"),
        (["a", "b"], [1.0, 2.0], "was a number in the reference and is a category now"),
        (pd.to_datetime(["2024-01-01"]), [1.0], "was a number in the reference and is a date now"),
        ([True, False], [1, 0], "was a number in the reference and is a category now"),
    ],
)
def test_a_column_lost_new_empty_or_retyped_is_a_gap(new, old, words):
    some = {"other": [1.0, 2.0]}
    assessed = profiles(**some, **({} if new is None else {"c": new}))
    reference = profiles(**some, **({} if old is None else {"c": old}))
    measured = feature_drift(assessed, reference, ["c", "other"], SCOPE)
    assert [c.attribute for c in measured.comparisons] == ["other"]
    assert len(measured.gaps) == 1
    assert words in measured.gaps[0]


def test_no_column_at_all_is_not_assessed():
    assert "not known" in feature_drift({}, {}, [], SCOPE).reason
    gone = feature_drift(profiles(a=[1]), profiles(b=[1]), ["a"], SCOPE)
    assert not gone.comparisons
    assert gone.reason


@pytest.mark.parametrize(
    ("new", "old"),
    [(["1", "2"] * 50, [1.0, 2.0] * 50), ([1, 2] * 50, pd.Categorical(["1", "2"] * 50))],
)
def test_a_number_and_its_text_are_the_same_category(new, old):
    measured = drift(new, old)
    assert not measured.gaps
    assert measured.comparisons[0].estimate.value == 0


def test_the_wasserstein_distance_is_in_standard_deviations():
    old = RNG.normal(50, 10, 30_000)
    (told,) = [m for m in drift(old + 5, old).told if m.measure == "wasserstein_distance"]
    assert told.value == pytest.approx(0.5, abs=0.01)


def test_sentences_hold_no_counts():
    measured = drift(["a"] * 137, [1.0] * 139)
    assert not any(ch.isdigit() for ch in " ".join(measured.gaps))


def test_bins_are_those_of_sturges_over_both_samples():
    old, new = RNG.normal(size=700), RNG.normal(size=300)
    bins = bins_of(*profiles(new=new, old=old).values())
    edges = np.histogram_bin_edges(np.concatenate([old, new]), bins="sturges")
    assert bins.reference.tolist() == np.histogram(old, edges)[0].tolist()
    assert bins.assessed.tolist() == np.histogram(new, edges)[0].tolist()
    assert bins.ordered


def test_many_labels_are_compared_in_buckets():
    new, old = ([f"ward {i}" for i in range(start, start + 1500)] for start in (0, 1400))
    same = bins_of(*profiles(a=new, b=new).values())
    other = bins_of(*profiles(a=new, b=old).values())
    assert np.array_equal(same.assessed, same.reference)
    assert not np.array_equal(other.assessed, other.reference)
    assert other.assessed.sum() == other.reference.sum() == 1500


def test_columns_on_one_side_bucketed_are_bucketed_on_both():
    few = [f"ward {i}" for i in range(10)] * 20
    many = few + [f"street {i}" for i in range(1100)]
    bins = bins_of(*profiles(new=few, old=many).values())
    assert (bins.assessed.sum(), bins.reference.sum()) == (200, 1300)
    assert bins.assessed.max() >= 20


def test_profiles_gathered_in_parts_give_the_same_score():
    old, new = pd.Series(RNG.normal(size=9000)), pd.Series(RNG.normal(0.3, 1, 7000))
    whole = [ColumnProfile.of("c", s) for s in (new, old)]
    parts = [ColumnProfile.of("c", s[:4000]) + ColumnProfile.of("c", s[4000:]) for s in (new, old)]
    assert jensen_shannon_score(*whole) == jensen_shannon_score(*parts)
    assert psi_score(*whole) == psi_score(*parts)


def test_the_score_is_judged_by_its_stability_index():
    old, new = RNG.beta(2, 5, 5000), RNG.beta(4, 5, 2000)
    p = profiles(new=new, old=old)
    measured = score_drift(p["new"], p["old"])
    (judged,) = measured.comparisons
    assert (judged.measure, judged.name) == ("population_stability_index", "the score")
    assert judged.estimate.value == psi_score(p["new"], p["old"])
    assert judged.estimate.above(0.1) > 0.999
    (same,) = score_drift(p["old"], p["old"]).comparisons
    assert same.estimate.above(0.1) < 0.001


def test_one_score_for_everybody_on_both_sides_has_not_moved():
    p = profiles(new=[0.5] * 500, old=[0.5] * 900)
    assert score_drift(p["new"], p["old"]).comparisons[0].estimate.above(0.1) < 0.01


def asked(holding):
    return Scope(across=("columns",), columns=ColumnsAsked(holding=holding))


MIXED = {
    "number": np.random.default_rng(8).normal(size=400),
    "category": ["a", "b"] * 200,
    "constant": [3.0] * 400,
    "date": pd.to_datetime(["2024-01-01", "2024-06-01"] * 200),
}


def test_numbers_and_categories_part_the_columns_between_them():
    p = profiles(**MIXED)
    names = [*MIXED, "lost"]
    found = {
        holding: feature_drift(p, p | profiles(lost=[1, 2]), names, asked(holding))
        for holding in ("numbers", "categories", "all")
    }
    seen = {k: [c.attribute for c in m.comparisons] for k, m in found.items()}
    assert seen["numbers"] == ["number"]
    assert seen["categories"] == ["category", "constant", "date"]
    assert seen["all"] == list(MIXED)
    assert [len(m.gaps) for m in found.values()] == [0, 1, 1]


def test_a_question_about_numbers_does_not_arise_without_any():
    p = profiles(category=["a", "b"])
    assert not feature_drift(p, p, ["category"], asked("numbers")).applicable


@pytest.mark.parametrize("measure", ["wasserstein_distance", "kolmogorov_smirnov"])
def test_a_distance_of_numbers_leaves_a_category_as_a_gap(measure):
    p = profiles(**MIXED)
    measured = feature_drift(p, p, list(MIXED), SCOPE, measure=measure)
    assert [c.attribute for c in measured.comparisons] == ["number"]
    assert len(measured.gaps) == 3
    assert 'holding = "numbers"' in measured.gaps[0]


@pytest.mark.parametrize("measure", list(DISTANCES))
def test_each_distance_is_taken_of_the_score(measure):
    p = profiles(new=RNG.beta(4, 5, 2000), old=RNG.beta(2, 5, 5000), one=[0.5] * 100)
    (judged,) = score_drift(p["new"], p["old"], measure=measure).comparisons
    assert (judged.measure, judged.n, judged.n_versus) == (measure, 2000, 5000)
    assert judged.estimate.above(0.1) > 0.95
    alone = score_drift(p["one"], p["one"], measure=measure)
    assert bool(alone.comparisons) != DISTANCES[measure].numbers_only


def test_small_units_do_not_hide_drift():
    # Evidently takes a standard deviation below 0.001 for 0.001.
    new, old = RNG.normal(1, 1, 900) * 1e-6, RNG.normal(0, 1, 900) * 1e-6
    found = feature_drift(
        profiles(c=new), profiles(c=old), ["c"], SCOPE, measure="wasserstein_distance"
    )
    assert found.comparisons[0].estimate.value == pytest.approx(1, abs=0.2)


def in_role(role):
    asked = ColumnsAsked(role=role, driving_from=0.01)
    return Scope(across=("columns",), columns=asked)


def test_what_drives_the_model_and_what_it_hardly_uses_part_the_columns():
    p = profiles(a=[1, 2], b=["x", "y"], c=[1, 3])
    known = {"a": (0.3, 500), "b": (0.009, 500)}  # of c nothing is known
    found = {
        role: feature_drift(p, p, ["a", "b", "c"], in_role(role), known=known)
        for role in ("driving", "others", "all")
    }
    seen = {k: [c.attribute for c in m.comparisons] for k, m in found.items()}
    assert seen == {"driving": ["a", "c"], "others": ["b"], "all": ["a", "b", "c"]}
    told = {m.attribute: m.value for m in found["all"].told if m.measure == "score_variance_share"}
    assert told == {"a": 0.3, "b": 0.009}


def test_without_a_model_every_column_drives_it():
    p = profiles(a=[1, 2])
    assert feature_drift(p, p, ["a"], in_role("driving")).comparisons
    others = feature_drift(p, p, ["a"], in_role("others"))
    assert not others.applicable
    assert "hardly used" in others.reason


def effects(**shares):
    return ColumnEffects(
        effects=tuple(
            ColumnEffect(column=c, n=100, moved=1, variance_share=v) for c, v in shares.items()
        ),
        rows=100, n=100, seed=0, repeats=1,
    )  # fmt: skip


def test_a_column_that_broke_counts_as_it_did():
    facts = Facts(
        assessed=Evidence(rows=0),
        effects=effects(broke=0.0, new=0.2, unknown=0.3),
        effects_in_reference=effects(broke=0.4, new=0.0, unknown=None),
    )
    assert importance(facts) == {"broke": (0.4, 100), "new": (0.2, 100)}
    assert importance(replace(facts, effects_in_reference=None)) == {}


def test_a_key_is_told_and_not_compared():
    from essex_standard.measures import MEASURES

    from .columns_compared import SCOPE as COLUMNS
    from .columns_compared import facts as tables

    new, old = ([f"{side}/{i}" for i in range(300)] for side in ("new", "old"))
    given = tables({"key": new, "c": ["a", "b"] * 150}, {"key": old, "c": ["a", "b"] * 150})
    found = MEASURES["jensen_shannon_distance"].compute(given, COLUMNS)
    assert [c.attribute for c in found.comparisons] == ["c"]
    assert any("Column key holds another value in nearly every row" in n for n in found.noted)
