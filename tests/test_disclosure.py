"""What may be shown: the properties of section 4 of the disclosure control reference, on tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.disclosure import Protection, suppression
from essex_standard.disclosure.attacker import exposed
from essex_standard.disclosure.cells import rounded
from essex_standard.disclosure.suppression import withheld
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.group_table import CELLS, FN, FP, TN, TP
from essex_standard.evidence.held import Held
from essex_standard.measurement import Measurement
from essex_standard.measures.bias import rate_difference
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope

KINDS = (TP, FP, FN, TN)
WHOLE = ("", "")


def people(cells):
    """Return rows of (labels, outcome, flagged) for {(label, ...): (tp, fp, fn, tn)}."""
    labels, outcome, flagged = [], [], []
    for group, counts in cells.items():
        for (y, d), n in zip(KINDS, counts, strict=True):
            labels += [group] * n
            outcome += [y] * n
            flagged += [d] * n
    return labels, np.array(outcome, np.int8), np.array(flagged, bool)


def held(cells, *, names=("group",), min_cell=0, base=1, unobserved=None, **more):
    """Return the evidence of a table; `unobserved` adds (unflagged, flagged) to each group."""
    cells = {g if isinstance(g, tuple) else (g,): c for g, c in cells.items()}
    labels, outcome, flagged = people(cells)
    for group, counts in (unobserved or {}).items():
        for d, n in enumerate(counts):
            labels += [(group,)] * n
            outcome = np.append(outcome, np.full(n, 2, np.int8))
            flagged = np.append(flagged, np.full(n, bool(d)))
    columns = {
        name: np.array([label[i] for label in labels], dtype=object) for i, name in enumerate(names)
    }
    evidence = Evidence.of(outcome=outcome, flagged=flagged, protected=columns, **more)
    return Held(assessed=evidence, min_cell=min_cell, base=base)


def shown(protection):
    return set(protection.assessed.people)


def bias_measurements(given_, rate="true_positive_rate"):
    facts = Facts(assessed=given_.assessed, score_kind="none")
    found = rate_difference(facts, Scope(across=("protected", "intersections")), rate=rate)
    judged = tuple(
        Measurement(
            measure=c.measure, attribute=c.attribute, group=c.group, versus=c.versus,
            value=None if c.estimate is None else c.estimate.value, n=c.n,
        )
        for c in found.comparisons
    )  # fmt: skip
    return (*judged, *found.told)


BIG = (400, 100, 200, 900)


# What is shown and what is not -----------------------------------------------------------------


def test_a_group_with_one_small_cell_is_withheld_whole_and_so_is_the_one_that_would_give_it_away():
    protection = Protection.of(held({"a": BIG, "b": (60, 30, 40, 90), "c": (80, 3, 70, 90)}))

    assert shown(protection) == {WHOLE, ("group", "a")}
    for rate in CELLS:
        assert protection.rate(rate, "group", "c") is None
        assert protection.rest_rate(rate, "group", "c") is None


def test_of_two_groups_one_small_one_silences_both():
    protection = Protection.of(held({"a": BIG, "b": (9, 30, 40, 90)}))

    assert shown(protection) == {WHOLE}


def test_two_small_groups_hide_each_other_only_where_together_they_are_enough():
    enough = Protection.of(held({"a": BIG, "b": (6, 30, 40, 90), "c": (6, 30, 40, 90)}))
    too_few = Protection.of(
        held({"a": BIG, "b": (2, 30, 40, 90), "c": (3, 30, 40, 90), "d": (60, 50, 80, 95)})
    )

    assert ("group", "a") in shown(enough)
    assert ("group", "d") not in shown(too_few)


def test_a_zero_is_withheld_like_any_small_number():
    protection = Protection.of(held({"a": BIG, "b": (0, 30, 40, 90), "c": BIG}))

    assert ("group", "b") not in shown(protection)


def test_cells_that_are_empty_for_everybody_hide_nobody():
    nobody_flagged = Protection.of(held({"a": (0, 0, 100, 200), "b": (0, 0, 60, 300)}))

    assert shown(nobody_flagged) == {WHOLE, ("group", "a"), ("group", "b")}
    assert nobody_flagged.rate("selection_rate", "group", "a").value == 0


def test_a_cell_that_is_empty_by_chance_in_the_whole_hides_everything():
    assert shown(Protection.of(held({"a": (100, 0, 100, 200), "b": (80, 0, 60, 300)}))) == set()


def test_a_hidden_parent_hides_its_crossings_and_a_hidden_crossing_its_neighbours():
    cells = {
        ("F", "x"): (99, 60, 70, 300), ("F", "y"): (90, 55, 65, 280), ("F", "z"): (95, 50, 60, 250),
        ("M", "x"): (99, 65, 75, 320), ("M", "y"): (99, 50, 60, 270), ("M", "z"): (4, 50, 60, 260),
    }  # fmt: skip
    protection = Protection.of(held(cells, names=("sex", "site")))
    hidden = {
        g for g in protection.groups["sex & site"] if ("sex & site", g) not in shown(protection)
    }

    assert "M & z" in hidden
    assert sum(g.startswith("M") for g in hidden) >= 2
    assert sum(g.endswith("z") for g in hidden) >= 2


def test_names_that_cannot_be_traced_to_their_totals_withhold_the_crossing():
    cells = {
        ("A", "B & C"): BIG, ("A & B", "C"): BIG, ("A", "C"): BIG, ("A & B", "B & C"): BIG,
    }  # fmt: skip
    protection = Protection.of(held(cells, names=("one", "two")))

    assert not [key for key in shown(protection) if key[0] == "one & two"]
    assert ("one", "A") in shown(protection)


# Unobserved outcomes ---------------------------------------------------------------------------


def test_a_handful_of_unobserved_outcomes_is_left_out_of_every_figure():
    protection = Protection.of(held({"a": BIG, "b": BIG}, unobserved={"a": (2, 1)}))

    assert protection.total == 2 * sum(BIG)
    assert protection.rate("selection_rate", "group", "a").n == sum(BIG)


def test_where_they_are_not_few_and_one_cell_is_small_selection_is_not_told():
    protection = Protection.of(held({"a": BIG, "b": BIG}, unobserved={"a": (300, 4)}))

    assert protection.rate("selection_rate", "group", "a") is None
    assert protection.rate("true_positive_rate", "group", "a") is not None
    assert protection.total == 2 * sum(BIG)


def test_many_unobserved_outcomes_count_as_cells_of_their_own():
    protection = Protection.of(
        held({"a": BIG, "b": BIG, "c": BIG}, unobserved={"a": (300, 100), "b": (300, 100)})
    )

    assert ("group", "c") not in shown(protection)


# Figures ---------------------------------------------------------------------------------------


def test_rates_come_from_rounded_cells_and_n_from_their_sum():
    protection = Protection.of(held({"a": (13, 41, 28, 57), "b": BIG}))
    m = Measurement(measure="true_positive_rate", attribute="group", group="a", value=13 / 41, n=41)

    got = protection.protect(m, 0.95)

    assert (got.value, got.n) == (0.33, 45)
    assert got.low < got.value < got.high


def test_a_gap_is_withheld_if_either_side_is():
    protection = Protection.of(held({"a": BIG, "b": (80, 3, 70, 90), "c": (60, 30, 40, 90)}))
    for group, versus in (("a", "b"), ("b", "a")):
        m = Measurement(
            measure="selection_rate_difference", attribute="group", group=group, versus=versus,
            value=0.1, low=0.0, high=0.2, n=100,
        )  # fmt: skip
        assert protection.protect(m, 0.95) == replace(
            m, value=None, low=None, high=None, n=None, withheld=True
        )


@pytest.mark.parametrize("n", [0, 3, 9, 60])
def test_what_could_not_be_computed_does_not_tell_its_n(n):
    protection = Protection.of(held({"a": BIG, "b": BIG}))
    m = Measurement(measure="accuracy_difference_to_rest", attribute="group", group="a", n=n)

    assert protection.protect(m, 0.95).n is None


def test_a_measure_nobody_thought_about_is_not_published():
    protection = Protection.of(held({"a": BIG, "b": BIG}))
    m = Measurement(measure="longest_absence", value=12.0, n=500)

    assert protection.protect(m, 0.95).withheld
    assert protection.protect(m, 0.95).value is None


def test_counts_that_are_not_of_people_pass():
    protection = Protection.of(held({"a": BIG, "b": BIG}))

    assert protection.protect(Measurement(measure="uncovered_columns", value=3.0), 0.95).value == 3


def test_the_ratio_of_rates_that_are_all_zero_is_withheld_and_not_called_equal():
    protection = Protection.of(held({"a": (0, 0, 100, 200), "b": (0, 0, 60, 300)}))
    m = Measurement(measure="demographic_parity_ratio", attribute="group", value=1.0)

    assert protection.protect(m, 0.95).withheld


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        # Found: a 400 of 600, b 60 of 75; wrongly flagged: a 100 of 1,000, b 30 of 120.
        ("true_positive_rate_difference_to_overall", round(60 / 75 - 460 / 675, 2)),
        ("true_positive_rate_ratio_to_overall", round((460 / 675) / (60 / 75), 2)),
        ("equalized_odds_ratio_to_overall", round((130 / 1120) / (30 / 120), 2)),
        ("demographic_parity_difference_to_overall", None),
    ],
)
def test_distances_from_everyone_come_from_the_rounded_cells_of_shown_groups(measure, value):
    protection = Protection.of(held({"a": BIG, "b": (60, 30, 15, 90)}))
    m = Measurement(measure=measure, attribute="group", value=0.987654)
    seen = protection.protect(m, 0.95)
    assert seen.value == value
    assert (seen.low, seen.high, seen.n) == (None, None, None)


def test_a_distance_from_everyone_is_withheld_where_too_few_groups_are_shown():
    protection = Protection.of(held({"a": BIG, "b": (6, 30, 15, 90)}))
    for measure in ("true_positive_rate_difference_to_overall", "equalized_odds_ratio_to_overall"):
        m = Measurement(measure=measure, attribute="group", value=0.5)
        assert protection.protect(m, 0.95).withheld


def test_agreements_can_raise_the_minimum_and_coarsen_the_rounding_but_not_loosen_them():
    cells = {"a": BIG, "b": (60, 30, 15, 90), "c": BIG}
    strict, loose = (Protection.of(held(cells, min_cell=k, base=b)) for k, b in ((20, 10), (1, 1)))

    assert ("group", "b") not in shown(strict)
    assert ("group", "b") in shown(loose)
    assert (strict.base, loose.base, loose.min_cell) == (10, 5, 10)


def test_per_thousand_adds_up_and_needs_a_hundred_people():
    many = Protection.of(held({"a": BIG, "b": BIG})).per_thousand()
    few = Protection.of(held({"a": (11, 12, 11, 12), "b": (11, 11, 11, 11)})).per_thousand()

    assert many.flagged == many.rightly + many.wrongly == 312
    assert many.tested_on == 3200
    assert few.flagged is None
    assert "too few" in few.why_not


# Weights and clusters --------------------------------------------------------------------------


def test_weighted_rates_are_protected_as_weighted_rates():
    cells = {"a": (200, 100, 100, 300), "b": (150, 90, 120, 280)}
    _, outcome, _ = people({(g,): c for g, c in cells.items()})
    weights = np.where(outcome == 1, 3.0, 0.5) * np.random.default_rng(3).uniform(
        0.5, 1.5, len(outcome)
    )
    given_ = held(cells, weights=weights)
    protection = Protection.of(given_)

    for rate in ("selection_rate", "true_positive_rate", "accuracy", "positive_predictive_value"):
        for group in ("a", "b"):
            raw = given_.assessed.groups["group"].only(group).proportion(rate)
            got = protection.rate(rate, "group", group)
            assert got.value == pytest.approx(raw.value, abs=0.02)
            assert got.n <= raw.n
    assert protection.assessed.people[WHOLE].sum() == sum(map(sum, cells.values()))


def test_a_weighted_cell_that_two_people_dominate_is_withheld():
    cells = {"a": (40, 40, 40, 40), "b": (40, 40, 40, 40), "c": (40, 40, 40, 40)}
    weights = np.ones(480)
    weights[:2] = 1000.0

    protection = Protection.of(held(cells, weights=weights))

    assert ("group", "a") not in shown(protection)


def test_ten_rows_of_one_family_are_one_family():
    cells = {"a": (40, 40, 40, 40), "b": (40, 40, 40, 40), "c": (60, 60, 60, 60)}
    clusters = np.array([f"family {i}" for i in range(560)], dtype=object)
    clusters[:40] = "one family"

    protection = Protection.of(held(cells, clusters=clusters))

    assert ("group", "a") not in shown(protection)
    assert ("group", "c") in shown(protection)


# Properties (a) to (g) -------------------------------------------------------------------------

counts = st.one_of(st.integers(0, 14), st.integers(0, 60), st.integers(100, 400))
tables = st.lists(st.tuples(counts, counts, counts, counts), min_size=2, max_size=5).map(
    lambda rows: {f"g{i}": row for i, row in enumerate(rows)}
)
crossed = st.lists(st.tuples(counts, counts, counts, counts), min_size=6, max_size=6).map(
    lambda rows: {(f"a{i // 3}", f"b{i % 3}"): row for i, row in enumerate(rows)}
)


deep = st.lists(st.tuples(counts, counts, counts, counts), min_size=12, max_size=12).map(
    lambda rows: {(f"a{i // 6}", f"b{i // 3 % 2}", f"c{i % 3}"): row for i, row in enumerate(rows)}
)


def nonempty(cells):
    return sum(map(sum, cells.values())) > 0


@settings(max_examples=40, deadline=None)
@given(tables.filter(nonempty))
def test_a_b_no_published_number_is_small_and_each_is_a_multiple_of_the_base(cells):
    given_ = held(cells)
    protection = Protection.of(given_)
    published = [
        protection.protect(m, 0.95).n
        for rate in ("true_positive_rate", "selection_rate")
        for m in bias_measurements(given_, rate)
    ]
    published += [protection.total, protection.per_thousand().tested_on]

    assert all(n is None or (n >= 10 and n % 5 == 0) for n in published)


def consistent_ends(protection, given_, attribute, group, kind):
    """Return the least and most people a cell may hold, by integer programming over all tables.

    Independent of the library: every shown cell is the interval that rounds to it, every table
    adds up to the whole, and crossings add up to both attributes.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    keys = [(a, g) for a, t in given_.assessed.groups.items() for g in t.groups]
    place = {key: i for i, key in enumerate(keys)}
    low, high = np.zeros(len(keys)), np.full(len(keys), np.inf)
    for key, cells in protection.assessed.people.items():
        low[place[key]], high[place[key]] = max(cells[kind] - 2, 0), cells[kind] + 2
    rows = []
    for a, t in given_.assessed.groups.items():
        if " & " in a:
            parts = a.split(" & ")
            for left_out in range(len(parts)):
                margin = [i for i in range(len(parts)) if i != left_out]
                total = " & ".join(parts[i] for i in margin)
                for parent in given_.assessed.groups[total].groups:
                    row = np.zeros(len(keys))
                    row[place[total, parent]] = -1
                    for g in t.groups:
                        row[place[a, g]] = [g.split(" & ")[i] for i in margin] == parent.split(
                            " & "
                        )
                    rows.append(row)
        elif a:
            row = np.zeros(len(keys))
            row[place[WHOLE]] = -1
            for g in t.groups:
                row[place[a, g]] = 1
            rows.append(row)
    ends = []
    for sign in (1, -1):
        aim = np.zeros(len(keys))
        aim[place[attribute, group]] = sign
        solved = milp(
            aim, constraints=LinearConstraint(np.array(rows), 0, 0),
            integrality=np.ones(len(keys)), bounds=Bounds(low, high),
        )  # fmt: skip
        ends.append(np.inf if solved.status == 3 else sign * solved.fun)
    return ends


