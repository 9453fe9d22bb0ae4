"""What tells of a group is found and named; what does not is not accused."""

import numpy as np
import pandas as pd
import pytest

from essex_standard.experiments import proxies as module
from essex_standard.experiments.proxies import proxies


def people(n=2000, seed=1):
    rng = np.random.default_rng(seed)
    sex = np.where(rng.random(n) < 0.4, "F", "M").astype(object)
    frame = pd.DataFrame(
        {
            "noise": rng.normal(size=n),
            "height": np.where(sex == "F", 165, 178) + rng.normal(0, 7, n),
            "title": np.where(rng.random(n) < 0.5, "Dr", np.where(sex == "F", "Ms", "Mr")),
            "blank": np.where(sex == "F", np.nan, 1.0),
        }
    )
    return frame, sex


def only(found):
    (group,) = found.groups
    return group


def test_an_independent_attribute_is_a_guess():
    frame, _ = people()
    label = np.where(np.random.default_rng(9).random(2000) < 0.3, "a", "b").astype(object)
    found = only(proxies(frame, list(frame), {"band": label}, seed=1))
    low, high = found.inputs.interval(0.95)
    assert low < 0.5 < high
    assert found.inputs.below(0.6) > 0.99


def test_what_tells_is_found_and_the_columns_named_most_telling_first():
    frame, sex = people()
    found = only(proxies(frame, ["noise", "height", "title"], {"sex": sex}, seed=1))
    assert found.group == "F"  # the smaller of two
    assert found.inputs.value > 0.95
    names = [c for c, _ in found.columns]
    assert names[:2] == ["height", "title"]
    # Two bell curves 13 / 7 standard deviations apart: Phi(13 / 7 / sqrt 2) = 0.905.
    assert found.columns[0][1].value == pytest.approx(0.905, abs=0.02)
    # Half are Dr; of the others each is told: 0.75 + 0.25 / 2.
    assert found.columns[1][1].value == pytest.approx(0.875, abs=0.02)


def test_what_is_missing_can_tell_of_a_group():
    frame, sex = people()
    assert only(proxies(frame, ["blank"], {"sex": sex}, seed=1)).inputs.value > 0.99


def test_the_attribute_itself_is_left_out_and_told():
    frame, sex = people()
    found = proxies(frame.assign(sex=sex), ["noise", "sex"], {"sex": sex}, seed=1)
    assert found.taken == ("sex",)
    assert only(found).inputs.value < 0.6
    assert [c for c, _ in only(found).columns] == ["noise"]
    alone = only(proxies(frame.assign(sex=sex), ["sex"], {"sex": sex}, seed=1))
    assert alone.inputs is None


def test_free_text_tells_of_a_group():
    rng = np.random.default_rng(2)
    faith = np.where(rng.random(600) < 0.5, "Muslim", "none").astype(object)
    place = np.where(faith == "Muslim", "mosque", "park")
    note = pd.Series([f"family {i} was met at the {p} on visit {i}" for i, p in enumerate(place)])
    found = only(proxies(pd.DataFrame({"note": note}), ["note"], {"faith": faith}, seed=1))
    assert found.inputs.value > 0.99
    assert found.columns[0][0] == "note"


def test_the_score_alone_is_tried_whatever_its_direction():
    _, sex = people()
    score = np.where(sex == "F", 0.2, 0.6)
    found = only(proxies(None, [], {"sex": sex}, seed=1, scores=score))
    assert found.inputs is None
    assert found.score.value == 1.0


def test_a_family_is_never_learned_from_and_tried_on_at_once():
    # Everybody in a family shares group and door number; new families' numbers say nothing.
    rng = np.random.default_rng(3)
    family = np.repeat(np.arange(30), 40)
    label = np.where(rng.random(30) < 0.5, "a", "b").astype(object)[family]
    frame = pd.DataFrame({"door": family.astype(str)})
    open_ = only(proxies(frame, ["door"], {"g": label}, seed=1))
    grouped = only(proxies(frame, ["door"], {"g": label}, seed=1, clusters=family.astype(str)))
    assert open_.inputs.value > 0.99
    assert grouped.inputs.value < 0.75
    assert grouped.inputs.standard_error > 0.1
    assert grouped.inputs.freedom < 30


def test_groups_below_ten_are_named_and_not_looked_at():
    frame, _ = people(200)
    label = np.array(["a"] * 100 + ["b"] * 91 + ["c"] * 9, dtype=object)
    found = {g.group: g for g in proxies(frame, list(frame), {"g": label}, seed=1).groups}
    assert found["c"].inputs is None
    assert found["c"].n == 9
    assert found["a"].inputs is not None
    two = only(proxies(frame, list(frame), {"g": np.where(label == "c", "c", "a")}, seed=1))
    assert (two.group, two.inputs, two.n) == ("c", None, 9)
    one = only(proxies(frame, list(frame), {"g": np.full(200, "a", object)}, seed=1))
    assert (one.n, one.n_versus, one.inputs) == (200, 0, None)


def test_of_many_rows_some_are_drawn_and_small_groups_more_often(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 2000)
    monkeypatch.setattr(module, "MOST_OF_A_GROUP", 200)
    rng = np.random.default_rng(5)
    n = 40_000
    label = np.where(rng.random(n) < 0.004, "rare", np.where(rng.random(n) < 0.5, "a", "b"))
    label = label.astype(object)
    # The column tells "a" from the others; whoever is rare is told by half a step.
    x = (label == "a") * 1.0 + (label == "rare") * 0.5 + rng.normal(size=n)
    found = proxies(pd.DataFrame({"x": x}), ["x"], {"g": label}, seed=1)
    groups = {g.group: g for g in found.groups}
    rare = int((label == "rare").sum())
    assert groups["rare"].n == min(rare, groups["rare"].n) > 0.9 * min(rare, 200)
    assert 1900 < found.n < 2500
    whole = float(np.mean(x[label == "a"][:4000, None] > x[label != "a"][None, :4000]))
    assert groups["a"].inputs.value == pytest.approx(whole, abs=0.03)
    again = proxies(pd.DataFrame({"x": x}), ["x"], {"g": label}, seed=1)
    assert again == found


def test_constant_inputs_and_missing_columns_of_every_kind_do_no_harm():
    frame, sex = people(300)
    frame = frame.assign(
        constant=1, empty=np.nan, when=pd.to_datetime("2024-01-01"), band=pd.Categorical(sex)
    )
    found = only(proxies(frame, ["constant", "empty", "when"], {"sex": sex}, seed=1))
    assert found.inputs.value == pytest.approx(0.5)
    assert found.inputs.standard_error > 0
    assert only(proxies(frame, ["band"], {"sex": sex}, seed=1)).inputs.value == 1.0
