"""The rows to assess: a frame in memory, a file, or scores alone."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError
from essex_standard.evidence import frames
from essex_standard.evidence.table_files import read_table, table_files
from essex_standard.models.digests import files_digest, frame_digest
from essex_standard.pipeline.request import Request

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows to assess.

    Attributes
    ----------
    frame : DataFrame or None
        None where only scores were given.
    rows : int
    digest : str
        Of the files, or of the values where no file is known.
    in_memory : bool
        The caller's own frame: columns that the submission names may then lie elsewhere.
    """

    frame: pd.DataFrame | None = field(repr=False)
    rows: int
    digest: str
    in_memory: bool


def assessed_table(request: Request) -> Table:
    """Return the table to assess: X, or the file that the submission names.

    Raises
    ------
    DataError
        If there is none, or it cannot be used.
    """
    given, declared = request.X, request.declared
    if isinstance(given, (str, os.PathLike)):
        frame, digest = read(given, what="X (--data)")
        return Table(frame=frame, rows=len(frame), digest=digest, in_memory=False)
    if given is not None:
        frame = frames.to_frame(given, what="X")
        digest = frame_digest(frame.reset_index(drop=True))
        return Table(frame=frame, rows=len(frame), digest=digest, in_memory=True)
    if declared is not None and declared.data.assessed:
        frame, digest = read_declared(request, "assessed")
        return Table(frame=frame, rows=len(frame), digest=digest, in_memory=False)
    if is_array(request.scores):
        return _scores_alone(request.scores)
    raise DataError.because(
        "there are no data to assess",
        where="X",
        mend="Pass X, or scores, or a submission whose [data] assessed names a file",
    )


def read_declared(request: Request, name: str) -> tuple[pd.DataFrame, str]:
    """Read the table that ``[data]`` of the submission names, with its digest."""
    loaded = request.submission
    assert loaded is not None  # noqa: S101 - only submissions name files
    pattern = getattr(loaded.submission.data, name)
    return read(pattern, what=request.where("data", name), base=loaded.folder)


def read(
    path: str | os.PathLike[str], *, what: str, base: Path | None = None
) -> tuple[pd.DataFrame, str]:
    """Read a table, with the digest of its files."""
    pattern = Path(path)
    files = table_files(pattern, what=what, base=base)
    folder = base or (pattern if pattern.is_dir() else pattern.parent)
    return read_table(pattern, what=what, base=base), files_digest(files, relative_to=folder)


def _scores_alone(scores: Any) -> Table:
    import pandas as pd

    column = as_column(scores, name="scores")
    if not len(column):
        raise DataError.because("there are no rows", where="scores", mend="Pass the rows to assess")
    digest = frame_digest(pd.DataFrame({"score": np.asarray(column)}))
    return Table(frame=None, rows=len(column), digest=digest, in_memory=True)


# One column ----------------------------------------------------------------------------------


def as_column(given: Any, *, name: str) -> Any:
    """Return one column as it was given: a frame of one column, or an array of shape (n, 1), too.

    Raises
    ------
    DataError
        If it is not one column.
    """
    if hasattr(given, "columns") and hasattr(given, "shape"):
        given = frames.to_frame(given, what=name)
    shape = np.shape(given) if not hasattr(given, "shape") else tuple(given.shape)
    if len(shape) == 2 and shape[1] == 1:
        return given.iloc[:, 0] if hasattr(given, "iloc") else np.asarray(given)[:, 0]
    if len(shape) != 1 and not (not shape and hasattr(given, "__len__")):
        raise DataError.because(
            "it is not one column",
            where=name,
            mend="Pass one value a row",
        )
    return given


def is_array(given: Any) -> bool:
    """Return whether a keyword holds values, and not the name of a column or nothing."""
    return given is not None and not isinstance(given, str)
