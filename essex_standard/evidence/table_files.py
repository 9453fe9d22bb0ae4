"""Tables that lie in files: CSV and Parquet, folders and globs, read as they stand."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from essex_standard.errors import DataError, Problem, nearest
from essex_standard.evidence.frames import to_frame

if TYPE_CHECKING:
    import pandas as pd

OURS = (
    "a column name stands in the header more than once",
    "rows have more fields than the header",
)

MISSING_NUMBERS = ("NA", "N/A", "NaN", "nan", "null", "NULL", "None", "#N/A", "-", ".")

READERS = (".csv", ".csv.gz", ".parquet", ".pq", ".tsv")


def read_table(pattern: str | Path, *, what: str, base: Path | None = None) -> pd.DataFrame:
    """Read a CSV or Parquet file, a folder of them, or a glob, in name order.

    Raises
    ------
    DataError
        If nothing is found, a format is unknown, or a file cannot be read.
    """
    import pandas as pd

    paths = table_files(pattern, what=what, base=base)
    frames = []
    for path in paths:
        name = path.name.lower()
        try:
            if name.endswith((".parquet", ".pq")):
                frames.append(pd.read_parquet(path))
            else:
                frames.append(_read_csv(path, separator="\t" if name.endswith(".tsv") else ","))
        except UnicodeDecodeError as error:
            raise DataError.because(
                "it is not UTF-8 text", where=f"{what} ({path})", mend="Save it again as UTF-8 CSV"
            ) from error
        except (ValueError, OSError) as error:  # pandas' and pyarrow's parse errors are ValueErrors
            raise DataError.because(
                f"it cannot be read as a table ({_reason(error)})",
                where=f"{what} ({path})",
                mend="Open it, check that each row has as many fields as the header, save it again",
            ) from error
    if len(frames) == 1:
        return to_frame(frames[0], what=f"{what} ({paths[0]})")
    first = list(frames[0].columns)
    odd = [p for p, f in zip(paths, frames, strict=True) if set(f.columns) != set(first)]
    if odd:
        raise DataError(
            Problem(
                what=f"its columns differ from those of {paths[0].name}",
                where=f"{what} ({p})",
                mend="Give all files the same columns",
            )
            for p in odd
        )
    return to_frame(pd.concat([f[first] for f in frames], ignore_index=True), what=what)


def _reason(error: Exception) -> str:
    """Return our own words for a fault; a library's may quote a row."""
    return str(error) if type(error) is ValueError and str(error) in OURS else type(error).__name__


def _read_csv(path: Path, *, separator: str) -> pd.DataFrame:
    """Read a CSV as it stands: no word but the empty one means missing, no column is an index.

    pandas would turn the labels "None" and "NA" into missing values, rename a repeated header, and
    take the first column as an index where every row has one field too many; each of these puts
    people into the wrong group without a word.

    Raises
    ------
    ValueError
        If the header repeats a name, or rows have more fields than the header.
    """
    import csv
    import gzip

    import pandas as pd

    opener = gzip.open if path.name.lower().endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file, delimiter=separator), [])
    if len(set(header)) < len(header):
        raise ValueError(OURS[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            frame = pd.read_csv(
                path, sep=separator, encoding="utf-8-sig", index_col=False,
                keep_default_na=False, na_values=[""],
            )  # fmt: skip
        except pd.errors.ParserWarning as error:
            raise ValueError(OURS[1]) from error
    for name in frame.columns:
        if not pd.api.types.is_string_dtype(frame[name]):
            continue
        column = frame[name]
        words = column.isin(MISSING_NUMBERS)
        if words.any():
            numbers = pd.to_numeric(column.mask(words), errors="coerce")
            # In a column of numbers these words do mean missing; among labels they are labels.
            if numbers.notna().any() and (numbers.isna() == (words | column.isna())).all():
                frame[name] = numbers
    return frame


def table_files(pattern: str | Path, *, what: str, base: Path | None = None) -> tuple[Path, ...]:
    """Return the files that a path, folder or glob names, in name order.

    Raises
    ------
    DataError
        If there is none, or one has a format that cannot be read.
    """
    path = Path(pattern) if base is None else base / Path(pattern)
    if path.is_dir():
        found = sorted(p for p in path.iterdir() if p.name.lower().endswith(READERS))
    elif path.is_file():
        found = [path]
    else:
        found = sorted(p for p in path.parent.glob(path.name) if p.is_file())
    if not found:
        near = nearest(path.name, [p.name for p in path.parent.glob("*")])
        raise DataError.because(
            f"there is no such file: {path}", where=what, mend=near or "Check the path"
        )
    unknown = [p for p in found if not p.name.lower().endswith(READERS)]
    if unknown:
        raise DataError(
            Problem(
                what=f"'{p.name}' is neither CSV nor Parquet",
                where=what,
                mend="Save it as .csv, .csv.gz or .parquet",
            )
            for p in unknown
        )
    return tuple(found)