def assert_nothing_learned(given_):
    protection = Protection.of(given_)
    if WHOLE not in shown(protection):
        assert shown(protection) == set()
        return
    for attribute, table in given_.assessed.groups.items():
        for i, group in enumerate(table.groups):
            if (attribute, group) in shown(protection):
                continue
            for kind in KINDS:
                if protection.assessed.exists[kind] and table.counts[i][kind] < 10:
                    least, most = consistent_ends(protection, given_, attribute, group, kind)
                    assert least <= 0, (attribute, group, kind)
                    assert most >= 9, (attribute, group, kind)


@settings(max_examples=25, deadline=None)
@given(tables.filter(nonempty))
def test_c_each_small_cell_of_one_attribute_may_still_be_anything_below_the_minimum(cells):
    assert_nothing_learned(held(cells))


@settings(max_examples=25, deadline=None)
@given(crossed.filter(nonempty))
def test_c_each_small_cell_of_crossed_attributes_may_still_be_anything_below_the_minimum(cells):
    assert_nothing_learned(held(cells, names=("first", "second")))


@settings(max_examples=20, deadline=None)
@given(deep.filter(nonempty))
def test_c_no_small_cell_of_three_attributes_crossed_is_recovered(cells):
    assert_nothing_learned(held(cells, names=("first", "second", "third"), depth=3))


