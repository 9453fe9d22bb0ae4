"""What copies lost, kept from run to run, so that a long search goes on where it stopped.

Kept are sums over everybody (a loss and its standard error, people found by group), never a row or
a score of one. They are not protected: whoever writes them does so for the owner alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from essex_standard.statistics.estimates import Normal

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


def _nowhere(_: Mapping[str, Any]) -> None:
    """Keep nothing beyond this run."""


@dataclass(slots=True)
class Kept:
    """Results by what was tried.

    Attributes
    ----------
    found : dict of str to plain data
    write : callable
        Called with all that is found, after each new result.
    recalled : int
        Results that an earlier run had found and this one used.
    """

    found: dict[str, Any] = field(default_factory=dict)
    write: Callable[[Mapping[str, Any]], None] = _nowhere
    recalled: int = 0
    _earlier: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._earlier = set(self.found)

    def once(
        self, key: str, kind: TypeAdapter[T], work: Callable[[], tuple[T | None, str]]
    ) -> tuple[T | None, str]:
        """Return what was found under a key, or do the work and keep what it finds.

        Parameters
        ----------
        work : callable
            Returns a result and why there is none. What could not be done is tried again.
        """
        if key in self.found:
            if key in self._earlier:
                self._earlier.discard(key)
                self.recalled += 1
            return kind.validate_python(self.found[key]), ""
        result, reason = work()
        if result is not None:
            self.found[key] = kind.dump_python(result, mode="json")
            self.write(self.found)
        return result, reason


def key_of(what: str, columns: Iterable[str], changes: Mapping[str, str] | None = None) -> str:
    """Return the key of what a copy loses without some columns, and with others made coarser."""
    return json.dumps([what, sorted(columns), sorted((changes or {}).items())], ensure_ascii=False)


def a_loss() -> TypeAdapter[Normal]:
    """Return how an estimate is kept."""
    from pydantic import TypeAdapter

    return TypeAdapter(Normal)
