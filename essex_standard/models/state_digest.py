"""The digest of a fitted model's state: the same after every saving and loading.

Neither skops nor joblib writes the same object to the same bytes twice. So the object itself is
walked, and every part is hashed from its content:

    digest(object) = SHA-256(class name, digests of its attributes, sorted)
    digest(array)  = SHA-256(dtype, shape, bytes)

Left out, because they say nothing about what the model predicts and differ between two savings or
two trainings: identities, memory layout, the version stamp scikit-learn adds on saving, and the
timings of a search. Functions and classes go in by their qualified name: the digest does not see a
change inside the body of a named function.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.models.state_parts import (
    CannotWalkError,
    class_name,
    dtype_name,
    language_parts,
    pandas_parts,
    simple_parts,
    sparse_parts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT_OUT = frozenset({"_sklearn_version", "refit_time_"})
"""Attributes that are stamps or stop-watches; of ``cv_results_``, the keys ending in ``_time``."""

_NO_CYCLE = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class StateDigest:
    """A digest, or the reason why there is none.

    Attributes
    ----------
    digest : str or None
        ``"sha256:..."``; None if some part cannot be walked.
    reason : str
        What could not be walked; empty if there is a digest.
    """

    digest: str | None
    reason: str = ""


def state_digest(model: Any) -> StateDigest:
    """Return the digest of an object's state.

    Parameters
    ----------
    model : object
        A fitted estimator or pipeline, or any value.

    Returns
    -------
    StateDigest

    Examples
    --------
    >>> state_digest({"b": 2, "a": 1}) == state_digest({"a": 1, "b": 2})
    True
    """
    try:
        return StateDigest(digest="sha256:" + _Walk().digest(model).hex())
    except CannotWalkError as error:
        return StateDigest(digest=None, reason=str(error))
    except RecursionError:
        return StateDigest(digest=None, reason="parts nested too deeply")


@dataclass(slots=True)
class _Walk:
    """One walk: what is being walked (for cycles) and what was walked already (for speed)."""

    open: dict[int, int] = field(default_factory=dict)
    done: dict[int, tuple[Any, bytes]] = field(default_factory=dict)
    highest_cycle: int = _NO_CYCLE

    def digest(self, value: Any) -> bytes:
        """Return the digest of a value and of all below it."""
        simple = simple_parts(value)
        if simple is not None:
            return _hash(*simple)
        key = id(value)
        if key in self.done:
            return self.done[key][1]
        depth = len(self.open)
        if key in self.open:
            # A cycle: how many steps up it leads is part of the state, the identity is not.
            self.highest_cycle = min(self.highest_cycle, self.open[key])
            return _hash("cycle", str(depth - self.open[key]).encode())
        self.open[key] = depth
        outer, self.highest_cycle = self.highest_cycle, _NO_CYCLE
        result = self._compound(value)
        del self.open[key]
        if self.highest_cycle >= depth:
            # No cycle below leads further up than here, so the digest holds wherever the value is
            # met again. The value is kept alive, so that its id cannot be given to another.
            self.done[key] = (value, result)
            self.highest_cycle = outer
        else:
            self.highest_cycle = min(outer, self.highest_cycle)
        return result

    def _compound(self, value: Any) -> bytes:
        kind = type(value)
        if kind is list or kind is tuple:
            return _hash(kind.__name__, *map(self.digest, value))
        if kind is set or kind is frozenset:
            return _hash(kind.__name__, *sorted(map(self.digest, value)))
        if kind is dict:
            return _hash("dict", *self._items(value))
        if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
            return self._array(value)
        for parts_of in (language_parts, pandas_parts, sparse_parts):
            known = parts_of(value)
            if known is not None:
                name, parts = known
                return _hash(name, *map(self.digest, parts))
        return self._object(value)

    def _array(self, array: np.ndarray[Any, Any]) -> bytes:
        shape = self.digest(tuple(int(n) for n in array.shape))
        if array.dtype.names is not None:
            # Field by field: the padding between fields holds whatever lay in memory.
            fields = (
                part
                for name in array.dtype.names
                for part in (name.encode(), self._array(np.asarray(array[name])))
            )
            return _hash("records", shape, *fields)
        if array.dtype.kind in "OT":
            return _hash("objects", shape, *map(self.digest, array.ravel().tolist()))
        plain = np.asarray(array, dtype=array.dtype.newbyteorder("<"))
        return _hash("array", dtype_name(array.dtype).encode(), shape, plain.tobytes(order="C"))

    def _object(self, value: Any) -> bytes:
        """Walk any object as pickling takes it apart: constructor, arguments, state, items."""
        try:
            reduced = value.__reduce_ex__(4)
        except (TypeError, AttributeError, NotImplementedError, RuntimeError) as error:
            raise CannotWalkError(f"an object of {class_name(value)}") from error
        name = class_name(value).encode()
        if isinstance(reduced, str):
            return _hash("global", name, reduced.encode())
        maker, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
        return _hash(
            "object",
            name,
            self.digest(maker),
            self.digest(arguments),
            *self._state(state),
            b"items",
            *map(self.digest, items or ()),
            b"pairs",
            *self._items(dict(pairs or ())),
        )

    def _state(self, state: Any) -> list[bytes]:
        if isinstance(state, tuple) and len(state) == 2 and _are_attributes(state):
            # The attributes in __dict__, and those in __slots__.
            return [part for half in state for part in (b"half", *self._state(half))]
        if not isinstance(state, dict):
            return [self.digest(state)]
        kept = {name: value for name, value in state.items() if name not in LEFT_OUT}
        results = kept.get("cv_results_")
        if isinstance(results, dict):
            kept["cv_results_"] = {
                key: value for key, value in results.items() if not str(key).endswith("_time")
            }
        return self._items(kept)

    def _items(self, mapping: Mapping[Any, Any]) -> list[bytes]:
        pairs = sorted((self.digest(key), self.digest(value)) for key, value in mapping.items())
        return [part for pair in pairs for part in pair]


def _are_attributes(halves: tuple[Any, Any]) -> bool:
    return all(half is None or isinstance(half, dict) for half in halves)


def _hash(kind: str, *parts: bytes) -> bytes:
    """Return the SHA-256 of a kind and its parts, each with its length, so that none can merge."""
    hashed = hashlib.sha256(kind.encode() + b"\0")
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big"))
        hashed.update(part)
    return hashed.digest()
