"""The words of columns, and whom they name: gathered where a check asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.mentions import Mentions
from essex_standard.evidence.text_profile import TextProfile
from essex_standard.evidence.values import read_values

if TYPE_CHECKING:
    import pandas as pd


def with_words(
    profiles: Mapping[str, ColumnProfile], columns: pd.DataFrame
) -> dict[str, ColumnProfile]:
    """Return the profiles with the words of every column of texts.

    Batches add up where the column looks like text in each of them.
    """
    return {
        name: _with_words(profile, columns[name]) if profile.kind == "text" else profile
        for name, profile in profiles.items()
    }


def _with_words(profile: ColumnProfile, values: pd.Series) -> ColumnProfile:
    parts = read_values(values)
    return replace(profile, text=TextProfile.of(parts.labels, parts.label_rows))


def with_mentions(
    profiles: Mapping[str, ColumnProfile], columns: pd.DataFrame
) -> dict[str, ColumnProfile]:
    """Return the profiles with what the labels of every column that has some mention."""
    return {
        name: replace(profile, mentions=_mentions(profile, columns[name]))
        if profile.labels.rows
        else profile
        for name, profile in profiles.items()
    }


def _mentions(profile: ColumnProfile, values: pd.Series) -> Mentions:
    import pandas as pd

    if isinstance(values.dtype, pd.StringDtype) and profile.labels.bucketed:
        # Many different texts: counting how often each occurs would take longer than it spares.
        texts = values.dropna().to_numpy(dtype=object)
        return Mentions.of(texts, np.ones(len(texts), dtype=np.int64))
    if profile.labels.bucketed:
        parts = read_values(values)
        return Mentions.of(parts.labels, parts.label_rows)
    counts = profile.labels.counts
    labels = np.empty(len(counts), dtype=object)
    labels[:] = list(counts)
    return Mentions.of(labels, np.array(list(counts.values()), dtype=np.int64))
