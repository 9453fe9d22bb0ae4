"""One batch: which rows it is of, which outcomes are known of it, and when it is from.

A batch is known again by its content: the digest of all its columns but the outcome. The same rows
with outcomes that have come in the meantime are therefore the same batch.
"""

from __future__ import annotations

import calendar
import datetime as dt
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError, nearest
from essex_standard.evidence import frames
from essex_standard.models.digests import frame_digest
from essex_standard.pipeline.beside import period_of
from essex_standard.pipeline.tables import read

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.submission import Submission

_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch as it was read; it never leaves the memory.

    Attributes
    ----------
    identity : str
        Digest of every column but the outcome.
    outcomes : str
        Digest of the outcomes; empty where none is known.
    outcome : ndarray of shape (n_rows,) or None
        1, 0, or a quantity; what `known` does not vouch for is of no account.
    period : str
        As it may be printed.
    on : date
        Its last day as far as dates tell, else the day of the look.
    dated : bool
        Whether its dates told.
    """

    frame: pd.DataFrame = field(repr=False)
    identity: str
    outcomes: str
    outcome: NDArray[np.float64] | None = field(repr=False)
    known: NDArray[np.bool_] = field(repr=False)
    period: str
    on: dt.date
    dated: bool

    @property
    def known_share(self) -> float:
        """Share of rows whose outcome is known."""
        return float(self.known.mean())


def read_batch(
    data: Any, submission: Submission, *, outcomes: Any, key: str | None, as_of: dt.date
) -> Batch:
    """Read a batch and join what outcomes have come.

    Parameters
    ----------
    data, outcomes : dataframe or path
    submission : Submission
        Of the stored plan: what each column is.
    key : str or None
        Column that `outcomes` and `data` share.

    Raises
    ------
    DataError
        If either cannot be used.
    """
    frame = _frame(data, "data (--data)")
    if not len(frame):
        raise DataError.because(
            "there are no rows in this batch",
            where="data (--data)",
            mend="Give the rows of one period; a period without anybody needs no look",
        )
    declared = submission.data
    raw = frame[declared.outcome] if declared.outcome in frame.columns else None
    own = [c for c in (declared.outcome, declared.outcome_known) if c in frame.columns]
    rest = frame.drop(columns=own)
    identity = frame_digest(rest.reset_index(drop=True))
    if outcomes is not None:
        raw = _joined(rest, raw, _frame(outcomes, "outcomes (--outcomes)"), declared.outcome, key)
    elif key is not None:
        raise DataError.because(
            f"the key '{key}' is given without outcomes to join by it",
            where="key (--key)",
            mend="Name the file of outcomes with --outcomes",
        )
    known = _known(frame, raw, declared.outcome_known)
    outcome = None if raw is None else _read_outcome(raw, known, submission)
    if outcome is None or not known.any():
        outcome, known = None, np.zeros(len(frame), bool)
    period, last = _when(frame, declared.time)
    if last is not None and last.replace(day=1) > as_of:
        raise DataError.because(
            f"the rows are from {last:%Y-%m}, which is after the day of the look ({as_of})",
            where=f"data (--data), column '{declared.time}'",
            mend="Correct the dates, or give the day of the look with --as-of",
        )
    return Batch(
        frame=rest,
        identity=identity,
        outcomes="" if outcome is None else frame_digest(np.where(known, outcome, -1.0)),
        outcome=outcome,
        known=known,
        period=period or f"{as_of:%Y-%m}",
        on=last or as_of,
        dated=last is not None,
    )


def _frame(given: Any, what: str) -> pd.DataFrame:
    if isinstance(given, (str, os.PathLike)):
        return read(given, what=what)[0]
    return frames.to_frame(given, what=what)


# Outcomes ----------------------------------------------------------------------------------------


def _joined(
    frame: pd.DataFrame, raw: Any, late: pd.DataFrame, outcome: str, key: str | None
) -> pd.Series:
    """Return each row's outcome: the one that came late, or else what the batch held."""
    import pandas as pd

    if key is None:
        raise DataError.because(
            "nothing says which outcome belongs to which row",
            where="outcomes (--outcomes)",
            mend="Name the column that both files share: --key COLUMN",
        )
    for table, what in ((frame, "data (--data)"), (late, "outcomes (--outcomes)")):
        if key not in table.columns:
            near = nearest(key, map(str, table.columns))
            raise DataError.because(
                f"the key '{key}' is not a column", where=what, mend=near or "Check its name"
            )
    if outcome not in late.columns:
        near = nearest(outcome, map(str, late.columns))
        raise DataError.because(
            f"the outcome '{outcome}' is not a column",
            where="outcomes (--outcomes)",
            mend=near or "Name it as in the data assessed",
        )
    late = late[late[key].notna()]
    keys = late[key].map(frames.label_of)
    if keys.duplicated().any():
        raise DataError.because(
            f"some entries of '{key}' stand there more than once",
            where="outcomes (--outcomes)",
            mend="Give one outcome for each",
        )
    known = pd.Series(late[outcome].to_numpy(dtype=object), index=keys.to_numpy())
    mine = frame[key].map(frames.label_of, na_action="ignore")
    if not mine.isin(known.index).any():
        raise DataError.because(
            f"no entry of '{key}' is in both files, so no outcome belongs to this batch",
            where="outcomes (--outcomes)",
            mend="Give the outcomes of these rows, or another column to join by",
        )
    found = mine.map(known)
    return found if raw is None else found.where(found.notna(), raw)


def _known(frame: pd.DataFrame, raw: Any, column: str) -> NDArray[np.bool_]:
    if raw is None:
        return np.zeros(len(frame), bool)
    known = raw.notna().to_numpy() & raw.map(lambda v: str(v).strip() != "").to_numpy()
    if column in frame.columns:
        known &= frames.as_bool(frame[column])
    return np.asarray(known, dtype=bool)


def _read_outcome(
    raw: pd.Series, known: NDArray[np.bool_], submission: Submission
) -> NDArray[np.float64]:
    """Return 1 for the outcome predicted, 0 for another; a quantity as it is."""
    if submission.model.score_kind == "quantity":
        return frames.quantities(raw, known=known)
    positive = {frames.label_of(p) for p in submission.model.positive} or {"1", "True"}
    labels = raw[known].map(frames.label_of)
    if not submission.model.positive and not set(labels) <= {"0", "1", "True", "False"}:
        raise DataError.because(
            "the outcome holds values other than 0 and 1",
            where=f"column '{submission.data.outcome}'",
            mend="Write it as in the data assessed",
        )
    coded = np.zeros(len(raw))
    coded[known] = labels.isin(positive).to_numpy()
    return coded


# Time --------------------------------------------------------------------------------------------


def _when(frame: pd.DataFrame, column: str) -> tuple[str, dt.date | None]:
    """Return the period in words, and the last day of the last month that ten rows share."""
    if column not in frame.columns:
        return "", None
    period = period_of(frame[column])
    months = _MONTH.findall(period)
    if not months:
        return period, None
    year, month = (int(part) for part in months[-1])
    return period, dt.date(year, month, calendar.monthrange(year, month)[1])


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last one of that month.

    Examples
    --------
    >>> months_later(dt.date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))
