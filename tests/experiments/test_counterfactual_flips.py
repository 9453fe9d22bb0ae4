"""What a protected column decides is counted by hand; what it does not decide is never accused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.experiments.counterfactual_flips import (
    MOST_ROWS,
    MOST_VALUES,
    UNSTEADY,
    counterfactual_flips,
)
from essex_standard.experiments.decision_changes import changes
from essex_standard.statistics.estimates import Exact
from essex_standard.statistics.proportions import Proportion


def flips(score, frame, protected=("sex",), *, read=None, threshold=0.5, **more):
    labels = {a: frame[a].astype(str).to_numpy() for a in protected}
    found = counterfactual_flips(
        score, frame, labels, list(read or frame.columns), threshold=threshold, seed=1, **more
    )
    return found, {(a.attribute, f.source, f.target): f for a in found.attributes for f in a.flips}


def adds(amount):
    """A score of need, and of `amount` more for those recorded as M."""
    return lambda f: (f["need"] + np.where(f["sex"] == "M", amount, 0.0)).to_numpy()


@pytest.fixture
def ten():
    """Need 0.05, 0.15, ... 0.95 for five women and five men in turn."""
    return pd.DataFrame({"need": np.arange(10) / 10 + 0.05, "sex": ["F", "M"] * 5})


def test_flips_are_those_that_can_be_counted_by_hand(ten):
    _, found = flips(adds(0.2), ten)
    # Women at 0.05, 0.25, 0.45, 0.65, 0.85: recorded as M, the one at 0.45 reaches 0.5.
    up = found["sex", "F", "M"].changes
    assert (up.n, up.of, up.changed, up.gained, up.moved) == (5, 5, 1, 1, 5)
    assert up.mean == pytest.approx(0.2)
    # Men at 0.35, 0.55, 0.75, 0.95, 1.15: recorded as F, the one at 0.55 falls to 0.35.
    down = found["sex", "M", "F"].changes
    assert (down.changed, down.gained) == (1, 0)
    assert down.mean == pytest.approx(-0.2)
    assert down.mean_absolute == pytest.approx(0.2)
    assert isinstance(down.estimate, Proportion)
    assert down.estimate.value == pytest.approx(0.2)


def test_a_column_that_does_nothing_is_a_counted_fact(ten):
    _, found = flips(adds(0.0), ten)
    assert {f.changes.estimate for f in found.values()} == {Exact(0.0)}


def test_scores_that_move_without_turning_a_decision_are_an_estimate_and_no_fact(ten):
    _, found = flips(adds(1e-3), ten)
    assert {(f.changes.changed, f.changes.moved) for f in found.values()} == {(0, 5)}
    assert all(isinstance(f.changes.estimate, Proportion) for f in found.values())


def test_some_of_a_group_are_never_a_counted_fact():
    frame = pd.DataFrame({"need": np.linspace(0, 1, 5000), "sex": ["F", "M"] * 2500})
    _, found = flips(adds(0.0), frame)
    one = found["sex", "F", "M"].changes
    assert (one.n, one.of, one.changed) == (MOST_ROWS, 2500, 0)
    assert isinstance(one.estimate, Proportion)


def test_an_attribute_that_the_model_does_not_take_is_named_and_not_scored(ten):
    found, by_pair = flips(pytest.fail, ten, read=["need"])
    assert found.unread == ("sex",)
    assert not by_pair


def test_types_and_categories_stay_and_the_data_are_not_touched():
    frame = pd.DataFrame(
        {
            "sex": pd.Categorical(["F", "M"] * 50, categories=["M", "F", "X"]),
            "deaf": np.tile([True, False, False, True], 25),
            "count": pd.array([1, 2, 3, 4] * 25, dtype="Int64"),
            "name": pd.Series(["a", "b"] * 50, dtype="string"),
        }
    )
    frame.index = np.arange(100) * 7
    before, seen = frame.copy(deep=True), []

    def score(f):
        seen.append((dict(f.dtypes), list(f["sex"].cat.categories)))
        assert f.index.isin(frame.index).all()
        return np.full(len(f), 0.3)

    flips(score, frame, ("sex", "deaf", "count", "name"))
    pd.testing.assert_frame_equal(frame, before)
    assert all(s == (dict(frame.dtypes), ["M", "F", "X"]) for s in seen)


def test_bands_of_a_number_are_given_the_median_of_the_other_band():
    age = np.array([20, 21, 22, 70, 71, 95])
    frame = pd.DataFrame({"age": age})
    given_ages = []

    def score(f):
        given_ages.append(sorted(f["age"].tolist()))
        return np.zeros(len(f))

    bands = {"age": np.where(age < 50, "young", "old")}
    counterfactual_flips(score, frame, bands, ["age"], threshold=0.5, seed=1)
    assert given_ages[2:] == [[71, 71, 71], [21, 21, 21]]


def test_what_is_not_recorded_is_a_value_like_any_other():
    frame = pd.DataFrame({"sex": ["F", None] * 30, "need": np.linspace(0, 1, 60)})
    labels = {"sex": np.where(frame["sex"].isna(), "unknown", "F")}
    found = counterfactual_flips(
        lambda f: np.where(f["sex"].isna(), 0.9, f["need"]), frame, labels, ["sex"],
        threshold=0.5, seed=1,
    )  # fmt: skip
    by_pair = {(f.source, f.target): f.changes for f in found.attributes[0].flips}
    assert by_pair["F", "unknown"].changed == 15
    assert by_pair["unknown", "F"].changed == 15


def test_a_value_that_the_model_cannot_score_is_told_by_the_kind_of_error_only(ten):
    def score(f):
        if (f["sex"] == "M").all():
            raise ValueError(f"CANARY {f['need'].iloc[0]}")
        return f["need"].to_numpy()

    _, found = flips(score, ten)
    broken = found["sex", "F", "M"]
    assert broken.changes is None
    assert broken.reason == "the model could not score this value (ValueError)"
    assert found["sex", "M", "F"].changes.changed == 0


def test_a_model_that_throws_dice_one_group_and_too_many_groups_are_told(ten):
    dice = np.random.default_rng(0)
    found, _ = flips(lambda f: dice.uniform(size=len(f)), ten)
    assert found.attributes[0].reason == UNSTEADY
    found, _ = flips(adds(0), ten.assign(sex="F"))
    assert "everybody has the same value" in found.attributes[0].reason
    many = pd.DataFrame({"need": 0.1, "sex": [str(i) for i in range(MOST_VALUES + 1)]})
    found, _ = flips(adds(0), many)
    assert "bands" in found.attributes[0].reason


def test_a_function_of_all_rows_at_once_is_told():
    frame = pd.DataFrame({"need": np.linspace(0, 1, 5000), "sex": ["F", "M"] * 2500})

    def fixed(f):
        if len(f) != 5000:
            raise ValueError("CANARY")
        return f["need"].to_numpy()

    found, _ = flips(fixed, frame)
    assert found.attributes[0].reason == (
        "the model could not score some of the people by themselves (ValueError)"
    )


def test_the_same_seed_finds_the_same_and_small_groups_are_examined_whole():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"need": rng.uniform(size=9000), "sex": ["F"] * 4480 + ["M"] * 4480 + ["X"] * 40}
    )
    first, found = flips(adds(0.1), frame)
    again, _ = flips(adds(0.1), frame)
    assert first == again
    assert found["sex", "X", "M"].changes.n == 40
    assert found["sex", "F", "M"].changes.n == MOST_ROWS


def test_families_make_the_share_less_certain_and_not_another():
    rng = np.random.default_rng(5)
    family = np.repeat(np.arange(100), 10)
    frame = pd.DataFrame(
        {"need": np.repeat(rng.uniform(size=100), 10), "sex": np.tile(["F", "M"], 500)}
    )
    _, alone = flips(adds(0.2), frame)
    _, together = flips(adds(0.2), frame, buckets=family)
    a, b = alone["sex", "F", "M"].changes, together["sex", "F", "M"].changes
    assert a.estimate.value == pytest.approx(b.estimate.value)
    assert b.effective < a.effective / 2


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40),
    st.floats(0, 1),
)
def test_there_and_back_turns_the_same_decisions(pairs, threshold):
    before, after = np.array(pairs).T
    given = {"threshold": threshold, "of": len(pairs), "spread": 1.0}
    there, back = changes(before, after, **given), changes(after, before, **given)
    assert there.changed == back.changed
    assert there.gained + back.gained == there.changed
    assert there.mean == pytest.approx(-back.mean)
    assert abs(there.mean) <= there.mean_absolute + 1e-12
    assert there.changed <= there.n
