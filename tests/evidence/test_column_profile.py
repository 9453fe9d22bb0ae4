import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.column_profile import MOST_NUMBERS, ColumnProfile
from essex_standard.evidence.label_counts import BUCKETS, MOST_LABELS

NAME = "x"
FLOATS = st.lists(st.one_of(st.none(), st.floats(width=64), st.integers(-5, 5).map(float)))
TEXTS = st.lists(st.one_of(st.none(), st.text(max_size=6), st.sampled_from(["F", "M"])))
ANYTHING = st.lists(
    st.one_of(st.none(), st.text(max_size=3), st.booleans(), st.integers(-9, 9), st.floats())
)


def floats(values):
    return pd.Series(values, dtype="float64")


def texts(values):
    return pd.Series(values, dtype="str")


def objects(values):
    return pd.Series(values, dtype="object")


def profile(series):
    return ColumnProfile.of(NAME, series)


@pytest.mark.parametrize(
    ("make", "values"), [(floats, FLOATS), (texts, TEXTS), (objects, ANYTHING)]
)
def test_adding_two_profiles_gives_the_profile_of_both(make, values):
    @settings(max_examples=40, deadline=None)
    @given(values, values, values)
    def law(a, b, c):
        x, y, z = (profile(make(v)) for v in (a, b, c))
        assert x + y == profile(make(a + b))
        assert x + y == y + x
        assert (x + y) + z == x + (y + z)
        assert x + ColumnProfile.empty(NAME) == x

    law()


@pytest.mark.parametrize(
    "series",
    [
        pd.Series(np.random.default_rng(1).normal(size=9000)),
        pd.Series(np.random.default_rng(1).lognormal(size=6000)).mask(lambda s: s < 0.3),
        pd.Series([f"case {i % 2500}" for i in range(5000)]),
    ],
    ids=["many numbers", "many numbers, some missing", "many labels"],
)
def test_the_law_holds_where_a_profile_turns_coarse_on_the_way(series):
    parts = [series[i : i + 700] for i in range(0, len(series), 700)]
    added = ColumnProfile.empty(NAME)
    for part in parts:
        added = added + profile(part)
    backwards = ColumnProfile.empty(NAME)
    for part in reversed(parts):
        backwards = profile(part) + backwards
    assert added == profile(series) == backwards
    assert json.dumps(added.to_dict()) == json.dumps(profile(series).to_dict())


def test_stored_and_read_again_it_is_the_same_to_the_byte():
    for series in (
        floats([1.5, None, float("inf"), 0.1 + 0.2, -0.0]),
        objects(["a", 1, True, None, pd.Timestamp("2024-02-29")]),
        floats([]),
        pd.Series(np.random.default_rng(0).normal(size=5000)),
    ):
        stored = json.dumps(profile(series).to_dict(), allow_nan=False)
        again = ColumnProfile.from_dict(json.loads(stored))
        assert again == profile(series)
        assert json.dumps(again.to_dict()) == stored
        assert again + again == profile(series) + profile(series)


def test_numbers_are_exact_up_to_the_limit_and_within_a_thousandth_beyond_it():
    exact = profile(pd.Series(np.arange(MOST_NUMBERS) / 7))
    assert not exact.numbers.binned
    assert exact.numbers.at.tolist() == (np.arange(MOST_NUMBERS) / 7).tolist()
    values = np.random.default_rng(2).normal(size=20_000) * 10.0 ** np.arange(
        20_000 // 1000
    ).repeat(1000)
    coarse = profile(pd.Series(values))
    assert coarse.numbers.binned
    assert coarse.present == 20_000
    points, counts = coarse.points()
    assert np.allclose(np.repeat(points, counts), np.sort(values), rtol=1e-3, atol=0)
    assert (points[0], points[-1]) == (values.min(), values.max())


def test_names_are_gone_beyond_a_thousand_labels():
    few = profile(texts([f"ward {i}" for i in range(MOST_LABELS)]))
    many = profile(texts([f"ward {i}" for i in range(MOST_LABELS + 1)]))
    assert "ward 7" in few.labels.counts
    assert many.labels.bucketed
    assert "ward" not in json.dumps(many.to_dict())
    assert many.labels.rows == MOST_LABELS + 1
    assert len(many.labels.counts) <= BUCKETS


