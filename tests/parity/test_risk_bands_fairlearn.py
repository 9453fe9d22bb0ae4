"""Rates of bands against Fairlearn's MetricFrame with the band as its control feature."""

import numpy as np
import pytest
from fairlearn.metrics import MetricFrame, count

from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.risk_bands import RiskBands
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope


def people(seed, n=6_000):
    rng = np.random.default_rng(seed)
    band = rng.integers(1, 6, n)
    group = rng.choice(np.array(["a", "b", "c"], dtype=object), n, p=[0.6, 0.3, 0.1])
    y = (rng.random(n) < 0.1 * band + 0.1 * (group == "b")).astype(int)
    return band.astype(float), y, group, rng.choice([0.5, 1.0, 3.0], n)


def outcome_rate(y_true, y_pred, sample_weight):
    return np.average(y_true, weights=sample_weight)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_rate_of_each_band_and_group_is_fairlearns(weighted):
    band, y, group, w = people(1)
    w = w if weighted else np.ones(len(y))
    frame = MetricFrame(
        metrics={"rate": outcome_rate, "n": count},
        y_true=y,
        y_pred=y,
        sensitive_features={"area": group},
        control_features={"band": band},
        sample_params={"rate": {"sample_weight": w}},
    ).by_group
    evidence = Evidence.of(
        outcome=y.astype(np.int8), flagged=band >= 4, scores=band, score_kind="unbounded",
        threshold=4, protected={"area": group}, group_scores=("protected",),
        weights=w if weighted else None,
    )  # fmt: skip
    found = RiskBands.of(evidence)
    values = found.weights["area"] if weighted else found.counts["area"]
    for i, g in enumerate(found.groups["area"]):
        for j, name in enumerate(found.names):
            expected = frame.loc[(float(name), g)]
            assert values[i, j, 1] / values[i, j].sum() == pytest.approx(
                expected["rate"], abs=1e-12
            )
            assert found.counts["area"][i, j].sum() == expected["n"]
    # And the gaps that are judged are gaps of these rates.
    scope = Scope(across=("protected",), of="rows", compare="reference:a")
    gaps = MEASURES["band_outcome_rate_difference"].compute(Facts(assessed=evidence), scope)
    for c in gaps.comparisons:
        g, name = c.group.split(" & ")
        expected = frame.loc[(float(name), g)]["rate"] - frame.loc[(float(name), "a")]["rate"]
        assert c.estimate.value == pytest.approx(expected, abs=1e-12)
