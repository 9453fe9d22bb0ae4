"""Errors of regressors by group: hand-worked figures, Fairlearn on raw rows, and who errs."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from essex_standard import DataError, assess
from tests.helpers import AS_OF, write_standard

CHECK = """
id = "BIAS-01"
title = "Predictions are about as exact in each group"
question = "Are predictions as exact in each group?"
measure = "{measure}"
across = ["{across}"]
level = "refer"
limit = {{ at_most = {limit} }}
evidence = {{ minimum = 50 }}
"""


def standard(folder, measure, limit, across="protected"):
    text = CHECK.format(measure=measure, limit=limit, across=across)
    return write_standard(folder, {"bias/errors.toml": text})


def population(n=4000, seed=3, shift=0.0, spread=1.0):
    rng = np.random.default_rng(seed)
    sex = np.where(rng.random(n) < 0.5, "F", "M")
    came = rng.normal(20, 5, n)
    error = rng.normal(0, 1, n) * np.where(sex == "F", spread, 1.0) + np.where(
        sex == "F", shift, 0.0
    )
    return pd.DataFrame({"sex": sex, "came": came, "said": came + error})


def assessed(frame, folder, **kwargs):
    found = assess(
        None, frame[["sex"]], frame["came"], scores=frame["said"], protected=["sex"],
        score_kind="quantity", standard=folder, as_of=AS_OF, **kwargs,
    )  # fmt: skip
    return found, next(f for f in found.findings if f.check == "BIAS-01")


def test_figures_are_those_of_fairlearn_on_raw_rows(tmp_path):
    from fairlearn.metrics import MetricFrame
    from sklearn.metrics import mean_absolute_error

    frame = population(spread=2.0)
    found, finding = assessed(frame, standard(tmp_path, "mean_absolute_error_difference", 0.5))
    theirs = MetricFrame(
        metrics=mean_absolute_error, y_true=frame["came"], y_pred=frame["said"],
        sensitive_features=frame["sex"],
    ).by_group  # fmt: skip

    told = found.measurements().query("measure == 'mean_absolute_error'").set_index("group")
    for group in ("F", "M"):
        assert told.loc[group, "value"] == pytest.approx(theirs[group], rel=0.002)
    judged = found.measurements().query("measure == 'mean_absolute_error_difference_to_rest'")
    gap = theirs["F"] - theirs["M"]
    assert judged.set_index("group").loc["F", "value"] == pytest.approx(gap, rel=0.005)
    assert finding.outcome.value == "not met"
    assert "those whose sex is F" in finding.statement


@pytest.mark.parametrize(
    ("measure", "shift", "limit", "outcome"),
    [
        ("mean_error_difference", 0.0, 0.3, "met"),
        ("mean_error_difference", -1.0, 0.3, "not met"),
        ("mean_error_difference", 0.3, 0.3, "uncertain"),
        ("mean_absolute_error_difference", 0.0, 0.3, "met"),
    ],
)
def test_a_gap_is_judged_in_the_outcome_s_own_unit(tmp_path, measure, shift, limit, outcome):
    _, finding = assessed(population(shift=shift), standard(tmp_path, measure, limit))
    assert finding.outcome.value == outcome


def test_the_whole_is_judged_by_itself(tmp_path):
    folder = standard(tmp_path, "mean_absolute_error", 1.0, across="whole")
    found, finding = assessed(population(), folder)
    (row,) = found.measurements().query("check == 'BIAS-01'").to_dict("records")
    assert row["value"] == pytest.approx(np.sqrt(2 / np.pi), rel=0.05)
    assert (finding.outcome.value, row["group"]) == ("met", "")


def test_a_regressor_predicts_with_its_own_method(tmp_path):
    frame = population()
    model = LinearRegression().fit(frame[["said"]], frame["came"])
    found = assess(
        model, frame[["said", "sex"]], frame["came"], protected=["sex"], score_kind="quantity",
        standard=standard(tmp_path, "mean_error_difference", 0.3), as_of=AS_OF,
    )  # fmt: skip
    assert {f.check: f.outcome.value for f in found.findings}["BIAS-01"] == "met"


def test_what_needs_an_outcome_that_came_or_not_is_not_assessed(tmp_path):
    text = CHECK.format(measure="true_positive_rate_difference", across="protected", limit=0.1)
    folder = write_standard(tmp_path, {"bias/errors.toml": text})
    _, finding = assessed(population(), folder, threshold=20.0)
    assert finding.outcome.value == "not assessed"


def test_a_small_group_is_named_and_never_printed(tmp_path):
    frame = population()
    frame.loc[:7, "sex"] = "X"
    found, _ = assessed(frame, standard(tmp_path, "mean_error_difference", 0.3))
    found.to_json(tmp_path / "a.json")
    import json

    shown = json.loads((tmp_path / "a.json").read_text())["findings"][-1]["measurements"]
    for m in json.loads((tmp_path / "a.json").read_text())["findings"]:
        shown += m["measurements"]
    small = [m for m in shown if m["group"] == "X"]
    assert small
    assert all(m["value"] is None and m["n"] is None for m in small)


def test_a_classifier_s_standard_does_not_apply_to_it(tmp_path):
    frame = population()
    found = assess(
        None, frame[["sex"]], (frame["came"] > 20).astype(int), scores=frame["said"].rank(pct=True),
        protected=["sex"], standard=standard(tmp_path, "mean_error_difference", 0.3), as_of=AS_OF,
    )  # fmt: skip
    outcomes = {f.check: f.outcome.value for f in found.findings}
    assert outcomes["BIAS-01"] == "not applicable"


@pytest.mark.parametrize("bad", ["soon", None, np.inf])
def test_outcomes_that_are_no_numbers_are_refused(tmp_path, bad):
    frame = population().astype({"came": object})
    frame.loc[3, "came"] = bad
    with pytest.raises(DataError, match="outcomes are"):
        assessed(frame, standard(tmp_path, "mean_error_difference", 0.3))


@pytest.mark.parametrize("measure", ["mean_error_difference", "mean_absolute_error_difference"])
def test_at_the_limit_neither_error_exceeds_one_in_twenty(measure):
    """The true gap lies exactly at the limit: half-normal errors, 60 people against 600."""
    from essex_standard.evidence.evidence import Evidence
    from essex_standard.measures.errors import group_error_difference
    from essex_standard.measures.facts import Facts
    from essex_standard.standard.check import Check
    from essex_standard.standard.judge import judge
    from essex_standard.statistics.comparison import Scope

    absolute = "absolute" in measure
    check = Check(
        id="SIM-01", title="Simulated", question="Does it err?", measure=measure, level="refer",
        limit={"at_most": 0.5}, across=("protected",),
    )  # fmt: skip
    rng = np.random.default_rng(4)
    half = np.sqrt(2 / np.pi)
    counts = dict.fromkeys(("met", "not met", "uncertain"), 0)
    draws = 400
    for _ in range(draws):
        sex = np.repeat(["F", "M"], [60, 600])
        errors = rng.normal(size=660)
        if absolute:
            errors[:60] *= (half + 0.5) / half
        else:
            errors[:60] += 0.5
        evidence = Evidence.of(
            outcome=np.full(660, 2, np.int8), flagged=np.zeros(660, bool), scores=errors,
            score_kind="quantity", protected={"sex": sex}, errors=errors,
        )  # fmt: skip
        facts = Facts(assessed=evidence, score_kind="quantity")
        measured = group_error_difference(facts, Scope(across=("protected",)), absolute=absolute)
        counts[judge(check, measured).outcome.value] += 1
    # Three standard errors of a share of 0.05 over 400 draws.
    assert counts["not met"] / draws <= 0.05 + 0.033
    assert counts["met"] / draws <= 0.05 + 0.033
    assert counts["uncertain"] > 0
