"""What must be kept of an assessment so that later data can be read in the same way.

    Request + Inputs  ->  plan (plain data in the restricted store)  ->  Submission for a batch

It holds names of columns, labels and rules, and no row. It takes the form of a submission, so that
a batch goes the same road as the data assessed, and what monitoring needs of the team's own plans
(stop criteria, known breaks, how late outcomes come) stands where it always stands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from essex_standard.errors import AssessmentFileError
from essex_standard.pipeline.columns import column_name
from essex_standard.pipeline.protected import declared_of
from essex_standard.pipeline.request import Inputs, Request
from essex_standard.pipeline.scoring import positive_labels
from essex_standard.submission import Submission

SCHEMA = "essex-standard/plan/1"

_AS_DECLARED = ("polarity", "unit", "population", "monitoring", "stop_criteria", "known_break")
AGAIN = "Assess the model again with this version: what was stored cannot be converted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a batch is read.

    Attributes
    ----------
    submission : Submission
        With the columns, labels and the fixed threshold that the assessment came to.
    columns : tuple of str
        Columns whose values were profiled: those that the model reads, or that may be its inputs.
    by_model : bool
        Whether a model gave the scores; otherwise they were a column.
    """

    submission: Submission
    columns: tuple[str, ...]
    by_model: bool


def plan_of(request: Request, inputs: Inputs, columns: tuple[str, ...]) -> dict[str, Any]:
    """Return the plan as plain data, for the restricted store."""
    declared = request.declared
    said: dict[str, Any] = (
        {}
        if declared is None
        else declared.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    )
    project = said.get("project", {})
    submission = {
        "schema": "essex-submission/1",
        **{key: said[key] for key in _AS_DECLARED if key in said},
        "baseline": inputs.baseline,
        "project": {
            "id": project.get("id", "monitored"),
            "title": project.get("title", "Model without a submission"),
            **({"stage": project["stage"]} if project.get("stage") else {}),
        },
        "model": {
            "score_kind": inputs.score_kind,
            "positive": [_plain(label) for label in positive_labels(request)],
            "trusted_types": list(said.get("model", {}).get("trusted_types", ())),
            "scores": "" if inputs.risk_model is not None else inputs.names["scores"],
        },
        "data": {
            "outcome": inputs.outcome_name,
            "outcome_known": inputs.names["outcome_known"],
            "protected": list(inputs.protected),
            "time": inputs.names["time"],
            "cluster": inputs.names["cluster"],
            "weights": inputs.names["weights"],
            "legitimate_factor": column_name(request, "legitimate_factor"),
            **_readings(request, inputs),
        },
        "label": {k: v for k, v in said.get("label", {}).items() if k == "lag_months"},
    }
    if inputs.threshold is not None:
        submission["threshold"] = {"kind": "score_cutoff", "value": float(inputs.threshold)}
    return {
        "schema": SCHEMA,
        "submission": submission,
        "columns": list(columns),
        "by_model": inputs.risk_model is not None,
    }


def _readings(request: Request, inputs: Inputs) -> dict[str, Any]:
    """Return how protected columns are read, as a submission says it."""
    declared = declared_of(request)
    return {
        "groupings": {
            name: "as-they-are" if grouping is None else grouping.id
            for name, grouping in declared.groupings.items()
            if name in inputs.protected
        },
        "bands": {n: list(e) for n, e in declared.bands.items() if n in inputs.protected},
    }


def _plain(label: Any) -> Any:
    """Return a label as JSON has it; True is the outcome of 1."""
    value = label.item() if hasattr(label, "item") else label
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, str | int | float) else str(value)


def _with_dates(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was stored as a submission's file has it: days are dates there, texts in JSON."""
    breaks = [
        {**b, "on": dt.date.fromisoformat(b["on"])} if b.get("on") else b
        for b in said.get("known_break", ())
    ]
    return {**said, "known_break": breaks}


def read_plan(stored: Mapping[str, Any] | None, *, where: str) -> Plan:
    """Return the plan that an assessment stored.

    Raises
    ------
    AssessmentFileError
        If there is none, or it is of another version: then how to migrate.
    """
    if stored is None:
        raise AssessmentFileError.because(
            "this evidence was stored before assessments could be monitored: it does not say how "
            "new data are to be read",
            where=where,
            mend=AGAIN,
        )
    if stored.get("schema") != SCHEMA:
        raise AssessmentFileError.because(
            f"how new data are to be read is told in another form than {SCHEMA}",
            where=where,
            mend=AGAIN,
        )
    try:
        return Plan(
            submission=Submission.model_validate(_with_dates(stored["submission"])),
            columns=tuple(str(c) for c in stored["columns"]),
            by_model=bool(stored["by_model"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise AssessmentFileError.because(
            f"how new data are to be read is damaged ({type(error).__name__})",
            where=where,
            mend=AGAIN,
        ) from None
