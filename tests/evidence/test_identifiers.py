import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.gb import nhs, upn

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.distinct import distinct_estimate, distinct_registers
from essex_standard.evidence.identifiers import RECOGNISERS, identifier_share, unique_key_share

RNG = np.random.default_rng(20181)


def profile(values, dtype=None):
    return ColumnProfile.of("c", pd.Series(values, dtype=dtype))


def share(name, values):
    p = profile(values)
    return identifier_share(p.identifiers, name, p.present)


def nhs_numbers(n):
    found = []
    while len(found) < n:
        nine = f"{RNG.integers(400_000_000, 500_000_000)}"
        found += [nine + d for d in "0123456789" if nhs.is_valid(nine + d)]
    return found[:n]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nhs_number", "943 476 5870"),  # python-stdnum's documented example
        ("nhs_number", "9434765870"),
        ("unique_pupil_number", "B801200005001"),  # likewise
        ("national_insurance_number", "QQ123456C".replace("QQ", "AB")),
        ("national_insurance_number", "ab 12 34 56 c"),
        ("email", "ada.lovelace@example.org"),
        ("email", " Ada-L@mail-box.example.org "),
        ("telephone", "01245 430430"),
        ("telephone", "+44 (0)20 7946 0958"),
        ("telephone", "07700 900123"),
        ("postcode", "CM1 1QH"),
        ("postcode", "SW1A1AA"),
        ("postcode", "ec1a 1bb"),
    ],
)
def test_each_identifier_is_recognised(name, value):
    assert share(name, [value] * 60) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nhs_number", "9434765871"),
        ("unique_pupil_number", "A801200005001"),
        ("national_insurance_number", "QQ123456C"),  # Q is never issued
        ("national_insurance_number", "GB123456C"),
        ("national_insurance_number", "AB123456"),
        ("email", "not an address"),
        ("email", "write to ada@example.org today"),
        ("telephone", "1245430430"),
        ("postcode", "CM1"),
        ("postcode", "QQ1 1QH"),
        ("postcode", "CM1 1CK"),  # C and K never stand in the last two
    ],
)
def test_what_only_looks_alike_is_not(name, value):
    assert share(name, [value] * 60) == 0.0


def test_random_ten_digit_numbers_are_not_nhs_numbers():
    p = profile(RNG.integers(4_000_000_000, 5_000_000_000, 20_000))
    matching, well_formed = p.identifiers["nhs_number"]
    assert matching / well_formed == pytest.approx(1 / 11, abs=0.01)
    assert identifier_share(p.identifiers, "nhs_number", p.present) == 0.0


def test_times_in_seconds_are_neither_nhs_numbers_nor_keys():
    p = profile(RNG.integers(1_500_000_000, 1_700_000_000, 5000))
    assert "nhs_number" not in p.identifiers
    assert unique_key_share(p) == 0.0


@pytest.mark.parametrize("as_number", [True, False])
def test_nhs_numbers_are_found_as_numbers_and_as_text(as_number):
    values = nhs_numbers(500)
    assert share("nhs_number", [int(v) for v in values] if as_number else values) == 1.0


def test_a_part_of_the_rows_is_a_share():
    assert share("email", ["a@b.org"] * 30 + ["none"] * 70) == pytest.approx(0.3)
    mixed = nhs_numbers(40) + [str(v) for v in range(60)]
    assert share("nhs_number", mixed) == pytest.approx(0.4)


def test_missing_values_are_no_rows_to_find_anything_in():
    assert share("email", ["a@b.org", None, None, None]) == 1.0


