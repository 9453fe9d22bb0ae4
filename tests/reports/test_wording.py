"""One catalogue holds every sentence, in words that promise no more than was shown."""

from __future__ import annotations

import re
import string

import pytest

from essex_standard.assessment import HowWeKnow, Level, Outcome, Verdict
from essex_standard.reports.wording import wording
from essex_standard.resources import templates_dir

NEVER = re.compile(r"\b(lawful|fair|safe|unbiased|compliant|guaranteed)\b", re.IGNORECASE)


def leaves(entry: object) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    members = entry.values() if isinstance(entry, dict) else entry
    return [leaf for member in members for leaf in leaves(member)]  # type: ignore[attr-defined]


def test_no_sentence_promises_what_was_not_shown() -> None:
    assert [s for s in leaves(wording().entries) if NEVER.search(s)] == []
    for part in templates_dir().iterdir():
        if part.name.endswith(".html"):
            text = part.read_text(encoding="utf-8").replace("|safe", "")
            assert not NEVER.search(text), part.name


def test_every_outcome_level_and_source_of_knowledge_has_its_words() -> None:
    say = wording()
    for outcome in Outcome:
        assert say(f"outcome.symbol.{outcome.value}")
        assert say(f"outcome.meaning.{outcome.value}")
    assert all(say(f"level.{level.value}") and say(f"level.short.{level.value}") for level in Level)
    assert all(say(f"how.{how.value}") and say(f"how.short.{how.value}") for how in HowWeKnow)
    assert all(say(f"verdict.symbol.{verdict.value}") for verdict in Verdict)


def test_every_sentence_can_be_filled_in() -> None:
    for sentence in leaves(wording().entries):
        fields = [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
        assert all(name.isidentifier() for name in fields), sentence


def test_a_sentence_that_does_not_exist_is_an_error_and_never_a_blank() -> None:
    with pytest.raises(KeyError):
        wording()("no.such.sentence")


@pytest.mark.parametrize(
    ("value", "style", "said"),
    [(0.61, "of_100", "61"), (-0.08, "points", "−8"), (0.08, "points", "+8"), (0.0, "points", "0"),
     (0.19, "signed", "+0.19"), (0.97, "plain", "0.97"), (-0.001, "points", "0")],
)  # fmt: skip
def test_a_figure_is_said_as_a_reader_says_it(value: float, style: str, said: str) -> None:
    assert wording().number(value, style) == said


def test_a_value_stands_with_its_likely_range_on_one_line() -> None:
    assert wording().with_interval(0.61, 0.22, 1.0, "of_100") == "61 (likely 22 to 100)"
