"""How many months a column of dates covers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from essex_standard.errors import DataError
from essex_standard.pipeline.capacity import months_covered


@pytest.mark.parametrize(
    ("dates", "months"),
    [
        (["2026-04-01"], 1),
        (["2026-04-30", "2026-05-01"], 2),
        (["2025-12-31", "2026-01-01"], 2),
        (["2024-01-15", "2025-12-15"], 24),
        ([2025], 12),
        (["2024", "2025"], 24),
        (["2026-04-01", None], 1),
        (pd.to_datetime(["2026-04-01", "2026-06-30"]), 3),
        (np.array(["2026-04-01", "2026-06-30"], dtype="datetime64[D]"), 3),
    ],
)
def test_both_ends_count(dates, months):
    assert months_covered(dates) == months


@pytest.mark.parametrize("dates", [["soon"], [None, None], [], ["2026-13-01"]])
def test_what_is_no_date_is_told(dates):
    with pytest.raises(DataError, match="not all dates") as caught:
        months_covered(dates)
    assert "soon" not in str(caught.value)


def test_no_column_of_dates_is_told():
    with pytest.raises(DataError, match="Name the column of each row's date"):
        months_covered(None)
