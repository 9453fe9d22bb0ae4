"""People crossed by several columns, for the search for subgroups that nobody named.

Bands are resolved here from everybody, once, as a capacity is resolved to a threshold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from essex_standard.evidence.cross_table import CrossTable
    from essex_standard.pipeline.request import Inputs


def crossing(inputs: Inputs, columns: tuple[str, ...]) -> CrossTable | None:
    """Count people in the crossing of protected attributes and of some of the model's inputs.

    Parameters
    ----------
    columns : tuple of str
        What the model reads, or what it may read.

    Returns
    -------
    CrossTable or None
        None where no column cuts people into groups.
    """
    from essex_standard.evidence.banding import resolve_bands
    from essex_standard.evidence.cross_table import CrossTable
    from essex_standard.evidence.evidence import cluster_buckets

    people, frame = inputs.assessed, inputs.assessed.frame
    others = None if frame is None else frame[[c for c in columns if c in frame.columns]]
    bands = resolve_bands(inputs.protected, others)
    if not bands:
        return None
    held: dict[str, Any] = {} if others is None else {str(c): others[c] for c in others.columns}
    held |= inputs.protected
    flagged = people.flagged
    return CrossTable.of(
        bands,
        [held[b.name] for b in bands],
        people.outcome,
        flagged=np.zeros(len(people.outcome), bool) if flagged is None else flagged,
        scores=people.scores,
        kind=inputs.score_kind,
        buckets=None if inputs.clusters is None else cluster_buckets(inputs.clusters),
    )
