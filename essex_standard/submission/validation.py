"""From a TOML file to a model, or to the list of all that is wrong with it, in our own words.

F2 unknown key, F3 missing core field, F4 wrong type or value. Every problem of a file is gathered:
it is mended in one sitting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from essex_standard.errors import Problem, nearest
from essex_standard.submission.fields import Part, is_empty
from essex_standard.submission.toml_file import Key, KeyPath, TomlFile, dotted

M = TypeVar("M", bound=Part)

_EXPECTED: Mapping[str, str] = {
    "string_type": 'text in quotes, such as "..."',
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false, without quotes",
    "date_type": "a date such as 2026-04-01, without quotes",
    "tuple_type": "a list in square brackets",
    "dict_type": "a table of keys",
    "mapping_type": "a table of keys",
    "model_type": "a table of keys",
}


def parse(model: type[M], toml: TomlFile, core: Iterable[str]) -> tuple[M | None, list[Problem]]:
    """Return the model of a file, or None and every problem found in it.

    Parameters
    ----------
    model : subclass of Part
        What the file should hold.
    toml : TomlFile
        The file as read.
    core : iterable of str
        Paths that must not be missing, such as ``party[].id`` or ``dates.end|dates.reason``.

    Returns
    -------
    tuple of (model or None, list of Problem)
        In the order of the file. The model is None exactly when there are problems.
    """
    problems = _missing(toml, core)
    parsed: M | None = None
    try:
        parsed = model.model_validate(dict(toml.data))
    except ValidationError as error:
        told = {path for path, _ in problems}
        for fault in error.errors(include_url=False):
            path = _existing(toml.data, fault)
            if path not in told:
                told.add(path)
                problems.append((path, _problem(model, toml, path, fault)))
    if problems:
        problems.sort(key=lambda found: toml.line(found[0]) or 0)
        return None, [problem for _, problem in problems]
    return parsed, []


def _missing(toml: TomlFile, core: Iterable[str]) -> list[tuple[KeyPath, Problem]]:
    found: list[tuple[KeyPath, Problem]] = []
    for pattern in core:
        alternatives = pattern.split("|")
        if len(alternatives) > 1:
            absent = [next(_absent(toml.data, one.split(".")), None) for one in alternatives]
            if None in absent:
                continue
            path = absent[0] or ()
            names = " or ".join(alternatives)
            what = f"{names} is missing"
            mend = f"Give one of them: {names}"
            found.append((path, _core_problem(toml, path, what, mend)))
            continue
        for path in _absent(toml.data, pattern.split(".")):
            table = dotted(path[:-1])
            mend = f"Add '{path[-1]} = ...'" + (f" under [{table}]" if table else " at the top")
            if pattern.endswith(("party", "dataset", "column")):
                mend = f"Add at least one [[{pattern.replace('[]', '')}]]"
            found.append((path, _core_problem(toml, path, f"{dotted(path)} is missing", mend)))
    return found


def _core_problem(toml: TomlFile, path: KeyPath, what: str, mend: str) -> Problem:
    return Problem(what=what, where=toml.where(path), mend=mend, code="F3")


def _absent(data: Any, names: Sequence[str], before: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the paths at which a pattern's field is missing; ``name[]`` walks an array.

    What has the wrong type is not missing: it is told as F4.
    """
    if not isinstance(data, Mapping):
        return
    name, rest = names[0], names[1:]
    many = name.endswith("[]")
    name = name.removesuffix("[]")
    path = (*before, name)
    value = data.get(name)
    if is_empty(value):
        if not many:
            yield (*path, *rest)
        return
    if not rest:
        return
    if not many:
        yield from _absent(value, rest, path)
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _absent(item, rest, (*path, i))


