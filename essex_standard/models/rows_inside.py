"""Which parts of a fitted model carry people it was trained on, whoever gets the file.

Nearest neighbours and Gaussian processes keep all training rows, support vector machines those that
decide; a tree whose leaves hold fewer than ten people each has nearly written them down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

MOST_DEPTH = 12
"""Estimators within estimators; deeper is a circle rather than a model."""

SMALL_LEAF = 10
"""People in a leaf below which it tells of them; most leaves must be so small."""

MOST_TREES = 50
"""Trees looked at in one model: those of a forest are all alike."""

_ROWS = ("_fit_X", "X_train_", "X_fit_", "support_vectors_", "_X_train")
"""Attributes of scikit-learn's in which training rows stand as they were."""


def parts_with_rows(model: Any) -> tuple[str, ...]:
    """Return the classes of the parts that carry training rows, and why, in alphabetical order.

    Nothing found means that no such part is known; what cannot be looked into is not looked into.
    """
    found: dict[str, str] = {}
    trees: dict[str, list[bool]] = {}
    for part, path in _parts(model, (), set()):
        name = type(part).__name__
        if any(_holds_rows(part, attribute) for attribute in _ROWS):
            # What scikit-learn hides is named by what it is part of.
            name = next((n for n in (name, *path[::-1]) if not n.startswith("_")), name)
            found[name] = f"{name} (it keeps rows it was trained on)"
        leaves = _leaves(part)
        if leaves is not None:
            # A forest is named by its own class, not by that of its trees.
            trees.setdefault(path[-1] if path else name, []).append(
                bool(np.mean(leaves < SMALL_LEAF) > 0.5)
            )
    for name, small in trees.items():
        if sum(small) * 2 > len(small):
            found[name] = f"{name} (most leaves of its trees hold fewer than {SMALL_LEAF} people)"
    return tuple(found[name] for name in sorted(found))


def _parts(
    part: Any, path: tuple[str, ...], seen: set[int]
) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Yield every estimator in a model, with the names of those around it."""
    if id(part) in seen or len(path) > MOST_DEPTH:
        return
    seen.add(id(part))
    yield part, path
    inside = getattr(part, "__dict__", None)
    if not isinstance(inside, dict):
        return
    around = (*path, type(part).__name__)
    for value in inside.values():
        for child in _estimators(value, 0):
            yield from _parts(child, around, seen)


def _estimators(value: Any, depth: int) -> Iterator[Any]:
    if any(hasattr(value, mark) for mark in ("get_params", "predict_proba", "nodes")):
        yield value
    elif depth < 3 and isinstance(value, Mapping):
        for v in value.values():
            yield from _estimators(v, depth + 1)
    elif depth < 3 and (
        isinstance(value, (list, tuple))
        or (isinstance(value, np.ndarray) and value.dtype == object)
    ):
        for v in list(value)[:MOST_TREES]:
            yield from _estimators(v, depth + 1)


def _holds_rows(part: Any, attribute: str) -> bool:
    kept = getattr(part, "__dict__", {}).get(attribute)
    shape: tuple[int, ...] = getattr(kept, "shape", ())
    return len(shape) == 2 and min(shape) > 0


def _leaves(part: Any) -> Any:
    """Return how many people each leaf of a tree held in training, or None for what is no tree."""
    tree = getattr(part, "tree_", None)
    if tree is not None and hasattr(tree, "n_node_samples"):
        return np.asarray(tree.n_node_samples)[np.asarray(tree.children_left) < 0]
    nodes = getattr(part, "nodes", None)
    names = getattr(getattr(nodes, "dtype", None), "names", None) or ()
    if nodes is not None and {"count", "is_leaf"} <= set(names):
        return np.asarray(nodes["count"])[np.asarray(nodes["is_leaf"]) == 1]
    return None
