"""What the Standard says decides, and nothing else: limits, agreements, and who the groups are."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from essex_standard import Outcome, Verdict, assess
from essex_standard.assessment import Assessment, Finding
from tests.helpers import (
    AS_OF,
    F_WORSE_OFF,
    ROOT,
    Cells,
    essex,
    people,
    write_standard,
    write_submission,
)

EXAMPLE = ROOT / "examples" / "open_university"

# Found 70 and 64 times in 100: a gap of 6, certain to lie under 10 and above 2.
SIX_APART = {"F": Cells(6_400, 3_600, 2_000, 8_000), "M": Cells(7_000, 3_000, 2_000, 8_000)}


def finding(assessment: Assessment, check: str) -> Finding:
    return next(f for f in assessment.findings if f.check == check)


# Limits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "verdict"),
    [("block", Verdict.BLOCK), ("refer", Verdict.REFER), ("note", Verdict.PASS)],
)
def test_flipping_one_limit_flips_the_finding_and_at_block_level_the_verdict(
    tmp_path, level, verdict
):
    submission = write_submission(tmp_path / "case", people(SIX_APART))
    standard = write_standard(tmp_path / "standard", level=level)
    before = assess(submission=submission, standard=standard, as_of=AS_OF)
    assert finding(before, "BIAS-02").outcome is Outcome.MET
    assert before.verdict is Verdict.PASS

    check = standard / "bias" / "found.toml"
    check.write_text(check.read_text().replace("at_most = 0.10", "at_most = 0.02"))
    after = assess(submission=submission, standard=standard, as_of=AS_OF)
    assert finding(after, "BIAS-02").outcome is Outcome.NOT_MET
    assert after.verdict is verdict
    # Whoever moved the limit cannot hide it.
    assert after.standard.digest != before.standard.digest


def test_moving_a_limit_of_the_shipped_standard_moves_the_example(tmp_path):
    standard = only(tmp_path / "standard", "BIAS-02", rules="[]")
    before = assess(submission=EXAMPLE, standard=standard, as_of=AS_OF)
    assert finding(before, "BIAS-02").outcome is Outcome.UNCERTAIN
    assert before.verdict is Verdict.REFER
    check = standard / "bias" / "true_positive_rate.toml"
    check.write_text(check.read_text().replace("at_most = 0.10", "at_most = 0.40"))
    after = assess(submission=EXAMPLE, standard=standard, as_of=AS_OF)
    assert finding(after, "BIAS-02").outcome is Outcome.MET
    assert after.verdict is Verdict.PASS


def only(folder: Path, check: str, *, rules: str | None = None) -> Path:
    """Copy the shipped Standard with one check, and all its rules or those given, in force."""
    shutil.copytree(ROOT / "checks", folder)
    header = folder / "standard.toml"
    text = header.read_text()
    start, end = text.index("checks = ["), text.index("]", text.index("checks = [")) + 1
    text = f'{text[:start]}checks = ["{check}"]{text[end:]}'
    if rules is not None:
        text = f"{text[: text.index('rules =')]}rules = {rules}\n"
    header.write_text(text)
    return folder


# Agreements --------------------------------------------------------------------------------------


def test_an_agreement_that_has_run_out_blocks(tmp_path):
    standard = only(tmp_path / "standard", "OPEN-01")
    in_force = assess(submission=EXAMPLE, standard=standard, as_of=AS_OF)
    assert in_force.verdict is Verdict.PASS
    later = assess(submission=EXAMPLE, standard=standard, as_of="2031-01-01")
    assert later.verdict is Verdict.BLOCK
    assert finding(later, "C1").outcome is Outcome.NOT_MET
    assert "is not in force" in " ".join(finding(later, "C1").details)


def test_expiring_one_agreement_in_its_file_blocks(tmp_path):
    standard = only(tmp_path / "standard", "OPEN-01")
    case = tmp_path / "case"
    shutil.copytree(EXAMPLE, case, ignore=shutil.ignore_patterns("raw", "__pycache__"))
    agreement = case / "agreements" / "own-records.toml"
    text = agreement.read_text()
    assert "end = 2029-07-31" in text
    agreement.write_text(text.replace("end = 2029-07-31", "end = 2026-11-20", 1))
    assessment = assess(submission=case, standard=standard, as_of=AS_OF)
    assert assessment.verdict is Verdict.BLOCK
    assert "own-records.toml" in " ".join(finding(assessment, "D1").details)


# Groups ------------------------------------------------------------------------------------------


def test_relabelling_two_groups_moves_the_finding_to_the_other(tmp_path):
    standard = write_standard(tmp_path / "standard")
    frame = people(F_WORSE_OFF)
    swapped = frame.assign(sex=frame["sex"].map({"F": "M", "M": "F"}))
    for data, named, other in ((frame, "F", "M"), (swapped, "M", "F")):
        assessment = assess(
            None, data, "happened", scores="score", protected="sex", threshold=0.5,
            standard=standard,
        )  # fmt: skip
        found = finding(assessment, "BIAS-02")
        assert found.outcome is Outcome.NOT_MET
        assert f"45 in 100 of those whose sex is {named} were found" in found.statement
        gap = next(m for m in found.measurements if m.group == other and m.versus == "rest")
        assert gap.value == pytest.approx(0.25)


def test_only_the_group_that_is_worse_off_is_named(tmp_path):
    standard = write_standard(tmp_path / "standard")
    alike = Cells(700, 300, 200, 800)
    groups = {"A": alike, "B": alike, "C": Cells(350, 650, 200, 800), "D": alike}
    assessment = assess(
        None, people(groups), "happened", scores="score", protected="sex", threshold=0.5,
        standard=standard,
    )  # fmt: skip
    found = finding(assessment, "BIAS-02")
    assert "those whose sex is C" in found.statement
    assert "further group" not in found.statement


def test_a_small_group_that_is_never_found_is_not_invisible(tmp_path):
    standard = write_standard(tmp_path / "standard")
    groups = {"A": Cells(700, 300, 200, 800), "B": Cells(0, 30, 20, 80)}
    assessment = assess(
        None, people(groups), "happened", scores="score", protected="sex", threshold=0.5,
        standard=standard,
    )  # fmt: skip
    assert finding(assessment, "BIAS-02").outcome is Outcome.NOT_MET
    # Its figures stay unpublished, and its name does not.
    statement = finding(assessment, "BIAS-02").statement
    assert "those whose sex is B" in statement
    assert "Too few people stand behind the figures" in statement
    assert not any("too small to tell for B" in d for d in finding(assessment, "BIAS-02").details)


# The command line says the same ------------------------------------------------------------------


def test_the_command_line_and_the_library_find_the_same(tmp_path):
    standard = write_standard(tmp_path / "standard")
    submission = write_submission(tmp_path / "case", people(F_WORSE_OFF))
    done = essex("assess", submission, "--standard", standard, "--as-of", AS_OF, "--out",
                 tmp_path / "out")  # fmt: skip
    assert done.returncode == 0
    assert "Verdict: BLOCK. Does not meet the Standard." in done.stdout
    stored = Assessment.load(tmp_path / "out" / "assessment.evidence")
    here = assess(submission=submission, standard=standard, as_of=AS_OF)
    assert stored.findings == here.findings
