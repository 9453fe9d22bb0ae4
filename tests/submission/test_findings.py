"""What a board reads of the rules."""

from __future__ import annotations

import pytest

from essex_standard.assessment import HowWeKnow, Level, Outcome, Verdict, verdict_of
from essex_standard.submission.findings import no_submission_findings, rule_findings, theme_of
from essex_standard.submission.rules import ColumnsUsed, RuleInput, run_rules

from .agreement_examples import AS_OF, TWELVE, example_columns, write_example


def _findings(loaded, columns=None):
    given = RuleInput.of(loaded, columns=columns or example_columns(), as_of=AS_OF)
    return {f.check: f for f in rule_findings(run_rules(TWELVE, given))}


def test_a_clear_rule_is_met_at_its_highest_level(tmp_path):
    finding = _findings(write_example(tmp_path))["D1"]
    assert (finding.outcome, finding.level) == (Outcome.MET, Level.BLOCK)
    assert finding.how_we_know is HowWeKnow.CONSISTENT
    assert finding.theme == "sharing"
    assert finding.remedy == ()


def test_what_only_the_team_says_is_marked_as_such(tmp_path):
    findings = _findings(write_example(tmp_path))
    assert {c for c, f in findings.items() if f.how_we_know is HowWeKnow.TEAM_SAYS_SO} == {
        "P1",
        "P3",
        "L0",
        "L1",
    }


def test_a_triggered_rule_says_what_where_and_how_to_mend(tmp_path):
    columns = ColumnsUsed(consumed=("postcode", "uprn"))
    finding = _findings(write_example(tmp_path), columns)["C1"]
    assert (finding.outcome, finding.level) == (Outcome.NOT_MET, Level.BLOCK)
    assert finding.statement == (
        "Columns are used that no agreement in force covers. Column 'postcode' is an input of the "
        "model, and no agreement in force covers it. There is 1 more."
    )
    assert finding.details == (
        (
            "Column 'postcode' is an input of the model, and no agreement in force covers it "
            "(submission.toml, line 10)."
        ),
        (
            "Column 'uprn' is an input of the model, and no agreement in force covers it "
            "(submission.toml, line 10)."
        ),
    )
    assert finding.remedy == ("Remove it, or have it agreed.",)


def test_the_example_is_referred_for_its_parent_alone(tmp_path):
    findings = _findings(write_example(tmp_path))
    assert verdict_of(findings.values()) is Verdict.REFER
    assert [c for c, f in findings.items() if f.outcome is Outcome.NOT_MET] == ["P2"]
    assert findings["P2"].level is Level.REFER


def test_an_expired_agreement_blocks(tmp_path):
    expired = (("end = 2028-03-31", "end = 2026-05-31"),)
    findings = _findings(write_example(tmp_path, agreement=expired))
    assert verdict_of(findings.values()) is Verdict.BLOCK


def test_without_a_submission_nothing_is_met():
    findings = no_submission_findings(TWELVE)
    assert [f.check for f in findings] == list(TWELVE)
    assert {f.outcome for f in findings} == {Outcome.NOT_ASSESSED}
    assert all("No submission was given" in f.statement for f in findings)
    assert verdict_of(findings) is Verdict.REFER


def test_what_could_not_be_looked_at_is_told_beside_what_was_found(tmp_path):
    columns = ColumnsUsed(consumed=("postcode",), traced=False)
    finding = _findings(write_example(tmp_path), columns)["C1"]
    assert finding.outcome is Outcome.NOT_MET
    assert "could not be traced" in finding.details[-1]


@pytest.mark.parametrize(("code", "theme"), [("A1", "governance"), ("C1", "sharing")])
def test_the_theme_follows_from_the_code(code, theme):
    assert theme_of(code) == theme
