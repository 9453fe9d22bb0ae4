import pytest

from essex_standard.submission.sensitive import (
    CHILDREN,
    WORDS,
    kind_by_values,
    kinds_by_name,
    same_family,
)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("motherEthnicity", "racial_ethnic"),
        ("ethnic_group_5", "racial_ethnic"),
        ("religion", "religion_belief"),
        ("trade_union_member", "trade_union"),
        ("fingerprint", "biometric_id"),
        ("gp_practice", "health"),
        ("mental_health_referrals", "health"),
        ("sexual_orientation", "sexual_orientation"),
        ("SEN", "disability"),
        ("sen_status", "disability"),
        ("offence_count", "criminal_conviction"),
        ("police_contacts_12m", "criminal_allegation"),
        ("asylumSeeker", "immigration"),
        ("domestic-violence", "domestic_abuse"),
        ("looked_after", "care_status"),
        ("surname", "identifier_direct"),
        ("first_name", "identifier_direct"),
        ("nhsNumber", "identifier_direct"),
        ("home_address", "identifier_direct"),
        ("dob", "date_of_birth"),
        ("dateOfBirth", "date_of_birth"),
        ("child_age", CHILDREN),
        ("school_moves", CHILDREN),
    ],
)
def test_a_name_is_read_word_by_word(name, kind):
    assert kind in kinds_by_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "send_date", "transaction", "translated", "claims", "crimson", "drugstore", "union",
        "place", "arrears_total", "share_late", "dna_rate", "sentence_length", "age", "gender",
        "household_size", "name_of_course", "birth_weight", "addressed", "team_name",
        "discrimination_index", "embrace", "lace",
    ],
)  # fmt: skip
def test_names_that_only_sound_alike_are_not(name):
    assert kinds_by_name(name) == ()


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        ({"White: British": 50, "Asian or Asian British - Indian": 30}, "racial_ethnic"),
        ({"White": 70, "Black": 10, "Asian": 8, "Chinese": 5, "Not known": 7}, "racial_ethnic"),
        ({"Christian": 20, "Muslim": 20, "": 30}, "religion_belief"),
        ({"Heterosexual or straight": 90, "Bisexual": 3}, "sexual_orientation"),
        ({"Burglary": 5, "Common assault": 6}, "criminal_conviction"),
        ({"F32.1": 20, "J45": 20}, "health"),
        ({"asthma": 12, "ADHD (diagnosed)": 12}, "health"),
        ({"Refugee": 6, "No recourse to public funds": 6}, "immigration"),
        ({"White": 50, "Black": 40, "Red": 10}, None),  # cars
        ({"A12": 20, "B13": 30}, None),  # codes
        ({"Christian": 3, "Muslim": 3}, None),  # too few people to say
        ({"Christian": 50}, None),
        ({"Muslim": 10, "Hindu": 10, "other": 80}, None),
        ({"Y": 10, "N": 90}, None),
        ({"Muslim, " + "x" * 1_000_000: 10, "Hindu, " + "x" * 1_000_000: 10}, None),
        ({}, None),
    ],
)
def test_values_tell_where_half_of_them_are_of_one_kind(labels, kind):
    assert kind_by_values(labels) == kind


def test_a_declaration_must_be_as_strict_as_what_it_is_about():
    assert same_family("health", frozenset({"disability"}))
    assert not same_family("health", frozenset({"service_contact"}))
    assert not same_family("criminal_conviction", frozenset({"health"}))
    assert same_family("domestic_abuse", frozenset({"criminal_allegation"}))
    assert not same_family("immigration", frozenset())
    assert not same_family("identifier_direct", frozenset({"health"}))
    assert same_family("date_of_birth", frozenset({"date_of_birth"}))


def test_every_kind_has_its_words():
    assert all("_" not in words for words in WORDS.values())
