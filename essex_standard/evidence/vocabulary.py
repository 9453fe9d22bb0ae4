"""The words of columns, gathered beside their profiles where a check asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from essex_standard.evidence.column_profile import ColumnProfile
from essex_standard.evidence.identifiers import read_values
from essex_standard.evidence.text_profile import TextProfile

if TYPE_CHECKING:
    import pandas as pd


def with_words(
    profiles: Mapping[str, ColumnProfile], columns: pd.DataFrame
) -> dict[str, ColumnProfile]:
    """Return the profiles with the words of every column that holds labels.

    Of short labels too, so that batches add up whatever each of them looks like by itself.
    """
    return {
        name: _with_words(profile, columns[name]) if profile.labels.rows else profile
        for name, profile in profiles.items()
    }


def _with_words(profile: ColumnProfile, values: pd.Series) -> ColumnProfile:
    parts = read_values(values)
    return replace(profile, text=TextProfile.of(parts.labels, parts.label_rows))
