import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.evidence.score_histogram import BINS, ScoreHistogram, bins, middles

KINDS = st.sampled_from(["probability", "unbounded"])


@st.composite
def histograms(draw, kind, weighted):
    n = draw(st.integers(0, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = np.round(rng.random(n), 2) if kind == "probability" else np.round(rng.normal(0, 9, n))
    weights = rng.integers(1, 9, n) / 4 if weighted else None
    outcome = rng.integers(0, 3, n).astype(np.int8)
    return ScoreHistogram.of(scores, outcome, kind=kind, weights=weights)


@settings(max_examples=40)
@given(st.data(), KINDS, st.booleans())
def test_histograms_add_up_in_any_order(data, kind, weighted):
    a, b, c = (data.draw(histograms(kind, weighted)) for _ in range(3))
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert (a + b).counts.sum() == a.counts.sum() + b.counts.sum()
    assert ScoreHistogram.from_dict((a + b).to_dict()) == a + b


def test_histograms_of_different_scores_are_not_added():
    scores, outcome = np.array([0.5]), np.array([1], np.int8)
    one = ScoreHistogram.of(scores, outcome, kind="probability")
    with pytest.raises(ValueError, match="cannot add probability and unbounded"):
        one + ScoreHistogram.of(scores, outcome, kind="unbounded")
    with pytest.raises(ValueError, match="with weights and scores without"):
        one + ScoreHistogram.of(scores, outcome, kind="probability", weights=np.ones(1))


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), min_size=2, max_size=30))
def test_bins_of_probabilities_are_ordered_as_they_are(scores):
    found = bins(np.sort(np.array(scores)), "probability")
    assert (np.diff(found) >= 0).all()


@settings(max_examples=50)
@given(st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=30))
def test_bins_of_unbounded_scores_are_ordered_as_they_are(scores):
    ordered = np.sort(np.array(scores))
    found = bins(ordered, "unbounded")
    assert (np.diff(found) >= 0).all()


@settings(max_examples=50)
@given(st.floats(1e-6, 1 - 1e-6))
def test_the_middle_of_a_bin_is_near_every_probability_in_it(score):
    middle = float(middles(bins(np.array([score]), "probability"), "probability")[0])
    logit = np.log(score / (1 - score))
    assert np.log(middle / (1 - middle)) == pytest.approx(logit, abs=32 / BINS / 2 + 1e-9)


@settings(max_examples=50)
@given(st.floats(-1e12, 1e12).filter(lambda x: abs(x) > 1e-12))
def test_the_middle_of_a_bin_is_near_every_unbounded_score_in_it(score):
    middle = float(middles(bins(np.array([score]), "unbounded"), "unbounded")[0])
    assert middle == pytest.approx(score, rel=2**-8)


def test_the_ends_and_nought_have_bins_of_their_own():
    ends = [0.0, 5e-324, 1e-300, 1e-7, 1 - 1e-7, 1 - 2**-53, 1.0]
    assert len(np.unique(bins(np.array(ends), "probability"))) == len(ends)
    assert middles(bins(np.array([0.0, 1.0]), "probability"), "probability").tolist() == [0, 1]
    assert bins(np.array([0.0, -0.0]), "unbounded").tolist() == [0, 0]
    assert middles(np.array([0]), "unbounded").tolist() == [0.0]


def test_a_fit_sees_sure_scores_as_no_surer_than_sixteen_log_odds():
    scores, outcome = np.array([0.0, 1e-30, 0.5, 1.0]), np.array([0, 1, 0, 1], np.int8)
    logits = ScoreHistogram.of(scores, outcome, kind="probability").logits
    assert logits.tolist() == pytest.approx([-16, -16, 0, 16], abs=0.01)


def test_hundredths_of_a_probability_stay_apart():
    scores = np.arange(1, 100) / 100
    assert len(np.unique(bins(scores, "probability"))) == 99


def test_weights_count_but_add_up_to_people():
    scores = np.array([0.2, 0.2, 0.8, 0.9])
    outcome = np.array([0, 1, 1, 2], np.int8)
    found = ScoreHistogram.of(
        scores, outcome, kind="probability", weights=np.array([1.0, 1.0, 4.0, 50.0])
    )
    assert found.counts.sum() == 4
    # Three observed people, weights 1 + 1 + 4: the unobserved one does not dilute them.
    assert found.positives.tolist() == pytest.approx([0.5, 2.0, 0.0])
    assert found.negatives.tolist() == pytest.approx([0.5, 0.0, 0.0])


def test_nothing_but_bins_and_counts_is_stored():
    scores = np.array([0.123456789, 0.987654321])
    stored = ScoreHistogram.of(scores, np.array([0, 1], np.int8), kind="probability").to_dict()
    assert set(stored) == {"kind", "keys", "counts", "weights"}
    assert "123456789" not in str(stored)
