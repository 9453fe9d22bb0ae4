"""Whether the people assessed can be told from those the model learned from, by what it reads.

Small boosted trees learn to tell assessed rows from reference rows on four fifths of both and are
tried on the fifth they have not seen (families and schools are held out whole, on both sides at
once):

    AUROC = P(of an assessed row and a reference row, the assessed one is scored higher)

0.5 means that they cannot be told apart, 1 that they always can. Trees see what no column shows by
itself: two columns that used to go together and no longer do.

References
----------
Friedman (2003), "On multivariate goodness-of-fit and two-sample testing", PHYSTAT 2003. Lopez-Paz
and Oquab (2017), "Revisiting classifier two-sample tests", ICLR.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.experiments.copies import deal, families, with_copies
from essex_standard.experiments.dates import holds_dates
from essex_standard.experiments.encoding import Levels, levels
from essex_standard.experiments.one_column import PRIOR, held_out_share
from essex_standard.experiments.ridge import Ridge
from essex_standard.statistics.held_out import FOLDS, HeldOut, held_out_roc_auc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray
    from sklearn.ensemble import HistGradientBoostingRegressor

    from essex_standard.statistics.held_out import RankEstimate

    Array = NDArray[np.float64]

MOST_ROWS = 5_000
"""Rows drawn at most, of either side."""

FEWEST = 10
"""Rows on either side before anything is tried."""

TREES, LEAVES, RATE, ROWS_IN_A_LEAF = 50, 4, 0.15, 30
"""Two splits deep: what one column shows, and what two show together."""

A_COIN = 0.05
"""Above this support for the best column telling as much alone, none is looked for with others."""

TELLS = 0.01
"""By so much the AUROC falls when a column that tells is mixed up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainClassifier:
    """How well the two populations are told apart, and what is needed to find the same again.

    Attributes
    ----------
    joint : RankEstimate or None
        By all columns; None where it could not be tried, and `reason` says why.
    columns : tuple of (str, RankEstimate)
        By one column alone, the most telling first.
    in_order : tuple of RankEstimate
        By the order of each column of numbers alone, whichever way round it tells: nothing is
        learned, and so nothing lost in learning.
    together : tuple of str
        Columns without which the others tell less, the most missed first; looked for where all
        tell more than the best alone.
    tried : int
        Columns looked at.
    dates, one_sided : tuple of str
        Columns left out: dates, which always tell later from earlier, and those that only one of
        the two populations holds.
    rows, n : (int, int)
        Rows, and rows looked at, of the assessed and of the reference.
    copies : float
        Share of the assessed rows looked at that stand in the reference too, as far as can be seen.
    """

    joint: RankEstimate | None = None
    columns: tuple[tuple[str, RankEstimate], ...] = ()
    in_order: tuple[RankEstimate, ...] = ()
    together: tuple[str, ...] = ()
    tried: int = 0
    dates: tuple[str, ...] = ()
    one_sided: tuple[str, ...] = ()
    rows: tuple[int, int] = (0, 0)
    n: tuple[int, int] = (0, 0)
    copies: float = 0.0
    seed: int = 0
    reason: str = ""


def domain_classifier(
    assessed: pd.DataFrame,
    reference: pd.DataFrame,
    columns: Sequence[str],
    *,
    seed: int,
    time: str = "",
    cluster: str = "",
) -> DomainClassifier:
    """Try to tell assessed rows from reference rows.

    Parameters
    ----------
    assessed, reference : DataFrame of shape (n_rows, n_columns)
    columns : sequence of str
        The columns that the model reads.
    seed : int
        Of the rows drawn, of the folds and of the columns mixed up.
    time : str, optional
        The column that says when: it would give every row away, and is left out.
    cluster : str, optional
        The column of families or schools. Rows of one, on either side, are never learned from and
        tried on at once.

    Returns
    -------
    DomainClassifier
    """
    from threadpoolctl import threadpool_limits

    shared = [c for c in columns if c in assessed.columns and c in reference.columns]
    one_sided = tuple(c for c in columns if (c in assessed.columns) != (c in reference.columns))
    sides = [_drawn(frame, seed) for frame in (reference, assessed)]
    dates = tuple(c for c in shared if c == time or any(holds_dates(s[c]) for s in sides))
    kept = [c for c in shared if c not in dates]
    about: dict[str, Any] = {
        "dates": dates,
        "one_sided": one_sided,
        "rows": (len(assessed), len(reference)),
        "n": (len(sides[1]), len(sides[0])),
        "tried": len(kept),
        "seed": seed,
    }
    reason = _why_not(kept, dates, columns) or (
        "there are too few people on one of the two sides" if min(about["n"]) < FEWEST else ""
    )
    if reason:
        return DomainClassifier(reason=reason, **about)
    new = np.repeat([False, True], [len(s) for s in sides])
    joined = [_joined(sides[0][c], sides[1][c]) for c in kept]
    blocks = [levels(column, c) for c, column in zip(kept, joined, strict=True)]
    copies = with_copies(joined, new)
    held = deal(copies, families(sides, cluster), seed)
    # Work of some milliseconds each loses more by waiting for other threads than it gains.
    with threadpool_limits(limits=1):
        alone = [(b.column, held_out_roc_auc(_alone(b, new, held), new, held)) for b in blocks]
        known = sorted(((c, e) for c, e in alone if e), key=lambda pair: (-pair[1].value, pair[0]))
        in_order = tuple(_in_order(blocks, new, held))
        fits = tuple(_fits(blocks, new, held))
        joint = _joint(fits, new, held)
        together: tuple[str, ...] = ()
        if joint is not None and known and joint.below(known[0][1].value) <= A_COIN:
            together = _together(fits, kept, joint, new, held, seed)
    return DomainClassifier(
        joint=joint,
        columns=tuple(known),
        in_order=in_order,
        together=together,
        copies=_share_of_copies(sides, kept, copies[new]),
        **about,
    )


