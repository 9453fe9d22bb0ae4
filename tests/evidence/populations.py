"""Small random populations for the property tests of evidence."""

import numpy as np
from hypothesis import strategies as st

from essex_standard.evidence.evidence import Evidence

LABELS = ["F", "M", "unknown", 'Ünï, "çødé"', "1", "עברית"]


@st.composite
def populations(draw, *, weighted=None, clustered=None, smallest=0):
    """Return the rows of one population as keyword arguments of `Evidence.of`."""
    n = draw(st.integers(smallest, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weighted = draw(st.booleans()) if weighted is None else weighted
    clustered = draw(st.booleans()) if clustered is None else clustered
    scores = np.round(rng.random(n), 2)
    return {
        "outcome": rng.integers(0, 3, n).astype(np.int8),
        "flagged": scores >= 0.5,
        "scores": scores,
        "threshold": 0.5,
        "protected": {
            "sex": rng.choice(np.array(LABELS, dtype=object), n),
            "area": rng.choice(np.array(["N", "S", "W"], dtype=object), n),
        },
        "factor": rng.choice(np.array(["few", "many", "unknown"], dtype=object), n),
        "rule": rng.integers(0, 4, n).astype(float),
        # Quarters add without rounding, so that sums can be compared exactly.
        "weights": rng.integers(1, 9, n) / 4 if weighted else None,
        "clusters": rng.choice(np.array(["fam-017", "fam-018", "school:9"], dtype=object), n)
        if clustered
        else None,
    }


def rows(population, index):
    """Return some of the rows, in a given order."""

    def part(value):
        if isinstance(value, dict):
            return {k: v[index] for k, v in value.items()}
        return value[index] if isinstance(value, np.ndarray) else value

    return {k: part(v) for k, v in population.items()}


def gathered(population):
    return Evidence.of(**population)
