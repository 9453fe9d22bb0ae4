"""How an assessment lies on disk: the protected ``assessment.json`` and the restricted evidence.

    assessment.json       protected figures; what CI gates, boards and registers read
    assessment.evidence   mode 0600, RESTRICTED: unrounded figures and the Evidence

Both are canonical (sorted keys, no clock), so that the same assessment has the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from os import PathLike
from pathlib import Path
from typing import Any

from essex_standard.assessment import (
    SCHEMA,
    AgreementSummary,
    Assessment,
    Context,
    Finding,
    HowWeKnow,
    Level,
    Outcome,
    PerThousand,
    Release,
    StandardRef,
    Subject,
    Verdict,
)
from essex_standard.disclosure import protect
from essex_standard.errors import AssessmentFileError, OutputError, Problem
from essex_standard.evidence.evidence import Held
from essex_standard.measurement import Measurement

STORE_SCHEMA = "essex-standard/store/1"
MARKING = (
    "RESTRICTED: unrounded figures about small groups of people. Keep it where the data are kept; "
    "never attach, publish or commit it."
)


# Protected form ------------------------------------------------------------------------------


def to_dict(assessment: Assessment) -> dict[str, Any]:
    """Return the public JSON form of a protected assessment, with its digest.

    Raises
    ------
    OutputError
        If the assessment is not protected.
    """
    if not assessment.protected:
        raise OutputError.because(
            "its figures are not protected", where="assessment", mend="Protect it first"
        )
    content = {**_envelope(assessment), "findings": [_finding(f) for f in assessment.findings]}
    return {**content, "digest": _digest(content)}


def content_digest(assessment: Assessment) -> str:
    """Return the digest that a report's footer carries: that of its protected content."""
    content = {**_envelope(assessment), "findings": [_finding(f) for f in assessment.findings]}
    content.pop("edition")
    return _digest(content)


def write_json(
    assessment: Assessment, path: str | PathLike[str], *, edition: str = "panel"
) -> None:
    """Write ``assessment.json``, whole or not at all."""
    ready = assessment if assessment.protected else protect(assessment, edition)
    write_whole(Path(path), json_bytes(ready))


