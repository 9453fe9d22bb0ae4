"""The list of identity terms: amendable, in the digest, every fault told with line and mend."""

from __future__ import annotations

import shutil

import pytest

from essex_standard.errors import StandardError
from essex_standard.pipeline.standards import read_standard, resolve_standard
from essex_standard.standard.lexicon import PLACE
from tests.helpers import ROOT, write_standard

BY_TERMS = (ROOT / "checks" / "bias" / "identity_terms_exchanged.toml").read_text("utf-8")
LIST = """schema = "essex-lexicon/1"
name = "A small list"
version = "3"
function_words = ["that"]
[[characteristic]]
name = "sex"
groups = ["female", "male"]
terms = [
  { female = "her", male = "his", when = "before_noun" },
  { female = "her", male = "him", when = "otherwise" },
  { female = ["mum", "mam"], male = "dad" },
]
"""


def standard(folder, text=LIST, *, check=BY_TERMS):
    made = write_standard(folder, {"bias/terms.toml": check})
    if text is not None:
        (made / "lexicons").mkdir(exist_ok=True)
        (made / PLACE).write_text(text, encoding="utf-8")
    return made


def refusal(folder):
    with pytest.raises(StandardError) as caught:
        read_standard(folder)
    return str(caught.value)


def test_a_standard_uses_its_own_list(tmp_path):
    lexicon = read_standard(standard(tmp_path)).lexicon
    assert (lexicon.name, lexicon.version, lexicon.size) == ("A small list", "3", 6)
    assert lexicon.characteristics[0].rows[2].spellings == {"female": ("mum", "mam"),
                                                            "male": ("dad",)}  # fmt: skip


def test_a_standard_without_one_uses_the_shipped_list_if_a_check_needs_it(tmp_path):
    needs = read_standard(standard(tmp_path / "a", None))
    assert needs.lexicon == resolve_standard(None).lexicon
    needs_none = read_standard(write_standard(tmp_path / "b"))
    assert needs_none.lexicon is None


def test_any_word_of_the_list_is_in_the_digest(tmp_path):
    shipped = read_standard(standard(tmp_path / "a", None)).digest
    own = read_standard(standard(tmp_path / "b")).digest
    amended = LIST.replace("mam", "mom")
    assert len({shipped, own, read_standard(standard(tmp_path / "c", amended)).digest}) == 3
    copied = standard(tmp_path / "d", (ROOT / "checks" / PLACE).read_text("utf-8"))
    assert read_standard(copied).digest == shipped
    windows = standard(tmp_path / "e")
    (windows / PLACE).write_bytes(LIST.replace("\n", "\r\n").encode())
    assert read_standard(windows).digest == own


def test_the_list_is_no_stray_and_another_file_beside_it_is(tmp_path):
    folder = standard(tmp_path)
    shutil.copy(folder / PLACE, folder / "lexicons" / "draft.toml")
    assert read_standard(folder).strays == ("lexicons/draft.toml",)
    assert resolve_standard(None).strays == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name =", "name", f"{PLACE}: it is not readable TOML"),
        ("essex-lexicon/1", "essex-lexicon/9", f"{PLACE}:1, schema: 'essex-lexicon/9' is not how"),
        ('name = "A small list"\n', "", "name: 'name' is missing. Add name = ..."),
        ('version = "3"', "version = 3", f"{PLACE}:3, version: it is not text in quotes"),
        ('version = "3"', 'versoin = "3"', "Did you mean 'version'?"),
        ('["that"]', '"that"', f"{PLACE}:4, function_words: it is not a list of texts"),
        ('groups = ["female", "male"]', 'groups = ["female"]', "fewer than two groups"),
        ('groups = ["female", "male"]', "groups = [1, 2]", "it is not a list of texts"),
        ('male = "dad"', 'mael = "dad"', f"{PLACE}:11, characteristic.terms.mael: 'mael' is not"),
        ('male = "dad"', 'mael = "dad"', "Did you mean 'male'?"),
        (', male = "dad"', "", f"{PLACE}:11, characteristic.terms: a row with fewer than two"),
        ('"before_noun"', '"sometimes"', 'Use "before_noun" or "otherwise"'),
        ('male = "dad"', 'male = ""', "a term is text of 1 to 60 characters"),
        ('male = "dad"', 'male = " dad"', "begins and ends with a letter"),
        ('male = "dad"', "male = []", "a term is text of 1 to 60 characters"),
        ('male = "dad"', "male = 3", "a term is text of 1 to 60 characters"),
        ('male = "dad"', 'male = "dad", as_written = "yes"', "it is neither true nor false"),
        ('male = "dad"', 'male = "Mum"', "'Mum' stands for female as well (line 11)"),
        (', when = "otherwise"', "", f"{PLACE}:10, characteristic.terms.female: 'her' stands"),
        (', when = "otherwise"', "", "in line 9 as well, and nothing tells which row is meant"),
        ('"mum", "mam"', '"mum", "Mum"', "'Mum' stands in line 11 as well"),
    ],
)  # fmt: skip
def test_every_fault_names_file_line_and_mend(tmp_path, old, new, message):
    assert old in LIST
    assert message in refusal(standard(tmp_path, LIST.replace(old, new, 1)))


def test_all_faults_come_in_one_message_with_those_of_the_checks(tmp_path):
    text = LIST.replace("mum", "her").replace('"dad"', '""')
    said = refusal(standard(tmp_path, text, check=BY_TERMS.replace("remedy", "remdy")))
    for words in ("remdy", "stands in line 9 as well", "a term is text"):
        assert words in said


def test_two_characteristics_of_one_name_and_none_at_all_are_told(tmp_path):
    of = LIST[LIST.index("[[characteristic]]") :]
    assert "is the name of another characteristic" in refusal(standard(tmp_path / "a", LIST + of))
    empty = LIST.replace(of, "") + "characteristic = []\n"
    assert "no term would ever be exchanged" in refusal(standard(tmp_path / "b", empty))
    odd = LIST.replace(of, "") + "characteristic = 5\n"
    assert "Begin each characteristic with [[characteristic]]" in refusal(
        standard(tmp_path / "c", odd)
    )


def test_a_faulty_list_is_refused_even_where_no_check_needs_it(tmp_path):
    folder = write_standard(tmp_path)
    (folder / "lexicons").mkdir()
    (folder / PLACE).write_text("= broken", encoding="utf-8")
    assert "not readable TOML" in refusal(folder)
