"""The register's layout: eighteen fields, and whatever was written is read again."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essex_standard.errors import DataError
from essex_standard.exchange.isa_register import FIELDS, KEY, from_csv, register_row, to_csv
from essex_standard.submission import load_agreement
from essex_standard.submission.agreement import Dataset, Party

FILE = Path(__file__).parent.parent / "submission" / "data" / "nm-early-help-households.toml"
AGREEMENT = load_agreement(FILE)

# Whatever TOML can hold, and more often than by chance what a cell could be broken with.
hostile = st.text(st.one_of(st.sampled_from("=+-@;\\'\"\n\r\t, \0"), st.characters(codec="utf-8")))


def test_the_complete_example_fills_all_eighteen_fields():
    row = register_row(AGREEMENT)
    assert len(row) == 18
    assert row["information-sharing-agreement"] == "nm-early-help-households"
    assert row["name"] == "Northmere early help households dataset"
    assert row["start-date"] == "2026-04-01"
    assert row["end-date"] == "2028-03-31"
    assert row["review-date"] == "2027-03-31"
    assert row["controllers"] == (
        "local-authority-eng:XNM", "nhs-organisation:QXN", "police-force:northmere"
    )  # fmt: skip
    assert row["controller-names"][0] == "Northmere County Council"
    # A processor without a code of a register keeps its own id.
    assert row["processors"] == ("unregistered:host",)
    assert row["processor-names"] == ("Northmere Secure Data Ltd",)
    assert "ca2004_s10" in row["legal-power-disclosure"]
    assert len(set(row["legal-power-disclosure"])) == len(row["legal-power-disclosure"])
    assert len(row["disclosed-information"]) == len(AGREEMENT.dataset)
    assert row["retention-period"] == AGREEMENT.retention.period
    assert len(row["areas"]) == len(row["area-names"])


def test_an_agreement_without_an_end_leaves_the_date_empty():
    dates = AGREEMENT.dates.model_copy(update={"end": None})
    row = register_row(AGREEMENT.model_copy(update={"dates": dates}))
    assert row["end-date"] == ""


def test_where_columns_are_not_published_none_is_named():
    said = " ".join(register_row(AGREEMENT, columns=False)["disclosed-information"])
    assert "whose names are not published" in said
    assert not [c for c in AGREEMENT.column_names() if c in said.split(": ")[-1]]


def test_a_spreadsheet_finds_nothing_to_run():
    given = AGREEMENT.model_copy(update={"contact": "=HYPERLINK(1)", "title": "@SUM(1+1)*cmd"})
    cells = list(csv.reader(io.StringIO(to_csv([register_row(given)]))))[1]
    assert not [c for c in cells if c[:1] in set("=+-@\t\r")]
    assert "'=HYPERLINK(1)" in cells


@given(hostile, hostile, st.lists(hostile, min_size=1, max_size=3), hostile)
def test_whatever_is_written_is_read_again(contact, benefits, names, description):
    party = tuple(
        Party(id=f"p{i}", name=name, role="controller") for i, name in enumerate(names)
    )  # fmt: skip
    changed = {
        "contact": contact,
        "party": party,
        "purpose": AGREEMENT.purpose.model_copy(update={"benefits": benefits}),
        "dataset": (Dataset(description=description, column=AGREEMENT.dataset[0].column),),
    }
    rows = [register_row(AGREEMENT.model_copy(update=changed)), register_row(AGREEMENT)]
    # Through a file, as a spreadsheet's user would keep it.
    assert list(from_csv(to_csv(rows).encode().decode())) == rows


def test_the_key_can_be_called_as_the_register_called_it():
    rows = [register_row(AGREEMENT, key="information-sharing-agreement-0001")]
    text = to_csv(rows, key="information-sharing-agreement-0001")
    assert text.startswith("information-sharing-agreement-0001,name,")
    assert list(from_csv(text, key="information-sharing-agreement-0001")) == rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the header is not that"),
        ("a,b\r\n", "the header is not that"),
        (",".join((KEY, *FIELDS)) + "\r\nx,y\r\n", "2 cells where there are 18 fields"),
    ],
)
def test_another_table_is_refused(text, message):
    with pytest.raises(DataError, match=message):
        from_csv(text)
