"""What the submission says openly: an owner, a contact, a purpose one can read.

A declaration is counted, not believed: the finding says that the team says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from essex_standard.statistics.comparison import Comparison, Measured
from essex_standard.statistics.estimates import Exact

if TYPE_CHECKING:
    from essex_standard.measures.facts import Facts
    from essex_standard.statistics.comparison import Scope

DECLARED = "the team says so"
NO_SUBMISSION = "no submission was given, so nothing is declared"
_SENTENCE_END = re.compile(r"[.!?;:]+(?:\s|$)|\n+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def named_owner(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return how many of organisation and senior responsible role are missing; 0 is complete."""
    if facts.submission is None:
        return Measured.not_assessed(NO_SUBMISSION, how_we_know=DECLARED)
    owner = facts.submission.owner
    return _declared(
        "named_owner",
        {"the owning organisation (owner.org)": owner.org,
         "the senior responsible role (owner.sro_role)": owner.sro_role},
    )  # fmt: skip


def public_contact(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return 1 if there is no contact for the public, else 0."""
    if facts.submission is None:
        return Measured.not_assessed(NO_SUBMISSION, how_we_know=DECLARED)
    return _declared(
        "public_contact",
        {"a contact for the public (owner.contact)": facts.submission.owner.contact},
    )


def plain_english_purpose(facts: Facts, scope: Scope) -> Measured:  # noqa: ARG001
    """Return the mean words a sentence of the problem and of what a flag brings.

    References
    ----------
    GOV.UK, "Content design: writing for GOV.UK" (sentences of at most 25 words).
    """
    if facts.submission is None:
        return Measured.not_assessed(NO_SUBMISSION, how_we_know=DECLARED)
    submission = facts.submission
    texts = {
        "the problem (project.problem)": submission.project.problem,
        "what happens when somebody is flagged (flag_consequence)": submission.flag_consequence,
        "what happens otherwise (no_flag_consequence)": submission.no_flag_consequence,
    }
    missing = [name for name, text in texts.items() if not _answered(text)]
    if missing:
        return Measured.not_assessed(f"not recorded: {', '.join(missing)}", how_we_know=DECLARED)
    words = sum(len(_WORD.findall(t)) for t in texts.values())
    sentences = sum(
        len([s for s in _SENTENCE_END.split(t) if _WORD.search(s)]) for t in texts.values()
    )
    return Measured(
        comparisons=(
            Comparison(
                measure="words_per_sentence",
                name="the purpose",
                estimate=Exact(words / max(sentences, 1)),
                n=0,
            ),
        ),
        # The sentences are counted, but what they say is the team's own word.
        how_we_know=DECLARED,
    )


def _declared(measure: str, fields: dict[str, str]) -> Measured:
    missing = tuple(name for name, text in fields.items() if not _answered(text))
    return Measured(
        comparisons=(
            Comparison(measure="declared", name=measure, estimate=Exact(len(missing)), n=0),
        ),
        how_we_know=DECLARED,
        noted=missing,
    )


def _answered(text: str) -> bool:
    """Return whether a field holds an answer and not a placeholder."""
    plain = text.strip().strip(".…-_?").lower()
    return bool(plain) and plain not in {"tbc", "tbd", "todo", "n/a", "none", "unknown", "answer"}
