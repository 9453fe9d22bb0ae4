"""A column cut into a handful of values, fixed once for all batches of a population.

Like a capacity, which is first resolved to a threshold, bands are resolved from everybody at the
edge; counts are then taken at fixed bands, so that the tables of two batches add up exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.group_table import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

MOST_COLUMNS = 8
MOST_NAMED = 8
"""Values of a column that keep their name; with `OTHER` and `unknown` there are ten."""

OTHER = "any other"

FEWEST = 10
"""People whose value may be named; rarer ones are `OTHER`."""

_BANDS = 5
_TEXT = 50
"""A column of words with more distinct values is a name, a key or free text."""

_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """The values of one column.

    Attributes
    ----------
    name : str
    labels : tuple of str
        Names of values (sorted) that are kept; empty for numbers.
    edges : tuple of float
        Where the bands of numbers begin: below the first, between two, from the last on.
    """

    name: str
    labels: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """What each code is called; the last two are all other values and missing ones."""
        if not self.edges:
            return (*self.labels, OTHER, UNKNOWN)
        texts = [f"{e:g}" for e in self.edges]
        between = [f"{a} to under {b}" for a, b in pairwise(texts)]
        return (f"under {texts[0]}", *between, f"{texts[-1]} or more", OTHER, UNKNOWN)

    def codes(self, column: Any) -> NDArray[np.uint8]:
        """Return which value each row has.

        Parameters
        ----------
        column : Series or ndarray of shape (n_rows,)
            Numbers, or labels.
        """
        import pandas as pd

        unknown = len(self.values) - 1
        if self.edges:
            numbers = pd.to_numeric(pd.Series(column), errors="coerce").to_numpy(float)
            found = np.searchsorted(self.edges, numbers, side="right")
            return np.where(np.isnan(numbers), unknown, found).astype(np.uint8)
        codes, distinct = pd.factorize(np.asarray(column, dtype=object))
        place = {label: i for i, label in enumerate(self.values)}
        of_distinct = [place.get(_label(v), unknown - 1) for v in distinct]
        return np.array([*of_distinct, unknown], dtype=np.uint8)[codes]


def resolve_bands(
    protected: Mapping[str, NDArray[np.str_]], columns: pd.DataFrame | None
) -> tuple[Bands, ...]:
    """Choose up to eight columns to cross, protected ones first, and cut each into values.

    Next come columns of categories, whose groups a reader knows, then numbers, each in the order
    of the table. Left out are keys, free text, dates, what holds one value only, and what cuts
    people as a column before it does.

    Parameters
    ----------
    protected : mapping of attribute to ndarray of str, shape (n_rows,)
    columns : DataFrame of n_rows, or None
        What else may be crossed; chosen from without a look at any outcome.
    """
    chosen: list[Bands] = []
    seen: list[NDArray[np.uint8]] = []
    for bands, values in _candidates(protected, columns):
        if len(chosen) == MOST_COLUMNS:
            break
        codes = bands.codes(values)
        if len(np.unique(codes)) > 1 and not any(_cuts_alike(codes, other) for other in seen):
            chosen.append(bands)
            seen.append(codes)
    return tuple(chosen)


def _candidates(
    protected: Mapping[str, NDArray[np.str_]], columns: pd.DataFrame | None
) -> Iterator[tuple[Bands, Any]]:
    for name, labels in protected.items():
        yield _named(name, labels), labels
    numbers: list[tuple[Bands, Any]] = []
    for name in () if columns is None else columns.columns:
        assert columns is not None  # noqa: S101 - or there is no name
        if name in protected:
            continue
        column = columns[name]
        kind = _kind(column)
        if kind == "names":
            yield _named(str(name), column), column
        elif kind == "numbers":
            edges = _edges(column)
            if edges:
                numbers.append((Bands(name=str(name), edges=edges), column))
    yield from numbers


def _kind(column: pd.Series) -> str:
    """Return ``names``, ``numbers``, or an empty string for what cannot be cut into groups."""
    import pandas as pd

    types = pd.api.types
    distinct = int(column.nunique())
    if types.is_datetime64_any_dtype(column) or types.is_timedelta64_dtype(column):
        return ""
    if types.is_bool_dtype(column) or distinct <= MOST_NAMED:
        return "names"
    if not types.is_numeric_dtype(column):
        return "names" if distinct <= _TEXT else ""
    is_key = types.is_integer_dtype(column) and distinct > len(column) / 2
    return "" if is_key else "numbers"


def _named(name: str, column: Any) -> Bands:
    """Keep the most frequent values, as long as they are not those of a handful of people."""
    import pandas as pd

    codes, distinct = pd.factorize(np.asarray(column, dtype=object))
    people: dict[str, int] = {}
    for value, n in zip(distinct, np.bincount(codes[codes >= 0]), strict=False):
        people[_label(value)] = people.get(_label(value), 0) + int(n)
    people.pop(UNKNOWN, None)
    common = sorted((v for v in people if people[v] >= FEWEST), key=lambda v: (-people[v], v))
    return Bands(name=name, labels=tuple(sorted(common[:MOST_NAMED])))


def _edges(column: pd.Series) -> tuple[float, ...]:
    """Return where fifths of the people begin, to three digits, so that none is one person's."""
    numbers = column.dropna().to_numpy(float)
    numbers = numbers[np.isfinite(numbers)]
    if not len(numbers):
        return ()
    inner = np.quantile(numbers, np.arange(1, _BANDS) / _BANDS, method="inverted_cdf")
    rounded = sorted({float(f"{x:.{_DIGITS}g}") for x in inner})
    return tuple(e for e in rounded if (numbers < e).any() and (numbers >= e).any())


def _cuts_alike(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> bool:
    pairs = len(np.unique(a.astype(np.int64) * 256 + b))
    return pairs == len(np.unique(a)) == len(np.unique(b))


def _label(value: Any) -> str:
    """Return one spelling for 1, 1.0 and '1'; blanks are unknown."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip().replace(" & ", " and ") or UNKNOWN
