"""What was given directly and wins over the submission."""

from __future__ import annotations

import pytest

from essex_standard.pipeline.overrides import overrides
from essex_standard.pipeline.request import Request
from essex_standard.submission import load_submission
from tests.helpers import people, write_submission


@pytest.fixture
def loaded(tmp_path):
    return load_submission(write_submission(tmp_path, people().head(4)))


def test_nothing_given_is_nothing_told(loaded):
    assert overrides(Request(submission=loaded)) == ()
    assert overrides(Request(threshold=0.5, y=[1])) == ()


def test_what_only_repeats_the_submission_is_not_told(loaded):
    request = Request(
        submission=loaded, y="happened", protected="sex", threshold=0.5, scores="score",
        baseline="prevalence",
    )  # fmt: skip
    assert overrides(request) == ()


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"X": people()}, "X (in place of data.assessed)"),
        ({"y": "other"}, "y (in place of data.outcome)"),
        ({"y": [0, 1]}, "y (in place of data.outcome)"),
        ({"protected": ["sex", "age"]}, "protected (in place of data.protected)"),
        ({"scores": "other"}, "scores (in place of model.scores)"),
        ({"scores": [0.1]}, "scores (in place of model.scores)"),
        ({"model": len}, "model (in place of model.scores)"),
        ({"threshold": 0.4}, "threshold (in place of threshold)"),
        ({"capacity": 4}, "capacity (in place of threshold)"),
        ({"baseline": "current_practice"}, "baseline (in place of baseline)"),
    ],
)
def test_what_differs_is_told_with_the_field_it_replaces(loaded, given, place):
    (sentence,) = overrides(Request(submission=loaded, **given))
    assert place in sentence


def test_what_the_submission_leaves_open_is_no_override(loaded):
    assert overrides(Request(submission=loaded, weights="w", clusters="c", time="t")) == ()


def test_a_request_never_shows_its_data(loaded):
    request = Request(submission=loaded, X=people(), y=[0, 1], scores=["secret"])
    assert "secret" not in repr(request)
    assert "0.8" not in repr(request)
