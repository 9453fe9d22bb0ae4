"""Find the positive outcome among a model's classes by its name, never by its position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from essex_standard.errors import ModelError, Problem, nearest

MOST_LISTED = 12
"""Classes a message lists before it says how many more there are."""


def classes_of(model: Any) -> tuple[Any, ...] | None:
    """Return the outcomes a fitted model knows, in its own order; None if it names none.

    Raises
    ------
    ModelError
        If the model predicts several outcomes at once.
    """
    classes = getattr(model, "classes_", None)
    if classes is None:
        return None
    if isinstance(classes, list) and classes and np.ndim(classes[0]) > 0:
        raise ModelError.because(
            f"the model predicts {len(classes)} outcomes at once",
            where=type(model).__name__,
            mend="Give a model of one outcome, or a function that returns the scores of one.",
        )
    return tuple(c.item() if isinstance(c, np.generic) else c for c in classes)


def positive_indices(classes: Sequence[Any], positive: Any, *, where: str) -> tuple[int, ...]:
    """Return the places of the positive labels among the classes.

    Parameters
    ----------
    classes : sequence
        What `classes_of` returned.
    positive : label, sequence of labels or None
        The outcome predicted. None is understood for the classes 0 and 1, or False and True, and
        for no others.
    where : str
        What the message calls the model.

    Returns
    -------
    tuple of int
        In ascending order.

    Raises
    ------
    ModelError
        If a label is not among the classes, none is named, or every class is named.

    Examples
    --------
    >>> positive_indices(["Pass", "Fail", "Withdrawn"], ["Withdrawn", "Fail"], where="model")
    (1, 2)
    """
    if positive is None:
        return (_conventional(classes, where),)
    labels = labels_of(positive)
    found = {label: _place(classes, label) for label in labels}
    missing = [label for label, place in found.items() if place is None]
    if missing or not labels:
        listed = list_classes(classes)
        raise ModelError(
            Problem(
                what=f"the positive outcome {label!r} is not one of the model's classes: {listed}",
                where=where,
                mend=nearest(str(label), map(str, classes))
                or "Name the classes that mean the outcome predicted (positive), or train the "
                "model on these labels.",
            )
            for label in missing or ["(none given)"]
        )
    places = tuple(sorted({place for place in found.values() if place is not None}))
    if len(places) == len(classes):
        raise ModelError.because(
            f"every class of the model is named positive: {list_classes(classes)}",
            where=where,
            mend="Name only the classes that mean the outcome predicted.",
        )
    return places


def labels_of(positive: Any) -> tuple[Any, ...]:
    """Return one label or several as a tuple of labels."""
    if isinstance(positive, (str, bytes)) or not isinstance(positive, Iterable):
        positive = [positive]
    return tuple(p.item() if isinstance(p, np.generic) else p for p in positive)


def list_classes(classes: Sequence[Any]) -> str:
    """Return the classes as a message shows them."""
    shown = ", ".join(repr(c) for c in classes[:MOST_LISTED])
    more = len(classes) - MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def _conventional(classes: Sequence[Any], where: str) -> int:
    if (
        len(classes) == 2
        and all(not isinstance(c, str) for c in classes)
        and set(classes) == {0, 1}
    ):
        return list(classes).index(1)
    raise ModelError.because(
        f"it is not said which of the model's classes is the outcome predicted: "
        f"{list_classes(classes)}",
        where=where,
        mend="Name it: positive = one of them, or a list of several.",
    )


def _place(classes: Sequence[Any], label: Any) -> int | None:
    """Return where a label stands: the same value first, else the only class that reads the same.

    The second way lets a TOML say "1" for the class 1; text is never equal to a number otherwise.
    """
    same = [
        i
        for i, c in enumerate(classes)
        if isinstance(c, str) == isinstance(label, str) and c == label
    ]
    if not same:
        same = [i for i, c in enumerate(classes) if str(c) == str(label)]
    return same[0] if len(same) == 1 else None
