"""How many texts of a column name somebody, by kind, summed up so that two summaries add up.

    Mentions.of(labels, rows) + Mentions.of(...) == Mentions.of(both)              exactly

A text counts once for each kind, whatever it holds of it; nothing of the text is kept. A value that
is an identifier and nothing else is no text: `essex_standard.evidence.identifiers` counts those.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from essex_standard.evidence.distinct import REGISTERS, distinct_estimate, distinct_registers
from essex_standard.evidence.identifiers import RECOGNISERS, add_counts
from essex_standard.evidence.mention_kinds import KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CHARACTERS = 20_000
"""Of one text; what comes after is not searched, and that is told."""

SHARED = 50
"""Texts that hold the same telephone number, on average, from which it is an office's."""

BY_CHANCE = 1e-3
"""So rarely would chance alone explain as many passing numbers as make them believed."""

_UNREADABLE = r"""[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{FFFD}]|^b(?:'.*'|".*")$"""
"""Control characters; or bytes, of which Python's own spelling is all that became a label."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mentions:
    """Texts (rows) of one column that name somebody.

    Attributes
    ----------
    texts : int
        Rows with a text that was searched.
    cut, unreadable : int
        Of these, longer than what was searched; with control characters or bytes, so no text.
    certain : mapping of kind to int
        Rows that hold one for certain.
    possible : mapping of kind to (int, int)
        Other rows that hold a number that nothing but its check digit speaks for: those where it
        holds, and all.
    different : mapping of kind to ndarray of shape (4096,)
        HyperLogLog registers over what stands in the texts, of kinds that offices have too.
    """

    texts: int = 0
    cut: int = 0
    unreadable: int = 0
    certain: Mapping[str, int] = field(default_factory=dict)
    possible: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    different: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, labels: NDArray[np.object_], rows: NDArray[np.int64]) -> Self:
        """Return what distinct texts hold, each of which fills `rows` rows."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if not len(labels):
            return cls()
        text = pa.array(labels, type=pa.large_string())
        long = pc.greater(pc.utf8_length(text), MOST_CHARACTERS).to_numpy(zero_copy_only=False)
        if long.any():
            text = pc.utf8_slice_codeunits(text, 0, MOST_CHARACTERS)
        odd = pc.match_substring_regex(text, _UNREADABLE).to_numpy(zero_copy_only=False)
        text = pc.replace_substring(text, "\u00a0", " ")
        # Most labels hold neither a digit nor an @: only a name can stand in them.
        coded = pc.match_substring_regex(text, "[0-9@]").to_numpy(zero_copy_only=False)
        some = text.filter(pa.array(coded))
        certain: dict[str, int] = {}
        possible: dict[str, tuple[int, int]] = {}
        different: dict[str, NDArray[np.uint8]] = {}
        for name, kind in KINDS.items():
            among, weights = (text, rows) if name == "name" else (some, rows[coded])
            fits = pc.match_substring_regex(among, kind.form).to_numpy(zero_copy_only=False)
            found: dict[str, int] = {}
            said: set[str] = set()
            for value, n in zip(
                among.filter(pa.array(fits)).to_pylist(), weights[fits].tolist(), strict=True
            ):
                what = kind.find(value, whole_too=name not in RECOGNISERS)
                found[what] = found.get(what, 0) + n
                if kind.of_offices and what == "certain":
                    said |= kind.values(value)
            if "certain" in found:
                certain[name] = found["certain"]
            if said:
                different[name] = _registers(said)
            passing = found.get("passing", 0)
            if passing or "failing" in found:
                possible[name] = (passing, passing + found.get("failing", 0))
        return cls(
            texts=int(rows.sum()),
            cut=int(rows[long].sum()),
            unreadable=int(rows[odd].sum()),
            certain=certain,
            possible=possible,
            different=different,
        )

    def __add__(self, other: Self) -> Self:
        kinds = sorted({*self.certain, *other.certain})
        return type(self)(
            texts=self.texts + other.texts,
            cut=self.cut + other.cut,
            unreadable=self.unreadable + other.unreadable,
            certain={k: self.certain.get(k, 0) + other.certain.get(k, 0) for k in kinds},
            possible=add_counts(self.possible, other.possible),
            different=_merged(self.different, other.different),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mentions) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def holding(self, name: str) -> int:
        """Return the rows that hold this kind, chance taken away.

        Of ``w`` rows with a number of the right form and nothing else to speak for it, ``m`` pass
        their check digit; of other numbers a share ``c`` would. The true ones are expected to be
        ``(m - c w) / (1 - c)``. They count only where chance alone would give as many as ``m`` in
        fewer than one column in a thousand.
        """
        from scipy.stats import binom

        certain = self.certain.get(name, 0)
        passing, all_of_form = self.possible.get(name, (0, 0))
        chance = KINDS[name].chance
        if not passing or float(binom.sf(passing - 1, all_of_form, chance)) >= BY_CHANCE:
            return certain
        return certain + round((passing - chance * all_of_form) / (1 - chance))

    def own(self, name: str) -> int:
        """Return the rows that hold one of their own: of an office's, as many as there are of it.

        Where each stands in `SHARED` texts or more on average, they are those of offices (the foot
        of every letter): no more people are named by them than there are different ones.
        """
        rows = self.holding(name)
        if name not in self.different:
            return rows
        different = max(1, round(distinct_estimate(self.different[name])))
        return different if rows >= SHARED * different else rows

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able form, the same for equal counts. Restricted material."""
        return {
            "texts": self.texts,
            "cut": self.cut,
            "unreadable": self.unreadable,
            "certain": dict(sorted(self.certain.items())),
            "possible": {k: list(v) for k, v in sorted(self.possible.items())},
            "different": {
                k: base64.b64encode(v.tobytes()).decode("ascii")
                for k, v in sorted(self.different.items())
            },
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Return the counts that `to_dict` wrote."""
        possible = {k: (v[0], v[1]) for k, v in stored["possible"].items()}
        different = {
            k: np.frombuffer(base64.b64decode(v), dtype=np.uint8)
            for k, v in stored["different"].items()
        }
        return cls(**{**stored, "possible": possible, "different": different})


def _registers(said: set[str]) -> NDArray[np.uint8]:
    from pandas.util import hash_array

    values = np.array(sorted(said), dtype=object)
    return distinct_registers(hash_array(values, categorize=False).astype(np.uint64))


def _merged(
    a: Mapping[str, NDArray[np.uint8]], b: Mapping[str, NDArray[np.uint8]]
) -> dict[str, NDArray[np.uint8]]:
    none = np.zeros(REGISTERS, dtype=np.uint8)
    return {k: np.maximum(a.get(k, none), b.get(k, none)) for k in sorted({*a, *b})}
