"""What the drift checks say of two real tables, and what they say where nothing moved.

    python examples/drift_over_time/real_data.py --oulad oulad_model_table.csv.gz \
        --dropout student_dropout_pt.csv.gz

- Open University (Kuzilek, Hlosta and Zdrahal 2017, CC BY 4.0): a logistic regression learned from
  the presentation 2013B is assessed on 2013J, 2014B and 2014J, period by period; and, for a
  comparison in which nothing moved, on a random half of 2013B that it did not learn from.
- Student dropout (Realinho et al. 2021, CC BY 4.0): no dates. One random half against the other;
  then the intake's three largest economic years against the rest.

Prints Markdown, as it stands in docs/drift.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from essex_standard import assess
from essex_standard.assessment import Assessment

SEED = 2013
AS_OF = "2026-11-25"

OULAD_COLUMNS = [
    "studied_credits", "num_of_prev_attempts", "date_registration", "pre_course_clicks",
    "early_assessments_submitted", "early_score_mean", "early_submitted_late", "banked_scores",
    "code_module", "highest_education",
]  # fmt: skip


def model(columns: list[str], frame: pd.DataFrame) -> Any:
    """Return a pipeline over numbers and categories, not yet fitted."""
    words = [c for c in columns if not pd.api.types.is_numeric_dtype(frame[c])]
    numbers = [c for c in columns if c not in words]
    parts = make_column_transformer(
        (make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore"), words),
    )
    return make_pipeline(parts, LogisticRegression(max_iter=2000))


def drift_of(assessment: Assessment) -> Iterator[str]:
    """Yield a line for each drift check that applies."""
    for f in assessment.findings:
        if f.theme == "drift" and f.outcome.value != "not applicable":
            yield f"| {f.check} {f.title} | {f.outcome.printed} | {f.statement} |"


def by_period(assessment: Assessment) -> Iterator[str]:
    """Yield the figures of each period."""
    told = assessment.measurements()
    names = ("selection_rate", "outcome_prevalence", "true_positive_rate", "false_positive_rate",
             "roc_auc", "calibration_in_the_large")  # fmt: skip
    mine = told[
        (told["attribute"] == "period") & told["versus"].isna() & told["measure"].isin(names)
    ]
    table = mine.drop_duplicates(["measure", "group"]).pivot_table(
        index="group", columns="measure", values="value"
    )
    shown = [n for n in names if n in table.columns]
    yield "| period | " + " | ".join(shown) + " |"
    yield "|---" * (len(shown) + 1) + "|"
    for period, row in table.iterrows():
        yield f"| {period} | " + " | ".join(f"{row[n]:.2f}" for n in shown) + " |"


def heading(text: str) -> Iterator[str]:
    """Yield a heading and the head of a table of findings."""
    yield f"\n### {text}\n"
    yield "| check | outcome | what it says |"
    yield "|---|---|---|"


def open_university(path: str) -> Iterator[str]:
    """Yield what is found of the Open University's presentations."""
    whole = pd.read_csv(path)
    # A student who left before day 60 has nothing to hand in: honest at day 60 only without them.
    frame = whole[whole["withdrew_before_day_60"] == 0].reset_index(drop=True)
    first = frame[frame["code_presentation"] == "2013B"]
    later = frame[frame["code_presentation"] != "2013B"]
    half = np.random.default_rng(SEED).permutation(len(first)) < len(first) // 2
    fitted = model(OULAD_COLUMNS, first).fit(
        first.loc[half, OULAD_COLUMNS], first.loc[half, "withdrawn_or_failed"]
    )
    for title, part in (
        ("Open University: another half of the same presentation (nothing moved)", first[~half]),
        ("Open University: 2013J, 2014B and 2014J", later),
    ):
        found = assess(
            fitted, part[OULAD_COLUMNS], part["withdrawn_or_failed"], threshold=0.5,
            protected=part[["gender", "age_band", "disability"]],
            reference=first.loc[half, OULAD_COLUMNS],
            reference_y=first.loc[half, "withdrawn_or_failed"],
            clusters=part["person"].to_numpy(), time=part["code_presentation"].to_numpy(),
            as_of=AS_OF,
        )  # fmt: skip
        yield from heading(title)
        yield from drift_of(found)
        yield ""
        if part is later:
            yield from by_period(found)


def student_dropout(path: str) -> Iterator[str]:
    """Yield what is found of the student-dropout table."""
    frame = pd.read_csv(path)
    y = (frame["target"] == "Dropout").astype(int)
    columns = [
        c for c in frame.columns
        if c not in {"target", "dropped_out"} and not c.startswith("curricular_units")
        and c not in {"unemployment_rate", "inflation_rate", "gdp"}
    ]  # fmt: skip
    year = frame.groupby(["unemployment_rate", "inflation_rate", "gdp"]).ngroup()
    largest = year.isin(year.value_counts().index[:3])
    half = pd.Series(np.random.default_rng(SEED).permutation(len(frame)) < len(frame) // 2)
    for title, learned in (
        ("Student dropout: one random half against the other (nothing moved)", half),
        ("Student dropout: the three largest economic years against the others", largest),
    ):
        fitted = model(columns, frame).fit(frame.loc[learned, columns], y[learned])
        found = assess(
            fitted, frame.loc[~learned, columns], y[~learned], threshold=0.5,
            protected=frame.loc[~learned, ["gender"]], reference=frame.loc[learned, columns],
            reference_y=y[learned], as_of=AS_OF,
        )  # fmt: skip
        yield from heading(title)
        yield from drift_of(found)
        yield ""


def main() -> None:
    """Print what is found of the tables named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--oulad")
    parser.add_argument("--dropout")
    given = parser.parse_args()
    if given.oulad:
        print("\n".join(open_university(given.oulad)))
    if given.dropout:
        print("\n".join(student_dropout(given.dropout)))


if __name__ == "__main__":
    main()
