"""The edge where tables come in: any dataframe or array becomes a checked pandas frame.

Everything that can be wrong with the shape of what a caller hands over is found here, with a
message that names what, where and how to mend it, and never a value from a row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError, Problem, nearest
from essex_standard.evidence.group_table import UNKNOWN
from essex_standard.evidence.names import readable

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MOST_GROUPS = 200
"""A protected column with more distinct values is a measurement or a key, not a grouping."""

AS_THEY_ARE = "as-they-are"
"""What a submission writes in place of a grouping where each entry is a group."""

FEW_GROUPS, SMALLEST_TYPICAL = 20, 10
"""Above so many groups a typical one must hold ten people: names of keys would else be printed."""


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
        If it is not a table, has no rows, has a column name twice, or columns whose entries are
        lists or tables.
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
    nested = [] if twice else [c for c in frame.columns if _is_nested(frame[c])]
    if nested:
        problems.append(
            Problem(
                what="entries are lists or tables, so that nobody could be compared by them: "
                + ", ".join(f"'{c}'" for c in nested),
                where=what,
                mend="Give one plain value a row (a text, a number, a date or true and false): for "
                "instance how many entries the list has, or a column for each of them",
            )
        )
    if problems:
        raise DataError(problems)
    return frame


def _is_nested(column: pd.Series) -> bool:
    """Return whether any entry is a list, a dict or the like, which cannot be hashed."""
    import pandas as pd

    if str(column.dtype).startswith(("list", "large_list", "fixed_size_list", "struct", "map")):
        return True
    # Looked at one by one only where they are not all texts, numbers or dates.
    if column.dtype != object or not pd.api.types.infer_dtype(column).startswith("mixed"):
        return False
    return not all(pd.api.types.is_hashable(v) for v in column)


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


def labels(column: pd.Series, *, name: str, most_numbers: int = FEW_GROUPS) -> NDArray[np.str_]:
    """Return a protected column as text labels, with missing values named `unknown`.

    ``1``, ``1.0`` and ``"1"`` are one label; blanks count as missing. ``" & "`` joins groups that
    are crossed, so that within a label it is written ``" and "``. What cannot be read on a page is
    made readable (see `essex_standard.evidence.names`).

    Parameters
    ----------
    most_numbers : int
        A column of numbers with more distinct ones is a measurement.

    Raises
    ------
    DataError
        If it has too many distinct values to be a grouping, or a name that holds ``" & "``.
    """
    import pandas as pd

    if " & " in name:
        raise DataError.because(
            "its name holds ' & ', which joins the names of columns that are crossed",
            where=f"protected column '{name}'",
            mend=f"Rename it, for instance to '{name.replace(' & ', ' and ')}'",
        )
    try:
        codes, distinct = pd.factorize(column, use_na_sentinel=True)
    except TypeError as error:
        raise DataError.because(
            "its values are lists or tables, or cannot be told apart",
            where=f"protected column '{name}'",
            mend="Give one plain value a row: a text, a number or true and false",
        ) from error
    people = np.bincount(codes[codes >= 0], minlength=1)
    _require_groups(column, name, len(distinct), float(np.median(people)), most_numbers)
    plain = [label_of(v) for v in distinct]
    texts = [t.replace(" & ", " and ") for t in plain]
    if len(set(texts)) < len(set(plain)):
        raise DataError.because(
            "two of its groups differ only in ' & ' and ' and ', and would be taken for one",
            where=f"protected column '{name}'",
            mend="Give both groups one spelling, or names that differ otherwise",
        )
    names = np.array([*readable(texts), UNKNOWN], dtype=object)
    result: NDArray[np.str_] = names[np.where(codes < 0, len(distinct), codes)]
    return result


def _require_groups(
    column: pd.Series, name: str, distinct: int, typical: float, most_numbers: int
) -> None:
    """Raise if the values of a column are measurements or keys, with the ways to group them."""
    import pandas as pd

    plain = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    is_key = distinct > FEW_GROUPS and typical < SMALLEST_TYPICAL
    if distinct <= MOST_GROUPS and not is_key and not (plain and distinct > most_numbers):
        return
    key = name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else f'"{name}"'
    if plain:
        mend = (
            f"Put it into bands: [data] bands = {{ {key} = [0, 18, 25, 35, 50, 65] }} in the "
            f'submission, bands={{"{name}": [0, 18, 25, 35, 50, 65]}} in Python, or a column made '
            f'with pandas.cut(data["{name}"], [0, 18, 25, 35, 50, 65, 120])'
        )
        if distinct <= MOST_GROUPS and not is_key:
            mend += (
                f'. If its numbers are codes of groups: groupings = {{ {key} = "{AS_THEY_ARE}" }}'
            )
    else:
        mend = (
            f"Merge its values into broader groups, or declare a known grouping: [data] groupings "
            f'= {{ {key} = "census-2021-ethnic-5" }}'
        )
    raise DataError.because(
        f"it has {distinct:,} distinct values; groups of a handful of people can tell nothing",
        where=f"protected column '{name}'",
        mend=mend,
    )


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
    texts = [label_of(v) for v in distinct]
    observed = np.ones(len(codes), bool) if known is None else as_bool(known)
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
        wanted = {label_of(p) for p in positive}
        known_names = seen | {label_of(c) for c in classes}
        problems += [
            Problem(
                what=f"the positive outcome '{p}' is neither in y nor a class of the model",
                where="positive",
                mend=nearest(p, known_names) or "Name the outcome as the data write it",
            )
            for p in sorted(wanted - known_names)
        ]
        if set(classes) and wanted <= {label_of(c) for c in classes}:
            undeclared = seen - {label_of(c) for c in classes}
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


def quantities(y: Any, *, known: Any = None) -> NDArray[np.float64]:
    """Return the outcome as a quantity, NaN where it was not observed.

    Parameters
    ----------
    y : array of shape (n_rows,)
        Numbers, in the unit that the model predicts.
    known : array of bool, shape (n_rows,), optional
        Whether each outcome was observable.

    Raises
    ------
    DataError
        For missing or infinite values outside `known`, or values that are no numbers.
    """
    import pandas as pd

    column = pd.Series(np.asarray(y, dtype=object))
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    observed = np.ones(len(numbers), bool) if known is None else as_bool(known)
    given = column.notna().to_numpy()
    problems = []
    if (np.isnan(numbers) & given & observed).any():
        problems.append(
            Problem(
                what="some outcomes are not numbers, and the model predicts a quantity",
                where="y (the outcome)",
                mend="Give numbers; for an outcome that came or did not, leave score_kind out",
            )
        )
    if (~given & observed).any() or np.isinf(numbers[observed]).any():
        problems.append(
            Problem(
                what="some outcomes are missing or infinite",
                where="y (the outcome)",
                mend="Name a column that says where the outcome was observable (outcome_known), "
                "or leave those rows out and say so",
            )
        )
    if problems:
        raise DataError(problems)
    return np.where(observed, numbers, np.nan)


def as_bool(known: Any) -> NDArray[np.bool_]:
    """Return a column of yes and no as booleans; nothing is a no."""
    import pandas as pd

    column = pd.Series(np.asarray(known, dtype=object))
    text = column.map(label_of, na_action="ignore").fillna("False").str.lower()
    odd = set(text.unique()) - {"0", "1", "true", "false", "yes", "no", "y", "n"}
    if odd:
        raise DataError.because(
            "it holds values other than yes and no",
            where="outcome_known",
            mend="Use true/false, yes/no or 1/0",
        )
    return text.isin({"1", "true", "yes", "y"}).to_numpy()


def label_of(value: Any) -> str:
    """Return one spelling for 1, 1.0 and '1', and for True and numpy's True."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    text = str(value).strip()
    return text or UNKNOWN
