"""Names in a row, as a sentence has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMED = 10
"""Names in a sentence before it says how many more there are."""


def listed(names: Sequence[str]) -> str:
    """Return ``a``, ``a and b``, or the first ten names and how many more there are."""
    if len(names) > NAMED:
        return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
