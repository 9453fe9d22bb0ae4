"""How an assessment lies on disk: the protected ``assessment.json`` and the restricted evidence.

    assessment.json       protected figures; what CI gates, boards and registers read
    assessment.evidence   mode 0600, RESTRICTED: unrounded figures and the Evidence

Both are canonical (sorted keys, no clock), so that the same assessment has the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from os import PathLike
from pathlib import Path
from typing import Any

from essex_standard.assessment import (
    SCHEMA,
    THEMES,
    Assessment,
    Finding,
    Release,
    StandardRef,
    Subject,
    Verdict,
)
from essex_standard.context import Context
from essex_standard.disclosure import EDITIONS, ROUNDING_BASE, at_rest, protect
from essex_standard.errors import AssessmentFileError, OutputError, Problem
from essex_standard.evidence.held import Held
from essex_standard.measurement import Measurement
from essex_standard.reports.files import canonical, digest_of, read_stored, utf8, write_whole
from essex_standard.reports.stored_form import MEND, Reader

STORE_SCHEMA = "essex-standard/store/1"
MARKING = (
    "RESTRICTED: unrounded figures about small groups of people. Keep it where the data are kept; "
    "never attach, publish or commit it."
)


RECORDED_APART = "Use the file as it was written; what the board decides is recorded apart from it"

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
            "its figures are not protected, and JSON holds protected figures only",
            where="assessment",
            mend="Write the panel or public edition; save() keeps the unrounded figures",
        )
    content = _content(assessment)
    return {**content, "digest": digest_of(content)}


def content_digest(assessment: Assessment) -> str:
    """Return the digest that a report's footer carries: that of its protected content."""
    content = _content(assessment)
    content.pop("edition")
    return digest_of(content)


def write_json(
    assessment: Assessment, path: str | PathLike[str], *, edition: str = "panel"
) -> None:
    """Write ``assessment.json``, whole or not at all.

    Raises
    ------
    EditionRefused
        If an agreement does not allow the edition.
    OutputError
        If the file cannot be written.
    """
    write_whole(Path(path), json_bytes(protected_form(assessment, edition)))


def protected_form(assessment: Assessment, edition: str) -> Assessment:
    """Return the assessment as an edition shows it, naming the digest of its restricted store.

    Every way out starts here, so that JSON, HTML and PDF of one assessment carry one digest.

    Raises
    ------
    EditionRefused
        If an agreement does not allow the edition.
    """
    held = isinstance(assessment.evidence, Held) and not assessment.protected
    return protect(with_evidence_digest(assessment) if held else assessment, edition)


def json_bytes(assessment: Assessment) -> bytes:
    """Return the bytes of ``assessment.json`` for a protected assessment."""
    text = json.dumps(to_dict(assessment), indent=1, ensure_ascii=False, allow_nan=False)
    return utf8(text + "\n")


def read_json(path: str | PathLike[str]) -> Assessment:
    """Read a protected ``assessment.json``.

    Raises
    ------
    AssessmentFileError
        If it cannot be read, does not have the shape of the schema, was changed by hand, or states
        a verdict or release that does not follow from its findings.
    """
    stored = read_stored(Path(path))
    _require_version(stored.content.get("schema"), SCHEMA, path)
    if stored.content.get("schema") != SCHEMA:
        raise AssessmentFileError.because(
            f"it is not an assessment in the form {SCHEMA}",
            where=f"{path}, schema",
            mend="Give the assessment.json that 'essex-standard assess' wrote with this version",
        )
    if stored.odd:
        raise AssessmentFileError.because(
            f"it holds {' and '.join(sorted(stored.odd))}", where=str(path), mend=MEND
        )
    reader = Reader(str(path))
    assessment = _assessment(stored.content, reader, more={"digest"})
    problems = _contradictions(stored.content, assessment, str(path))
    if problems:
        raise AssessmentFileError(problems)
    return assessment


