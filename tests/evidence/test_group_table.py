import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.group_table import BUCKETS, CELLS, GroupTable

RATES = tuple(CELLS)


def table(seed, n=200, *, weights=False, clusters=None, groups=("a", "b", "c"), rate=0.4):
    rng = np.random.default_rng(seed)
    return GroupTable.of(
        "attribute",
        rng.integers(0, len(groups), n),
        groups,
        rng.integers(0, 3, n).astype(np.int8),
        rng.random(n) < rate,
        weights=rng.integers(1, 5, n) / 2 if weights else None,
        buckets=None if clusters is None else rng.integers(0, clusters, n),
    )


@pytest.mark.parametrize(
    ("rate", "k", "n"),
    [
        # tp 6, fp 2, fn 4, tn 8, unobserved: 3 flagged, 7 not
        ("selection_rate", 11, 30),
        ("true_positive_rate", 6, 10),
        ("false_negative_rate", 4, 10),
        ("false_positive_rate", 2, 10),
        ("true_negative_rate", 8, 10),
        ("positive_predictive_value", 6, 8),
        ("false_discovery_rate", 2, 8),
        ("false_omission_rate", 4, 12),
        ("accuracy", 14, 20),
        ("outcome_prevalence", 10, 20),
    ],
)
def test_each_rate_is_counted_from_its_cells(rate, k, n):
    counts = np.array([[[8, 2], [4, 6], [7, 3]]])
    found = GroupTable(attribute="", groups=("",), counts=counts).proportion(rate)
    assert (found.k, found.n) == pytest.approx((k, n))


def test_what_a_minimum_counts_is_people_and_not_weights():
    found = table(1, weights=True)
    assert found.count("rows").sum() == 200
    positives = found.count("flagged") + found.count("unflagged")
    assert (positives == found.count("rows")).all()


@settings(max_examples=30)
@given(st.integers(0, 999), st.booleans(), st.booleans())
def test_adding_is_commutative_and_associative_and_keeps_every_group(seed, weights, clusters):
    kwargs = {"weights": weights, "clusters": 5 if clusters else None}
    a = table(seed, 40, groups=("a", "c"), **kwargs)
    b = table(seed + 1, 30, groups=("b", "c", "d"), **kwargs)
    c = table(seed + 2, 20, groups=("e",), **kwargs)
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert (a + b + c).groups == ("a", "b", "c", "d", "e")
    assert (a + b).counts.sum() == 70


def test_tables_gathered_differently_are_not_added():
    with pytest.raises(ValueError, match="cannot add tables of"):
        table(1) + GroupTable(attribute="other", groups=(), counts=np.zeros((0, 3, 2), int))
    with pytest.raises(ValueError, match="with weights and one without"):
        table(1, weights=True) + table(1)
    with pytest.raises(ValueError, match="with buckets and one without"):
        table(1) + table(1, clusters=3)


@pytest.mark.parametrize("kwargs", [{}, {"weights": True}, {"clusters": 9}])
def test_a_stored_table_reopens_as_it_was(kwargs):
    found = table(2, **kwargs)
    assert GroupTable.from_dict(found.to_dict()) == found
    assert found.only("a") == GroupTable.from_dict(found.only("a").to_dict())


def test_a_table_of_nobody_reopens_as_it_was():
    nobody = GroupTable.of(
        "x", np.zeros(0, np.int64), (), np.zeros(0, np.int8), np.zeros(0, bool),
        buckets=np.zeros(0, np.int64),
    )  # fmt: skip
    assert GroupTable.from_dict(nobody.to_dict()) == nobody
    assert nobody + nobody == nobody


@pytest.mark.parametrize("kwargs", [{}, {"weights": True}, {"clusters": 9}])
@pytest.mark.parametrize("rate", RATES)
def test_all_groups_at_once_give_what_one_after_another_gives(kwargs, rate):
    found = table(3, **kwargs)
    everyone = found.proportions(rate)
    others = found.rest_proportions(rate)
    for i, group in enumerate(found.groups):
        one = found.only(group).proportion(rate)
        rest = found.rest(group).proportion(rate)
        assert (everyone[i].k, everyone[i].n) == pytest.approx((one.k, one.n))
        assert (others[i].k, others[i].n) == pytest.approx((rest.k, rest.n))


def test_a_rate_without_a_denominator_is_none():
    found = GroupTable(attribute="", groups=("",), counts=np.array([[[5, 0], [0, 0], [0, 0]]]))
    assert found.proportion("true_positive_rate") is None
    assert found.proportion("positive_predictive_value") is None
    assert found.proportion("false_positive_rate").value == 0


# Weights ------------------------------------------------------------------------------------


def weighted(weights, hit):
    n = len(weights)
    return GroupTable.of(
        "", np.zeros(n, np.int64), ("",), np.ones(n, np.int8), np.asarray(hit, bool),
        weights=np.asarray(weights, float),
    )  # fmt: skip


@settings(max_examples=30)
@given(st.integers(0, 999), st.sampled_from([1e-6, 0.1, 3.0, 1e6]))
def test_scaling_all_weights_changes_no_rate_and_no_effective_size(seed, factor):
    rng = np.random.default_rng(seed)
    weights, hit = rng.random(50) + 0.1, rng.random(50) < 0.4
    one = weighted(weights, hit).proportion("true_positive_rate")
    scaled = weighted(weights * factor, hit).proportion("true_positive_rate")
    assert (scaled.k, scaled.n) == pytest.approx((one.k, one.n))


