"""What a look stands on: assessment, evidence, Standard and plan, which must all agree."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

from essex_standard.assessment import Assessment
from essex_standard.disclosure import Protection
from essex_standard.errors import AssessmentFileError, StandardError
from essex_standard.evidence.held import Held
from essex_standard.pipeline.plan import AGAIN, Plan, read_plan
from essex_standard.pipeline.standards import resolve_standard
from essex_standard.reports.store import load, read_json
from essex_standard.standard import Standard
from essex_standard.submission import LoadedSubmission, Submission, load_submission
from essex_standard.submission.toml_file import TomlFile

EVIDENCE = "assessment.evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The approved assessment, and everything that a batch is held against.

    Attributes
    ----------
    before : Assessment
        Protected.
    held : Held
        Its restricted evidence.
    loaded : LoadedSubmission
        The plan in the form of a submission, with the breaks, stop criteria and delay known today.
    protection : Protection
        By which the assessment was published.
    """

    before: Assessment
    held: Held = field(repr=False)
    plan: Plan
    loaded: LoadedSubmission = field(repr=False)
    standard: Standard
    protection: Protection = field(repr=False)
    told: tuple[str, ...] = ()

    @property
    def submission(self) -> Submission:
        """What is declared of the data."""
        return self.loaded.submission

    @property
    def digest(self) -> str:
        """The digest by which a record knows its assessment."""
        return str(self.before.subject.evidence_digest)


def scene_of(
    assessment: str | PathLike[str],
    *,
    evidence: str | PathLike[str] | None,
    standard: Any,
    submission: str | PathLike[str] | None,
) -> Scene:
    """Read everything, and see that it belongs together.

    Raises
    ------
    AssessmentFileError
        If the evidence is absent, is of another assessment or of another version.
    StandardError
        If the Standard is not the one of the assessment.
    """
    path = Path(assessment)
    before = read_json(path)
    beside = Path(evidence) if evidence is not None else path.with_name(EVIDENCE)
    held = _held(before, beside)
    in_force = resolve_standard(standard)
    if in_force.digest != before.standard.digest:
        raise StandardError.because(
            f"the Standard here ({in_force.name}, {in_force.version}) is not the one that the "
            f"assessment was judged by ({before.standard.name}, {before.standard.version})",
            where="--standard" if standard is not None else "the shipped Standard",
            mend="Name the folder of that Standard with --standard, or assess the model again",
        )
    plan = read_plan(held.plan, where=str(beside))
    loaded, told = _today(plan, submission)
    return Scene(
        before=before,
        held=held,
        plan=plan,
        loaded=loaded,
        standard=in_force,
        protection=Protection.of(held),
        told=told,
    )


def _held(before: Assessment, beside: Path) -> Held:
    if not beside.is_file():
        raise AssessmentFileError.because(
            "monitoring needs the restricted store of the assessment, which is not here",
            where=str(beside),
            mend="Name it with --evidence FILE",
        )
    restricted = load(beside)
    if restricted.protected or not isinstance(restricted.evidence, Held):
        raise AssessmentFileError.because(
            "this holds no evidence", where=str(beside), mend="Give assessment.evidence"
        )
    if restricted.subject.evidence_digest != before.subject.evidence_digest:
        raise AssessmentFileError.because(
            "it is not the evidence that this assessment was made from",
            where=str(beside),
            mend="Give the assessment.evidence that was written with it",
        )
    if restricted.evidence.assessed.whole is None:
        raise AssessmentFileError.because(
            "the assessment counted nobody's decisions", where=str(beside), mend=AGAIN
        )
    return restricted.evidence


def _today(
    plan: Plan, path: str | PathLike[str] | None
) -> tuple[LoadedSubmission, tuple[str, ...]]:
    """Return the plan as a submission, with what the team's own file says of the future today.

    Stop criteria that were before the board stay in force: a file can add some and take none away.
    """
    if path is None:
        return _bare(plan.submission, Path("submission.toml")), ()
    loaded = load_submission(path, supplied={"data", "model"})
    now, then = loaded.submission, plan.submission
    gone = [c for c in then.stop_criteria if c not in now.stop_criteria]
    told = "Stop criteria that were before the board are no longer in the submission. They stay in "
    told += "force until the model is assessed again."
    model = {"file": now.model.file, "callable": now.model.callable} if plan.by_model else {}
    merged = then.model_copy(
        update={
            "known_break": now.known_break or then.known_break,
            "label": now.label,
            "stop_criteria": (*now.stop_criteria, *gone),
            "model": then.model.model_copy(update=model),
        }
    )
    return replace(_bare(merged, loaded.path)), (told,) if gone else ()


def _bare(submission: Submission, path: Path) -> LoadedSubmission:
    return LoadedSubmission(
        submission=submission,
        agreements=(),
        path=path,
        source=TomlFile(
            name="the data", path=path, data={}, positions={}, digest=""
        ),
        sources={},
        digests={},
    )  # fmt: skip