def _contradictions(stored: Mapping[str, Any], assessment: Assessment, where: str) -> list[Problem]:
    """Return what in a stored assessment does not follow from the rest of it."""
    problems = _verdict_problems(stored, assessment, where)
    if stored["digest"] != digest_of({k: v for k, v in stored.items() if k != "digest"}):
        problems.append(
            Problem(
                what="its content does not match its digest: it was changed after it was written",
                where=f"{where}, digest",
                mend=RECORDED_APART,
            )
        )
    if assessment.edition == "restricted":
        problems.append(
            Problem(what="the restricted edition is never written as JSON",
                    where=f"{where}, edition", mend=MEND)
        )  # fmt: skip
    problems += [
        Problem(
            what=f"a figure of {finding.check} is not one that disclosure control lets through",
            where=f"{where}, findings",
            mend=MEND,
        )
        for finding in assessment.findings
        if not all(_is_protected(m) for m in finding.measurements)
    ]
    return problems


def _verdict_problems(
    stored: Mapping[str, Any], assessment: Assessment, where: str
) -> list[Problem]:
    problems = []
    if stored["verdict"] != assessment.verdict.value:
        problems.append(
            Problem(
                what=f"the verdict '{stored['verdict']}' does not follow from the findings, which "
                f"amount to '{assessment.verdict.value}'",
                where=f"{where}, verdict",
                mend=RECORDED_APART,
            )
        )
    verdict, release = assessment.verdict, assessment.release
    if release.allowed and verdict is Verdict.BLOCK:
        problems.append(
            Problem(
                what="release is marked as allowed while a block stands",
                where=f"{where}, release",
                mend=RECORDED_APART,
            )
        )
    elif release.allowed and verdict is not Verdict.PASS and not release.decision:
        problems.append(
            Problem(
                what="release is marked as allowed; neither the verdict nor a decision allows it",
                where=f"{where}, release",
                mend=RECORDED_APART,
            )
        )
    return problems


def _is_protected(m: Measurement) -> bool:
    figures = [x for x in (m.value, m.low, m.high) if x is not None]
    if m.withheld:
        return not figures and m.n is None
    return all(round(x, 2) == x for x in figures) and (m.n or 0) % ROUNDING_BASE == 0


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
        **_content(replace(assessment, subject=subject)),
        "schema": STORE_SCHEMA,
        "marking": MARKING,
        "evidence": at_rest(assessment.evidence).to_dict(),
    }
    return gzip.compress(utf8(canonical(content)), compresslevel=6, mtime=0)


def with_evidence_digest(assessment: Assessment) -> Assessment:
    """Return the assessment with the digest of its restricted store in its subject."""
    digest = f"sha256:{hashlib.sha256(evidence_bytes(assessment)).hexdigest()}"
    return replace(assessment, subject=replace(assessment.subject, evidence_digest=digest))


def save(assessment: Assessment, path: str | PathLike[str]) -> None:
    """Write the restricted store with mode 0600, whole or not at all.

    Raises
    ------
    OutputError
        If only protected figures are held, or the file cannot be written.
    """
    write_whole(Path(path), evidence_bytes(assessment), mode=0o600)


def _require_version(schema: object, known: str, path: str | PathLike[str]) -> None:
    """Raise where a file is of the right kind and of another version, and say how to go on."""
    kind = known.rpartition("/")[0]
    if schema == known or not isinstance(schema, str) or schema.rpartition("/")[0] != kind:
        return
    raise AssessmentFileError.because(
        f"it is in the form {schema}, and this version of essex-standard reads {known}",
        where=f"{path}, schema",
        mend="To migrate, run 'essex-standard assess' on the same submission, data and model with "
        "this version: the new files take the place of the old. Or read it with the version that "
        "wrote it, which stands in it under versions",
    )


