"""The kinds of value a submission or agreement may hold, and the base of all its tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from essex_standard.submission.gateways import GATEWAYS

T = TypeVar("T")

Day = date
"""A date by another name, for tables that have a field called ``date``."""

PLACEHOLDER = "ANSWER:"
"""What the scaffold writes where only the team can answer; never counted as an answer."""

_DURATION = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?")


class Part(BaseModel):
    """A table of a file: closed, frozen, strict; an empty text, list or table is a missing one."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        protected_namespaces=(),
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_missing(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        known = cls.keys()
        # An unknown key is kept even when empty: it is a misspelling to be told.
        return {k: v for k, v in data.items() if k not in known or not is_empty(v)}

    @classmethod
    def keys(cls) -> dict[str, str]:
        """Return the keys of the table as written in the file, each with its attribute's name."""
        return {f.alias or name: name for name, f in cls.model_fields.items()}


def is_empty(value: object) -> bool:
    """Tell whether a value of a file says nothing: empty or blank text, list or table."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | tuple | dict) and not value)


def months(duration: str) -> int:
    """Return an ISO 8601 duration of whole years and months in months.

    Parameters
    ----------
    duration : str
        ``P6Y``, ``P18M`` or ``P1Y6M``.

    Returns
    -------
    int
        Number of months.

    Raises
    ------
    ValueError
        If it is not such a duration.

    Examples
    --------
    >>> months("P6Y"), months("P1Y6M")
    (72, 18)
    """
    match = _DURATION.fullmatch(duration)
    if match is None:
        raise ValueError(f"{duration!r} is not a duration in whole years and months")
    return 12 * int(match[1] or 0) + int(match[2] or 0)


def _text_like(pattern: str, expected: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise PydanticCustomError("essex", "{expected}", {"expected": expected})
        return value

    return check


def _gateway(value: str) -> str:
    if value not in GATEWAYS and not re.fullmatch(r"other:\s*\S.*", value):
        raise PydanticCustomError(
            "essex_choice",
            "{expected}",
            {"expected": "a known power, or other:<text>", "known": list(GATEWAYS)},
        )
    return value


def _labels(value: Any) -> Any:
    labels = value if isinstance(value, list | tuple) else [value]
    if any(not isinstance(label, str | int | float) for label in labels):
        raise PydanticCustomError(
            "essex", "{expected}", {"expected": "a label, or a list of labels"}
        )
    return tuple(labels)


Many = Annotated[tuple[T, ...], Field(strict=False)]
"""A list in the file, a tuple in the model; its members stay strict."""

Id = Annotated[
    str,
    AfterValidator(
        _text_like(
            r"[a-z0-9][a-z0-9-]{1,62}",
            "2 to 63 lower-case letters, digits and hyphens, not beginning with a hyphen",
        )
    ),
]
Duration = Annotated[
    str,
    AfterValidator(
        _text_like(_DURATION.pattern, "a duration in whole years and months, such as P3Y or P18M")
    ),
]
Sha256 = Annotated[
    str,
    AfterValidator(_text_like(r"[0-9a-f]{64}", "a SHA-256 digest: 64 digits 0-9 and letters a-f")),
]
MajorMinor = Annotated[
    str, AfterValidator(_text_like(r"\d+\.\d+", "a version such as 1.2, in quotes"))
]
Title = Annotated[
    str, AfterValidator(_text_like(r"(?s).{5,160}", "a title of 5 to 160 characters"))
]
Statement = Annotated[
    str,
    AfterValidator(
        _text_like(r"(?s).{60,}", "a specific purpose in at least 60 characters of plain words")
    ),
]
ColumnName = Annotated[
    str,
    AfterValidator(
        _text_like(r"(?!\s*\*\s*$)(?s:.+)", "one exact column name; '*' is not allowed")
    ),
]
GatewayCode = Annotated[str, AfterValidator(_gateway)]
Labels = Annotated[tuple[str | int | float, ...], BeforeValidator(_labels)]
Percent = Annotated[float, Field(ge=0, le=100)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
