import numpy as np
import pandas as pd
import pytest

from essex_standard import assess
from essex_standard.evidence.evidence import Evidence
from essex_standard.experiments.consistency import Consistency
from essex_standard.measures.consistency import consistency
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope
from tests.helpers import AS_OF, ROOT, write_standard

SCOPE = Scope()


def facts(flagged=400, **found):
    evidence = Evidence.of(
        outcome=(np.arange(1000) % 2).astype(np.int8), flagged=np.arange(1000) < flagged
    )
    return Facts(assessed=evidence, consistency=Consistency(**found) if found else None)


def test_it_is_judged_and_pairs_are_told():
    measured = consistency(
        facts(value=0.9, standard_error=0.01, pairs=200, differing=8, n=1000, left_out=("note",)),
        SCOPE,
    )
    (c,) = measured.comparisons
    assert (c.estimate.value, c.n) == (0.9, 1000)
    assert [(m.measure, m.value, m.n) for m in measured.told] == [
        ("alike_decided_differently", 0.04, 200)
    ]
    assert "note" in measured.noted[0]


@pytest.mark.parametrize("flagged", [0, 1000])
def test_where_everybody_is_decided_alike_it_vouches_for_nothing(flagged):
    measured = consistency(facts(flagged, value=1.0, standard_error=0.01, n=1000), SCOPE)
    assert "decided alike" in measured.reason
    assert not measured.comparisons


def test_what_could_not_be_tried_is_not_assessed():
    assert "not known" in consistency(facts(), SCOPE).reason
    assert consistency(facts(reason="too few"), SCOPE).reason == "too few"


def finding(tmp_path, model):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=2000), "band": rng.choice(["a", "b"], 2000)})
    text = (ROOT / "checks/bias/consistency.toml").read_text("utf-8")
    assessed = assess(
        model, frame, (frame["x"] > 0).astype(int), protected=["band"], threshold=0.5,
        standard=write_standard(tmp_path, {"bias/consistency.toml": text}), as_of=AS_OF,
    )  # fmt: skip
    return next(f for f in assessed.findings if f.check == "BIAS-52")


def test_a_rule_is_met_and_said_in_pairs(tmp_path):
    found = finding(tmp_path, lambda X: (X["x"].to_numpy() > 0.4) * 0.8 + 0.1)
    assert found.outcome.value == "met"
    assert "Of 100 pairs of people alike in what the model sees, about " in found.statement
    assert "decided differently" in found.statement


def test_a_coin_is_not_met(tmp_path):
    def coin(X):
        # The same person always gets the same score, but likeness counts for nothing.
        return np.abs(np.sin(X["x"].to_numpy() * 1e6))

    assert finding(tmp_path, coin).outcome.value == "not met"
