"""From the date of each row to the period it is counted in.

    2024-03-07  ->  2024-03   2024 Q1   2024        a label such as 2014J stays as it is

Without a unit named, days become months where the usual month holds enough people to say anything,
else quarters, else years: which one follows from how many people there are, never from what came of
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError
from essex_standard.evidence.group_table import UNKNOWN
from essex_standard.evidence.periods import PERIOD

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd
    from numpy.typing import NDArray

UNITS = ("month", "quarter", "year")

ENOUGH = 500
"""Rows in the usual period, below which a longer one is chosen."""

MOST_PERIODS = 60
"""Five years of months; more, and each hardly holds anybody."""

_DAY = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}|^\d{1,2}[/.]\d{1,2}[/.]\d{4}|^\d{4}/\d{1,2}/\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """The period of each row, or why there is none.

    Attributes
    ----------
    labels : ndarray of str, shape (n_rows,), or None
        In an order that is that of time; rows without a date are `unknown`.
    reason : str
        Why there are no periods; empty where there are.
    """

    labels: NDArray[np.str_] | None = field(default=None, repr=False)
    reason: str = ""


def periods_of(time: Any, unit: str = "", *, protected: Collection[str] = ()) -> Periods:
    """Return the period of each row.

    Parameters
    ----------
    time : array of shape (n_rows,), or None
        Dates, years, or names of periods.
    unit : {"", "month", "quarter", "year"}
        Into which dates are put; empty: chosen by the number of people.
    protected : collection of str
        Names of the protected attributes.

    Raises
    ------
    DataError
        If a unit is named and the values are no dates.
    """
    if time is None:
        return Periods(reason="no date of each row was given")
    if PERIOD in protected:
        return Periods(
            reason="a protected attribute is called 'period', so that periods could not be told "
            "apart from it; give it another name"
        )
    import pandas as pd

    given = pd.Series(np.asarray(time, dtype=object)).reset_index(drop=True)
    blank = given.isna() | given.map(lambda v: isinstance(v, str) and not v.strip())
    texts = given[~blank].map(_text)
    if texts.empty:
        return Periods(reason="no row has a date")
    named = _named(texts, unit)
    if named is None:
        return Periods(
            reason=f"the column of dates holds neither dates nor at most {MOST_PERIODS} names of "
            "periods"
        )
    labels = np.full(len(given), UNKNOWN, dtype=object)
    labels[named.index.to_numpy()] = named.to_numpy(dtype=object)
    return Periods(labels=labels)


def _text(value: Any) -> str:
    """Return a date, a whole number or a name as text; 2024.0 is 2024."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _named(texts: pd.Series, unit: str) -> pd.Series | None:
    """Return the name of each row's period, or None where the values are of neither kind."""
    distinct = texts.drop_duplicates()
    days = distinct.map(lambda t: bool(_DAY.match(t))).mean() > 0.5
    if not days:
        if unit and unit != "year":
            raise DataError.because(
                f"its values are no dates, so they cannot be put into a {unit}",
                where="data.period",
                mend="Write dates as 2026-04-01, or leave data.period out: names of periods are "
                "taken as they are",
            )
        return texts if len(distinct) <= MOST_PERIODS else None
    return _of_days(texts, distinct, unit)


def _of_days(texts: pd.Series, distinct: pd.Series, unit: str) -> pd.Series | None:
    import pandas as pd

    # The day comes first where the year does not, as in the United Kingdom.
    year_first = distinct.str.match(r"^\d{4}")
    dates = pd.concat(
        [
            pd.to_datetime(part, errors="coerce", format="mixed", utc=True, dayfirst=day_first)
            for day_first, part in ((False, distinct[year_first]), (True, distinct[~year_first]))
        ]
    ).reindex(distinct.index)
    # Each value is read once: a million rows fall on a few thousand days.
    at = texts.map(dict(zip(distinct, dates, strict=True)))
    at = at[at.notna()]
    if at.empty:
        return None
    for name in (unit,) if unit else UNITS:
        found = _in(at, name)
        sizes = found.value_counts()
        if unit or name == UNITS[-1] or (len(sizes) <= MOST_PERIODS and sizes.median() >= ENOUGH):
            return found if len(sizes) <= MOST_PERIODS else None
    return None


def _in(at: pd.Series, unit: str) -> pd.Series:
    import pandas as pd

    years = at.dt.strftime("%Y")
    if unit == "month":
        years = at.dt.strftime("%Y-%m")
    elif unit == "quarter":
        years = years + " Q" + at.dt.quarter.astype(int).astype(str)
    return pd.Series(years, index=at.index)
