"""Hypothesis strategies for agreements, and helpers shared by the tests of this folder."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from essex_standard.submission import DataSharingAgreement, LoadedSubmission, load_submission
from essex_standard.submission import vocabularies as v
from essex_standard.submission.rules import ColumnsUsed

DATA = Path(__file__).parent / "data"
AS_OF = date(2026, 11, 22)
TWELVE = ("D1", "D2", "D3", "D5", "D6", "P1", "P2", "P3", "L0", "L1", "U1", "C1")

RECEIVED = """
received = { households = 2026-10-01, health-contacts = 2026-09-01, police-contacts = 2026-09-01 }
"""
TECHNICAL = """
[data]
assessed = "assessed.csv"
"""

uses = st.lists(st.sampled_from(v.USES), unique=True, min_size=1, max_size=6)
some = st.sampled_from


@st.composite
def agreements(draw: st.DrawFn, number: int = 0) -> DataSharingAgreement:
    """An agreement in force on `AS_OF` that covers ``column_a`` and perhaps ``column_b``."""
    layer = draw(some(["single_agreement", "own_records", "open_data"]))
    columns: list[dict[str, object]] = [{"name": "column_a"}]
    if draw(st.booleans()):
        columns.append({"name": "column_b", "only_uses": draw(uses)})
    areas = draw(st.lists(some(["E1", "E2", "E3"]), unique=True, max_size=3))
    return DataSharingAgreement.model_validate(
        {
            "id": f"agreement-{number}-{draw(st.integers(0, 99))}",
            "title": "An agreement",
            "layer": layer,
            "status": "signed",
            "purpose": {
                "permitted_uses": draw(uses),
                "prohibited_uses": draw(st.lists(some(v.USES), unique=True, max_size=2)),
                "polarity": draw(some(v.POLARITIES)),
                "automated_decisions": draw(some(v.AUTOMATED_DECISIONS)),
            },
            "dates": {
                "start": draw(st.dates(date(2020, 1, 1), AS_OF)),
                "end": draw(st.dates(AS_OF, date(2035, 1, 1))),
            },
            "dataset": [{"column": columns}],
            "sharing": {
                "onward": draw(some(["", *v.ONWARD])),
                "onward_parties": draw(st.lists(some(["x", "y"]), unique=True)),
                "processing_locations": draw(st.lists(some(["uk", "eea"]), unique=True)),
                "areas": areas,
            },
            "retention": {
                "period": draw(some(["P1Y", "P18M", "P6Y", ""])),
                "model_artefacts": draw(some(["P1Y", "P2Y", ""])),
                "disposal": draw(some(["", *v.DISPOSALS])),
            },
            "outputs": {
                "min_cell": draw(st.integers(0, 30)),
                "rounding_base": draw(some([1, 2, 5, 10])),
                "release": draw(some(["", *v.RELEASES])),
            },
            "security": {"controls": draw(st.lists(some(["mfa", "no_copy_out"]), unique=True))},
        }
    )


def example_columns() -> ColumnsUsed:
    """The columns that a model with exactly the example's features reads."""
    return ColumnsUsed(
        consumed=(
            "lsoa",
            "n_children",
            "tenure",
            "arrears_band",
            "absence_pct",
            "prior_referrals",
            "ed_attendances_12m",
            "missed_checks_12m",
            "da_incidents_12m",
        ),
        label="cp_plan_12m",
        audit=("ethnic_group", "disability_in_household"),
        link=("household_key",),
    )


def write_example(
    folder: Path,
    *,
    agreement: tuple[tuple[str, str], ...] = (),
    submission: tuple[tuple[str, str], ...] = (),
    received: bool = True,
) -> LoadedSubmission:
    """Write the schema's example with texts replaced, and load it."""
    (folder / "agreements").mkdir(parents=True, exist_ok=True)
    text = (DATA / "nm-early-help-households.toml").read_text(encoding="utf-8")
    for old, new in agreement:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "agreements" / "nm.toml").write_text(text, encoding="utf-8")
    text = (DATA / "submission-reference.toml").read_text(encoding="utf-8")
    text = text.replace("[model]\n", '[model]\nfile = "model.skops"\ntrained_on = 2026-09-15\n')
    text += TECHNICAL + (RECEIVED if received else "")
    for old, new in submission:
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "submission.toml").write_text(text, encoding="utf-8")
    return load_submission(folder)


def copy_example(folder: Path) -> Path:
    """Copy the verbatim agreement into a folder and return its path."""
    return Path(shutil.copy(DATA / "nm-early-help-households.toml", folder / "agreement.toml"))
