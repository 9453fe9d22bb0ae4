"""People who look alike: counts by combination of quasi-identifier values.

    EquivalenceClasses.of(a) + EquivalenceClasses.of(b) == EquivalenceClasses.of(a ++ b)

exactly. People who share the value of every quasi-identifier are one class; of each class its
people are counted, and the values of each sensitive column within it. A missing value is a value of
its own. Values are kept as keyed hashes, and numbers of a sensitive column as numbers, because
their order counts.

Most classes of real data hold a handful of people, so that even counts of hashes could single
someone out. At rest (`sealed`) only the sizes of the classes are left: nothing tells any more
whose combination a size belongs to. What is sealed can be read, and no longer added to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.evidence.value_keys import ValueKeys, keys_of

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SensitiveCounts:
    """How many people of each class have each value of one sensitive column.

    Attributes
    ----------
    kinds : ValueKeys
        The distinct values of the whole population.
    of_class, value, people : ndarray of int64, shape (n_cells,)
        A class, the place of a value among `kinds`, and the people with both, > 0; sorted by class
        and value.
    """

    kinds: ValueKeys
    of_class: NDArray[np.int64] = field(repr=False)
    value: NDArray[np.int64] = field(repr=False)
    people: NDArray[np.int64] = field(repr=False)

    def __eq__(self, other: object) -> bool:
        """Return whether values and every count are equal."""
        if not isinstance(other, SensitiveCounts):
            return NotImplemented
        return self.kinds == other.kinds and all(
            np.array_equal(getattr(self, name), getattr(other, name))
            for name in ("of_class", "value", "people")
        )

    __hash__ = None  # type: ignore[assignment]

    def smallest_cell(self, classes: int) -> int:
        """Return the fewest people in any cell of class and value; 0 where one is empty."""
        full = len(self.people) == classes * len(self.kinds)
        return int(self.people.min()) if full and len(self.people) else 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EquivalenceClasses:
    """People by combination of quasi-identifier values.

    Attributes
    ----------
    columns : tuple of str
        The quasi-identifiers.
    keys : ndarray of uint64, shape (n_classes, n_columns), sorted
        The hash of each value; of what is sealed, without any column.
    people : ndarray of int64, shape (n_classes,)
        > 0; of what is sealed, ascending.
    sensitive : mapping of column to SensitiveCounts
        Empty where sealed.
    smallest_cells : mapping of column to int, or None
        Of what is sealed: the fewest people in any cell of class and value of a sensitive column.
    """

    columns: tuple[str, ...]
    keys: NDArray[np.uint64] = field(repr=False)
    people: NDArray[np.int64] = field(repr=False)
    sensitive: Mapping[str, SensitiveCounts] = field(default_factory=dict, repr=False)
    smallest_cells: Mapping[str, int] | None = None

    @classmethod
    def of(cls, frame: pd.DataFrame, sensitive: pd.DataFrame | None = None) -> EquivalenceClasses:
        """Count one batch of rows.

        Parameters
        ----------
        frame : DataFrame of n_rows
            The quasi-identifiers, at least one.
        sensitive : DataFrame of n_rows, optional
            The sensitive columns.
        """
        coded = [keys_of(frame[c]) for c in frame.columns]
        hashes = [values.hashes() for values, _ in coded]
        place = _places([codes for _, codes in coded], [len(h) for h in hashes])
        first = _first_of(place)
        keys = np.column_stack(
            [h[codes[first]] for h, (_, codes) in zip(hashes, coded, strict=True)]
        )
        people = np.bincount(place, minlength=len(first)).astype(np.int64)
        held = {}
        for c in [] if sensitive is None else sensitive.columns:
            values, codes = keys_of(sensitive[c])  # type: ignore[index]
            held[str(c)] = (values, place, codes, np.ones(len(place), np.int64))
        return cls._sorted(tuple(str(c) for c in frame.columns), keys, people, held)

    def __add__(self, other: EquivalenceClasses) -> EquivalenceClasses:
        """Return the classes of both populations.

        Raises
        ------
        ValueError
            If they are of other columns, or one of them is sealed.
        """
        if self.is_sealed or other.is_sealed:
            raise ValueError("sealed equivalence classes cannot be added to")
        if self.columns != other.columns or set(self.sensitive) != set(other.sensitive):
            raise ValueError("equivalence classes of different columns cannot be added")
        both = np.concatenate([self.keys, other.keys])
        coded = [np.unique(both[:, j], return_inverse=True) for j in range(both.shape[1])]
        place = _places([c.reshape(-1) for _, c in coded], [len(u) for u, _ in coded])
        first = _first_of(place)
        total = np.zeros(len(first), dtype=np.int64)
        np.add.at(total, place, np.concatenate([self.people, other.people]))
        mine, theirs = place[: len(self.people)], place[len(self.people) :]
        held = {}
        for name, one in self.sensitive.items():
            two = other.sensitive[name]
            values, of_one, of_two = one.kinds.joined(two.kinds)
            held[name] = (
                values,
                np.concatenate([mine[one.of_class], theirs[two.of_class]]),
                np.concatenate([of_one[one.value], of_two[two.value]]),
                np.concatenate([one.people, two.people]),
            )
        return self._sorted(self.columns, both[first], total, held)

    @classmethod
    def _sorted(
        cls,
        columns: tuple[str, ...],
        keys: NDArray[np.uint64],
        people: NDArray[np.int64],
        held: Mapping[str, tuple[ValueKeys, Any, Any, Any]],
    ) -> EquivalenceClasses:
        """Return the classes in the order of their keys, which does not hang on that of rows."""
        order = np.lexsort(keys.T[::-1]) if keys.size else np.arange(len(people))
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        return cls(
            columns=columns,
            keys=keys[order],
            people=people[order],
            sensitive={
                name: _cells(values, rank[of_class], value, n)
                for name, (values, of_class, value, n) in held.items()
            },
        )

    def __eq__(self, other: object) -> bool:
        """Return whether columns and every count are equal."""
        if not isinstance(other, EquivalenceClasses):
            return NotImplemented
        return (
            (self.columns, self.sensitive, self.smallest_cells)
            == (other.columns, other.sensitive, other.smallest_cells)
            and np.array_equal(self.keys, other.keys)
            and np.array_equal(self.people, other.people)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def is_sealed(self) -> bool:
        """Whether nothing but the sizes is left."""
        return self.smallest_cells is not None

    @property
    def sensitive_columns(self) -> tuple[str, ...]:
        """The sensitive columns, sealed or not."""
        return tuple(self.sensitive if self.smallest_cells is None else self.smallest_cells)

    @property
    def rows(self) -> int:
        """People counted."""
        return int(self.people.sum())

    @property
    def alone(self) -> int:
        """People who share their combination with nobody."""
        return int((self.people == 1).sum())

    def in_classes_below(self, size: int) -> int:
        """Return the people who share their combination with fewer than ``size - 1`` others."""
        return int(self.people[self.people < size].sum())

    def smallest_cell(self, column: str) -> int:
        """Return the fewest people in any cell of class and value of a sensitive column."""
        if self.smallest_cells is not None:
            return self.smallest_cells.get(column, 0)
        return self.sensitive[column].smallest_cell(len(self.people))

    def sealed(self) -> EquivalenceClasses:
        """Return the sizes of the classes without anything that tells which is whose."""
        if self.is_sealed:
            return self
        return EquivalenceClasses(
            columns=self.columns,
            keys=np.empty((len(self.people), 0), dtype=np.uint64),
            people=np.sort(self.people),
            smallest_cells={c: self.smallest_cell(c) for c in self.sensitive},
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for the restricted store, sealed."""
        sealed = self.sealed()
        sizes, classes = np.unique(sealed.people, return_counts=True)
        return {
            "columns": list(self.columns),
            "sizes": sizes.tolist(),
            "classes": classes.tolist(),
            "smallest_cells": dict(sealed.smallest_cells or {}),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> EquivalenceClasses:
        """Return the sealed classes that `to_dict` wrote."""
        people = np.repeat(
            np.array(stored["sizes"], dtype=np.int64), np.array(stored["classes"], dtype=np.int64)
        )
        return cls(
            columns=tuple(stored["columns"]),
            keys=np.empty((len(people), 0), dtype=np.uint64),
            people=people,
            smallest_cells=dict(stored["smallest_cells"]),
        )


def _cells(values: ValueKeys, of_class: Any, value: Any, people: Any) -> SensitiveCounts:
    """Return the people of each cell that occurs, sorted by class and value."""
    number = of_class.astype(np.int64) * len(values) + value
    cells, index = np.unique(number, return_inverse=True)
    total = np.zeros(len(cells), dtype=np.int64)
    np.add.at(total, index.reshape(-1), people)
    return SensitiveCounts(
        kinds=values,
        of_class=cells // max(len(values), 1),
        value=cells % max(len(values), 1),
        people=total,
    )


def _places(codes: Sequence[NDArray[np.int64]], sizes: Sequence[int]) -> NDArray[np.int64]:
    """Return, for each row, the number of its combination of codes, in order of appearance."""
    import pandas as pd

    place = codes[0].astype(np.int64)
    kinds = sizes[0]
    for column, size in zip(codes[1:], sizes[1:], strict=True):
        # Numbered anew at each step, so that the product of few thousand kinds cannot overflow.
        place, distinct = pd.factorize(place * size + column)
        kinds = len(distinct)
    if len(codes) == 1 and kinds:
        place, _ = pd.factorize(place)
    return np.asarray(place, dtype=np.int64)


def _first_of(place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first row of each combination, numbered in order of appearance."""
    _, first = np.unique(place, return_index=True)
    return first
