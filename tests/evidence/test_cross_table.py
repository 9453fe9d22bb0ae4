import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.banding import Bands
from essex_standard.evidence.cross_table import CrossTable

BANDS = (Bands(name="sex", labels=("F", "M")), Bands(name="age", edges=(18.0, 65.0)))


def rows(n, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "columns": [rng.choice(["F", "M", "X"], n), rng.uniform(0, 90, n)],
        "outcome": rng.integers(0, 3, n).astype(np.int8),
        "flagged": rng.random(n) < 0.3,
        "scores": rng.random(n),
        "buckets": rng.integers(0, 128, n),
    }


def counted(found, part=slice(None), bands=BANDS, **kwargs):
    return CrossTable.of(
        bands,
        [c[part] for c in found["columns"]],
        found["outcome"][part],
        **{k: found[k][part] for k in ("flagged", "scores", "buckets")},
        **kwargs,
    )


def test_people_are_counted_by_outcome_and_decision_in_each_crossing():
    table = CrossTable.of(
        BANDS,
        [np.array(["F", "F", "F", "M", "X"]), np.array([10, 12, 30, 70, 70])],
        np.array([1, 1, 0, 1, 2], dtype=np.int8),
        flagged=np.array([True, False, False, True, True]),
    )
    assert table.kind == "decision"
    assert table.cells.tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 2, 1]]
    assert table.counts[:, 1].sum(axis=1).tolist() == [1, 1, 0, 1]
    assert table.counts.sum() == 4  # one outcome was not observed
    assert table.score.tolist() == [0, 1, 0, 1]


@settings(max_examples=30, deadline=None)
@given(n=st.integers(0, 60), cut=st.integers(0, 60), seed=st.integers(0, 999))
def test_two_batches_add_up_to_both_exactly(n, cut, seed):
    found = rows(n, seed)
    first, second = counted(found, slice(None, cut)), counted(found, slice(cut, None))
    assert first + second == counted(found)
    assert second + first == counted(found)


def test_tables_counted_at_other_bands_or_without_clusters_are_not_added():
    found = rows(50)
    other = (BANDS[0], Bands(name="age", edges=(20.0, 65.0)))
    with pytest.raises(ValueError, match="different bands"):
        counted(found) + counted(found, bands=other)
    without = CrossTable.of(
        BANDS, found["columns"], found["outcome"], flagged=found["flagged"], scores=found["scores"]
    )
    with pytest.raises(ValueError, match="clusters"):
        counted(found) + without


def test_its_text_shows_no_cell():
    found = rows(50)
    assert "array" not in repr(counted(found))
