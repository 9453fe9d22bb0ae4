"""`assess`: the whole way from a model and its data to an Assessment, on one screen.

inputs -> evidence and experiments -> measures -> judgement -> findings -> Assessment
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from essex_standard.assessment import Assessment, Release, Subject, Verdict
from essex_standard.disclosure import Protection
from essex_standard.measures import MEASURES
from essex_standard.pipeline.context import context_of, versions
from essex_standard.pipeline.evidently import require_comparable, write_evidently
from essex_standard.pipeline.findings import Ground, measured_findings, rule_findings_of
from essex_standard.pipeline.gathering import gather
from essex_standard.pipeline.inputs import resolve
from essex_standard.pipeline.plan import plan_of
from essex_standard.pipeline.request import Request
from essex_standard.pipeline.standards import groupings_of, resolve_standard

if TYPE_CHECKING:
    from os import PathLike

    from essex_standard.standard import Standard
    from essex_standard.submission import LoadedSubmission, Submission

__all__ = ["assess"]


def assess(
    model: Any = None,
    X: Any = None,  # noqa: N803 - scikit-learn's name for it
    y: Any = None,
    *,
    submission: str | PathLike[str] | Submission | LoadedSubmission | None = None,
    protected: Any = None,
    reference: Any = None,
    reference_y: Any = None,
    scores: Any = None,
    score_kind: str | None = None,
    threshold: float | None = None,
    capacity: int | None = None,
    weights: Any = None,
    clusters: Any = None,
    time: Any = None,
    legitimate_factor: Any = None,
    quasi_identifiers: Sequence[str] | None = None,
    sensitive: Sequence[str] | None = None,
    standard: str | PathLike[str] | Standard | None = None,
    as_of: dt.date | str | None = None,
    positive: Any = None,
    outcome_known: Any = None,
    baseline: str | None = None,
    trust_pickle: bool = False,
    groupings: Mapping[str, str] | None = None,
    bands: Mapping[str, Sequence[float]] | None = None,
    evidently: str | PathLike[str] | None = None,
    minutes: float | None = None,
    resume: str | PathLike[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Assessment:
    """Assess a model against a Standard.

    What the submission declares need not be repeated; a keyword given here wins, and is told.

    Parameters
    ----------
    model : estimator, pipeline, callable or path, optional
        Anything with ``predict_proba`` or ``decision_function``, a function from X to one score a
        row, or a model file. None with `scores`, or where the submission names the model.
    X : dataframe, array of shape (n_rows, n_columns) or path, optional
        What the model scores; a path is read as CSV or Parquet.
    y : array of shape (n_rows,), or the name of a column of X, optional
        The outcome; None where only selection can be compared.
    submission : path of a file or folder, Submission or None
        What the team declares. Without one governance is not assessed and the verdict is at best
        ``refer``.
    protected : dataframe of n_rows, or names of columns of X
        Protected attributes. Missing values are a group of their own.
    reference, reference_y : dataframe or path, and array of shape (n_reference_rows,), optional
        What the model was trained on; without `reference_y` the outcome is the column of the
        reference that is called like that of X.
    scores : array of shape (n_rows,), or the name of a column of X
        Higher means a higher risk; not used beside a model.
    score_kind : {"probability", "unbounded", "quantity"}, optional
        For unbounded scores calibration does not apply. A quantity is a prediction of the outcome
        itself in its own unit (days, a grade): `y` then holds numbers.
    threshold, capacity : float, int
        Flagged: ``score >= threshold``, or the `capacity` people with the highest scores. One of
        them is needed without a submission, if a check in force compares flags; where a submission
        declares no rule either, nobody is flagged and what compares flags is not assessed.
    weights, clusters, time : array of shape (n_rows,), or the name of a column of X
        Sample weights; families or schools; the date of each row.
    legitimate_factor : array of shape (n_rows,), or the name of a column of X, optional
        A reason for unequal flags that the team holds legitimate: groups are then also compared
        within each of its values. Missing values are one of them.
    quasi_identifiers, sensitive : names of columns of X
        By which somebody could be recognised, and what nobody should learn of them: for
        k-anonymity, l-diversity and t-closeness.
    standard : path of a Standard's folder, or Standard; default the shipped one
    as_of : date, or text such as ``"2026-11-23"``
        The date of assessment; default today.
    positive : label or sequence of labels, optional
        The outcome predicted, by name; default 1 or True.
    outcome_known : array of bool of shape (n_rows,), or the name of a column of X
        Whether each outcome could be observed.
    baseline : {"prevalence", "single_rule:COLUMN", "current_practice"}, optional
        The simple way that the model is compared with.
    trust_pickle : bool
        Whether a pickled model file may be opened, which runs whatever it contains.
    groupings : mapping of a protected column to the id of a grouping, optional
        The known groups that its entries are of, such as ``"census-2021-ethnic-5"``;
        ``"as-they-are"`` where each number is a group.
    bands : mapping of a protected column to increasing numbers, optional
        The edges of the bands into which its numbers are put: ``{"age": [0, 18, 65]}``.
    evidently : path of a file that ends in ``.html``, optional
        Where to write Evidently's own report of drift between the reference and X. It holds figures
        that are not protected: its owner alone may read it.
    minutes : float, optional
        For fitting copies of the model without some of its columns, by the clock; what was not
        tried by then is told. By default their number is limited instead, so that the same findings
        come from a busy machine: 120 copies, or 10 to 40 where one takes more than a second.
    resume : path of a file, optional
        Keeps what copies of the model lost, so that a search which ran out of copies or time, or
        was interrupted, goes on where it stopped. Its sums are not protected: its owner alone may
        read it. A file of another model or other data is refused.
    progress : callable, optional
        Called with a few words before each step; without it nothing is printed.

    Returns
    -------
    Assessment

    Raises
    ------
    EssexError
        A subclass of it, for whatever cannot be assessed as given; it says what, where and how to
        mend it.
    """
    step = progress or (lambda _: None)
    step("Reading the Standard and the submission")
    date = _date(as_of)
    in_force = resolve_standard(standard)
    supplied = {
        name
        for name, given in (("model", model), ("model", scores), ("data", X), ("data", scores))
        if given is not None
    }
    loaded, told = _loaded(submission, supplied)
    step("Reading the data and scoring it")
    request = Request(
        model=model, X=X, y=y, submission=loaded, protected=protected, reference=reference,
        reference_y=reference_y, scores=scores, score_kind=score_kind, threshold=threshold,
        capacity=capacity, weights=weights, clusters=clusters, time=time,
        legitimate_factor=legitimate_factor,
        quasi_identifiers=quasi_identifiers, sensitive=sensitive, positive=positive,
        outcome_known=outcome_known, baseline=baseline, trust_pickle=trust_pickle,
        groupings=groupings, bands=bands, known_groupings=groupings_of(in_force),
        needs_decision=any("decision" in MEASURES[c.measure].needs for _, c in in_force),
    )  # fmt: skip
    if evidently is not None:
        require_comparable(evidently)
    inputs = resolve(request)
    if evidently is not None:
        require_comparable(evidently, inputs)
    gathered = gather(
        inputs, in_force, loaded, as_of=date, step=step, minutes=minutes, resume=resume
    )
    protection = Protection.of(gathered.held)
    step("Judging")
    ground = Ground(facts=gathered.facts, shown=protection, loaded=loaded, positive=inputs.positive)
    findings = (
        *measured_findings(in_force, ground),
        *rule_findings_of(in_force, loaded, gathered.columns, date),
    )
    context = context_of(inputs, loaded, gathered, protection, as_of=date)
    assessment = Assessment(
        standard=in_force.ref,
        subject=Subject(
            name=context.title,
            stage=_stage(loaded),
            rows=gathered.facts.assessed.rows,
            assessed_on=date.isoformat(),
            model_digest=inputs.model_digest,
            model_state_digest=gathered.state_digest,
            data_digest=inputs.data_digest,
        ),
        findings=findings,
        release=Release(allowed=False),
        context=context,
        told=(*told, *inputs.told, *gathered.told, *_strays(in_force)),
        versions=versions(),
        evidence=replace(
            gathered.held,
            plan=plan_of(request, inputs, tuple(gathered.facts.assessed.columns)),
        ),
    )
    if evidently is not None:
        step("Drawing Evidently's report")
        write_evidently(evidently, inputs, gathered.facts)
    return _released(assessment)


def _released(assessment: Assessment) -> Assessment:
    allowed = assessment.verdict is Verdict.PASS
    return replace(assessment, release=Release(allowed=allowed))


def _strays(standard: Standard) -> tuple[str, ...]:
    return tuple(
        f"The file {place} in the Standard's folder is not listed in standard.toml: it was not run."
        for place in standard.strays
    )


def _stage(loaded: LoadedSubmission | None) -> str:
    stage = None if loaded is None else loaded.submission.project.stage
    return str(stage) if stage else "not stated"


def _date(as_of: dt.date | str | None) -> dt.date:
    from essex_standard.errors import DataError

    if as_of is None:
        return dt.date.today()
    if isinstance(as_of, dt.datetime):
        return as_of.date()
    if isinstance(as_of, dt.date):
        return as_of
    try:
        return dt.date.fromisoformat(as_of)
    except (TypeError, ValueError) as error:
        raise DataError.because(
            f"{as_of!r} is not a date", where="as_of", mend="Write it as 2026-11-23"
        ) from error


def _loaded(submission: Any, supplied: set[str]) -> tuple[LoadedSubmission | None, tuple[str, ...]]:
    from essex_standard.submission import LoadedSubmission, Submission, load_submission
    from essex_standard.submission.toml_file import TomlFile

    if submission is None or isinstance(submission, LoadedSubmission):
        return submission, ()
    if isinstance(submission, Submission):
        bare = LoadedSubmission(
            submission=submission, agreements=(), path=Path("submission.toml"),
            source=TomlFile(
                name="submission", path=Path("submission.toml"), data={}, positions={}, digest=""
            ), sources={}, digests={},
        )  # fmt: skip
        return bare, ("The submission was given without its files: no agreement could be read.",)
    return load_submission(submission, supplied=supplied), ()
