"""How well the model's own inputs, and its score alone, tell who belongs to which group.

For each group a ridge regression on the inputs in levels learns to tell its people from everybody
else on four fifths of the rows, and is tried on the fifth it has not seen (families and schools
are held out whole):

    AUROC = P(of two people, one of the group and one not, the first is scored higher)

0.5 means that the inputs say nothing of the group, 1 that they give it away. It is what this
simple learner finds, adding up what each column says by itself: on the Open University's data
within 0.035 of 40 boosted trees, at a hundredth of their cost. A cleverer one might find more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.experiments.encoding import Levels, encode, levels
from essex_standard.experiments.one_column import held_out_share
from essex_standard.experiments.ridge import Ridge
from essex_standard.statistics.held_out import FOLDS, HeldOut, held_out_roc_auc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.statistics.held_out import RankEstimate

    Array = NDArray[np.float64]

MOST_ROWS = 10_000
"""Rows drawn at most, and of each group up to `MOST_OF_A_GROUP` beside them."""

MOST_OF_A_GROUP = 500

FEWEST = 10
"""Groups of fewer people are not looked at."""

SCORE_BINS = 20

COLUMNS_KEPT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupProxy:
    """What tells of one group.

    Attributes
    ----------
    n, n_versus : int
        People looked at, in the group and outside it.
    inputs : RankEstimate or None
        By all inputs but the attribute itself; None where there are none.
    score : RankEstimate or None
        By the model's score alone.
    columns : tuple of (str, RankEstimate)
        By one column alone: the three that tell most, the most first.
    """

    attribute: str
    group: str
    n: int
    n_versus: int
    inputs: RankEstimate | None = None
    score: RankEstimate | None = None
    columns: tuple[tuple[str, RankEstimate], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxies:
    """What tells of each group, and what is needed to find the same again.

    Attributes
    ----------
    taken : tuple of str
        Protected attributes that are inputs of the model themselves.
    rows, n : int
        Rows in the data, and rows looked at.
    """

    groups: tuple[GroupProxy, ...]
    taken: tuple[str, ...]
    rows: int
    n: int
    seed: int
    folds: int = FOLDS


def proxies(
    frame: pd.DataFrame | None,
    columns: Sequence[str],
    protected: Mapping[str, NDArray[np.str_]],
    *,
    seed: int,
    scores: Array | None = None,
    weights: Array | None = None,
    clusters: NDArray[np.str_] | None = None,
) -> Proxies:
    """Try to tell each group of each protected attribute from the inputs, and from the score.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns) or None
        None where only scores are known.
    columns : sequence of str
        The columns that the model reads.
    protected : mapping of attribute to ndarray of str, shape (n_rows,)
    seed : int
        Of the rows drawn and of the folds.
    scores, weights : ndarray of float, shape (n_rows,), optional
    clusters : ndarray of str, shape (n_rows,), optional
        Rows of one cluster are never learned from and tried on at once.

    Returns
    -------
    Proxies
    """
    import pandas as pd

    rows = next((len(v) for v in protected.values()), 0)
    drawn, chance = _draw(protected, rows, seed)
    given = np.ones(len(drawn)) if weights is None else weights[drawn]
    held = HeldOut.of(
        len(drawn),
        seed=seed,
        weights=given / chance,
        clusters=None if clusters is None else pd.factorize(clusters[drawn])[0],
    )
    blocks = () if frame is None else encode(frame.iloc[drawn], columns)
    ridge = Ridge.of(blocks, held) if blocks else None
    of_score = None
    if scores is not None:
        of_score = levels(pd.Series(scores[drawn]), "score", bins=SCORE_BINS)
    found: list[GroupProxy] = []
    for attribute, all_labels in protected.items():
        found += _attribute(attribute, all_labels[drawn], ridge, of_score, held)
    taken = tuple(a for a in protected if a in columns)
    return Proxies(groups=tuple(found), taken=taken, rows=rows, n=len(drawn), seed=seed)


def _draw(
    protected: Mapping[str, NDArray[np.str_]], rows: int, seed: int
) -> tuple[NDArray[np.int64], Array]:
    """Return the rows drawn and the chance each had: small groups are drawn more often.

    Weighting by one over the chance makes everybody else of a group stand as in the data.
    """
    import pandas as pd

    if rows <= MOST_ROWS:
        return np.arange(rows), np.ones(rows)
    chance = np.full(rows, MOST_ROWS / rows)
    for values in protected.values():
        codes = pd.factorize(values)[0]
        chance = np.maximum(chance, (MOST_OF_A_GROUP / np.bincount(codes))[codes])
    chance = np.minimum(chance, 1.0)
    drawn = np.flatnonzero(np.random.default_rng(seed).random(rows) < chance)
    return drawn, chance[drawn]


def _attribute(
    attribute: str,
    values: NDArray[np.str_],
    ridge: Ridge | None,
    of_score: Levels | None,
    held: HeldOut,
) -> list[GroupProxy]:
    """Return what tells of each group of one attribute."""
    import pandas as pd

    codes, names = pd.factorize(values, sort=True)
    sizes = np.bincount(codes, minlength=len(names))
    # Of two groups the one is told as well as the other: one question, asked of the smaller.
    asked = [int(np.argmin(sizes))] if len(names) == 2 else list(range(len(names)))
    tried = [i for i in asked if min(sizes[i], len(codes) - sizes[i]) >= FEWEST]
    found = {}
    if tried:
        member = codes[:, None] == np.array(tried)[None, :]
        joint = None if ridge is None else ridge.scores(member, leave_out=attribute)
        alone = [] if ridge is None else ridge.alone(member, leave_out=attribute)
        by_score = None if of_score is None else held_out_share(of_score, member, held)
        for j, i in enumerate(tried):
            of = (member[:, j], held)
            found[i] = {
                "inputs": None if joint is None else held_out_roc_auc(joint[:, j], *of),
                "score": None if by_score is None else held_out_roc_auc(by_score[:, j], *of),
                "columns": _telling_most([(c, held_out_roc_auc(s[:, j], *of)) for c, s in alone]),
            }
    return [
        GroupProxy(
            attribute=attribute,
            group=str(names[i]),
            n=int(sizes[i]),
            n_versus=int(len(codes) - sizes[i]),
            **found.get(i, {}),  # type: ignore[arg-type]
        )
        for i in asked
    ]


def _telling_most(
    columns: Sequence[tuple[str, RankEstimate | None]],
) -> tuple[tuple[str, RankEstimate], ...]:
    known = [(c, e) for c, e in columns if e is not None]
    return tuple(sorted(known, key=lambda pair: (-pair[1].value, pair[0]))[:COLUMNS_KEPT])
