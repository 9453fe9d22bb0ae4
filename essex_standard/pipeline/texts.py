"""Free text that a model reads: which columns hold it, and what its identity terms do there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from essex_standard.experiments.term_swaps import TermSwaps
    from essex_standard.experiments.text_classifier import TextClassifier
    from essex_standard.pipeline.request import Inputs
    from essex_standard.standard import Standard
    from essex_standard.submission import LoadedSubmission

LOOKED_AT = 1_000
"""Rows by which free text is recognised."""

FEWEST_WORDS = 5
"""Words that half the texts of a column have, if it is free text and no label."""

FEWEST_DISTINCT = 0.2


def swaps_of(
    inputs: Inputs,
    columns_read: Sequence[str],
    standard: Standard,
    loaded: LoadedSubmission | None,
    *,
    seed: int,
) -> tuple[TermSwaps | None, tuple[str, ...]]:
    """Return what the exchange of identity terms did, and what must be told of it."""
    from essex_standard.evidence.evidence import cluster_buckets
    from essex_standard.experiments.term_swaps import TermSwaps, term_swaps

    frame: pd.DataFrame | None = inputs.assessed.frame
    if frame is None or inputs.threshold is None or standard.lexicon is None:
        return None, ()
    assert inputs.risk_model is not None  # noqa: S101 - asked for only with a model
    declared = () if loaded is None else loaded.submission.data.text
    columns, recognised = free_text(frame, columns_read, declared)
    if not columns:
        return TermSwaps(columns=()), ()
    found = term_swaps(
        inputs.risk_model.scores,
        frame,
        columns,
        standard.lexicon,
        threshold=inputs.threshold,
        seed=seed,
        buckets=None if inputs.clusters is None else cluster_buckets(inputs.clusters),
    )
    told = tuple(
        f"Column '{name}' looks like free text: its identity terms were exchanged. The submission "
        "does not list it under [data] text."
        for name in recognised
        if loaded is not None
    )
    return found, told


def tell_texts_apart(
    inputs: Inputs, columns: Sequence[str], declared: Sequence[str], *, seed: int
) -> tuple[TextClassifier, ...]:
    """Return, for each column of free text, how well it tells the assessed from the reference."""
    from essex_standard.experiments.text_classifier import TextClassifier, text_classifier

    old = None if inputs.reference is None else inputs.reference.frame
    new = inputs.assessed.frame
    if new is None or old is None:
        return ()
    family = inputs.names.get("cluster", "")
    both = family in new.columns and family in old.columns
    return tuple(
        text_classifier(
            name,
            new[name],
            old[name],
            seed=seed,
            clusters=(new[family], old[family]) if both else None,
        )
        if name in old.columns
        else TextClassifier(column=name, reason="the reference has no such column")
        for name in free_text(new, columns, declared)[0]
    )


def free_text(
    frame: pd.DataFrame, columns_read: Sequence[str], declared: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of free text that the model reads, and those of them nobody declared.

    Parameters
    ----------
    declared : sequence of str
        ``[data] text`` of the submission.
    """
    names = [str(c) for c in frame.columns]
    read = [c for c in columns_read if names.count(c) == 1]
    found = [c for c in read if c in declared or _looks_like_text(frame.iloc[:, names.index(c)])]
    return tuple(found), tuple(c for c in found if c not in declared)


def _looks_like_text(column: pd.Series[Any]) -> bool:
    """Return whether the first texts of a column are mostly different and several words long."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return False
    values = column.head(LOOKED_AT).dropna().tolist()
    if not values or not all(isinstance(v, str) for v in values):
        return False
    words = sorted(len(v[:2_000].split()) for v in values)
    return words[len(words) // 2] >= FEWEST_WORDS and len(set(values)) > FEWEST_DISTINCT * len(
        values
    )
