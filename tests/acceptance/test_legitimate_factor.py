"""A declared legitimate factor, end to end: submission, keyword, command and report."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from essex_standard import DataError, Outcome, StandardError, assess
from tests.helpers import AS_OF, ROOT, essex, write_standard, write_submission

CHECK = (ROOT / "checks/bias/conditional_demographic_disparity.toml").read_text(encoding="utf-8")
DECLARED = ('protected = ["sex"]', 'protected = ["sex"]\nlegitimate_factor = "referrals"')


def case(*, gap: float = 0.0, n: int = 6_000) -> pd.DataFrame:
    """Return people flagged by their earlier referrals, of which F have fewer; F less by `gap`."""
    rng = np.random.default_rng(4)
    sex = rng.choice(["F", "M"], n)
    many = rng.random(n) < np.where(sex == "F", 0.2, 0.7)
    rate = np.where(many, 0.6, 0.2) - gap * (sex == "F")
    score = np.where(rng.random(n) < rate, 0.8, 0.2)
    return pd.DataFrame(
        {
            "score": score,
            "happened": (rng.random(n) < score).astype(int),
            "sex": sex,
            "referrals": pd.Series(np.where(many, "several", "none")).where(rng.random(n) < 0.95),
        }
    )


@pytest.fixture(scope="module")
def standard(tmp_path_factory):
    return write_standard(tmp_path_factory.mktemp("standard"), {"bias/factor.toml": CHECK})


def finding(assessment):
    return next(f for f in assessment.findings if f.check == "BIAS-32")


def test_what_the_factor_explains_is_met_and_what_it_does_not_is_not(tmp_path, standard):
    path = write_submission(tmp_path / "even", case(), DECLARED)
    even = finding(assess(submission=path, standard=standard, as_of=AS_OF))
    assert even.outcome is Outcome.MET
    assert even.statement.startswith("Taking referrals into account, every group")
    plain = [m for m in even.measurements if m.measure == "demographic_disparity"]
    assert min(abs(m.value) for m in plain) > 0.15
    path = write_submission(tmp_path / "gap", case(gap=0.19), DECLARED)
    apart = finding(assess(submission=path, standard=standard, as_of=AS_OF))
    assert apart.outcome is Outcome.NOT_MET
    assert "more than 10 in 100 apart for those whose sex is F" in apart.statement


def test_the_command_and_the_keyword_do_the_same(tmp_path, standard):
    frame = case()
    frame.to_csv(tmp_path / "people.csv", index=False)
    done = essex(
        "assess", "--data", tmp_path / "people.csv", "--scores", "score", "--outcome", "happened",
        "--protected", "sex", "--threshold", "0.5", "--legitimate-factor", "referrals",
        "--standard", standard, "--as-of", AS_OF, "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    stored = json.loads((tmp_path / "out/assessment.json").read_text(encoding="utf-8"))
    by_command = next(f for f in stored["findings"] if f["check"] == "BIAS-32")
    given = {"y": "happened", "scores": "score", "protected": ["sex"], "threshold": 0.5}
    by_array = assess(
        None, frame, **given, legitimate_factor=frame["referrals"], standard=standard, as_of=AS_OF
    )
    assert by_command["statement"] == finding(by_array).statement
    report = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    assert "Taking referrals into account" in report


def test_without_a_factor_it_does_not_apply_and_a_check_that_asks_regardless_is_not_assessed(
    tmp_path,
):
    for line, outcome in (
        ("", Outcome.NOT_APPLICABLE),
        ("applies_when = { declared = [", Outcome.NOT_ASSESSED),
    ):
        text = "\n".join(x for x in CHECK.splitlines() if not line or not x.startswith(line))
        folder = write_standard(tmp_path / outcome.value, {"bias/factor.toml": text})
        path = write_submission(tmp_path / f"{outcome.value} case", case(n=400))
        assert finding(assess(submission=path, standard=folder, as_of=AS_OF)).outcome is outcome


def test_a_factor_of_too_many_values_or_no_column_says_how_to_mend_it(tmp_path, standard):
    frame = case(n=500).assign(age=np.linspace(0, 90, 500))
    given = {"y": "happened", "scores": "score", "protected": ["sex"], "threshold": 0.5,
             "standard": standard}  # fmt: skip
    with pytest.raises(DataError, match=r"factor 'age': it has 500 distinct values.*pandas\.cut"):
        assess(None, frame, **given, legitimate_factor="age")
    with pytest.raises(DataError, match="Did you mean 'referrals'"):
        assess(None, frame, **given, legitimate_factor="referal")


def test_an_unknown_declaration_names_file_line_and_mend(tmp_path):
    text = CHECK.replace('["legitimate_factor"]', '["legitimate_factors"]')
    folder = write_standard(tmp_path, {"bias/factor.toml": text})
    with pytest.raises(StandardError) as refused:
        assess(None, case(n=100), y="happened", scores="score", threshold=0.5, standard=folder)
    line = 1 + next(i for i, x in enumerate(text.splitlines()) if x.startswith("applies_when"))
    assert f"factor.toml:{line}" in str(refused.value)
    assert '"legitimate_factor"' in str(refused.value)
