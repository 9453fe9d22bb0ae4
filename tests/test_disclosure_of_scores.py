"""What may be shown of the scores of groups: their own events, and curves that add up to nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from essex_standard.disclosure import Protection
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.measures import MEASURES
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope


def population(small=0, n=4000, seed=5):
    """Return evidence of groups a and b, and of `small` people called c."""
    rng = np.random.default_rng(seed)
    logit = rng.normal(-0.5, 1.2, n)
    group = rng.choice(np.array(["a", "b"], dtype=object), n)
    group[:small] = "c"
    scores = 1 / (1 + np.exp(-logit))
    return Evidence.of(
        outcome=(rng.random(n) < scores).astype(np.int8), flagged=scores >= 0.5, scores=scores,
        threshold=0.5, protected={"group": group}, group_scores=("protected",),
    )  # fmt: skip


def told(evidence, measure):
    scope = Scope(across=("protected",), of="positives")
    return MEASURES[measure].compute(Facts(assessed=evidence), scope).told


def protected(evidence, measurements):
    protection = Protection.of(Held(assessed=evidence))
    return [protection.protect(m, 0.95) for m in measurements]


def test_a_groups_curve_is_shown_from_rounded_counts_where_no_group_is_withheld():
    evidence = population()
    curve = protected(evidence, told(evidence, "calibration_in_the_large"))
    assert len(curve) > 4
    for m in curve:
        assert not m.withheld
        assert m.n % 5 == 0
        assert round(m.value, 2) == m.value
        assert min(m.value * m.n, m.n - m.value * m.n) >= 9


def test_where_one_group_is_withheld_so_are_the_curves_of_all():
    # Everybody's band less that of a and of b would be that of c.
    evidence = population(small=25)
    curve = protected(evidence, told(evidence, "calibration_in_the_large"))
    assert curve
    assert all(m.withheld and m.value is None and m.n is None for m in curve)


def test_a_band_of_an_attribute_that_nobody_knows_is_withheld():
    evidence = population()
    some = told(evidence, "calibration_slope")[0]
    assert not protected(evidence, [some])[0].withheld
    for attribute in ("other & score", "group", "group & scores"):
        assert protected(evidence, [replace(some, attribute=attribute)])[0].withheld


@pytest.mark.parametrize(
    "measure", ["roc_auc_difference", "average_precision_difference", "brier_score_difference"]
)
def test_a_withheld_groups_figure_is_withheld_and_tells_no_n(measure):
    evidence = population(small=25)
    figures = {m.group: m for m in protected(evidence, told(evidence, measure))}
    assert figures["c"].withheld
    assert figures["c"].n is None
    assert figures[""].value == pytest.approx(told(evidence, measure)[0].value, abs=0.005)


def test_a_judged_figure_counts_those_with_the_outcome_and_a_told_one_everybody():
    evidence = population()
    own = next(m for m in told(evidence, "roc_auc_difference") if m.group == "a")
    events = int((evidence.groups["group"].count("positives"))[0])
    shown, judged = protected(evidence, [own, replace(own, limit=0.7)])
    assert shown.n == pytest.approx(own.n, abs=10)
    assert judged.n == pytest.approx(events, abs=5)
