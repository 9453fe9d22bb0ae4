import pandas as pd
import pytest

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.evidence import Evidence
from essex_standard.evidence.vocabulary import with_mentions
from essex_standard.measures.facts import Facts
from essex_standard.measures.mentions import identifiers_in_text_share
from essex_standard.statistics.comparison import Scope

SCOPE = Scope(across=("columns",))
PLAIN = "the family is doing well"


def look(*, points_to_one=True, read=None, then=None, **columns):
    frame = pd.DataFrame(columns)
    profiles = {str(c): ColumnProfile.of(str(c), frame[c]) for c in frame}
    assessed = Evidence(rows=len(frame), columns=with_mentions(profiles, frame))
    reference = None
    if then is not None:
        old = pd.DataFrame(then)
        profiles = {str(c): ColumnProfile.of(str(c), old[c]) for c in old}
        reference = Evidence(rows=len(old), columns=with_mentions(profiles, old))
    facts = Facts(
        assessed=assessed, reference=reference, columns_read=tuple(frame) if read is None else read
    )
    return identifiers_in_text_share(facts, SCOPE, points_to_one=points_to_one)


def test_each_kind_found_has_its_share_and_its_number_of_texts():
    measured = look(
        note=["mail a@b.org now"] * 30 + ["ring 01245 430430"] * 4 + [PLAIN] * 166,
        age=range(200),
    )
    shares = {(c.attribute, c.group): c.estimate.value for c in measured.comparisons}
    assert shares == {
        ("note", "e-mail addresses"): pytest.approx(0.15),
        ("note", "telephone numbers"): pytest.approx(0.02),
    }
    assert [(m.group, m.value) for m in measured.told] == [
        ("e-mail addresses", 30), ("telephone numbers", 4),
    ]  # fmt: skip
    assert measured.noted == ("Texts of column note hold e-mail addresses and telephone numbers.",)
    assert measured.gaps == ()


def test_names_are_another_question_than_numbers():
    note = ["Mrs Bell, 12 High Street, mail a@b.org"] * 100
    assert {c.group for c in look(note=note).comparisons} == {"e-mail addresses"}
    names = look(note=note, points_to_one=False)
    assert {c.group for c in names.comparisons} == {"names after a title", "street addresses"}
    assert {c.measure for c in names.comparisons} == {"names_in_text_share"}


def test_a_column_in_which_nothing_was_found_lies_at_nought():
    (clean,) = look(note=[PLAIN] * 60).comparisons
    assert (clean.attribute, clean.group, clean.estimate.value, clean.n) == ("note", "", 0, 60)


def test_what_was_not_searched_is_a_gap_and_no_pass():
    measured = look(note=[PLAIN] * 60 + ["x" * 30_000], raw=[PLAIN] * 60 + ["\x00\x01"])
    assert len(measured.gaps) == 2
    assert "beyond 20,000 characters" in measured.gaps[0]
    assert "bytes or control characters" in measured.gaps[1]


def test_numbers_and_empty_columns_hold_no_words():
    measured = look(age=range(60), gone=[None] * 60)
    assert not measured.applicable
    assert "holds words" in measured.reason


def test_an_absent_column_or_an_unknown_model_is_not_assessed():
    measured = look(age=range(60), read=("note",))
    assert measured.gaps == ("Column note is not in the data assessed.",)
    assert measured.applicable
    assert not measured.comparisons
    assert "not known" in look(age=range(60), read=()).reason


def test_no_value_of_the_data_stands_in_a_sentence():
    measured = look(note=["canary@secret.example wrote"] * 100)
    assert "canary" not in repr(measured)


def test_an_offices_number_does_not_alarm_and_is_told():
    measured = look(note=[f"note {i}, ring 01245 430430" for i in range(2_000)])
    (found,) = measured.comparisons
    assert found.estimate.value == pytest.approx(1 / 2_000)
    assert [m.value for m in measured.told] == [2_000]
    assert measured.noted[1] == (
        "The same few telephone numbers stand in many texts of column note, as an office's do: "
        "each counts once."
    )


def test_the_texts_that_the_model_learned_from_are_searched_too():
    then = {"note": [*(f"mail p{i}@b.org" for i in range(20)), "x" * 30_000]}
    measured = look(note=[PLAIN] * 60, then=then)
    found = {c.group: c.estimate.value for c in measured.comparisons}
    assert found == {"": 0, "e-mail addresses (reference)": pytest.approx(20 / 21)}
    assert measured.noted == ("Texts of column note in the reference hold e-mail addresses.",)
    assert "column note in the reference run on" in measured.gaps[0]
    clean = look(note=[PLAIN] * 60, then={"note": [PLAIN] * 30})
    assert [(c.group, c.n) for c in clean.comparisons] == [("", 60), ("reference", 30)]
