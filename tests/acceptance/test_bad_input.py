"""Every bad input is told: what, where and how to mend it; exit 2, no traceback, no file left.

Black box: the command line as a user runs it, and `from essex_standard import assess`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from essex_standard import DataError, EssexError, ModelError, StandardError, SubmissionError, assess
from tests.helpers import FOUND_EQUALLY, essex, people, write_standard, write_submission


@pytest.fixture(scope="module")
def standard(tmp_path_factory) -> Path:
    return write_standard(tmp_path_factory.mktemp("standard"))


@pytest.fixture
def scored(tmp_path) -> Path:
    people().to_csv(tmp_path / "scored.csv", index=False)
    return tmp_path / "scored.csv"


def refused(standard: Path, out: Path, *arguments: object) -> str:
    """Run ``assess`` on bad input; return what it says, after seeing that it leaves nothing."""
    done = essex("assess", *arguments, "--standard", standard, "--out", out)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not out.exists() or not list(out.iterdir())
    return " ".join(done.stderr.split())


def first_hour(data: Path, **changes: object) -> list[object]:
    """Options of the first hour, some of them changed or (None) left out."""
    options = {"data": data, "scores": "score", "outcome": "happened", "protected": "sex",
               "threshold": 0.5} | changes  # fmt: skip
    return [
        part
        for name, value in options.items()
        if value is not None
        for part in (f"--{name.replace('_', '-')}", value)
    ]


# The submission's file ---------------------------------------------------------------------------


def test_misspelt_and_missing_keys_are_all_listed_at_once_with_the_nearest(standard, tmp_path):
    path = write_submission(
        tmp_path / "case",
        None,
        ("polarity =", "polartiy ="),
        ('title = "A small project"\n', ""),
        ("outcome =", "outcom ="),
        ('kind = "score_cutoff"', 'kind = "score_cutof"'),
    )
    said = refused(standard, tmp_path / "out", path)
    assert "4 problems" in said
    assert "submission.toml:4, polartiy: 'polartiy' is not a known key" in said
    assert "Did you mean 'polarity'?" in said
    assert "project.title is missing. Add 'title = ...' under [project]." in said
    assert "'outcom' is not a known key. Did you mean 'outcome'?" in said
    assert "Did you mean 'score_cutoff'?" in said


def test_a_toml_syntax_error_is_told_with_its_line(standard, tmp_path):
    path = write_submission(tmp_path / "case", None, ('id = "small"', "id = small"))
    said = refused(standard, tmp_path / "out", path)
    line = path.read_text().splitlines().index("id = small") + 1
    assert f"submission.toml:{line}, column 6: The file is not valid TOML" in said
    assert "Text stands in quotes" in said


def test_a_folder_without_a_submission_says_how_to_start_one(standard, tmp_path):
    said = refused(standard, tmp_path / "out", tmp_path)
    assert "There is no such file" in said
    assert "essex-standard init" in said


def test_data_given_as_the_submission_are_told_to_be_data(standard, scored, tmp_path):
    said = refused(standard, tmp_path / "out", scored)
    assert "this is data, not a submission. Give it with --data" in said


def test_a_file_that_the_submission_names_and_that_is_not_there_has_its_nearest_name(
    standard, tmp_path
):
    path = write_submission(tmp_path / "case", None, ('"people.csv"', '"peple.csv"'))
    said = refused(standard, tmp_path / "out", path)
    line = path.read_text().splitlines().index('assessed = "peple.csv"') + 1
    assert f"submission.toml:{line}, data.assessed: there is no such file" in said
    assert "Did you mean 'people.csv'?" in said


def test_a_cutoff_without_its_value_is_told_by_its_line(standard, tmp_path):
    path = write_submission(tmp_path / "case", None, ("value = 0.5\n", ""))
    said = refused(standard, tmp_path / "out", path)
    assert "threshold" in said
    assert "the decision is by a cut-off, and its value is not given. Add value = ..." in said


def test_a_capacity_without_its_number_or_its_dates_is_told(standard, tmp_path):
    by_capacity = ('kind = "score_cutoff"\nvalue = 0.5', 'kind = "top_n_capacity"')
    path = write_submission(tmp_path / "a", None, by_capacity)
    said = refused(standard, tmp_path / "out", path)
    assert "Say how many people can be reached in a month" in said
    with_number = (by_capacity[0], f"{by_capacity[1]}\ncapacity_per_month = 20")
    path = write_submission(tmp_path / "b", None, with_number)
    said = refused(standard, tmp_path / "out", path)
    assert "data.time: a capacity per month needs to know how many months the data cover" in said


def test_a_baseline_that_does_not_exist_is_told_with_the_nearest(standard, tmp_path, scored):
    path = write_submission(tmp_path / "case", None, ('"prevalence"', '"prevalance"'))
    said = refused(standard, tmp_path / "out", path)
    assert "submission.toml:6, baseline: 'prevalance' is not a baseline. Did you" in said
    assert "Did you mean 'prevalence'?" in said
    said = refused(standard, tmp_path / "out", *first_hour(scored, baseline="single_rule:agee"))
    assert "the baseline's column 'agee' is not a column of the data" in said
    said = refused(standard, tmp_path / "out", *first_hour(scored, baseline="single_rule"))
    assert "single_rule:COLUMN" in said


# Columns and rows --------------------------------------------------------------------------------


def test_columns_that_are_not_there_are_all_told_with_the_nearest(standard, scored, tmp_path):
    options = first_hour(scored, scores="scor", outcome="hapened", protected="sexx,region")
    said = refused(standard, tmp_path / "out", *options)
    assert "4 problems" in said
    assert "the score 'scor' is not a column of the data. Did you mean 'score'?" in said
    assert "y (--outcome): the outcome 'hapened' is not a column" in said
    assert "the protected column 'sexx' is not a column of the data. Did you mean 'sex'?" in said
    assert "'region' is not a column of the data. The columns are: score, happened, sex." in said


def test_columns_that_the_submission_names_and_are_not_there_are_told_by_line(standard, tmp_path):
    path = write_submission(
        tmp_path / "case", None, ('["sex"]', '["gender"]'), ('"happened"', '"hapened"')
    )
    said = refused(standard, tmp_path / "out", path)
    lines = path.read_text().splitlines()
    outcome, protected = lines.index('outcome = "hapened"'), lines.index('protected = ["gender"]')
    assert f"submission.toml:{outcome + 1}, data.outcome" in said
    assert f"submission.toml:{protected + 1}, data.protected" in said


def test_a_protected_frame_of_another_length_is_refused(standard):
    frame = people()
    with pytest.raises(DataError) as caught:
        assess(
            None, frame, "happened", scores="score", threshold=0.5, standard=standard,
            protected=frame[["sex"]].head(10),
        )  # fmt: skip
    assert "protected: protected has 10 rows, X has 4,000." in str(caught.value)


def test_y_scores_and_protected_with_other_indexes_are_told_together(standard):
    frame = people()
    shifted = frame.set_axis(frame.index + 1, axis=0)
    with pytest.raises(DataError) as caught:
        assess(
            None, frame[["sex"]], shifted["happened"], scores=shifted["score"], threshold=0.5,
            protected=shifted[["sex"]], standard=standard,
        )  # fmt: skip
    assert [p.where for p in caught.value.problems] == ["y", "scores", "protected"]
    assert all("different indexes" in p.what for p in caught.value.problems)
    assert all("reset both indexes" in p.mend for p in caught.value.problems)


def test_arrays_without_a_table_must_agree_among_themselves(standard):
    frame = people()
    shifted = frame.set_axis(frame.index + 1, axis=0)
    with pytest.raises(DataError, match="scores and y have different indexes"):
        assess(None, y=frame["happened"], scores=shifted["score"], threshold=0.5,
               standard=standard)  # fmt: skip
    with pytest.raises(DataError, match="y has 7 rows"):
        assess(None, y=np.ones(7), scores=frame["score"].to_numpy(), threshold=0.5,
               standard=standard)  # fmt: skip


def test_a_column_named_without_a_table_is_told(standard):
    with pytest.raises(DataError, match="'sex' is given by name, and there is no table"):
        assess(None, scores=[0.1, 0.9], protected="sex", threshold=0.5, standard=standard)


def test_nothing_to_assess_is_told(standard):
    with pytest.raises(DataError, match="there are no data to assess"):
        assess(lambda x: x, standard=standard)
    with pytest.raises(DataError, match="there is neither a model nor a score"):
        assess(None, people(), "happened", threshold=0.5, standard=standard)


# The outcome -------------------------------------------------------------------------------------


def test_undeclared_values_of_the_outcome_are_refused(standard, tmp_path):
    frame = people()
    frame["happened"] = frame["happened"].map({0: "no", 1: "yes"})
    frame.to_csv(tmp_path / "scored.csv", index=False)
    said = refused(standard, tmp_path / "out", *first_hour(tmp_path / "scored.csv"))
    assert "y (the outcome): y holds 2 value(s) that nobody declared" in said
    assert "positive" in said


def test_a_positive_outcome_that_never_occurs_is_refused_with_the_nearest(standard, tmp_path):
    frame = people()
    frame["happened"] = frame["happened"].map({0: "Pass", 1: "Withdrawn"})
    frame.to_csv(tmp_path / "scored.csv", index=False)
    options = first_hour(tmp_path / "scored.csv", positive="Withdrwn")
    said = refused(standard, tmp_path / "out", *options)
    assert "the positive outcome 'Withdrwn' is neither in y nor a class of the model" in said
    assert "Did you mean 'Withdrawn'?" in said


def test_a_missing_outcome_is_refused_unless_it_is_declared_unknown(standard, tmp_path):
    frame = people().astype({"happened": "float"})
    frame["seen"] = True
    frame.loc[frame.index[:20], "happened"] = np.nan
    frame.loc[frame.index[:20], "seen"] = False
    frame.to_csv(tmp_path / "scored.csv", index=False)
    said = refused(standard, tmp_path / "out", *first_hour(tmp_path / "scored.csv"))
    assert "some outcomes are missing" in said
    assert "outcome_known" in said
    options = first_hour(tmp_path / "scored.csv", outcome_known="seen")
    done = essex("assess", *options, "--standard", standard, "--out", tmp_path / "out")
    assert done.returncode == 0


# Scores, model, threshold ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, "some scores are missing or infinite"),
        (1.2, "some scores lie outside 0 to 1, so they are no probabilities"),
        (-0.3, "say score_kind = 'unbounded'"),
    ],
)
def test_a_score_that_is_missing_or_no_probability_is_refused(standard, tmp_path, value, message):
    frame = people()
    frame.loc[3, "score"] = value
    frame.to_csv(tmp_path / "scored.csv", index=False)
    said = refused(standard, tmp_path / "out", *first_hour(tmp_path / "scored.csv"))
    assert message in said
    assert "column 'score'" in said


@pytest.mark.parametrize("threshold", ["1.5", "-0.1", "nan", "inf"])
def test_a_threshold_that_is_no_probability_is_refused(standard, scored, tmp_path, threshold):
    said = refused(standard, tmp_path / "out", *first_hour(scored, threshold=threshold))
    assert "threshold: " in said
    assert "is not a probability" in said or "is not a number" in said


def test_threshold_and_capacity_together_and_a_capacity_of_nobody_are_refused(
    standard, scored, tmp_path
):
    said = refused(standard, tmp_path / "out", *first_hour(scored, capacity=10))
    assert "both a threshold and a capacity are given" in said
    said = refused(standard, tmp_path / "out", *first_hour(scored, threshold=None, capacity=0))
    assert "0 is not a number of people" in said


def test_what_is_missing_in_the_first_hour_is_told_at_once(standard, tmp_path):
    said = refused(standard, tmp_path / "out", "--outcome", "happened")
    assert "3 problems" in said
    for option in ("--data FILE", "--scores COLUMN", "--threshold 0.5"):
        assert option in said


def test_an_unfitted_model_is_refused(standard):
    from sklearn.linear_model import LogisticRegression

    frame = people()
    with pytest.raises(ModelError, match="the model is not fitted"):
        assess(LogisticRegression(), frame[["score"]], frame["happened"], threshold=0.5,
               standard=standard)  # fmt: skip


def test_classes_that_lack_the_positive_outcome_are_refused(standard):
    from sklearn.linear_model import LogisticRegression

    frame = people()
    words = frame["happened"].map({0: "Pass", 1: "Fail"})
    model = LogisticRegression().fit(frame[["score"]], words)
    with pytest.raises(ModelError) as caught:
        assess(model, frame[["score"]], words, positive="Fial", threshold=0.5, standard=standard)
    assert "'Fial' is not one of the model's classes: 'Fail', 'Pass'" in str(caught.value)
    assert "Did you mean 'Fail'?" in str(caught.value)


def test_a_pickle_is_opened_only_on_the_callers_word(standard, tmp_path):
    import joblib
    from sklearn.linear_model import LogisticRegression

    frame = people()
    frame.to_csv(tmp_path / "data.csv", index=False)
    model = LogisticRegression().fit(frame[["score"]], frame["happened"])
    joblib.dump(model, tmp_path / "model.joblib")
    options = first_hour(tmp_path / "data.csv", scores=None, model=tmp_path / "model.joblib")
    said = refused(standard, tmp_path / "out", *options)
    assert "a pickle, which runs whatever it contains when it is opened" in said
    assert "give --trust-pickle" in said
    done = essex(
        "assess", *options, "--trust-pickle", "--standard", standard, "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    assert "opened on the word of whoever ran this" in done.stdout


# The Standard, the folder, the rest --------------------------------------------------------------


def test_an_unknown_measure_and_an_unknown_key_of_a_check_are_told(scored, tmp_path):
    text = FOUND_EQUALLY.format(level="block", limit="0.10")
    text = text.replace("rate_difference", "rate_diference").replace("remedy =", "remdy =")
    broken = write_standard(tmp_path / "standard", {"bias/found.toml": text})
    said = refused(broken, tmp_path / "out", *first_hour(scored))
    assert "there is no measure 'true_positive_rate_diference'" in said
    assert "Did you mean 'true_positive_rate_difference'?" in said
    assert "bias/found.toml:10, remdy: 'remdy' is not a key that a Standard knows" in said


def test_a_folder_without_a_standard_is_told(scored, tmp_path):
    said = refused(tmp_path / "nothing", tmp_path / "out", *first_hour(scored))
    assert "there is no standard.toml in this folder" in said


def test_a_folder_that_cannot_be_written_is_told_before_the_work(standard, scored, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    out = tmp_path / "file" / "out"
    done = essex("assess", *first_hour(scored), "--standard", standard, "--out", out)
    assert done.returncode == 2
    assert "the folder cannot be written (Not a directory)" in done.stderr
    assert "Name a folder that you may write to" in done.stderr
    assert (tmp_path / "file").read_text() == "not a folder"


def test_a_file_in_the_way_of_a_result_leaves_no_half_of_one(standard, scored, tmp_path):
    (tmp_path / "out" / "assessment.json").mkdir(parents=True)
    done = essex("assess", *first_hour(scored), "--standard", standard, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert not list((tmp_path / "out").glob(".*"))


def test_a_date_or_edition_that_does_not_exist_is_told(standard, scored, tmp_path):
    options = first_hour(scored)
    said = refused(standard, tmp_path / "out", *options, "--as-of", "next Tuesday")
    assert "as_of: 'next Tuesday' is not a date. Write it as 2026-11-23." in said
    said = refused(standard, tmp_path / "out", *options, "--edition", "pannel")
    assert "there is no edition 'pannel'. Use one of: panel, public, restricted." in said


# Data files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it cannot be read as a table"),
        (b"score,happened,sex\n", "it has no rows"),
        (
            b"score,happened,sex\n0.1,0,F\n0.2,1,M,x,y\n",
            "each row has as many fields",
        ),
        ("score,happened,sex\n0.1,0,Zoë\n".encode("latin-1"), "it is not UTF-8 text"),
    ],
)
def test_a_data_file_that_is_no_table_is_told(standard, tmp_path, content, message):
    (tmp_path / "bad.csv").write_bytes(content)
    said = refused(standard, tmp_path / "out", *first_hour(tmp_path / "bad.csv"))
    assert message in said
    assert "bad.csv" in said


def test_a_data_file_that_is_not_there_has_its_nearest_name(standard, scored, tmp_path):
    said = refused(standard, tmp_path / "out", *first_hour(tmp_path / "scord.csv"))
    assert "there is no such file" in said
    assert "Did you mean 'scored.csv'?" in said


def test_a_spreadsheet_is_told_to_be_saved_as_csv(standard, tmp_path):
    (tmp_path / "scored.xlsx").write_bytes(b"PK")
    said = refused(standard, tmp_path / "out", *first_hour(tmp_path / "scored.xlsx"))
    assert "'scored.xlsx' is neither CSV nor Parquet. Save it as .csv" in said


def test_a_byte_order_mark_is_no_fault(standard, tmp_path):
    text = people().to_csv(index=False)
    (tmp_path / "windows.csv").write_bytes(text.encode("utf-8-sig"))
    options = first_hour(tmp_path / "windows.csv")
    done = essex("assess", *options, "--standard", standard, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr


# No message holds a value of a row ---------------------------------------------------------------


def test_no_message_holds_a_value_of_a_row(standard):
    secret = "Jane Doe 943 476 5919"
    frame = people()
    cases = [
        {"y": frame["happened"].astype(object).where(frame.index != 5, secret)},
        {"scores": frame["score"].astype(object).where(frame.index != 5, secret)},
        {"weights": pd.Series([secret] * len(frame))},
        {"protected": pd.DataFrame({"name": [f"{secret}{i}" for i in range(len(frame))]})},
        {"outcome_known": pd.Series([secret] * len(frame))},
    ]
    for case in cases:
        given = {"y": "happened", "scores": "score", "threshold": 0.5, "standard": standard} | case
        with pytest.raises(EssexError) as caught:
            assess(None, frame, **given)
        assert "Jane" not in str(caught.value)


def test_each_kind_of_error_can_be_caught_by_its_name(tmp_path):
    for kind in (DataError, ModelError, StandardError, SubmissionError):
        assert issubclass(kind, EssexError)
    with pytest.raises(SubmissionError):
        assess(submission=tmp_path / "absent.toml")
    with pytest.raises(StandardError):
        assess(None, people(), scores="score", standard=tmp_path)


LISTS = {
    "visits": [[1, 2]],
    "carer": [{"age": 40}],
    "codes": [{"N1"}],
    "embedding": [np.array([0.5, 0.25])],
}


def test_columns_of_lists_or_tables_are_all_told_in_one_message(standard):
    frame = people()
    odd = frame.assign(**{name: entry * len(frame) for name, entry in LISTS.items()})
    # One entry among blanks is enough, and tuples are plain values.
    odd["once"] = [["x"], *[None] * (len(frame) - 1)]
    odd["pair"] = [(1, 2)] * len(frame)
    with pytest.raises(DataError) as caught:
        assess(None, odd, "happened", scores="score", protected=["sex"], threshold=0.5,
               standard=standard)  # fmt: skip
    (problem,) = caught.value.problems
    assert all(f"'{name}'" in problem.what for name in (*LISTS, "once"))
    assert "pair" not in problem.what
    assert problem.where == "X"
    assert "one plain value a row" in problem.mend
    with pytest.raises(DataError, match="'visits'"):
        assess(None, frame, "happened", scores="score", protected=["sex"], threshold=0.5,
               standard=standard, reference=odd[["visits"]])  # fmt: skip


def test_lists_in_a_parquet_file_leave_no_traceback(standard, tmp_path):
    frame = people()
    frame.assign(visits=[[1, 2]] * len(frame)).to_parquet(tmp_path / "scored.parquet")
    said = refused(standard, tmp_path / "out", *first_hour(tmp_path / "scored.parquet"))
    assert "'visits'" in said
    assert "one plain value a row" in said
