"""What numpy, pandas, SciPy and Python objects consist of, apart from how they lie in memory.

Each function returns a name and plain parts, which `state_digest` then walks, or None for what is
not its own.
"""

from __future__ import annotations

import builtins
import functools
import types
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Parts = tuple[str, tuple[Any, ...]]

NAMED = (type, types.FunctionType, types.BuiltinFunctionType, np.ufunc)
_PLAIN = (datetime, date, time, timedelta, Decimal, Fraction, PurePath, UUID, range)
_CONSTANTS = (None, Ellipsis, NotImplemented)


class CannotWalkError(Exception):
    """Some part has no canonical form; the text says which kind of object."""


def simple_parts(value: Any) -> tuple[str, bytes] | None:
    """Return kind and bytes of a value that has no parts.

    A numpy number counts as the Python number it equals: savings turn the one into the other.
    """
    if isinstance(value, np.generic) and value.dtype.kind in "biufcUS":
        value = value.item()
    if any(value is constant for constant in _CONSTANTS):
        return "constant", repr(value).encode()
    kind = type(value)
    if kind in _SIMPLE:
        return kind.__name__, _SIMPLE[kind](value)
    if isinstance(value, Enum):
        return "enum", f"{class_name(value)}.{value.name}".encode()
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return str(value.dtype), str(value.astype(np.int64)).encode()
    if isinstance(value, _PLAIN):
        return kind.__name__, str(value).encode()
    return None


_SIMPLE: dict[type, Callable[[Any], bytes]] = {
    bool: lambda v: repr(v).encode(),
    int: lambda v: repr(v).encode(),
    complex: lambda v: repr(v).encode(),
    float: lambda v: v.hex().encode(),
    str: lambda v: v.encode("utf-8", "surrogatepass"),
    bytes: bytes,
    bytearray: bytes,
}


def language_parts(value: Any) -> Parts | None:
    """Return the parts of Python's own objects and of numpy's random generators."""
    for kinds, name, parts in _LANGUAGE:
        if isinstance(value, kinds):
            return name, parts(value)
    return None


_LANGUAGE: tuple[tuple[Any, str, Callable[[Any], tuple[Any, ...]]], ...] = (
    (NAMED, "name", lambda v: (qualified(v),)),
    (slice, "slice", lambda v: (v.start, v.stop, v.step)),
    (types.ModuleType, "module", lambda v: (v.__name__,)),
    (functools.partial, "partial", lambda v: (v.func, v.args, v.keywords)),
    (types.MethodType, "method", lambda v: (v.__name__, v.__self__)),
    (np.dtype, "dtype", lambda v: (dtype_name(v),)),
    (np.random.RandomState, "RandomState", lambda v: (v.get_state(legacy=False),)),
    (np.random.Generator, "Generator", lambda v: (v.bit_generator.state,)),
    (np.random.BitGenerator, "BitGenerator", lambda v: (v.state,)),
    (
        np.ma.MaskedArray,
        "masked",
        lambda v: (v.filled(), np.ma.getmaskarray(v)),
    ),
)


def pandas_parts(value: Any) -> Parts | None:
    """Return the parts of a pandas object; the same values in another storage are other parts."""
    # Some classes say they are of "pandas", some of "pandas.core...".
    if type(value).__module__.split(".")[0] != "pandas":
        return None
    import pandas as pd

    if value is pd.NA or value is pd.NaT:
        return "missing", (str(value),)
    if isinstance(value, pd.Index):
        return "index", (list(value.names), str(value.dtype), value.tolist())
    if isinstance(value, pd.Series):
        return "series", (value.name, str(value.dtype), list(value), value.index)
    if isinstance(value, pd.DataFrame):
        return "frame", (value.columns, [value.iloc[:, i] for i in range(value.shape[1])])
    return _extension_parts(value)


def _extension_parts(value: Any) -> Parts | None:
    import pandas as pd

    if isinstance(value, pd.api.extensions.ExtensionArray):
        return "pandas array", (value.dtype, list(value))
    if isinstance(value, pd.api.extensions.ExtensionDtype):
        categories = getattr(value, "categories", None)
        ordered = getattr(value, "ordered", None)
        return "pandas dtype", (str(value.name), categories, ordered)
    return None


def sparse_parts(value: Any) -> Parts | None:
    """Return a SciPy sparse matrix in one canonical form: it may be stored in several orders."""
    if not type(value).__module__.startswith("scipy.sparse") or not hasattr(value, "tocsr"):
        return None
    matrix = value.tocsr(copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    indices, starts = (np.asarray(a, dtype=np.int64) for a in (matrix.indices, matrix.indptr))
    return "sparse", (matrix.shape, matrix.data, indices, starts)


def dtype_name(dtype: np.dtype[Any]) -> str:
    """Return a dtype's name, the same on machines of either byte order."""
    if dtype.names is not None:
        fields = (f"{name}:{dtype_name(dtype[name])}" for name in dtype.names)
        return f"{{{','.join(fields)}}}"
    return dtype.kind if dtype.kind in "OT" else dtype.newbyteorder("<").str


def qualified(value: Any) -> str:
    """Return ``module.name`` of a class or function that can be found again by that name.

    Raises
    ------
    CannotWalkError
        For a lambda or an inner function, whose name says nothing about what it does.
    """
    module = getattr(value, "__module__", None) or builtins.__name__
    name = getattr(value, "__qualname__", None) or value.__name__
    if "<lambda>" in name or "<locals>" in name:
        raise CannotWalkError(f"a function or class without a name of its own, made in {module}")
    return f"{module}.{name}"


def class_name(value: Any) -> str:
    """Return the qualified name of a value's class."""
    return f"{type(value).__module__}.{type(value).__qualname__}"