def _existing(data: Any, fault: ErrorDetails) -> KeyPath:
    """Return a fault's place without the steps that stand for types and not for keys."""
    path: list[Key] = []
    for step in fault["loc"]:
        known = isinstance(data, Mapping) and step in data
        if known or (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            path.append(step)
            data = data[step]
        elif fault["type"] == "missing" and step == fault["loc"][-1]:
            path.append(step)
    return tuple(path)


def _problem(model: type[Part], toml: TomlFile, path: KeyPath, fault: ErrorDetails) -> Problem:
    where = toml.where(path)
    name = path[-1] if path else ""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "extra_forbidden":
            return Problem(
                what=f"'{name}' is not a known key",
                where=where,
                mend=_mend_unknown(model, path),
                code="F2",
            )
        case "missing":
            what, mend, code = f"{dotted(path)} is missing", f"Add '{name} = ...'", "F3"
            return Problem(what=what, where=where, mend=mend, code=code)
        case "literal_error" | "essex_choice":
            return _not_allowed(where, fault, context)
        case "essex_conflict" | "essex_repeat":
            what = str(context["expected"])
            mend = "Keep one of them" if fault["type"] == "essex_conflict" else "Name each once"
            return Problem(what=what, where=where, mend=mend, code="F4")
        case kind:
            expected = str(context.get("expected") or _EXPECTED.get(kind) or _bound(kind, context))
    what = f"{shown(fault['input'])} is not {expected}"
    return Problem(what=what, where=where, mend=f"Give {expected}", code="F4")


def _bound(kind: str, context: Mapping[str, Any]) -> str:
    for key, words in (
        ("ge", "a number of at least"),
        ("gt", "a number greater than"),
        ("le", "a number of at most"),
        ("lt", "a number less than"),
    ):
        if key in context:
            return f"{words} {context[key]:g}"
    return f"a value that this field can hold ({kind.replace('_', ' ')})"


def _not_allowed(where: str, fault: ErrorDetails, context: Mapping[str, Any]) -> Problem:
    known = context.get("known")
    if known is None:
        # The words of a list of choices are "'a', 'b' or 'c'".
        known = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
    value = fault["input"]
    near = nearest(value, known) if isinstance(value, str) else ""
    listed = ", ".join(f'"{word}"' for word in known)
    allowed = f"Allowed: {listed}" + (', or "other:<text>"' if "known" in context else "")
    return Problem(
        what=f"{shown(value)} is not one of the allowed values",
        where=where,
        mend=f"{near} {allowed}".strip(),
        code="F4",
    )


def _mend_unknown(model: type[Part], path: KeyPath) -> str:
    name = str(path[-1])
    here = _keys_at(model, path[:-1])
    near = nearest(name, here)
    if near:
        return near
    elsewhere = [table for table, keys in _tables(model) if name in keys]
    if "" in elsewhere:
        return f"'{name}' belongs to the top of the file: move it above the first [table]"
    if elsewhere:
        return f"'{name}' belongs under [{elsewhere[0]}]: move it there"
    return f"Remove it, or keep it under [x]; known here: {', '.join(here)}"


def _keys_at(model: type[Part], path: KeyPath) -> tuple[str, ...]:
    """Return the known keys of the table at a path."""
    current = model
    for step in path:
        if isinstance(step, int):
            continue
        name = current.keys().get(step)
        inner = _part_of(current.model_fields[name].annotation) if name else None
        if inner is None:
            return ()
        current = inner
    return tuple(current.keys())


def _tables(model: type[Part], before: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every table of a model with its known keys, outermost first."""
    yield before, tuple(model.keys())
    for key, name in model.keys().items():
        inner = _part_of(model.model_fields[name].annotation)
        if inner is not None:
            yield from _tables(inner, f"{before}.{key}" if before else key)


def _part_of(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next((part for one in get_args(annotation) if (part := _part_of(one))), None)


def shown(value: object) -> str:
    """Return a value of a file as its author wrote it, shortened; never the content of a table."""
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 40 else f'"{value[:37]}..."'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"
