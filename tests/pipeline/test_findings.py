"""When a check's question does not arise, and what a missing submission does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from essex_standard import Outcome, SubmissionError, Verdict, assess
from tests.helpers import AS_OF, FOUND_EQUALLY, people, write_standard, write_submission

CHECK = FOUND_EQUALLY.format(level="block", limit="0.10")


def only_finding(tmp_path, condition: str, *replaced: tuple[str, str]):
    checks = {"bias/found.toml": CHECK + condition}
    standard = write_standard(tmp_path / "standard", checks)
    path = write_submission(tmp_path / "case", None, *replaced)
    (finding,) = assess(submission=path, standard=standard, as_of=AS_OF).findings
    return finding


def test_a_check_for_another_polarity_does_not_apply_and_says_why(tmp_path):
    finding = only_finding(tmp_path, 'applies_when = { polarity = ["intrusive", "mixed"] }')
    assert finding.outcome is Outcome.NOT_APPLICABLE
    assert finding.statement == (
        "This does not apply: the check is for models whose flag brings scrutiny or a loss "
        "(intrusive) or help and scrutiny together (mixed); this one's brings an offer of help "
        "(assistive)."
    )
    assert finding.remedy == ()


def test_an_unknown_polarity_counts_as_mixed(tmp_path):
    silent = ('polarity = "assistive"\n', "")
    finding = only_finding(tmp_path, 'applies_when = { polarity = ["mixed"] }', silent)
    assert finding.outcome is Outcome.MET


@pytest.mark.parametrize("asked", ["assistive", "intrusive"])
def test_whether_a_check_applies_is_not_guessed_for_an_unknown_polarity(tmp_path, asked):
    silent = ('polarity = "assistive"\n', "")
    condition = f'applies_when = {{ polarity = ["{asked}"] }}'
    assert only_finding(tmp_path, condition, silent).outcome is Outcome.NOT_ASSESSED


@pytest.mark.parametrize(
    ("stage", "outcome"), [("pilot", Outcome.MET), ("idea", Outcome.NOT_APPLICABLE)]
)
def test_a_check_for_a_stage_applies_at_that_stage(tmp_path, stage, outcome):
    changed = ('stage = "pilot"', f'stage = "{stage}"')
    finding = only_finding(tmp_path, 'applies_when = { stage = ["pilot", "live"] }', changed)
    assert finding.outcome is outcome


def test_without_a_submission_nothing_passes(tmp_path):
    standard = write_standard(tmp_path, rules='["D1", "C1"]')
    assessment = assess(
        None, people(), "happened", scores="score", protected="sex", threshold=0.5,
        standard=standard,
    )  # fmt: skip
    assert assessment.verdict is Verdict.REFER
    outcomes = {f.check: f.outcome for f in assessment.findings}
    assert outcomes == {
        "BIAS-02": Outcome.MET,
        "SUB-01": Outcome.NOT_ASSESSED,
        "D1": Outcome.NOT_ASSESSED,
        "C1": Outcome.NOT_ASSESSED,
    }
    assert assessment.context.technical_only
    assert not assessment.release.allowed


def test_behind_ready_scores_the_columns_read_are_not_known_and_not_covered(tmp_path):
    standard = write_standard(tmp_path / "standard", rules='["C1"]')
    path = write_submission(tmp_path / "case")
    assessment = assess(submission=path, standard=standard, as_of=AS_OF)
    covered = next(f for f in assessment.findings if f.check == "C1")
    # The outcome and the groups are known, and no agreement covers them.
    assert covered.outcome is Outcome.NOT_MET
    assert "Column 'score'" not in " ".join(covered.details)
    assert "'happened'" in " ".join((covered.statement, *covered.details))


# Reported by a hostile review ---------------------------------------------------------------


def test_a_function_of_an_array_is_called_with_an_array():
    rng = np.random.default_rng(0)
    array = rng.normal(size=(300, 2))
    assessment = assess(
        lambda rows: 1 / (1 + np.exp(-rows[:, 0])),
        array,
        (array[:, 0] > 0).astype(int),
        protected=pd.DataFrame({"group": ["a", "b"] * 150}),
        threshold=0.5,
    )
    unused = next(f for f in assessment.findings if f.check == "MIN-01")
    assert unused.outcome is Outcome.NOT_MET
    assert "x1" in unused.statement


def test_what_the_caller_gives_a_submission_need_not_declare(tmp_path):
    file = tmp_path / "submission.toml"
    file.write_text(
        'schema = "essex-submission/1"\n[project]\nid = "a-model"\ntitle = "A model"\n'
        '[model]\npositive = ["yes"]\n',
        encoding="utf-8",
    )
    outcomes = np.array(["yes", "no"] * 100)
    assessment = assess(
        None,
        scores=np.where(outcomes == "yes", 0.8, 0.3),
        y=outcomes,
        submission=file,
        protected=pd.DataFrame({"group": ["a", "b", "b", "a"] * 50}),
        threshold=0.5,
    )
    assert assessment.subject.name == "A model"
    with pytest.raises(SubmissionError, match=r"model\.file.*data\.assessed|data\.assessed"):
        assess(submission=file)
