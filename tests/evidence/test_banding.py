import numpy as np
import pandas as pd

from essex_standard.evidence.banding import MOST_COLUMNS, Bands, resolve_bands


def resolved(protected=None, **columns):
    given = {k: np.asarray(v, dtype=object) for k, v in (protected or {}).items()}
    return {b.name: b for b in resolve_bands(given, pd.DataFrame(columns))}


def test_protected_columns_come_first_then_categories_then_numbers():
    n = 400
    found = resolved(
        {"sex": ["F", "M"] * 200},
        income=np.linspace(0, 1, n),
        area=["x", "y", "z", "w"] * 100,
    )
    assert list(found) == ["sex", "area", "income"]


def test_numbers_are_cut_into_fifths_between_round_edges():
    bands = resolved(age=np.arange(1000) / 7)["age"]
    assert bands.edges == (28.4, 57.0, 85.6, 114.0)
    assert bands.values == (
        "under 28.4", "28.4 to under 57", "57 to under 85.6", "85.6 to under 114", "114 or more",
        "any other", "unknown",
    )  # fmt: skip
    codes = bands.codes(pd.Series([0.0, 28.4, 60.0, 200.0, None]))
    assert codes.tolist() == [0, 1, 2, 4, 6]


def test_rare_categories_lose_their_name_and_missing_ones_are_unknown():
    values = ["a"] * 100 + ["b"] * 50 + ["canary"] * 3 + [None] * 20
    bands = resolved(area=values)["area"]
    assert bands.labels == ("a", "b")
    assert bands.codes(pd.Series([*"ab", "canary", None])).tolist() == [0, 1, 2, 3]


def test_only_the_eight_most_frequent_categories_are_named():
    values = [f"v{i:02d}" for i in range(20) for _ in range(100 - i)]
    bands = resolved(area=values)["area"]
    assert bands.labels == tuple(f"v{i:02d}" for i in range(8))
    assert len(bands.values) == 10


def test_keys_text_dates_and_constants_are_left_out():
    n = 500
    assert not resolved(
        key=range(n),
        note=[f"text {i}" for i in range(n)],
        day=pd.date_range("2020-01-01", periods=n),
        same=["x"] * n,
    )


def test_a_column_that_cuts_people_as_an_earlier_one_is_left_out():
    found = resolved({"quintile": list("12345") * 100}, decile_name=list("abcde") * 100)
    assert list(found) == ["quintile"]


def test_no_more_than_eight_columns_are_crossed():
    rng = np.random.default_rng(0)
    found = resolved(**{f"c{i}": rng.integers(0, 4, 300) for i in range(15)})
    assert len(found) == MOST_COLUMNS


def test_one_and_one_point_nought_are_one_value():
    bands = Bands(name="n", labels=("1", "2"))
    assert bands.codes(pd.Series([1.0, 2.0, 1.0])).tolist() == [0, 1, 0]
    assert bands.codes(pd.Series(["1", 2, 1])).tolist() == [0, 1, 0]
