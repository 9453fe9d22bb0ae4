"""How coarse each column may be: the coarsest version with which the model does as well.

    numbers      ten bands of about as many people each, five, two
    dates        the month, the year
    postcodes    the district (CM1), the area (CM)
    categories   those of fewer than 1 in 100 together, of fewer than 1 in 20

Every column that stays in the smallest set is tried in turn, from its finest coarser version on,
until one costs more than the margin may hide; what was made coarser before stays coarser. A
version is a function of values learned in training, so that people to come are treated alike. To
test versions in a fixed order and stop at the first that fails needs no correction (Maurer, Hothorn
and Lehmacher 1995, "Multiple comparisons in drug clinical trials and preclinical assays").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.experiments.encoding import is_text
from essex_standard.experiments.fewer_columns import Margin, is_within
from essex_standard.experiments.kept import a_loss, key_of
from essex_standard.statistics.paired import auroc_loss

if TYPE_CHECKING:
    import pandas as pd

    from essex_standard.experiments.necessity import Trial
    from essex_standard.statistics.estimates import Normal

BANDS = ((10, "ten"), (5, "five"), (2, "two"))
RARE = ((0.01, "1 in 100"), (0.05, "1 in 20"))
POSTCODE = r"([A-Z]{1,2})([0-9][A-Z0-9]?)\s*[0-9][A-Z]{2}"

_MOST_ARE = 0.9


@dataclass(frozen=True, slots=True)
class Version:
    """A coarser version of a column: how it is called, and what it makes of values."""

    words: str
    apply: Callable[[pd.Series], pd.Series]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoarserColumn:
    """What a column loses when it is made coarser.

    Attributes
    ----------
    words : str
        The coarsest version within the margin; empty where none is.
    loss : Normal or None
        Of that version, or of the finest one tried where none is within the margin.
    """

    column: str
    words: str = ""
    loss: Normal | None = None
    reason: str = ""


def versions(column: pd.Series) -> tuple[Version, ...]:
    """Return the coarser versions of a column of training, the finest first."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(column):
        return ()
    if pd.api.types.is_numeric_dtype(column):
        return tuple(_banded(column))
    if pd.api.types.is_datetime64_any_dtype(column):
        return (Version("the month", partial(_start, of="day")),
                Version("the year", partial(_start, of="dayofyear")))  # fmt: skip
    present = column.dropna().map(str)
    if not len(present):
        return ()
    if not isinstance(column.dtype, pd.CategoricalDtype):
        matched = present.str.strip().str.upper().str.fullmatch(POSTCODE)
        if matched.mean() >= _MOST_ARE:
            return (Version("the postcode's district", partial(_outward, parts=2)),
                    Version("the postcode's area", partial(_outward, parts=1)))  # fmt: skip
        if is_text(present.unique(), len(present)):
            return ()
    return tuple(_merged(column))


def coarser_columns(trial: Trial, gone: tuple[str, ...], margin: Margin) -> Iterator[CoarserColumn]:
    """Yield, for each column that stays, the coarsest version within the margin.

    Parameters
    ----------
    gone : tuple of str
        Columns left out before; what is lost is lost beside them.
    """
    stays = {c: _versions(trial.learning.frame[c]) for c in trial.reads if c not in gone}
    tried = {c: v for c, v in stays.items() if v}
    made: dict[str, Version] = {}
    for column, ladder in tried.items():
        best, loss, reason = None, None, ""
        for version in ladder:
            now, reason = _loss(trial, gone, made | {column: version})
            if now is None:
                break
            if not is_within(now, margin, len(tried) - len(made)):
                loss = now if best is None else loss
                break
            best, loss = version, now
        if best is not None:
            made[column] = best
        yield CoarserColumn(
            column=column, words="" if best is None else best.words, loss=loss, reason=reason
        )


def _versions(column: pd.Series) -> tuple[Version, ...]:
    try:
        return versions(column)
    except TypeError:
        # Lists and other things that cannot be counted have no coarser version known here.
        return ()


def _loss(
    trial: Trial, gone: tuple[str, ...], made: Mapping[str, Version]
) -> tuple[Normal | None, str]:
    def work() -> tuple[Normal | None, str]:
        base = trial.without(gone)
        if base.scores is None:
            return None, base.reason
        copy = trial.changed(gone, {c: v.apply for c, v in made.items()})
        if copy.scores is None:
            return None, copy.reason
        known = trial.assessed.known
        return auroc_loss(base.scores[known], copy.scores[known], trial.assessed.people), ""

    key = key_of("coarser", gone, {c: v.words for c, v in made.items()})
    return trial.kept.once(key, a_loss(), work)


# Versions ----------------------------------------------------------------------------------------


def _banded(column: pd.Series) -> Iterator[Version]:
    values = np.sort(column.dropna().to_numpy(dtype=float, na_value=np.nan))
    values = values[np.isfinite(values)]
    distinct = len(np.unique(values))
    for number, words in BANDS:
        if distinct <= number:
            continue
        inner = np.quantile(values, np.arange(1, number) / number, method="lower")
        cuts = np.unique(inner[inner < values[-1]]) if len(values) else inner
        # The middle person of each band stands for it: a value that was met, of the same type.
        which = np.searchsorted(cuts, values, side="left")
        middles = np.array(
            [np.quantile(values[which == b], 0.5, method="lower") for b in np.unique(which)]
        )
        if len(middles) > 1:
            yield Version(
                f"{words} bands",
                partial(_into_bands, cuts=cuts, middles=middles),
            )


def _into_bands(column: pd.Series, *, cuts: Any, middles: Any) -> pd.Series:
    import pandas as pd

    values = column.to_numpy(dtype=float, na_value=np.nan)
    known = np.isfinite(values)
    banded = middles[np.searchsorted(cuts, np.where(known, values, 0.0), side="left")]
    result = pd.Series(np.where(known, banded, values), index=column.index)
    return result.astype(column.dtype)


def _start(column: pd.Series, *, of: str) -> pd.Series:
    import pandas as pd

    days = getattr(column.dt, of) - 1
    started: pd.Series = column.dt.normalize() - pd.to_timedelta(days, unit="D")
    return started.astype(column.dtype)


def _outward(column: pd.Series, *, parts: int) -> pd.Series:
    import re

    import pandas as pd

    def coarse(text: Any) -> Any:
        found = re.fullmatch(POSTCODE, str(text).strip().upper())
        return text if found is None else "".join(found.groups()[:parts])

    # What is missing stays what it was: an encoder tells None from a number that is none.
    values = [coarse(v) if known else v for v, known in zip(column, column.notna(), strict=True)]
    return pd.Series(values, index=column.index, dtype=column.dtype)


def _merged(column: pd.Series) -> Iterator[Version]:
    counts = column.dropna().astype(object).value_counts()
    before = 1
    for share, words in RARE:
        rare = counts[counts < share * len(column)]
        if len(rare) > before and len(rare) < len(counts):
            # The commonest of them stands for all: a category that an encoder knows.
            keep = min((c for c, n in rare.items() if n == rare.max()), key=str)
            others = frozenset(rare.index) - {keep}
            yield Version(
                f"categories of fewer than {words} put together",
                partial(_together, others=others, keep=keep),
            )
            before = len(rare)


def _together(column: pd.Series, *, others: frozenset[Any], keep: Any) -> pd.Series:
    values = column.astype(object)
    return values.where(~values.isin(others), keep).astype(column.dtype)