@pytest.mark.parametrize(
    ("series", "kind"),
    [
        (pd.Series([1, 2, 3]), "numeric"),
        (pd.Series([1, None, 3], dtype="Int64"), "numeric"),
        (pd.Series([1.5, None], dtype="float64[pyarrow]"), "numeric"),
        (pd.Series([True, False]), "categorical"),
        (pd.Series([True, None], dtype="boolean"), "categorical"),
        (pd.Series(["a", None], dtype="string[pyarrow]"), "categorical"),
        (pd.Series(["a", "b"], dtype=object), "categorical"),
        (pd.Series([1, 2], dtype="category"), "categorical"),
        (pd.Series(["one two three four five six seven"] * 3), "text"),
        (pd.Series(pd.to_datetime(["2024-01-01", None])), "datetime"),
        (pd.Series(pd.to_datetime(["2024-01-01"]).date), "datetime"),
        (pd.Series(pd.to_timedelta(["1 day", "36h"])), "numeric"),
        (pd.Series([1, "a"], dtype=object), "mixed"),
        (pd.Series([None, None], dtype=object), "empty"),
        (pd.Series([], dtype="float64"), "empty"),
    ],
)
def test_each_dtype_is_read_as_what_it_is(series, kind):
    assert profile(series).kind == kind
    assert profile(series).missing == int(series.isna().sum())


def test_one_and_its_other_spellings_are_one_label():
    for series in (
        pd.Series(["1", "1", "2"]),
        pd.Series([1, 1, 2], dtype="category"),
        pd.Series([1.0, 1.0, 2.0], dtype="category"),
        pd.Series([1, "1", "2"], dtype=object),
        pd.Series([1, 1.0, 2]),
    ):
        assert dict(profile(series).as_labels().counts) == {"1": 2, "2": 1}


def test_true_and_one_are_two_things():
    assert dict(profile(objects([True, 1, 1.0])).as_labels().counts) == {"1": 2, "True": 1}


def test_a_declared_category_that_nobody_has_does_not_count():
    series = pd.Series(["a", "a"], dtype=pd.CategoricalDtype(["a", "b", "c"]))
    assert dict(profile(series).labels.counts) == {"a": 2}


def test_infinite_values_are_counted_apart():
    p = profile(floats([1, float("inf"), float("-inf"), None]))
    assert (p.rows, p.missing, p.infinite, p.present) == (4, 1, 2, 1)
    assert (p.low, p.high) == (1, 1)


def test_zeros_negatives_and_whole_numbers_are_counted():
    p = profile(floats([-0.0, 0, -1, 2.5]))
    assert (p.zeros, p.negatives, p.whole) == (2, 1, 3)


def test_dates_are_days_and_time_zones_do_not_move_them():
    naive = profile(pd.Series(pd.to_datetime(["1970-01-03 23:00"])))
    zoned = profile(pd.Series(pd.to_datetime(["1970-01-04 01:00"]).tz_localize("Etc/GMT-2")))
    assert naive.numbers.at.tolist() == zoned.numbers.at.tolist() == [2.0]


def test_the_sketch_holds_the_quantiles():
    values = np.random.default_rng(3).normal(size=50_000)
    sketch = profile(pd.Series(values)).sketch(2000)
    assert sketch.shape == (2000,)
    assert sketch[1000] == pytest.approx(np.median(values), abs=2e-3)
    assert np.all(np.diff(sketch) >= 0)
    assert profile(floats([])).sketch().shape == (0,)


def test_distinct_values_are_counted_within_five_percent_when_no_longer_exact():
    values = np.random.default_rng(4).integers(0, 30_000, 60_000)
    truth = len(np.unique(values))
    assert profile(pd.Series(values)).distinct() == pytest.approx(truth, rel=0.05)
    assert profile(pd.Series([1, 1, 2])).distinct() == 2


def test_profiles_of_two_columns_are_not_added():
    with pytest.raises(ValueError, match="'x' and 'y'"):
        ColumnProfile.empty("x") + ColumnProfile.empty("y")
