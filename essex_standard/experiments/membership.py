"""Whether a model gives away who it was trained on: the attack by a threshold on the loss.

    the attacker says "member" where the score lies close to the outcome that came
    AUROC = P(of a member and a non-member, the member's score lies closer)

0.5 means that nothing shows; 1 that every member is found. Members are the people of the reference,
non-members those assessed. They may differ for a reason that has nothing to do with training: the
world moved between them. So a copy of the model is fitted to one half of the reference and attacked
on both halves, where nothing but membership can tell them apart. A copy that learned from half as
many people clings to them rather more than the model does.

References
----------
Yeom, Giacomelli, Fredrikson and Jha (2018), "Privacy risk in machine learning: analyzing the
connection to overfitting", IEEE Computer Security Foundations Symposium, 268-282.
Shokri, Stronati, Song and Shmatikov (2017), "Membership inference attacks against machine learning
models", IEEE Symposium on Security and Privacy, 3-18 (models fitted to halves).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.statistics.held_out import HeldOut, RankEstimate, held_out_roc_auc

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST_ROWS = 10_000
"""People of the reference to whose one half the copy is fitted."""

FEWEST = 20
"""People with and without the outcome in the reference, below which no copy is fitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Scores, outcomes and families of one population.

    Attributes
    ----------
    scores : ndarray of float, shape (n,)
        Probabilities, or unbounded.
    outcome : ndarray of int8, shape (n,)
        0, 1, or 2 where it was not observed: such people are left out.
    clusters : ndarray of int, shape (n,), or None
        Codes that mean the same on both sides.
    """

    scores: Array
    outcome: NDArray[np.int8]
    clusters: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What the attack found.

    Attributes
    ----------
    attack : RankEstimate or None
        On the model itself, members against non-members.
    n : (int, int)
        Members and non-members.
    copy : RankEstimate or None
        On a copy of the model, half of the reference against the other half.
    roc_auc : (float, float) or None
        Of the model among members and among non-members.
    fewest_outcomes : int
        People with, or without, the outcome on the side where there are fewest.
    reason, no_copy : str
        Why there is no attack, or no copy.
    """

    attack: RankEstimate | None = None
    n: tuple[int, int] = (0, 0)
    copy: RankEstimate | None = None
    roc_auc: tuple[float, float] | None = None
    fewest_outcomes: int = 0
    reason: str = ""
    no_copy: str = ""
    seed: int = 0


def closeness(scores: Array, outcome: NDArray[np.int8], middle: float) -> Array:
    """Return how close each score lies to the outcome: the order of the log-loss, turned round.

    Parameters
    ----------
    middle : float
        The score at which neither outcome is favoured: a half, for probabilities.
    """
    found = np.where(outcome == 1, scores - middle, middle - scores)
    # 0.3 with the outcome and 0.7 without it are as close, whatever a last digit says.
    return np.asarray(np.round(found, 12))


def membership(
    members: Side,
    others: Side,
    *,
    probability: bool,
    seed: int,
    model: Any = None,
    frame: pd.DataFrame | None = None,
) -> Membership:
    """Attack the model, and a copy of it where it can be fitted again.

    Parameters
    ----------
    members, others : Side
        The people the model learned from, and people it has not seen.
    probability : bool
        Whether scores are probabilities; of unbounded ones the middle score stands for a half.
    model : estimator, optional
        As it is fitted; without it no copy is made.
    frame : DataFrame, optional
        The members' rows as the model takes them.
    """
    members_known, others_known = members.outcome != 2, others.outcome != 2
    outcomes = [s.outcome[k] for s, k in ((members, members_known), (others, others_known))]
    fewest = min(int((y == value).sum()) for y in outcomes for value in (0, 1))
    if fewest == 0:
        return Membership(
            reason="on one side everybody had the outcome, or nobody, or it is not known"
        )
    scores = [members.scores[members_known], others.scores[others_known]]
    middle = 0.5 if probability else float(np.median(np.concatenate(scores)))
    close = np.concatenate([closeness(s, y, middle) for s, y in zip(scores, outcomes, strict=True)])
    is_member = np.repeat([True, False], [len(y) for y in outcomes])
    clusters = None
    if members.clusters is not None and others.clusters is not None:
        clusters = np.concatenate([members.clusters[members_known], others.clusters[others_known]])
    copied, no_copy = _copy(model, frame, members, middle if probability else None, seed)
    return Membership(
        attack=_auroc(close, is_member, clusters),
        n=(len(outcomes[0]), len(outcomes[1])),
        copy=copied,
        roc_auc=(_area(scores[0], outcomes[0]), _area(scores[1], outcomes[1])),
        fewest_outcomes=fewest,
        no_copy=no_copy,
        seed=seed,
    )


