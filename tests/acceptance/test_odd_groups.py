"""Groups, weights and clusters as badly as they come: told, or not assessed; never a pass.

Black box, through `assess` and the command line.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from essex_standard import DataError, Outcome, Verdict, assess
from tests.helpers import AS_OF, Cells, essex, people, write_standard, write_submission

EVENLY = Cells(700, 300, 200, 800)
HOSTILE = [
    "1", 'a, "quoted" one', "<script>alert(1)</script>", "قائمة", "עברית", "a\x00b", "a\x01b",
    "a\u202eb", "x" * 10_000, "x" * 9_999 + "y", "{{ 7 * 7 }}", "'; --", "Traveller’s",
]  # fmt: skip


@pytest.fixture(scope="module")
def standard(tmp_path_factory) -> Path:
    return write_standard(tmp_path_factory.mktemp("standard"))


def look(standard: Path, frame: pd.DataFrame | None = None, **changes: object):
    given = {"y": "happened", "scores": "score", "protected": ["sex"], "threshold": 0.5,
             "standard": standard, "as_of": AS_OF} | changes  # fmt: skip
    assessment = assess(None, people() if frame is None else frame, **given)
    return assessment, next(f for f in assessment.findings if f.check == "BIAS-02")


def command(standard: Path, out: Path, data: Path, **changes: object):
    options = {"data": data, "scores": "score", "outcome": "happened", "protected": "sex",
               "threshold": 0.5} | changes  # fmt: skip
    parts = [p for k, v in options.items() if v is not None for p in (f"--{k}", v)]
    done = essex("assess", *parts, "--standard", standard, "--out", out)
    assert "Traceback" not in done.stdout + done.stderr
    return done


# Names of groups ---------------------------------------------------------------------------------


def test_groups_of_any_name_stay_apart_and_every_file_holds_them(standard, tmp_path):
    frame = pd.concat([people({name: EVENLY}) for name in HOSTILE], ignore_index=True)
    assessment, finding = look(standard, frame)
    assert len(finding.compared) == len(HOSTILE)
    assert finding.outcome is Outcome.MET
    assessment.to_json(tmp_path / "a.json")
    assessment.to_html(tmp_path / "a.html")
    assessment.to_pdf(tmp_path / "a.pdf")
    stored = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    bias = next(f for f in stored["findings"] if f["check"] == "BIAS-02")
    groups = {m["group"] for m in bias["measurements"] if m["group"]}
    assert len(groups) == len(HOSTILE)
    assert max(map(len, groups)) <= 80
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "\x00" not in page
    assert "\u202e" not in page
    assert (tmp_path / "a.pdf").stat().st_size > 1000


def test_the_command_line_takes_hostile_names_too(standard, tmp_path):
    frame = pd.concat([people({name: EVENLY}) for name in HOSTILE], ignore_index=True)
    frame.to_parquet(tmp_path / "data.parquet")
    done = command(standard, tmp_path / "out", tmp_path / "data.parquet")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.pdf").is_file()


def test_one_and_one_and_one_are_one_group(standard):
    ones = np.resize(np.array([1, 1.0, "1", np.int8(1)], dtype=object), 2000)
    frame = people().assign(sex=[*ones, *np.resize(np.array([2, "2 "], dtype=object), 2000)])
    _, finding = look(standard, frame)
    assert finding.compared == ("sex: 1", "sex: 2")
    assert finding.outcome is Outcome.MET


def test_empty_names_are_the_unknown(standard):
    sexes = np.resize(["F", "M", "F", "M", "F", "M", "F", "M", "", "  "], 4000)
    _, finding = look(standard, people().assign(sex=sexes))
    assert set(finding.compared) == {"sex: F", "sex: M", "sex: unknown"}


@pytest.mark.parametrize(
    "dtype", ["object", "string", "category", "string[pyarrow]", "large_string[pyarrow]"]
)
def test_text_of_every_dtype_gives_the_same_groups(standard, dtype):
    if dtype == "large_string[pyarrow]":
        import pyarrow as pa

        dtype = pd.ArrowDtype(pa.large_string())
    assessment, finding = look(standard, people().astype({"sex": dtype}))
    assert finding.compared == ("sex: F", "sex: M")
    assert assessment.measurements().equals(look(standard)[0].measurements())


@pytest.mark.parametrize("dtype", ["bool", "boolean", "bool[pyarrow]", "category", "object"])
def test_yes_and_no_of_every_dtype_give_the_same_groups(standard, dtype):
    frame = people()
    frame["sex"] = (frame["sex"] == "F").astype(dtype)
    assert look(standard, frame)[1].compared == ("sex: False", "sex: True")


@pytest.mark.parametrize("dtype", ["Int64", "int64[pyarrow]", "Float64", "double[pyarrow]"])
def test_scores_and_outcomes_of_nullable_and_arrow_dtypes_are_understood(standard, dtype):
    frame = people()
    frame["happened"] = frame["happened"].astype(dtype)
    if dtype.lower().startswith(("float", "double")):
        frame["score"] = frame["score"].astype(dtype)
    assert look(standard, frame)[1].outcome is Outcome.MET
    frame["happened"] = frame["happened"].where(frame.index != 0)
    with pytest.raises(DataError, match="some outcomes are missing"):
        look(standard, frame)


# What is no grouping -----------------------------------------------------------------------------


def test_one_group_only_is_not_assessed(standard, tmp_path):
    frame = people().assign(sex="F")
    assessment, finding = look(standard, frame)
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert "sex has only one group, so there is nobody to compare with" in finding.statement
    assert assessment.verdict is Verdict.REFER
    frame.to_csv(tmp_path / "data.csv", index=False)
    done = command(standard, tmp_path / "out", tmp_path / "data.csv")
    assert "only one group" in " ".join(done.stdout.split())


def test_five_thousand_values_are_told_to_be_merged(standard, tmp_path):
    frame = pd.concat([people()] * 3, ignore_index=True)
    frame["sex"] = [f"ward {i % 5000}" for i in range(len(frame))]
    with pytest.raises(DataError) as caught:
        look(standard, frame)
    assert "protected column 'sex': it has 5,000 distinct values" in str(caught.value)
    assert "Merge its values into broader groups" in str(caught.value)
    assert "ward 1" not in str(caught.value)
    frame.to_csv(tmp_path / "data.csv", index=False)
    assert command(standard, tmp_path / "out", tmp_path / "data.csv").returncode == 2


@pytest.mark.parametrize("whole", [True, False])
def test_a_raw_age_is_told_how_to_be_banded_and_is_banded_as_told(standard, tmp_path, whole):
    ages = np.linspace(18, 90, 4000)
    frame = people().sample(frac=1, random_state=1, ignore_index=True)
    frame["age"] = ages.astype(int) if whole else ages
    with pytest.raises(DataError) as caught:
        look(standard, frame, protected=["age"])
    said = str(caught.value)
    assert "bands = { age = [0, 18, 25, 35, 50, 65] } in the submission" in said
    assert 'pandas.cut(data["age"], [0, 18, 25, 35, 50, 65, 120])' in said
    assessment, finding = look(standard, frame, protected=["age"], bands={"age": [0, 35, 65]})
    assert set(finding.compared) == {
        "age: 0 to under 35",
        "age: 35 to under 65",
        "age: 65 and over",
    }
    assert "age was put into bands as declared, from 0, 35, 65." in assessment.told
    declared = 'protected = ["age"]\nbands = { age = [0, 35, 65] }'
    path = write_submission(tmp_path / "case", frame, ('protected = ["sex"]', declared))
    done = essex("assess", path, "--standard", standard, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    stored = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))
    assert "age was put into bands as declared, from 0, 35, 65." in stored["told"]


def test_a_grouping_of_the_submission_is_used_and_one_that_is_none_is_told_by_its_line(
    standard, tmp_path
):
    codes = np.resize(["WBRI", "WIRI", "AIND", "APKN"], 4000)
    frame = people().assign(ethnicity=codes)
    new = 'protected = ["ethnicity"]\ngroupings = { ethnicity = "census-2021-ethnic-5" }'
    declared = ('protected = ["sex"]', new)
    path = write_submission(tmp_path / "a", frame, declared)
    done = essex("assess", path, "--standard", standard, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    stored = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))
    assert any("4 kinds of entry were merged into 2 groups" in t for t in stored["told"])
    wrong = (declared[0], declared[1].replace("ethnic-5", "ethnic-6"))
    path = write_submission(tmp_path / "b", frame, wrong)
    done = essex("assess", path, "--standard", standard, "--out", tmp_path / "out2")
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    line = path.read_text().splitlines().index(wrong[1].splitlines()[1]) + 1
    assert f"submission.toml:{line}, data.groupings.ethnicity: 'census-2021-ethnic-6'" in said
    assert "Did you mean 'census-2021-ethnic-5'?" in said


def test_the_same_column_twice_is_refused(standard):
    frame = people()
    twice = pd.concat([frame[["sex"]], frame[["sex"]]], axis=1)
    with pytest.raises(DataError, match=r"column name\(s\) sex stand there more than once"):
        look(standard, frame, protected=twice)
    with pytest.raises(DataError, match="more than once"):
        look(standard, pd.concat([frame, frame[["sex"]]], axis=1))


# Weights and clusters ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "weights",
    [
        [-1.0, 1.0],
        [np.nan, 1.0],
        [0.0, 0.0],
        [np.inf, 1.0],
        ["heavy", 1.0],
        [1e300, 1e300],
        [None, 1],
    ],
)
def test_weights_that_mean_nothing_are_refused(standard, tmp_path, weights):
    column = pd.Series(np.resize(np.array(weights, dtype=object), 4000))
    with pytest.raises(DataError) as caught:
        look(standard, weights=column)
    assert "weights: weights must be numbers, none missing or negative" in str(caught.value)
    people().assign(w=column).to_csv(tmp_path / "data.csv", index=False)
    done = command(standard, tmp_path / "out", tmp_path / "data.csv", weights="w")
    assert done.returncode == 2
    assert "Give one weight a row" in " ".join(done.stderr.split())


def test_a_group_of_no_weight_is_not_assessed(standard):
    weights = (people()["sex"] == "F").astype(float)
    assert look(standard, weights=weights)[1].outcome is Outcome.NOT_ASSESSED


@pytest.mark.parametrize("missing", [None, np.nan, "", "  ", pd.NA])
def test_a_row_without_its_family_is_refused(standard, missing):
    families = pd.Series([f"f{i // 4}" for i in range(4000)], dtype=object)
    families[7] = missing
    with pytest.raises(DataError, match="some rows belong to no cluster") as caught:
        look(standard, clusters=families)
    assert "a row on its own is a cluster" in str(caught.value)


def test_everybody_in_one_family_is_never_met(standard):
    _, finding = look(standard, clusters=["one"] * 4000)
    assert finding.outcome in {Outcome.UNCERTAIN, Outcome.NOT_ASSESSED}


# Outcomes and scores -----------------------------------------------------------------------------


def test_an_outcome_that_is_known_of_nobody_is_not_assessed(standard, tmp_path):
    frame = people().assign(seen=0)
    assessment, finding = look(standard, frame, outcome_known="seen")
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert assessment.verdict is Verdict.REFER
    frame.to_csv(tmp_path / "data.csv", index=False)
    done = command(standard, tmp_path / "out", tmp_path / "data.csv", **{"outcome-known": "seen"})
    assert done.returncode == 0
    assert "could be observed for nobody" in " ".join(done.stdout.split())


@pytest.mark.parametrize("score", [0.2, 0.8])
def test_constant_scores_are_not_assessed(standard, score):
    assessment, finding = look(standard, people().assign(score=score))
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert assessment.verdict is Verdict.REFER


def test_scores_missing_for_everybody_are_refused(standard):
    with pytest.raises(DataError, match="all scores are missing or infinite"):
        look(standard, people().assign(score=np.nan))
