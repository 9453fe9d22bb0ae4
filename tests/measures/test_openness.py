from types import SimpleNamespace

import pytest

from essex_standard.evidence.evidence import Evidence
from essex_standard.measures.facts import Facts
from essex_standard.measures.openness import named_owner, plain_english_purpose, public_contact
from essex_standard.statistics.comparison import Scope

MEASURES = [named_owner, public_contact, plain_english_purpose]


def declared(**fields):
    texts = {
        "org": "Essex County Council", "sro_role": "Director", "contact": "ask@example.org",
        "problem": "Children are seen late. We want to see them sooner.",
        "flag_consequence": "A worker rings the family.", "no_flag_consequence": "Nothing changes.",
    } | fields  # fmt: skip
    submission = SimpleNamespace(
        owner=SimpleNamespace(
            org=texts["org"], sro_role=texts["sro_role"], contact=texts["contact"]
        ),
        project=SimpleNamespace(problem=texts["problem"]),
        flag_consequence=texts["flag_consequence"],
        no_flag_consequence=texts["no_flag_consequence"],
    )
    return Facts(assessed=Evidence(rows=0), submission=submission)


def value(measure, facts):
    return measure(facts, Scope()).comparisons[0].estimate.value


@pytest.mark.parametrize("measure", MEASURES)
def test_without_a_submission_nothing_is_declared(measure):
    found = measure(Facts(assessed=Evidence(rows=0)), Scope())
    assert not found.comparisons
    assert found.reason == "no submission was given, so nothing is declared"


@pytest.mark.parametrize(
    ("fields", "missing"),
    [({}, 0), ({"org": ""}, 1), ({"sro_role": "  "}, 1), ({"org": "TBC", "sro_role": "..."}, 2)],
)
def test_owner_and_role_are_counted_where_missing(fields, missing):
    assert value(named_owner, declared(**fields)) == missing


def test_what_is_missing_is_named_with_its_field_and_only_declared():
    found = named_owner(declared(sro_role=""), Scope())
    assert found.noted == ("the senior responsible role (owner.sro_role)",)
    assert found.how_we_know == "the team says so"


@pytest.mark.parametrize(
    ("text", "missing"),
    [("ask@example.org", 0), ("", 1), ("n/a", 1), ("None", 1), ("todo", 1), ("?", 1), ("-", 1)],
)
def test_a_placeholder_is_no_contact(text, missing):
    assert value(public_contact, declared(contact=text)) == missing


def test_words_a_sentence_are_counted_over_all_three_texts():
    # 4 + 6 + 5 + 2 words in 4 sentences.
    assert value(plain_english_purpose, declared()) == pytest.approx(17 / 4)


@pytest.mark.parametrize(
    ("text", "words_per_sentence"),
    [
        ("One two three", (3 + 5 + 2) / 3),
        ("One two. Three four!", (4 + 5 + 2) / 4),
        ("First:\n- one two\n- three four", (5 + 5 + 2) / 5),
        ("The council's well-run 2,000 cases", (6 + 5 + 2) / 3),
    ],
)
def test_sentences_end_at_stops_and_lines_and_words_may_hold_hyphens(text, words_per_sentence):
    assert value(plain_english_purpose, declared(problem=text)) == pytest.approx(words_per_sentence)


def test_a_purpose_that_is_not_recorded_cannot_be_read():
    found = plain_english_purpose(declared(problem="", no_flag_consequence="tbd"), Scope())
    assert not found.comparisons
    assert "project.problem" in found.reason
    assert "no_flag_consequence" in found.reason
    assert "(flag_consequence)" not in found.reason
