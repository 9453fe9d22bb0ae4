"""The scanner remembers where each key stands, and says it as a reader would look for it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essex_standard.errors import SubmissionError
from essex_standard.submission.toml_file import dotted, read_toml

from .agreement_examples import DATA

TRICKY = '''# a comment with [brackets] and = signs
top = 1
"quoted key" = """
[not.a.table]
fake = 2
ends in quotes"""""
lit = \'\'\'x\'\'\'
dotted.inner.leaf = "a # no comment"
list = [
  "one",   # first ]
  ["deep", {k = 3, j = "}"}],
]

[table]
when = 2026-04-01
inline = { from = 2021-04-01, to.deep = "a\\\\\\"b" }

[[party]]
id = "a"
[party.sub]
x = 1
[[party.row]]
y = 1
[[party.row]]
y = 2

[[party]]
id = "b"
[[party.row]]
y = 3
'''


def _read(tmp_path: Path, text: str):
    path = tmp_path / "file.toml"
    path.write_text(text, encoding="utf-8")
    return read_toml(path, name="file.toml")


def _paths(value: object, before: tuple = ()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield (*before, key)
            yield from _paths(item, (*before, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield (*before, i)
            yield from _paths(item, (*before, i))


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("top",), 2),
        (("quoted key",), 3),
        (("lit",), 7),
        (("dotted", "inner", "leaf"), 8),
        (("list", 0), 10),
        (("list", 1, 1, "j"), 11),
        (("table", "when"), 15),
        (("table", "inline", "to", "deep"), 16),
        (("party", 0, "id"), 19),
        (("party", 0, "sub", "x"), 21),
        (("party", 0, "row", 1, "y"), 25),
        (("party", 1), 27),
        (("party", 1, "row", 0, "y"), 30),
    ],
)
def test_each_key_is_found_on_its_line(tmp_path, key, line):
    assert _read(tmp_path, TRICKY).line(key) == line


def test_every_path_of_the_example_agreement_has_a_position():
    toml = read_toml(DATA / "nm-early-help-households.toml")
    paths = list(_paths(toml.data))
    assert len(paths) > 300
    assert [p for p in paths if p not in toml.positions] == []


def test_a_missing_key_is_placed_at_the_table_around_it(tmp_path):
    toml = _read(tmp_path, TRICKY)
    assert toml.where(("party", 1, "role")) == "file.toml:27, party[1].role"
    assert toml.where(("absent",)) == "file.toml, absent"


def test_columns_count_from_one(tmp_path):
    assert _read(tmp_path, "a = { b = 1 }\n").position(("a", "b")) == (1, 7)


keys = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), min_size=1, max_size=5)
texts = st.text(st.sampled_from("ab\"'\\#[]{}=,\n .é"), max_size=8)
values = st.recursive(
    texts | st.integers() | st.booleans() | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b c", "d.e", '"']), inner, max_size=3)
    ),
    max_leaves=8,
)


def _string(text: str) -> str:
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\' else c for c in text)
    return f'"{escaped}"'


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # A literal string where it can be one: both kinds are scanned.
        return f"'{value}'" if not set("'\n") & set(value) else _string(value)
    if isinstance(value, list):
        return "[ # note ]\n" + ",\n".join(_toml(item) for item in value) + "\n]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_string(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    return str(value)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b", "c d"]), values, min_size=1, max_size=3))
def test_every_path_of_any_document_has_a_position(tmp_path_factory, document):
    text = "".join(f"{_string(k)} = {_toml(v)} # end\n" for k, v in document.items())
    assert tomllib.loads(text) == document
    toml = _read(tmp_path_factory.mktemp("toml"), text)
    assert [p for p in _paths(toml.data) if p not in toml.positions] == []


def test_a_syntax_error_names_file_and_line(tmp_path):
    with pytest.raises(SubmissionError) as caught:
        _read(tmp_path, "a = 1\nb = = 2\n")
    (problem,) = caught.value.problems
    assert problem.code == "F1"
    assert problem.where.startswith("file.toml:2")
    assert "not valid TOML" in problem.what


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"a = 1\nb = '\xff'\n", "not UTF-8"), (None, "no such file")],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path, content, words):
    path = tmp_path / "bad.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SubmissionError, match=words) as caught:
        read_toml(path)
    assert caught.value.problems[0].code == "F1"


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path):
    path = tmp_path / "windows.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\n[b]\r\nc = 'x'\r\n")
    toml = read_toml(path)
    assert (toml.data["b"]["c"], toml.line(("b", "c"))) == ("x", 3)


def test_a_path_is_written_as_in_the_file():
    assert dotted(("party", 2, "role")) == "party[2].role"


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "9" * 5000,
        "a = 2026-13-45",
        "a = 1\na = 2",
        "[a]\n[a]",
        'a = "open',
    ],
)
def test_whatever_the_parser_refuses_is_f1_and_no_traceback(tmp_path, text):
    with pytest.raises(SubmissionError) as caught:
        _read(tmp_path, text)
    assert [p.code for p in caught.value.problems] == ["F1"]
