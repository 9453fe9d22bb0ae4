"""How many months a time column covers, so that a monthly capacity becomes a number of people."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from essex_standard.errors import DataError

_PLAIN_YEAR = re.compile(r"^\d{4}$")


def months_covered(time: Any) -> int:
    """Return the number of calendar months from the first date to the last, both included.

    Raises
    ------
    DataError
        If there is no time column, or its values are not dates.
    """
    import pandas as pd

    if time is None:
        raise DataError.because(
            "a capacity per month needs to know how many months the data cover",
            where="data.time",
            mend="Name the column of each row's date, or pass capacity= for the whole period",
        )
    values = pd.Series(np.asarray(time, dtype=object)).dropna()
    if values.map(lambda v: bool(_PLAIN_YEAR.match(str(v)))).all() and len(values):
        years = values.map(lambda v: int(str(v)))
        return int(years.max() - years.min() + 1) * 12
    dates = pd.to_datetime(values, errors="coerce", format="mixed")
    if dates.isna().any() or not len(dates):
        raise DataError.because(
            "its values are not all dates, so the months they cover cannot be counted",
            where="data.time",
            mend="Write dates as 2026-04-01, or pass capacity= for the whole period",
        )
    first, last = dates.min(), dates.max()
    return int((last.year - first.year) * 12 + last.month - first.month + 1)
