"""Fit on 2013, assess on 2014, and go no further unless the model is released."""

import sys
import zipfile
from pathlib import Path

import pandas as pd
from prepare import READ
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import Pipeline
from skops.io import dump

from essex_standard import assess

HERE = Path(__file__).parent


def trees() -> HistGradientBoostingClassifier:
    """Return the classifier; a missing share or mark is a branch of its own."""
    return HistGradientBoostingClassifier(
        max_iter=50, learning_rate=0.08, max_leaf_nodes=6, min_samples_leaf=100, random_state=0
    )


def fit(training: pd.DataFrame) -> Pipeline:
    """Return the fitted pipeline: the columns read, by name, then the classifier."""
    columns = ColumnTransformer([("course_work", "passthrough", READ)])
    model = Pipeline([("columns", columns), ("risk", trees())])
    return model.fit(training[READ], training["final_result"])


def main(save_as: Path) -> None:
    """Fit, assess, require: the intended use."""
    training = pd.read_parquet(HERE / "training.parquet")
    assessed = pd.read_parquet(HERE / "assessed.parquet")

    model = fit(training)
    dump(model, save_as, compression=zipfile.ZIP_DEFLATED)
    assessment = assess(
        model,
        assessed,
        assessed["final_result"],
        submission=HERE / "submission.toml",
        reference=training,
        reference_y=training["final_result"],
    )
    assessment.require()  # raises NotAssured, and says why, until the board has released the model
    print(f"Released: {save_as} may be used.")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "candidate.skops"))
