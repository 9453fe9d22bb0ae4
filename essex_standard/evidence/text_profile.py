"""The words and the lengths of the texts of one column, summed up so that two summaries add up.

    TextProfile.of(labels, rows) + TextProfile.of(...) == TextProfile.of(both)        exactly

A word is what scikit-learn's vectorisers take for one (two letters or digits and more, in small
letters). It is counted once a text, by one of `BUCKETS` hash buckets: no word is kept, since a word
may be a name. Where two words share a bucket, one may stand for the other; that is so on both sides
of a comparison.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

BUCKETS = 1 << 15

MOST_CHARACTERS = 5_000
"""Of one text; words after that are not counted."""

BINS_TO_TWICE = 4
"""Bins of length from one number of characters to twice as many."""

_WORD = re.compile(r"\b\w\w+\b")


def _nothing() -> Counts:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TextProfile:
    """How many texts hold each word, and how long texts are.

    Attributes
    ----------
    texts : int
        Rows that hold a text.
    words, words_squared : int
        Different words of each text, summed over texts; the same squared.
    at, counts : ndarray of int64, shape (n_buckets,)
        Buckets with a word, ascending, and how many texts hold one of it.
    lengths : mapping of int to int
        Texts by bin of their length: ``floor(4 * log2(characters))``.
    """

    texts: int = 0
    words: int = 0
    words_squared: int = 0
    at: Counts = field(default_factory=_nothing, repr=False)
    counts: Counts = field(default_factory=_nothing, repr=False)
    lengths: Mapping[int, int] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, labels: NDArray[np.object_], rows: Counts) -> Self:
        """Return the profile of distinct texts, each of which fills `rows` rows."""
        if not len(labels):
            return cls()
        owner, bucket = _words(labels)
        each = np.bincount(owner, minlength=len(labels))
        texts = np.bincount(bucket, weights=rows[owner], minlength=BUCKETS).astype(np.int64)
        at = np.flatnonzero(texts)
        lengths: dict[int, int] = {}
        for text, n in zip(labels.tolist(), rows.tolist(), strict=True):
            if text:
                place = math.floor(BINS_TO_TWICE * math.log2(len(text)))
                lengths[place] = lengths.get(place, 0) + n
        return cls(
            texts=int(rows.sum()),
            words=int(each @ rows),
            words_squared=int((each**2) @ rows),
            at=at.astype(np.int64),
            counts=texts[at],
            lengths=dict(sorted(lengths.items())),
        )

    def __add__(self, other: Self) -> Self:
        total = np.zeros(BUCKETS, dtype=np.int64)
        for side in (self, other):
            total[side.at] += side.counts
        at = np.flatnonzero(total).astype(np.int64)
        places = sorted({*self.lengths, *other.lengths})
        return type(self)(
            texts=self.texts + other.texts,
            words=self.words + other.words,
            words_squared=self.words_squared + other.words_squared,
            at=at,
            counts=total[at],
            lengths={p: self.lengths.get(p, 0) + other.lengths.get(p, 0) for p in places},
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextProfile) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    @property
    def independent(self) -> float:
        """Words that would say as much if each stood for itself: at most about one a text.

        (sum of words)^2 / sum of squares: words of one text are taken to come and go together.
        """
        return self.words**2 / self.words_squared if self.words_squared else 0.0

    @property
    def of_one_text(self) -> int:
        """Words that one text alone holds: what it would have brought that is new."""
        return int((self.counts == 1).sum())

    def unseen_in(self, reference: Self) -> int:
        """Return how many of the words, counted once a text, no text of the reference holds."""
        return int(self.counts[~np.isin(self.at, reference.at, assume_unique=True)].sum())

    def length(self) -> float:
        """Return the median number of characters of a text, within a tenth; 0 without texts."""
        places, texts = np.array([*self.lengths.items()], dtype=np.int64).reshape(-1, 2).T
        if not len(places):
            return 0.0
        middle = int(np.searchsorted(np.cumsum(texts), texts.sum() / 2))
        return float(2 ** ((places[middle] + 0.5) / BINS_TO_TWICE))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able form, the same for equal profiles. Restricted material."""
        return {
            "texts": self.texts,
            "words": self.words,
            "words_squared": self.words_squared,
            "at": self.at.tolist(),
            "counts": self.counts.tolist(),
            "lengths": {str(k): v for k, v in self.lengths.items()},
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """Return the profile that `to_dict` wrote."""
        arrays = {k: np.array(stored[k], dtype=np.int64) for k in ("at", "counts")}
        lengths = {int(k): v for k, v in stored["lengths"].items()}
        return cls(**{**stored, **arrays, "lengths": lengths})


def _words(labels: NDArray[np.object_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return every different bucket of every text: the text's place, and the bucket."""
    import pandas as pd
    from pandas.util import hash_array

    found = [_WORD.findall(text[:MOST_CHARACTERS].lower()) for text in labels]
    said = np.empty(sum(map(len, found)), dtype=object)
    said[:] = list(chain.from_iterable(found))
    if not len(said):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    codes, vocabulary = pd.factorize(said)
    bucket = (hash_array(np.asarray(vocabulary, dtype=object), categorize=False) % BUCKETS).astype(
        np.int64
    )
    owner = np.repeat(np.arange(len(labels)), [len(f) for f in found])
    pairs = np.unique(owner * BUCKETS + bucket[codes])
    return (pairs // BUCKETS).astype(np.intp), (pairs % BUCKETS).astype(np.intp)
