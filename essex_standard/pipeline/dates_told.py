"""What is odd about the dates of the rows: several time zones, days that have not come yet.

Neither stops an assessment, and neither may pass in silence: a row near midnight may be counted on
the next day, and a date of tomorrow is an error of entry, or no date of the row at all.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np

FEWEST = 10
"""Rows from which a number is told, rounded to `BASE`."""

BASE = 5

_DATED = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}")
_ZONE = re.compile(r"\d{1,2}:\d{2}\S*?\s*(Z|UTC|[+-]\d{2}:?\d{2})$", flags=re.IGNORECASE)


def dates_told(time: Any, as_of: dt.date, *, name: str = "") -> tuple[str, ...]:
    """Return sentences on dates that cannot be taken as they stand.

    Parameters
    ----------
    time : array of shape (n_rows,), or None
    as_of : date
        Days after it have not come yet.
    name : str
        The column they stand in.
    """
    if time is None:
        return ()
    import pandas as pd

    # Each value is read once: a million rows fall on a few thousand days.
    rows = pd.Series(np.asarray(time, dtype=object)).value_counts()
    counts = rows.set_axis([str(value).strip() for value in rows.index])
    counts = counts[[bool(_DATED.match(text)) for text in counts.index]]
    if counts.empty:
        return ()
    where = f" (column '{name}')" if name else ""
    found = [*_zones(list(counts.index), where), *_to_come(counts, as_of, where)]
    return tuple(found)


def _zones(texts: list[str], where: str) -> list[str]:
    """Tell of several time zones; a country's winter and summer time are one."""
    at = {None if (m := _ZONE.search(t)) is None else _hours(m[1]) for t in texts if ":" in t}
    hours = sorted(h for h in at if h is not None)
    if not hours or (None not in at and hours[-1] - hours[0] <= 1):
        return []
    some = "some without any" if None in at else "more than an hour apart"
    said = (
        f"The times of the rows{where} are in several time zones ({some}): all were read as "
        "Universal Time, so that a row near midnight may be counted on the day before or after. "
        "Write all of them in one zone."
    )
    return [said]


def _hours(zone: str) -> float:
    if zone.upper() in {"Z", "UTC"}:
        return 0.0
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) + int(zone[-2:]) / 60)


def _to_come(counts: Any, as_of: dt.date, where: str) -> list[str]:
    later = [text[:10] > as_of.isoformat() for text in counts.index]
    rows = int(counts[later].sum())
    if not rows:
        return []
    many = f"About {BASE * round(rows / BASE):,} rows" if rows >= FEWEST else "A few rows"
    said = (
        f"{many} are dated after the day of the assessment ({as_of.isoformat()}){where}. Correct "
        "the dates, or leave the column out as the date of the rows."
    )
    return [said]
