"""What follows from moving the threshold: the same as counting the rows, at every threshold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.trade_offs import COLUMNS, trade_offs

KNOWN = (0, 1)


def people(n=400, seed=0, kind="probability"):
    rng = np.random.default_rng(seed)
    scores = rng.random(n) if kind == "probability" else rng.normal(0, 50, n)
    return {
        "scores": scores,
        "outcome": rng.integers(0, 3, n).astype(np.int8),
        "protected": {"sex": rng.choice(np.array(["F", "M", "X"], dtype=object), n)},
    }


def gathered(rows, threshold, kind="probability", **more):
    return Evidence.of(
        **rows, flagged=rows["scores"] >= threshold, threshold=threshold, score_kind=kind,
        group_scores=("protected",), **more,
    )  # fmt: skip


def counted(rows, threshold, group=None, weights=None):
    """Count the rows, shape (3, 2)."""
    mine = np.ones(len(rows["scores"]), bool)
    if group is not None:
        mine = rows["protected"]["sex"] == group
    flagged = rows["scores"] >= threshold
    w = np.ones(len(mine)) if weights is None else weights
    return np.array(
        [[w[mine & (rows["outcome"] == y) & (flagged == d)].sum() for d in (False, True)]
         for y in (0, 1, 2)]
    )  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["probability", "unbounded"]))
def test_at_every_threshold_the_cells_are_those_of_counting_the_rows(seed, kind):
    rows = people(200, seed, kind)
    threshold = float(np.median(rows["scores"])) + 1e-7
    found = trade_offs(gathered(rows, threshold, kind))
    places = np.random.default_rng(seed).integers(0, len(found.thresholds), 20)
    for i in (*places, found.declared):
        t = found.thresholds[i]
        assert found.people[i].tolist() == counted(rows, t).tolist()
        for g, group in enumerate(found.groups["sex"]):
            assert found.of_groups["sex"][g, i].tolist() == counted(rows, t, group).tolist()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.95), st.booleans())
def test_at_the_declared_threshold_they_are_the_group_tables_own(seed, threshold, weighted):
    rows = people(150, seed)
    weights = np.random.default_rng(seed).integers(1, 9, 150) / 4 if weighted else None
    evidence = gathered(rows, threshold, weights=weights)
    found = trade_offs(evidence)
    assert found.thresholds[found.declared] == threshold
    assert found.people[found.declared].tolist() == evidence.whole.counts[0].tolist()
    table = evidence.groups["sex"]
    own = table.counts if weights is None else table.weights
    assert found.of_groups["sex"][:, found.declared].tolist() == own.tolist()


def test_thresholds_ascend_and_ever_fewer_are_flagged():
    found = trade_offs(gathered(people(), 0.31))
    assert (np.diff(found.thresholds) >= 0).all()
    flagged = found.people[:, :, 1].sum(axis=1)
    assert (np.diff(flagged) <= 0).all()
    assert flagged[0] == 400


@pytest.mark.parametrize("capacity", [1, 20, 133, 399])
def test_a_capacity_flags_no_more_than_it_can_hold(capacity):
    found = trade_offs(gathered(people(), 0.5))
    i = found.at_capacity(capacity)
    flagged = found.people[:, :, 1].sum(axis=1)
    assert flagged[i] <= capacity
    assert i == 0 or flagged[i - 1] > capacity


def test_gaps_worked_by_hand():
    rows = {
        "scores": np.array([0.9, 0.6, 0.3, 0.8, 0.2, 0.7]),
        "outcome": np.ones(6, np.int8),
        "protected": {"sex": np.array(["F", "F", "F", "M", "M", "M"], dtype=object)},
    }
    found = trade_offs(gathered(rows, 0.65))
    # F: 1 of 3 found, M: 2 of 3.
    assert found.gaps("true_positive_rate", "sex")[:, found.declared] == pytest.approx(
        [-1 / 3, 1 / 3]
    )
    assert np.isnan(found.gaps("false_positive_rate", "sex")).all()


def test_the_frame_holds_one_row_a_threshold_and_figure():
    evidence = gathered(people(), 0.5)
    frame = trade_offs(evidence).frame()
    assert tuple(frame.columns) == COLUMNS
    here = frame[frame["declared"]]
    counts = evidence.whole.counts[0]
    flagged = here[here["measure"] == "flagged"].iloc[0]
    assert flagged["people"] == counts[0, 1] + counts[1, 1]
    assert flagged["value"] == pytest.approx(1000 * flagged["people"] / counts[:2].sum())
    gap = here[here["measure"] == "selection_rate_difference_to_rest"].iloc[0]
    table = evidence.groups["sex"]
    i = table.groups.index(gap["group"])
    mine, rest = (
        r[i].value for r in (table.proportions("selection_rate"),
                             table.rest_proportions("selection_rate"))
    )  # fmt: skip
    assert gap["value"] == pytest.approx(mine - rest)
    assert abs(gap["value"]) == pytest.approx(
        max(abs(a.value - b.value) for a, b in zip(table.proportions("selection_rate"),
            table.rest_proportions("selection_rate"), strict=True))
    )  # fmt: skip


def test_without_scores_there_is_no_threshold_to_move():
    assert trade_offs(Evidence.of(outcome=np.array([0, 1], np.int8))) is None
