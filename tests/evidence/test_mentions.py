import json
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.gb import nhs, upn

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.identifiers import RECOGNISERS
from essex_standard.evidence.mention_kinds import KINDS
from essex_standard.evidence.mentions import MOST_CHARACTERS, Mentions
from essex_standard.evidence.vocabulary import with_mentions
from tests.simulation.identifier_corpus import corpus, nhs_number, unique_pupil_number


def mentions(texts, rows=None):
    texts = np.array([*texts, None], dtype=object)[:-1]  # never an array of numpy's own strings
    rows = np.ones(len(texts)) if rows is None else np.array(rows)
    return Mentions.of(texts, rows.astype(np.int64))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nhs_number", "his number is 943 476 5870."),  # python-stdnum's documented example
        ("nhs_number", "NHS no. 9434765870, known since May"),
        ("nhs_number", "(943-476-5870)"),
        ("unique_pupil_number", "UPN: B801200005001"),  # likewise
        ("national_insurance_number", "NI AB 12 34 56 C on file"),
        ("passport_number", "showed a passport, no. 123456789, at the visit"),
        # The form as DVLA's INF1D prints it: surname, decade, month, day, year, initials, check.
        ("driving_licence_number", "licence MORGA657054SM9IJ was seen"),
        ("email", "write to ada.lovelace@example.org."),
        ("telephone", "ring 01245 430430 after 5"),
        ("telephone", "on +44 (0)20 7946 0958 or later"),
        ("telephone", "mobile 07700 900 123"),
        ("postcode", "now at CM1 1QH with her aunt"),
        ("postcode", "flat in SW1A1AA"),
        ("date_of_birth", "DOB 01/02/2010, school year 9"),
        ("date_of_birth", "she was born on the 3rd of March 2011 in Harlow"),
        ("date_of_birth", "Date of birth: 2010-02-03"),
        ("name", "spoke to Mrs O'Neill again"),
        ("name", "DR PATEL agreed"),
        ("name", "Ms. Åberg came"),
        ("address", "staying at 12a, Old Church Lane"),
    ],
)
def test_each_kind_is_found_in_a_sentence(name, text):
    assert mentions([text]).certain == {name: 1}


@pytest.mark.parametrize(
    "text",
    [
        "NHS no. 9434765871",  # the check digit does not hold
        "reference 943 476 5871",
        "paid £9434765870 by mistake",
        "a ratio of 0.9434765870",
        "number 94347658701234",
        "UPN: A801200005001",
        "the code at 12 34 56 a day",
        "AB123456 and AB1234567C",
        "number 123456789 of the case",
        "MORGA699054SM9IJ",  # no 49th month
        "name@ and @name and a.b",
        "on 01-02-2023 10 30 they met",
        "B12 and 3rd floor, b12 3rd floor",
        "section CM1, form 1QH",
        "born early, on time; 12/03/2020 was the visit",
        "Dr. appointments, and Mr or Mrs alike",
        "3 steps on the street",
        "The family is doing well.",
        "",
    ],
)
def test_ordinary_words_and_numbers_name_nobody(text):
    found = mentions([text])
    assert found.certain == {}
    assert {k: m for k, (m, _) in found.possible.items() if m} == {}


def test_a_number_that_only_its_check_digit_speaks_for_counts_where_there_are_many():
    rng = np.random.default_rng(1)
    one, few = ([f"seen under {nhs_number(rng)} today" for _ in range(n)] for n in (1, 40))
    assert mentions(one).holding("nhs_number") == 0
    assert mentions(few).holding("nhs_number") == 40
    # Of a thousand other numbers one in eleven passes: that tells of nobody.
    others = [f"case {400 + i % 100}{rng.integers(10**6, 10**7)} open" for i in range(1000)]
    matching, well_formed = mentions(others).possible["nhs_number"]
    assert well_formed == 1000
    assert matching == pytest.approx(1000 / 11, abs=30)
    assert mentions(others).holding("nhs_number") == 0
    both = mentions([*few, *few, *few, *others])
    assert both.holding("nhs_number") == pytest.approx(120, abs=35)


def test_a_text_counts_once_a_kind_and_its_rows_count_all():
    found = mentions(["Mr Bell and Mrs Bell rang 01245 430430"], rows=[12])
    assert found.certain == {"telephone": 12, "name": 12}
    assert found.texts == 12


def test_a_value_that_is_an_identifier_and_nothing_else_is_no_text():
    # RECOGNISERS count those; a licence number has no recogniser.
    found = mentions(["a@b.org", " CM1 1QH ", "943 476 5870", "MORGA657054SM9IJ", "Mr Bell"])
    assert found.certain == {"driving_licence_number": 1, "name": 1}


def test_numbers_that_begin_as_none_issued_do_count_only_where_a_word_says_so():
    assert mentions(["seen 9434765870 today"]).possible == {}
    assert mentions(["NHS 9434765870 today"]).certain == {"nhs_number": 1}


