"""Evidence of several populations together, as far as they were gathered alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

from essex_standard.evidence.evidence import Evidence

_BY_NAME = ("groups", "group_scores", "errors", "strata", "columns")
_SINGLE = ("scores", "rule", "score_profile")


def together(parts: Sequence[Evidence]) -> Evidence:
    """Return the evidence of all parts: what only some of them know is left out.

    A batch that lost a column, or that came before the Standard asked for one, is still a batch.
    """
    if len(parts) == 1:
        return replace(parts[0], periods={})
    shared: dict[str, Any] = {
        name: {
            key: None
            for key in getattr(parts[0], name)
            if all(key in getattr(p, name) for p in parts)
        }
        for name in _BY_NAME
    }
    missing = {name for name in _SINGLE if any(getattr(p, name) is None for p in parts)}
    alike = []
    for part in parts:
        changed: dict[str, Any] = {
            **{name: {key: getattr(part, name)[key] for key in shared[name]} for name in _BY_NAME},
            **dict.fromkeys(missing),
        }
        alike.append(replace(part, periods={}, classes=None, **changed))
    return reduce(add, alike)


def beside(parts: Mapping[str, Evidence]) -> Evidence:
    """Return the evidence of all parts with each as a period, so that they can be compared."""
    whole = together(list(parts.values()))
    return replace(whole, periods={name: replace(e, periods={}) for name, e in parts.items()})
