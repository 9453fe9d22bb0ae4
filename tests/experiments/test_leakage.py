"""Columns that were made from the outcome are found, and honest ones are not accused."""

import numpy as np
import pandas as pd
import pytest

from essex_standard.experiments.dates import dated_columns
from essex_standard.experiments.leakage import leakage
from tests.helpers import ROOT

OULAD = ROOT / "examples" / "open_university" / "raw" / "oulad_model_table.csv.gz"


def found(frame, outcome, **more):
    result = leakage(frame, list(frame), np.asarray(outcome, np.int8), seed=1, **more)
    return {c.column: c for c in result.columns}


def people(n=2000, prevalence=0.3, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.random(n) < prevalence
    frame = pd.DataFrame(
        {
            "honest": rng.normal(size=n) + y,
            "noise": rng.normal(size=n),
            "copy": y * 10.0 + rng.normal(size=n),
            "closed_on": np.where(y & (rng.random(n) < 0.5), rng.normal(size=n), np.nan),
        }
    )
    return frame, y


def test_a_column_made_from_the_outcome_orders_people_by_itself():
    frame, y = people()
    columns = found(frame, y)
    assert columns["copy"].roc_auc.value > 0.99
    # Two bell curves a standard deviation apart: Phi(1 / sqrt 2) = 0.760.
    assert columns["honest"].roc_auc.value == pytest.approx(0.76, abs=0.03)
    assert columns["noise"].roc_auc.interval(0.99)[0] < 0.5


def test_what_is_filled_in_because_of_the_outcome_is_found_where_ranking_misses_it():
    frame, y = people()
    closed = found(frame, y)["closed_on"]
    assert closed.roc_auc.value == pytest.approx(0.75, abs=0.02)
    assert closed.side == "with"
    assert closed.given_away / closed.of == pytest.approx(0.5, abs=0.05)
    assert closed.missing_tells
    assert closed.given_away == (frame["closed_on"].notna() & y).sum()  # counted by hand
    assert not found(frame, y)["copy"].missing_tells


def test_what_is_blank_because_the_outcome_came_is_found_too():
    frame, y = people()
    mirrored = pd.DataFrame({"review": np.where(y & (frame["noise"] > 0), np.nan, 1.0)})
    column = found(mirrored, y)["review"]
    assert column.missing_tells
    assert column.given_away / column.of == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("prevalence", [0.05, 0.3, 0.6, 0.8, 0.95])
def test_honest_columns_give_nothing_away_however_common_the_outcome(prevalence):
    frame, y = people(prevalence=prevalence, seed=3)
    columns = found(frame[["honest", "noise"]], y)
    assert all(c.given_away <= 0.05 * c.of for c in columns.values())


def test_the_real_trap_of_the_open_universitys_table_is_found():
    table = pd.read_csv(OULAD)
    columns = [
        "date_unregistration", "withdrew_before_day_60", "early_assessments_submitted",
        "early_score_mean", "pre_course_clicks", "studied_credits", "date_registration",
    ]  # fmt: skip
    columns = found(
        table[columns],
        table["withdrawn_or_failed"],
        clusters=table["person"].astype(str).to_numpy(),
    )
    share = {c: leak.given_away / leak.of for c, leak in columns.items() if leak.of}
    # 10,072 of the 17,208 who withdrew or failed have a leaving date, and next to nobody else has.
    assert share["date_unregistration"] == pytest.approx(0.585, abs=0.02)
    assert share["withdrew_before_day_60"] > 0.2
    assert columns["date_unregistration"].missing_tells
    honest = ("pre_course_clicks", "studied_credits", "date_registration", "early_score_mean")
    assert {c: share[c] for c in honest} == {c: pytest.approx(0.0, abs=0.03) for c in honest}


def test_unobserved_outcomes_are_left_out_and_too_few_are_a_reason():
    frame, y = people(300)
    outcome = y.astype(np.int8)
    outcome[::2] = 2
    result = leakage(frame, list(frame), outcome, seed=1)
    assert result.rows == 150
    few = leakage(
        frame.iloc[:60], list(frame), np.r_[np.ones(12), np.zeros(48)].astype(int), seed=1
    )
    assert "too few" in few.reason
    assert not few.columns


def test_free_text_is_not_looked_into():
    n = 300
    text = pd.DataFrame({"note": [f"the family was seen at visit {i}" for i in range(n)]})
    (leak,) = leakage(text, ["note"], (np.arange(n) % 2).astype(np.int8), seed=1).columns
    assert leak.roc_auc is None


def test_dates_after_the_rows_own_are_counted():
    when = pd.Series(["2025-01-10"] * 4)
    frame = pd.DataFrame(
        {
            "text": ["2025-01-09", "2025-01-10", "2025-01-11", None],
            "stamp": pd.to_datetime(
                ["2025-01-10 23:00", "2025-01-12 00:00", "2024-01-01 00:00", None]
            ),
            "age": [1, 2, 3, 4],
            "year": ["2024", "2025", "2026", "2027"],
        }
    )
    later = {d.column: (d.later, d.n) for d in dated_columns(frame, list(frame), when)}
    assert later == {"text": (1, 3), "stamp": (1, 3)}
    assert dated_columns(frame, ["text"], None)[0].later is None
    assert dated_columns(frame, ["text"], pd.Series(["2014B"] * 4))[0].later is None
    assert dated_columns(frame, ["age", "year"], when) == ()
