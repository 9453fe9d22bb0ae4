"""The groupings that ship with the Standard, and what is no grouping."""

from __future__ import annotations

from pathlib import Path

import pytest

from essex_standard.errors import StandardError
from essex_standard.pipeline.standards import groupings_of, read_standard, resolve_standard
from tests.helpers import ROOT, write_standard

SHIPPED = resolve_standard(None).groupings
FIVE, NINETEEN = (SHIPPED.by_id[f"census-2021-ethnic-{n}"] for n in (5, 19))
WHITE_AND_MIXED = ["WBRI", "WIRI", "WIRT", "WOTH", "WROM", "MWBC", "MWBA", "MWAS", "MOTH"]
OTHERS = ["AIND", "APKN", "ABAN", "AOTH", "BCRB", "BAFR", "BOTH", "CHNE", "OOTH", "REFU", "NOBT"]
DFE = [*WHITE_AND_MIXED, *OTHERS]

# Office for National Statistics, Census 2021 dictionary: ethnic_group_tb, ethnic_group_tb_6a.
ONS_FIRST_OF_EACH = {"1": "Asian", "6": "Black", "9": "Mixed", "13": "White", "18": "Other"}


def test_the_five_and_the_nineteen_are_the_censuss():
    assert [g.code for g in FIVE.groups] == list("12345")
    census = [g for g in NINETEEN.groups if not g.beside]
    assert [g.code for g in census] == [str(n) for n in range(1, 20)]
    for code, start in ONS_FIRST_OF_EACH.items():
        assert next(g.name for g in census if g.code == code).startswith(start)
    assert census[12].name == "White: English, Welsh, Scottish, Northern Irish or British"
    assert census[15].name == "White: Roma"


def test_every_group_of_the_nineteen_lies_in_the_one_of_the_five_that_it_is_named_after():
    for group in NINETEEN.groups:
        for entry in (group.name, *group.entries):
            assert FIVE.place([entry]) == {entry: group.name.split(":")[0]}


@pytest.mark.parametrize("code", DFE)
def test_every_code_of_the_department_for_education_has_its_place(code):
    of_dfe = SHIPPED.by_id["dfe-children-in-need-ethnicity"].place([code])[code]
    five, nineteen = FIVE.place([code])[code], NINETEEN.place([code])[code]
    if code in {"REFU", "NOBT"}:
        assert {of_dfe, five, nineteen} == {"unknown"}
        return
    stem = {"W": "White", "M": "Mixed", "A": "Asian", "B": "Black", "C": "Asian", "O": "Other"}
    assert five.startswith(stem[code[0]])
    assert nineteen.startswith(five)
    assert of_dfe != code


def test_gypsies_and_roma_of_one_code_are_taken_for_neither_alone():
    assert NINETEEN.place(["WROM"]) == {"WROM": "White: Gypsy or Roma (one code)"}
    assert NINETEEN.place(["WIRT"]) == {"WIRT": "White: Gypsy or Irish Traveller"}


def test_gender_and_deprivation():
    gender = SHIPPED.by_id["dfe-gender"]
    assert gender.place(["1", "2", "9", "0"]) == {
        "1": "Male", "2": "Female", "9": "Indeterminate", "0": "unknown",
    }  # fmt: skip
    assert gender.place(["f", "M", "U"]) == {"f": "Female", "M": "Male", "U": "unknown"}
    assert gender.place(["1", "3"]) == {}
    tenths = SHIPPED.by_id["imd-decile"].place([str(n) for n in range(1, 11)])
    assert tenths["1"] == "1 (most deprived)"
    assert tenths["10"] == "10 (least deprived)"
    assert len(SHIPPED.by_id["imd-quintile"].groups) == 5


def test_the_nine_characteristics_of_the_act_are_there():
    assert sorted(SHIPPED.characteristics) == [
        "age", "disability", "gender reassignment", "marriage and civil partnership",
        "pregnancy and maternity", "race", "religion or belief", "sex", "sexual orientation",
    ]  # fmt: skip


def test_answers_are_never_among_what_says_that_nothing_is_known():
    assert {"refu", "nobt", "not stated", "unkn"} <= SHIPPED.not_known
    assert not {"other", "none", "not applicable", "n/a", "no"} & SHIPPED.not_known
    for grouping in SHIPPED.by_id.values():
        names = {e.casefold() for g in grouping.groups for e in (g.name, *g.entries)}
        assert not names & SHIPPED.not_known


# Files -------------------------------------------------------------------------------------------

GROUPING = (ROOT / "checks" / "groupings" / "dfe-gender.toml").read_text(encoding="utf-8")


def own(folder: Path, text: str = GROUPING) -> Path:
    write_standard(folder)
    (folder / "groupings").mkdir()
    (folder / "groupings" / "mine.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_standards_own_groupings_replace_the_shipped_and_are_in_its_digest(tmp_path):
    mine = read_standard(own(tmp_path / "a"))
    assert mine.strays == ()
    assert list(groupings_of(mine).by_id) == ["dfe-gender"]
    other = read_standard(own(tmp_path / "b", GROUPING.replace('"F"', '"W"')))
    assert mine.digest != other.digest
    without = read_standard(write_standard(tmp_path / "c"))
    assert groupings_of(without) is SHIPPED


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("essex-grouping/1", "essex-group/1", "groupings/mine.toml:1, schema: its schema is none"),
        ('values = ["F"]', 'values = ["M"]', "'m' stands for two groups"),
        ('values = ["F"]', 'value = ["F"]', "'value' is not a key that a Standard knows"),
        ("[[group]]", "[[group", "groupings/mine.toml: it is not readable TOML"),
        ('title = "Gender as the children in need census codes it"', "", "'title' is missing"),
    ],
)
def test_a_file_that_is_no_grouping_is_told(tmp_path, old, new, said):
    assert old in GROUPING
    with pytest.raises(StandardError) as caught:
        read_standard(own(tmp_path, GROUPING.replace(old, new)))
    assert said in str(caught.value)
