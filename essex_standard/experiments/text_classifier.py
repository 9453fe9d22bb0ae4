"""Whether the texts of the people assessed can be told from those of the reference.

Evidently's text domain classifier (words weighed by TF-IDF, a linear classifier by stochastic
gradient descent) learns on four fifths of both and is tried on the fifth that it has not seen, five
times over. Evidently itself learns on one half and tries once:

    AUROC = P(of an assessed text and a reference text, the assessed one is scored higher)

References
----------
Evidently 0.7, ``evidently.legacy.utils.data_drift_utils.roc_auc_domain_classifier``.
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.experiments.copies import deal, families, with_copies
from essex_standard.statistics.held_out import FOLDS, held_out_roc_auc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.statistics.held_out import HeldOut, RankEstimate

MOST_TEXTS = 2_000
"""Texts looked at, of either side."""

MOST_CHARACTERS = 5_000
"""Of one text; what follows is not read."""

FEWEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TextClassifier:
    """How well the texts of one column tell the sides apart; `reason` says why it is not known.

    Attributes
    ----------
    n : (int, int)
        Texts looked at, of the assessed and of the reference.
    rows : (int, int)
        Texts there are.
    """

    column: str
    roc_auc: RankEstimate | None = None
    n: tuple[int, int] = (0, 0)
    rows: tuple[int, int] = (0, 0)
    seed: int = 0
    reason: str = ""


def text_classifier(
    column: str,
    assessed: pd.Series,
    reference: pd.Series,
    *,
    seed: int,
    clusters: tuple[pd.Series, pd.Series] | None = None,
) -> TextClassifier:
    """Try to tell the texts of the assessed from those of the reference.

    Parameters
    ----------
    assessed, reference : Series of shape (n_rows,)
        Rows without a text are left out.
    seed : int
        Of the texts drawn and of the folds.
    clusters : pair of Series, optional
        Family or school of each row, of the assessed and of the reference.
    """
    import pandas as pd

    filled = [side[side.notna()] for side in (reference, assessed)]
    drawn = [_drawn(side, seed) for side in filled]
    n, rows = (len(drawn[1]), len(drawn[0])), (len(filled[1]), len(filled[0]))
    about = TextClassifier(column=column, n=n, rows=rows, seed=seed, reason=_TOO_FEW)
    if min(n) < FEWEST:
        return about
    texts = pd.concat(drawn).map(lambda t: str(t)[:MOST_CHARACTERS]).to_numpy(dtype=object)
    new = np.repeat([False, True], [len(side) for side in drawn])
    held = deal(with_copies([pd.Series(texts)], new), _families(drawn, clusters), seed)
    scores = _scores(texts, new, held)
    if scores is None:
        return TextClassifier(
            column=column, n=n, rows=rows, seed=seed, reason="its texts hold no word to go by"
        )
    return TextClassifier(
        column=column, roc_auc=held_out_roc_auc(scores, new, held), n=n, rows=rows, seed=seed
    )


_TOO_FEW = "there are too few texts on one of the two sides"


def _families(
    drawn: Sequence[pd.Series], clusters: tuple[pd.Series, pd.Series] | None
) -> NDArray[np.int64] | None:
    if clusters is None:
        return None
    sides = zip(reversed(clusters), drawn, strict=True)
    return families([of.loc[side.index].to_frame("family") for of, side in sides], "family")


def _drawn(texts: pd.Series, seed: int) -> pd.Series:
    if len(texts) <= MOST_TEXTS:
        return texts
    place = np.random.default_rng(seed).permutation(len(texts))[:MOST_TEXTS]
    return texts.iloc[np.sort(place)]


def _scores(
    texts: NDArray[np.object_], new: NDArray[np.bool_], held: HeldOut
) -> NDArray[np.float64] | None:
    """Return each text's score by Evidently's classifier, learned in the other folds."""
    # Evidently carries a telemetry package that reads this when it is imported.
    os.environ["DO_NOT_TRACK"] = "1"
    from evidently.legacy.utils.data_drift_utils import roc_auc_domain_classifier
    from sklearn.exceptions import ConvergenceWarning

    scores = np.zeros(len(new))
    y = new.astype(int)
    for f in range(FOLDS):
        out = held.fold == f
        if len(np.unique(y[out])) < 2 or len(np.unique(y[~out])) < 2:
            continue
        with warnings.catch_warnings():
            # Evidently stops after 50 passes, wherever it then stands: that is its definition.
            warnings.simplefilter("ignore", ConvergenceWarning)
            try:
                _, found, _ = roc_auc_domain_classifier(texts[~out], texts[out], y[~out], y[out])
            except ValueError:
                # Nothing but words that are left out as too common, or none at all.
                return None
        scores[out] = found
    return scores
