"""A ridge regression of group membership on columns in levels, each row scored by the other folds.

    score = sum over levels of (how much more often members stand at the level than others)

Sums of each fold are taken once; what is learned without a fold is a subtraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.experiments.one_column import held_out_share
from essex_standard.statistics.held_out import FOLDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from essex_standard.experiments.encoding import Levels
    from essex_standard.statistics.held_out import HeldOut

    Array = NDArray[np.float64]

RIDGE = 100.0
"""Of the regression: a level's own say counts against a hundred people's worth of silence, while a
straight line through a column is hardly held back."""


@dataclass(frozen=True, slots=True)
class Ridge:
    """A ridge regression of any number of groups at once, each row scored by the other folds."""

    blocks: tuple[Levels, ...]
    widths: tuple[int, ...]
    design: object
    grams: Array
    sums: Array
    held: HeldOut

    @classmethod
    def of(cls, blocks: tuple[Levels, ...], held: HeldOut) -> Ridge:
        """Take the sums of each fold."""
        from scipy import sparse

        each = [b.design() for b in blocks]
        design = sparse.hstack(each).tocsr()
        parts = [design[held.fold == f] for f in range(FOLDS)]
        grams = np.stack([(p.T @ p).toarray() for p in parts])
        sums = np.stack([np.asarray(p.sum(axis=0)).reshape(-1) for p in parts])
        return cls(blocks, tuple(d.shape[1] for d in each), design, grams, sums, held)

    def scores(self, member: NDArray[np.bool_], *, leave_out: str) -> Array | None:
        """Return held-out scores of each group by all columns but one; None without any."""
        kept = [
            np.full(width, b.column != leave_out)
            for b, width in zip(self.blocks, self.widths, strict=True)
        ]
        return self._fit(member, np.flatnonzero(np.concatenate(kept)))

    def alone(self, member: NDArray[np.bool_], *, leave_out: str) -> list[tuple[str, Array]]:
        """Return held-out scores of each group by each column alone."""
        found: list[tuple[str, Array]] = []
        start = 0
        for block, width in zip(self.blocks, self.widths, strict=True):
            place = np.arange(start, start + width)
            start += width
            if block.column == leave_out:
                continue
            if block.codes is not None:
                found.append((block.column, held_out_share(block, member, self.held)))
            else:
                scores = self._fit(member, place)
                assert scores is not None  # noqa: S101 - free text has words
                found.append((block.column, scores))
        return found

    def nested(self, member: NDArray[np.bool_]) -> Array:
        """Return scores to learn further from, of shape (FOLDS, n).

        Row i of plane f was scored by a fit that had seen neither fold f nor the fold of i: what
        is then learned outside fold f from these scores knows nothing of it.
        """
        kept, y = np.arange(sum(self.widths)), member[:, None]
        products = self._products(y, kept)
        result = np.zeros((FOLDS, len(member)))
        for f in range(FOLDS):
            for g in range(f, FOLDS):
                fit = self._without((f, g), kept, y, products)
                if fit is None:
                    continue
                for plane, tried in {(f, g), (g, f)}:
                    out = self.held.fold == tried
                    if out.any():
                        scored = self.design[out] @ fit  # type: ignore[index]
                        result[plane, out] = scored[:, 0]
        return result

    def _products(self, member: NDArray[np.bool_], kept: NDArray[np.int64]) -> Array:
        design, fold = self.design[:, kept], self.held.fold  # type: ignore[index]
        y = member.astype(float)
        return np.stack([design[fold == f].T @ y[fold == f] for f in range(FOLDS)])

    def _fit(self, member: NDArray[np.bool_], kept: NDArray[np.int64]) -> Array | None:
        if not len(kept):
            return None
        products = self._products(member, kept)
        result = np.zeros(member.shape)
        for f in range(FOLDS):
            out = self.held.fold == f
            fit = self._without((f,), kept, member, products)
            if fit is not None and out.any():
                result[out] = self.design[out][:, kept] @ fit  # type: ignore[index]
        return result

    def _without(
        self,
        left_out: tuple[int, ...],
        kept: NDArray[np.int64],
        member: NDArray[np.bool_],
        products: Array,
    ) -> Array | None:
        """Return the weights learned in all folds but those left out; None where none is left."""
        folds = [f for f in range(FOLDS) if f not in left_out]
        of = np.isin(self.held.fold, folds)
        n = int(of.sum())
        if not n:
            return None
        gram = self.grams[folds].sum(axis=0)[np.ix_(kept, kept)]
        mean = self.sums[folds].sum(axis=0)[kept] / n
        share = member[of].mean(axis=0)
        # Centred, so that how common a group is, is not held back by the penalty.
        gram = gram - n * np.outer(mean, mean) + RIDGE * np.eye(len(kept))
        target = products[folds].sum(axis=0) - n * np.outer(mean, share)
        weights: Array = np.linalg.solve(gram, target)
        return weights
