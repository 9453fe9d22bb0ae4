"""What is shown of decisions that an experiment turned, and what is kept back with a group."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.disclosure import Protection
from essex_standard.disclosure.examined import design_effect
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.measurement import Measurement
from essex_standard.statistics.proportions import Proportion

SIZES = {"F": 400, "M": 300, "X": 7, "Y": 60}


def plan(sizes=SIZES, **terms):
    sex = np.repeat(list(sizes), list(sizes.values()))
    n = len(sex)
    evidence = Evidence.of(
        outcome=(np.arange(n) % 3 == 0).astype(np.int8),
        flagged=np.arange(n) % 2 == 0,
        scores=np.linspace(0, 1, n),
        score_kind="probability",
        threshold=0.5,
        protected={"sex": sex.astype(object)},
    )
    return Protection.of(Held(assessed=evidence, reference=None, **terms))


PLAN = plan()


def flip(k, n, *, group="F", measure="counterfactual_flip_rate", attribute="sex", effect=1.0):
    low, high = Proportion(k / effect, n / effect).interval(0.95)
    return Measurement(measure=measure, attribute=attribute, group=group, versus="M",
                       value=k / n, low=low, high=high, n=n, limit=0.05)  # fmt: skip


def test_a_share_comes_from_rounded_counts_and_its_n_from_the_groups_own_cells():
    shown = PLAN.protect(flip(33, 400), 0.95)
    total = int(PLAN.assessed.people["sex", "F"].sum())
    assert shown.n == total
    assert shown.value == round(35 / total, 2)
    assert shown.low <= shown.value <= shown.high
    assert not shown.withheld


def test_a_group_that_is_withheld_elsewhere_is_withheld_here():
    for measure in ("counterfactual_flip_rate", "counterfactual_score_change",
                    "counterfactual_absolute_score_change"):  # fmt: skip
        hidden = PLAN.protect(flip(3, 12, group="X", measure=measure), 0.95)
        assert hidden.withheld
        assert (hidden.value, hidden.low, hidden.high, hidden.n) == (None,) * 4


def test_a_sample_of_a_group_has_the_rounded_size_of_the_sample():
    assert PLAN.protect(flip(20, 202), 0.95).n == 200


def test_that_no_score_moved_says_nothing_of_anybody_and_is_shown():
    fact = Measurement(measure="counterfactual_flip_rate", attribute="sex", group="X", versus="M",
                       value=0.0, low=0.0, high=0.0, n=None)  # fmt: skip
    shown = PLAN.protect(fact, 0.95)
    assert (shown.value, shown.n, shown.withheld) == (0.0, None, False)


@pytest.mark.parametrize("measure", ["counterfactual_token_flip_rate",
                                     "counterfactual_term_flip_rate"])  # fmt: skip
def test_texts_are_counted_apart_from_the_groups_and_from_ten_on(measure):
    few = flip(3, 9, measure=measure, attribute="note", group="faith: Sikh")
    assert PLAN.protect(few, 0.95).withheld
    some = PLAN.protect(flip(14, 33, measure=measure, attribute="note", group="faith: Sikh"), 0.95)
    assert (some.n, some.value) == (35, round(15 / 35, 2))
    stricter = plan(min_cell=40)
    assert stricter.protect(flip(14, 33, measure=measure, attribute="note"), 0.95).withheld


def test_families_widen_what_is_printed():
    alone = PLAN.protect(flip(60, 400), 0.95)
    together = PLAN.protect(flip(60, 400, effect=4.0), 0.95)
    assert together.value == alone.value
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


@settings(max_examples=100, deadline=None)
@given(st.integers(10, 500), st.data())
def test_every_count_is_a_multiple_of_five_and_the_exact_one_does_not_come_back(n, data):
    k = data.draw(st.integers(0, n))
    m = flip(k, n, measure="counterfactual_token_flip_rate", attribute="note")
    shown = PLAN.protect(m, 0.95)
    assert shown.n % 5 == 0
    assert 0 <= shown.low <= shown.value <= shown.high <= 1
    assert design_effect(m, 0.95) == 1.0
    near = [j for j in range(max(k - 2, 0), min(k + 3, n + 1)) if round(j / 5) == round(k / 5)]
    same = {PLAN.protect(flip(j, n, measure=m.measure, attribute="note"), 0.95).value for j in near}
    assert same == {shown.value}
