"""What each column would buy: the measurements behind the choice of columns in the README.

Each run of a course in 2013 is predicted by a model fitted on the other runs; nothing of 2014, the
year of the assessment, is looked at. Run ``python choose_columns.py`` (about a minute).
"""

import numpy as np
import pandas as pd
from prepare import READ, TABLE, enrolled_with_signals
from sklearn.compose import ColumnTransformer
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder
from train import trees

LEFT_OUT = [
    "num_of_prev_attempts",
    "pre_course_clicks",
    "studied_credits",
    "date_registration",
]
NEVER_READ = ["gender", "age_band", "disability", "imd_quintile", "region", "highest_education"]


def quality(students: pd.DataFrame, numbers: list[str], labels: list[str]) -> tuple[float, float]:
    """Return AUROC and average precision of course runs that the model has not seen."""
    encoder = OrdinalEncoder(encoded_missing_value=-1)
    columns = ColumnTransformer([("n", "passthrough", numbers), ("l", encoder, labels)])
    model = Pipeline([("columns", columns), ("risk", trees())])
    outcome = students["final_result"]
    scores = cross_val_predict(
        model,
        students[[*numbers, *labels]],
        outcome,
        cv=LeaveOneGroupOut(),
        groups=students["code_module"] + students["code_presentation"],
        method="predict_proba",
    )
    positive = np.isin(np.unique(outcome), ["Withdrawn", "Fail"])
    score = scores[:, positive].sum(axis=1)
    happened = outcome.isin(["Withdrawn", "Fail"])
    return roc_auc_score(happened, score), average_precision_score(happened, score)


def main() -> None:
    """Print one line a set of columns."""
    students = enrolled_with_signals(pd.read_csv(TABLE))
    students = students[students["code_presentation"].str.startswith("2013")]
    trials = {"the columns read": (READ, [])}
    trials |= {f"without {c}": ([r for r in READ if r != c], []) for c in READ}
    trials |= {f"with {c}": ([*READ, c], []) for c in LEFT_OUT}
    trials |= {f"with {c}": (READ, [c]) for c in NEVER_READ}
    trials["with all ten of these"] = ([*READ, *LEFT_OUT], NEVER_READ)
    for name, (numbers, labels) in trials.items():
        auroc, precision = quality(students, numbers, labels)
        print(f"{name:30s} AUROC {auroc:.3f}  average precision {precision:.3f}")


if __name__ == "__main__":
    main()