def test_batches_add_up_exactly():
    texts = corpus(600, seed=5, planted=0.3).texts
    for cut in (0, 1, 299, 600):
        assert mentions(texts[:cut]) + mentions(texts[cut:]) == mentions(texts)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=8), st.integers(0, 8))
def test_any_texts_add_up_and_are_read_back(texts, cut):
    whole = mentions(texts)
    assert mentions(texts[:cut]) + mentions(texts[cut:]) == whole
    assert Mentions.from_dict(json.loads(json.dumps(whole.to_dict()))) == whole
    assert whole.texts == len(texts)
    assert all(0 <= whole.holding(name) <= len(texts) for name in KINDS)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_numbers_made_by_the_published_rules_are_python_stdnums_and_ours(seed):
    rng = np.random.default_rng(seed)
    health, school = nhs_number(rng), unique_pupil_number(rng)
    assert nhs.is_valid(health)
    assert upn.calc_check_digit(school[1:]) == school[0]
    assert KINDS["nhs_number"].find(f"NHS: {health}") == "certain"
    assert KINDS["unique_pupil_number"].find(f"UPN: {school}") == "certain"
    wrong = health[:-1] + str((int(health[-1]) + 1) % 10)
    assert KINDS["nhs_number"].find(f"NHS: {wrong}") == ""


def test_a_text_of_a_megabyte_is_cut_and_told_in_bounded_time():
    long = "He said 0 and 1. " * 60_000
    assert len(long) > 1_000_000
    texts = [f"{i} {long}" for i in range(40)]
    start = time.perf_counter()
    found = mentions([*texts, "short"])
    assert time.perf_counter() - start < 5
    assert (found.texts, found.cut) == (41, 40)
    hidden = "x" * MOST_CHARACTERS + " mail a@b.org"
    assert mentions([hidden]).certain == {}
    assert mentions([hidden]).cut == 1


def test_binary_rubbish_is_counted_as_what_cannot_be_read():
    found = mentions(["\x00\x01\x02PNG", "caf\ufffd", "fine\ttext\nwith lines", "b'", "b'b"])
    assert found.unreadable == 2
    frame = pd.DataFrame({"raw": [bytes([i, 0, 255]) for i in range(20)]})
    profiles = {"raw": ColumnProfile.of("raw", frame["raw"])}
    assert with_mentions(profiles, frame)["raw"].mentions.unreadable == 20


def test_the_profile_keeps_counts_and_no_text():
    frame = pd.DataFrame(
        {"note": ["Mr Canary is here", None, "all well"] * 20, "age": range(60), "gone": None}
    )
    profiles = {c: ColumnProfile.of(c, frame[c]) for c in frame}
    found = with_mentions(profiles, frame)
    assert found["note"].mentions.certain == {"name": 20}
    assert found["age"].mentions == found["gone"].mentions == Mentions()
    assert "Canary" not in json.dumps(found["note"].mentions.to_dict())
    again = ColumnProfile.from_dict(json.loads(json.dumps(found["note"].to_dict())))
    assert again == found["note"]
    many = pd.DataFrame({"note": [*(f"note {i}" for i in range(1500)), *frame["note"]]})
    profile = {"note": ColumnProfile.of("note", many["note"])}
    assert profile["note"].labels.bucketed
    for dtype in ("str", object):
        counted = with_mentions(profile, many.astype(dtype))["note"].mentions
        assert (counted.texts, counted.certain) == (1540, {"name": 20})
    halves = [
        with_mentions({"note": ColumnProfile.of("note", part)}, part.to_frame())["note"]
        for part in (frame["note"][:31], frame["note"][31:])
    ]
    assert halves[0] + halves[1] == found["note"]


def test_each_kind_says_what_it_is_in_plain_words():
    assert all(k.words and "_" not in k.words for k in KINDS.values())
    assert set(RECOGNISERS) < set(KINDS)


def test_what_stands_under_every_letter_is_an_offices_and_counts_once():
    foot = "Essex County Council, 12 Market Road, CM1 1QH, 01245 430430, help@essex.example"
    texts = [f"Note {i}. {foot}" for i in range(600)]
    found = mentions(texts)
    for name in ("email", "telephone", "postcode", "address"):
        assert (found.holding(name), found.own(name)) == (600, 1)
    some = [t + (f" Mum: 07700 9{i:05d}." if i < 40 else "") for i, t in enumerate(texts)]
    assert mentions(some).own("telephone") == 600  # fewer than fifty texts each
    few = [t + (f" Mum: 07700 9{i:05d}." if i < 5 else "") for i, t in enumerate(texts)]
    assert mentions(few).own("telephone") == 6
    assert mentions(few[:300]) + mentions(few[300:]) == mentions(few)


def test_a_persons_number_in_each_of_their_notes_is_theirs():
    texts = [f"Note {i}. Ring mum, 07700 9{i % 30:05d}" for i in range(600)]
    assert mentions(texts).own("telephone") == 600
    # Of a health number there is no office.
    assert mentions(["NHS 9434765870 seen"], rows=[500]).own("nhs_number") == 500
