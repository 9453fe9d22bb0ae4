"""A model is usable while its assessment releases it, and not a day or a change longer."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from essex_standard import AssuredModel, NotAssured
from essex_standard.assessment import (
    Assessment,
    Finding,
    HowWeKnow,
    Level,
    Outcome,
    Release,
    StandardRef,
    Subject,
)
from essex_standard.models.state_digest import state_digest

RNG = np.random.default_rng(3)
FEATURES = RNG.normal(size=(200, 2))
LABELS = (FEATURES[:, 0] > 0).astype(int)


def fitted() -> LogisticRegression:
    return LogisticRegression().fit(FEATURES, LABELS)


def assessment_of(model: object, outcome: Outcome = Outcome.MET) -> Assessment:
    finding = Finding(
        check="BIAS-02", title="Need is found", theme="bias", level=Level.BLOCK, outcome=outcome,
        how_we_know=HowWeKnow.MEASURED, statement="It was.", remedy=("Retrain",),
    )  # fmt: skip
    return Assessment(
        standard=StandardRef(name="S", version="1", digest="sha256:0"),
        subject=Subject(
            name="A model", stage="pilot", rows=200, assessed_on="2026-11-23",
            model_state_digest=state_digest(model).digest,
        ),
        findings=(finding,),
        release=Release(allowed=outcome is Outcome.MET),
    )  # fmt: skip


def test_a_released_model_predicts_as_it_does_unwrapped():
    model = fitted()
    assured = AssuredModel(model, assessment_of(model))
    assert np.array_equal(assured.predict_proba(FEATURES), model.predict_proba(FEATURES))
    assert np.array_equal(assured.predict(FEATURES), model.predict(FEATURES))
    assert assured.classes_.tolist() == [0, 1]


def test_a_blocked_model_refuses_and_names_what_blocks():
    model = fitted()
    assured = AssuredModel(model, assessment_of(model, Outcome.NOT_MET))
    with pytest.raises(NotAssured, match=r"BIAS-02.*Need is found.*Retrain"):
        assured.predict(FEATURES)


def test_a_model_changed_in_place_refuses():
    model = fitted()
    assured = AssuredModel(model, assessment_of(model))
    model.coef_ = model.coef_ + 0.5
    with pytest.raises(NotAssured, match="changed since"):
        assured.predict_proba(FEATURES)


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (1, True)])
def test_a_release_ends_after_its_last_day(days, allowed):
    model = fitted()
    until = (dt.date.today() + dt.timedelta(days=days)).isoformat()
    assessment = dataclasses.replace(
        assessment_of(model), release=Release(allowed=True, until=until)
    )
    assured = AssuredModel(model, assessment)
    if allowed:
        assert len(assured.predict(FEATURES)) == 200
    else:
        with pytest.raises(NotAssured, match="ran out"):
            assured.predict(FEATURES)


def test_an_assessment_of_scores_alone_vouches_for_no_model():
    model = fitted()
    assessment = assessment_of(model)
    scores_only = dataclasses.replace(
        assessment, subject=dataclasses.replace(assessment.subject, model_state_digest=None)
    )
    with pytest.raises(NotAssured, match="cannot be told"):
        AssuredModel(model, scores_only).predict(FEATURES)


def test_it_does_not_fit_and_can_be_cloned():
    model = fitted()
    assured = AssuredModel(model, assessment_of(model))
    with pytest.raises(NotAssured, match="another model"):
        assured.fit(FEATURES, LABELS)
    assert isinstance(clone(assured, safe=False), AssuredModel)


def test_it_offers_only_what_the_model_offers():
    model = fitted()
    assured = AssuredModel(model, assessment_of(model))
    assert hasattr(assured, "decision_function")
    assert not hasattr(AssuredModel(object(), assessment_of(model)), "predict_proba")
