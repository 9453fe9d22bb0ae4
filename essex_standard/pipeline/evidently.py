"""Evidently's own report beside an assessment, where somebody asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from essex_standard.errors import DataError
from essex_standard.pipeline.trials import feature_like

if TYPE_CHECKING:
    from os import PathLike

    from essex_standard.measures.facts import Facts
    from essex_standard.pipeline.request import Inputs

SUFFIXES = (".html", ".htm")


def require_comparable(file: str | PathLike[str], inputs: Inputs | None = None) -> None:
    """See that the report can be made and named so, before minutes of work are lost.

    Raises
    ------
    DataError
        If the file is no page (it would else overwrite data), or there is nothing to compare with.
    """
    if Path(file).suffix.lower() not in SUFFIXES:
        raise DataError.because(
            "Evidently's report is a page of HTML, and the file is not named like one",
            where=f"evidently, {file}",
            mend="Name a file that ends in .html",
        )
    if inputs is not None and (
        inputs.reference is None or inputs.reference.frame is None or inputs.assessed.frame is None
    ):
        raise DataError.because(
            "Evidently compares the people assessed with reference data, and none were given",
            where=f"evidently, {file}",
            mend="Give the data that the model learned from (--reference FILE, or data.reference "
            "in the submission), or leave it out",
        )


def write_evidently(file: str | PathLike[str], inputs: Inputs, facts: Facts) -> None:
    """Write the report, whole or not at all, for its owner's eyes only."""
    from essex_standard.experiments.evidently_report import evidently_report
    from essex_standard.reports.files import write_whole

    require_comparable(file, inputs)
    assert inputs.reference is not None  # noqa: S101 - required just above
    assert inputs.reference.frame is not None  # noqa: S101
    assert inputs.assessed.frame is not None  # noqa: S101
    page = evidently_report(
        inputs.assessed.frame,
        inputs.reference.frame,
        facts.columns_read or feature_like(inputs),
    )
    write_whole(Path(file), page.encode("utf-8"), mode=0o600)
