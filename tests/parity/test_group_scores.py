"""Figures of the scores of groups, from histograms, against scikit-learn on their raw rows."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope

WITHIN = 0.0005
SKLEARN = {
    "roc_auc": roc_auc_score,
    "average_precision": average_precision_score,
    "brier_score": brier_score_loss,
}


def people(seed=0, n=12_000):
    rng = np.random.default_rng(seed)
    group = rng.choice(np.array(["a", "b", "c"], dtype=object), n, p=[0.6, 0.3, 0.1])
    shift = {"a": -1.5, "b": -0.7, "c": -2.0}
    spread = {"a": 1.0, "b": 1.4, "c": 0.7}
    logit = rng.normal([shift[g] for g in group], [spread[g] for g in group])
    y = (rng.random(n) < 1 / (1 + np.exp(-0.8 * logit - 0.2))).astype(int)
    return 1 / (1 + np.exp(-logit)), y, group


def found(measure, scores, y, group, *, weights=None, across=("whole", "protected"), **scope):
    evidence = Evidence.of(
        outcome=y.astype(np.int8), flagged=scores >= 0.4, scores=scores, threshold=0.4,
        protected={"area": group}, group_scores=("protected",), weights=weights,
    )  # fmt: skip
    return MEASURES[measure].compute(Facts(assessed=evidence), Scope(across=across, **scope))


def own(measured, group):
    return next(c.estimate.value for c in measured.comparisons if c.group == group)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("measure", SKLEARN)
def test_each_groups_figure_is_scikit_learns_on_its_rows(measure, weighted):
    scores, y, group = people()
    weights = np.random.default_rng(1).choice([0.5, 1.0, 3.0], len(y)) if weighted else None
    measured = found(measure, scores, y, group, weights=weights)
    for name in ("", "a", "b", "c"):
        mine = group == name if name else np.ones(len(y), bool)
        w = None if weights is None else weights[mine]
        expected = SKLEARN[measure](y[mine], scores[mine], sample_weight=w)
        assert own(measured, name) == pytest.approx(expected, abs=WITHIN)


@pytest.mark.parametrize("measure", SKLEARN)
def test_a_gap_is_that_of_the_group_and_of_everyone_else(measure):
    scores, y, group = people()
    measured = found(f"{measure}_difference", scores, y, group, across=("protected",))
    for c in measured.comparisons:
        mine = group == c.group
        expected = SKLEARN[measure](y[mine], scores[mine]) - SKLEARN[measure](
            y[~mine], scores[~mine]
        )
        assert c.measure == f"{measure}_difference_to_rest"
        assert c.estimate.value == pytest.approx(expected, abs=2 * WITHIN)


@pytest.mark.parametrize("compare", ["pairs", "reference:b"])
def test_a_gap_between_two_groups_is_that_of_the_two(compare):
    scores, y, group = people()
    measured = found("roc_auc_difference", scores, y, group, across=("protected",), compare=compare)
    assert len(measured.comparisons) == (3 if compare == "pairs" else 2)
    for c in measured.comparisons:
        one, other = (group == g for g in (c.group, c.versus))
        expected = roc_auc_score(y[one], scores[one]) - roc_auc_score(y[other], scores[other])
        assert c.estimate.value == pytest.approx(expected, abs=2 * WITHIN)
        assert c.measure == "roc_auc_difference"
        assert c.worse_off == (expected < 0)


def test_calibration_of_each_group_is_a_logistic_fit_on_its_rows():
    scores, y, group = people()
    slope, shift = (
        found(m, scores, y, group) for m in ("calibration_slope", "calibration_in_the_large")
    )
    for name in ("a", "b", "c"):
        logit = np.log(scores / (1 - scores))[group == name]
        fit = LogisticRegression(C=np.inf, tol=1e-8).fit(logit[:, None], y[group == name])
        assert own(slope, name) == pytest.approx(float(fit.coef_[0, 0]), abs=2e-3)
        # In the large: at the shift found, as many are expected as came.
        expected = 1 / (1 + np.exp(-(logit + own(shift, name))))
        assert expected.sum() == pytest.approx(y[group == name].sum(), rel=1e-3)


def test_a_groups_curve_is_the_share_of_outcomes_in_each_band_of_its_rows():
    scores, y, group = people()
    told = found("calibration_in_the_large", scores, y, group, across=("protected",)).told
    curve = [m for m in told if m.measure == "observed_rate"]
    assert {m.attribute for m in curve} == {"area & score"}
    assert len({m.group.split(" & ")[1] for m in curve}) > 2
    for m in curve:
        name, band = m.group.split(" & ")
        low, high = (float(x) for x in band.split(" to "))
        inside = (scores >= low) & (scores < high) & (group == name)
        # A bin astride the edge of a band may put one or two people on the other side.
        assert m.value * m.n == pytest.approx(y[inside].sum(), abs=2.01, rel=0.01)
        assert m.n == pytest.approx(inside.sum(), abs=2, rel=0.02)
