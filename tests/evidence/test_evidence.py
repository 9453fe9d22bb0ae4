import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.errors import DataError
from essex_standard.evidence.evidence import Evidence, cluster_buckets
from essex_standard.evidence.group_table import BUCKETS
from essex_standard.evidence.held import Held
from essex_standard.evidence.rule_table import RuleTable

from .populations import gathered, populations, rows


def is_same(one, other):
    """Compare exactly, but for the quantile sketches, which promise a stated error only."""
    drop = {"columns", "score_profile"}
    return {k: v for k, v in one.to_dict().items() if k not in drop} == {
        k: v for k, v in other.to_dict().items() if k not in drop
    }


@settings(max_examples=50, deadline=None)
@given(st.data(), populations(weighted=None), st.integers(0, 30))
def test_evidence_of_two_batches_is_the_evidence_of_both(data, population, cut):
    n = len(population["outcome"])
    cut = min(cut, n)
    first, second = (
        gathered(rows(population, np.arange(n)[part]))
        for part in (slice(None, cut), slice(cut, None))
    )
    assert is_same(first + second, gathered(population))
    assert is_same(second + first, gathered(population))


@settings(max_examples=30, deadline=None)
@given(populations(weighted=True, clustered=True), st.integers(0, 9), st.integers(0, 9))
def test_it_does_not_matter_in_what_order_three_batches_are_added(population, i, j):
    n = len(population["outcome"])
    cuts = sorted((min(i, n), min(i + j, n)))
    a, b, c = (gathered(rows(population, part)) for part in np.split(np.arange(n), cuts))
    assert is_same((a + b) + c, a + (b + c))


@settings(max_examples=30, deadline=None)
@given(populations(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(population, random):
    order = list(range(len(population["outcome"])))
    random.shuffle(order)
    shuffled = gathered(rows(population, np.array(order, dtype=int)))
    assert is_same(shuffled, gathered(population))


@settings(max_examples=30, deadline=None)
@given(populations(smallest=1))
def test_relabelling_groups_relabels_and_does_nothing_else(population):
    names = {"N": "z north", "S": "a south", "W": "m west"}
    renamed = dict(population)
    renamed["protected"] = {
        "sex": population["protected"]["sex"],
        "area": np.array([names[x] for x in population["protected"]["area"]], dtype=object),
    }
    before, after = (gathered(p).groups["area"] for p in (population, renamed))
    for group in before.groups:
        assert before.only(group).counts.tolist() == after.only(names[group]).counts.tolist()
    assert gathered(population).whole == gathered(renamed).whole


@settings(max_examples=30, deadline=None)
@given(populations())
def test_stored_evidence_reopens_as_it_was(population):
    evidence = gathered(population)
    stored = json.loads(json.dumps(evidence.to_dict()))
    assert is_same(Evidence.from_dict(stored), evidence)
    held = Held(assessed=evidence, reference=evidence, min_cell=12, base=3)
    again = Held.from_dict(json.loads(json.dumps(held.to_dict())))
    assert (again.min_cell, again.base) == (12, 3)
    assert is_same(again.reference, evidence)


@settings(max_examples=30, deadline=None)
@given(populations(clustered=True, smallest=5))
def test_no_identifier_of_a_cluster_is_kept(population):
    text = json.dumps(gathered(population).to_dict())
    for name in ("fam-017", "fam-018", "school:9"):
        assert name not in text


def test_evidence_of_nobody_has_a_whole_and_changes_nothing():
    nobody = Evidence.of(
        outcome=np.zeros(0, np.int8), flagged=np.zeros(0, bool), scores=np.zeros(0),
        protected={"sex": np.zeros(0, dtype=object)},
    )  # fmt: skip
    assert nobody.rows == 0
    assert nobody.whole.counts.sum() == 0
    assert nobody.whole.proportion("selection_rate") is None
    everybody = Evidence.of(
        outcome=np.array([0, 1], np.int8), flagged=np.array([True, False]),
        scores=np.array([0.6, 0.4]), protected={"sex": np.array(["F", "M"], dtype=object)},
    )  # fmt: skip
    assert is_same(nobody + everybody, everybody)
    assert Evidence(rows=0) + everybody is everybody
    assert everybody + Evidence(rows=0) is everybody


def simple(**kwargs):
    base = {
        "outcome": np.array([0, 1, 1], np.int8),
        "flagged": np.array([True, False, True]),
        "protected": {"sex": np.array(["F", "M", "F"], dtype=object)},
    }
    return Evidence.of(**base | kwargs)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"threshold": 0.4}, "different thresholds"),
        ({"scores": np.array([0.1, 0.2, 0.3])}, "with and without scores"),
        ({"protected": {"age": np.array(["F", "M", "F"], dtype=object)}}, "different attributes"),
        ({"weights": np.ones(3)}, "with weights and one without"),
        ({"clusters": np.array(["a", "b", "c"], dtype=object)}, "with buckets and one without"),
        ({"columns": pd.DataFrame({"x": [1, 2, 3]})}, "different attributes or columns"),
    ],
)
def test_evidence_gathered_differently_is_not_added(other, words):
    with pytest.raises(ValueError, match=words):
        simple() + simple(**other)


