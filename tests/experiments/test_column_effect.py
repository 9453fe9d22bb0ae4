"""A column that moves no score is found; one that moves any is not accused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from essex_standard.errors import DataError
from essex_standard.experiments.column_effect import MOST_ROWS, column_effects
from essex_standard.models.risk_model import RiskModel


@pytest.fixture
def people():
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "used": rng.normal(size=500),
            "idle": rng.normal(size=500),
            "same": np.full(500, 2.0),
            "band": pd.Categorical(rng.choice(["x", "y"], 500), categories=["x", "y", "z"]),
            "count": pd.array(rng.integers(0, 5, 500), dtype="Int64"),
            "lists": [[i] for i in range(500)],
            "when": pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, 99, 500), "D"),
        },
        index=np.arange(500) * 3,
    )


def moved(effects):
    return {e.column: e.moved for e in effects.effects}


def test_only_columns_that_act_move_scores(people):
    effects = column_effects(
        lambda f: f["used"] + (f["band"] == "x") * 10, people, list(people.columns), seed=1
    )
    found = moved(effects)
    assert found["used"] > 490
    assert 150 < found["band"] < 350  # half of the shuffled bands are as they were
    assert [found[c] for c in ("idle", "same", "count", "lists", "when")] == [0] * 5
    assert (effects.n, effects.rows, effects.seed, effects.repeats) == (500, 500, 1, 1)


def test_types_categories_and_index_stay_and_the_data_is_not_touched(people):
    before = people.copy(deep=True)
    seen = []

    def score(frame):
        seen.append((dict(frame.dtypes), list(frame["band"].cat.categories), frame.index))
        return np.zeros(len(frame))

    column_effects(score, people, list(people.columns), seed=0)
    assert all(dtypes == dict(people.dtypes) for dtypes, _, _ in seen)
    assert all(categories == ["x", "y", "z"] for _, categories, _ in seen)
    assert all(index.equals(people.index) for _, _, index in seen)
    pd.testing.assert_frame_equal(people, before)


def test_each_shuffle_keeps_the_columns_values(people):
    seen = []

    def score(frame):
        seen.append(frame["used"].to_numpy())
        return np.zeros(len(frame))

    column_effects(score, people, ["used"], seed=0, repeats=2)
    assert len(seen) == 4
    assert all((np.sort(v) == np.sort(people["used"])).all() for v in seen)
    assert not np.array_equal(seen[2], seen[3])


def test_a_real_pipeline_whose_selector_drops_a_column_shows_it_as_idle(people):
    y = (people["used"] > 0).astype(int)
    model = make_pipeline(
        ColumnTransformer(
            [("n", "passthrough", ["used", "idle"]), ("c", OrdinalEncoder(), ["band"])]
        ),
        SelectKBest(k=1),
        HistGradientBoostingClassifier(max_iter=5),
    ).fit(people, y)
    effects = column_effects(RiskModel.of(model).scores, people, ["used", "idle", "band"], seed=5)
    found = moved(effects)
    assert found["used"] > 100
    assert found["idle"] == found["band"] == 0


def test_the_same_seed_gives_the_same_and_a_column_does_not_depend_on_the_others(people):
    def score(frame):
        return frame["used"].round() + frame["idle"].round()

    both = column_effects(score, people, ["idle", "used"], seed=9)
    alone = column_effects(score, people, ["used"], seed=9)
    assert both == column_effects(score, people, ["idle", "used"], seed=9)
    assert moved(alone)["used"] == moved(both)["used"]
    assert moved(column_effects(score, people, ["used"], seed=10)) != moved(alone)


def test_more_repeats_never_find_fewer_moves(people):
    counts = [
        moved(column_effects(lambda f: f["used"] > 1, people, ["used"], seed=2, repeats=r))["used"]
        for r in (1, 2, 4)
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[2]


def test_a_model_that_fails_on_one_column_is_examined_on_the_others(people):
    def score(frame):
        if not frame["used"].equals(people["used"]):
            raise ValueError("found a row with Canvey Island")
        return frame["idle"]

    first, second = column_effects(score, people, ["used", "idle"], seed=0).effects
    assert first.moved is None
    assert "ValueError" in first.reason
    assert "Canvey" not in first.reason
    assert second.moved > 490


def test_a_model_that_moves_by_itself_is_not_examined(people):
    rng = np.random.default_rng(0)
    effects = column_effects(lambda f: rng.random(len(f)), people, ["used"], seed=0)
    assert effects.effects[0].moved is None
    assert "nothing is changed" in effects.effects[0].reason


@pytest.mark.parametrize(("size", "expected"), [(1e-9, 0), (1e-3, 500)])
def test_rounding_is_no_move_and_a_thousandth_is(people, size, expected):
    def score(frame):
        return 0.5 + 0.1 * frame["idle"].rank(pct=True) + size * frame["used"]

    found = moved(column_effects(score, people, ["used"], seed=0))["used"]
    assert abs(found - expected) < 10


@given(st.sampled_from([1e-9, 1e-4, 1.0, 1e6]))
@settings(max_examples=4, deadline=None)
def test_the_unit_of_the_score_makes_no_difference(unit):
    frame = pd.DataFrame({"a": np.linspace(0, 1, 50)})
    effects = column_effects(lambda f: f["a"] * unit, frame, ["a"], seed=0)
    assert effects.effects[0].moved > 40


def test_many_rows_are_sampled_with_the_seed():
    frame = pd.DataFrame({"a": np.arange(MOST_ROWS + 5_000)})
    sizes = set()

    def score(part):
        sizes.add(len(part))
        return part["a"]

    effects = column_effects(score, frame, ["a"], seed=0)
    assert sizes == {MOST_ROWS}
    assert (effects.rows, effects.n) == (MOST_ROWS + 5_000, MOST_ROWS)
    assert effects.effects[0].n == MOST_ROWS


def test_progress_is_told_column_by_column(people):
    seen = []
    column_effects(
        lambda f: f["used"],
        people,
        ["used", "idle"],
        seed=0,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 2), (2, 2)]


def test_columns_that_are_not_there_or_stand_twice_are_named(people):
    twice = pd.concat([people, people[["idle"]]], axis=1)
    with pytest.raises(DataError) as error:
        column_effects(lambda f: f["used"], twice, ["usd", "idle"], seed=0)
    assert "Did you mean 'used'?" in str(error.value)
    assert "'idle' stands in the data 2 times" in str(error.value)


def test_no_rows_and_no_repeats_are_refused(people):
    with pytest.raises(DataError, match="no rows"):
        column_effects(lambda f: f["used"], people.iloc[:0], ["used"], seed=0)
    with pytest.raises(ValueError, match="at least once"):
        column_effects(lambda f: f["used"], people, ["used"], seed=0, repeats=0)


def test_what_hangs_on_a_column_is_its_share_of_the_scores_variance():
    # f = 2 a + b with a, b independent of variance 1: 4/5 of the variance hangs on a, 1/5 on b.
    rng = np.random.default_rng(6)
    frame = pd.DataFrame({c: rng.normal(size=20_000) for c in ("a", "b", "idle")})
    found = column_effects(lambda f: 2 * f["a"] + f["b"], frame, list(frame), seed=0).effects
    assert [e.variance_share for e in found] == pytest.approx([0.8, 0.2, 0], abs=0.02)


def test_a_column_that_alone_makes_the_score_has_all_of_it():
    frame = pd.DataFrame({"a": np.arange(4000.0), "same": 1.0})
    whole, none = column_effects(lambda f: f["a"] ** 2, frame, ["a", "same"], seed=0).effects
    assert whole.variance_share == pytest.approx(1, abs=0.05)
    assert none.variance_share == 0


def test_what_could_not_be_tried_has_no_share(people):
    rng = np.random.default_rng(0)
    (effect,) = column_effects(lambda f: rng.random(len(f)), people, ["used"], seed=0).effects
    assert effect.variance_share is None


def test_text_that_cannot_be_encoded_is_shuffled_like_any_other():
    frame = pd.DataFrame({"x": np.arange(60.0)})
    frame["odd"] = pd.Series([f"\ud800 {i}" for i in range(60)], dtype=object)
    found = column_effects(lambda rows: rows["x"].to_numpy(), frame, ["x", "odd"], seed=1)
    assert moved(found)["odd"] == 0
    assert moved(found)["x"] > 50
