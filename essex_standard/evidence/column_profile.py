"""One column of one population, summed up so that two summaries add up to the summary of both.

    ColumnProfile.of(name, x) + ColumnProfile.of(name, y) == ColumnProfile.of(name, x ++ y)

exactly, for batches of one dtype, in any order and bracketing, byte for byte. Every value is read
as missing, as a number (a date counts as its day since 1970) or as a label, and each part is a
monoid of its own; what kind of column it is follows from the parts.

- Numbers: exact counts of up to `MOST_NUMBERS` distinct values; beyond that counts of log-linear
  bins, which keep sign, exponent and the ten leading bits of the mantissa (the bin's middle lies
  within 0.05 % of every value in it).
- Labels: exact counts of up to `MOST_LABELS`; beyond that counts of `BUCKETS` hash buckets, so that
  names are gone.

Which form holds depends on the number of distinct values only, not on the order of merging. A
profile is restricted material: its small counts may single someone out.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from essex_standard.evidence.distinct import REGISTERS, distinct_estimate, distinct_registers
from essex_standard.evidence.identifiers import (
    Counts,
    add_counts,
    count_in_numbers,
    count_in_text,
)
from essex_standard.evidence.label_counts import LabelCounts
from essex_standard.evidence.mentions import Mentions
from essex_standard.evidence.text_profile import TextProfile
from essex_standard.evidence.values import label_of, length_of_text, read_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

Kind = Literal["empty", "numeric", "datetime", "categorical", "text", "mixed"]

MOST_NUMBERS = 4096

_DROPPED_BITS = 52 - 10
_APART = frozenset(
    {"low", "high", "numbers", "labels", "identifiers", "text", "mentions", "registers"}
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumberCounts:
    """Finite numbers and how often each occurs, exact or in log-linear bins.

    Attributes
    ----------
    at : ndarray of shape (n_values,)
        The distinct values, ascending; where `binned`, each bin's end nearer to zero.
    counts : ndarray of shape (n_values,)
        Rows, > 0.
    """

    at: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    counts: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    binned: bool = False

    @classmethod
    def of(cls, numbers: NDArray[np.float64]) -> Self:
        """Return the counts of finite numbers of shape (n_rows,)."""
        import pandas as pd

        # Telling early that there are too many distinct values spares counting each of them.
        many = len(pd.unique(numbers[: 4 * MOST_NUMBERS])) > MOST_NUMBERS
        found = pd.Series(_to_bins(numbers) if many else numbers).value_counts(sort=False)
        return cls._bounded(
            found.index.to_numpy(dtype=np.float64), found.to_numpy().astype(np.int64), binned=many
        )

    def __add__(self, other: Self) -> Self:
        binned = self.binned or other.binned
        return self._bounded(
            np.concatenate([self.at, other.at]),
            np.concatenate([self.counts, other.counts]),
            binned=binned,
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, NumberCounts)
            and self.binned == other.binned
            and np.array_equal(self.at, other.at)
            and np.array_equal(self.counts, other.counts)
        )

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def _bounded(
        cls, values: NDArray[np.float64], counts: NDArray[np.int64], *, binned: bool
    ) -> Self:
        distinct, place = np.unique(_to_bins(values) if binned else values, return_inverse=True)
        if not binned and len(distinct) > MOST_NUMBERS:
            return cls._bounded(values, counts, binned=True)
        total = np.zeros(len(distinct), dtype=np.int64)
        np.add.at(total, place, counts)
        distinct.flags.writeable = total.flags.writeable = False
        return cls(at=distinct, counts=total, binned=binned)

    @property
    def rows(self) -> int:
        """Rows that hold a finite number."""
        return int(self.counts.sum())

    def middles(self) -> NDArray[np.float64]:
        """Return the values, or the middle of each bin; shape (n_values,)."""
        if not self.binned:
            return self.at
        half = np.int64(1 << (_DROPPED_BITS - 1))
        middle: NDArray[np.float64] = (self.at.view(np.int64) | half).view(np.float64)
        middle[self.at == 0] = 0.0
        return middle


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnProfile:
    """A column's mergeable summary.

    Attributes
    ----------
    name : str
        The column.
    rows, missing, infinite : int
        All rows; those without a value; those with an infinite number.
    dates, whole : int
        Numbers that were dates; numbers without a fractional part.
    low, high : float
        Least and greatest finite number; ``inf`` and ``-inf`` where there is none.
    numbers, labels : NumberCounts, LabelCounts
        The finite numbers and the labels.
    characters, words : int
        Characters of all labels together, and words of their first 5,000 characters.
    identifiers : mapping of str to (int, int)
        Rows of the right form and with a valid check digit, by recogniser.
    text : TextProfile
        Words of the labels, where they were asked for.
    mentions : Mentions
        Whom the labels name, where that was asked for.
    registers : ndarray of shape (4096,)
        HyperLogLog registers over numbers and labels.
    """

    name: str
    rows: int = 0
    missing: int = 0
    infinite: int = 0
    dates: int = 0
    whole: int = 0
    # Values from rows: a repr travels into logs.
    low: float = field(default=float("inf"), repr=False)
    high: float = field(default=float("-inf"), repr=False)
    numbers: NumberCounts = field(default_factory=NumberCounts, repr=False)
    labels: LabelCounts = field(default_factory=LabelCounts, repr=False)
    characters: int = 0
    words: int = 0
    identifiers: Counts = field(default_factory=dict)
    text: TextProfile = field(default_factory=TextProfile, repr=False)
    mentions: Mentions = field(default_factory=Mentions, repr=False)
    registers: NDArray[np.uint8] = field(
        default_factory=lambda: np.zeros(REGISTERS, dtype=np.uint8), repr=False
    )

    @classmethod
    def empty(cls, name: str) -> Self:
        """Return the profile of no rows: the identity of ``+``."""
        return cls(name=name)

    @classmethod
    def of(cls, name: str, values: pd.Series) -> Self:
        """Return the profile of a column.

        Numbers become 64-bit floats (whole numbers above 2 ** 53 are rounded), dates their UTC day,
        time spans their days; truth values, declared categories and all other things are labels,
        where ``1`` and ``1.0`` are both ``"1"``.
        """
        from pandas.util import hash_array

        parts = read_values(values)
        finite = parts.numbers[np.isfinite(parts.numbers)]
        numbers = NumberCounts.of(finite)
        if numbers.binned:
            seen, seen_rows = finite, np.ones(len(finite), dtype=np.int64)
        else:
            seen, seen_rows = numbers.at, numbers.counts
        characters, words = length_of_text(parts.labels, parts.label_rows)
        in_numbers = {} if parts.dates else count_in_numbers(seen, seen_rows)
        return cls(
            name=name,
            rows=len(values),
            missing=parts.missing,
            infinite=len(parts.numbers) - len(finite),
            dates=parts.dates,
            whole=int(seen_rows[seen == np.floor(seen)].sum()),
            low=float(seen.min()) if len(seen) else float("inf"),
            high=float(seen.max()) if len(seen) else float("-inf"),
            numbers=numbers,
            labels=LabelCounts.of(parts.labels, parts.label_rows),
            characters=characters,
            words=words,
            identifiers=add_counts(in_numbers, count_in_text(parts.labels, parts.label_rows)),
            registers=distinct_registers(
                np.concatenate(
                    [hash_array(seen), hash_array(parts.labels, categorize=False)]
                ).astype(np.uint64)
            ),
        )

    def __add__(self, other: Self) -> Self:
        if self.name != other.name:
            raise ValueError(f"Profiles of '{self.name}' and '{other.name}' cannot be added.")
        return type(self)(
            name=self.name,
            rows=self.rows + other.rows,
            missing=self.missing + other.missing,
            infinite=self.infinite + other.infinite,
            dates=self.dates + other.dates,
            whole=self.whole + other.whole,
            low=min(self.low, other.low),
            high=max(self.high, other.high),
            numbers=self.numbers + other.numbers,
            labels=self.labels + other.labels,
            characters=self.characters + other.characters,
            words=self.words + other.words,
            identifiers=add_counts(self.identifiers, other.identifiers),
            text=self.text + other.text,
            mentions=self.mentions + other.mentions,
            registers=np.maximum(self.registers, other.registers),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ColumnProfile) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    @property
    def kind(self) -> Kind:
        """What the column holds; *text* where its labels run to more than five words on average."""
        numbers, labels = self.numbers.rows + self.infinite, self.labels.rows
        if numbers and labels:
            return "mixed"
        if labels:
            return "text" if self.words > 5 * labels else "categorical"
        if not numbers:
            return "empty"
        return {0: "numeric", numbers: "datetime"}.get(self.dates, "mixed")  # type: ignore[return-value]

    @property
    def present(self) -> int:
        """Rows with a finite number or a label: what the column can be compared on."""
        return self.numbers.rows + self.labels.rows

    @property
    def zeros(self) -> int:
        """Rows that hold the number 0."""
        return int(self.numbers.counts[self.numbers.at == 0].sum())

    @property
    def negatives(self) -> int:
        """Rows that hold a finite number below 0."""
        return int(self.numbers.counts[self.numbers.at < 0].sum())

    def distinct(self) -> float:
        """Return the number of distinct values: exact while values are counted, else within 5 %."""
        if self.numbers.binned or self.labels.bucketed:
            return distinct_estimate(self.registers)
        return float(len(self.numbers.at) + len(self.labels.counts))

    def points(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return numbers and their rows, each of shape (n_points,), ascending, ends exact."""
        points = self.numbers.middles()
        if self.numbers.binned:  # Evidently's bins span from the least to the greatest value
            points[0], points[-1] = self.low, self.high
        return points, self.numbers.counts

    def sketch(self, size: int = 2000) -> NDArray[np.float64]:
        """Return evenly spaced quantiles of the finite numbers, of shape (size,) or (0,)."""
        values, counts = self.points()
        if not len(values):
            return values
        ranks = (np.arange(size) + 0.5) / size * counts.sum()
        picked: NDArray[np.float64] = values[np.searchsorted(np.cumsum(counts), ranks)]
        return picked

    def as_labels(self) -> LabelCounts:
        """Return all values as labels; numbers by their text, so that 1 and ``"1"`` are one."""
        values, counts = self.points()
        merged: dict[str, int] = {}
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            merged[label_of(value)] = merged.get(label_of(value), 0) + count
        texts = LabelCounts.of(
            np.array(list(merged), dtype=object), np.array(list(merged.values()), dtype=np.int64)
        )
        return texts + self.labels

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able form, the same for equal profiles. Restricted material."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in _APART}
        return plain | {
            "low": self.low if np.isfinite(self.low) else None,
            "high": self.high if np.isfinite(self.high) else None,
            "numbers": {
                "at": self.numbers.at.tolist(),
                "counts": self.numbers.counts.tolist(),
                "binned": self.numbers.binned,
            },
            "labels": {
                "counts": dict(sorted(self.labels.counts.items())),
                "bucketed": self.labels.bucketed,
            },
            "identifiers": {k: list(v) for k, v in sorted(self.identifiers.items())},
            "text": self.text.to_dict(),
            "mentions": self.mentions.to_dict(),
            "registers": base64.b64encode(self.registers.tobytes()).decode("ascii"),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Return the profile that `to_dict` wrote."""
        numbers, low, high = stored["numbers"], stored["low"], stored["high"]
        changed = {
            "low": float("inf") if low is None else low,
            "high": float("-inf") if high is None else high,
            "numbers": NumberCounts(
                at=np.array(numbers["at"], dtype=np.float64),
                counts=np.array(numbers["counts"], dtype=np.int64),
                binned=numbers["binned"],
            ),
            "labels": LabelCounts(**stored["labels"]),
            "identifiers": {k: (v[0], v[1]) for k, v in stored["identifiers"].items()},
            "text": TextProfile.from_dict(stored["text"]) if "text" in stored else TextProfile(),
            "mentions": Mentions.from_dict(stored["mentions"])
            if "mentions" in stored
            else Mentions(),
            "registers": np.frombuffer(base64.b64decode(stored["registers"]), dtype=np.uint8),
        }
        return cls(**{**stored, **changed})


def _to_bins(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each value cut to ten bits of mantissa; cutting twice changes nothing."""
    kept = ~np.int64((1 << _DROPPED_BITS) - 1)
    return (np.ascontiguousarray(values).view(np.int64) & kept).view(np.float64) + 0.0
