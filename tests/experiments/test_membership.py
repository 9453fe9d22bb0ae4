"""The attack on a model's memory: found where there is one, and not feigned by drift."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from essex_standard.experiments.membership import FEWEST, Side, membership

SEED = 20181


def drawn(n, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(shift, 1, (n, 4)), columns=list("abcd"))
    p = 1 / (1 + np.exp(-(frame["a"] + frame["b"] - 0.5)))
    return frame, (rng.random(n) < p).astype(np.int8).to_numpy()


def attacked(model, *, shift=0.0, n=1_500, **kwargs):
    old, y_old = drawn(n, 1)
    new, y_new = drawn(n, 2, shift)
    model.fit(old, y_old)
    score = (
        (lambda x: model.predict_proba(x)[:, 1])
        if hasattr(model, "predict_proba")
        else model.decision_function
    )
    probability = hasattr(model, "predict_proba")
    return membership(
        Side(scores=score(old), outcome=y_old),
        Side(scores=score(new), outcome=y_new),
        probability=probability,
        seed=SEED,
        **{"model": model, "frame": old, **kwargs},
    )


def test_a_model_that_learned_rules_gives_nobody_away():
    found = attacked(LogisticRegression())
    assert 0.47 < found.attack.value < 0.53
    assert 0.47 < found.copy.value < 0.53
    assert abs(found.roc_auc[0] - found.roc_auc[1]) < 0.05


@pytest.mark.parametrize(
    "model",
    [
        KNeighborsClassifier(1),
        RandomForestClassifier(50, random_state=0),
        make_pipeline(StandardScaler(), KNeighborsClassifier(1)),
    ],
    ids=lambda m: type(m).__name__,
)
def test_a_model_that_learned_people_by_heart_gives_them_away(model):
    found = attacked(model)
    assert found.attack.interval(0.95)[0] > 0.6
    assert found.copy.interval(0.95)[0] > 0.6
    assert found.roc_auc[0] > 0.99


def test_drift_looks_like_membership_to_the_attack_and_not_to_that_on_a_copy():
    found = attacked(LogisticRegression(), shift=-2.0)
    # Those assessed are far easier to be right about.
    assert abs(found.attack.value - 0.5) > 0.1
    low, high = found.copy.interval(0.95)
    assert low < 0.5 < high


def test_the_attack_is_that_of_a_threshold_on_the_log_loss():
    old, y_old = drawn(400, 1)
    new, y_new = drawn(300, 2)
    model = RandomForestClassifier(20, random_state=0, min_samples_leaf=3).fit(old, y_old)
    p_old, p_new = (model.predict_proba(x)[:, 1] for x in (old, new))
    loss = [
        log_loss([y], [p], labels=[0, 1])
        for y, p in (*zip(y_old, p_old, strict=True), *zip(y_new, p_new, strict=True))
    ]
    expected = roc_auc_score([1] * 400 + [0] * 300, -np.round(loss, 9))
    found = membership(
        Side(scores=p_old, outcome=y_old), Side(scores=p_new, outcome=y_new),
        probability=True, seed=SEED,
    )  # fmt: skip
    assert found.attack.value == pytest.approx(expected)
    assert found.roc_auc == pytest.approx(
        (roc_auc_score(y_old, p_old), roc_auc_score(y_new, p_new))
    )
    assert found.copy is None
    assert "cannot be fitted again" in found.no_copy


def test_unbounded_scores_are_attacked_too():
    found = attacked(LinearSVC())
    assert 0.45 < found.attack.value < 0.55
    assert found.copy is not None


def test_the_same_seed_finds_the_same_whatever_the_model_draws():
    one, two = (attacked(RandomForestClassifier(10), n=400).copy for _ in range(2))
    assert one == two


def test_a_search_is_not_run_again():
    search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]})
    found = attacked(search, n=400)
    assert found.copy is not None


def test_unseen_outcomes_are_left_out():
    y_old, y_new = drawn(400, 1)[1], drawn(400, 2)[1].copy()
    y_new[:100] = 2
    p = np.full(400, 0.5)
    found = membership(
        Side(scores=p, outcome=y_old), Side(scores=p, outcome=y_new), probability=True, seed=1
    )
    assert found.n == (400, 300)
    assert found.attack.value == 0.5


@pytest.mark.parametrize("value", [0, 1, 2])
def test_where_everybody_fared_alike_there_is_no_attack(value):
    y = np.full(50, value, np.int8)
    both = np.array([0, 1] * 25, np.int8)
    p = np.linspace(0, 1, 50)
    for one, other in ((y, both), (both, y)):
        found = membership(
            Side(scores=p, outcome=one), Side(scores=p, outcome=other), probability=True, seed=1
        )
        assert found.attack is None
        assert found.reason


def test_too_few_outcomes_leave_no_copy():
    old, y_old = drawn(FEWEST, 1)
    model = LogisticRegression().fit(old, y_old)
    side = Side(scores=model.predict_proba(old)[:, 1], outcome=y_old)
    found = membership(side, side, probability=True, seed=1, model=model, frame=old)
    assert found.copy is None
    assert "too few" in found.no_copy


class Stubborn(LogisticRegression):
    """Fitted once, and never again."""

    def fit(self, X, y):
        if hasattr(self, "done") or len(y) < 1_500:
            raise RuntimeError("secret value 4711")
        return super().fit(X, y)


def test_a_model_whose_copy_cannot_be_fitted_says_so_and_no_more():
    found = attacked(Stubborn())
    assert found.copy is None
    assert found.no_copy == "a copy of the model could not be fitted (RuntimeError)"


def test_a_family_is_learned_from_whole_or_not_at_all():
    old, y_old = drawn(1_000, 1)
    twice, y_twice = pd.concat([old, old], ignore_index=True), np.concatenate([y_old, y_old])
    model = KNeighborsClassifier(1).fit(twice, y_twice)
    p = model.predict_proba(twice)[:, 1]
    family = np.tile(np.arange(1_000), 2)
    new, y_new = drawn(500, 2)
    q = model.predict_proba(new)[:, 1]

    def copy(clusters):
        return membership(
            Side(scores=p, outcome=y_twice, clusters=clusters),
            Side(scores=q, outcome=y_new, clusters=None if clusters is None else np.arange(500)),
            probability=True, seed=SEED, model=model, frame=twice,
        ).copy  # fmt: skip

    # Of a pair that is parted the other half is known already.
    assert copy(family).value > copy(None).value + 0.05
    assert copy(family).freedom < 501
