"""What an agreement is asked, field by field: questions, help and examples, kept as data."""

from __future__ import annotations

import tomllib
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from essex_standard.submission.agreement import DataSharingAgreement
from essex_standard.submission.gateways import GATEWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an agreement and how it is asked for.

    Attributes
    ----------
    path : str
        ``party[].role``: the keys of the file, with ``[]`` after a table that repeats.
    kind : str
        ``text``, ``whole number``, ``yes or no``, ``date``, ``choice`` or ``own`` (the table x).
    many : bool
        Whether it holds a list.
    choices : tuple of str
        The closed list that values are taken from; empty for anything else.
    open : bool
        Whether ``other:<text>`` is taken beside the choices.
    example : object
        A good answer, of the field's own type.
    """

    path: str
    kind: str
    many: bool
    choices: tuple[str, ...]
    open: bool
    ask: str
    help: str
    example: Any

    @property
    def table(self) -> str:
        """The table that repeats and holds the field, with its ``[]``; empty for the file."""
        return self.path.rpartition("[].")[0] + "[]" if "[]." in self.path else ""


@lru_cache(maxsize=1)
def agreement_fields() -> tuple[Field, ...]:
    """Return every field of an agreement, in the order of the guide.

    Raises
    ------
    KeyError
        If the guide and the schema do not name the same fields; a test holds them together.
    """
    typed = dict(_typed(DataSharingAgreement))
    told = _guide()["fields"]
    if missing := sorted(set(typed) ^ set(told)):
        raise KeyError(f"the guide and the schema differ in {missing}")
    return tuple(_field(path, typed[path], entry) for path, entry in told.items())


def words_of_code(code: str) -> str:
    """Return a code of a closed list in words: ``Early help offer``, ``Public task``."""
    said = {**_guide()["words"], **GATEWAYS}.get(code) or code.replace("_", " ")
    return said[:1].upper() + said[1:]


@lru_cache(maxsize=1)
def _guide() -> Mapping[str, Any]:
    text = (files("essex_standard") / "submission" / "agreement_guide.toml").read_text("utf-8")
    return types.MappingProxyType(tomllib.loads(text))


def _typed(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and the annotation of each field that holds no table of ours."""
    for name, info in model.model_fields.items():
        key = before + (info.alias or name)
        inner, many = _inside(info.annotation)
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _typed(inner, f"{key}[]." if many else f"{key}.")
        else:
            yield key, info.annotation


def _inside(annotation: Any) -> tuple[Any, bool]:
    """Return what an annotation holds, without None and notes, and whether it was a tuple."""
    many = False
    while True:
        origin, args = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation = args[0]
        elif origin in {Union, types.UnionType}:
            annotation = next(a for a in args if a is not type(None))
        elif origin is tuple:
            annotation, many = args[0], True
        else:
            return annotation, many


def _field(path: str, annotation: Any, entry: Mapping[str, Any]) -> Field:
    inner, many = _inside(annotation)
    choices: tuple[str, ...] = ()
    is_open = "gateway" in path
    if get_origin(inner) is Literal:
        kind, choices = "choice", get_args(inner)
    elif is_open:
        kind, choices = "choice", tuple(GATEWAYS)
    else:
        kind = {bool: "yes or no", int: "whole number", date: "date", dict: "own"}.get(
            get_origin(inner) or inner, "text"
        )
    return Field(
        path=path,
        kind=kind,
        many=many,
        choices=choices,
        open=is_open,
        ask=entry["ask"],
        help=entry.get("help", ""),
        example=entry["example"],
    )
