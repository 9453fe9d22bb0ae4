"""What is no error, and yet must be told; and every shape in which data may come."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from essex_standard import DataError, NotAssured, Outcome, Verdict, assess
from essex_standard.assessment import Assessment, Finding
from tests.helpers import (
    AS_OF,
    F_WORSE_OFF,
    FOUND_EQUALLY,
    Cells,
    people,
    write_standard,
    write_submission,
)

CALIBRATION = """
id = "EFF-04"
title = "Scores are right on average"
question = "Are scores as high as the outcome is common?"
measure = "calibration_in_the_large"
level = "refer"
limit = { between = [-0.2, 0.2] }
"""

SELECTED_EQUALLY = """
id = "BIAS-01"
title = "Groups are flagged about equally often"
question = "Is any group flagged more often?"
measure = "selection_rate_difference"
across = ["protected"]
level = "refer"
limit = { at_most = 0.10 }
"""


@pytest.fixture(scope="module")
def standard(tmp_path_factory) -> Path:
    return write_standard(
        tmp_path_factory.mktemp("standard"),
        {
            "bias/selected.toml": SELECTED_EQUALLY,
            "bias/found.toml": FOUND_EQUALLY.format(level="block", limit="0.10"),
            "effectiveness/calibration.toml": CALIBRATION,
        },
    )


def look(standard: Path, frame: pd.DataFrame | None = None, **changes: object) -> Assessment:
    given = {"y": "happened", "scores": "score", "protected": ["sex"], "threshold": 0.5,
             "standard": standard, "as_of": AS_OF} | changes  # fmt: skip
    return assess(None, people() if frame is None else frame, **given)


def finding(assessment: Assessment, check: str = "BIAS-02") -> Finding:
    return next(f for f in assessment.findings if f.check == check)


def told(assessment: Assessment, words: str) -> bool:
    return any(words in sentence for sentence in assessment.told)


# Told --------------------------------------------------------------------------------------------


def test_a_threshold_that_flags_nobody_or_everybody_is_told(standard):
    nobody = look(standard, threshold=0.9)
    assert told(nobody, "flags nobody in this data")
    assert finding(nobody).outcome is Outcome.NOT_ASSESSED
    assert "nobody was flagged" in finding(nobody).statement
    everybody = look(standard, threshold=0.0)
    assert told(everybody, "flags everybody in this data")
    assert finding(everybody).outcome is Outcome.NOT_ASSESSED


def test_a_capacity_beyond_everybody_flags_everybody_and_is_told(standard):
    everybody = look(standard, threshold=None, capacity=10_000)
    assert told(everybody, "The capacity of 10,000 flags everybody")
    assert everybody.context.decision_rule == "Flagged: the 10,000 with the highest scores"


def test_ties_at_the_cut_of_a_capacity_are_left_unflagged_and_told(standard):
    assert told(look(standard, threshold=None, capacity=1_000), "None of them is flagged")


@pytest.mark.parametrize(("value", "word"), [(1, "had"), (0, "lacked")])
def test_one_observed_outcome_is_told_and_what_needs_both_is_not_assessed(standard, value, word):
    frame = people().assign(happened=value)
    assessment = look(standard, frame)
    assert told(assessment, f"Everybody assessed {word} the outcome")
    assert finding(assessment, "EFF-04").outcome is Outcome.NOT_ASSESSED
    if value == 0:
        assert finding(assessment).outcome is Outcome.NOT_ASSESSED
        assert "nobody assessed had the outcome" in finding(assessment).statement


def test_without_an_outcome_only_selection_is_compared(standard):
    assessment = look(standard, y=None)
    assert told(assessment, "No outcome was given")
    assert finding(assessment, "BIAS-01").outcome is Outcome.MET
    assert finding(assessment, "BIAS-02").outcome is Outcome.NOT_ASSESSED


def test_an_outcome_that_nobody_could_observe_is_told(standard):
    frame = people().assign(seen=False)
    assert told(look(standard, frame, outcome_known="seen"), "could be observed for nobody")


def test_unbounded_scores_are_told_and_calibration_does_not_apply(standard):
    frame = people().assign(score=lambda f: f["score"] * 10 - 5)
    assessment = look(standard, frame, score_kind="unbounded", threshold=0.0)
    assert told(assessment, "not probabilities (unbounded)")
    assert finding(assessment, "EFF-04").outcome is Outcome.NOT_APPLICABLE
    assert finding(assessment).outcome is Outcome.MET


def test_a_ranking_without_a_rule_flags_nobody_and_still_ranks(standard, tmp_path):
    ranking = ('kind = "score_cutoff"\nvalue = 0.5', 'kind = "none_ranking_only"')
    path = write_submission(tmp_path, None, ranking)
    assessment = assess(submission=path, standard=standard, as_of=AS_OF)
    assert told(assessment, "no decision rule (ranking only)")
    assert "no decision rule is declared" in finding(assessment).statement
    assert finding(assessment, "EFF-04").outcome is not Outcome.NOT_ASSESSED
    assert assessment.context.per_thousand.flagged is None
    assert assessment.verdict is Verdict.REFER


def test_a_stray_check_is_told_and_not_run(tmp_path):
    folder = write_standard(tmp_path / "standard")
    (folder / "bias" / "stray.toml").write_text(SELECTED_EQUALLY, encoding="utf-8")
    assessment = look(folder)
    assert told(assessment, "bias/stray.toml in the Standard's folder is not listed")
    assert [f.check for f in assessment.findings] == ["BIAS-02", "SUB-01"]


def test_a_keyword_wins_over_the_submission_and_is_told(standard, tmp_path):
    frame = people()
    path = write_submission(tmp_path, frame)
    assessment = assess(
        None, frame, submission=path, threshold=0.9, protected=["sex"], standard=standard,
        as_of=AS_OF,
    )  # fmt: skip
    assert assessment.context.decision_rule == "Flagged: a score of 0.9 or more"
    (sentence,) = [s for s in assessment.told if "rather than what the submission says" in s]
    assert "X (in place of data.assessed), threshold (in place of threshold)" in sentence
    # What only repeats the submission is no news.
    assert "protected" not in sentence


def test_reference_data_that_are_the_data_assessed_are_told(standard):
    assert told(look(standard, reference=people()), "The reference data are the data assessed")
    other = look(standard, reference=people().head(3_000))
    assert not told(other, "The reference data are the data assessed")


def test_a_model_that_reads_the_outcome_is_told(standard):
    from sklearn.linear_model import LogisticRegression

    frame = people()
    leaky = LogisticRegression().fit(frame[["score", "happened"]], frame["happened"])
    assessment = assess(leaky, frame, "happened", protected="sex", threshold=0.5, standard=standard)
    assert told(assessment, "The model reads the outcome itself (column 'happened')")


def test_a_quasi_identifier_that_is_no_column_is_refused(standard):
    with pytest.raises(DataError, match="the quasi-identifier 'sexx' is not a column"):
        look(standard, quasi_identifiers=["sexx"])


def test_a_column_that_the_submission_names_and_the_frame_lacks_is_told(standard, tmp_path):
    with_home = ('outcome = "happened"', 'outcome = "happened"\ncluster = "home"')
    path = write_submission(tmp_path, None, with_home)
    assessment = assess(None, people(), submission=path, standard=standard, as_of=AS_OF)
    assert told(assessment, "data.cluster ('home') is not a column of X: it was left out")


def test_a_model_given_directly_is_not_passed_off_as_the_file_that_is_declared(standard, tmp_path):
    from sklearn.linear_model import LogisticRegression
    from skops.io import dump

    frame = people()
    declared = LogisticRegression().fit(frame[["score"]], frame["happened"])
    other = LogisticRegression().fit(frame[["score"]], 1 - frame["happened"])
    dump(declared, tmp_path / "model.skops")
    path = write_submission(tmp_path, frame, ('scores = "score"', 'file = "model.skops"'))
    by_file = assess(submission=path, standard=standard, as_of=AS_OF)
    in_memory = assess(other, submission=path, standard=standard, as_of=AS_OF)
    assert by_file.subject.model_digest is not None
    assert in_memory.subject.model_digest is None
    assert in_memory.subject.model_state_digest != by_file.subject.model_state_digest
    assert told(in_memory, "model (in place of model.file)")


# Shapes of data ----------------------------------------------------------------------------------


def same(standard: Path, assessment: Assessment) -> bool:
    expected = look(standard).measurements()
    pd.testing.assert_frame_equal(assessment.measurements(), expected)
    return True


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_any_dataframe_gives_the_same_findings(standard, library):
    module = pytest.importorskip(library)
    if library == "polars":
        frame = module.from_pandas(people())
        given = {"y": frame["happened"], "scores": frame["score"], "protected": frame[["sex"]]}
    else:
        frame = module.Table.from_pandas(people())
        given = {
            "y": frame["happened"],
            "scores": frame["score"],
            "protected": frame.select(["sex"]),
        }
    assert same(standard, look(standard, frame, **given))
    assert same(standard, look(standard, frame))


def test_arrays_give_the_same_findings(standard):
    frame = people()
    assessment = look(
        standard, frame[["score"]].to_numpy(), y=frame["happened"].to_numpy(),
        scores=frame["score"].to_list(), protected=frame[["sex"]].reset_index(drop=True),
    )  # fmt: skip
    assert same(standard, assessment)
    alone = assess(None, y=frame["happened"].to_numpy(), scores=frame["score"].to_numpy(),
                   protected=frame[["sex"]], threshold=0.5, standard=standard)  # fmt: skip
    assert same(standard, alone)


@pytest.mark.parametrize(
    "convert",
    [
        lambda y: y.astype(bool),
        lambda y: y.astype(float),
        lambda y: y.astype(str),
        lambda y: y.astype("Int64"),
        lambda y: y.astype("boolean"),
        lambda y: y.astype("category"),
        lambda y: y.astype(bool).astype(str),
        lambda y: y.to_frame(),
        lambda y: y.to_list(),
        lambda y: y.to_numpy().reshape(-1, 1),
    ],
)
def test_every_way_to_write_a_yes_or_no_outcome_is_understood(standard, convert):
    frame = people()
    assert same(standard, look(standard, frame, y=convert(frame["happened"])))


@pytest.mark.parametrize(
    "dtype",
    ["object", "string", "string[pyarrow]", "category", pd.CategoricalDtype(["F", "M", "X", "Y"])],
)
def test_every_kind_of_text_gives_the_same_groups(standard, dtype):
    frame = people()
    if dtype == "string[pyarrow]":
        pytest.importorskip("pyarrow")
    frame["sex"] = frame["sex"].astype(dtype)
    assert same(standard, look(standard, frame))


@pytest.mark.parametrize(
    "protected",
    ["sex", ["sex"], ("sex",), people()[["sex"]], people()["sex"], people()["sex"].to_numpy()],
)
def test_protected_may_be_named_or_handed_over(standard, protected):
    assessment = look(standard, people(), protected=protected)
    expected = "protected" if isinstance(protected, np.ndarray) else "sex"
    assert assessment.context.protected == (expected,)
    assert finding(assessment).compared == (f"{expected}: F", f"{expected}: M")


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ((1, 2), ("1", "2")),
        ((1.0, 2.0), ("1", "2")),
        (("", "F"), ("F", "unknown")),
        ((None, "F"), ("F", "unknown")),
        (('F, "the first"', "M; --"), ('F, "the first"', "M; --")),
        (("إناث", "ذكور"), ("إناث", "ذكور")),
        (("{limit}", "%s"), ("%s", "{limit}")),
        (("A & B", "C"), ("A and B", "C")),
        ((True, False), ("False", "True")),
    ],
)
def test_groups_may_have_any_name(standard, names, shown, tmp_path):
    frame = people()
    frame["sex"] = pd.Series(
        [names[0] if s == "F" else names[1] for s in frame["sex"]], dtype=object
    )
    assessment = look(standard, frame)
    assert finding(assessment).compared == tuple(f"sex: {s}" for s in shown)
    assessment.to_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").stat().st_size > 10_000


def test_an_attribute_whose_name_looks_like_a_crossing_or_is_empty_is_refused(standard):
    frame = people().rename(columns={"sex": "sex & gender"}).assign(**{"": "x"})
    with pytest.raises(DataError) as caught:
        look(standard, frame, protected=["sex & gender", ""])
    assert "Rename it, for instance to 'sex and gender'" in str(caught.value)
    assert "a protected column has no name" in str(caught.value)


def test_the_order_of_rows_and_of_the_references_columns_changes_nothing(standard):
    from sklearn.linear_model import LogisticRegression

    frame = people().assign(noise=lambda f: np.arange(len(f)) % 7)
    model = LogisticRegression().fit(frame[["score", "noise"]], frame["happened"])
    backward = frame[frame.columns[::-1]]
    given = {"protected": ["sex"], "threshold": 0.5, "standard": standard}
    forward = assess(model, frame, "happened", reference=frame, **given)
    turned = assess(model, backward.iloc[::-1], "happened", reference=backward, **given)
    pd.testing.assert_frame_equal(forward.measurements(), turned.measurements())


def test_weights_clusters_and_dates_may_be_columns_or_arrays(standard):
    frame = people()
    frame["weight"], frame["home"] = 1.0, np.arange(len(frame)) // 2
    frame["day"] = pd.Timestamp("2026-03-14")
    named = look(standard, frame, weights="weight", clusters="home", time="day")
    given = look(
        standard, frame, weights=frame["weight"].to_numpy(), clusters=frame["home"].to_list(),
        time=frame["day"],
    )  # fmt: skip
    pd.testing.assert_frame_equal(named.measurements(), given.measurements())
    # A day may be one person's: the report says the month.
    assert named.context.period == given.context.period == "2026-03"
    plain = finding(look(standard, frame)).measurements[0]
    clustered = finding(named).measurements[0]
    assert clustered.high - clustered.low >= plain.high - plain.low


def test_a_capacity_a_month_is_multiplied_by_the_months(standard, tmp_path):
    # One score a person, so that 20 a month for three months is exactly 60.
    frame = people({"F": Cells(30, 30, 30, 30), "M": Cells(30, 30, 30, 30)})
    frame["score"] = np.linspace(0, 1, len(frame))
    frame["day"] = pd.to_datetime(["2026-01-15", "2026-02-15", "2026-03-15"] * (len(frame) // 3))
    path = write_submission(
        tmp_path,
        frame,
        ('kind = "score_cutoff"\nvalue = 0.5', 'kind = "top_n_capacity"\ncapacity_per_month = 20'),
        ('outcome = "happened"', 'outcome = "happened"\ntime = "day"'),
    )
    assessment = assess(submission=path, standard=standard, as_of=AS_OF)
    assert told(assessment, "The data cover 3 months")
    assert int(assessment.evidence.assessed.whole.count("flagged")[0]) == 60


# The assessment as an object ---------------------------------------------------------------------


def test_neither_the_text_nor_the_measurements_of_an_assessment_hold_a_row(standard):
    frame = people().assign(person=lambda f: [f"person-{i:06}" for i in range(len(f))])
    assessment = look(standard, frame, clusters="person")
    assert "person-0" not in repr(assessment)
    assert "person-0" not in str(assessment.evidence.to_dict())


def test_the_library_says_nothing_unless_asked(standard, capfd):
    steps: list[str] = []
    look(standard)
    assert capfd.readouterr() == ("", "")
    look(standard, progress=steps.append)
    assert steps[0] == "Reading the Standard and the submission"
    assert "Judging" in steps


def test_a_submission_may_be_a_path_a_folder_or_an_object(standard, tmp_path, monkeypatch):
    from essex_standard.submission import load_submission

    path = write_submission(tmp_path)
    loaded = load_submission(path)
    forms = [path, str(path), tmp_path, loaded]
    found = [assess(submission=f, standard=standard, as_of=AS_OF).findings for f in forms]
    assert all(f == found[0] for f in found)
    monkeypatch.chdir(tmp_path)
    bare = assess(submission=loaded.submission, standard=standard, as_of=AS_OF)
    assert bare.findings == found[0]
    assert told(bare, "no agreement could be read")


def test_the_same_assessment_has_the_same_bytes(standard, tmp_path):
    for name in ("a", "b"):
        look(standard).to_json(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_require_lists_what_stands_in_the_way(standard):
    with pytest.raises(NotAssured) as caught:
        look(standard, people(F_WORSE_OFF)).require()
    (problem,) = caught.value.problems
    assert problem.where == "BIAS-02 (block)"
    assert "Look at the inputs" in problem.mend


ORDERED = """
id = "EFF-01"
title = "It ranks better than a simple baseline"
question = "Does the model put people in a better order than scoring everybody alike?"
measure = "roc_auc_difference_to_baseline"
across = ["whole"]
level = "refer"
limit = { at_least = 0 }
evidence = { of = "positives" }
"""


def test_scores_without_a_decision_are_judged_where_no_check_compares_flags(tmp_path):
    frame = people()
    standard = write_standard(tmp_path, {"effectiveness/order.toml": ORDERED})

    assessment = assess(
        None, frame[["sex"]], frame["happened"], scores=frame["score"], standard=standard,
        as_of=AS_OF,
    )  # fmt: skip

    assert {f.check: f.outcome.value for f in assessment.findings}["EFF-01"] == "met"
    assert assessment.context.per_thousand.why_not.startswith("No decision rule")
