"""Whether the decision would be another if a protected column said something else.

For each protected column that the model reads, people of each group are scored again as if the
column held the usual value of each other group, everything else staying as it was:

    flip rate(c, a -> b) = share of people of group a whose decision turns when c says b

It shows what the model makes of the column itself. It does not show what reaches the score by
other columns that go with it (see proxies), and a person's life would differ in more than one
column: Kusner et al. (2017), "Counterfactual fairness", NeurIPS 30, asks for the whole of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.experiments.decision_changes import Changes, changes, moves

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Score = Callable[[pd.DataFrame], NDArray[np.float64]]

MOST_VALUES = 20
"""Groups of an attribute that are set against each other; beyond, bands are asked for."""

MOST_ROWS = 2_000
"""People of one group who are scored again at most: a limit of 0.05 needs some hundreds."""

MOST_SCORES = 60_000
"""Scores taken for one attribute at most, shared among its groups."""

FEWEST_ROWS = 100

UNSTEADY = "the model gives other scores when nothing is changed"
NOT_ALONE = "the model could not score some of the people by themselves"


_FIRST = 1000
"""Rows by which a column is first compared with the groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """People of one group, scored as if the column held the usual value of another.

    Attributes
    ----------
    source, target : str
        The group they belong to, and the one whose value they were given.
    changes : Changes or None
        None if the model could not score that value; `reason` then says so.
    """

    source: str
    target: str
    changes: Changes | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeFlips:
    """All flips of one protected attribute; none, with the reason, where it was not examined."""

    attribute: str
    flips: tuple[Flip, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterfactualFlips:
    """The flips of each protected attribute, and what is needed to find the same again.

    Attributes
    ----------
    attributes : tuple of AttributeFlips
        Of the protected columns that the model reads.
    unread : tuple of str
        Protected attributes that the model does not take.
    threshold : float
        From which on people are flagged.
    seed : int
        Of the draw of people.
    """

    attributes: tuple[AttributeFlips, ...]
    unread: tuple[str, ...]
    threshold: float
    seed: int


def counterfactual_flips(
    score: Score,
    X: pd.DataFrame,  # noqa: N803
    protected: Mapping[str, NDArray[np.str_]],
    columns_read: Sequence[str],
    *,
    threshold: float,
    seed: int,
    buckets: NDArray[np.int64] | None = None,
) -> CounterfactualFlips:
    """Score people again with each other value of each protected column that the model reads.

    Parameters
    ----------
    score : callable
        Frame of m rows in, m scores out.
    X : pandas.DataFrame of shape (n_rows, n_columns)
        Left as it is.
    protected : mapping of attribute to labels of shape (n_rows,)
        An attribute is flipped where a column of X that the model reads has its name. The value
        given for a group is the one that its people have most often; of a column of numbers in
        bands, the median.
    threshold : float
        Flagged: ``score >= threshold``.
    seed : int
        Whom an attribute draws depends on the seed and its own name only.
    buckets : ndarray of int64 of shape (n_rows,), optional
        See `changes`.
    """
    names = [str(c) for c in X.columns]
    read = [a for a in protected if a in columns_read and names.count(a) == 1]
    twins = {
        a: twin
        for a in protected
        if a not in read and (twin := _twin(X, protected[a], columns_read))
    }
    return CounterfactualFlips(
        attributes=(
            *(
                _attribute(
                    score, X, a, protected[a], threshold=threshold, seed=seed, buckets=buckets
                )
                for a in read
            ),
            *(
                AttributeFlips(
                    attribute=a,
                    reason=f"the model takes it under another name (column '{twin}'), by which it "
                    "is to be named among the protected",
                )
                for a, twin in twins.items()
            ),
        ),
        unread=tuple(a for a in protected if a not in read and a not in twins),
        threshold=threshold,
        seed=seed,
    )


def _twin(
    X: pd.DataFrame,  # noqa: N803
    labels: NDArray[np.str_],
    columns_read: Sequence[str],
) -> str:
    """Return a column read that tells the groups apart one for one, or an empty string."""
    for name in X.columns:
        if str(name) in columns_read and _same(X[name].to_numpy(), labels):
            return str(name)
    return ""


def _same(values: NDArray[Any], labels: NDArray[np.str_]) -> bool:
    import pandas as pd

    # The first rows rule out nearly every column.
    for rows in (slice(_FIRST), slice(None)):
        try:
            codes = pd.factorize(values[rows])[0]
        except TypeError:
            return False
        groups = pd.factorize(labels[rows])[0]
        both = len({*zip(codes.tolist(), groups.tolist(), strict=True)})
        if not both == len(np.unique(codes)) == len(np.unique(groups)):
            return False
    return both > 1


def _attribute(
    score: Score,
    X: pd.DataFrame,  # noqa: N803
    attribute: str,
    labels: NDArray[np.str_],
    *,
    threshold: float,
    seed: int,
    buckets: NDArray[np.int64] | None,
) -> AttributeFlips:
    groups = sorted(set(labels.tolist()))
    if len(groups) < 2:
        return AttributeFlips(attribute=attribute, reason="everybody has the same value")
    if len(groups) > MOST_VALUES:
        reason = f"it has more than {MOST_VALUES} values: give it in bands"
        return AttributeFlips(attribute=attribute, reason=reason)
    place = [str(c) for c in X.columns].index(attribute)
    members = {g: np.flatnonzero(labels == g) for g in groups}
    usual = {g: _usual(X.iloc[:, place], members[g]) for g in groups}
    drawn = _draw(attribute, members, seed)
    rows = np.concatenate([drawn[g] for g in groups])
    source = np.repeat(np.arange(len(groups)), [len(drawn[g]) for g in groups])
    frame = X.take(rows)
    try:
        before, again = (np.asarray(score(frame), dtype=np.float64) for _ in range(2))
    except Exception as error:  # noqa: BLE001
        # A function of all rows at once, for instance. Its words may quote a value of a row.
        reason = f"{NOT_ALONE} ({type(error).__name__})"
        return AttributeFlips(attribute=attribute, reason=reason)
    spread = float(np.ptp(before))
    if moves(before, again, spread).any():
        return AttributeFlips(attribute=attribute, reason=UNSTEADY)
    flips: list[Flip] = []
    for j, target in enumerate(groups):
        others = np.flatnonzero(source != j)
        flipped = _with(frame.take(others), place, X.iloc[:, place].array, usual[target])
        try:
            after = np.asarray(score(flipped), dtype=np.float64)
        except Exception as error:  # noqa: BLE001
            # Whatever a model raises, the other values can still be tried. Its words may quote a
            # value of a row: only its kind is kept.
            reason = f"the model could not score this value ({type(error).__name__})"
            flips += [
                Flip(source=s, target=target, changes=None, reason=reason)
                for s in groups
                if s != target
            ]
            continue
        for i, name in enumerate(groups):
            mine = np.flatnonzero(source[others] == i)
            if i == j or not len(mine):
                continue
            found = changes(
                before[others[mine]],
                after[mine],
                threshold=threshold,
                of=len(members[name]),
                spread=spread,
                buckets=None if buckets is None else buckets[rows[others[mine]]],
            )
            flips.append(Flip(source=name, target=target, changes=found))
    return AttributeFlips(attribute=attribute, flips=tuple(flips))


def _draw(
    attribute: str, members: Mapping[str, NDArray[np.int64]], seed: int
) -> dict[str, NDArray[np.int64]]:
    """Return some people of each group: small groups whole, so that they can be told of."""
    pairs = len(members) * (len(members) - 1)
    most = max(FEWEST_ROWS, min(MOST_ROWS, MOST_SCORES // pairs))
    words = np.frombuffer(hashlib.sha256(attribute.encode()).digest()[:16], dtype="<u4")
    random = np.random.default_rng([seed, *words])
    return {
        group: rows if len(rows) <= most else np.sort(random.choice(rows, size=most, replace=False))
        for group, rows in members.items()
    }


def _usual(column: pd.Series[Any], rows: NDArray[np.int64]) -> int:
    """Return the place of a row that holds a group's usual value: the median, or the commonest."""
    import pandas as pd

    values = column.take(rows)
    known = values.notna().to_numpy()
    if not known.any():
        return int(rows[0])
    codes, distinct = pd.factorize(values)
    if len(distinct) > 1 and pd.api.types.is_numeric_dtype(values.dtype):
        order = np.argsort(values.to_numpy(dtype=float, na_value=np.nan), kind="stable")
        return int(rows[order[(int(known.sum()) - 1) // 2]])
    commonest = int(np.argmax(np.bincount(codes[codes >= 0])))
    return int(rows[np.flatnonzero(codes == commonest)[0]])


def _with(frame: pd.DataFrame, place: int, values: Any, row: int) -> pd.DataFrame:
    """Return the frame with one row's value in a column; dtype and categories stay as they were."""
    changed = frame.copy(deep=False)
    changed.isetitem(place, values.take(np.full(len(frame), row)))
    return changed
