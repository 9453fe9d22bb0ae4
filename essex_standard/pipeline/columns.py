"""The columns that have a part to play: outcome, scores, weights, clusters, dates, groups.

A column is given by itself (an array), by its name, or by its name in the submission. Whatever is
absent or does not belong to the same rows is found here, all of it in one message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from essex_standard.errors import DataError, Problem, nearest
from essex_standard.evidence import frames
from essex_standard.pipeline.request import Request
from essex_standard.pipeline.tables import Table, as_column, is_array

MOST_LISTED = 40

_DECLARED = {
    "y": ("data", "outcome"),
    "scores": ("model", "scores"),
    "outcome_known": ("data", "outcome_known"),
    "weights": ("data", "weights"),
    "clusters": ("data", "cluster"),
    "time": ("data", "time"),
    "legitimate_factor": ("data", "legitimate_factor"),
}
_DECLARED_LISTS = {
    "quasi_identifiers": ("data", "quasi_identifiers"),
    "sensitive": ("data", "sensitive"),
}
_WHAT = {
    "y": "the outcome",
    "scores": "the score",
    "outcome_known": "the column of known outcomes",
    "weights": "the column of weights",
    "clusters": "the column of clusters",
    "time": "the column of dates",
    "legitimate_factor": "the legitimate factor",
    "protected": "the protected column",
    "quasi_identifiers": "the quasi-identifier",
    "sensitive": "the sensitive column",
    "baseline": "the baseline's column",
}
_OPTIONS = {"y": "y (--outcome)", "X": "X (--data)"}
"""How a message names a keyword whose option on the command line has another name."""


def column(request: Request, table: Table, keyword: str) -> Any:
    """Return the column that a keyword or the submission names, as an array or Series, or None.

    Call `require_columns` and `require_aligned` first: they find what is wrong with it.
    """
    given = getattr(request, keyword)
    if given is not None and not isinstance(given, str):
        return as_column(given, name=_OPTIONS.get(keyword, keyword))
    name = given or declared_name(request, keyword)
    if not name or table.frame is None or name not in table.frame.columns:
        return None
    return table.frame[name]


def column_name(request: Request, keyword: str) -> str:
    """Return the name of the column behind a keyword, or an empty string."""
    given = getattr(request, keyword)
    if given is None:
        return declared_name(request, keyword)
    return given if isinstance(given, str) else str(getattr(given, "name", None) or "")


def column_names(request: Request, keyword: str) -> tuple[str, ...]:
    """Return the names of the columns behind a keyword that names several; a name alone is one."""
    given = getattr(request, keyword)
    if given is None and request.declared is not None:
        given = getattr(request.declared.data, keyword)
    names = (given,) if isinstance(given, str) else tuple(given or ())
    return tuple(dict.fromkeys(str(name) for name in names))


def declared_name(request: Request, keyword: str) -> str:
    """Return the column that the submission names for a keyword, or an empty string."""
    part, name = _DECLARED[keyword]
    return "" if request.declared is None else str(getattr(getattr(request.declared, part), name))


def require_columns(request: Request, table: Table, protected: Sequence[str]) -> tuple[str, ...]:
    """Raise unless every column that is named is there; return what must be told.

    A column that the submission names need not be in a frame handed over directly, unless it is a
    protected one; that it was left out is told.

    Raises
    ------
    DataError
        Listing all absent columns, each with the nearest.
    """
    if table.frame is None:
        return _require_no_names(request, protected)
    columns = [str(c) for c in table.frame.columns]
    problems, told = [], []
    for keyword, name, where in _named(request, protected):
        if name in columns:
            continue
        by_keyword = getattr(request, keyword) is not None
        if table.in_memory and not by_keyword and keyword != "protected":
            field = ".".join((_DECLARED | _DECLARED_LISTS)[keyword])
            told.append(
                f"The submission's {field} ('{name}') is not a column of X: it was left out."
            )
            continue
        problems.append(
            Problem(
                what=f"{_WHAT[keyword]} '{name}' is not a column of the data",
                where=where,
                mend=nearest(name, columns) or _listed(columns),
            )
        )
    if problems:
        raise DataError(problems)
    return tuple(told)


def _named(request: Request, protected: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (keyword, column, where it was named) for all columns that are given by name."""
    scored = request.model is not None or is_array(request.scores)
    for keyword, field in _DECLARED.items():
        given = getattr(request, keyword)
        if keyword == "scores" and given is None and scored:
            continue
        if isinstance(given, str):
            yield keyword, given, _OPTIONS.get(keyword, keyword)
        elif given is None and declared_name(request, keyword):
            yield keyword, declared_name(request, keyword), request.where(*field)
    where = (
        "protected"
        if request.protected is not None or request.declared is None
        else request.where("data", "protected")
    )
    for name in protected:
        yield "protected", name, where
    for keyword, field in _DECLARED_LISTS.items():
        by_keyword = getattr(request, keyword) is not None
        for name in column_names(request, keyword):
            yield keyword, name, keyword if by_keyword else request.where(*field)
    if request.baseline is not None and request.baseline.startswith("single_rule:"):
        name = request.baseline.removeprefix("single_rule:").strip()
        yield "baseline", name, "baseline"


def _require_no_names(request: Request, protected: Sequence[str]) -> tuple[str, ...]:
    named = [(k, n, w) for k, n, w in _named(request, protected) if getattr(request, k) is not None]
    if named:
        raise DataError(
            Problem(
                what=f"{_WHAT[keyword]} '{name}' is given by name, and there is no table to find "
                "it in",
                where=where,
                mend="Pass X, or the values themselves",
            )
            for keyword, name, where in named
        )
    return ()


def require_aligned(request: Request, table: Table, protected: Any) -> None:
    """Raise unless everything handed over belongs to the same rows in the same order.

    Raises
    ------
    DataError
        Listing each that has another length or another index.
    """
    given = {
        keyword: as_column(getattr(request, keyword), name=_OPTIONS.get(keyword, keyword))
        for keyword in _DECLARED
        if is_array(getattr(request, keyword))
    }
    if protected is not None:
        given["protected"] = protected
    anchor: Any = table.frame
    anchor_name = "X"
    if anchor is None:
        # Among arrays alone, the first that knows who its rows are is what the others must match.
        import pandas as pd

        anchor_name = next((k for k, v in given.items() if _has_index(v)), "scores")
        known = given.get(anchor_name)
        anchor = known if _has_index(known) else pd.Series(np.zeros(table.rows))
    problems: list[Problem] = []
    for keyword, values in given.items():
        if keyword == anchor_name:
            continue
        try:
            frames.require_same_rows(anchor, values, name=keyword, frame_name=anchor_name)
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)


def _has_index(values: Any) -> bool:
    return hasattr(getattr(values, "index", None), "equals")


def _listed(columns: Sequence[str]) -> str:
    more = len(columns) - MOST_LISTED
    tail = f" and {more} more" if more > 0 else ""
    return f"The columns are: {', '.join(columns[:MOST_LISTED])}{tail}"
