"""Dates among the inputs that lie after the moment of decision: nobody could have known them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")
_TRIED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedColumn:
    """A column of dates: how many of them lie after the row's own date.

    Attributes
    ----------
    later, n : int or None, int
        Dates later than their row's, of so many; `later` is None where rows have no dates.
    """

    column: str
    later: int | None
    n: int


def dated_columns(
    frame: pd.DataFrame, columns: Sequence[str], time: Any | None
) -> tuple[DatedColumn, ...]:
    """Return the columns of dates among those read, compared day by day with each row's date.

    Parameters
    ----------
    time : array of shape (n_rows,), or None
        The date on which each row was (or would be) decided.
    """
    when = None if time is None else _days(time)
    found = []
    for name in columns:
        days = _days(frame[name])
        if days is None:
            continue
        known = ~np.isnat(days)
        if when is None:
            found.append(DatedColumn(column=name, later=None, n=int(known.sum())))
            continue
        known &= ~np.isnat(when)
        later = int((days[known] > when[known]).sum())
        found.append(DatedColumn(column=name, later=later, n=int(known.sum())))
    return tuple(found)


def holds_dates(values: Any) -> bool:
    """Return whether a column holds dates, or texts that are."""
    import pandas as pd

    present = pd.Series(np.asarray(values, dtype=object)).dropna()
    return not present.empty and all(_is_day(v) for v in present.iloc[:_TRIED])


def _days(values: Any) -> NDArray[np.datetime64] | None:
    """Return a column of dates as days, None where it holds anything else."""
    import pandas as pd

    series = pd.Series(np.asarray(values, dtype=object)).reset_index(drop=True)
    if not holds_dates(series):
        return None
    parsed = pd.to_datetime(series.map(lambda v: str(v)[:10], na_action="ignore"), errors="coerce")
    days: NDArray[np.datetime64] = parsed.to_numpy(dtype="datetime64[D]")
    return days


def _is_day(value: Any) -> bool:
    return not isinstance(value, (int, float)) and bool(_DAY.match(str(value)))
