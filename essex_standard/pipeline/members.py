"""The attack on the model: who learned it, who did not, and how it could be fitted again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.models.inputs import as_the_model_expects

if TYPE_CHECKING:
    from essex_standard.experiments.membership import Membership, Side
    from essex_standard.pipeline.request import Inputs, Population


def attack(inputs: Inputs, *, seed: int) -> Membership | None:
    """Return what an attacker could learn, or None where there is nobody to compare."""
    from essex_standard.experiments.membership import Membership, membership

    old, new = inputs.reference, inputs.assessed
    if old is None or old.scores is None or new.scores is None:
        return None
    if inputs.score_kind not in {"probability", "unbounded"}:
        return Membership(reason="the model predicts a quantity, for which no attack is known here")
    if old.frame is not None and new.frame is not None and old.frame.equals(new.frame):
        return Membership(
            reason="the reference data are the data assessed, so that nobody is known to be new"
        )
    members, others = _sides(inputs, old, new)
    model, frame = _to_fit(inputs, old)
    return membership(
        members,
        others,
        probability=inputs.score_kind == "probability",
        seed=seed,
        model=model,
        frame=frame,
    )


def _sides(inputs: Inputs, old: Population, new: Population) -> tuple[Side, Side]:
    from essex_standard.experiments.membership import Side

    first, second = _clusters(inputs, old, new)
    assert old.scores is not None  # noqa: S101 - asked for only where both are scored
    assert new.scores is not None  # noqa: S101
    return (
        Side(scores=old.scores, outcome=old.outcome, clusters=first),
        Side(scores=new.scores, outcome=new.outcome, clusters=second),
    )


def _clusters(inputs: Inputs, old: Population, new: Population) -> tuple[Any, Any]:
    """Return the families of both sides, in codes that mean the same, if both name them."""
    import pandas as pd

    name = inputs.names.get("cluster", "")
    frames = [old.frame, new.frame]
    if not name or any(f is None or name not in f.columns for f in frames):
        return None, None
    both = np.concatenate(
        [f[name].astype(str).to_numpy(dtype=object) for f in frames if f is not None]
    )
    codes, _ = pd.factorize(both)
    codes = codes.astype(np.int64)
    return codes[: len(old.outcome)], codes[len(old.outcome) :]


def _to_fit(inputs: Inputs, old: Population) -> tuple[Any, Any]:
    """Return the estimator and the rows that a copy is fitted to, where one can be."""
    risk = inputs.risk_model
    if risk is None or old.frame is None or risk.how not in {"predict_proba", "decision_function"}:
        return None, None
    if not (hasattr(risk.model, "fit") and hasattr(risk.model, "get_params")):
        return None, None
    return risk.model, as_the_model_expects(risk.model, old.frame, name=risk.name)
