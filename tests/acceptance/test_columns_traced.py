"""From a fitted model to findings on what it is handed for nothing and what it reads unsaid."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from essex_standard import assess
from tests.helpers import AS_OF, ROOT, write_standard

N = 600


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    checks = {
        f"minimisation/{n}.toml": (ROOT / f"checks/minimisation/{n}.toml").read_text("utf-8")
        for n in ("unused_columns", "sensitive_columns")
    }
    return write_standard(tmp_path_factory.mktemp("standard"), checks)


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(N, 3)), columns=["debt", "gp_visits", "moves"])
    frame["gone"] = np.nan
    return frame, (frame["debt"] + rng.normal(size=N) / 4 > 0).astype(int)


def look(standard, people, model):
    frame, y = people
    sex = pd.Series(np.where(np.arange(N) % 2, "F", "M"), name="sex")
    found = assess(
        model, frame, y, protected=sex, threshold=0.5, standard=standard, as_of=AS_OF
    ).findings  # fmt: skip
    return {f.check: f for f in found if f.theme == "minimisation"}


def test_columns_dropped_at_the_door_or_inside_are_named(standard, people):
    chosen = ColumnTransformer([("n", "passthrough", ["debt", "gp_visits"])])
    model = make_pipeline(chosen, SelectKBest(k=1), LogisticRegression()).fit(*people)
    found = look(standard, people, model)["MIN-07"]
    assert found.outcome.value == "not met"
    assert "gp_visits, moves and gone" in found.statement
    assert "No step of the model reads moves and gone." in found.details
    assert any(d.startswith("gp_visits is read by a step") for d in found.details)


def test_a_model_that_uses_all_meets_it_and_one_that_hides_it_is_not_assessed(standard, people):
    frame, y = people
    plain = LogisticRegression().fit(frame[["debt", "moves"]], y)
    assert look(standard, people, plain)["MIN-07"].outcome.value == "met"

    def hidden(rows):
        return 1 / (1 + np.exp(-rows["debt"].to_numpy()))

    found = look(standard, people, hidden)["MIN-07"]
    assert found.outcome.value == "not assessed"
    assert "not a pass" in found.statement


def test_what_looks_sensitive_is_told_even_where_nothing_is_declared(standard, people):
    frame, y = people
    model = LogisticRegression().fit(frame[["debt", "gp_visits"]], y)
    found = look(standard, people, model)["MIN-08"]
    assert found.outcome.value == "not assessed"
    assert "The model reads data on health: gp_visits." in found.details
