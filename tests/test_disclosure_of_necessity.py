"""What may be told of losses: whole steps of people, all of an attribute or none, none of few."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.disclosure import Protection
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.measurement import Measurement

SOURCE = "police"


def plan(n=1_000, few=40, min_cell=0):
    """Everybody in four equal cells, and a group X of few in each."""
    cell = np.arange(n) % 4
    group = np.where(np.arange(n) < 4 * few, "X", "Y")
    held = Evidence.of(
        outcome=(cell < 2).astype(np.int8),
        flagged=cell % 2 == 0,
        scores=np.where(cell % 2 == 0, 0.8, 0.2),
        threshold=0.5,
        protected={"sex": group},
    )
    return Protection.of(Held(assessed=held, reference=None, min_cell=min_cell, base=1))


def shown(measure, value, n, *, low=None, high=None, protection=None, attribute=SOURCE, group=""):
    raw = Measurement(
        measure=measure, attribute=attribute, group=group, value=value, low=low, high=high, n=n
    )
    return (protection or plan()).protect(raw, 0.95)


def test_people_of_1000_are_told_in_steps_of_five_people():
    one, other = (shown("found_per_1000_loss", x, 1_000) for x in (17.0, 14.0))
    assert (one.value, other.value) == (15.0, 15.0)
    ranged = shown("found_per_1000_loss", 17.0, 1_000, low=11.2, high=22.4)
    assert (ranged.low, ranged.high) == (10.0, 25.0)


@settings(max_examples=100, deadline=None)
@given(
    n=st.integers(100, 3_000),
    fewer=st.integers(-50, 50),
    wide=st.tuples(st.floats(0, 40), st.floats(0, 40)),
)
def test_a_range_told_holds_the_raw_one_and_steps_hide_the_count(n, fewer, wide):
    value = 1000 * fewer / n
    low, high = value - wide[0], value + wide[1]
    m = shown("found_per_1000_loss", value, n, low=low, high=high, protection=plan(n + (-n % 4)))
    assert m.low <= low + 1e-6
    assert m.high >= high - 1e-6
    assert float(m.value).is_integer()
    # Whoever reads it cannot tell neighbouring counts apart within a step of five.
    people = m.value * m.n / 1000
    assert abs(people - fewer) <= 2.5 + m.n / 2000 + abs(fewer) * 25 / n


def test_of_fewer_than_a_hundred_nothing_is_said_per_1000():
    assert shown("found_per_1000_loss", 17.0, 96, protection=plan(96)).withheld


def test_without_ten_of_either_outcome_no_loss_is_told():
    few = plan(16, few=2)
    for measure in ("necessity_loss", "average_precision_loss", "shuffled_loss", "brier_score_loss",
                    "roc_auc_of_fewer_columns", "found_per_1000_loss"):  # fmt: skip
        assert shown(measure, 0.1, 16, protection=few).withheld


def test_losses_are_told_in_two_decimals_outwards_and_with_the_people_of_the_whole():
    m = shown("necessity_loss", 0.0149, 498, low=0.0011, high=0.0289)
    assert (m.value, m.low, m.high, m.n) == (0.01, 0.0, 0.03, 500)


@pytest.mark.parametrize("measure", ["necessity_loss", "shuffled_loss", "roc_auc_of_fewer_columns"])
def test_a_column_in_which_a_withheld_group_shows_has_no_figure(measure):
    assert shown(measure, 0.1, 500, protection=plan(few=4), attribute="sex").withheld
    assert not shown(measure, 0.1, 500, protection=plan(few=40), attribute="sex").withheld


def test_a_group_is_told_in_steps_and_only_where_none_is_withheld():
    told = shown("true_positive_rate_loss", 13 / 80, 80, attribute="sex", group="X")
    assert (told.value, told.n, told.low) == (0.19, 80, None)  # 15 of 80
    for group in ("X", "Y"):
        hidden = shown("true_positive_rate_loss", 0.2, 80, protection=plan(few=4), attribute="sex",
                       group=group)  # fmt: skip
        assert hidden.withheld
