import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.evidence.evidence import Evidence
from essex_standard.experiments.proxies import GroupProxy, Proxies
from essex_standard.measures.facts import Facts
from essex_standard.measures.proxies import proxy_roc_auc
from essex_standard.statistics.comparison import Scope
from essex_standard.statistics.held_out import RankEstimate
from tests.helpers import AS_OF, write_standard

SCOPE = Scope(across=("protected",))


def auroc(value, error=0.01):
    return RankEstimate(value, error, 500)


def group(name, value, n=500, *, attribute="sex", columns=(), rest=500):
    return GroupProxy(
        attribute=attribute, group=name, n=n, n_versus=rest,
        inputs=None if value is None else auroc(value), score=auroc(0.55),
        columns=tuple((c, auroc(v)) for c, v in columns),
    )  # fmt: skip


def measured(*groups, taken=(), read=("a", "b")):
    found = Proxies(groups=groups, taken=taken, rows=1000, n=1000, seed=1)
    facts = Facts(assessed=Evidence(rows=1000), proxies=found, columns_read=read)
    return proxy_roc_auc(facts, SCOPE)


def test_each_group_is_compared_with_the_rest_and_its_columns_are_told():
    found = measured(group("F", 0.83, columns=[("height", 0.8), ("noise", 0.5)]))
    (f,) = found.comparisons
    assert (f.name, f.versus, f.estimate.value, f.n, f.n_versus) == (
        "sex: F", "rest", 0.83, 500, 500,
    )  # fmt: skip
    told = [(m.measure, m.versus, m.value) for m in found.told]
    assert told == [
        ("proxy_roc_auc_of_score", "rest", 0.55),
        ("proxy_roc_auc_of_column", "height", 0.8),
        ("proxy_roc_auc_of_column", "noise", 0.5),
    ]
    assert found.noted == ("Most is told of sex by height.",)


def test_an_attribute_that_the_model_reads_is_told():
    found = measured(group("F", 0.6), taken=("sex",))
    assert "The model reads sex itself; here it is left out." in found.noted


def test_without_the_models_columns_it_is_not_assessed_and_the_score_is_still_told():
    found = measured(group("F", None), read=())
    assert not found.comparisons
    assert "not known" in found.reason
    assert [m.measure for m in found.told] == ["proxy_roc_auc_of_score"]


def test_an_attribute_of_one_group_is_a_gap():
    found = measured(group("F", 0.6), group("all", None, attribute="faith", rest=0))
    assert found.gaps == ("faith has only one group, so there is nobody to compare with",)


def test_no_protected_attribute_is_not_assessed():
    assert proxy_roc_auc(Facts(assessed=Evidence(rows=1)), SCOPE).reason


# Through the whole -------------------------------------------------------------------------------

CHECK = """
id = "BIAS-51"
title = "The inputs do not give away who belongs to which group"
question = "How well do the inputs tell who belongs to which group?"
measure = "proxy_roc_auc"
across = ["protected"]
level = "refer"
limit = { at_most = 0.80 }
"""


def finding(tmp_path, frame, model, **given):
    standard = write_standard(tmp_path, {"bias/proxies.toml": CHECK})
    assessed = assess(
        model, frame, frame.pop("happened"), threshold=0.5, standard=standard, as_of=AS_OF, **given
    )
    return next(f for f in assessed.findings if f.check == "BIAS-51")


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    sex = np.where(rng.random(800) < 0.5, "F", "M")
    return pd.DataFrame(
        {
            "need": rng.random(800),
            "height": np.where(sex == "F", 165, 185) + rng.normal(0, 7, 800),
            "sex": sex,
            "happened": rng.integers(0, 2, 800),
        }
    )


def reads(*columns):
    return lambda X: X[list(columns)].to_numpy(float)[:, 0].clip(0, 1)


def test_inputs_that_give_a_group_away_are_not_met_and_the_column_is_named(tmp_path, frame):
    found = finding(tmp_path, frame, reads("need", "height"), protected=["sex"])
    assert found.outcome.value == "not met"
    assert "gives away those whose sex is" in found.statement
    assert "picks out the right one 9" in found.statement
    assert any("Most is told of sex by height" in d for d in found.details)


def test_inputs_that_tell_nothing_are_met(tmp_path, frame):
    sex = frame.pop("sex")
    frame = frame.drop(columns="height")
    found = finding(tmp_path, frame, reads("need"), protected=sex.to_frame())
    assert found.outcome.value == "met"
    assert "does not give away" in found.statement


def test_nothing_is_tried_where_no_check_asks(tmp_path, frame, monkeypatch):
    import essex_standard.experiments.proxies as module

    def refuse(*_, **__):
        raise AssertionError("the experiment ran")

    monkeypatch.setattr(module, "proxies", refuse)
    assessment = assess(
        None, frame, scores=frame["need"].to_numpy(), y=frame["happened"], protected=["sex"],
        threshold=0.5, standard=write_standard(tmp_path), as_of=AS_OF,
    )  # fmt: skip
    assert [f.check for f in assessment.findings if f.theme == "bias"] == ["BIAS-02"]
