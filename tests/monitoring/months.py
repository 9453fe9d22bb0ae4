"""A service that scores families every month, as tables; nothing is drawn without a seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tests.helpers import AS_OF, SUBMISSION, write_submission

STOP = """
[[stop_criteria]]
measure = "true_positive_rate"
comparator = "<"
value = 0.45
window = "P3M"
who_stops = "Director of the service"
within_days = 5
"""

MONTHLY = SUBMISSION.replace(
    'outcome = "happened"', 'outcome = "happened"\ntime = "referred"'
).replace('assessed = "people.csv"', 'assessed = "people.csv"\nreference = "people.csv"')


def month(
    number: int,
    rows: int = 600,
    *,
    seed: int = 1,
    worse: float = 0.0,
    shift: float = 0.0,
) -> pd.DataFrame:
    """Return one month of a model whose scores are right: of those scored 0.3, 3 in 10 are in need.

    Parameters
    ----------
    number : int
        0 for January 2025.
    worse : float
        Share of people whose need has nothing to do with their score.
    shift : float
        By how many standard deviations the input `visits` has moved.
    """
    rng = np.random.default_rng([seed, number])
    score = 1 / (1 + np.exp(1.0 - 1.8 * rng.normal(size=rows)))
    chance = np.where(rng.random(rows) < worse, 0.32, score)
    year, of_year = divmod(number, 12)
    return pd.DataFrame(
        {
            "key": [f"family {number}/{i}" for i in range(rows)],
            "score": np.round(score, 3),
            "happened": (rng.random(rows) < chance).astype(int),
            "sex": rng.choice(["F", "M"], rows),
            "visits": np.round(rng.normal(5 + 2 * shift, 2, rows), 1),
            "referred": [f"{2025 + year}-{of_year + 1:02d}-{1 + i % 28:02d}" for i in range(rows)],
        }
    )


def year(**kwargs) -> pd.DataFrame:
    """Return the twelve months of 2025, that the model was assessed on."""
    return pd.concat([month(i, **kwargs) for i in range(12)], ignore_index=True)


def approved(folder: Path, *, text: str = "", standard: Path | None = None, **kwargs) -> Path:
    """Assess the model on 2025 and write what is kept of it; return ``assessment.json``."""
    from essex_standard import assess

    submission = write_submission(folder / "submission", year(**kwargs), text=MONTHLY + text)
    assessment = assess(submission=submission, standard=standard, as_of=AS_OF)
    assessment.to_json(folder / "assessment.json")
    assessment.save(folder / "assessment.evidence")
    return folder / "assessment.json"
