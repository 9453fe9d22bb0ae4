"""Agreements by themselves: exit codes, JSON for machines, words for people."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from essex_standard.submission.rules import RULES
from tests.helpers import essex

EXAMPLE = Path(__file__).parent.parent / "submission" / "data" / "nm-early-help-households.toml"
KEYS = {"code", "severity", "status", "file", "where", "line", "what", "mend", "source"}
PROTOCOL = """
schema = "essex-dsa/1"
id = "nm-overarching-protocol"
version = "1.0"
title = "Northmere overarching protocol"
layer = "overarching_protocol"
status = "signed"
lead_party = "council"
contact = "Information governance lead"
publication = "public"
document_sha256 = "4d7f5d1c0a3b2e6f8c9d0e1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d"

[dates]
signed = 2026-03-12
start = 2026-04-01
end = 2029-03-31
review = 2027-03-31

[[party]]
id = "council"
name = "Northmere County Council"
role = "controller"
org_type = "local_authority"
public_authority = true
provides = true
receives = true
dpo = "dpo@northmere.example"
ico_registration = "ZA000001"
security_attestation = ["psn"]

[[party]]
id = "police"
name = "Northmere Constabulary"
role = "controller"
org_type = "police_force"
public_authority = true
provides = true
receives = false
dpo = "dpo@northmere-police.example"
ico_registration = "ZA000003"

[[signature]]
party = "council"
role = "Chief Executive"
date = 2026-03-12

