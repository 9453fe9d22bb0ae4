"""Digests of files and of data: SHA-256, the same on every machine and every run.

A model's *state* has a module of its own, `state_digest`.
"""

from __future__ import annotations

import hashlib
import os
from glob import has_magic
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError, EssexError
from essex_standard.models.state_digest import StateDigest, state_digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    import pandas as pd

__all__ = [
    "StateDigest",
    "bytes_digest",
    "file_digest",
    "files_digest",
    "frame_digest",
    "path_digest",
    "state_digest",
]

PREFIX = "sha256:"


def bytes_digest(content: bytes) -> str:
    """Return the digest of some bytes.

    Examples
    --------
    >>> bytes_digest(b"")
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    """
    return PREFIX + hashlib.sha256(content).hexdigest()


def file_digest(path: str | PathLike[str]) -> str:
    """Return the digest of one file's bytes, read piece by piece.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        with Path(path).open("rb") as stream:
            return PREFIX + hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DataError.because(
            f"the file cannot be read ({error.strerror or type(error).__name__})",
            where=str(path),
            mend="Check the path and the rights to read it.",
        ) from error


def path_digest(path: str | PathLike[str]) -> str:
    """Return the digest of a file, of a folder with all in it, or of the files a glob finds.

    A folder's digest does not depend on where the folder lies. Files and folders whose names begin
    with a dot are no data and are left out.

    Raises
    ------
    DataError
        If nothing is there, or a file cannot be read.
    """
    whole = Path(path)
    if whole.is_file():
        return file_digest(whole)
    if whole.is_dir():
        return files_digest(whole.rglob("*"), relative_to=whole)
    parts = whole.parts
    wild = next((i for i, part in enumerate(parts) if has_magic(part)), None)
    if wild is None:
        raise _nothing_at(path)
    base = Path(*parts[:wild])
    try:
        return files_digest(base.glob(str(PurePath(*parts[wild:]))), relative_to=base)
    except DataError:
        raise _nothing_at(path) from None


def files_digest(paths: Iterable[str | PathLike[str]], *, relative_to: str | PathLike[str]) -> str:
    """Return the digest of several files: of their digests and POSIX paths, in sorted order.

    Parameters
    ----------
    paths : iterable of path
        Folders among them are passed over.
    relative_to : path
        The folder from which the paths are told.

    Raises
    ------
    DataError
        If there is no file, or one cannot be read.
    """
    # relpath, because a submission may name data that lie beside or above its own folder.
    told = {Path(p): Path(os.path.relpath(p, relative_to)) for p in paths}
    named = {
        name.as_posix(): path
        for path, name in told.items()
        if path.is_file() and not any(p.startswith(".") and p != ".." for p in name.parts)
    }
    if not named:
        raise _nothing_at(relative_to)
    whole = hashlib.sha256()
    for name in sorted(named):
        whole.update(f"{file_digest(named[name])}  {name}\n".encode())
    return PREFIX + whole.hexdigest()


def frame_digest(*parts: pd.DataFrame | pd.Series[Any] | np.ndarray[Any, Any] | None) -> str:
    """Return the digest of data held in memory: column names, dtypes and values, in row order.

    The index is left out: it says where a row came from, not what it holds. All missing values of a
    column are alike.

    Parameters
    ----------
    *parts : pandas.DataFrame, pandas.Series, numpy.ndarray or None
        Several make one digest, which depends on their order.

    Returns
    -------
    str
        ``"sha256:..."``.

    Raises
    ------
    DataError
        If a column holds objects that have no canonical form.
    """
    whole = hashlib.sha256()
    for part in parts:
        whole.update(f"{type(part).__name__}{np.shape(part) if part is not None else ()}".encode())
        for name, column in _columns(part):
            whole.update(_must_walk(name, "column name"))
            whole.update(_column_bytes(column, str(name)))
    return PREFIX + whole.hexdigest()


def _columns(part: Any) -> Iterable[tuple[Any, pd.Series[Any]]]:
    import pandas as pd

    if part is None:
        return ()
    if isinstance(part, pd.Series):
        return ((part.name, part),)
    if isinstance(part, pd.DataFrame):
        # By position: two columns of one name are two columns.
        return ((name, part.iloc[:, i]) for i, name in enumerate(part.columns))
    return pd.DataFrame(np.atleast_1d(part)).items()


def _column_bytes(column: pd.Series[Any], name: str) -> bytes:
    """Return the SHA-256 of one column: dtype, then plain numbers, or codes and distinct values."""
    import pandas as pd

    hashed = hashlib.sha256(str(column.dtype).encode())
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        hashed.update(_must_walk((list(dtype.categories), bool(dtype.ordered)), name))
        hashed.update(column.cat.codes.to_numpy().astype("<i8").tobytes())
    elif isinstance(dtype, np.dtype) and dtype.kind != "O":
        values = column.to_numpy()
        if dtype.kind in "fc":
            # A missing number can be written in many bit patterns.
            values = np.where(np.isnan(values), np.nan, values)
        hashed.update(np.ascontiguousarray(values.astype(dtype.newbyteorder("<"))).tobytes())
    elif pd.api.types.infer_dtype(column, skipna=True) in {"string", "empty"} or not (
        isinstance(dtype, np.dtype)
    ):
        codes, distinct = pd.factorize(column)
        hashed.update(codes.astype("<i8").tobytes())
        hashed.update(_must_walk(list(distinct), name))
    else:
        # Mixed objects: factorize would take 1, 1.0 and True for the same value.
        missing = column.isna().to_numpy()
        mixed = [None if gone else value for value, gone in zip(column, missing, strict=True)]
        hashed.update(_must_walk(mixed, name))
    return hashed.digest()


def _must_walk(value: Any, name: str) -> bytes:
    walked = state_digest(value)
    if walked.digest is None:
        raise DataError.because(
            f"the column holds objects that cannot be put into a digest ({walked.reason})",
            where=name,
            mend="Turn the column into numbers, text, dates or categories.",
        )
    return walked.digest.encode()


def _nothing_at(path: str | PathLike[str]) -> EssexError:
    return DataError.because(
        "there is no file here", where=str(path), mend="Check the path, or the pattern."
    )
