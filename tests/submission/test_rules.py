"""The twelve rules on the schema's complete example, and on each way of breaking it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.assessment import Level
from essex_standard.errors import StandardError
from essex_standard.submission import DataSharingAgreement, load_agreement
from essex_standard.submission.rules import RULES, ColumnsUsed, RuleInput, RuleStatus, run_rules
from essex_standard.submission.rules.dates import add_months
from essex_standard.submission.rules.engine import _run

from .agreement_examples import AS_OF, DATA, TWELVE, agreements, example_columns, write_example

END = "end = 2028-03-31"
COUNCIL_BASIS = 'regime = "uk_gdpr"\nart6 = "6_1_e"\n'
PARENT = """
schema = "essex-dsa/1"
id = "nm-overarching-protocol"
version = "1.0"
title = "Northmere overarching protocol"
layer = "overarching_protocol"
status = "signed"
lead_party = "council"
contact = "Information governance lead"
publication = "public"
[dates]
signed = 2025-01-01
start = 2025-01-01
end = 2030-01-01
review = 2027-06-01
[[party]]
id = "council"
name = "Northmere County Council"
role = "controller"
[[party]]
id = "icb"
name = "NHS Northmere"
role = "controller"
[[signature]]
party = "council"
date = 2025-01-01
[[signature]]
party = "icb"
date = 2025-01-01
"""


def _results(loaded, *, columns=None, as_of=AS_OF, codes=TWELVE):
    given_input = RuleInput.of(loaded, columns=columns or example_columns(), as_of=as_of)
    return {result.code: result for result in run_rules(codes, given_input)}


def _of(results, status, level=None):
    return {
        code
        for code, result in results.items()
        if result.status is status and (level is None or result.severity is level)
    }


def _blocks(results):
    return _of(results, RuleStatus.TRIGGERED, Level.BLOCK)


def test_the_example_has_exactly_the_expected_findings(tmp_path):
    results = _results(write_example(tmp_path), codes=RULES)
    assert _of(results, RuleStatus.TRIGGERED) == {"P2"}
    assert _of(results, RuleStatus.CLEAR) == set(RULES) - {"P2"}
    (hit,) = results["P2"].hits
    assert hit.severity is Level.REFER
    assert hit.where == "agreements[nm-early-help-households].parent"
    assert (hit.file, hit.line) == ("agreements/nm.toml", 6)


def test_the_parent_clears_its_reference_when_it_is_supplied(tmp_path):
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "parent.toml").write_text(PARENT)
    entries = (('["nm-early-help-households"]', '["agreements/*.toml"]'),)
    results = _results(write_example(tmp_path, submission=entries))
    assert _of(results, RuleStatus.CLEAR) == set(TWELVE)


def test_without_dates_of_receipt_retention_is_referred_for_each_dataset(tmp_path):
    results = _results(write_example(tmp_path, received=False))
    assert _of(results, RuleStatus.TRIGGERED, Level.REFER) == {"P2", "D6"}
    assert len(results["D6"].hits) == 3


MUTATIONS = [
    # what is changed, the blocks that must follow, further referrals
    ((('status = "signed"', 'status = "draft"'),), (), {"D1", "C1"}, {"P2"}),
    (((END, "end = 2026-05-31"),), (), {"D1", "C1"}, {"P2", "D2"}),
    (((COUNCIL_BASIS, COUNCIL_BASIS.replace("6_1_e", "6_1_f")),), (), {"L1"}, {"P2"}),
    (((COUNCIL_BASIS, COUNCIL_BASIS.replace("6_1_e", "6_1_ea")),), (), {"L1"}, {"P2"}),
    (((COUNCIL_BASIS, 'regime = "uk_gdpr"\n'),), (), {"L0"}, {"P2"}),
    ((("art9 = [", "#"), ("sch1 = [", "#")), (), set(), {"P2"}),
    (
        (),
        (('uses = ["model_development"', 'uses = ["debt_recovery", "model_development"'),),
        {"U1"},
        {"P2"},
    ),
    (((END, "end = 2026-03-31"),), (), {"D1", "D2", "C1"}, {"P2"}),
    ((("review = 2027-03-31", "review = 2026-08-01"),), (), {"D3"}, {"P2"}),
    ((('period = "P3Y"', 'period = "P1M"'),), (), {"D6"}, {"P2"}),
    ((('model_artefacts = "P2Y"', 'model_artefacts = "P1M"'),), (), {"D6"}, {"P2"}),
    ((('[[signature]]\nparty = "police"', '[[signature]]\nparty = "host"'),), (), {"P3"}, {"P2"}),
    ((("date = 2026-03-12", "date = 2026-12-12"),), (), {"P3"}, {"P2"}),
    ((("signed = 2026-03-12", "signed = 2026-03-01"),), (), {"P3"}, {"P2"}),
    ((('lead_party = "council"', 'lead_party = "counsel"'),), (), {"P2"}, set()),
    ((('acts_for = "council"', 'acts_for = "nobody"'),), (), {"P2"}, set()),
    ((('id = "host"', 'id = "police"'),), (), {"P2"}, set()),
]


@pytest.mark.parametrize(("agreement", "submission", "blocks", "referred"), MUTATIONS)
def test_each_mutation_triggers_exactly_the_named_rules(
    tmp_path, agreement, submission, blocks, referred
):
    results = _results(write_example(tmp_path, agreement=agreement, submission=submission))
    assert _blocks(results) == blocks
    # P2 blocks in place of referring when a reference is broken besides.
    assert _of(results, RuleStatus.TRIGGERED, Level.REFER) == referred


def test_a_column_that_nobody_agreed_blocks_and_is_named(tmp_path):
    columns = ColumnsUsed(consumed=("tenure", "postcode"), label="cp_plan_12m")
    results = _results(write_example(tmp_path), columns=columns)
    assert _blocks(results) == {"C1"}
    (hit,) = results["C1"].hits
    assert "'postcode' is an input of the model" in hit.what
    assert (hit.where, hit.file, hit.line) == ("agreements", "submission.toml", 10)


def test_a_lapsed_agreement_names_itself_for_each_column_it_no_longer_covers(tmp_path):
    results = _results(write_example(tmp_path, agreement=((END, "end = 2026-05-31"),)))
    assert len(results["C1"].hits) == 13
    assert all("nm-early-help-households lists it" in hit.what for hit in results["C1"].hits)
    (hit,) = results["D1"].hits
    assert hit.what == (
        "Agreement nm-early-help-households is signed; in force 2026-04-01 to 2026-05-31, "
        "checked on 2026-11-22"
    )
    assert hit.line == 31


def test_a_model_that_could_not_be_traced_is_not_cleared(tmp_path):
    columns = ColumnsUsed(consumed=("tenure",), traced=False)
    result = _results(write_example(tmp_path), columns=columns)["C1"]
    assert result.status is RuleStatus.NOT_ASSESSABLE
    assert "could not be traced" in result.reason


@pytest.mark.parametrize(
    ("days", "status", "level"),
    [
        (-91, RuleStatus.CLEAR, Level.BLOCK),
        (-90, RuleStatus.TRIGGERED, Level.NOTE),
        (0, RuleStatus.TRIGGERED, Level.NOTE),
        (1, RuleStatus.TRIGGERED, Level.REFER),
        (90, RuleStatus.TRIGGERED, Level.REFER),
        (91, RuleStatus.TRIGGERED, Level.BLOCK),
    ],
)
def test_an_overdue_review_grows_graver_with_time(tmp_path, days, status, level):
    as_of = date(2027, 3, 31) + timedelta(days=days)
    result = _results(write_example(tmp_path), as_of=as_of)["D3"]
    assert (result.status, result.severity) == (status, level)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 2000))
def test_after_its_end_an_agreement_is_never_in_force(days):
    example = load_agreement(DATA / "nm-early-help-households.toml")
    as_of = example.dates.end + timedelta(days=days)
    given_input = RuleInput(submission=None, agreements=(example,), columns=None, as_of=as_of)
    (result,) = run_rules(["D1"], given_input)
    assert (result.status, result.severity) == (RuleStatus.TRIGGERED, Level.BLOCK)


@pytest.mark.parametrize(
    ("uses", "pair"),
    [
        ('["service_planning"]', None),
        ('["model_development"]', "develop model"),
        ('["early_help_offer"]', "deploy model"),
        ('["publish_aggregates"]', "publish aggregates"),
    ],
)
def test_a_use_asks_for_a_row_that_covers_its_activity(tmp_path, uses, pair):
    only_basics = (
        (
            'activity = ["disclose", "receive", "link", "develop_model", "validate_model", '
            '"deploy_model", "publish_aggregates"]'
        ),
        'activity = ["disclose", "receive", "link"]',
    )
    lines = (DATA / "submission-reference.toml").read_text().splitlines()
    asked = next(line for line in lines if line.startswith("uses = "))
    result = _results(
        write_example(tmp_path, agreement=(only_basics,), submission=((asked, f"uses = {uses}"),))
    )["L0"]
    assert [hit.what for hit in result.hits] == (
        []
        if pair is None
        else [
            (
                f"Northmere County Council records no legal row for '{pair}' in "
                "nm-early-help-households"
            )
        ]
    )


def test_every_provider_needs_a_row_to_disclose(tmp_path):
    row = 'party = "icb"\nactivity = ["disclose"]'
    change = ((row, row.replace("disclose", "evaluate")),)
    result = _results(write_example(tmp_path, agreement=change))["L0"]
    assert [hit.where for hit in result.hits] == ["agreements[nm-early-help-households].party[1]"]


def _own(**changes) -> DataSharingAgreement:
    entry = {
        "id": "own",
        "title": "Our own records",
        "layer": "own_records",
        "status": "signed",
        "contact": "Data protection officer",
        "purpose": {"permitted_uses": ["model_development"]},
        "dates": {"start": date(2026, 1, 1), "end": date(2028, 1, 1), "review": date(2027, 6, 1)},
        "party": [{"id": "us", "role": "controller", "public_authority": True}],
        "legal": [{"party": "us", "activity": ["develop_model"], "art6": "6_1_e"}],
        "retention": {"period": "P6Y", "starts": "receipt"},
        "dataset": [{"id": "students", "column": [{"name": "tenure"}]}],
    }
    return DataSharingAgreement.model_validate(entry | changes)


def _open(**changes) -> DataSharingAgreement:
    entry = {
        "id": "bands",
        "title": "Deprivation bands",
        "layer": "open_data",
        "status": "signed",
        "publisher": "A ministry",
        "licence": "OGL 3.0",
        "source": "https://example.org",
        "dataset": [{"id": "bands", "column": [{"name": "imd"}]}],
    }
    return DataSharingAgreement.model_validate(entry | changes)


def _run_on(tmp_path, *given_agreements, **changes):
    uses = 'uses = ["model_development"]'
    lines = (DATA / "submission-reference.toml").read_text().splitlines()
    asked = next(line for line in lines if line.startswith("uses = "))
    loaded = write_example(tmp_path, submission=((asked, uses),))
    given_input = RuleInput(
        **{
            "submission": loaded.submission,
            "agreements": given_agreements,
            "columns": ColumnsUsed(consumed=("tenure", "imd")),
            "received": {"students": date(2026, 5, 1)},
            "as_of": AS_OF,
        }
        | changes
    )
    return {result.code: result for result in run_rules(TWELVE, given_input)}


def test_own_records_with_open_data_can_meet_every_rule(tmp_path):
    results = _run_on(tmp_path, _own(), _open())
    assert _of(results, RuleStatus.TRIGGERED) == set()
    assert _of(results, RuleStatus.NOT_APPLICABLE) == {"P1", "P3"}
    assert _of(results, RuleStatus.CLEAR) == set(TWELVE) - {"P1", "P3"}


def test_open_data_alone_asks_nothing_of_parties_law_or_retention(tmp_path):
    results = _run_on(tmp_path, _open(), columns=ColumnsUsed(consumed=("imd",)), received={})
    asked = {"D1", "D2", "U1", "C1"}
    assert _of(results, RuleStatus.CLEAR) == asked
    assert _of(results, RuleStatus.NOT_APPLICABLE) == set(TWELVE) - asked


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"status": "draft"}, "D1"),
        ({"status": "draft"}, "C1"),
        ({"legal": []}, "L0"),
        ({"legal": [{"party": "us", "activity": ["develop_model"], "art6": "6_1_f"}]}, "L1"),
        ({"purpose": {"permitted_uses": ["evaluation_research"]}}, "U1"),
        ({"retention": {"period": "P1M", "starts": "receipt"}}, "D6"),
        ({"lead_party": "them"}, "P2"),
    ],
)
def test_own_records_are_held_to_the_rules_that_concern_them(tmp_path, changes, code):
    results = _run_on(tmp_path, _own(**changes), _open())
    assert code in _blocks(results)


@pytest.mark.parametrize(
    ("code", "changes", "reason"),
    [
        ("C1", {"columns": None}, "No model was given"),
        ("U1", {"submission": None}, "No submission was given"),
        (
            "D6",
            {"agreements": (_own(retention={"period": "P1Y", "starts": "last_event"}),)},
            "last",
        ),
        ("D1", {"agreements": ()}, "No agreement"),
        ("L0", {"agreements": (_own(party=[]),)}, "names no party"),
        ("L0", {"submission": None}, "names no uses"),
        (
            "L1",
            {
                "agreements": (
                    _own(
                        party=[{"id": "us", "role": "controller"}],
                        legal=[{"party": "us", "activity": ["link"], "art6": "6_1_f"}],
                    ),
                )
            },
            "public authority",
        ),
    ],
)
def test_a_rule_without_its_inputs_is_never_clear(tmp_path, code, changes, reason):
    result = _run_on(tmp_path, _own(), **changes)[code]
    assert result.status is RuleStatus.NOT_ASSESSABLE
    assert reason in result.reason


def test_every_column_is_uncovered_where_there_is_no_agreement(tmp_path):
    result = _run_on(tmp_path, agreements=())["C1"]
    assert [hit.severity for hit in result.hits] == [Level.BLOCK, Level.BLOCK]


def test_a_shared_agreement_needs_two_parties_and_a_controller(tmp_path):
    alone = _own(layer="single_agreement")
    assert _run_on(tmp_path, alone)["P1"].status is RuleStatus.TRIGGERED
    none = _own(layer="single_agreement", party=[{"id": "aa"}, {"id": "bb", "role": "processor"}])
    (hit,) = _run_on(tmp_path, none)["P1"].hits
    assert "2 parties, of which 0 are controllers" in hit.what


def test_an_agreement_without_an_end_is_referred_and_with_a_reason_noted(tmp_path):
    dates = {"start": date(2026, 1, 1), "review": date(2027, 6, 1)}
    assert _run_on(tmp_path, _own(dates=dates))["D5"].severity is Level.REFER
    reasoned = _own(dates=dates | {"open_ended_reason": "Held as long as the register."})
    assert _run_on(tmp_path, reasoned)["D5"].severity is Level.NOTE


def test_a_misspelt_dataset_among_the_receipts_is_told(tmp_path):
    result = _run_on(tmp_path, _own(), received={"student": date(2026, 5, 1)})["D6"]
    assert any("Did you mean 'students'?" in hit.mend for hit in result.hits)


def test_empty_required_fields_are_referred_with_their_place(tmp_path):
    change = (('dpia_ref = "DPIA-2026-017"\n', ""), ('dpo = "dpo@northmere.example"\n', ""))
    results = _results(write_example(tmp_path, agreement=change), codes=["F5"])
    assert [hit.where.split("].", 1)[1] for hit in results["F5"].hits] == [
        "assurance.dpia_ref",
        "party[0].dpo",
    ]
    assert results["F5"].severity is Level.REFER


def test_an_unknown_rule_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(StandardError, match="There is no rule 'D99'"):
        _results(write_example(tmp_path), codes=["D1", "D99"])


@settings(max_examples=30, deadline=None)
@given(st.lists(agreements(), min_size=1, max_size=3), st.lists(st.sampled_from("abc"), max_size=2))
def test_results_do_not_depend_on_the_run_and_messages_name_no_other_column(found, names):
    columns = ColumnsUsed(consumed=tuple(f"column_{n}" for n in names), label="label")
    given_input = RuleInput(submission=None, agreements=tuple(found), columns=columns, as_of=AS_OF)
    first, second = (run_rules(TWELVE, given_input) for _ in range(2))
    assert first == second
    uncovered = {hit.what.split("'")[1] for r in first if r.code == "C1" for hit in r.hits}
    covered = {name for a in found for name in a.column_names()}
    assert uncovered == set(columns.roles()) - covered


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
        (date(2026, 1, 1), 120000, date.max),
    ],
)
def test_months_are_added_to_the_last_day_that_there_is(day, count, expected):
    assert add_months(day, count) == expected


@pytest.mark.parametrize(("stage", "level"), [("idea", Level.NOTE), ("pilot", Level.BLOCK)])
def test_what_is_due_from_pilot_is_a_note_before_it(tmp_path, stage, level):
    loaded = write_example(
        tmp_path,
        agreement=(('status = "signed"', 'status = "draft"'),),
        submission=(('stage = "pilot"', f'stage = "{stage}"'),),
    )
    rule = replace(RULES["D1"], stages=("pilot", "live", "retired"))
    result = _run(rule, RuleInput.of(loaded, columns=None, as_of=AS_OF))
    assert (result.status, result.severity) == (RuleStatus.TRIGGERED, level)


def test_every_rule_has_the_code_it_is_listed_under_and_words_that_promise_nothing():
    for code, rule in RULES.items():
        assert rule.code == code
        told = f"{rule.question} {rule.met} {rule.not_met}".lower().split()
        assert not {"lawful", "lawfully", "fair", "compliant"} & {w.strip(".,") for w in told}
