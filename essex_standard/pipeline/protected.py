"""Which groups are compared: protected columns, read as the team declares them.

names or a frame  ->  labels, one a row, and in sentences what was made of them
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError, EssexError, Problem, SubmissionError, nearest
from essex_standard.evidence import frames
from essex_standard.evidence.groupings import Declared, banded, grouped
from essex_standard.pipeline.request import Request

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.evidence.groupings import Grouping

Labels = dict[str, "NDArray[np.str_]"]


def protected_names(request: Request) -> tuple[str, ...]:
    """Return the names of protected columns that are to be found in the table."""
    given = request.protected
    if given is None:
        return (
            ()
            if request.declared is None
            else tuple(dict.fromkeys(request.declared.data.protected))
        )
    if isinstance(given, str):
        return (given,)
    if isinstance(given, (list, tuple)) and all(isinstance(g, str) for g in given):
        return tuple(dict.fromkeys(given))
    return ()


def protected_frame(request: Request) -> Any:
    """Return the protected attributes as they were handed over, or None where they were named."""
    given = request.protected
    if given is None or isinstance(given, str):
        return None
    if isinstance(given, (list, tuple)) and all(isinstance(g, str) for g in given):
        return None
    if isinstance(given, Mapping):
        return _columns_together(given)
    return given


def _columns_together(given: Mapping[str, Any]) -> Any:
    """Return attributes handed over one by one, by name, as a frame; None where there is none."""
    import pandas as pd

    if not given:
        return None
    try:
        return pd.DataFrame(dict(given))
    except ValueError as error:
        raise DataError.because(
            "its columns are not of one length",
            where="protected",
            mend="Give every attribute one value a row",
        ) from error


def groups(
    frame: pd.DataFrame | None,
    names: Sequence[str],
    given: Any,
    declared: Declared | None = None,
) -> tuple[Labels, tuple[str, ...]]:
    """Return each protected attribute as labels, and what was made of them.

    Parameters
    ----------
    frame : DataFrame or None
        Where `names` are found.
    names : sequence of str
        Columns of it.
    given : dataframe, Series or array, or None
        Attributes that were handed over; wins over `names`.
    declared : Declared, optional
        How columns are to be read.

    Raises
    ------
    DataError
        Listing every attribute that cannot be used.
    """
    declared = declared or Declared()
    table, names = (frame, names) if given is None else _handed_over(given)
    problems = [*_of_no_column(declared, names if table is not None else ())]
    found: Labels = {}
    told: list[str] = []
    for name in names if table is not None else ():
        if not name.strip():
            problems.append(
                Problem(what="a protected column has no name", where="protected", mend="Name it")
            )
            continue
        assert table is not None  # noqa: S101 - without a table there are no names
        try:
            found[name], said = _labelled(table[name], declared, name)
        except DataError as error:
            problems += error.problems
        else:
            told += said
    if problems:
        raise DataError(problems)
    return found, tuple(told)


def _labelled(
    column: pd.Series, declared: Declared, name: str
) -> tuple[NDArray[np.str_], tuple[str, ...]]:
    edges = declared.bands.get(name)
    if edges is not None:
        column = banded(column, edges, declared, name=name)
        labels, told = grouped(frames.labels(column, name=name), declared, name=name)
        listed = ", ".join(f"{edge:g}" for edge in edges)
        return labels, (f"{name} was put into bands as declared, from {listed}.", *told)
    most = frames.FEW_GROUPS if name not in declared.groupings else frames.MOST_GROUPS
    return grouped(frames.labels(column, name=name, most_numbers=most), declared, name=name)


def _of_no_column(declared: Declared, names: Sequence[str]) -> Iterator[Problem]:
    """Yield each declaration that is of no protected column, or is made twice."""
    for what, of in (("bands", declared.bands), ("groupings", declared.groupings)):
        for name in of:
            if name not in names:
                near = nearest(name, names)
                yield Problem(
                    what=f"{what} are declared for '{name}', which is no protected column",
                    where=what,
                    mend=near or "Name it among the protected columns, or take it out",
                )
    for name in declared.bands.keys() & declared.groupings.keys():
        yield Problem(
            what=f"both bands and a grouping are declared for '{name}'",
            where="bands",
            mend="Declare one of them",
        )


# What is declared --------------------------------------------------------------------------------


def declared_of(request: Request) -> Declared:
    """Return how the protected columns are to be read; a keyword wins over the submission.

    Raises
    ------
    DataError, SubmissionError
        If a grouping is not known.
    """
    data = None if request.declared is None else request.declared.data
    known = request.known_groupings
    said_groupings, said_bands = ({}, {}) if data is None else (data.groupings, data.bands)
    chosen = said_groupings if request.groupings is None else request.groupings
    bands = said_bands if request.bands is None else request.bands
    # Bands and groupings of a submission whose protected columns are replaced fall away with them.
    if request.protected is not None:
        mine = _own_names(request)
        chosen = chosen if request.groupings is not None else _of(chosen, mine)
        bands = bands if request.bands is not None else _of(bands, mine)
    groupings: dict[str, Grouping | None] = {}
    for name, identifier in chosen.items():
        if identifier == frames.AS_THEY_ARE:
            groupings[name] = None
        elif identifier in known.by_id:
            groupings[name] = known.by_id[identifier]
        else:
            raise _no_grouping(request, name, str(identifier))
    return Declared(
        not_known=known.not_known,
        groupings=groupings,
        bands={name: _edges(name, edges) for name, edges in bands.items()},
    )


def _of(declared: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in declared.items() if name in names}


def _own_names(request: Request) -> tuple[str, ...]:
    given = protected_frame(request)
    return protected_names(request) if given is None else _handed_over(given)[1]


def _edges(name: str, edges: Any) -> tuple[float, ...]:
    try:
        return tuple(float(edge) for edge in edges)
    except (TypeError, ValueError) as error:
        raise DataError.because(
            "bands are given by two or more numbers, each above the one before",
            where=f"bands of '{name}'",
            mend=f"For instance {name} = [0, 5, 10, 16, 18]",
        ) from error


def _no_grouping(request: Request, name: str, identifier: str) -> EssexError:
    known = [*request.known_groupings.by_id, frames.AS_THEY_ARE]
    by_keyword = request.groupings is not None
    error = DataError if by_keyword else SubmissionError
    return error.because(
        f"'{identifier}' is not a grouping",
        where=f"groupings of '{name}'" if by_keyword else request.where("data", "groupings", name),
        mend=f"{nearest(identifier, known)} The groupings are: {', '.join(known)}".strip(),
    )


def not_looked_at(names: Sequence[str], characteristics: Mapping[str, Sequence[str]]) -> str:
    """Return the sentence on characteristics that no column is named after; empty without names."""
    if not names or not characteristics:
        return ""
    words = [f" {' '.join(re.split(r'[^a-z]+', name.casefold()))} " for name in names]
    open_ = [
        characteristic
        for characteristic, usual in characteristics.items()
        if not any(f" {one} " in word for one in usual for word in words)
    ]
    if not open_:
        return ""
    return (
        "Going by the names of the columns compared, these characteristics that the Equality Act "
        f"2010 protects were not looked at: {', '.join(open_)}."
    )


def _handed_over(given: Any) -> tuple[pd.DataFrame, tuple[str, ...]]:
    import pandas as pd

    if isinstance(given, pd.Series) and given.name is None:
        given = given.rename("protected")
    elif np.ndim(given) == 1 and not hasattr(given, "columns"):
        name = getattr(given, "name", None) or "protected"
        given = pd.Series(np.asarray(given, dtype=object), name=name)
    table = frames.to_frame(given, what="protected")
    return table, tuple(str(c) for c in table.columns)
