"""From stored JSON back to frozen data: nothing unknown, nothing missing, nothing of a wrong type.

Every fault is gathered with the place where it stands, and no value is ever converted: a file that
does not say exactly what was written is not an assessment.
"""

from __future__ import annotations

import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from essex_standard.errors import Problem, nearest

MEND = "Use the file as 'essex-standard assess' wrote it, unchanged"

_NAMES: dict[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    types.NoneType: "null",
}
_BAD = object()


class Reader:
    """Reads dataclasses from plain JSON and remembers every fault.

    Parameters
    ----------
    source : str
        The file, for messages.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def fault(self, where: str, what: str, mend: str = MEND) -> Any:
        """Remember a fault at a place in the file."""
        self.problems.append(Problem(what=what, where=f"{self.source}, {where}", mend=mend))
        return _BAD

    def read(self, kind: Any, stored: Any, where: str) -> Any:
        """Return `stored` as `kind`; after a fault what is returned must not be used."""
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            return self._one_of(get_args(kind), stored, where)
        if origin is tuple:
            return self._items(get_args(kind), stored, where)
        if origin is not None and issubclass(origin, Mapping):
            return self._texts(stored, where)
        if is_dataclass(kind) and isinstance(kind, type):
            return self._record(kind, stored, where)
        if isinstance(kind, type) and issubclass(kind, Enum):
            known = [member.value for member in kind]
            if stored not in known:
                return self.fault(where, f"it is not one of: {', '.join(known)}")
            return kind(stored)
        return stored if _fits(kind, stored) else self.fault(where, f"it is not {_NAMES[kind]}")

    def keys(
        self, stored: Mapping[str, Any], *, known: set[str], needed: set[str], where: str
    ) -> None:
        """Remember every key that is unknown or missing."""
        for key in sorted(set(stored) - known):
            self.fault(where, f"the key '{key}' is not known", nearest(key, known) or MEND)
        for key in sorted(needed - set(stored)):
            self.fault(where, f"the key '{key}' is missing")

    def _record(self, kind: type, stored: Any, where: str) -> Any:
        if not isinstance(stored, dict):
            return self.fault(where, "it is not a table of keys and values")
        shape = _shape(kind)
        needed = {name for name, (given, _) in shape.items() if _is_required(given)}
        self.keys(stored, known=set(shape), needed=needed, where=where)
        found = {
            name: self.read(hint, stored[name], f"{where}.{name}")
            for name, (_, hint) in shape.items()
            if name in stored
        }
        return _BAD if self.problems else kind(**found)

    def _items(self, kinds: tuple[Any, ...], stored: Any, where: str) -> Any:
        if not isinstance(stored, list):
            return self.fault(where, "it is not a list")
        if kinds[-1] is not Ellipsis and len(stored) != len(kinds):
            return self.fault(where, f"it does not have {len(kinds)} entries")
        return tuple(self.read(kinds[0], v, f"{where}[{i}]") for i, v in enumerate(stored))

    def _texts(self, stored: Any, where: str) -> Any:
        if not isinstance(stored, dict) or not all(isinstance(v, str) for v in stored.values()):
            return self.fault(where, "it is not a table of texts")
        return dict(stored)

    def _one_of(self, kinds: tuple[Any, ...], stored: Any, where: str) -> Any:
        for kind in kinds:
            if get_origin(kind) is tuple and isinstance(stored, list):
                return self.read(kind, stored, where)
            if _fits(kind, stored):
                return stored
        names = [_NAMES.get(kind, "a pair of numbers") for kind in kinds]
        return self.fault(where, f"it is neither {' nor '.join(names)}")


def _fits(kind: Any, stored: Any) -> bool:
    if kind is bool or isinstance(stored, bool):
        return kind is bool and isinstance(stored, bool)
    if kind is float:
        return isinstance(stored, (int, float)) and abs(stored) < math.inf
    return isinstance(kind, type) and isinstance(stored, kind)


@lru_cache(maxsize=32)
def _shape(kind: type) -> dict[str, tuple[Field[Any], Any]]:
    hints = get_type_hints(kind)
    return {f.name: (f, hints[f.name]) for f in fields(kind)}


def _is_required(given: Field[Any]) -> bool:
    return given.default is MISSING and given.default_factory is MISSING