def test_one_number_that_happens_to_pass_says_nothing():
    assert share("nhs_number", [9434765870, *range(99)]) == 0.0


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("row numbers", range(5000)),
        ("case numbers", RNG.choice(np.arange(100_000, 999_999), 500, replace=False)),
        ("coded keys", [f"ESX-{i:06d}" for i in range(500)]),
        ("names", [f"Person{i} Surname{i}" for i in range(500)]),
    ],
)
def test_a_column_in_which_nearly_everyone_has_a_value_of_their_own_is_a_key(why, values):
    assert unique_key_share(profile(list(values))) > 0.95


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("measurements", RNG.normal(size=5000)),
        ("money", np.round(RNG.gamma(2, 30_000, 500), 2)),
        ("money in pence", RNG.integers(1_000, 90_000_000, 500)),
        ("money as text", [f"£{v:,.2f}" for v in RNG.gamma(2, 30_000, 500)]),
        ("days", [int(f"20{i % 90 + 10}0{i % 9 + 1}{i % 19 + 10}") for i in range(150)]),
        (
            "times as text",
            [f"2024-01-{i % 28 + 1:02d} 10:{i % 60:02d}:{i % 59:02d}" for i in range(500)],
        ),
        ("dates", pd.date_range("2001-01-01", periods=500)),
        ("ages", RNG.integers(0, 90, 5000)),
        ("notes", [f"a long note about family number {i} today" for i in range(500)]),
        ("few rows", [f"K{i}" for i in range(60)]),
    ],
)
def test_what_is_unique_without_naming_anybody_is_not_a_key(why, values):
    assert unique_key_share(profile(list(values))) < 0.95


def test_a_long_column_of_keys_is_still_a_key_when_distinct_values_are_estimated():
    p = profile([f"ID{i}" for i in range(30_000)])
    assert p.labels.bucketed
    assert unique_key_share(p) > 0.95


@settings(max_examples=50, deadline=None)
@given(st.integers(3_000_000_000, 9_999_999_999))
def test_the_check_digits_are_python_stdnums(number):
    issued = str(number)[0] in "34679"
    matching, _ = profile([number]).identifiers.get("nhs_number", (0, 0))
    assert bool(matching) == (issued and nhs.is_valid(str(number)))


@settings(max_examples=50, deadline=None)
@given(st.from_regex(r"[A-HJ-NP-RT-Z]80[1-3][0-9]{8}[0-9A-HJ-NP-RT-Z]", fullmatch=True))
def test_pupil_numbers_are_python_stdnums_too(value):
    matching, _ = profile([value]).identifiers.get("unique_pupil_number", (0, 0))
    assert bool(matching) == upn.is_valid(value)


def test_every_recogniser_says_what_it_finds_in_plain_words():
    assert all(r.words and "_" not in r.words for r in RECOGNISERS.values())


@pytest.mark.parametrize("n", [0, 1, 100, 3000, 10_000, 300_000])
def test_the_distinct_counter_is_right_within_five_percent(n):
    hashes = RNG.integers(0, 2**64, n, dtype=np.uint64)
    assert distinct_estimate(distinct_registers(hashes)) == pytest.approx(n, rel=0.05)


def test_the_distinct_counter_merges_by_the_larger_register():
    a, b = (RNG.integers(0, 2**64, 5000, dtype=np.uint64) for _ in range(2))
    both = distinct_registers(np.concatenate([a, b]))
    assert np.array_equal(np.maximum(distinct_registers(a), distinct_registers(b)), both)


def test_a_key_that_repeats_with_its_person_is_a_key_all_the_same():
    visits = profile([f"ESX{i // 4:05d}" for i in range(4000)])
    assert unique_key_share(visits) == pytest.approx(0.25)
    assert unique_key_share(visits, people=1000) == 1.0
    # A hundred wards, a thousand people; and a class in each of a hundred schools.
    assert unique_key_share(profile([f"Ward{i % 100}" for i in range(4000)]), people=1000) < 0.2
    assert unique_key_share(profile([f"Class{i % 100}" for i in range(4000)]), people=100) < 0.1


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("ages in months", RNG.integers(0, 216, 1000)),
        ("days since", RNG.integers(0, 600, 1000)),
        ("scores", RNG.normal(size=1000)),
        ("incomes", RNG.integers(100_000, 999_999, 500).repeat(2)),
    ],
)
def test_numbers_of_people_with_several_rows_are_no_keys(why, values):
    assert unique_key_share(profile(list(values)), people=500) < 0.95


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6).filter(lambda x: x != int(x)), min_size=120, max_size=200),
    st.one_of(st.none(), st.integers(1, 200)),
)
def test_no_measurement_is_a_key_however_unique(values, people):
    assert unique_key_share(profile(values), people) == 0.0


@settings(max_examples=60, deadline=None)
@given(st.integers(100, 400), st.integers(1, 10))
def test_rows_of_one_person_do_not_hide_their_key(people, rows_each):
    values = [f"k{i:06d}" for i in range(people)] * rows_each
    assert unique_key_share(profile(values), people) > 0.95