def _auroc(
    close: Array, is_member: NDArray[np.bool_], clusters: NDArray[np.int64] | None
) -> RankEstimate | None:
    """Return the AUROC of one attack, nothing of which was fitted to its rows."""
    if clusters is not None:
        _, clusters = np.unique(clusters, return_inverse=True)
        clusters = clusters.reshape(-1)
    n = len(close)
    held = HeldOut(fold=np.zeros(n, np.int64), weights=np.ones(n), clusters=clusters)
    return held_out_roc_auc(close, is_member, held, shared_fits=1.0)


def _area(scores: Array, outcome: NDArray[np.int8]) -> float:
    found = _auroc(scores, outcome == 1, None)
    return float("nan") if found is None else found.value


# The copy ----------------------------------------------------------------------------------------


def _copy(
    model: Any, frame: Any, members: Side, middle: float | None, seed: int
) -> tuple[RankEstimate | None, str]:
    """Return the attack on a copy fitted to half of the members, or why there is none."""
    if model is None or frame is None:
        return None, "the model cannot be fitted again"
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(members.outcome != 2)
    if len(rows) > MOST_ROWS:
        rows = np.sort(rng.choice(rows, MOST_ROWS, replace=False))
    outcome = members.outcome[rows].astype(np.int64)
    clusters = None if members.clusters is None else members.clusters[rows]
    learns = _half(len(rows), clusters, rng)
    if min(np.bincount(outcome[half], minlength=2).min() for half in (learns, ~learns)) < FEWEST:
        return None, "too few people had the outcome, or did not, to fit a copy to half of them"
    data = frame.iloc[rows] if hasattr(frame, "iloc") else frame[rows]
    try:
        scores = _scores_of_copy(model, data, outcome, learns, seed)
    except Exception as error:  # noqa: BLE001
        # Whatever a model raises while it is fitted, the attack on the model itself stands. Its
        # words may quote a value of a row: only its kind is kept.
        return None, f"a copy of the model could not be fitted ({type(error).__name__})"
    if not np.isfinite(scores).all():
        return None, "a copy of the model gave scores that are no numbers"
    centre = float(np.median(scores)) if middle is None else middle
    return _auroc(closeness(scores, outcome.astype(np.int8), centre), learns, clusters), ""


def _half(
    n: int, clusters: NDArray[np.int64] | None, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Return which half the copy learns from; a family is in one half."""
    if clusters is None:
        return np.asarray(rng.permutation(n) % 2 == 0)
    _, place = np.unique(clusters, return_inverse=True)
    place = place.reshape(-1)
    return np.asarray((rng.permutation(int(place.max()) + 1) % 2 == 0)[place])


def _scores_of_copy(
    model: Any, data: Any, outcome: NDArray[np.int64], learns: NDArray[np.bool_], seed: int
) -> Array:
    from sklearn.base import clone

    # A search found its settings already: they are copied, and not searched for again.
    copy = clone(getattr(model, "best_estimator_", model))
    seeds = {
        name: seed for name in copy.get_params(deep=True) if name.split("__")[-1] == "random_state"
    }
    copy.set_params(**seeds)
    half = data.iloc[learns] if hasattr(data, "iloc") else data[learns]
    copy.fit(half, outcome[learns])
    if hasattr(copy, "predict_proba"):
        return np.asarray(copy.predict_proba(data), dtype=np.float64)[:, 1]
    return np.asarray(copy.decision_function(data), dtype=np.float64).reshape(-1)
