"""From the published table to the two files that the model is trained and assessed on.

    students still enrolled on day 60  ->  training.parquet (2013), assessed.parquet (2014)

Run ``python prepare.py``: the same table always gives the same rows.
"""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
TABLE = HERE / "raw" / "oulad_model_table.csv.gz"
DAY = 60

READ = [
    "share_not_submitted",
    "mark_shortfall",
    "share_late",
    "banked_scores",
]
"""The columns the model reads: course work only. README.md says what any other would buy."""

AUDIT = ["gender", "age_band", "disability", "imd_quintile"]
"""Kept only to see whether the model serves each group equally well."""

KEPT = ["person", "code_presentation", *READ, "total_shortfall", *AUDIT, "final_result"]

QUINTILES = {
    "0-10%": "1 (most deprived)",
    "10-20": "1 (most deprived)",
    "20-30%": "2",
    "30-40%": "2",
    "40-50%": "3",
    "50-60%": "3",
    "60-70%": "4",
    "70-80%": "4",
    "80-90%": "5 (least deprived)",
    "90-100%": "5 (least deprived)",
}
"""Deprivation is published in tenths of areas; two tenths make a fifth."""

RUN = ["code_module", "code_presentation"]
"""One run of one course: marks are compared within it only, because each sets its own work."""


def prepare(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the training rows (2013) and the assessed rows (2014), without a person in common."""
    students = enrolled_with_signals(table)
    year = students["code_presentation"].str[:4]
    training = students[year == "2013"]
    later = students[year == "2014"]
    return _tidy(training), _tidy(later[~later["person"].isin(training["person"])])


def enrolled_with_signals(table: pd.DataFrame) -> pd.DataFrame:
    """Return the students in scope on day 60 with the signals computed within their own course."""
    return _with_signals(_still_enrolled(_in_scope(table)))


def _in_scope(table: pd.DataFrame) -> pd.DataFrame:
    """Keep courses that ran in both years and had set marked work by day 60.

    CCC ran in 2014 only, so nothing could be learned about it; GGG sets nothing so early, so there
    is nothing to read. What was set is seen from the most that any of its students handed in.
    """
    due = table.groupby(RUN)["early_assessments_submitted"].transform("max")
    years = table["code_presentation"].str[:4].groupby(table["code_module"]).transform("nunique")
    return table.assign(due=due)[(due > 0) & (years == 2)]


def _still_enrolled(table: pd.DataFrame) -> pd.DataFrame:
    """Keep students who are there on day 60.

    Who has already left has handed in nothing: a model would "predict" what is already known.
    """
    registered_later = table["date_registration"] > DAY
    return table[(table["withdrew_before_day_60"] == 0) & ~registered_later]


def _with_signals(students: pd.DataFrame) -> pd.DataFrame:
    submitted = students["early_assessments_submitted"]
    mean_mark = students["early_score_mean"]
    runs = students[RUN].agg("/".join, axis=1)
    total = mean_mark.fillna(0) * submitted / students["due"]
    return students.assign(
        share_not_submitted=1 - submitted / students["due"],
        # A share of zero is undefined: who handed in nothing is missing here, and the classifier
        # treats missing as its own branch.
        share_late=(students["early_submitted_late"] / submitted).where(submitted > 0),
        mark_shortfall=1 - mean_mark.groupby(runs).rank(pct=True),
        total_shortfall=1 - total.groupby(runs).rank(pct=True),
        # Not imputed: no band is mostly two regions (the North of England and Ireland), so it is a
        # group of its own.
        imd_quintile=students["imd_band"].map(QUINTILES).fillna("unknown"),
    )


def _tidy(students: pd.DataFrame) -> pd.DataFrame:
    ordered = students.sort_values(["code_presentation", "code_module", "person"])
    return ordered[KEPT].round(6).reset_index(drop=True)


def main() -> None:
    """Write both files beside this one."""
    training, assessed = prepare(pd.read_csv(TABLE))
    for name, rows in {"training": training, "assessed": assessed}.items():
        rows.to_parquet(HERE / f"{name}.parquet", index=False, compression="zstd")
        print(f"{name}.parquet: {len(rows):,} rows, {rows['person'].nunique():,} persons")


if __name__ == "__main__":
    main()
