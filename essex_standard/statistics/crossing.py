"""People crossed by several columns: what a search for subgroups goes through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Chosen = tuple[NDArray[np.bool_], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crossing:
    """People crossed by columns and by what was expected of them.

    Attributes
    ----------
    codes : ndarray of uint8, shape (columns, cells)
        Which value of each column the people of a cell have.
    sizes : tuple of int
        Values of each column.
    level : ndarray of int64, shape (cells,)
        Place of their expected probability in a list of such.
    people : ndarray of float64, shape (cells,)
    levels : int
    single : bool
        One person in every cell.
    first : ndarray of int64, shape (columns,)
        Place of each column's first value where the values of all columns stand in one row.
    of_all : ndarray, shape (values of all columns, levels)
        People.
    of_value : tuple of ndarray, shape (values of one column, values of all columns, levels)
        People who have a value of one column.
    at : tuple of tuple of ndarray of int64
        The cells of each value.
    """

    codes: NDArray[np.uint8]
    sizes: tuple[int, ...]
    level: NDArray[np.int64]
    people: Array
    levels: int
    single: bool
    first: NDArray[np.int64]
    places: NDArray[np.int64] = field(repr=False)
    of_all: Array = field(repr=False)
    of_value: tuple[Array, ...] = field(repr=False)
    at: tuple[tuple[NDArray[np.int64], ...], ...] = field(repr=False)

    @classmethod
    def of(
        cls,
        codes: NDArray[np.integer],
        sizes: Sequence[int],
        level: NDArray[np.integer],
        people: NDArray[Any],
        levels: int,
    ) -> Crossing:
        """Prepare the cells; every code of column a lies in [0, sizes[a])."""
        at_level, number = level.astype(np.int64), people.astype(np.float64)
        single = bool((number == 1).all())
        first = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        values = int(sum(sizes))
        places = np.ascontiguousarray(codes.T.astype(np.int64) + first)

        def count(key: NDArray[np.int64], size: int) -> Array:
            weights = None if single else number
            found = np.bincount(key * levels + at_level, weights=weights, minlength=size * levels)
            return found.reshape(size, levels).astype(np.float64)

        of_all = np.concatenate([count(places[:, a] - first[a], k) for a, k in enumerate(sizes)])
        of_value = tuple(np.zeros((size, values, levels)) for size in sizes)
        for a, b in combinations(range(len(sizes)), 2):
            both = count(codes[a].astype(np.int64) * sizes[b] + codes[b], sizes[a] * sizes[b])
            block = both.reshape(sizes[a], sizes[b], levels)
            of_value[a][:, first[b] : first[b] + sizes[b]] = block
            of_value[b][:, first[a] : first[a] + sizes[a]] = block.swapaxes(0, 1)
        return cls(
            codes=codes.astype(np.uint8),
            sizes=tuple(sizes),
            level=at_level,
            people=number,
            levels=levels,
            single=single,
            first=first,
            places=places,
            of_all=of_all,
            of_value=of_value,
            at=tuple(
                tuple(np.flatnonzero(code == value) for value in range(size))
                for code, size in zip(codes, sizes, strict=True)
            ),
        )

    def block(self, a: int) -> slice:
        """Return where the values of one column stand among those of all."""
        return slice(int(self.first[a]), int(self.first[a]) + self.sizes[a])

    def kept(self, columns: Sequence[int], chosen: Sequence[NDArray[np.bool_]]) -> NDArray[Any]:
        """Return the cells that some columns keep, narrowed down from the one that keeps fewest."""
        lists = {
            b: [at for at, chose in zip(self.at[b], chosen[b], strict=True) if chose]
            for b in columns
        }
        order = sorted(columns, key=lambda b: sum(map(len, lists[b])))
        cells = np.concatenate([*lists[order[0]], np.empty(0, dtype=np.int64)])
        for b in order[1:]:
            cells = cells[chosen[b][self.codes[b][cells]]]
        return cells

    def inside(self, chosen: Chosen) -> NDArray[np.bool_]:
        """Return which cells belong to a subgroup."""
        inside = np.ones(len(self.level), dtype=bool)
        for code, values in zip(self.codes, chosen, strict=True):
            if not values.all():
                inside &= values[code]
        return inside

    def by_level(self, inside: NDArray[Any]) -> Array:
        """Return the people at each level among some cells."""
        people = np.bincount(self.level[inside], weights=self.people[inside], minlength=self.levels)
        return people.astype(np.float64)

    def whole(self) -> Chosen:
        """Return the choice of every value."""
        return tuple(np.ones(size, dtype=bool) for size in self.sizes)
