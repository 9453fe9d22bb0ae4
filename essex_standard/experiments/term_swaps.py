"""Whether the decision would be another if a text spoke of another group.

In each text that holds a term of some group, its terms and those of a target group change places,
everything else staying as it was, and the person is scored again:

    flip rate(characteristic -> target) = share of those texts whose decision turns

That is the counterfactual token fairness of Garg et al. (2019), AIES '19, 219-226, counted in
decisions. No text is kept, quoted or counted apart: only terms of the list, and numbers.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.experiments.counterfactual_flips import NOT_ALONE, UNSTEADY
from essex_standard.experiments.decision_changes import Changes, changes, moves
from essex_standard.experiments.lexicon import Exchange, Found, Lexicon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Score = Callable[[pd.DataFrame], NDArray[np.float64]]

MOST_CHARACTERS = 20_000
"""Of one text, looked through for terms; what follows stays as it is and is scored all the same."""

MOST_SCANNED = 1_500_000
"""Characters looked through in all: about a second and a half."""

MOST_TEXTS = 1_000
"""Texts scored again for one target group: a limit of 0.05 needs some hundreds."""

MOST_IN_ALL = 16_000
"""Texts scored again, shared among the target groups; at least `MOST_IF_MANY` each."""

MOST_IF_MANY = 400

MOST_SCORED = 20_000_000
"""Characters scored again in all, shared among the target groups; at least `FEWEST_TEXTS` each."""

FEWEST_TEXTS = 20

STEADY_TEXTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSwap:
    """Texts scored again as if they spoke of a target group.

    Attributes
    ----------
    changes : Changes or None
        None if the model could not score them; `reason` then says so.
    """

    characteristic: str
    target: str
    changes: Changes | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEffect:
    """Texts in which one term was exchanged for another, and how many decisions that turned."""

    characteristic: str
    term: str
    became: str
    n: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSwaps:
    """What the exchange of identity terms did, and what is needed to find the same again.

    Attributes
    ----------
    columns : tuple of str
        Columns of free text that the model reads.
    examined, rows : int
        People whose texts were looked through, and people in all.
    without : int
        People examined whose texts hold no term of the list.
    cut : bool
        Some text was longer than `MOST_CHARACTERS`.
    lexicon, terms_known : str and int
        Name with version of the list of terms, and its size.
    reason : str
        Why nothing could be scored again; empty otherwise.
    """

    columns: tuple[str, ...]
    swaps: tuple[TermSwap, ...] = ()
    effects: tuple[TermEffect, ...] = ()
    examined: int = 0
    rows: int = 0
    without: int = 0
    cut: bool = False
    lexicon: str = ""
    terms_known: int = 0
    threshold: float = 0.0
    seed: int = 0
    reason: str = ""


def term_swaps(
    score: Score,
    X: pd.DataFrame,  # noqa: N803
    columns: Sequence[str],
    lexicon: Lexicon,
    *,
    threshold: float,
    seed: int,
    buckets: NDArray[np.int64] | None = None,
) -> TermSwaps:
    """Exchange the identity terms of texts, group by group, and score again.

    Parameters
    ----------
    score : callable
        Frame of m rows in, m scores out.
    X : pandas.DataFrame of shape (n_rows, n_columns)
        Left as it is.
    columns : sequence of str
        Of free text; a person's texts are all changed together. What is no text counts as empty.
    threshold : float
        Flagged: ``score >= threshold``.
    seed : int
        Of the draw of people whose texts are looked through.
    buckets : ndarray of int64 of shape (n_rows,), optional
        See `changes`.
    """
    found: dict[str, Any] = {
        "columns": tuple(columns),
        "rows": len(X),
        "lexicon": f"{lexicon.name}, version {lexicon.version}",
        "terms_known": lexicon.size,
        "threshold": threshold,
        "seed": seed,
    }
    places = [[str(c) for c in X.columns].index(c) for c in columns]
    texts = _draw(X, places, seed)
    if not texts:
        return TermSwaps(**found, reason="there are no texts")
    found |= {
        "examined": len(texts),
        "cut": any(len(t) > MOST_CHARACTERS for of_one in texts.values() for t in of_one),
    }
    exchanges = [Exchange(c, lexicon.function_words) for c in lexicon.characteristics]
    terms = {
        exchange.characteristic.name: {
            row: places_of
            for row, of_one in texts.items()
            if any(places_of := [exchange.find(_beginning(t)) for t in of_one])
        }
        for exchange in exchanges
    }
    with_terms = set().union(*terms.values())
    found["without"] = len(texts) - len(with_terms)
    if not with_terms:
        return TermSwaps(**found, reason="no text examined holds a term of the list")
    tried = _Tried(score=score, X=X, places=places, texts=texts, threshold=threshold,
                   buckets=buckets, rows=[r for r in texts if r in with_terms])  # fmt: skip
    try:
        steady = tried.is_steady()
    except Exception as error:  # noqa: BLE001
        # Its words may quote a text: only its kind is kept.
        return TermSwaps(**found, reason=f"{NOT_ALONE} ({type(error).__name__})")
    if not steady:
        return TermSwaps(**found, reason=UNSTEADY)
    targets = [
        (e, target)
        for e in exchanges
        if terms[e.characteristic.name]
        for target in e.characteristic.groups
    ]
    most = Most(
        texts=min(MOST_TEXTS, max(MOST_IF_MANY, MOST_IN_ALL // len(targets))),
        characters=MOST_SCORED // len(targets),
    )
    results = [tried.swap(e, target, terms[e.characteristic.name], most) for e, target in targets]
    return TermSwaps(
        **found,
        swaps=tuple(swap for swap, _ in results if swap is not None),
        effects=tuple(effect for _, effects in results for effect in effects),
    )


Texts = dict[int, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Most:
    """Texts, and characters in them, that one target group may have scored again."""

    texts: int
    characters: int


def _draw(X: pd.DataFrame, places: Sequence[int], seed: int) -> Texts:  # noqa: N803
    """Return the texts of people in a drawn order, until enough has been looked through."""
    words = np.frombuffer(hashlib.sha256(b"texts").digest()[:16], dtype="<u4")
    order = np.random.default_rng([seed, *words]).permutation(len(X))
    columns = [X.iloc[:, place].to_numpy(dtype=object) for place in places]
    texts: Texts = {}
    scanned = 0
    for row in order.tolist():
        values = [column[row] for column in columns]
        texts[row] = [value if isinstance(value, str) else "" for value in values]
        scanned += sum(min(len(t), MOST_CHARACTERS) for t in texts[row])
        if scanned >= MOST_SCANNED:
            break
    return texts


def _beginning(text: str) -> str:
    """Return what of a text is looked through; a long one is cut between two words."""
    if len(text) <= MOST_CHARACTERS:
        return text
    end = max(text.rfind(space, 0, MOST_CHARACTERS) for space in " \n")
    return text[: end if end > 0 else MOST_CHARACTERS]


class _Tried:
    """The people whose texts hold terms, scored as they stand, and again with terms exchanged."""

    def __init__(
        self,
        *,
        score: Score,
        X: pd.DataFrame,  # noqa: N803
        places: Sequence[int],
        texts: Texts,
        threshold: float,
        buckets: NDArray[np.int64] | None,
        rows: Sequence[int],
    ) -> None:
        self._score, self._X, self._places, self._texts = score, X, places, texts
        self._threshold, self._buckets = threshold, buckets
        self._rows = rows
        self._before: dict[int, float] = {}
        self._spread = 1.0

    def is_steady(self) -> bool:
        """Return whether the model gives the same scores twice."""
        some = self._rows[:STEADY_TEXTS]
        before, again = self._as_they_stand(some), self._scored(self._X.take(some))
        self._spread = float(np.ptp(before))
        return not bool(moves(before, again, self._spread).any())

    def _as_they_stand(self, rows: Sequence[int]) -> NDArray[np.float64]:
        new = [row for row in rows if row not in self._before]
        if new:
            self._before |= dict(zip(new, self._scored(self._X.take(new)).tolist(), strict=True))
        return np.array([self._before[row] for row in rows])

    def _scored(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        return np.asarray(self._score(frame), dtype=np.float64)

    def swap(
        self,
        exchange: Exchange,
        target: str,
        terms: Mapping[int, list[list[Found]]],
        most: Most,
    ) -> tuple[TermSwap | None, tuple[TermEffect, ...]]:
        """Score again the texts that can be made to speak of a target group."""
        name = exchange.characteristic.name
        able = [(row, source) for row, found in terms.items()
                if (source := _source(exchange, found, target))]  # fmt: skip
        if not able:
            return None, ()
        rows, written, became = [], [], []
        characters = 0
        for row, source in able[: most.texts]:
            texts, pairs = self._exchanged(exchange, row, terms[row], source, target)
            rows.append(row)
            written.append(texts)
            became.append(pairs)
            characters += sum(map(len, texts))
            if characters > most.characters and len(rows) >= FEWEST_TEXTS:
                break
        try:
            before = self._as_they_stand(rows)
            after = self._scored(self._with(rows, written))
        except Exception as error:  # noqa: BLE001
            # Its words may quote a text: only its kind is kept.
            reason = f"the model could not score these texts ({type(error).__name__})"
            return TermSwap(characteristic=name, target=target, changes=None, reason=reason), ()
        found = changes(
            before,
            after,
            threshold=self._threshold,
            of=math.ceil(len(able) * len(self._X) / len(self._texts)),
            spread=self._spread,
            buckets=None if self._buckets is None else self._buckets[rows],
        )
        turned = (before >= self._threshold) != (after >= self._threshold)
        swap = TermSwap(characteristic=name, target=target, changes=found)
        return swap, tuple(_effects(name, became, turned))

    def _exchanged(
        self, exchange: Exchange, row: int, found: list[list[Found]], source: str, target: str
    ) -> tuple[list[str], set[tuple[str, str]]]:
        texts, pairs = [], set()
        for text, terms in zip(self._texts[row], found, strict=True):
            written, became = exchange.between(text, terms, source, target)
            texts.append(written)
            pairs.update(became)
        return texts, pairs

    def _with(self, rows: Sequence[int], written: Sequence[Sequence[str]]) -> pd.DataFrame:
        import pandas as pd

        frame = self._X.take(rows).copy(deep=False)
        for number, place in enumerate(self._places):
            column = frame.iloc[:, place]
            # What was no text (a missing value) stays what it was.
            values = [
                texts[number] if isinstance(was, str) else was
                for was, texts in zip(column, written, strict=True)
            ]
            is_label = isinstance(column.dtype, pd.CategoricalDtype)
            dtype = object if is_label else column.dtype
            # A Series: of a bare array of texts pandas would choose the type anew.
            texts_now: Any = pd.Series(values, index=frame.index, dtype=dtype)
            frame.isetitem(place, texts_now)
        return frame


def _source(exchange: Exchange, found: list[list[Found]], target: str) -> str:
    """Return the group a text speaks of first, other than the target, that it can be taken from."""
    return next(
        (
            term.group
            for terms in found
            for term in terms
            if term.group != target and exchange.counterpart(term, target) is not None
        ),
        "",
    )


def _effects(
    name: str, became: Sequence[set[tuple[str, str]]], turned: NDArray[np.bool_]
) -> Iterator[TermEffect]:
    counts: dict[tuple[str, str], list[int]] = {}
    for pairs, changed in zip(became, turned.tolist(), strict=True):
        for pair in pairs:
            count = counts.setdefault(pair, [0, 0])
            count[0] += 1
            count[1] += changed
    for (term, written), (n, changed) in sorted(counts.items()):
        yield TermEffect(characteristic=name, term=term, became=written, n=n, changed=changed)
