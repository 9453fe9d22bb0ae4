"""Files load whole, or everything that is wrong with them is told at once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.errors import SubmissionError
from essex_standard.submission import load_agreement, load_submission
from essex_standard.submission.fields import months
from tests.helpers import write_submission

from .agreement_examples import AS_OF, DATA, copy_example, write_example

OWN_RECORDS = """
schema = "essex-dsa/1"
id = "own"
title = "Our own records"
layer = "own_records"
status = "signed"
contact = "Data protection officer"
illustrative = true
[purpose]
statement = "To offer support early to people who may otherwise leave without being asked once."
permitted_uses = ["model_development", "decision_support"]
[dates]
start = 2026-01-01
open_ended_reason = "Held as long as the register is kept."
review = 2027-06-01
[[party]]
id = "us"
role = "controller"
[retention]
period = "P6Y"
[[dataset]]
[[dataset.column]]
name = "gender"
"""

OPEN_DATA = """
id = "bands"
title = "Deprivation bands"
layer = "open_data"
status = "signed"
publisher = "A ministry"
licence = "OGL 3.0"
source = "https://example.org"
[[dataset]]
[[dataset.column]]
name = "imd"
"""

SMALL = """
schema = "essex-submission/1"
agreements = ["agreements/*.toml"]
[project]
id = "small"
title = "Small"
[model]
scores = "score"
[data]
assessed = "data.csv"
"""


def _problems(tmp_path, text, name="agreement.toml"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SubmissionError) as caught:
        (load_submission if name == "submission.toml" else load_agreement)(path)
    return caught.value.problems


def test_the_reference_agreement_loads_verbatim():
    agreement = load_agreement(DATA / "nm-early-help-households.toml")
    assert agreement.id == "nm-early-help-households"
    assert len(agreement.column_names()) == 15
    assert agreement.dataset[0].period.from_ == date(2021, 4, 1)
    assert [p.id for p in agreement.controllers()] == ["council", "icb", "police"]
    assert agreement.party_of("host").acts_for == "council"
    assert agreement.party_of("nobody") is None


def test_the_reference_submission_loads_once_the_technical_part_is_there(tmp_path):
    loaded = write_example(tmp_path)
    assert loaded.submission.project.stage == "pilot"
    assert loaded.submission.ethics[0].conditions[0].done_on == date(2026, 10, 20)
    assert loaded.submission.previous_advice[0].from_ == "Northmere Data Ethics Committee"
    assert loaded.submission.data.received["health-contacts"] == date(2026, 9, 1)
    assert [a.id for a in loaded.agreements] == ["nm-early-help-households"]
    assert sorted(loaded.digests) == ["agreements/nm.toml", "submission.toml"]
    assert load_submission(tmp_path / "submission.toml").digests == loaded.digests


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), True),
        (date(2028, 3, 31), True),
        (date(2028, 4, 1), False),
    ],
)
def test_an_agreement_is_in_force_from_start_to_end_both_included(day, expected):
    assert load_agreement(DATA / "nm-early-help-households.toml").in_force(day) is expected


def test_own_records_and_open_data_load_with_their_own_core(tmp_path):
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "a.toml").write_text(OWN_RECORDS)
    (tmp_path / "agreements" / "b.toml").write_text(OPEN_DATA)
    (tmp_path / "submission.toml").write_text(SMALL)
    loaded = load_submission(tmp_path)
    own, bands = loaded.agreements
    assert (own.illustrative, own.shared, own.in_force(AS_OF)) == (True, False, True)
    assert (bands.in_force(AS_OF), bands.column_names()) == (True, ("imd",))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (OWN_RECORDS, "purpose.statement"),
        (OWN_RECORDS, "retention.period"),
        (OWN_RECORDS, "contact"),
        (OWN_RECORDS, "dates.review"),
        (OPEN_DATA, "publisher"),
        (OPEN_DATA, "licence"),
        (OPEN_DATA, "source"),
    ],
)
@pytest.mark.parametrize("empty", [True, False])
def test_a_missing_or_empty_core_field_is_f3(tmp_path, text, missing, empty):
    key = missing.split(".")[-1]
    lines = [
        f'{key} = ""' if empty and line.startswith(f"{key} =") else line
        for line in text.splitlines()
        if empty or not line.startswith(f"{key} =")
    ]
    (problem,) = _problems(tmp_path, "\n".join(lines))
    assert problem.code == "F3"
    assert f"{missing} is missing" in problem.what


def test_an_agreement_without_an_end_must_say_why(tmp_path):
    text = OWN_RECORDS.replace("open_ended_reason", "#")
    (problem,) = _problems(tmp_path, text)
    assert problem.code == "F3"
    assert "dates.end or dates.open_ended_reason" in problem.what


def test_an_empty_layerless_file_is_told_all_its_identity(tmp_path):
    problems = _problems(tmp_path, "")
    assert {p.code for p in problems} == {"F3"}
    assert [p.what.split()[0] for p in problems] == ["id", "title", "status", "layer"]


def test_every_kind_of_problem_is_gathered_with_its_line_and_nearest_key(tmp_path):
    text = (
        (DATA / "nm-early-help-households.toml")
        .read_text()
        .replace('lead_party = "council"', 'lead_pary = "council"')
        .replace("underlying_law", "underlaying_law", 1)
        .replace('role = "link_key"', 'role = "link-key"', 1)
        .replace("public_authority = true", 'public_authority = "yes"', 1)
        .replace("review = 2027-03-31\n", "")
        .replace("incident_hours = 24", "incident_hours = 100")
        .replace('period = "P3Y"', 'period = "3 years"')
    )
    problems = _problems(tmp_path, text)
    told = {(p.code, p.where.split(", ")[-1]): p for p in problems}
    assert set(told) == {
        ("F2", "lead_pary"),
        ("F2", "legal[0].underlaying_law"),
        ("F4", "dataset[0].column[0].role"),
        ("F4", "party[0].public_authority"),
        ("F3", "dates.review"),
        ("F4", "security.incident_hours"),
        ("F4", "retention.period"),
    }
    assert "Did you mean 'lead_party'?" in told[("F2", "lead_pary")].mend
    assert "Did you mean 'underlying_law'?" in told[("F2", "legal[0].underlaying_law")].mend
    role = told[("F4", "dataset[0].column[0].role")]
    assert role.what == '"link-key" is not one of the allowed values'
    assert "Did you mean 'link_key'?" in role.mend
    assert '"context_only"' in role.mend
    assert "at most 72" in told[("F4", "security.incident_hours")].what
    assert "P18M" in told[("F4", "retention.period")].mend
    lines = text.splitlines()
    for (code, _), problem in told.items():
        line = lines[int(problem.where.split(":")[1].split(",")[0]) - 1]
        key = problem.where.split(".")[-1].split(", ")[-1]
        assert key in line or (code == "F3" and line == "[dates]")


def test_no_words_of_the_validator_reach_the_reader(tmp_path):
    text = (
        OWN_RECORDS.replace("start = 2026-01-01", 'start = "soon"')
        .replace('period = "P6Y"', "period = 6")
        .replace('[[dataset.column]]\nname = "gender"', 'column = "gender"')
    )
    problems = _problems(tmp_path, text)
    told = " ".join(str(p) for p in problems)
    assert len(problems) == 3
    assert "Input should" not in told
    assert "pydantic" not in told
    assert "a date such as 2026-04-01" in told
    assert "a list in square brackets" in told


def test_a_key_in_the_wrong_table_is_told_where_it_belongs(tmp_path):
    text = SMALL + 'polarity = "assistive"\nstage = "pilot"\n'
    problems = _problems(
        tmp_path, text.replace('agreements = ["agreements/*.toml"]', ""), "submission.toml"
    )
    assert [p.code for p in problems] == ["F2", "F2"]
    assert "move it above the first [table]" in problems[0].mend
    assert "belongs under [project]" in problems[1].mend


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ('scores = "score"', "", "F3", "model.file or model.callable or model.scores is missing"),
        ('scores = "score"', 'scores = "s"\nfile = "f"', "F4", "file and scores are both given"),
        ('assessed = "data.csv"', "", "F3", "data.assessed is missing"),
        ("essex-submission/1", "essex-submission/9", "F4", "not one of the allowed values"),
        ('schema = "essex-submission/1"', "", "F3", "schema is missing"),
        ('id = "small"', 'id = "Small One"', "F4", "lower-case letters, digits and hyphens"),
        ('"data.csv"', '"data.csv"\nreceived = { a = "x" }', "F4", "a date such as"),
        ('"score"', '"score"\npositive = [[1]]', "F4", "a label, or a list of labels"),
        ("essex-submission/1", "essex-dsa/1", "F4", "an agreement, not a submission"),
    ],
)
def test_a_submission_that_cannot_be_run_says_why(tmp_path, old, new, code, words):
    text = SMALL.replace('agreements = ["agreements/*.toml"]', "").replace(old, new)
    (problem,) = _problems(tmp_path, text, "submission.toml")
    assert problem.code == code
    assert words in problem.what
    assert problem.where.startswith("submission.toml")


def test_one_label_or_several_may_be_positive(tmp_path):
    text = SMALL.replace('agreements = ["agreements/*.toml"]', "")
    path = tmp_path / "submission.toml"
    for given_as, expected in [('"Fail"', ("Fail",)), ("1", (1,)), ('["a", "b"]', ("a", "b"))]:
        path.write_text(text.replace('"score"', f'"score"\npositive = {given_as}'))
        assert load_submission(path).submission.model.positive == expected


def test_agreements_are_found_by_file_by_glob_and_by_id_each_once(tmp_path):
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "own.toml").write_text(OWN_RECORDS)
    (tmp_path / "beside.toml").write_text(OPEN_DATA)
    entries = 'agreements = ["agreements/own.toml", "agreements/*.toml", "own", "bands"]'
    (tmp_path / "submission.toml").write_text(
        SMALL.replace('agreements = ["agreements/*.toml"]', entries)
    )
    loaded = load_submission(tmp_path)
    assert [a.id for a in loaded.agreements] == ["own", "bands"]
    assert loaded.sources["bands"].name == "beside.toml"


def test_agreements_that_are_not_found_are_all_told(tmp_path):
    (tmp_path / "beside.toml").write_text(OPEN_DATA)
    entries = 'agreements = ["besides.toml", "none/*.toml", "band"]'
    problems = _problems(
        tmp_path, SMALL.replace('agreements = ["agreements/*.toml"]', entries), "submission.toml"
    )
    assert [p.code for p in problems] == ["F4", "F4", "F4"]
    assert "Did you mean 'beside.toml'?" in problems[0].mend
    assert "Did you mean 'bands'?" in problems[2].mend
    assert all(p.where.startswith("submission.toml:3") for p in problems)


def test_an_unreadable_file_is_told_when_an_id_is_sought_in_vain(tmp_path):
    (tmp_path / "broken.toml").write_text("id = = 1")
    text = SMALL.replace('agreements = ["agreements/*.toml"]', 'agreements = ["own"]')
    problems = _problems(tmp_path, text, "submission.toml")
    assert [p.code for p in problems] == ["F4", "F1"]
    assert problems[1].where.startswith("broken.toml:1")


def test_an_id_used_twice_is_refused_and_both_files_are_named(tmp_path):
    (tmp_path / "agreements").mkdir()
    for name in ("a", "b"):
        (tmp_path / "agreements" / f"{name}.toml").write_text(OWN_RECORDS)
    (problem,) = _problems(tmp_path, SMALL, "submission.toml")
    assert "used twice (first in agreements/a.toml:3, id)" in problem.what
    assert problem.where == "agreements/b.toml:3, id"


def test_problems_of_submission_and_agreements_are_gathered_together(tmp_path):
    (tmp_path / "agreements").mkdir()
    (tmp_path / "agreements" / "a.toml").write_text(OWN_RECORDS.replace("gender", "*"))
    (tmp_path / "agreements" / "b.toml").write_text("not toml")
    problems = _problems(tmp_path, SMALL.replace("title", "titel"), "submission.toml")
    assert [p.code for p in problems] == ["F3", "F2", "F4", "F1"]


def test_a_column_named_twice_is_refused(tmp_path):
    text = OPEN_DATA + '[[dataset.column]]\nname = "imd"\n'
    (problem,) = _problems(tmp_path, text)
    assert (problem.code, problem.what) == ("F4", "columns named twice: ['imd'].".rstrip("."))


def test_the_free_table_is_kept_and_never_refused(tmp_path):
    path = copy_example(tmp_path)
    path.write_text(path.read_text() + '\n[x]\nours = "yes"\ndeep = { a = 1 }\n')
    assert load_agreement(path).x == {"ours": "yes", "deep": {"a": 1}}


@settings(max_examples=50)
@given(st.integers(0, 99), st.integers(0, 99))
def test_durations_are_ordered_by_months(years, extra):
    assert months(f"P{years}Y{extra}M") == 12 * years + extra


@pytest.mark.parametrize("text", ["P", "P1W", "3Y", "P1M1Y", ""])
def test_what_is_not_whole_years_and_months_is_refused(text):
    with pytest.raises(ValueError, match="duration"):
        months(text)


def test_a_folder_without_a_submission_is_named(tmp_path):
    with pytest.raises(SubmissionError, match="no such file") as caught:
        load_submission(tmp_path)
    (problem,) = caught.value.problems
    assert problem.where == str(tmp_path / "submission.toml")
    assert "essex-standard init" in problem.mend


def test_known_breaks_are_read_with_their_day(tmp_path):
    path = write_submission(
        tmp_path,
        None,
        (
            "[threshold]\n",
            '[[known_break]]\non = 2020-03-23\nwhat = "First lockdown"\n\n[threshold]\n',
        ),
    )
    (known,) = load_submission(path).submission.known_break
    assert (known.on, known.what) == (date(2020, 3, 23), "First lockdown")
