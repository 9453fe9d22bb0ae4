"""Facts about small populations given row by row or cell by cell."""

import numpy as np

from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.group_table import GroupTable
from essex_standard.measures.facts import Facts


def facts(*, scores, y=None, threshold=0.5, score_kind="probability", protected=None, **kwargs):
    """Return the facts of rows; other keywords go to `Facts` or `Evidence.of`."""
    scores = np.asarray(scores, dtype=float)
    of_facts = {k: kwargs.pop(k) for k in ("baseline", "submission", "seed") if k in kwargs}
    evidence = Evidence.of(
        outcome=np.full(len(scores), 2, np.int8) if y is None else np.asarray(y, np.int8),
        flagged=scores >= threshold,
        scores=scores,
        score_kind=score_kind,
        threshold=threshold,
        protected={k: np.asarray(v, dtype=object) for k, v in (protected or {}).items()},
        **kwargs,
    )
    return Facts(assessed=evidence, score_kind=score_kind, **of_facts)


def facts_of(tables):
    """Return facts of attribute -> group -> (tp, fn, fp, tn[, unobserved flagged, not])."""
    made = {}
    for attribute, groups in tables.items():
        names = sorted(groups)
        counts = np.zeros((len(names), 3, 2), dtype=np.int64)
        for i, name in enumerate(names):
            tp, fn, fp, tn, *unobserved = groups[name]
            counts[i, 1], counts[i, 0] = [fn, tp], [tn, fp]
            if unobserved:
                counts[i, 2] = unobserved[::-1]
        made[attribute] = GroupTable(attribute=attribute, groups=tuple(names), counts=counts)
    whole = next(iter(made.values())).whole()
    evidence = Evidence(rows=int(whole.counts.sum()), threshold=0.5, groups={"": whole, **made})
    return Facts(assessed=evidence, score_kind="none")
