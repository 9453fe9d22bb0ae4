"""Whether a model is the very one that was assessed: its file's bytes, or else its fitted state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from essex_standard.errors import EssexError
from essex_standard.models.digests import file_digest
from essex_standard.models.loading import load_model
from essex_standard.models.state_digest import state_digest


def why_another_model(
    model: Path,
    *,
    model_digest: str | None,
    state: str | None,
    trusted_types: Sequence[str] = (),
    trust_pickle: bool = False,
) -> str:
    """Return why a model file is not the one assessed, or an empty string.

    Parameters
    ----------
    model_digest, state : str or None
        Digests of the file's bytes and of the fitted state, as the assessment holds them.
    """
    if file_digest(model) == model_digest:
        return ""
    other = f"'{model.name}' is not the model that was assessed. Assess this one."
    if state is None:
        return other
    try:
        loaded = load_model(model, trusted_types=trusted_types, trust_pickle=trust_pickle)
    except EssexError as error:
        return f"{other} ({error})"
    return "" if state_digest(loaded.model).digest == state else other