def test_a_pair_of_attributes_crosses_the_groups_that_occur():
    evidence = simple(
        protected={
            "sex": np.array(["F", "M", "F"], dtype=object),
            "age": np.array(["old", "old", "young"], dtype=object),
        }
    )
    assert evidence.attributes() == ("sex", "age")
    assert evidence.attributes(intersections=True) == ("age & sex",)
    assert evidence.groups["age & sex"].groups == ("old & F", "old & M", "young & F")
    assert evidence.groups["age & sex"].counts.sum() == 3


def test_crossed_groups_that_read_alike_are_one_group_and_nobody_is_lost():
    evidence = simple(
        protected={
            "one": np.array(["a & b", "a", "c"], dtype=object),
            "two": np.array(["c", "b & c", "c"], dtype=object),
        }
    )
    pair = evidence.groups["one & two"]
    assert pair.groups == ("a & b & c", "c & c")
    assert pair.counts.sum(axis=(1, 2)).tolist() == [2, 1]


def test_without_decisions_there_is_no_table():
    evidence = Evidence.of(outcome=np.array([2, 2], np.int8), scores=np.array([0.1, 0.9]))
    assert evidence.whole is None
    assert evidence.attributes() == ()


def test_clusters_spread_evenly_over_the_buckets_and_always_alike():
    ids = np.array([f"family {i}" for i in range(20_000)], dtype=object)
    buckets = cluster_buckets(ids)
    counts = np.bincount(buckets, minlength=BUCKETS)
    expected = 20_000 / BUCKETS
    assert ((counts - expected) ** 2 / expected).sum() < 190  # chi-squared(127) at 0.999: 181.9
    assert (cluster_buckets(ids[::-1])[::-1] == buckets).all()
    # Stored evidence must merge with next year's: these are fixed for ever.
    assert buckets[:4].tolist() == [100, 102, 7, 97]


@settings(max_examples=30, deadline=None)
@given(populations(smallest=2), st.booleans())
def test_rule_tables_add_up_and_reopen(population, weighted):
    weights = np.ones(len(population["outcome"])) * 0.5 if weighted else None

    def table(index):
        part = rows(population, index)
        return RuleTable.of(
            part["scores"], part["rule"], part["outcome"], kind="probability",
            weights=None if weights is None else weights[index],
        )  # fmt: skip

    everyone = np.arange(len(population["outcome"]))
    half = len(everyone) // 2
    both = table(everyone[:half]) + table(everyone[half:])
    assert both == table(everyone)
    assert RuleTable.from_dict(json.loads(json.dumps(both.to_dict()))) == both
    seen = population["outcome"] < 2
    assert both.counts.sum() == seen.sum()
    assert both.people(1).sum() == pytest.approx((population["outcome"] == 1).sum())


def triple_population(n=2_000):
    rng = np.random.default_rng(7)
    protected = {
        name: rng.choice(np.array(groups, dtype=object), n)
        for name, groups in {"c": ["c0", "c1"], "a": ["a0", "a1", "a2"], "b": ["b0", "b1"],
                             "d": ["d0", "d1"]}.items()
    }  # fmt: skip
    return {
        "outcome": rng.integers(0, 2, n).astype(np.int8),
        "flagged": rng.random(n) < 0.4,
        "protected": protected,
    }


@pytest.mark.parametrize(("depth", "tables"), [(2, 11), (3, 15), (4, 16)])
def test_attributes_are_crossed_as_deep_as_asked_and_no_deeper(depth, tables):
    evidence = Evidence.of(**triple_population(), depth=depth)
    assert len(evidence.groups) == tables
    assert ("a & b & c" in evidence.groups) == (depth > 2)
    assert len(evidence.attributes(intersections=True)) == 6
    assert len(evidence.attributes(intersections=True, depth=3)) == (6 if depth == 2 else 10)
    assert evidence.attributes() == ("c", "a", "b", "d")


def test_a_triple_adds_up_to_each_of_its_pairs_and_over_batches():
    rows = triple_population()
    whole = Evidence.of(**rows, depth=3)
    triple = whole.groups["a & b & c"]
    pair = whole.groups["a & c"]
    for group, counts in zip(pair.groups, pair.counts, strict=True):
        a, c = group.split(" & ")
        parts = [
            n for g, n in zip(triple.groups, triple.counts, strict=True)
            if g.split(" & ")[0] == a and g.split(" & ")[2] == c
        ]  # fmt: skip
        assert np.array_equal(sum(parts), counts)
    halves = []
    for at in (slice(None, 900), slice(900, None)):
        part = {k: v[at] for k, v in rows.items() if k != "protected"}
        labels = {k: v[at] for k, v in rows["protected"].items()}
        halves.append(Evidence.of(**part, protected=labels, depth=3))
    assert halves[0] + halves[1] == whole


def test_more_crossings_than_can_be_told_apart_are_refused_with_a_mend():
    n = 20_000
    rng = np.random.default_rng(1)
    labels = np.array([f"g{i}" for i in range(100)], dtype=object)
    with pytest.raises(DataError) as caught:
        Evidence.of(
            outcome=np.zeros(n, np.int8),
            flagged=np.zeros(n, bool),
            protected={"ward": rng.choice(labels, n), "school": rng.choice(labels, n)},
        )
    said = str(caught.value)
    assert "protected columns school, ward: crossed, they make" in said
    assert "more than the 5,000" in said
    assert "Merge the values of one of them" in said
