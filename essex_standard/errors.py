"""Every exception a caller may want to catch.

Each carries its `problems`: what is wrong, where, and how to mend it. All problems of the same
kind are gathered before raising, so that a file is mended in one sitting and not in ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault: what is wrong, where it stands and how to mend it.

    No field ever holds a value taken from a row of data: messages travel into logs.
    """

    what: str
    where: str
    mend: str
    code: str = ""

    def __str__(self) -> str:
        code = f"[{self.code}] " if self.code else ""
        return f"{code}{self.where}: {_stop(self.what)} {_stop(self.mend)}".strip()


class EssexError(Exception):
    """Base of every error this library raises on purpose; the command line shows it and exits 2."""

    heading = "Something is wrong"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self._text())

    @classmethod
    def because(cls, what: str, *, where: str, mend: str, code: str = "") -> EssexError:
        """Return the error for a single problem."""
        return cls([Problem(what=what, where=where, mend=mend, code=code)])

    def _text(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        lines = "\n".join(f"  {i}. {p}" for i, p in enumerate(self.problems, start=1))
        return f"{self.heading} ({len(self.problems)} problems):\n{lines}"


class SubmissionError(EssexError):
    """A submission or agreement file cannot be used."""

    heading = "The submission cannot be used"


class DataError(EssexError):
    """The data, outcome, scores or protected columns cannot be assessed as given."""

    heading = "The data cannot be assessed"


class ModelError(EssexError):
    """The model cannot be loaded, or cannot score the data."""

    heading = "The model cannot be used"


class StandardError(EssexError):
    """A Standard's folder or one of its checks is not usable."""

    heading = "The Standard cannot be used"


class AssessmentFileError(EssexError):
    """A stored assessment cannot be read, or does not hold together."""

    heading = "The stored assessment cannot be used"


class OutputError(EssexError):
    """A result cannot be written; nothing was left half-written."""

    heading = "The results cannot be written"


class PdfUnavailable(OutputError):
    """The PDF engine or its system libraries are not on this machine."""

    heading = "The PDF cannot be made here"


class EditionRefused(OutputError):
    """An edition would reach further than an agreement's release terms allow."""

    heading = "The edition is refused"


class NotAssured(EssexError):
    """The model may not be used: the message lists what blocks."""

    heading = "This model is not released"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``Did you mean 'x'?`` for the nearest known name, or an empty string."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"Did you mean '{matches[0]}'?" if matches else ""


def _stop(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".?!" else f"{text}."
