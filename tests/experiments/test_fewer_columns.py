"""The search for the smallest set of columns: what goes, what stays, and which of two alike."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from essex_standard.experiments.encoding import levels
from essex_standard.experiments.fewer_columns import (
    Margin,
    association,
    fewer_columns,
    shuffled_losses,
)
from essex_standard.experiments.necessity import (
    NO_TIME,
    Allowance,
    Assessed,
    Trial,
    copies_allowed,
    losses,
)
from essex_standard.experiments.refitting import Learning
from essex_standard.models.risk_model import RiskModel

MARGIN = Margin(value=0.01, confidence=0.95)


def people(n, seed, *, twin=False):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 3)), columns=["much", "some", "noise"])
    if twin:
        frame["twin"] = frame["much"]
    y = rng.random(n) < 1 / (1 + np.exp(-(1.2 * frame["much"] + 0.8 * frame["some"])))
    return frame, y.to_numpy().astype(np.int8)


def trial(n=4_000, *, twin=False, model=None, **changed):
    frame, y = people(n, 1, twin=twin)
    new, outcome = people(n, 2, twin=twin)
    risk = RiskModel.of((model or LogisticRegression()).fit(frame, y))
    learning = Learning(risk=risk, frame=frame, labels=y.astype(int), positive=(1,), seed=1)
    full = learning.copy(new)
    return Trial(
        learning=learning, assessed=Assessed(frame=new, outcome=outcome), full=full.scores,
        reads=tuple(frame.columns), **changed,
    )  # fmt: skip


def search(given, margin=MARGIN):
    score = given.learning.risk.scores
    shuffled = shuffled_losses(score, given.assessed, given.reads, seed=1)
    return fewer_columns(given, shuffled, margin)


def test_noise_goes_and_what_is_of_use_stays():
    found = search(trial())
    assert [c.column for c in found.columns if c.left_out] == ["noise"]
    assert found.either == ()
    lost = {c.column: c.loss.value for c in found.columns}
    assert lost["much"] > lost["some"] > 0.01 > abs(lost["noise"])


@pytest.mark.parametrize(
    "model", [LogisticRegression(), HistGradientBoostingClassifier(max_iter=30, random_state=0)]
)
def test_of_two_columns_that_say_the_same_one_goes_and_either_is_said(model):
    given = trial(twin=True, model=model)
    found = search(given)
    gone = {c.column for c in found.columns if c.left_out}
    assert "noise" in gone
    assert len(gone & {"much", "twin"}) == 1
    assert [set(pair) for pair in found.either] == [{"much", "twin"}]
    # Each by itself is of no use; both together are of much.
    alone = [given.auroc_loss([c])[0].value for c in ("much", "twin")]
    both = given.auroc_loss(["much", "twin"])[0].value
    assert max(alone) < 0.01 < both


def test_the_steps_go_on_to_a_coin_and_lose_ever_more():
    found = search(trial())
    assert [s.stay for s in found.steps] == [2, 1, 0]
    assert found.steps[0].column == "noise"
    values = [s.loss.value for s in found.steps]
    assert values == sorted(values)
    full = trial()
    assert values[-1] == pytest.approx(full.auroc_loss(full.reads)[0].value)


def test_a_set_is_fitted_once():
    given = trial()
    search(given)
    before = len(given.tried)
    search(given)
    assert len(given.tried) == before
    assert given.without(["some", "much"]) is given.without(["much", "some"])


def test_without_time_nothing_is_said_of_what_was_not_tried():
    found = search(trial(allowed=Allowance(copies=0)))
    assert all(c.loss is None and c.reason == NO_TIME for c in found.columns)
    assert not any(c.left_out for c in found.columns)
    assert all(c.shuffled is not None for c in found.columns)
    sources = losses(trial(allowed=Allowance(copies=0)), {"council": ["much"]})
    assert [s.reason for s in sources] == [NO_TIME]


def test_when_time_runs_out_half_way_the_rest_stays():
    turns = iter([True, True] + [False] * 100)
    found = search(trial(allowed=Allowance(in_time=lambda: next(turns))))
    assert [c.column for c in found.columns if c.left_out] == ["noise"]
    assert any(c.reason == NO_TIME for c in found.columns)


def test_without_a_margin_each_is_tried_alone():
    found = search(trial(), margin=None)
    assert not any(c.left_out for c in found.columns)
    assert found.steps == ()


def test_the_same_seed_shuffles_alike_whatever_else_is_asked():
    given = trial()
    score = given.learning.risk.scores
    both = shuffled_losses(score, given.assessed, ["much", "some"], seed=3)
    one = shuffled_losses(score, given.assessed, ["some"], seed=3)
    assert both["some"] == one["some"]
    assert abs(shuffled_losses(score, given.assessed, ["noise"], seed=3)["noise"].value) < 0.005


def test_a_column_that_cannot_be_shuffled_is_tried_by_a_copy_all_the_same():
    given = trial()

    def fussy(X):
        if not X["some"].equals(given.assessed.frame["some"]):
            raise ValueError("Mr Smith")
        return given.learning.risk.scores(X)

    shuffled = shuffled_losses(fussy, given.assessed, given.reads, seed=1)
    assert set(shuffled) == {"much", "noise"}
    found = fewer_columns(given, shuffled, MARGIN)
    assert all(c.loss is not None for c in found.columns)


@pytest.mark.parametrize(
    ("other", "least", "most"),
    [
        (lambda a, _: a, 1.0, 1.0),
        (lambda a, _: np.exp(a), 1.0, 1.0),
        (lambda a, _: np.where(a > 0, "x", "y"), 0.95, 1.0),
        (lambda a, rng: rng.normal(size=len(a)), 0.0, 0.1),
        (lambda a, _: np.zeros(len(a)), 0.0, 0.0),
    ],
)
def test_columns_go_together_as_far_as_one_tells_the_other(other, least, most):
    rng = np.random.default_rng(0)
    a = rng.normal(size=2_000)
    b = pd.Series(other(a, rng))
    v = association(levels(pd.Series(a), "a"), levels(b, "b"))
    assert least - 1e-9 <= v <= most + 1e-9


def test_a_number_of_copies_is_counted_and_the_same_set_is_not_counted_twice():
    given = trial(allowed=Allowance(copies=2))
    assert given.without(["noise"]).scores is not None
    assert given.without(["noise"]).scores is not None
    assert given.without(["some"]).scores is not None
    assert given.without(["much"]).reason == NO_TIME


def test_how_many_copies_are_allowed_hangs_on_the_order_of_magnitude_of_the_first_alone():
    # Two runs of one model on one machine differ by far less than these.
    assert copies_allowed(0.01) == copies_allowed(0.9) == 120
    assert copies_allowed(1.5) == copies_allowed(3.9) == 40
    assert [copies_allowed(s) for s in (0.0, 4.1, 100.0)] == [120, 20, 10]
