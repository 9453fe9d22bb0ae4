"""Like cases: nearest neighbours and near-duplicates, counted by hand and as AIF360 has it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.experiments.consistency import (
    NEIGHBOURS,
    alike_pairs,
    consistency,
    coordinates,
    nearest_agree,
)
from essex_standard.experiments.encoding import encode


def test_pairs_alike_in_everything_are_counted_by_hand():
    frame = pd.DataFrame({"a": ["x"] * 4 + ["y"] * 3, "b": [1.0] * 6 + [np.nan]})
    flagged = np.array([True, True, False, False, True, False, True])
    # x: 6 pairs, 4 of them differ. y: one pair (both filled in), which differs.
    assert alike_pairs(encode(frame, ["a", "b"]), flagged) == (7, 5)


def test_two_clouds_decided_apart_agree_and_one_stray_decision_costs_its_share():
    X = np.r_[np.arange(5.0), 100 + np.arange(5.0)][:, None]
    flagged = np.arange(10) >= 5
    assert nearest_agree(X, flagged)[0] == 1.0
    flagged[0] = True
    # The stray is 4/5 off; the four beside it are 1/5 off each.
    assert nearest_agree(X, flagged)[0] == pytest.approx(1 - (0.8 + 4 * 0.2) / 10)


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_it_lies_between_nought_and_one_and_mirrored_decisions_change_nothing(seed):
    rng = np.random.default_rng(seed)
    X, flagged = rng.normal(size=(80, 3)), rng.random(80) < 0.4
    value, error = nearest_agree(X, flagged)
    assert 0 <= value <= 1
    assert error > 0
    assert nearest_agree(X, ~flagged)[0] == pytest.approx(value)
    assert nearest_agree(X * 3, flagged)[0] == pytest.approx(value)


def test_distances_take_any_column():
    frame = pd.DataFrame(
        {
            "n": [1.0, 2.0, np.nan, 3.0],
            "c": ["a", "b", None, "a"],
            "d": pd.to_datetime(["2024-01-01", None, "2024-06-01", "2025-01-01"]),
            "i": pd.array([1, None, 3, 4], dtype="Int64"),
            "t": pd.array([True, False, None, True], dtype="boolean"),
        }
    )
    X = coordinates(frame, list(frame))
    assert np.isfinite(X).all()
    c = coordinates(frame, ["c"])
    assert np.linalg.norm(c[0] - c[1]) == pytest.approx(1.0)
    assert np.linalg.norm(c[0] - c[3]) == 0


def test_a_rule_decides_like_cases_alike_and_a_coin_does_not():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.normal(size=1000), "band": rng.choice(["a", "b"], 1000)})
    rule = consistency(frame, list(frame), frame["x"].to_numpy() > 0.5, seed=1)
    coin = consistency(frame, list(frame), rng.random(1000) < 0.3, seed=1)
    assert rule.value > 0.97
    assert coin.value < 0.75
    # Of two decided by a coin of 0.3, 2 x 0.3 x 0.7 = 0.42 differ.
    assert coin.differing / coin.pairs == pytest.approx(0.42, abs=0.03)
    assert rule.differing / rule.pairs < 0.1
    assert consistency(frame, list(frame), frame["x"].to_numpy() > 0.5, seed=1) == rule


def test_too_few_people_and_text_alone_are_a_reason():
    frame = pd.DataFrame({"x": np.arange(20.0)})
    assert "too few" in consistency(frame, ["x"], frame["x"].to_numpy() > 9, seed=1).reason
    text = pd.DataFrame({"note": [f"seen at home on visit {i}" for i in range(100)]})
    assert "free text" in consistency(text, ["note"], np.arange(100) > 50, seed=1).reason


@pytest.mark.parametrize("family", [1, 3])
def test_its_standard_error_covers_what_repeated_draws_show(family):
    def draw(seed):
        rng = np.random.default_rng(seed)
        X = np.repeat(rng.normal(size=(300 // family, 2)), family, axis=0)
        X = X + rng.normal(0, 1e-6, X.shape)
        chance = 1 / (1 + np.exp(-3 * X[::family, 0]))
        flagged = np.repeat(rng.random(300 // family) < chance, family)
        return nearest_agree(X, flagged, np.repeat(np.arange(300 // family), family))

    values, errors = np.array([draw(s) for s in range(80)]).T
    assert values.std() <= 1.15 * np.sqrt((errors**2).mean())
    assert NEIGHBOURS == 5
