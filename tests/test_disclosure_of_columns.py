"""Shares of rows that lack a value, or hold what was never seen: from rounded counts."""

import numpy as np
import pandas as pd
import pytest

from essex_standard.disclosure import Protection
from essex_standard.disclosure.cells import nearest
from essex_standard.disclosure.column_shares import share_of_rows
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.measurement import Measurement


def side(missing, rows, infinite=0, sex=None):
    values = np.r_[np.full(missing, np.nan), np.full(infinite, np.inf)]
    values = np.r_[values, np.arange(rows - len(values), dtype=float)]
    return Evidence.of(
        outcome=(np.arange(rows) % 2).astype(np.int8),
        flagged=np.arange(rows) % 4 < 2,
        protected={} if sex is None else {"c": sex},
        columns=pd.DataFrame({"c": values}),
    )


def protected(new, old, measure="missing_share_difference", group=""):
    plan = Protection.of(Held(assessed=new, reference=old))
    raw = Measurement(
        measure=measure, attribute="c", group=group, value=0.1234, low=0.1, high=0.2, n=new.rows
    )
    return plan.protect(raw, 0.95)


@pytest.mark.parametrize(
    ("found", "rows", "share"),
    [
        (52, 403, 50 / 405),
        (12, 403, 10 / 405),
        (9, 403, None),
        (0, 403, None),
        (396, 403, None),
        (9, 4000, 0.0),
        (0, 4000, 0.0),
        (3996, 4000, 1.0),
        (4, 9, None),
    ],
)
def test_a_share_is_of_rounded_counts_and_one_of_few_rows_is_withheld(found, rows, share):
    shown = share_of_rows(found, rows, nearest(rows, 5), 10, 5)
    assert (None if shown is None else shown.value) == (
        None if share is None else pytest.approx(share)
    )


def test_a_gap_is_that_of_the_rounded_shares_whatever_was_measured():
    shown = protected(side(52, 403), side(103, 1001))
    assert shown.value == round(50 / 400 - 105 / 1000, 2)
    assert shown.low <= shown.value <= shown.high
    assert shown.n == 400


def test_a_gap_is_withheld_where_either_share_is():
    for new, old in (((52, 403), (4, 403)), ((4, 403), (52, 403))):
        shown = protected(side(*new), side(*old))
        assert shown.withheld
        assert (shown.value, shown.low, shown.high, shown.n) == (None,) * 4


def test_infinite_numbers_are_shown_by_the_same_rule():
    new, old = side(0, 4000, infinite=400), side(0, 4000, infinite=3)
    assert protected(new, old, "infinite_share", "assessed").value == 0.10
    assert protected(new, old, "infinite_share", "reference").value == 0.0
    assert protected(new, old, "infinite_share_difference").value == 0.10


def test_a_column_of_groups_of_which_one_is_withheld_is_withheld():
    sex = np.array(["a"] * 300 + ["b"] * 300 + ["c"] * 12, dtype=object)
    assert protected(side(100, 612, sex=sex), side(100, 612)).withheld


def test_without_a_reference_there_is_no_gap():
    assert protected(side(52, 403), None).withheld
