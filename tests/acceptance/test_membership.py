"""From a model and the people it learned from to a finding on its memory."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from essex_standard import assess
from essex_standard.disclosure import protect
from tests.helpers import AS_OF, ROOT, write_standard

CHECKS = {
    f"privacy/{name}.toml": (ROOT / "checks" / "privacy" / f"{name}.toml").read_text("utf-8")
    for name in ("membership", "membership_block")
}


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    return write_standard(tmp_path_factory.mktemp("standard"), CHECKS)


def drawn(n, seed, shift=0.0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(shift, 1, (n, 3)), columns=list("abc"))
    p = 1 / (1 + np.exp(-(frame["a"] + frame["b"])))
    frame["happened"] = (rng.random(n) < p).astype(int)
    frame["sex"] = rng.choice(["F", "M"], n)
    return frame


def look(standard, model, *, shift=0.0, n=1_500, **changed):
    old, new = drawn(n, 1), drawn(n, 2, shift)
    model.fit(old[list("abc")], old["happened"])
    given = {"reference": old, "protected": "sex", "threshold": 0.5, "y": "happened"} | changed
    return assess(model, new, standard=standard, as_of=AS_OF, **given)


def outcomes(assessment):
    return [f.outcome.value for f in assessment.findings if f.theme == "privacy"]


def test_a_model_that_learned_rules_meets_both(standard):
    assert outcomes(look(standard, LogisticRegression())) == ["met", "met"]


def test_a_model_that_learned_people_by_heart_is_not_released(standard):
    assessment = look(standard, KNeighborsClassifier(1))
    assert outcomes(assessment) == ["not met", "not met"]
    assert assessment.verdict.value == "block"
    found = assessment.findings[0]
    assert "more than 60 in 100 times" in found.statement
    assert any("KNeighborsClassifier (it keeps rows it was trained on)" in d for d in found.details)


def test_people_who_changed_since_are_no_reason_to_stop_a_model(standard):
    assessment = look(standard, LogisticRegression(), shift=-3.0)
    raw = assessment.findings[0].measurements[0]
    assert abs(raw.value - 0.5) > 0.1
    assert "not met" not in outcomes(assessment)


def test_a_function_that_cannot_be_fitted_again_is_never_certain_to_give_anybody_away(standard):
    old, new = drawn(1_500, 1), drawn(1_500, 2)
    fitted = KNeighborsClassifier(1).fit(old[list("abc")].to_numpy(), old["happened"])

    def score(X):
        return fitted.predict_proba(X[list("abc")].to_numpy())[:, 1]

    assessment = assess(
        score, new, "happened", reference=old, protected="sex", threshold=0.5,
        standard=standard, as_of=AS_OF,
    )  # fmt: skip
    assert outcomes(assessment) == ["uncertain", "uncertain"]
    assert assessment.verdict.value == "refer"
    assert any("cannot be fitted again" in d for d in assessment.findings[0].details)


@pytest.mark.parametrize("same", [True, False])
def test_without_new_people_or_those_it_learned_from_nothing_is_assessed(standard, same):
    new = drawn(1_500, 2)
    assessment = look(standard, LogisticRegression(), reference=new if same else None)
    assert outcomes(assessment) == ["not assessed", "not assessed"]


def test_of_few_people_no_figure_is_published(standard):
    shown = protect(look(standard, LogisticRegression(), n=18))
    assert outcomes(shown)[0] == "not assessed"
    figures = [m for f in shown.findings for m in f.measurements]
    assert all(m.value is None for m in figures if m.measure == "overfitting_gap")


def test_the_same_files_give_the_same_findings(standard):
    one, two = (look(standard, LogisticRegression()).findings for _ in range(2))
    assert one == two