def load(path: str | PathLike[str]) -> Assessment:
    """Read a restricted store, or a protected ``assessment.json``.

    Raises
    ------
    AssessmentFileError
        If it is neither, or does not hold together.
    """
    stored = read_stored(Path(path))
    schema = stored.content.get("schema")
    if schema == SCHEMA:
        return read_json(path)
    for known in (SCHEMA, STORE_SCHEMA):
        _require_version(schema, known, path)
    if schema != STORE_SCHEMA:
        raise AssessmentFileError.because(
            "it is neither an assessment nor its evidence",
            where=str(path),
            mend="Give assessment.json or assessment.evidence",
        )
    reader = Reader(str(path))
    assessment = _assessment(stored.content, reader, more={"marking", "evidence"})
    problems = _verdict_problems(stored.content, assessment, str(path))
    if problems:
        raise AssessmentFileError(problems)
    try:
        held = Held.from_dict(stored.content["evidence"])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # The error's own words may quote the evidence; its kind is all that may be said.
        raise AssessmentFileError.because(
            f"its evidence is damaged ({type(error).__name__})",
            where=f"{path}, evidence",
            mend="Run the assessment again",
        ) from None
    return replace(
        assessment,
        protected=False,
        evidence=held,
        subject=replace(assessment.subject, evidence_digest=stored.digest),
    )


# Both ----------------------------------------------------------------------------------------


def _content(assessment: Assessment) -> dict[str, Any]:
    """Return everything, in the order of the public contract."""
    return {
        "schema": SCHEMA,
        "standard": plain(assessment.standard),
        "subject": plain(assessment.subject),
        "edition": assessment.edition,
        "verdict": assessment.verdict.value,
        "release": plain(assessment.release),
        "context": plain(assessment.context),
        "told": list(assessment.told),
        "versions": dict(sorted(assessment.versions.items())),
        "findings": [_finding(f) for f in assessment.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    first = ("check", "title", "theme", "level", "outcome", "how_we_know", "statement", "remedy")
    found = plain(finding)
    ordered = {k: found[k] for k in (*first, "measurements")}
    return ordered | {k: v for k, v in found.items() if k not in ordered}


def plain(value: Any) -> Any:
    """Return dataclasses, tuples and enums as JSON has them; NaN and infinities as null."""
    if is_dataclass(value) and not isinstance(value, type):
        found = {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        if isinstance(value, Measurement) and value.below is None:
            found.pop("below")
        return found
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, float):
        # numpy's floats are floats too; JSON gets the plain ones.
        return float(value) if abs(value) < float("inf") else None
    return value


def _assessment(stored: Mapping[str, Any], reader: Reader, *, more: set[str]) -> Assessment:
    """Return the assessment.

    Raises
    ------
    AssessmentFileError
        With every fault of its shape.
    """
    parts: dict[str, Any] = {
        "standard": StandardRef,
        "subject": Subject,
        "release": Release,
        "context": Context,
        "told": tuple[str, ...],
        "versions": Mapping[str, str],
        "findings": tuple[Finding, ...],
        "edition": str,
    }
    needed = {"schema", "verdict", *parts, *more}
    reader.keys(stored, known=needed, needed=needed, where="the file")
    found = {k: reader.read(kind, stored[k], k) for k, kind in parts.items() if k in stored}
    if "verdict" in stored:
        reader.read(Verdict, stored["verdict"], "verdict")
    if not isinstance(stored.get("digest", ""), str):
        reader.fault("digest", "it is not a text")
    if not reader.problems:
        _check_findings(found["findings"], reader)
        if found["edition"] not in EDITIONS:
            reader.fault("edition", f"it is not one of: {', '.join(EDITIONS)}")
    if reader.problems:
        raise AssessmentFileError(reader.problems)
    return Assessment(**found, protected=True)


def _check_findings(findings: tuple[Finding, ...], reader: Reader) -> None:
    seen: set[str] = set()
    for i, finding in enumerate(findings):
        where = f"findings[{i}]"
        if finding.check in seen:
            reader.fault(where, f"the check '{finding.check}' stands there more than once")
        seen.add(finding.check)
        if finding.theme not in THEMES:
            reader.fault(f"{where}.theme", f"it is not one of: {', '.join(THEMES)}")
        if finding.when_uncertain not in ("refer", "tell"):
            reader.fault(f"{where}.when_uncertain", "it is neither refer nor tell")


__all__ = ["content_digest", "evidence_bytes", "json_bytes", "load", "plain", "read_json", "save",
           "to_dict", "with_evidence_digest", "write_json", "write_whole"]  # fmt: skip
