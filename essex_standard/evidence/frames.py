"""The edge where tables come in: any dataframe or array becomes a checked pandas frame.

Everything that can be wrong with the shape of what a caller hands over is found here, with a
message that names what, where and how to mend it, and never a value from a row.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError, Problem, nearest
from essex_standard.evidence.group_table import UNKNOWN

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST_GROUPS = 200
"""A protected column with more distinct values is a measurement or a key, not a grouping."""

FEW_GROUPS, SMALLEST_TYPICAL = 20, 10
"""Above so many groups a typical one must hold ten people: names of keys would else be printed."""

OURS = (
    "a column name stands in the header more than once",
    "rows have more fields than the header",
)

MISSING_NUMBERS = ("NA", "N/A", "NaN", "nan", "null", "NULL", "None", "#N/A", "-", ".")

READERS = (".csv", ".csv.gz", ".parquet", ".pq", ".tsv")


def to_frame(data: Any, *, what: str) -> pd.DataFrame:
    """Return `data` as a pandas frame with string column names.

    Parameters
    ----------
    data : any dataframe that narwhals knows, or array of shape (n_rows, n_columns)
    what : str
        Name of the argument, for messages.

    Raises
    ------
    DataError
        If it is not a table, has no rows, or has a column name twice.
    """
    import narwhals as nw
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        frame = data
    elif isinstance(data, pd.Series):
        frame = data.to_frame()
    else:
        native = nw.from_native(data, pass_through=True, eager_only=False)
        if isinstance(native, nw.LazyFrame):
            native = native.collect()
        if isinstance(native, nw.DataFrame):
            frame = native.to_pandas()
        else:
            array = np.asarray(data)
            if array.ndim != 2:
                raise DataError.because(
                    f"it has {array.ndim} dimension(s), a table has two",
                    where=what,
                    mend="Pass a dataframe, or an array of shape (rows, columns)",
                )
            frame = pd.DataFrame(array, columns=[f"x{i}" for i in range(array.shape[1])])
    if not all(isinstance(c, str) for c in frame.columns):
        frame = frame.set_axis([str(c) for c in frame.columns], axis=1)
    problems = []
    if len(frame) == 0:
        problems.append(Problem(what="it has no rows", where=what, mend="Pass the rows to assess"))
    twice = sorted({c for c in frame.columns if list(frame.columns).count(c) > 1})
    if twice:
        problems.append(
            Problem(
                what=f"the column name(s) {', '.join(twice)} stand there more than once",
                where=what,
                mend="Give every column a name of its own",
            )
        )
    if problems:
        raise DataError(problems)
    return frame


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


def require_columns(frame: pd.DataFrame, names: Sequence[str], *, what: str, where: str) -> None:
    """Raise unless every name is a column of the frame.

    Raises
    ------
    DataError
        Listing all absent names, each with the nearest column.
    """
    absent = [n for n in names if n not in frame.columns]
    if absent:
        columns = [str(c) for c in frame.columns]
        raise DataError(
            Problem(
                what=f"{what} '{n}' is not a column of the data",
                where=where,
                mend=nearest(n, columns) or f"The columns are: {', '.join(columns[:40])}",
            )
            for n in absent
        )


def require_same_rows(frame: pd.DataFrame, other: Any, *, name: str, frame_name: str = "X") -> None:
    """Raise unless `other` has the frame's length and, where both have one, its index.

    Raises
    ------
    DataError
        Naming both lengths, or that the indexes differ.
    """
    if len(other) != len(frame):
        raise DataError.because(
            f"{name} has {len(other):,} rows, {frame_name} has {len(frame):,}",
            where=name,
            mend="Pass the same rows, in the same order",
        )
    index = getattr(other, "index", None)
    if index is not None and hasattr(index, "equals") and not index.equals(frame.index):
        raise DataError.because(
            f"{name} and {frame_name} have different indexes, so their rows may not be the same "
            "people",
            where=name,
            mend=f"Align them first, for instance {name}.loc[{frame_name}.index], or reset both "
            "indexes if the order is known to agree",
        )


def labels(column: pd.Series, *, name: str) -> NDArray[np.str_]:
    """Return a protected column as text labels, with missing values named `unknown`.

    ``1``, ``1.0`` and ``"1"`` are one label; blanks count as missing. ``" & "`` joins groups that
    are crossed, so that within a label it is written ``" and "``.

    Raises
    ------
    DataError
        If it has more than 200 distinct values, or a name that holds ``" & "``.
    """
    import pandas as pd

    if " & " in name:
        raise DataError.because(
            "its name holds ' & ', which joins the names of columns that are crossed",
            where=f"protected column '{name}'",
            mend=f"Rename it, for instance to '{name.replace(' & ', ' and ')}'",
        )
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    people = np.bincount(codes[codes >= 0], minlength=1)
    is_key = len(distinct) > FEW_GROUPS and float(np.median(people)) < SMALLEST_TYPICAL
    if len(distinct) > MOST_GROUPS or is_key:
        numeric = pd.api.types.is_numeric_dtype(column)
        how = "bands, for instance pandas.cut(age, [0, 18, 25, 35, 50, 65, 120])"
        raise DataError.because(
            f"it has {len(distinct):,} distinct values; groups of a handful of people can tell "
            "nothing",
            where=f"protected column '{name}'",
            mend=f"Put it into {how}" if numeric else "Merge its values into broader groups",
        )
    plain = [_label(v) for v in distinct]
    texts = [t.replace(" & ", " and ") for t in plain]
    if len(set(texts)) < len(set(plain)):
        raise DataError.because(
            "two of its groups differ only in ' & ' and ' and ', and would be taken for one",
            where=f"protected column '{name}'",
            mend="Give both groups one spelling, or names that differ otherwise",
        )
    names = np.array([*texts, UNKNOWN], dtype=object)
    result: NDArray[np.str_] = names[np.where(codes < 0, len(distinct), codes)]
    return result


def outcome_codes(
    y: Any, *, positive: Sequence[Any], known: Any = None, classes: Sequence[Any] = ()
) -> NDArray[np.int8]:
    """Return the outcome as 0, 1, or 2 where it was not observed.

    Parameters
    ----------
    y : array of shape (n_rows,)
    positive : sequence
        The outcome predicted, by name; empty for 0/1 or False/True.
    known : array of bool, shape (n_rows,), optional
        Whether each outcome was observable.
    classes : sequence
        Classes the model knows; with them, a value of y outside is undeclared.

    Raises
    ------
    DataError
        For missing values outside `known`, values that are not declared, or positive labels that
        neither y nor the model has.
    """
    import pandas as pd

    codes, distinct = pd.factorize(np.asarray(y, dtype=object), use_na_sentinel=True)
    blank = np.array([*(isinstance(v, str) and not v.strip() for v in distinct), False])
    codes = np.where(blank[codes], -1, codes)
    texts = [_label(v) for v in distinct]
    observed = np.ones(len(codes), bool) if known is None else _as_bool(known)
    problems = []
    if ((codes < 0) & observed).any():
        problems.append(
            Problem(
                what="some outcomes are missing",
                where="y (the outcome)",
                mend="Name a column that says where the outcome was observable (outcome_known), "
                "or leave those rows out and say so",
            )
        )
    seen = {texts[c] for c in np.unique(codes[observed & (codes >= 0)])}
    if positive:
        wanted = {_label(p) for p in positive}
        known_names = seen | {_label(c) for c in classes}
        problems += [
            Problem(
                what=f"the positive outcome '{p}' is neither in y nor a class of the model",
                where="positive",
                mend=nearest(p, known_names) or "Name the outcome as the data write it",
            )
            for p in sorted(wanted - known_names)
        ]
        if set(classes) and wanted <= {_label(c) for c in classes}:
            undeclared = seen - {_label(c) for c in classes}
        else:
            undeclared = set()
    else:
        wanted = {"1", "True"}
        undeclared = seen - {"0", "1", "True", "False"}
    if undeclared:
        problems.append(
            Problem(
                what=f"y holds {len(undeclared)} value(s) that nobody declared",
                where="y (the outcome)",
                mend="Name the outcome predicted (positive = [...]), or pass 0 and 1 only",
            )
        )
    if problems:
        raise DataError(problems)
    # The last place is for missing values, whose code is -1.
    coded = np.array([*(t in wanted for t in texts), False], dtype=np.int8)[codes]
    coded[~observed] = 2
    return coded


def _as_bool(known: Any) -> NDArray[np.bool_]:
    import pandas as pd

    column = pd.Series(np.asarray(known, dtype=object))
    text = column.map(_label, na_action="ignore").fillna("False").str.lower()
    odd = set(text.unique()) - {"0", "1", "true", "false", "yes", "no", "y", "n"}
    if odd:
        raise DataError.because(
            "it holds values other than yes and no",
            where="outcome_known",
            mend="Use true/false, yes/no or 1/0",
        )
    return text.isin({"1", "true", "yes", "y"}).to_numpy()


def _label(value: Any) -> str:
    """Return one spelling for 1, 1.0 and '1', and for True and numpy's True."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    text = str(value).strip()
    return text or UNKNOWN
