"""A model of texts that decides by who is written about is found; another is left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from essex_standard import Outcome, assess
from essex_standard.pipeline.texts import free_text
from tests.helpers import AS_OF, ROOT, write_standard

EXCHANGED = (ROOT / "checks" / "bias" / "identity_terms_exchanged.toml").read_text("utf-8")
FILLER = "school visit worker home meeting plan review house late called nursery health CANARY"


@pytest.fixture
def standard(tmp_path):
    return write_standard(tmp_path / "standard", {"bias/exchanged.toml": EXCHANGED})


def referrals(effect, n=2500, seed=1):
    """Referral texts; the outcome follows from need, and by `effect` from who is written about."""
    rng = np.random.default_rng(seed)
    female, need = rng.uniform(size=n) < 0.5, rng.uniform(size=n)
    words = FILLER.split()
    notes = []
    for f, needs in zip(female, need, strict=True):
        who = "The mother said she" if f else "The father said he"
        severity = " ".join(["serious harm"] * int(5 * needs))
        notes.append(f"{who} is worried. {' '.join(rng.choice(words, 12))} {severity}")
    chance = 0.15 + 0.6 * need + effect * (female - 0.5)
    y = (rng.uniform(size=n) < chance).astype(int)
    return pd.DataFrame({"note": notes, "length": [len(t) for t in notes]}), y


def finding(frame, y, standard, **more):
    model = make_pipeline(
        ColumnTransformer([("text", TfidfVectorizer(lowercase=True), "note")]),
        LogisticRegression(C=10),
    ).fit(frame, y)
    assessment = assess(
        model, frame, y, protected=pd.DataFrame({"sex": ["F", "M"] * (len(frame) // 2)}),
        threshold=0.5, standard=standard, as_of=AS_OF, **more,
    )  # fmt: skip
    return next(f for f in assessment.findings if f.check == "BIAS-62"), assessment


def test_a_planted_effect_of_terms_is_not_met_and_told_by_its_terms(standard, tmp_path):
    found, assessment = finding(*referrals(0.5), standard)
    assert found.outcome is Outcome.NOT_MET
    assert "(sex written as female and sex written as male)" in found.statement
    assert "of 1,000 people whose texts hold such a term, " in found.statement
    assert "'mother' made 'father'" in found.details[-1]
    assessment.to_html(tmp_path / "a.html")
    assessment.to_json(tmp_path / "a.json")
    for output in ((tmp_path / "a.html"), (tmp_path / "a.json")):
        text = output.read_text("utf-8")
        assert "CANARY" not in text
        assert "is worried" not in text
    assert "CANARY" not in repr(assessment.findings)


def test_a_model_of_the_same_texts_without_the_effect_is_met(standard):
    found, _ = finding(*referrals(0.0), standard)
    assert found.outcome is Outcome.MET
    assert "fewer than 5 in 100 decisions would change" in found.statement


def test_a_model_without_text_is_not_asked(standard):
    frame, y = referrals(0.0, n=400)
    model = LogisticRegression().fit(frame[["length"]], y)
    assessment = assess(model, frame, y, threshold=0.5, standard=standard, as_of=AS_OF)
    assert assessment.findings[0].outcome is Outcome.NOT_APPLICABLE
    assert "the model reads no free text" in assessment.findings[0].statement


def test_ready_scores_of_texts_are_not_assessed(standard):
    frame, y = referrals(0.0, n=400)
    assessment = assess(
        None, frame.assign(score=0.4), y, scores="score", threshold=0.5, standard=standard,
        as_of=AS_OF,
    )  # fmt: skip
    assert assessment.findings[0].outcome is Outcome.NOT_ASSESSED
    assert "only scores are known" in assessment.findings[0].statement


def test_free_text_is_what_is_declared_or_looks_like_it():
    frame = pd.DataFrame(
        {
            "note": [f"the family moved to another house {i}" for i in range(50)],
            "code": [f"A{i}" for i in range(50)],
            "reason": ["abuse or neglect of a child"] * 50,
            "group": pd.Categorical([f"one of {i} long category names" for i in range(50)]),
            "age": range(50),
            "empty": [None] * 50,
            "other": [f"the worker called at the house {i}" for i in range(50)],
        }
    )
    read = ["note", "code", "reason", "group", "age", "empty", "gone"]
    assert free_text(frame, read, ()) == (("note",), ("note",))
    assert free_text(frame, read, ("note", "code", "other")) == (("note", "code"), ())


def test_a_text_column_that_the_submission_does_not_list_is_told(standard, tmp_path):
    frame, y = referrals(0.0, n=400)
    frame.assign(happened=y).to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "submission.toml").write_text(
        'schema = "essex-submission/1"\n[project]\nid = "texts"\ntitle = "Texts"\n'
        '[data]\nassessed = "people.csv"\noutcome = "happened"\n',
        encoding="utf-8",
    )

    def deaf(f):
        return np.full(len(f), 0.7)

    assessment = assess(deaf, submission=tmp_path, threshold=0.5, standard=standard, as_of=AS_OF)
    assert any("Column 'note' looks like free text" in t for t in assessment.told)
    assert assessment.findings[0].outcome is Outcome.MET