def test_a_triple_is_protected_with_its_pairs_and_one_hidden_cell_hides_others():
    # Everybody is many, but for one crossing of three; each pair of it is large enough.
    cells = {
        (a, b, c): (60, 60, 60, 60)
        for a in ("a0", "a1")
        for b in ("b0", "b1")
        for c in ("c0", "c1")
    }
    cells["a0", "b0", "c0"] = (3, 60, 60, 60)

    protection = Protection.of(held(cells, names=("x", "y", "z"), depth=3))

    hidden = {g for a, g in all_groups(held(cells, names=("x", "y", "z"), depth=3))
              if (a, g) not in shown(protection) and a == "x & y & z"}  # fmt: skip
    # The other of each pair's two is hidden with it: nothing can be had by taking away.
    assert "a0 & b0 & c0" in hidden
    assert {"a0 & b0 & c1", "a0 & b1 & c0", "a1 & b0 & c0"} <= hidden
    assert ("x & y", "a0 & b0") in shown(protection)
    pairs_alone = Protection.of(held(cells, names=("x", "y", "z"), depth=2))
    assert ("x & y", "a0 & b0") in shown(pairs_alone)


def test_too_many_deep_groups_are_withheld_whole(monkeypatch):
    cells = {
        (a, b, c): (90, 90, 90, 90)
        for a in ("a0", "a1")
        for b in ("b0", "b1")
        for c in ("c0", "c1")
    }
    given_ = held(cells, names=("x", "y", "z"), depth=3)
    assert ("x & y & z", "a0 & b0 & c0") in shown(Protection.of(given_))
    monkeypatch.setattr(suppression, "MOST_DEEP", 7)
    assert not {a for a, _ in shown(Protection.of(given_))} & {"x & y & z"}
    assert ("x & y", "a0 & b0") in shown(Protection.of(given_))


