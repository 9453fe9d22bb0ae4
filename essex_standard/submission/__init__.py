"""What the team declares: the submission, its agreements, and the rules over them.

>>> from essex_standard.submission import load_submission  # doctest: +SKIP
>>> loaded = load_submission("my-project/submission.toml")  # doctest: +SKIP
"""

from __future__ import annotations

from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.loading import (
    LoadedSubmission,
    load_agreement,
    load_submission,
    read_agreement,
)
from essex_standard.submission.submission import Submission

__all__ = [
    "DataSharingAgreement",
    "LoadedSubmission",
    "Submission",
    "load_agreement",
    "load_submission",
    "read_agreement",
]
