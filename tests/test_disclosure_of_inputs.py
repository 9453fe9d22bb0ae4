"""What the inputs tell of a group is withheld where the group is."""

import numpy as np
import pytest

from essex_standard.disclosure import Protection
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.measurement import Measurement


def protection(**groups):
    """Return the plan for groups of so many people, half of them flagged and half with need."""
    label = np.repeat(list(groups), list(groups.values())).astype(object)
    n = len(label)
    evidence = Evidence.of(
        outcome=(np.arange(n) % 2).astype(np.int8),
        flagged=np.arange(n) % 4 < 2,
        protected={"sex": label},
    )
    return Protection.of(Held(assessed=evidence))


def told(measure, group, n, versus="rest", attribute="sex"):
    return Measurement(
        measure=measure, attribute=attribute, group=group, versus=versus,
        value=0.7149, low=0.6612, high=0.7788, n=n,
    )  # fmt: skip


PROXIES = ["proxy_roc_auc", "proxy_roc_auc_of_score", "proxy_roc_auc_of_column"]


@pytest.mark.parametrize("measure", PROXIES)
def test_a_proxy_is_shown_to_two_decimals_with_a_rounded_count(measure):
    shown = protection(a=403, b=402).protect(told(measure, "a", 403), 0.95)
    assert (shown.value, shown.low, shown.high) == (0.71, 0.66, 0.78)
    assert shown.n % 5 == 0


@pytest.mark.parametrize("measure", PROXIES)
def test_a_proxy_of_a_withheld_group_is_withheld(measure):
    plan = protection(a=400, b=400, c=12)
    withheld = plan.protect(told(measure, "c", 12), 0.95)
    assert (withheld.value, withheld.low, withheld.high, withheld.n) == (None,) * 4
    assert withheld.withheld
    assert plan.protect(told(measure, "never", 400), 0.95).withheld
    assert plan.protect(told(measure, "a", 400, attribute="faith"), 0.95).withheld


COLUMNS = ["leakage_roc_auc", "outcome_given_away_share", "dated_after_decision_share"]


def of_column(measure, value=0.7149, n=805, column="left_on"):
    return Measurement(
        measure=measure, attribute=column, value=value, low=value - 0.05, high=value + 0.05, n=n
    )


@pytest.mark.parametrize("measure", COLUMNS)
def test_a_figure_of_a_column_is_rounded_and_one_of_few_people_withheld(measure):
    plan = protection(a=403, b=402)
    shown = plan.protect(of_column(measure), 0.95)
    assert round(shown.value, 2) == shown.value
    assert shown.n % 5 == 0
    if not measure.endswith("roc_auc"):
        assert plan.protect(of_column(measure, 6 / 805), 0.95).withheld
        assert plan.protect(of_column(measure, 798 / 805), 0.95).withheld
        assert plan.protect(of_column(measure, 3 / 8000, n=8000), 0.95).value == 0.0


@pytest.mark.parametrize("measure", COLUMNS)
def test_a_column_that_is_a_protected_one_with_a_withheld_group_is_withheld(measure):
    plan = protection(a=400, b=400, c=12)
    assert plan.protect(of_column(measure, column="sex"), 0.95).withheld


def test_like_cases_are_shown_to_two_decimals_and_few_pairs_withheld():
    plan = protection(a=403, b=402)
    whole = Measurement(measure="consistency", value=0.9449, low=0.9, high=0.98, n=803)
    shown = plan.protect(whole, 0.95)
    assert (shown.value, shown.low, shown.high, shown.n) == (0.94, 0.9, 0.98, 805)
    pairs = Measurement(measure="alike_decided_differently", value=0.05, n=1000)
    said = plan.protect(pairs, 0.95)
    assert (said.value, said.low, said.high) == (0.05, None, None)
    few = Measurement(measure="alike_decided_differently", value=0.05, n=100)
    assert plan.protect(few, 0.95).withheld
    nobody = Protection.of(Held(assessed=Evidence.of(
        outcome=np.zeros(50, np.int8), flagged=np.arange(50) < 3)))  # fmt: skip
    assert nobody.protect(whole, 0.95).withheld