def all_groups(given_):
    return [(a, g) for a, t in given_.assessed.groups.items() for g in t.groups]


def test_the_attacker_finds_cells_that_only_a_system_of_equations_gives_away():
    def corners(x11, x12, x21, x22):
        cells = {
            ("a", "1"): x11 + x12, ("a", "2"): x21 + x22,
            ("b", "1"): x11 + x21, ("b", "2"): x12 + x22,
            ("a & b", "1 & 1"): x11, ("a & b", "1 & 2"): x12,
            ("a & b", "2 & 1"): x21, ("a & b", "2 & 2"): x22,
        }  # fmt: skip
        return {key: np.array([n]) for key, n in cells.items()}

    families = [
        ((side, mine), tuple(("a & b", g) for g in names))
        for side, mine, names in (
            ("a", "1", ("1 & 1", "1 & 2")), ("a", "2", ("2 & 1", "2 & 2")),
            ("b", "1", ("1 & 1", "2 & 1")), ("b", "2", ("1 & 2", "2 & 2")),
        )
    ]  # fmt: skip
    hidden = frozenset(("a & b", g) for g in ("1 & 1", "1 & 2", "2 & 1", "2 & 2"))

    # Two cells are withheld in each row and column, and together they are ten or more. And yet, of
    # some 29 in the first column no more than about 20 fit into the first row: 9 are left over.
    assert exposed(corners(20, 0, 9, 11), families, hidden, k=10, base=5) == {("a & b", "2 & 1")}
    assert exposed(corners(30, 8, 60, 4), families, hidden, k=10, base=5) == set()


