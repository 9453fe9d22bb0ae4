"""What was not looked at is never passed over: no argument, key or input makes a gap a permission.

Black box: a Standard that models can pass, and people for whom it is passed as long as nothing is
left out.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from essex_standard import Outcome, Verdict, assess
from tests.helpers import AS_OF, FOUND_EQUALLY, Cells, essex, people, write_standard

EVENLY = Cells(700, 300, 200, 800)


def standard(folder: Path, *changes: tuple[str, str]) -> Path:
    text = FOUND_EQUALLY.format(level="block", limit="0.10")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return write_standard(folder, {"bias/found.toml": text})


def look(folder: Path, frame: pd.DataFrame, **changes: object):
    given = {"y": "happened", "scores": "score", "protected": ["sex"], "threshold": 0.5,
             "standard": folder, "as_of": AS_OF} | changes  # fmt: skip
    assessment = assess(None, frame, **given)
    return assessment, next(f for f in assessment.findings if f.check == "BIAS-02")


def published(assessment, folder: Path) -> list[dict]:
    """Return the measurements of unknown shares in the protected JSON."""
    assessment.to_json(folder / "a.json")
    stored = json.loads((folder / "a.json").read_text(encoding="utf-8"))
    return [
        m
        for f in stored["findings"]
        for m in f.get("measurements", ())
        if m["measure"] == "unknown_share"
    ]


def blanked(frame: pd.DataFrame, share: float) -> pd.DataFrame:
    """Blank out the sex of every so-and-so-manyth row, whatever else it holds."""
    at = np.arange(len(frame)) % 100 < 100 * share
    return frame.assign(sex=frame["sex"].where(~at))


def test_the_share_of_the_unknown_is_told_in_the_finding_and_the_json(tmp_path):
    assessment, finding = look(standard(tmp_path), blanked(people(), 0.10))
    assert finding.outcome is Outcome.MET
    assert (
        "sex is unknown for 10 in 100 of those assessed, who are compared as a group of their own."
        in finding.details
    )
    (share,) = published(assessment, tmp_path)
    assert (share["attribute"], share["value"], share["n"]) == ("sex", 0.1, 4000)


def test_too_many_unknown_are_not_assessed_and_refer(tmp_path):
    assessment, finding = look(standard(tmp_path), blanked(people(), 0.30))
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert "sex is unknown for more than 20 in 100" in finding.statement
    assert assessment.verdict is not Verdict.PASS
    wider = standard(
        tmp_path / "wider", ('of = "positives"', 'of = "positives", unknown_at_most = 0.35')
    )
    assert look(wider, blanked(people(), 0.30))[1].outcome is Outcome.MET


def test_few_unknown_are_told_without_their_number(tmp_path):
    frame = people()
    frame.loc[frame.index[:4], "sex"] = None
    assessment, finding = look(standard(tmp_path), frame)
    assert "how many is not shown" in " ".join(finding.details)
    shares = published(assessment, tmp_path)
    assert [(m["value"], m["n"], m["withheld"]) for m in shares] == [(None, None, True)]


@pytest.mark.parametrize("protected", [None, [], (), {}])
def test_no_protected_attribute_is_not_assessed(tmp_path, protected):
    assessment, finding = look(standard(tmp_path), people(), protected=protected)
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert "no protected attribute was given" in finding.statement
    assert assessment.verdict is Verdict.REFER


def test_a_column_that_is_empty_for_everybody_is_not_assessed_beside_a_good_one(tmp_path):
    frame = people().assign(ethnicity=None)
    _, finding = look(standard(tmp_path), frame, protected=["sex", "ethnicity"])
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert "ethnicity is unknown for everybody" in finding.statement


def test_an_attribute_that_the_board_requires_cannot_be_left_out(tmp_path):
    required = standard(tmp_path, ("remedy =", 'attributes = ["sex", "ethnicity"]\nremedy ='))
    frame = people().assign(ethnicity=["A", "B"] * 2000)
    _, finding = look(required, frame, protected=["sex", "ethnicity"])
    assert finding.outcome is Outcome.MET
    one, finding = look(required, frame)
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert "ethnicity is required and was not given" in finding.statement
    assert one.verdict is Verdict.REFER


@pytest.mark.parametrize("across", ['["intersections"]', '["protected", "intersections"]'])
def test_pairs_are_not_assessed_where_one_side_is_missing(tmp_path, across):
    pairs = standard(tmp_path, ('["protected"]', across))
    frame = people().assign(ethnicity=["A", "B"] * 2000, only="one")
    assert look(pairs, frame, protected=["sex", "ethnicity"])[1].outcome is Outcome.MET
    assert look(pairs, frame)[1].outcome is Outcome.NOT_ASSESSED
    assert look(pairs, frame, protected=["sex", "only"])[1].outcome is Outcome.NOT_ASSESSED


def test_a_group_without_anyone_in_the_denominator_is_named_and_not_called_alike(tmp_path):
    frame = people({"F": EVENLY, "M": EVENLY, "X": Cells(0, 0, 200, 800)})
    _, finding = look(standard(tmp_path), frame)
    assert finding.not_compared == ("sex: X",)
    assert any("too small to tell for X" in line for line in finding.details)


def test_the_command_line_is_told_the_same(tmp_path):
    blanked(people(), 0.30).to_csv(tmp_path / "scored.csv", index=False)
    done = essex(
        "assess", "--data", tmp_path / "scored.csv", "--scores", "score", "--outcome", "happened",
        "--protected", "sex", "--threshold", "0.5", "--standard", standard(tmp_path / "standard"),
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 0
    assert "unknown for more than 20 in 100" in " ".join(done.stdout.split())


# Three attributes and more --------------------------------------------------------------------


def three(n: int = 12_000) -> pd.DataFrame:
    """People found and flagged alike whoever they are, but for one crossing of three."""
    rng = np.random.default_rng(11)
    frame = pd.DataFrame(
        {
            "sex": rng.choice(["F", "M"], n),
            "age": rng.choice(["old", "young"], n),
            "area": rng.choice(["east", "west", "isle"], n, p=[0.5, 0.497, 0.003]),
        }
    )
    frame["happened"] = (rng.random(n) < 0.5).astype(int)
    flag = rng.random(n) < np.where(frame["happened"] == 1, 0.7, 0.2)
    frame["score"] = np.where(flag, 0.8, 0.2)
    return frame


def deep(folder: Path, depth: int) -> Path:
    return standard(
        folder,
        ('["protected"]', f'["intersections"]\ndepth = {depth}'),
        ("at_most = 0.10", "at_most = 0.20"),
    )


def worse_for_one(frame: pd.DataFrame) -> pd.DataFrame:
    """Let one crossing of three be missed, and make up for it in each of its pairs."""
    low = (frame["sex"] == "F") & (frame["age"] == "old") & (frame["area"] == "east")
    return frame.assign(score=np.where(low & (frame["happened"] == 1), 0.2, frame["score"]))


def test_a_gap_that_only_three_attributes_show_is_found_where_a_check_asks_for_them(tmp_path):
    names = ["sex", "age", "area"]
    frame = three()
    assert look(deep(tmp_path / "a", 3), frame, protected=names)[1].outcome is Outcome.MET
    _, found = look(deep(tmp_path / "b", 3), worse_for_one(frame), protected=names)
    assert found.outcome is Outcome.NOT_MET
    assert any("age & area & sex" in line and "old & east & F" in line for line in found.details)


def test_small_groups_of_three_attributes_are_counted_and_not_listed(tmp_path):
    assessment, finding = look(deep(tmp_path / "a", 3), three(), protected=["sex", "age", "area"])
    assert finding.unnamed == 4
    assert not any("isle" in name and name.count("&") == 4 for name in finding.not_compared)
    line = next(d for d in finding.details if "age & area & sex" in d and "too small" in d)
    assert "4 of 12 groups are too small to tell" in line
    assert "isle" not in line
    assert not any(m.group.count("&") == 2 and "isle" in m.group for m in finding.measurements)
    assessment.to_json(tmp_path / "a.json")
    stored = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert [f["unnamed"] for f in stored["findings"] if f["check"] == "BIAS-02"] == [4]
    assessment.to_html(tmp_path / "a.html")
    assert "where three or more characteristics cross, 4 groups are too small" in (
        tmp_path / "a.html"
    ).read_text(encoding="utf-8")


def test_too_few_attributes_for_the_depth_are_not_assessed(tmp_path):
    _, finding = look(deep(tmp_path, 4), three(), protected=["sex", "age", "area"])
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert "only 3 protected attributes were given to cross 4 of them" in finding.statement


def test_a_crossing_of_which_every_group_is_small_is_not_assessed(tmp_path):
    frame = three(1500)
    frame["ward"] = [f"w{i % 40}" for i in range(len(frame))]
    _, finding = look(deep(tmp_path, 3), frame, protected=["sex", "age", "ward"])
    assert finding.outcome is Outcome.NOT_ASSESSED
    assert any("age & sex & ward: no group" in line for line in finding.details)