[[signature]]
party = "police"
role = "Assistant Chief Constable"
date = 2026-03-11
"""


@pytest.fixture
def pair(tmp_path):
    """Two agreements that together leave nothing to say, and a way to change the first."""
    protocol, schedule = tmp_path / "protocol.toml", tmp_path / "schedule.toml"
    protocol.write_text(PROTOCOL, encoding="utf-8")
    schedule.write_text(EXAMPLE.read_text("utf-8"), encoding="utf-8")

    def check(*replaced, options=("--format", "json", "--as-of", "2026-11-22")):
        text = EXAMPLE.read_text("utf-8")
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new)
        schedule.write_text(text, encoding="utf-8")
        return essex("agreements", "check", str(schedule), str(protocol), *options)

    return check


def codes(result):
    return {entry["code"] for entry in json.loads(result.stdout)}


def test_agreements_that_keep_every_rule_exit_0_with_an_empty_list(pair):
    result = pair()
    assert result.returncode == 0, result.stdout
    assert json.loads(result.stdout) == []


def test_as_text_that_is_said(pair):
    result = pair(options=("--as-of", "2026-11-22"))
    assert result.returncode == 0
    assert result.stdout.strip() == (
        "2 agreements checked as of 2026-11-22: no rule found anything."
    )


@pytest.mark.parametrize(
    ("replaced", "code", "line", "exit_code"),
    [
        (('status = "signed"', 'status = "draft"'), "D1", 7, 1),
        (("review = 2027-03-31", "review = 2026-08-01"), "D3", None, 1),
        (("review = 2027-03-31", "review = 2026-11-01"), "D3", None, 3),
        (('art6 = "6_1_e"', 'art6 = "6_1_f"'), "L1", None, 1),
        (('lead_party = "council"', 'lead_party = "county"'), "P2", 8, 1),
        (('benefits = "Families', 'benefits = ""  # "Families'), "F5", None, 3),
    ],
)
def test_a_broken_rule_is_named_with_its_line(pair, replaced, code, line, exit_code):
    result = pair(replaced)
    assert result.returncode == exit_code
    found = [e for e in json.loads(result.stdout) if e["code"] == code]
    assert found
    assert all(set(e) == KEYS for e in found)
    assert all(e["file"].endswith("schedule.toml") and isinstance(e["line"], int) for e in found)
    assert line is None or found[0]["line"] == line
    assert all(e["what"] and e["mend"] and e["source"] for e in found)


def test_the_day_is_an_input(pair):
    assert codes(pair(options=("--format", "json", "--as-of", "2026-03-31"))) == {"D1"}
    assert codes(pair(options=("--format", "json", "--as-of", "2026-04-01"))) == set()
    # On its last day it is in force, and its review long overdue.
    assert codes(pair(options=("--format", "json", "--as-of", "2028-03-31"))) == {"D3"}
    assert codes(pair(options=("--format", "json", "--as-of", "2028-04-01"))) == {"D1", "D3"}


def test_a_permitted_use_without_a_basis_is_a_use_without_a_basis(pair):
    result = pair(('"validate_model", "deploy_model", "publish_aggregates"', '"validate_model"'))
    assert result.returncode == 1
    assert "L0" in codes(result)
    # What is not permitted asks for no basis.
    uses = (
        '"early_help_offer", "model_development", "model_validation", "decision_support", '
        '"fairness_audit", "service_planning", "publish_aggregates"]'
    )
    narrower = '"model_development", "model_validation", "fairness_audit"]'
    result = pair(
        ('"validate_model", "deploy_model", "publish_aggregates"', '"validate_model"'),
        (f"permitted_uses = [{uses}", f"permitted_uses = [{narrower}"),
        ('"publish_aggregates"]', '"fairness_audit"]'),
    )
    assert "L0" not in codes(result)


def test_rules_that_need_a_model_or_a_submission_are_left_out(pair):
    result = pair(('role = "feature"', 'role = "not_for_model"'))
    assert not codes(result) & {c for c, rule in RULES.items() if not rule.alone}


@pytest.mark.parametrize(
    ("replaced", "code"),
    [
        (('title = "Northmere', 'titel = "Northmere'), "F2"),
        (('layer = "purpose_schedule"', 'layer = "purpose"'), "F4"),
        (('contact = "Information', '# contact = "Information'), "F3"),
        (("[purpose]", "[purpose"), "F1"),
    ],
)
def test_a_file_that_cannot_be_used_exits_2_and_is_told_both_ways(pair, replaced, code):
    result = pair(replaced)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert f"[{code}]" in result.stderr
    entries = json.loads(result.stdout)
    assert code in {e["code"] for e in entries}
    assert all(e["file"].endswith("schedule.toml") for e in entries)
    assert all(isinstance(e["line"], int) for e in entries if e["code"] != "F3")


def test_an_id_used_twice_is_refused(tmp_path):
    again = tmp_path / "again.toml"
    again.write_text(EXAMPLE.read_text("utf-8"), encoding="utf-8")
    result = essex("agreements", "check", str(EXAMPLE), str(again))
    assert result.returncode == 2
    assert "used twice" in result.stderr


@pytest.mark.parametrize("options", [("--as-of", "22 November"), ("--format", "xml")])
def test_an_option_that_cannot_be_meant_is_told(options):
    result = essex("agreements", "check", str(EXAMPLE), *options)
    assert result.returncode == 2
    assert options[0] in result.stderr


def test_every_rule_is_listed_and_explained():
    listed = essex("agreements", "rules").stdout
    for code, rule in RULES.items():
        assert f"{code:<4} {rule.severity.value}" in listed
        assert rule.source in listed
    said = essex("agreements", "explain", "d1").stdout
    assert RULES["D1"].question in said
    assert "it stops the release" in said
    assert "Nobody can waive it" in said


def test_a_rule_that_is_not_there_is_told_with_the_nearest():
    result = essex("agreements", "explain", "D11")
    assert result.returncode == 2
    assert "there is no rule 'D11'" in result.stderr


def test_the_register_row_keeps_to_what_may_be_published(tmp_path):
    out = tmp_path / "register.csv"
    result = essex("agreements", "export", str(EXAMPLE), "--out", str(out))
    assert result.returncode == 0, result.stderr
    header, row = csv.reader(io.StringIO(out.read_text("utf-8")))
    assert len(header) == len(row) == 18
    assert "arrears_band" not in row[header.index("disclosed-information")]
    inside = essex("agreements", "export", str(EXAMPLE), "--internal").stdout
    assert "arrears_band" in inside
    withheld = tmp_path / "withheld.toml"
    text = EXAMPLE.read_text("utf-8").replace('"summary_only"', '"withheld"')
    withheld.write_text(text, encoding="utf-8")
    before = out.read_bytes()
    result = essex("agreements", "export", str(withheld), "--out", str(out))
    assert result.returncode == 2
    assert "withheld from publication" in result.stderr
    assert out.read_bytes() == before