def test_families_that_are_shown_whole_narrow_what_a_withheld_cell_may_be():
    cells = {
        ("t", "all"): 21, ("shown", "1"): 13, ("shown", "2"): 8,
        ("mine", "small"): 8, ("mine", "big"): 13, ("other", "all"): 113, ("other", "rest"): 100,
    }  # fmt: skip
    raw = {key: np.array([n]) for key, n in cells.items()}
    hidden = frozenset({("mine", "small"), ("mine", "big")})
    families = [
        (("t", "all"), (("mine", "small"), ("mine", "big"))),
        (("other", "all"), (("mine", "big"), ("other", "rest"))),
    ]
    # 20 is 18 to 22 and the big one 11 to 19, which leaves 0 to 11 for the small one. Shown parts
    # of 15 and 10 (13 and 8 at the least) make the 20 a 21 or 22, which leaves 2 to 11.
    assert exposed(raw, families, hidden, k=10, base=5) == set()
    shown_whole = (("t", "all"), (("shown", "1"), ("shown", "2")))
    assert exposed(raw, [*families, shown_whole], hidden, k=10, base=5) == {("mine", "small")}


@settings(max_examples=25, deadline=None)
@given(tables.filter(nonempty))
def test_d_protecting_what_is_protected_changes_nothing(cells):
    once = Protection.of(held(cells)).assessed.people
    again = {key: rounded(c, 5) for key, c in once.items()}

    assert all(np.array_equal(once[key], again[key]) for key in once)


