"""What is assessed: keywords and submission brought together into checked arrays.

A keyword wins over what the submission declares, and that is told. All that can be wrong with what
was handed over is found here, before anything is computed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from essex_standard.errors import DataError, SubmissionError
from essex_standard.evidence import frames
from essex_standard.models.decisions import Decided, decisions
from essex_standard.models.digests import files_digest, frame_digest
from essex_standard.models.loading import load_callable, load_model
from essex_standard.models.risk_model import RiskModel
from essex_standard.models.scores import validate_scores
from essex_standard.pipeline.capacity import months_covered

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from essex_standard.submission import LoadedSubmission, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The keywords of `assess`, as they were given."""

    model: Any = None
    X: Any = None
    y: Any = None
    submission: LoadedSubmission | None = None
    protected: Any = None
    reference: Any = None
    reference_y: Any = None
    scores: Any = None
    score_kind: str | None = None
    threshold: float | None = None
    capacity: int | None = None
    weights: Any = None
    clusters: Any = None
    time: Any = None
    quasi_identifiers: Sequence[str] | None = None
    sensitive: Sequence[str] | None = None
    positive: Any = None
    outcome_known: Any = None
    baseline: str | None = None
    trust_pickle: bool = False

    @property
    def declared(self) -> Submission | None:
        """The submission's content."""
        return None if self.submission is None else self.submission.submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """One population as arrays; it never leaves the pipeline."""

    frame: pd.DataFrame | None = field(repr=False)
    outcome: NDArray[np.int8] = field(repr=False)
    scores: NDArray[np.float64] | None = field(repr=False)
    flagged: NDArray[np.bool_] | None = field(repr=False)
    rule: NDArray[np.float64] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that is needed to gather evidence."""

    assessed: Population
    reference: Population | None
    risk_model: RiskModel | None
    score_kind: str
    threshold: float | None
    protected: Mapping[str, NDArray[np.str_]] = field(repr=False)
    weights: NDArray[np.float64] | None = field(default=None, repr=False)
    clusters: NDArray[np.str_] | None = field(default=None, repr=False)
    baseline: str = "prevalence"
    outcome_name: str = "outcome"
    positive: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    data_columns: tuple[str, ...] = ()
    decision_rule: str = ""
    period: str = ""
    model_digest: str | None = None
    data_digest: str | None = None
    trusted: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def resolve(request: Request) -> Inputs:
    """Bring keywords and submission together, score the data and decide.

    Raises
    ------
    DataError, ModelError, SubmissionError
        Each naming what is wrong, where and how to mend it.
    """
    return _Resolver(request).inputs()


class _Resolver:
    """Walks through a request once, keeping what must be told."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.loaded = request.submission
        self.declared = request.declared
        self.told: list[str] = []

    def inputs(self) -> Inputs:
        frame, data_digest = self._data()
        risk_model, model_digest, trusted, scores_column = self._model()
        columns = None if frame is None else frame
        model_frame = self._model_frame(columns)
        y, outcome_name = self._outcome(columns)
        positive = self._positive()
        n = self._length(columns, y)
        known = self._column("outcome_known", columns, self.request.outcome_known)
        classes = () if risk_model is None else _classes(risk_model)
        outcome = (
            np.full(n, 2, np.int8)
            if y is None
            else frames.outcome_codes(y, positive=positive, known=known, classes=classes)
        )
        self._tell_outcome(outcome, y)
        scores, kind = self._scores(risk_model, model_frame, columns, n, scores_column)
        decided, rule_words = self._decide(scores, kind, columns)
        baseline = self._baseline()
        protected = self._protected(columns, n)
        assessed = Population(
            frame=model_frame,
            outcome=outcome,
            scores=scores,
            flagged=None if decided is None else decided.flagged,
            rule=_rule_column(baseline, columns),
        )
        threshold = None if decided is None else decided.threshold
        reference = self._reference(
            risk_model, scores_column, kind, threshold, positive, classes, outcome_name
        )
        return Inputs(
            assessed=assessed,
            reference=reference,
            risk_model=risk_model,
            score_kind=kind if scores is not None else "none",
            threshold=threshold,
            protected=protected,
            weights=self._weights(columns, n),
            clusters=self._clusters(columns),
            baseline=baseline,
            outcome_name=outcome_name,
            positive=tuple(str(p) for p in positive),
            names=self._names(scores_column),
            data_columns=() if columns is None else tuple(str(c) for c in columns.columns),
            decision_rule=rule_words,
            period=self._period(columns),
            model_digest=model_digest,
            data_digest=data_digest or _digest_in_memory(columns, scores),
            trusted=trusted,
            told=tuple(self.told),
        )

    # The table ---------------------------------------------------------------------------------

    def _data(self) -> tuple[pd.DataFrame | None, str | None]:
        given, declared = self.request.X, self.declared
        if given is not None:
            if declared is not None and declared.data.assessed:
                self._tell_wins("X", "data.assessed")
            return frames.to_frame(given, what="X"), None
        if self.loaded is None or declared is None or not declared.data.assessed:
            if self.request.scores is None or isinstance(self.request.scores, str):
                raise DataError.because(
                    "there are no data to assess",
                    where="X",
                    mend="Pass X, or scores, or a submission whose [data] assessed names a file",
                )
            return None, None
        return self._file(declared.data.assessed, "data.assessed")

    def _file(self, pattern: str, field_name: str) -> tuple[pd.DataFrame, str]:
        assert self.loaded is not None  # noqa: S101 - only submissions name files
        what = f"{self.loaded.path.name}, {field_name}"
        files = frames.table_files(pattern, what=what, base=self.loaded.folder)
        frame = frames.read_table(pattern, what=what, base=self.loaded.folder)
        return frame, files_digest(files, relative_to=self.loaded.folder)

    def _model_frame(self, columns: pd.DataFrame | None) -> pd.DataFrame | None:
        return columns

    def _length(self, columns: pd.DataFrame | None, y: Any) -> int:
        for candidate in (columns, y, self.request.scores):
            if candidate is not None and not isinstance(candidate, str):
                return len(candidate)
        raise DataError.because("there are no rows", where="X", mend="Pass the rows to assess")

    # The model ---------------------------------------------------------------------------------

    def _model(self) -> tuple[RiskModel | None, str | None, tuple[str, ...], str]:
        """Return the model, its file's digest, the types trusted, and a column of scores."""
        declared = self.declared
        score_kind: Any = self.request.score_kind or (
            None if declared is None else declared.model.score_kind
        )
        if isinstance(self.request.model, (str, os.PathLike)):
            found = load_model(self.request.model, trust_pickle=self.request.trust_pickle)
            self.told += found.told
            model = RiskModel.of(
                found.model, positive=self._model_positive(), score_kind=score_kind
            )
            return model, found.file_digest, found.trusted, ""
        if self.request.model is not None:
            if declared is not None and declared.model.file:
                digest = self._digest_of_declared_file()
            else:
                digest = None
            model = self.request.model
            return (
                RiskModel.of(model, positive=self._model_positive(), score_kind=score_kind),
                digest,
                (),
                "",
            )
        if isinstance(self.request.scores, str):
            return None, None, (), self.request.scores
        if self.request.scores is not None or declared is None or self.loaded is None:
            return None, None, (), ""
        if declared.model.scores:
            return None, None, (), declared.model.scores
        if declared.model.callable:
            found = load_callable(declared.model.callable, self.loaded.folder)
        else:
            found = load_model(
                self.loaded.resolve(declared.model.file),
                trusted_types=declared.model.trusted_types,
                trust_pickle=self.request.trust_pickle,
            )
        self.told += found.told
        return (
            RiskModel.of(found.model, positive=self._model_positive(), score_kind=score_kind),
            found.file_digest,
            found.trusted,
            "",
        )

    def _digest_of_declared_file(self) -> str | None:
        from essex_standard.models.digests import file_digest

        assert self.loaded is not None and self.declared is not None  # noqa: S101, PT018
        path = self.loaded.resolve(self.declared.model.file)
        self._tell_wins("model", "model.file")
        return file_digest(path) if path.is_file() else None

    def _model_positive(self) -> Any:
        positive = self._positive()
        return positive or None

    def _positive(self) -> tuple[Any, ...]:
        given = self.request.positive
        if given is not None:
            if isinstance(given, (str, bytes)) or not isinstance(given, Sequence):
                given = (given,)
            return tuple(given)
        return () if self.declared is None else tuple(self.declared.model.positive)

    # Outcome, scores, decisions ----------------------------------------------------------------

    def _outcome(self, columns: pd.DataFrame | None) -> tuple[Any, str]:
        given, declared = self.request.y, self.declared
        if given is not None and not isinstance(given, str):
            name = getattr(given, "name", None)
            if declared is not None and declared.data.outcome:
                name = name or declared.data.outcome
            array = given if hasattr(given, "index") else np.asarray(given)
            if columns is not None:
                frames.require_same_rows(columns, array, name="y")
            return array, str(name or "outcome")
        name = given or ("" if declared is None else declared.data.outcome)
        if not name:
            return None, "outcome"
        if columns is None or (declared is not None and self.request.X is not None
                               and name not in columns.columns and given is None):  # fmt: skip
            return None, name
        frames.require_columns(columns, [name], what="the outcome", where="data.outcome")
        return columns[name], name

    def _tell_outcome(self, outcome: NDArray[np.int8], y: Any) -> None:
        if y is None:
            self.told.append(
                "No outcome was given: only who is flagged can be compared, not who is rightly "
                "flagged."
            )
            return
        seen = set(np.unique(outcome[outcome < 2]).tolist())
        if len(seen) == 1:
            which = "has" if seen == {1} else "lacks"
            self.told.append(
                f"Everybody assessed {which} the outcome: whatever needs both is not assessed."
            )

    def _scores(
        self,
        model: RiskModel | None,
        frame: pd.DataFrame | None,
        columns: pd.DataFrame | None,
        n: int,
        column: str,
    ) -> tuple[NDArray[np.float64] | None, str]:
        kind: Any = self.request.score_kind or (
            None if self.declared is None else self.declared.model.score_kind
        )
        if model is not None:
            if self.request.scores is not None:
                self.told.append("Scores were given beside the model: the model's own were used.")
            if frame is None:
                raise DataError.because(
                    "the model has nothing to score", where="X", mend="Pass X beside the model"
                )
            if model.score_kind == "unbounded" and kind is None:
                self.told.append(
                    "The model's scores are not probabilities: calibration does not apply."
                )
            return model.scores(frame), model.score_kind
        kind = kind or "probability"
        if column:
            assert columns is not None  # noqa: S101 - a column's name needs a table
            frames.require_columns(columns, [column], what="the score", where="scores")
            return validate_scores(
                columns[column].to_numpy(), n, kind, where=f"column '{column}'"
            ), kind
        if self.request.scores is None:
            return None, "none"
        if columns is not None:
            frames.require_same_rows(columns, self.request.scores, name="scores")
        return validate_scores(self.request.scores, n, kind, where="scores"), kind

    def _decide(
        self, scores: NDArray[np.float64] | None, kind: str, columns: pd.DataFrame | None
    ) -> tuple[Decided | None, str]:
        threshold, capacity = self.request.threshold, self.request.capacity
        declared = None if self.declared is None else self.declared.threshold
        if scores is None:
            raise DataError.because(
                "there is neither a model nor a score",
                where="model",
                mend="Pass a model, or scores=",
            )
        if threshold is None and capacity is None and declared is not None:
            match declared.kind:
                case "top_n_capacity":
                    capacity = self._capacity(declared, columns)
                case "score_cutoff" | "bands":
                    threshold = declared.value
                case "none_ranking_only":
                    self.told.append(
                        "The team names no decision rule (ranking only): nobody is flagged, so "
                        "flags cannot be assessed."
                    )
                    return None, "Ranking only: no decision rule is declared"
                case None:
                    threshold = declared.value
        elif declared is not None and declared.kind is not None:
            declared_as = "top_n_capacity" if threshold is None else "score_cutoff"
            if declared.kind != declared_as or threshold not in (None, declared.value):
                self._tell_wins("threshold or capacity", "threshold")
        decided = decisions(
            scores,
            threshold=threshold,
            capacity=capacity,
            score_kind=kind,  # type: ignore[arg-type]
        )
        self.told += decided.told
        if capacity is not None:
            return decided, (
                f"The {capacity:,} with the highest scores are flagged (score of "
                f"{decided.threshold:.2f} or more)"
            )
        return decided, f"Flagged: a score of {decided.threshold:g} or more"

    def _capacity(self, declared: Any, columns: pd.DataFrame | None) -> int:
        if declared.capacity_per_month is None:
            raise SubmissionError.because(
                "the decision is by capacity, and no capacity is given",
                where="submission.toml, threshold.capacity_per_month",
                mend="Say how many people can be reached in a month",
            )
        time = self._column("time", columns, self.request.time)
        months = months_covered(time)
        self.told.append(
            f"The data cover {months} month(s): the capacity is {months} times that of one month."
        )
        return max(1, round(float(declared.capacity_per_month) * months))

    # Columns beside ----------------------------------------------------------------------------

    def _column(self, name: str, columns: pd.DataFrame | None, given: Any) -> Any:
        """Return a column by keyword (array or column name) or by the submission's [data]."""
        if given is not None and not isinstance(given, str):
            if columns is not None:
                frames.require_same_rows(columns, given, name=name)
            return np.asarray(given, dtype=object)
        column = given
        if column is None and self.declared is not None:
            field_name = {"clusters": "cluster"}.get(name, name)
            column = getattr(self.declared.data, field_name) or None
        if not column or columns is None:
            return None
        if given is None and self.request.X is not None and column not in columns.columns:
            return None
        frames.require_columns(columns, [column], what=name, where=f"data.{name}")
        return columns[column]

    def _weights(self, columns: pd.DataFrame | None, n: int) -> NDArray[np.float64] | None:
        given = self._column("weights", columns, self.request.weights)
        if given is None:
            return None
        import pandas as pd

        values = pd.to_numeric(pd.Series(np.asarray(given)), errors="coerce").to_numpy(float)
        if (
            len(values) != n
            or not np.isfinite(values).all()
            or (values < 0).any()
            or not values.sum()
        ):
            raise DataError.because(
                "weights must be numbers, none missing or negative, and not all zero",
                where="weights",
                mend="Give one weight a row, 0 or more",
            )
        return values

    def _clusters(self, columns: pd.DataFrame | None) -> NDArray[np.str_] | None:
        given = self._column("clusters", columns, self.request.clusters)
        if given is None:
            return None
        import pandas as pd

        series = pd.Series(np.asarray(given, dtype=object))
        if series.isna().any():
            raise DataError.because(
                "some rows belong to no cluster",
                where="clusters",
                mend="Give each row its family, school or person; a row on its own is a cluster",
            )
        labels: NDArray[np.str_] = series.map(str).to_numpy(dtype=object)
        return labels

    def _protected(self, columns: pd.DataFrame | None, n: int) -> dict[str, NDArray[np.str_]]:
        given = self.request.protected
        names: Sequence[str] | None = None
        table = columns
        if given is None:
            names = () if self.declared is None else self.declared.data.protected
        elif isinstance(given, str):
            names = (given,)
        elif isinstance(given, (list, tuple)) and all(isinstance(g, str) for g in given):
            names = tuple(given)
        if names is None:
            table = frames.to_frame(given, what="protected")
            if columns is not None:
                frames.require_same_rows(columns, given, name="protected")
            elif len(table) != n:
                raise DataError.because(
                    f"protected has {len(table):,} rows, the data have {n:,}",
                    where="protected",
                    mend="Pass the same rows, in the same order",
                )
            names = tuple(str(c) for c in table.columns)
        if not names:
            return {}
        if table is None:
            raise DataError.because(
                "protected columns are named, and there is no table to find them in",
                where="protected",
                mend="Pass protected as a dataframe",
            )
        frames.require_columns(table, list(names), what="the protected column", where="protected")
        return {str(c): frames.labels(table[c], name=str(c)) for c in dict.fromkeys(names)}

    def _baseline(self) -> str:
        given = self.request.baseline
        if given is None and self.declared is not None:
            given = self.declared.baseline
        if not given:
            self.told.append(
                "No simple baseline was named: the model is compared with scoring everybody alike."
            )
            return "prevalence"
        return given

    def _reference(
        self,
        model: RiskModel | None,
        scores_column: str,
        kind: str,
        threshold: float | None,
        positive: Sequence[Any],
        classes: Sequence[Any],
        outcome_name: str,
    ) -> Population | None:
        given, declared = self.request.reference, self.declared
        if given is None and self.request.X is None and declared and declared.data.reference:
            given, _ = self._file(declared.data.reference, "data.reference")
        if given is None:
            return None
        frame = frames.to_frame(given, what="reference")
        y = self.request.reference_y
        if y is not None:
            frames.require_same_rows(frame, y, name="reference_y", frame_name="reference")
        elif outcome_name in frame.columns:
            y = frame[outcome_name]
        known_name = "" if declared is None else declared.data.outcome_known
        known = frame[known_name] if known_name and known_name in frame.columns else None
        outcome = (
            np.full(len(frame), 2, np.int8)
            if y is None
            else frames.outcome_codes(y, positive=positive, known=known, classes=classes)
        )
        scores = None
        if model is not None:
            scores = model.scores(frame)
        elif scores_column and scores_column in frame.columns:
            scores = validate_scores(
                frame[scores_column].to_numpy(), len(frame), kind,  # type: ignore[arg-type]
                where=f"reference column '{scores_column}'",
            )  # fmt: skip
        flagged = (
            np.zeros(len(frame), bool)
            if scores is None or threshold is None
            else np.asarray(scores >= threshold)
        )
        return Population(frame=frame, outcome=outcome, scores=scores, flagged=flagged)

    def _period(self, columns: pd.DataFrame | None) -> str:
        time = self._column("time", columns, self.request.time)
        if time is None:
            return ""
        import pandas as pd

        values = sorted({str(v)[:10] for v in pd.Series(np.asarray(time)).dropna().unique()})
        if not values:
            return ""
        return ", ".join(values) if len(values) <= 6 else f"{values[0]} to {values[-1]}"

    def _names(self, scores_column: str) -> dict[str, str]:
        data = None if self.declared is None else self.declared.data

        def name(given: Any, declared: str) -> str:
            if isinstance(given, str):
                return given
            return str(getattr(given, "name", None) or "") if given is not None else declared

        return {
            "cluster": name(self.request.clusters, "" if data is None else data.cluster),
            "time": name(self.request.time, "" if data is None else data.time),
            "weights": name(self.request.weights, "" if data is None else data.weights),
            "scores": scores_column,
        }

    def _tell_wins(self, keyword: str, field_name: str) -> None:
        self.told.append(
            f"'{keyword}' was given directly and wins over the submission's {field_name}."
        )


def _classes(model: RiskModel) -> tuple[Any, ...]:
    from essex_standard.models.labels import classes_of

    return tuple(classes_of(model.model) or ())


def _rule_column(baseline: str, columns: pd.DataFrame | None) -> NDArray[np.float64] | None:
    if not baseline.startswith("single_rule:") or columns is None:
        return None
    import pandas as pd

    name = baseline.removeprefix("single_rule:").strip()
    if name not in columns.columns:
        return None
    column = columns[name]
    if not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column)):
        return None
    values = column.to_numpy(dtype=float, na_value=np.nan)
    # Nothing recorded is the rule's own lowest value: a rule cannot fire on what is not there.
    filled = np.nan_to_num(values, nan=np.nanmin(values) if np.isfinite(values).any() else 0.0)
    return np.asarray(filled)


def _digest_in_memory(columns: pd.DataFrame | None, scores: Any) -> str:
    import pandas as pd

    if columns is None:
        return frame_digest(pd.DataFrame({"score": np.asarray(scores)}))
    return frame_digest(columns.reset_index(drop=True))


Progress = Callable[[str], None]
PathLike = str | Path
