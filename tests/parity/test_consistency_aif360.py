"""Consistency on the encoded rows against AIF360's own."""

import warnings

import numpy as np
import pandas as pd
import pytest

from essex_standard.experiments.consistency import consistency, coordinates


@pytest.mark.parametrize("n", [60, 800])
def test_it_is_aif360s_on_the_same_encoded_rows(n):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from aif360.sklearn.metrics import consistency_score
    rng = np.random.default_rng(n)
    frame = pd.DataFrame(
        {
            "x": rng.normal(size=n),
            "z": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n)),
            "place": rng.choice(["a", "b", "c"], n),
        }
    )
    flagged = frame["x"].to_numpy() + rng.normal(0, 0.5, n) > 0.3
    found = consistency(frame, list(frame), flagged, seed=1)
    expected = consistency_score(coordinates(frame, list(frame)), flagged.astype(int))
    assert found.value == pytest.approx(expected, abs=1e-12)
