"""Find the Standard in force: the one named, or the shipped one."""

from __future__ import annotations

from functools import lru_cache
from os import PathLike, fspath
from pathlib import Path

from essex_standard.measures import known_measures
from essex_standard.resources import standard_dir
from essex_standard.standard import Standard, load_standard
from essex_standard.standard.groupings import Groupings


def resolve_standard(standard: str | PathLike[str] | Standard | None) -> Standard:
    """Return a Standard from a folder's path, or the shipped one.

    Raises
    ------
    StandardError
        If the folder does not hold a usable Standard.
    """
    if isinstance(standard, Standard):
        return standard
    return _shipped() if standard is None else read_standard(fspath(standard))


def groupings_of(standard: Standard) -> Groupings:
    """Return the groupings beside a Standard, or the shipped ones where it has none of its own."""
    return standard.groupings or _shipped().groupings or Groupings()


def read_standard(folder: str | Path) -> Standard:
    """Read a Standard's folder against the measures and rules that exist."""
    from essex_standard.submission.rules import RULES

    return load_standard(Path(folder), measures=known_measures(), rules=tuple(RULES))


@lru_cache(maxsize=1)
def _shipped() -> Standard:
    from essex_standard.submission.rules import RULES

    return load_standard(standard_dir(), measures=known_measures(), rules=tuple(RULES))