def _why_not(kept: Sequence[str], dates: Sequence[str], columns: Sequence[str]) -> str:
    if kept:
        return ""
    if not columns:
        return "the columns that the model reads are not known"
    if dates:
        return "the model reads nothing but dates, which always tell later people from earlier ones"
    return "the reference and the data assessed have no column in common that the model reads"


def _drawn(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return some rows; of two like tables the same, so that copies are seen to be copies."""
    if len(frame) <= MOST_ROWS:
        return frame.reset_index(drop=True)
    place = np.random.default_rng(seed).permutation(len(frame))[:MOST_ROWS]
    return frame.iloc[np.sort(place)].reset_index(drop=True)


def _joined(old: pd.Series, new: pd.Series) -> pd.Series:
    """Return a column of both sides; where one holds numbers and the other text, all as text."""
    import pandas as pd

    from essex_standard.evidence.values import label_of

    # A side that holds nothing has no kind of its own.
    blank = [pd.Series(np.full(len(s), np.nan)) if s.isna().all() else s for s in (old, new)]
    is_number = [pd.api.types.is_numeric_dtype(s) for s in blank]
    if not all(is_number):
        blank = [
            s.astype(object).map(label_of, na_action="ignore") if number else s.astype(object)
            for s, number in zip(blank, is_number, strict=True)
        ]
    return pd.concat(blank, ignore_index=True)


def _share_of_copies(
    sides: Sequence[pd.DataFrame], kept: Sequence[str], numbers: NDArray[np.int64]
) -> float:
    """Return the share of assessed rows that are copies; `numbers` are theirs among all rows."""
    if sides[0][kept].equals(sides[1][kept]):
        return 1.0
    return float((numbers < len(sides[0])).mean())


def _alone(block: Levels, new: NDArray[np.bool_], held: HeldOut) -> Array:
    """Return held-out scores by one column."""
    if block.codes is not None:
        return held_out_share(block, new[:, None], held)[:, 0]
    scores = Ridge.of((block,), held).scores(new[:, None], leave_out="")
    assert scores is not None  # noqa: S101 - free text has words
    return scores[:, 0]


def _in_order(
    blocks: Sequence[Levels], new: NDArray[np.bool_], held: HeldOut
) -> Iterator[RankEstimate]:
    for block in blocks:
        if block.order is not None:
            found = held_out_roc_auc(block.order, new, held)
            if found is not None:
                yield replace(found, value=max(found.value, 1 - found.value))


@dataclass(frozen=True, slots=True)
class _Fit:
    """Trees grown without a fold, and that fold as they see it."""

    trees: HistGradientBoostingRegressor
    plane: Array
    out: NDArray[np.bool_]


def _fits(blocks: Sequence[Levels], new: NDArray[np.bool_], held: HeldOut) -> Iterator[_Fit]:
    """Grow trees without each fold in turn."""
    texts = {b.column: Ridge.of((b,), held).nested(new) for b in blocks if b.codes is None}
    for f in range(FOLDS):
        out = held.fold == f
        if not out.any() or len(np.unique(new[~out])) < 2:
            continue
        plane = np.column_stack(
            [texts[b.column][f] if b.codes is None else _ordered(b, new, ~out) for b in blocks]
        )
        trees = _trees().fit(plane[~out], new[~out].astype(float))
        yield _Fit(trees, plane[out], out)


def _ordered(block: Levels, new: NDArray[np.bool_], seen: NDArray[np.bool_]) -> Array:
    """Return level numbers; categories in the order of how new they are where trees may look."""
    codes = block.codes
    assert codes is not None  # noqa: S101 - free text has no levels
    if block.order is not None:
        return codes.astype(float)
    people = np.bincount(codes[seen], minlength=block.width)
    share = np.bincount(codes[seen], weights=new[seen], minlength=block.width)
    share = (share + PRIOR * new[seen].mean()) / (people + PRIOR)
    result: Array = np.argsort(np.argsort(share, kind="stable"))[codes].astype(float)
    return result


def _joint(fits: Sequence[_Fit], new: NDArray[np.bool_], held: HeldOut) -> RankEstimate | None:
    scores = np.zeros(len(new))
    for fit in fits:
        scores[fit.out] = fit.trees.predict(fit.plane)
    return held_out_roc_auc(scores, new, held)


def _together(
    fits: Sequence[_Fit],
    names: Sequence[str],
    joint: RankEstimate,
    new: NDArray[np.bool_],
    held: HeldOut,
    seed: int,
) -> tuple[str, ...]:
    """Return the columns that the trees miss when their values are mixed up, fold by fold."""
    rng, lost = np.random.default_rng(seed), {}
    for j, name in enumerate(names):
        mixed = [replace(fit, plane=fit.plane.copy()) for fit in fits]
        for fit in mixed:
            fit.plane[:, j] = rng.permutation(fit.plane[:, j])
        without = _joint(mixed, new, held)
        lost[name] = joint.value - (0.5 if without is None else without.value)
    return tuple(c for c in sorted(lost, key=lambda c: (-lost[c], c)) if lost[c] >= TELLS)


def _trees() -> HistGradientBoostingRegressor:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(
        max_iter=TREES,
        max_leaf_nodes=LEAVES,
        learning_rate=RATE,
        min_samples_leaf=ROWS_IN_A_LEAF,
        early_stopping=False,
    )