def json_bytes(assessment: Assessment) -> bytes:
    """Return the bytes of ``assessment.json`` for a protected assessment."""
    return (json.dumps(to_dict(assessment), indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def read_json(path: str | PathLike[str]) -> Assessment:
    """Read a protected ``assessment.json``.

    Raises
    ------
    AssessmentFileError
        If it cannot be read, does not have the shape of the schema, was changed by hand, or states
        a verdict or release that does not follow from its findings.
    """
    stored = _load(Path(path))
    try:
        assessment = _assessment(stored)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AssessmentFileError.because(
            f"it does not have the shape of {SCHEMA} ({type(error).__name__}: {error})",
            where=str(path),
            mend="Use the assessment.json that 'essex-standard assess' wrote, unchanged",
        ) from error
    problems = list(_contradictions(stored, assessment, str(path)))
    if problems:
        raise AssessmentFileError(problems)
    return assessment


def _contradictions(stored: dict[str, Any], assessment: Assessment, where: str) -> list[Problem]:
    """Return what in a stored assessment does not follow from the rest of it."""
    mend = "Use the file as it was written; what the board decides is recorded apart from it"
    problems = []
    if stored["verdict"] != assessment.verdict.value:
        problems.append(
            Problem(
                what=f"the verdict '{stored['verdict']}' does not follow from the findings, which "
                f"amount to '{assessment.verdict.value}'",
                where=f"{where}, verdict",
                mend=mend,
            )
        )
    decided = assessment.release.decision
    if assessment.release.allowed and assessment.verdict is not Verdict.PASS and not decided:
        problems.append(
            Problem(
                what="release is marked as allowed; neither the verdict nor a decision allows it",
                where=f"{where}, release",
                mend=mend,
            )
        )
    if assessment.verdict is Verdict.BLOCK and assessment.release.allowed:
        problems.append(
            Problem(
                what="release is marked as allowed while a block stands",
                where=f"{where}, release",
                mend=mend,
            )
        )
    content = {k: v for k, v in stored.items() if k != "digest"}
    if "digest" in stored and stored["digest"] != _digest(content):
        problems.append(
            Problem(
                what="its content does not match its digest: it was changed after it was written",
                where=f"{where}, digest",
                mend=mend,
            )
        )
    return problems


# Restricted form -----------------------------------------------------------------------------


def evidence_bytes(assessment: Assessment) -> bytes:
    """Return the restricted store's bytes; the same assessment gives the same bytes.

    Raises
    ------
    OutputError
        If only protected figures are held.
    """
    if assessment.protected or not isinstance(assessment.evidence, Held):
        raise OutputError.because(
            "only protected figures are at hand, so there is nothing restricted to store",
            where="assessment.evidence",
            mend="Save the assessment that assess() returned, or write JSON with to_json",
        )
    # The digest names this very file, so it cannot stand inside it.
    subject = replace(assessment.subject, evidence_digest=None)
    content = {
        "schema": STORE_SCHEMA,
        "marking": MARKING,
        **{
            k: v
            for k, v in _envelope(replace(assessment, subject=subject)).items()
            if k != "schema"
        },
        "findings": [_finding(f) for f in assessment.findings],
        "evidence": assessment.evidence.to_dict(),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0)


def with_evidence_digest(assessment: Assessment) -> Assessment:
    """Return the assessment with the digest of its restricted store in its subject."""
    digest = f"sha256:{hashlib.sha256(evidence_bytes(assessment)).hexdigest()}"
    return replace(assessment, subject=replace(assessment.subject, evidence_digest=digest))


def save(assessment: Assessment, path: str | PathLike[str]) -> None:
    """Write the restricted store with mode 0600, whole or not at all."""
    write_whole(Path(path), evidence_bytes(assessment), mode=0o600)


def load(path: str | PathLike[str]) -> Assessment:
    """Read a restricted store, or a protected ``assessment.json``.

    Raises
    ------
    AssessmentFileError
        If it is neither, or does not hold together.
    """
    stored = _load(Path(path))
    if stored.get("schema") == SCHEMA:
        return read_json(path)
    if stored.get("schema") != STORE_SCHEMA:
        raise AssessmentFileError.because(
            "it is neither an assessment nor its evidence",
            where=str(path),
            mend="Give assessment.json or assessment.evidence",
        )
    try:
        assessment = _assessment(stored)
        held = Held.from_dict(stored["evidence"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise AssessmentFileError.because(
            f"its content is damaged ({type(error).__name__}: {error})",
            where=str(path),
            mend="Run the assessment again",
        ) from error
    if stored["verdict"] != assessment.verdict.value:
        raise AssessmentFileError(_contradictions(stored, assessment, str(path)))
    digest = f"sha256:{hashlib.sha256(Path(path).read_bytes()).hexdigest()}"
    return replace(
        assessment,
        protected=False,
        evidence=held,
        subject=replace(assessment.subject, evidence_digest=digest),
    )


# Both ----------------------------------------------------------------------------------------


def write_whole(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file whole or leave what was there.

    Raises
    ------
    OutputError
        If the folder or file cannot be written.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.chmod(mode)
        draft.replace(path)
    except OSError as error:
        if draft.exists():
            draft.unlink()
        raise OutputError.because(
            f"it cannot be written ({error.strerror or type(error).__name__})",
            where=str(path),
            mend="Name a folder that you may write to",
        ) from error


def _load(path: Path) -> dict[str, Any]:
    try:
        raw = path.read_bytes()
        if raw[:2] == b"\x1f\x8b":
            raw = gzip.decompress(raw)
        stored = json.loads(raw)
    except FileNotFoundError as error:
        raise AssessmentFileError.because(
            "there is no such file", where=str(path), mend="Check the path"
        ) from error
    except (OSError, EOFError, ValueError) as error:
        raise AssessmentFileError.because(
            f"it cannot be read as an assessment ({type(error).__name__})",
            where=str(path),
            mend="Use the file that 'essex-standard assess' wrote",
        ) from error
    if not isinstance(stored, dict):
        raise AssessmentFileError.because(
            "it is not an assessment", where=str(path), mend="Give assessment.json"
        )
    return stored


def _digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode('utf-8')).hexdigest()}"


def _envelope(assessment: Assessment) -> dict[str, Any]:
    """Return everything but the findings, in the order of the public contract."""
    return {
        "schema": SCHEMA,
        "standard": _plain(assessment.standard),
        "subject": _plain(assessment.subject),
        "edition": assessment.edition,
        "verdict": assessment.verdict.value,
        "release": _plain(assessment.release),
        "context": _plain(assessment.context),
        "told": list(assessment.told),
        "versions": dict(sorted(assessment.versions.items())),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    first = ("check", "title", "theme", "level", "outcome", "how_we_know", "statement", "remedy")
    plain = _plain(finding)
    ordered = {k: plain[k] for k in first}
    ordered["measurements"] = plain["measurements"]
    return ordered | {k: v for k, v in plain.items() if k not in ordered}


def _plain(value: Any) -> Any:
    """Return dataclasses, tuples and enums as JSON has them; NaN and infinities as null."""
    if is_dataclass(value) and not isinstance(value, type):
        plain = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        if isinstance(value, Measurement) and value.below is None:
            plain.pop("below")
        return plain
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if (isinstance(value, float) and value != value) or value in (float("inf"), float("-inf")):  # noqa: PLR0124
        return None
    return value


def _assessment(stored: dict[str, Any]) -> Assessment:
    context = dict(stored.get("context") or {})
    context["agreements"] = tuple(_of(AgreementSummary, a) for a in context.get("agreements", ()))
    context["per_thousand"] = _of(PerThousand, context.get("per_thousand") or {})
    Verdict(stored["verdict"])
    return Assessment(
        standard=_of(StandardRef, stored["standard"]),
        subject=_of(Subject, stored["subject"]),
        findings=tuple(_read_finding(f) for f in stored["findings"]),
        release=_of(Release, stored["release"]),
        edition=str(stored["edition"]),
        context=_of(Context, context),
        told=tuple(stored.get("told", ())),
        versions=dict(stored.get("versions", {})),
        protected=True,
    )


def _read_finding(stored: dict[str, Any]) -> Finding:
    content = dict(stored)
    content["level"] = Level(content["level"])
    content["outcome"] = Outcome(content["outcome"])
    content["how_we_know"] = HowWeKnow(content["how_we_know"])
    content["measurements"] = tuple(_of(Measurement, m) for m in content["measurements"])
    if content.get("when_uncertain", "refer") not in ("refer", "tell"):
        raise ValueError("when_uncertain is neither refer nor tell")
    finding: Finding = _of(Finding, content)
    return finding


def _of(kind: Any, stored: dict[str, Any]) -> Any:
    known = {f.name for f in fields(kind)}
    unknown = sorted(set(stored) - known)
    if unknown:
        raise ValueError(f"unknown key(s): {', '.join(unknown)}")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in stored.items()})


__all__ = ["content_digest", "evidence_bytes", "json_bytes", "load", "read_json", "save", "to_dict",
           "with_evidence_digest", "write_json", "write_whole"]  # fmt: skip
