from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.evidence.evidence import Evidence
from essex_standard.experiments.dates import DatedColumn
from essex_standard.experiments.leakage import ColumnLeak, Leakage
from essex_standard.measures import leakage as measures
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope
from essex_standard.statistics.held_out import RankEstimate
from tests.helpers import AS_OF, ROOT, write_standard

SCOPE = Scope(across=("columns",))


def facts(**given):
    return Facts(assessed=Evidence(rows=1000), columns_read=("a", "b"), **given)


def leak(column, value=0.7, given_away=0, of=400, **more):
    auc = None if value is None else RankEstimate(value, 0.01, 500)
    return ColumnLeak(column=column, roc_auc=auc, given_away=given_away, of=of, **more)


def test_each_column_is_judged_and_free_text_is_a_gap():
    found = facts(leakage=Leakage(columns=(leak("a", 0.97), leak("note", None)), n=1000))
    measured = measures.leakage_roc_auc(found, SCOPE)
    assert [(c.name, c.estimate.value) for c in measured.comparisons] == [("column a", 0.97)]
    assert measured.gaps == ("Column note is free text, which was not looked into",)


def test_the_share_given_away_is_of_those_who_fared_so():
    columns = (leak("left_on", given_away=200, of=400, missing_tells=True), leak("b"))
    measured = measures.outcome_given_away_share(facts(leakage=Leakage(columns=columns)), SCOPE)
    assert [c.estimate.value for c in measured.comparisons] == [0.5, 0.0]
    assert [c.n for c in measured.comparisons] == [400, 400]
    assert measured.noted == (
        "It is whether left_on stands filled in or blank that tells the outcome.",
    )


@pytest.mark.parametrize(
    ("leakage", "reason"),
    [(None, "not known"), (Leakage(reason="too few people had the outcome"), "too few")],
)
def test_what_could_not_be_tried_is_not_assessed(leakage, reason):
    for measure in (measures.leakage_roc_auc, measures.outcome_given_away_share):
        measured = measure(facts(leakage=leakage), SCOPE)
        assert not measured.comparisons
        assert reason in measured.reason


def submission(known):
    return SimpleNamespace(data=SimpleNamespace(known_after_decision=known))


def test_columns_known_only_later_are_counted_and_named():
    measured = measures.known_after_decision(facts(submission=submission(("b", "outcome"))), SCOPE)
    (c,) = measured.comparisons
    assert c.estimate.value == 1
    assert measured.noted == ("The model reads b, which becomes known only after the decision.",)
    assert measured.how_we_know == "consistent"
    none = measures.known_after_decision(facts(submission=submission(())), SCOPE)
    assert none.comparisons[0].estimate.value == 0


def test_a_team_that_has_not_said_is_not_assessed():
    assert (
        "does not say"
        in measures.known_after_decision(facts(submission=submission(None)), SCOPE).reason
    )
    assert measures.known_after_decision(facts(), SCOPE).reason


def test_dates_after_the_decision_are_a_share_of_those_given():
    dated = (DatedColumn(column="closed", later=30, n=300),)
    (c,) = measures.dated_after_decision_share(facts(dated=dated), SCOPE).comparisons
    assert (c.estimate.value, c.n) == (0.1, 300)
    unknown = (DatedColumn(column="closed", later=None, n=300),)
    assert (
        "no date of decision"
        in measures.dated_after_decision_share(facts(dated=unknown), SCOPE).reason
    )
    assert not measures.dated_after_decision_share(facts(), SCOPE).applicable


# Through the whole -------------------------------------------------------------------------------


def shipped(tmp_path, *files):
    texts = {
        f"effectiveness/{f}.toml": (ROOT / "checks/effectiveness" / f"{f}.toml").read_text("utf-8")
        for f in files
    }
    return write_standard(tmp_path, texts)


def people(n=1200):
    rng = np.random.default_rng(1)
    y = rng.random(n) < 0.4
    opened = pd.Timestamp("2024-03-01") + pd.to_timedelta(rng.integers(0, 300, n), "D")
    return pd.DataFrame(
        {
            "need": np.clip(rng.normal(0.4 + 0.2 * y, 0.2), 0, 1),
            "left_on": np.where(y & (rng.random(n) < 0.6), 1.0, np.nan),
            "opened": opened,
            "reviewed": opened + pd.to_timedelta(rng.integers(-30, 30, n), "D"),
            "sex": rng.choice(["F", "M"], n),
            "happened": y.astype(int),
        }
    )


def findings(tmp_path, *columns):
    frame = people()
    standard = shipped(tmp_path, "outcome_order", "outcome_given_away", "dated_after_decision")
    model = lambda X: X["need"].to_numpy() + 0 * len(X[list(columns)])  # noqa: E731
    assessed = assess(
        model, frame[[*columns, "opened"]], frame["happened"], protected=frame[["sex"]],
        time="opened", threshold=0.5, standard=standard, as_of=AS_OF,
    )  # fmt: skip
    return {f.check: f for f in assessed.findings}


def test_a_leaving_date_is_not_met_and_named(tmp_path):
    found = findings(tmp_path, "need", "left_on", "reviewed")
    assert found["EFF-05"].outcome.value == "met"
    assert found["EFF-06"].outcome.value == "not met"
    assert "Column left_on gives the outcome" in found["EFF-06"].statement
    assert "for 59 in 100 of those" in found["EFF-06"].statement
    assert found["EFF-08"].outcome.value == "not met"
    assert "Column reviewed holds dates" in found["EFF-08"].statement


def test_honest_columns_are_met(tmp_path):
    found = findings(tmp_path, "need")
    assert {c: f.outcome.value for c, f in found.items() if c.startswith("EFF")} == {
        "EFF-05": "met", "EFF-06": "met", "EFF-08": "met",
    }  # fmt: skip
