"""The values of a column, by what they are: missing, numbers, dates and labels, told apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST_CHARACTERS = 5_000
"""Of one text; words after that are not counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """A column's values by what they are.

    Attributes
    ----------
    missing : int
        Rows without a value.
    numbers : ndarray of shape (n_numbers,)
        Numbers and dates (days since 1970), one a row; infinite ones included.
    dates : int
        How many of the numbers are dates.
    labels, label_rows : ndarray of shape (n_labels,)
        Distinct texts, and the rows that hold each.
    """

    missing: int
    numbers: NDArray[np.float64]
    dates: int
    labels: NDArray[np.object_]
    label_rows: NDArray[np.int64]


def read_values(values: pd.Series) -> Values:
    """Tell a column's missing values, numbers, dates and labels apart."""
    import pandas as pd
    from pandas.api import types

    numbers: NDArray[np.float64] = np.empty(0)
    texts: dict[str, int] = {}
    dates = 0
    present = values[values.notna()]
    dtype = present.dtype
    if isinstance(dtype, pd.CategoricalDtype) or types.is_bool_dtype(dtype):
        texts = _texts(present.value_counts(sort=False))
    elif types.is_complex_dtype(dtype):
        texts = _texts(present.astype(str).value_counts(sort=False))
    elif types.is_numeric_dtype(dtype):
        numbers = present.to_numpy(dtype=np.float64)
    elif types.is_datetime64_any_dtype(dtype):
        numbers, dates = _days(present), len(present)
    elif types.is_timedelta64_dtype(dtype):
        numbers = present.dt.total_seconds().to_numpy(dtype=np.float64) / 86400
    elif types.infer_dtype(present, skipna=True) == "string":
        texts = _texts(present.value_counts(sort=False))
    else:  # one by one: 1, 1.0 and True are equal, and would be counted together
        objects = present.to_numpy(dtype=object)
        is_date = np.array([isinstance(v, date | np.datetime64) for v in objects], dtype=bool)
        is_number = np.array(
            [isinstance(v, Real | Decimal) and not isinstance(v, bool) for v in objects], dtype=bool
        )
        days = _days(pd.Series([pd.Timestamp(v) for v in objects[is_date]], dtype=object))
        numbers = np.concatenate([objects[is_number].astype(np.float64), days])
        dates = len(days)
        for label in map(label_of, objects[~is_date & ~is_number]):
            texts[label] = texts.get(label, 0) + 1
    if len(numbers):
        numbers = numbers[~np.isnan(numbers)] + 0.0  # -0.0 is 0.0
    rows = np.array(list(texts.values()), dtype=np.int64)
    labels = np.empty(len(texts), dtype=object)
    labels[:] = list(texts)
    return Values(
        missing=len(values) - len(numbers) - int(rows.sum()),
        numbers=numbers,
        dates=dates,
        labels=labels,
        label_rows=rows,
    )


def label_of(value: object) -> str:
    """Return a value's text: ``1`` for 1 and 1.0 alike, always encodable."""
    if isinstance(value, str):
        # Nearly every text is plain, and telling so is quicker than encoding it.
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _texts(counts: pd.Series) -> dict[str, int]:
    texts: dict[str, int] = {}
    for value, rows in zip(counts.index, counts.to_numpy(dtype=np.int64).tolist(), strict=True):
        if rows:  # a declared category that no row holds
            label = label_of(value)
            texts[label] = texts.get(label, 0) + rows
    return texts


def _days(moments: pd.Series) -> NDArray[np.float64]:
    import pandas as pd

    utc = pd.to_datetime(moments, utc=True).dt.tz_localize(None)
    return utc.to_numpy().astype("datetime64[D]").astype(np.int64).astype(np.float64)


def length_of_text(labels: NDArray[np.object_], rows: NDArray[np.int64]) -> tuple[int, int]:
    """Return characters of all rows together, and words of their first 5,000 characters."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pa.array(labels, type=pa.large_string())
    characters = pc.utf8_length(text).to_numpy(zero_copy_only=False)
    text = pc.utf8_slice_codeunits(text, 0, MOST_CHARACTERS)
    words = pc.count_substring_regex(text, r"[^\s]+").to_numpy(zero_copy_only=False)
    return int(characters @ rows), int(words @ rows)
