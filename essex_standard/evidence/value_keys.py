"""The distinct values of one column as keys by which they are told apart, whatever their type.

    1, 1.0 and "1" -> one key;    missing, empty and blank -> one key;    anything else -> its text

A column of numbers keeps them, because their order counts. Everything else becomes a keyed hash: it
tells values apart and is not read. A hash of a guessed value can be compared, so that it hides
nothing from somebody who holds it: what hides values at rest is that the keys are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.values import label_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

MISSING = np.uint64(0)
"""The key of a value that is not there."""

_KEY = "essex-standard/1"
"""Sixteen characters, as the hash asks for."""

_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{0,5}[1-9])?")
"""Texts that are read as the number they spell; ``"01"`` is a code of its own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValueKeys:
    """Distinct values, sorted, the missing one first.

    Attributes
    ----------
    numbers : ndarray of float64, or None
        Of a column of numbers, NaN where missing.
    keys : ndarray of uint64, or None
        Of any other column.
    """

    numbers: NDArray[np.float64] | None = field(default=None, repr=False)
    keys: NDArray[np.uint64] | None = field(default=None, repr=False)

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self.at)

    @property
    def at(self) -> Any:
        """The values as they are kept."""
        return self.keys if self.numbers is None else self.numbers

    @property
    def is_numeric(self) -> bool:
        """Whether the values are numbers."""
        return self.numbers is not None

    @property
    def has_missing(self) -> bool:
        """Whether one of the values is that there is none; it then stands first."""
        if not len(self):
            return False
        return bool(self.at[0] == MISSING) if self.numbers is None else np.isnan(self.at[0])

    def __eq__(self, other: object) -> bool:
        """Return whether the values are the same."""
        if not isinstance(other, ValueKeys):
            return NotImplemented
        return self.is_numeric == other.is_numeric and np.array_equal(
            self.at, other.at, equal_nan=self.is_numeric
        )

    __hash__ = None  # type: ignore[assignment]

    def hashes(self) -> NDArray[np.uint64]:
        """Return a key of each value, the same for a number and its text."""
        if self.keys is not None:
            return self.keys
        assert self.numbers is not None  # noqa: S101 - one of both is there
        return _hash_numbers(self.numbers)

    def joined(self, other: ValueKeys) -> tuple[ValueKeys, NDArray[np.int64], NDArray[np.int64]]:
        """Return the values of both, and the place in them of each of mine and each of theirs."""
        numeric = self.is_numeric and other.is_numeric
        mine, theirs = (v.at if numeric else v.hashes() for v in (self, other))
        values, place = _sorted(np.concatenate([mine, theirs]))
        joined = ValueKeys(numbers=values) if numeric else ValueKeys(keys=values)
        return joined, place[: len(mine)], place[len(mine) :]


def keys_of(column: pd.Series) -> tuple[ValueKeys, NDArray[np.int64]]:
    """Return the distinct values of a column, and the place among them of each row's."""
    import pandas as pd

    column = column.reset_index(drop=True)
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        if pd.api.types.is_complex_dtype(column):
            column = column.astype(str)
        else:
            numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
            codes, distinct = pd.factorize(numbers, use_na_sentinel=False)
            values, place = _sorted(np.asarray(distinct, dtype=np.float64) + 0.0)
            return ValueKeys(numbers=values), place[codes]
    try:
        codes, labels = pd.factorize(column, use_na_sentinel=False)
    except TypeError:  # lists and tables are told apart by their text
        texts = column.map(label_of, na_action="ignore").astype(object)
        codes, labels = pd.factorize(texts, use_na_sentinel=False)
    found, place = _sorted(_hash_values(list(labels)))
    return ValueKeys(keys=found), place[codes]


def _sorted(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the distinct values ascending, NaN first, and the place of each."""
    distinct, place = np.unique(values, return_inverse=True)
    place = place.reshape(-1)
    if distinct.dtype.kind == "f" and len(distinct) and np.isnan(distinct[-1]):
        distinct, place = np.roll(distinct, 1), (place + 1) % len(distinct)
    return distinct, place.astype(np.int64)


def _hash_values(distinct: list[Any]) -> NDArray[np.uint64]:
    import pandas as pd

    texts = ["" if _is_missing(v) else label_of(v).strip() for v in distinct]
    result = pd.util.hash_array(np.array(texts, dtype=object), hash_key=_KEY, categorize=False)
    result = np.maximum(result.astype(np.uint64), np.uint64(1))
    plain = np.array([bool(_PLAIN_NUMBER.fullmatch(t)) for t in texts], dtype=bool)
    if plain.any():
        spelled = np.array([float(t) for t, p in zip(texts, plain, strict=True) if p])
        result[plain] = _hash_numbers(spelled)
    result[np.array([not t for t in texts], dtype=bool)] = MISSING
    return result


def _hash_numbers(numbers: NDArray[np.float64]) -> NDArray[np.uint64]:
    import pandas as pd

    bits = (numbers + 0.0).view(np.uint64)
    result = np.maximum(pd.util.hash_array(bits, categorize=False).astype(np.uint64), np.uint64(1))
    result[np.isnan(numbers)] = MISSING
    return result


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))
