"""From a model that takes a protected column to what a board reads of it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from essex_standard import Outcome, assess
from tests.helpers import AS_OF, ROOT, write_standard

FLIPPED = (ROOT / "checks" / "bias" / "protected_columns_flipped.toml").read_text("utf-8")


def students(n=2000):
    """Need spread evenly over [0, 1), for each sex alike."""
    sex = np.tile(["F", "M"], n // 2)
    return pd.DataFrame({"need": (np.arange(n) // 2) / (n / 2), "sex": sex})


def model(amount):
    return lambda f: np.clip(f["need"] + np.where(f["sex"] == "M", amount, 0.0), 0, 1)


@pytest.fixture
def standard(tmp_path):
    return write_standard(tmp_path / "standard", {"bias/flipped.toml": FLIPPED})


def finding(scorer, frame, standard, *, protected="sex", **more):
    assessment = assess(
        scorer, frame, protected=protected, threshold=0.5, standard=standard, as_of=AS_OF, **more
    )
    return next(f for f in assessment.findings if f.check == "BIAS-61"), assessment


def test_a_column_that_turns_decisions_is_not_met_and_told_per_thousand(standard):
    found, _ = finding(model(0.1), students(), standard)
    assert found.outcome is Outcome.NOT_MET
    assert found.statement.startswith(
        "Decisions depend on what is recorded of a protected characteristic (sex: F recorded as M "
        "and sex: M recorded as F): with all else as it was, more than 5 in 100 would change. The "
        "largest share found: of 1,000 people, 100 would be decided otherwise (likely "
    )
    assert found.details[0] == (
        "sex: beyond the limit for F recorded as M and M recorded as F (after allowing for the "
        "number of groups looked at)."
    )


def test_a_column_that_turns_few_is_met(standard):
    found, _ = finding(model(0.01), students(), standard)
    assert found.outcome is Outcome.MET
    assert "fewer than 5 in 100 decisions would change" in found.statement


def test_a_share_at_the_limit_cannot_be_told(standard):
    found, _ = finding(model(0.05), students(), standard)
    assert found.outcome is Outcome.UNCERTAIN
    assert "further cases" in found.statement


def test_a_function_that_ignores_the_column_it_is_given_is_met_as_a_fact(standard):
    found, _ = finding(model(0.0), students(60), standard)
    assert found.outcome is Outcome.MET
    assert "of 1,000 people, 0 would be decided otherwise" in found.statement


def test_where_the_model_does_not_take_it_the_question_does_not_arise(standard):
    frame = students()
    found, _ = finding(lambda f: f["need"], frame, standard)
    assert found.outcome is Outcome.MET  # a function is given every column
    found, _ = finding(lambda f: f["need"], frame[["need"]], standard, protected=frame[["sex"]])
    assert found.outcome is Outcome.NOT_APPLICABLE
    assert "the model does not take sex" in found.statement


def test_ready_scores_are_not_assessed(standard):
    frame = students().assign(score=0.4)
    found, _ = finding(None, frame, standard, scores="score")
    assert found.outcome is Outcome.NOT_ASSESSED
    assert "only scores are known" in found.statement


def test_a_value_that_cannot_be_scored_keeps_the_check_from_met(standard):
    def strict(f):
        if (f["sex"] == "M").all():
            raise ValueError(f"CANARY {f['need'].iloc[0]}")
        return f["need"]

    found, _ = finding(strict, students(), standard)
    assert found.outcome is Outcome.NOT_ASSESSED
    assert found.details[-1] == (
        "sex recorded as M could not be examined: the model could not score this value "
        "(ModelError)."
    )


def test_a_small_group_is_named_and_its_figures_are_withheld(standard, tmp_path):
    frame = students(2000)
    frame.loc[:5, "sex"] = "X"
    found, assessment = finding(model(0.01), frame, standard)
    assert found.outcome is Outcome.MET
    assert any("too small to tell for X recorded as M" in d for d in found.details)
    assessment.to_json(tmp_path / "a.json")
    content = json.loads((tmp_path / "a.json").read_text("utf-8"))
    told = next(f for f in content["findings"] if f["check"] == "BIAS-61")["measurements"]
    small = {(m["measure"], m["versus"]): m for m in told if m["group"] == "X"}
    assert all(m["n"] is None for m in small.values())
    # To record X as F moves no score: that is a fact of the model, and tells of nobody.
    assert small.pop(("counterfactual_flip_rate", "F"))["value"] == 0
    assert small
    assert all(m["value"] is None and m["low"] is None for m in small.values())
    others = [m for m in told if m["group"] != "X" and m["n"] is not None]
    assert others
    assert all(m["n"] % 5 == 0 for m in others)


def test_the_pdf_and_page_name_the_pairs(standard, tmp_path):
    _, assessment = finding(model(0.1), students(), standard)
    assessment.to_html(tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text("utf-8")
    assert "F recorded as M" in page
    assert "Mean change of the score" in page


def test_a_protected_column_under_another_name_is_not_said_to_be_left_out(standard):
    frame = students()
    gender = pd.DataFrame({"gender": frame["sex"].map({"F": "woman", "M": "man"})})
    found, _ = finding(model(0.1), frame, standard, protected=gender)
    assert found.outcome is Outcome.NOT_ASSESSED
    assert "under another name (column 'sex')" in found.statement
    apart = gender.assign(gender=np.resize(["woman", "man", "man"], len(frame)))
    assert finding(model(0.1), frame, standard, protected=apart)[0].outcome is (
        Outcome.NOT_APPLICABLE
    )


def test_a_model_that_flags_nobody_turns_no_decision_and_is_not_met_for_that(standard):
    found, _ = finding(lambda f: f["need"] * 0.1 + (f["sex"] == "M") * 0.1, students(), standard)
    assert found.outcome is Outcome.NOT_ASSESSED
