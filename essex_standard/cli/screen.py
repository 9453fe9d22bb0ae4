"""What a terminal shows: progress while it lasts, then one screen. Quiet where nobody watches."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from textwrap import shorten
from typing import TYPE_CHECKING

from essex_standard.assessment import Assessment, Finding, Outcome, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

VERDICT_WORDS = {
    Verdict.PASS: "Meets the Standard as adopted on {adopted}",
    Verdict.REFER: "For the board to decide",
    Verdict.BLOCK: "Does not meet the Standard",
}
SYMBOLS = {
    Outcome.MET: "✓",
    Outcome.NOT_MET: "×",
    Outcome.UNCERTAIN: "?",
    Outcome.NOT_ASSESSED: "–",
    Outcome.NOT_APPLICABLE: " ",
    Outcome.WAIVED: "!",
}
MOST_FINDINGS = 3
DECLARED_THEMES = ("sharing", "openness", "governance")
"""Themes whose findings rest on a submission."""
MOST_SENTENCES = 2
LONGEST_TOLD = 150
"""Characters of a sentence on the screen; the report holds it whole."""

MOST_TOLD = 4
_SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z])")


def console(*, to_stderr: bool = False) -> Console:
    """Return a console; plain text where the output is not a terminal."""
    from rich.console import Console as RichConsole

    return RichConsole(stderr=to_stderr, highlight=False, soft_wrap=True)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show each step on a terminal while it runs; nothing elsewhere."""
    out = console(to_stderr=True)
    if not out.is_terminal or os.environ.get("CI"):
        yield lambda _: None
        return
    with out.status("Starting") as status:
        yield lambda words: status.update(f"{words} ...")


def verdict_words(assessment: Assessment) -> str:
    """Return the verdict as page one prints it."""
    return VERDICT_WORDS[assessment.verdict].format(adopted=assessment.standard.adopted)


def summary(assessment: Assessment, files: dict[str, Path], notes: list[str]) -> None:
    """Print one screen: the verdict, what matters most, and where the files are.

    `assessment` must be protected: a screen is a way out like any other.
    """
    from rich.markup import escape

    out = console()
    out.print()
    out.print(f"[bold]{escape(assessment.subject.name)}[/bold]")
    out.print(
        f"[bold]Verdict: {assessment.verdict.value.upper()}. {verdict_words(assessment)}.[/bold]"
    )
    if assessment.context.technical_only:
        out.print("Technical check only: not for a decision.")
    _counts(assessment, out)
    matters = most_important(assessment)
    if matters:
        out.print("\nWhat matters most:")
        for finding in matters:
            out.print(f"  {escape(line(finding, sentences=MOST_SENTENCES))}")
    if assessment.told:
        out.print("\nAlso to know:")
        for sentence in assessment.told[:MOST_TOLD]:
            out.print(f"  - {escape(shorten(sentence, LONGEST_TOLD, placeholder=' …'))}")
        if len(assessment.told) > MOST_TOLD:
            out.print(f"  - and {len(assessment.told) - MOST_TOLD} more, in the report")
    out.print("\nFiles:")
    for what, path in files.items():
        out.print(f"  {what:<10} {escape(str(path))}")
    for note in notes:
        out.print(escape(note))


def most_important(assessment: Assessment) -> tuple[Finding, ...]:
    """Return the findings that matter most, gravest first; none where all is met.

    Without a submission what it would have declared is told in one line elsewhere, and what was
    measured comes before what could not be.
    """
    found = [
        f for f in assessment.gravest() if f.outcome not in (Outcome.MET, Outcome.NOT_APPLICABLE)
    ]
    if assessment.context.technical_only:
        found = [
            f
            for f in found
            if f.outcome is not Outcome.NOT_ASSESSED or f.theme not in DECLARED_THEMES
        ]
        found.sort(key=lambda f: f.outcome is Outcome.NOT_ASSESSED)
    return tuple(found[:MOST_FINDINGS])


def _counts(assessment: Assessment, out: Console) -> None:
    counts = dict.fromkeys(Outcome, 0)
    for finding in assessment.findings:
        counts[finding.outcome] += 1
    said = ", ".join(f"{n} {_counted(o, n)}" for o, n in counts.items() if n)
    out.print(f"{len(assessment.findings)} checks and rules: {said}.")


def _counted(outcome: Outcome, n: int) -> str:
    words = outcome.printed.lower()
    return words.replace("does", "do") if n > 1 else words


def line(finding: Finding, *, sentences: int | None = None) -> str:
    """Return a finding as one line, with the first sentences of its statement or all of them."""
    said = _SENTENCE_END.split(finding.statement)[:sentences]
    return (
        f"{SYMBOLS[finding.outcome]} {finding.check} ({finding.level.value}, "
        f"{finding.outcome.printed.lower()}): {' '.join(said)}"
    )