@settings(max_examples=25, deadline=None)
@given(tables.filter(nonempty), st.randoms())
def test_e_the_order_of_groups_and_rows_changes_nothing(cells, random):
    shuffled = list(cells.items())
    random.shuffle(shuffled)
    one, other = (Protection.of(held(dict(c))).assessed.people for c in (cells, shuffled))

    assert set(one) == set(other)
    assert all(np.array_equal(one[key], other[key]) for key in one)


@settings(max_examples=25, deadline=None)
@given(tables.filter(nonempty), st.integers(10, 30), st.integers(0, 20))
def test_f_a_higher_minimum_never_shows_more(cells, k, further):
    groups = held(cells).assessed.groups

    assert withheld(groups, k=k, base=5) <= withheld(groups, k=k + further, base=5)


@settings(max_examples=25, deadline=None)
@given(tables.filter(nonempty), st.integers(0, 4), st.integers(0, 3))
def test_g_one_more_person_moves_what_is_shown_by_whole_steps_or_not_at_all(cells, which, kind):
    group = f"g{which % len(cells)}"
    before = Protection.of(held(cells))
    more = list(cells[group])
    more[kind] += 1
    after = Protection.of(held({**cells, group: tuple(more)}))

    for key in shown(before) & shown(after):
        change = after.assessed.people[key] - before.assessed.people[key]
        assert set(np.unique(change)) <= {0, 5}
        if key not in (WHOLE, ("group", group)):
            assert not change.any()