def test_equal_weights_are_no_weights():
    hit = np.arange(40) < 13
    found = weighted(np.full(40, 2.5), hit).proportion("true_positive_rate")
    assert (found.k, found.n) == pytest.approx((13, 40))


def test_unequal_weights_leave_kishs_effective_size():
    weights = np.array([1.0, 1, 4, 4] * 10)
    hit = np.array([1, 0, 1, 0] * 10)
    found = weighted(weights, hit).proportion("true_positive_rate")
    assert found.n == pytest.approx(100**2 / (20 * 1 + 20 * 16))


def test_where_the_rarer_side_weighs_more_the_size_is_that_of_the_linearised_variance():
    # 5 hits of weight 10 among 100: p = 50 / 145.
    weights = np.array([10.0] * 5 + [1.0] * 95)
    found = weighted(weights, weights > 1).proportion("true_positive_rate")
    p = 50 / 145
    variance = (5 * 100 * (1 - p) ** 2 + 95 * p**2) / 145**2
    assert found.value == pytest.approx(p)
    assert p * (1 - p) / found.n == pytest.approx(variance)


# Clusters -----------------------------------------------------------------------------------


def clustered(seed, clusters, size, icc, rate=0.4, group_of=None, groups=("a",)):
    rng = np.random.default_rng(seed)
    spread = (1 - icc) / icc if icc < 1 else None
    p = (
        (rng.random(clusters) < rate).astype(float)
        if spread is None
        else rng.beta(rate * spread, (1 - rate) * spread, clusters)
    )
    hit = rng.random(clusters * size) < np.repeat(p, size)
    bucket = np.repeat(rng.integers(0, BUCKETS, clusters), size)
    codes = np.zeros(len(hit), np.int64) if group_of is None else np.repeat(group_of, size)
    return GroupTable.of("x", codes, groups, np.ones(len(hit), np.int8), hit, buckets=bucket)


@pytest.mark.parametrize(("size", "icc"), [(5, 0.25), (5, 1.0), (20, 0.2)])
def test_the_jackknife_finds_the_design_effect(size, icc):
    expected = 1 + (size - 1) * icc
    found = [
        1000 * size / clustered(seed, 1000, size, icc).proportion("true_positive_rate").n
        for seed in range(40)
    ]
    assert np.mean(found) == pytest.approx(expected, rel=0.08)


def test_people_on_their_own_have_next_to_no_design_effect():
    found = [
        4000 / clustered(seed, 4000, 1, 0.5).proportion("true_positive_rate").n
        for seed in range(20)
    ]
    assert 1 <= np.mean(found) < 1.15


def test_a_group_that_is_one_family_counts_as_one():
    group_of = np.array([0] * 300 + [1])
    found = clustered(1, 301, 12, 0.3, group_of=group_of, groups=("many", "one family"))
    assert found.count("rows")[1] == 12
    assert found.proportions("true_positive_rate")[1].n == pytest.approx(1)


def test_few_families_count_for_less_than_their_design_effect_alone():
    group_of = np.array([0] * 300 + [1] * 4)
    found = clustered(2, 304, 12, 0.999, group_of=group_of, groups=("many", "four families"))
    assert found.proportions("true_positive_rate")[1].n <= 4


def test_clusters_that_all_fare_alike_borrow_the_design_effect_of_everybody():
    # 12 families, all wholly found: by itself that looks like 60 independent people.
    rng = np.random.default_rng(5)
    families = np.arange(612)
    found_family = np.where(families < 600, rng.random(612) < 0.7, True)
    table_ = GroupTable.of(
        "x", np.repeat((families >= 600).astype(int), 5), ("many", "twelve"),
        np.ones(612 * 5, np.int8), np.repeat(found_family, 5),
        buckets=np.repeat(rng.integers(0, BUCKETS, 612), 5),
    )  # fmt: skip
    twelve = table_.proportions("true_positive_rate")[1]
    assert twelve.value == 1
    assert 5 <= twelve.n <= 15
    assert table_.only("twelve").proportion("true_positive_rate").n == pytest.approx(twelve.n)


def test_scaling_weights_changes_no_design_effect():
    rng = np.random.default_rng(6)
    n = 900
    bucket = np.repeat(rng.integers(0, BUCKETS, n // 3), 3)
    hit = np.repeat(rng.random(n // 3) < 0.4, 3)
    hit[:30] = True
    weights = rng.choice([1.0, 3.0], n)
    codes = (np.arange(n) < 30).astype(np.int64)
    one, scaled = (
        GroupTable.of(
            "x", codes, ("a", "b"), np.ones(n, np.int8), hit, weights=weights * f, buckets=bucket
        ).proportions("true_positive_rate")
        for f in (1.0, 250.0)
    )
    for a, b in zip(one, scaled, strict=True):
        assert (b.k, b.n) == pytest.approx((a.k, a.n))


def test_two_hundred_groups_in_clusters_are_measured_in_a_moment():
    rng = np.random.default_rng(7)
    n = 20_000
    found = GroupTable.of(
        "x", rng.integers(0, 200, n), tuple(f"{i:03d}" for i in range(200)),
        rng.integers(0, 2, n).astype(np.int8), rng.random(n) < 0.3,
        buckets=rng.integers(0, BUCKETS, n),
    )  # fmt: skip
    rest = found.rest_proportions("false_positive_rate")
    assert len(rest) == 200
    assert all(p.n > 1000 for p in rest)
