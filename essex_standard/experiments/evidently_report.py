"""Evidently's own report of data drift, for those who want to dig: restricted, and asked for only.

It holds figures that no disclosure control has looked at. Everything that it draws with is inside
the page, and a policy in its head forbids a browser to load anything else.

References
----------
Evidently 0.7, ``evidently.presets.DataDriftPreset``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

WHERE = "Evidently's report"

RESTRICTED = (
    "RESTRICTED. This page holds figures that were not protected: a small count may single "
    "somebody out. It is for the team that holds the data, is no part of the assessment, and is "
    "not to be passed on or attached to anything. Its thresholds are Evidently's, not those of the "
    "Standard."
)

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data: blob:; font-src data:; form-action 'none'; base-uri 'none'"
)

_LONGEST = 60
_MOST_LABELS = 1000


def evidently_report(
    assessed: pd.DataFrame, reference: pd.DataFrame, columns: Sequence[str]
) -> str:
    """Return Evidently's drift report of two populations as one page of HTML.

    Dates, columns of free text and columns that are absent or empty on one side are left out.

    Parameters
    ----------
    assessed, reference : DataFrame
    columns : sequence of str
        Columns to compare.

    Raises
    ------
    DataError
        If no column can be compared, or Evidently cannot draw them.
    """
    import pandas as pd

    new, old = {}, {}
    numbers: list[str] = []
    for column in columns:
        if column not in assessed or column not in reference:
            continue
        pair = (assessed[column], reference[column])
        name = _plain(column)
        if all(_is_number(side) for side in pair):
            new[name], old[name] = (_finite(side) for side in pair)
            numbers.append(name)
        elif not any(_is_date(side) for side in pair):
            new[name], old[name] = (_labels(side) for side in pair)
        else:
            continue
        distinct = max(side[name].nunique() for side in (new, old))
        free = name not in numbers and distinct > _MOST_LABELS
        if free or not (new[name].notna().any() and old[name].notna().any()):
            del new[name], old[name]
            numbers = [n for n in numbers if n in new]
    if not new:
        raise DataError.because(
            "no column could be compared between the reference and the data assessed",
            where=WHERE,
            mend="Leave --evidently out, or give reference data with the same columns",
        )
    return _page(pd.DataFrame(new), pd.DataFrame(old), numbers)


def _page(assessed: pd.DataFrame, reference: pd.DataFrame, numbers: list[str]) -> str:
    # Evidently carries a telemetry package that reads this when it is imported.
    os.environ["DO_NOT_TRACK"] = "1"
    import warnings

    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    definition = DataDefinition(
        numerical_columns=numbers,
        categorical_columns=[c for c in assessed.columns if c not in numbers],
    )
    try:
        with warnings.catch_warnings():
            # Its own divisions by zero, of empty bins.
            warnings.simplefilter("ignore")
            run = Report([DataDriftPreset()]).run(
                *(Dataset.from_pandas(side, definition) for side in (assessed, reference))
            )
            page = str(run.get_html_str(as_iframe=False))
    except Exception as error:  # noqa: BLE001
        # Whatever it raises; its words may quote a value of a row, so that only the kind is kept.
        raise DataError.because(
            f"Evidently could not draw these tables ({type(error).__name__})",
            where=WHERE,
            mend="Leave --evidently out: the assessment does not need it",
        ) from None
    return _marked(page)


def _marked(page: str) -> str:
    """Return the page with its policy first in the head, and what it is first in the body."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    banner = (
        '<p style="margin:0;padding:1em;border:3px solid #a00;font:16px sans-serif">'
        f"{RESTRICTED}</p>"
    )
    for tag, mark in (("<head>", policy), ("<body>", banner)):
        if tag not in page:
            raise DataError.because(
                "Evidently drew a page of a form that is not known",
                where=WHERE,
                mend="Leave --evidently out, or install the version of Evidently that is locked",
            )
        page = page.replace(tag, tag + mark, 1)
    return page


def _is_number(values: pd.Series) -> bool:
    from pandas.api import types

    return bool(types.is_numeric_dtype(values) and not types.is_bool_dtype(values))


def _is_date(values: pd.Series) -> bool:
    from pandas.api import types

    return bool(
        types.is_datetime64_any_dtype(values.dtype) or types.is_timedelta64_dtype(values.dtype)
    )


def _finite(values: pd.Series) -> pd.Series:
    import pandas as pd

    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    return pd.Series(np.where(np.isfinite(numbers), numbers, np.nan))


def _labels(values: pd.Series) -> pd.Series:
    import pandas as pd

    texts = [
        None if missing else _plain(v) for v, missing in zip(values, values.isna(), strict=True)
    ]
    return pd.Series(texts, dtype=object)


def _plain(value: object) -> str:
    """Return a name that cannot end the script it is written into."""
    return str(value).replace("<", "‹").replace(">", "›")[:_LONGEST]
