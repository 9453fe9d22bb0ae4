"""The guide asks of every field of an agreement, and its examples are good answers."""

from datetime import date

import pytest

from essex_standard.submission import DataSharingAgreement
from essex_standard.submission import vocabularies as v
from essex_standard.submission.guide import agreement_fields, words_of_code

FIELDS = agreement_fields()
BY_PATH = {f.path: f for f in FIELDS}


def example_of(prefix):
    """Return the examples of one table as the file would hold them."""
    found = {}
    for field in FIELDS:
        if field.table != prefix or field.kind == "own":
            continue
        table, keys = found, field.path.removeprefix(f"{prefix}.").split(".")
        for key in keys[:-1]:
            table = table.setdefault(key, {})
        table[keys[-1]] = field.example
    return found


def test_the_examples_taken_together_are_an_agreement():
    whole = example_of("")
    for table in ("party", "legal", "signature"):
        whole[table] = [example_of(f"{table}[]")]
    column = example_of("dataset[].column[]")
    whole["dataset"] = [example_of("dataset[]") | {"column": [column]}]
    agreement = DataSharingAgreement.model_validate(whole)
    assert agreement.party[0].role == "controller"
    assert agreement.dataset[0].period.from_ == date(2021, 4, 1)


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.path)
def test_each_field_is_asked_in_plain_words(field):
    assert 2 <= len(field.ask.split()) <= 20
    assert not field.help or field.help.endswith(".")
    assert isinstance(field.example, list) == field.many
    if field.choices and not field.open:
        examples = field.example if field.many else [field.example]
        assert set(examples) <= set(field.choices)


def test_closed_lists_are_those_of_the_schema():
    assert BY_PATH["purpose.permitted_uses"].choices == v.USES
    assert BY_PATH["layer"].choices == v.LAYERS
    assert BY_PATH["legal[].gateway"].open
    assert BY_PATH["outputs.min_cell"].kind == "whole number"
    assert BY_PATH["dataset[].column[].free_text"].kind == "yes or no"


def test_no_code_is_shown_where_there_are_words_for_it():
    for field in FIELDS:
        for code in field.choices:
            words = words_of_code(code)
            assert "_" not in words, (field.path, code)
            assert not any(ch.isdigit() for ch in words) or field.path in {
                "schema",
                "legal[].gateway",
                "legal[].regime",
                "legal[].sch1",
                "legal[].confidentiality",
                "party[].security_attestation",
            }, (field.path, code)


def test_words_tell_two_codes_of_one_list_apart():
    for field in FIELDS:
        assert len({words_of_code(code) for code in field.choices}) == len(field.choices)
