"""Who is held out together where two populations are told apart: families, and rows on both sides.

Both populations stand one under the other, the reference first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from essex_standard.statistics.held_out import HeldOut

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray


def families(sides: Sequence[pd.DataFrame], cluster: str) -> NDArray[np.int64] | None:
    """Return a number for each row's family or school, the same on both sides; None without it."""
    import pandas as pd

    if not cluster or any(cluster not in s.columns for s in sides):
        return None
    names = pd.concat([s[cluster].astype(object).map(str) for s in sides], ignore_index=True)
    return pd.factorize(names)[0]


def deal(copies: NDArray[np.int64], clusters: NDArray[np.int64] | None, seed: int) -> HeldOut:
    """Deal rows into folds; a row and its copy on the other side go together.

    Learned from on one side and tried on on the other, a copy would be said to be where it is not.
    """
    if clusters is not None:
        return HeldOut.of(len(copies), seed=seed, clusters=clusters)
    dealt = HeldOut.of(len(copies), seed=seed, clusters=copies)
    return HeldOut(fold=dealt.fold, weights=dealt.weights)


def with_copies(columns: Sequence[pd.Series], new: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return a number for each row; one for two rows alike in all columns and unlike all others.

    Where many are alike they are no copies but people with few columns between them.
    """
    import pandas as pd

    texts = [c.map(str, na_action="ignore") if c.dtype == object else c for c in columns]
    codes = np.column_stack([pd.factorize(c)[0] for c in texts])
    _, place = np.unique(codes, axis=0, return_inverse=True)
    place = place.reshape(-1)
    kinds = int(place.max()) + 1
    old_rows, new_rows = (np.bincount(place[side], minlength=kinds) for side in (~new, new))
    first, own = np.zeros(kinds, dtype=np.int64), np.arange(len(new))
    first[place[~new]] = own[~new]
    result: NDArray[np.int64] = np.where(
        ((old_rows == 1) & (new_rows == 1))[place], first[place], own
    )
    return result
