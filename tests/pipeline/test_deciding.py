"""The rule that decisions are made by: a keyword first, else what the submission declares."""

from __future__ import annotations

import numpy as np
import pytest

from essex_standard.errors import DataError, SubmissionError
from essex_standard.pipeline.deciding import decide
from essex_standard.pipeline.request import Request
from essex_standard.submission import load_submission
from tests.helpers import people, write_submission

SCORES = np.array([0.9, 0.7, 0.5, 0.3, 0.1])
RULE = 'kind = "score_cutoff"\nvalue = 0.5'


@pytest.fixture
def declaring(tmp_path):
    def load(rule: str) -> Request:
        path = write_submission(tmp_path, people().head(4), (RULE, rule))
        return Request(submission=load_submission(path))

    return load


def test_a_threshold_flags_from_itself_on():
    decision = decide(Request(threshold=0.5), SCORES, "probability", None)
    assert decision.flagged.tolist() == [True, True, True, False, False]
    assert (decision.threshold, decision.words) == (0.5, "Flagged: a score of 0.5 or more")


def test_a_capacity_flags_the_highest_and_prints_nobody_s_score():
    decision = decide(Request(capacity=2), SCORES, "probability", None)
    assert decision.flagged.sum() == 2
    assert decision.words == "Flagged: the 2 with the highest scores"


def test_without_a_submission_a_rule_must_be_given():
    with pytest.raises(DataError, match="neither a threshold nor a capacity is given"):
        decide(Request(), SCORES, "probability", None)


@pytest.mark.parametrize("rule", ['kind = "none_ranking_only"', 'kind = ""', 'kind = "bands"'])
def test_a_submission_without_a_rule_flags_nobody_and_says_so(declaring, rule):
    decision = decide(declaring(rule), SCORES, "probability", None)
    assert not decision.flagged.any()
    assert decision.threshold is None
    assert "nobody is flagged" in decision.told[0]


@pytest.mark.parametrize("rule", [RULE, 'kind = "bands"\nvalue = 0.5', "value = 0.5"])
def test_a_declared_value_is_the_threshold(declaring, rule):
    decision = decide(declaring(rule), SCORES, "probability", None)
    assert decision.threshold == 0.5
    assert decision.told == ()


def test_a_keyword_wins_over_the_declared_rule(declaring):
    request = declaring(RULE)
    given = Request(submission=request.submission, capacity=1)
    assert decide(given, SCORES, "probability", None).flagged.sum() == 1


def test_a_capacity_a_month_counts_the_months_of_the_data(declaring):
    rule = 'kind = "top_n_capacity"\ncapacity_per_month = 0.5'
    time = np.array(["2026-01-31", "2026-02-01", "2026-03-01", "2026-04-01", "2026-04-02"])
    decision = decide(declaring(rule), SCORES, "probability", time)
    assert decision.flagged.sum() == 2
    assert decision.told == (
        "The data cover 4 months: the capacity of one month (0.5) was multiplied by that.",
    )


def test_what_a_rule_lacks_is_told_by_its_place(declaring):
    with pytest.raises(SubmissionError, match=r"threshold\.value|threshold"):
        decide(declaring('kind = "score_cutoff"'), SCORES, "probability", None)
    with pytest.raises(SubmissionError, match="Say how many people can be reached in a month"):
        decide(declaring('kind = "top_n_capacity"'), SCORES, "probability", None)


def test_no_rule_is_needed_where_no_check_in_force_compares_flags():
    decision = decide(Request(needs_decision=False), SCORES, "probability", None)
    assert not decision.flagged.any()
    assert decision.threshold is None
