"""Facts about the columns of two small tables, shared by the tests of what columns hold."""

import pandas as pd

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.facts import Facts
from essex_standard.statistics.comparison import Scope

SCOPE = Scope(across=("columns",))


def evidence(frame):
    rows = len(frame)
    return Evidence.of(
        outcome=pd.Series([0] * rows).to_numpy("int8"),
        flagged=pd.Series([False] * rows).to_numpy(bool),
        columns=frame,
    )


def facts(new, old, *, read=None, beside=()):
    """Return the facts of two tables, of which the model reads `read` (all of both by default)."""
    new, old = pd.DataFrame(new), pd.DataFrame(old)
    columns = tuple(dict.fromkeys([*new, *old])) if read is None else read
    return Facts(
        assessed=evidence(new[[c for c in new if c in columns]]),
        reference=evidence(old[[c for c in old if c in columns]]),
        columns_read=columns,
        columns_in_data=tuple(new),
        columns_in_reference=tuple(old),
        **dict(beside),
    )
