"""How many texts name somebody: multiples of five, or fewer than ten, and shares of the same."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.disclosure import Protection
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.held import Held
from essex_standard.evidence.vocabulary import with_mentions
from essex_standard.measurement import Measurement
from essex_standard.measures.facts import Facts
from essex_standard.measures.mentions import identifiers_in_text_share
from essex_standard.statistics.comparison import Scope

PHONES = "telephone numbers"


def published(holding, rows, *, sex=None, min_cell=0):
    """Return count and share of texts with a telephone number, as they may be published."""
    notes = pd.DataFrame(
        {
            "note": [f"ring 01245 {430_000 + i}" for i in range(holding)]
            + ["well"] * (rows - holding)
        }
    )
    plain = Evidence.of(
        outcome=(np.arange(rows) % 2).astype(np.int8),
        flagged=np.arange(rows) % 4 < 2,
        protected={} if sex is None else {"note": sex},
        columns=notes,
    )
    assessed = replace(plain, columns=with_mentions(plain.columns, notes))
    facts = Facts(assessed=assessed, columns_read=("note",))
    measured = identifiers_in_text_share(facts, Scope(across=("columns",)), points_to_one=True)
    plan = Protection.of(Held(assessed=assessed, min_cell=min_cell))
    found = {}
    for m in measured.told:
        found["count"] = plan.protect(m, 0.95)
    (c,) = measured.comparisons
    raw = measured.told[0] if measured.told else None
    if raw is not None:
        share = Measurement(
            measure=c.measure, attribute="note", group=c.group, value=c.estimate.value, n=None
        )
        found["share"] = plan.protect(share, 0.95)
    return found


def test_the_reference_has_counts_of_its_own():
    def side(holding, rows):
        notes = pd.DataFrame({"note": [f"ring 01245 {430_000 + i}" for i in range(holding)]})
        notes = pd.concat([notes, pd.DataFrame({"note": ["well"] * (rows - holding)})])
        plain = Evidence.of(
            outcome=(np.arange(rows) % 2).astype(np.int8),
            flagged=np.arange(rows) % 4 < 2,
            protected={},
            columns=notes,
        )
        return replace(plain, columns=with_mentions(plain.columns, notes))

    now, then = side(33, 400), side(7, 4_000)
    facts = Facts(assessed=now, reference=then, columns_read=("note",))
    measured = identifiers_in_text_share(facts, Scope(across=("columns",)), points_to_one=True)
    plan = Protection.of(Held(assessed=now, reference=then))
    told = {m.group: plan.protect(m, 0.95) for m in measured.told}
    assert told[PHONES].value == 35
    assert told[f"{PHONES} (reference)"].below == 10


@pytest.mark.parametrize(
    ("holding", "rows", "count", "below", "share"),
    [
        (33, 4_001, 35, None, 0.01),
        (137, 1_003, 135, None, 0.14),
        (9, 4_001, None, 10, 0.0),
        (9, 401, None, 10, None),
        (396, 401, None, None, None),
        (12, 401, 10, None, 0.03),
    ],
)
def test_counts_are_rounded_and_few_are_told_as_few(holding, rows, count, below, share):
    found = published(holding, rows)
    assert (found["count"].value, found["count"].below) == (count, below)
    assert found["count"].n is None
    assert found["share"].value == share


def test_the_strictest_minimum_holds():
    assert published(15, 4_001, min_cell=20)["count"].below == 20


def test_a_protected_column_with_a_withheld_group_tells_nothing():
    sex = np.array(["F"] * 200 + ["M"] * 195 + ["X"] * 6, dtype=object)
    found = published(100, 401, sex=sex)
    assert found["count"].withheld
    assert found["share"].withheld


@settings(max_examples=40, deadline=None)
@given(st.integers(40, 700), st.floats(0, 1))
def test_nothing_published_tells_a_count_below_ten_on_either_side(rows, part):
    holding = max(1, round(part * rows))
    found = published(holding, rows)
    count = found["count"]
    if holding < 10 or rows - holding < 10:
        assert count.value is None or rows - holding >= 10
        assert found["share"].value in (None, 0.0, 1.0)
    if count.value is not None:
        assert count.value % 5 == 0
        assert abs(count.value - holding) <= 5
        assert found["share"].n % 5 == 0
        assert found["share"].value == pytest.approx(count.value / found["share"].n, abs=0.0051)
