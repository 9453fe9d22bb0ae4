"""What stands beside outcome and score: weights, clusters, dates and the simple rule."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError, Problem, SubmissionError, nearest
from essex_standard.evidence import frames
from essex_standard.pipeline.request import Request

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST_PERIODS = 6
BASELINES = ("prevalence", "single_rule", "current_practice")
FEWEST_IN_A_PERIOD = 10
_DAY = re.compile(r"^(\d{4}-\d{2})-\d{2}")


# Weights, clusters, dates ----------------------------------------------------------------------


def weights_of(given: Any) -> NDArray[np.float64] | None:
    """Return one weight a row.

    Raises
    ------
    DataError
        If one is missing, negative or no number, or all are zero.
    """
    if given is None:
        return None
    import pandas as pd

    values = pd.to_numeric(pd.Series(np.asarray(given, dtype=object)), errors="coerce")
    found: NDArray[np.float64] = values.to_numpy(dtype=float, na_value=np.nan)
    with np.errstate(over="ignore"):
        usable = np.isfinite(found).all() and np.isfinite((found**2).sum()) and found.sum() > 0
    if not usable or (found < 0).any():
        raise DataError.because(
            "weights must be numbers, none missing or negative, and not all zero",
            where="weights",
            mend="Give one weight a row, 0 or more",
        )
    return found


def clusters_of(given: Any) -> NDArray[np.str_] | None:
    """Return the family, school or person that each row belongs to.

    Raises
    ------
    DataError
        If one is missing.
    """
    if given is None:
        return None
    import pandas as pd

    series = pd.Series(np.asarray(given, dtype=object))
    blank = series.map(lambda v: isinstance(v, str) and not v.strip())
    if (series.isna() | blank).any():
        raise DataError.because(
            "some rows belong to no cluster",
            where="clusters",
            mend="Give each row its family, school or person; a row on its own is a cluster",
        )
    labels: NDArray[np.str_] = series.map(str).to_numpy(dtype=object)
    return labels


def factor_of(given: Any, name: str) -> NDArray[np.str_] | None:
    """Return the value of the legitimate factor of each row; missing ones are a stratum.

    Raises
    ------
    DataError
        If it has too many distinct values to compare within.
    """
    if given is None:
        return None
    import pandas as pd

    column = given if isinstance(given, pd.Series) else pd.Series(np.asarray(given, dtype=object))
    try:
        return frames.labels(column.infer_objects(), name=name.replace(" & ", " and "))
    except DataError as error:
        raise DataError(
            Problem(
                what=p.what,
                where=f"legitimate factor '{name}'",
                mend=f'Put it into bands with pandas.cut(data["{name}"], [...]), or merge its '
                "values, and name the new column",
            )
            for p in error.problems
        ) from error


def period_of(time: Any) -> str:
    """Return the period that the rows cover.

    Days are told as months, and only those that at least ten rows share: a first or last date can
    be a person.
    """
    if time is None:
        return ""
    import pandas as pd

    texts = pd.Series(np.asarray(time, dtype=object)).dropna().map(lambda v: str(v)[:10])
    shared = texts.map(lambda t: m[1] if (m := _DAY.match(t)) else t).value_counts()
    values = sorted(shared.index[shared >= FEWEST_IN_A_PERIOD])
    if not values:
        return ""
    if len(values) > MOST_PERIODS:
        return f"{values[0]} to {values[-1]}"
    return ", ".join(values)


# The simple rule that the model is compared with -----------------------------------------------


def baseline_of(request: Request) -> tuple[str, tuple[str, ...]]:
    """Return the baseline named, and what must be told where none is.

    Raises
    ------
    DataError, SubmissionError
        If there is no such baseline.
    """
    given = request.baseline
    said = "" if request.declared is None else request.declared.baseline
    named = said if given is None else given
    if not named:
        return "prevalence", (
            "No simple baseline was named: the model is compared with scoring everybody alike.",
        )
    kind, colon, column = named.partition(":")
    if kind not in BASELINES or (kind == "single_rule") != bool(colon and column.strip()):
        known = '"prevalence", "single_rule:COLUMN" or "current_practice"'
        error, where = (
            (DataError, "baseline")
            if given is not None
            else (SubmissionError, request.where("baseline"))
        )
        raise error.because(
            f"'{named}' is not a baseline",
            where=where,
            mend=f"{nearest(kind, BASELINES)} Use {known}".strip(),
        )
    return named, ()


def rule_column(baseline: str, frame: pd.DataFrame | None) -> NDArray[np.float64] | None:
    """Return the values of the simple rule, or None where it is not a column of numbers."""
    if not baseline.startswith("single_rule:") or frame is None:
        return None
    import pandas as pd

    name = baseline.removeprefix("single_rule:").strip()
    if name not in frame.columns:
        return None
    column = frame[name]
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        return None
    values = column.to_numpy(dtype=float, na_value=np.nan)
    # Nothing recorded is the rule's own lowest value: a rule cannot fire on what is not there.
    finite = np.isfinite(values)
    lowest = float(values[finite].min()) if finite.any() else 0.0
    return np.asarray(np.nan_to_num(values, nan=lowest))
