"""What was given directly and wins over the submission: told in one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from essex_standard.pipeline.request import Request

_FIELDS = {
    "X": "data.assessed",
    "y": "data.outcome",
    "protected": "data.protected",
    "reference": "data.reference",
    "score_kind": "model.score_kind",
    "weights": "data.weights",
    "clusters": "data.cluster",
    "time": "data.time",
    "legitimate_factor": "data.legitimate_factor",
    "positive": "model.positive",
    "outcome_known": "data.outcome_known",
    "baseline": "baseline",
    "groupings": "data.groupings",
    "bands": "data.bands",
    "quasi_identifiers": "data.quasi_identifiers",
    "sensitive": "data.sensitive",
}
"""Keywords of `assess` with the field of the submission that each of them replaces."""


def overrides(request: Request) -> tuple[str, ...]:
    """Return the sentence that names every keyword which wins over the submission, or nothing."""
    pairs = list(_pairs(request))
    if not pairs:
        return ()
    listed = ", ".join(f"{keyword} (in place of {field})" for keyword, field in pairs)
    return (f"Given directly, and used rather than what the submission says: {listed}.",)


def _pairs(request: Request) -> Iterator[tuple[str, str]]:
    declared = request.declared
    if declared is None:
        return
    model = next((f for f in ("file", "callable", "scores") if getattr(declared.model, f)), "")
    for keyword in ("model", "scores"):
        given = getattr(request, keyword)
        if given is not None and model and given != declared.model.scores:
            yield keyword, f"model.{model}"
    for keyword, field in _FIELDS.items():
        given, said = getattr(request, keyword), _field(declared, field)
        if given is not None and said and not _same(given, said):
            yield keyword, field
    rule = declared.threshold
    if request.threshold is not None and rule.kind and request.threshold != rule.value:
        yield "threshold", "threshold"
    if request.capacity is not None and rule.kind:
        yield "capacity", "threshold"


def _field(declared: Any, path: str) -> Any:
    for name in path.split("."):
        declared = getattr(declared, name)
    return declared


def _same(given: Any, said: Any) -> bool:
    """Return whether a keyword only repeats the submission; data are never compared."""
    if isinstance(given, Mapping):
        return {k: _tupled(v) for k, v in given.items()} == dict(said)
    if isinstance(given, str):
        return bool(said in {given, (given,)})
    if isinstance(given, (list, tuple)) and all(isinstance(g, str) for g in given):
        return bool(tuple(given) == said)
    return False


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, (list, tuple)) else value
