"""A scaffold loads at once, claims nothing, and asks everything."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.assessment import Level
from essex_standard.submission import load_submission
from essex_standard.submission.guesses import guess_outcome, guess_protected, guess_score
from essex_standard.submission.rules import ColumnsUsed, RuleInput, RuleStatus, run_rules
from essex_standard.submission.scaffold import ColumnFacts, scaffold

from .agreement_examples import AS_OF


def _column(name, dtype="str", distinct=5):
    return ColumnFacts(name=name, dtype=dtype, distinct=distinct)


COLUMNS = (
    _column("id_student", "int64", 900),
    _column("gender", distinct=2),
    _column("age_band", distinct=3),
    _column("average_usage", "float64", 300),
    _column("imd_band", distinct=10),
    _column("final_result", distinct=4),
    _column("risk_score", "float64", 800),
)


def _load(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return load_submission(folder)


def test_a_scaffold_loads_with_what_the_names_suggest(tmp_path):
    files = scaffold(COLUMNS, data_path="data.csv", title="Who needs a call")
    assert set(files) == {"submission.toml", "agreements/own-records.toml"}
    loaded = _load(tmp_path, files)
    submission = loaded.submission
    assert (submission.project.id, submission.project.title) == (
        "who-needs-a-call",
        "Who needs a call",
    )
    assert submission.model.scores == "risk_score"
    assert submission.data.assessed == "data.csv"
    assert submission.data.outcome == "final_result"
    assert submission.data.protected == ("gender", "age_band", "imd_band")
    # The score is the model's, and no agreement covers it.
    assert loaded.agreements[0].column_names() == tuple(c.name for c in COLUMNS[:-1])


def test_a_scaffold_covers_nothing_until_somebody_adopts_it(tmp_path):
    loaded = _load(tmp_path, scaffold(COLUMNS, data_path="data.csv", title="Calls"))
    columns = ColumnsUsed(consumed=("gender",))
    results = run_rules(["D1", "C1", "F5"], RuleInput.of(loaded, columns=columns, as_of=AS_OF))
    assert [r.status for r in results] == [RuleStatus.TRIGGERED] * 3
    assert [r.severity for r in results] == [Level.BLOCK, Level.BLOCK, Level.REFER]
    told = " ".join(hit.what for hit in results[2].hits)
    assert "purpose.statement still holds the scaffold's text" in told
    assert "contact still holds the scaffold's text" in told


def test_every_open_question_is_marked():
    for text in scaffold(COLUMNS, data_path="data.csv", title="Calls").values():
        lines = text.splitlines()
        for i, line in enumerate(lines):
            if line.endswith(('= ""', "= []")):
                before = lines[max(0, i - 8) : i]
                assert any("ANSWER" in one for one in before), line


def test_without_a_score_column_the_model_file_is_asked_for(tmp_path):
    loaded = _load(tmp_path, scaffold(COLUMNS[:-1], data_path="d.csv", title="Calls"))
    assert (loaded.submission.model.file, loaded.submission.model.scores) == ("model.skops", "")


@pytest.mark.parametrize("name", ["average", "usage", "page", "sussex", "tracer", "senior"])
def test_a_word_within_a_word_is_not_a_protected_characteristic(name):
    assert guess_protected([_column(name)]) == ()


@pytest.mark.parametrize(
    "name", ["Sex", "ageBand", "ETHNICITY", "disability_flag", "imd_decile", "religion", "race"]
)
def test_a_protected_characteristic_is_recognised_by_its_name(name):
    assert guess_protected([_column(name)]) == (name,)


def test_an_outcome_with_two_values_is_preferred_and_never_the_score():
    columns = [_column("result", distinct=4), _column("y", distinct=2), COLUMNS[-1]]
    assert guess_outcome(columns) == "y"
    assert guess_score(columns) == "risk_score"
    assert guess_score([_column("risk", "str")]) == ""


@settings(max_examples=50, deadline=None)
@given(
    names=st.lists(st.text(min_size=0, max_size=12), max_size=6),
    title=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
        str.strip
    ),
)
def test_no_column_name_or_title_breaks_the_files(tmp_path_factory, names, title):
    columns = [_column(n) for n in names] + [_column("<MODEL>")]
    loaded = _load(
        tmp_path_factory.mktemp("s"), scaffold(columns, data_path='a"b\\c.csv', title=title)
    )
    assert loaded.submission.project.title == title
    assert loaded.submission.data.assessed == 'a"b\\c.csv'
    assert set(loaded.agreements[0].column_names()) == {
        c.name for c in columns if c.name.strip() not in {"", "*"}
    }
