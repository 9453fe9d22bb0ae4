"""The commands and their options; what each does stands in its own module."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from essex_standard.cli.agreements_app import agreements_app

app = typer.Typer(
    name="essex-standard",
    help="Assess a risk model before it touches anyone's life, and show the judgement.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
standard_app = typer.Typer(help="The checks in force.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(standard_app, name="standard")
app.add_typer(agreements_app, name="agreements")

Out = Annotated[Path, typer.Option("--out", help="Folder for the results; made if absent.")]
StandardFolder = Annotated[
    Optional[Path],
    typer.Option("--standard", help="Folder of another Standard; default the shipped one."),
]
AsOf = Annotated[
    Optional[str],
    typer.Option("--as-of", help="Date of the assessment, as 2026-11-23; default today."),
]
Editions = Annotated[
    Optional[list[str]],
    typer.Option("--edition", help="panel (default), public or restricted; may be repeated."),
]
MaybeText = Optional[str]
MaybePath = Optional[Path]


@app.command()
def assess(
    submission: Annotated[
        MaybePath, typer.Argument(help="submission.toml, or the folder that holds it.")
    ] = None,
    out: Out = Path("essex-output"),
    data: Annotated[MaybePath, typer.Option("--data", help="CSV or Parquet to assess.")] = None,
    reference: Annotated[
        MaybePath, typer.Option("--reference", help="CSV or Parquet the model learned from.")
    ] = None,
    model: Annotated[MaybePath, typer.Option("--model", help="Model file (.skops).")] = None,
    scores: Annotated[MaybeText, typer.Option("--scores", help="Column of scores.")] = None,
    outcome: Annotated[MaybeText, typer.Option("--outcome", help="Column of the outcome.")] = None,
    positive: Annotated[
        Optional[list[str]],
        typer.Option("--positive", help="The outcome predicted, by name; may be repeated."),
    ] = None,
    protected: Annotated[
        MaybeText,
        typer.Option("--protected", help="Protected columns, with commas between."),
    ] = None,
    threshold: Annotated[
        Optional[float],
        typer.Option("--threshold", help="Flagged: a score of this or more."),
    ] = None,
    capacity: Annotated[
        Optional[int],
        typer.Option("--capacity", help="Flagged: this many with the highest scores."),
    ] = None,
    score_kind: Annotated[
        MaybeText,
        typer.Option("--score-kind", help="probability (default), unbounded or quantity."),
    ] = None,
    outcome_known: Annotated[
        MaybeText, typer.Option("--outcome-known", help="Column: could the outcome be observed?")
    ] = None,
    baseline: Annotated[
        MaybeText,
        typer.Option("--baseline", help="prevalence (default) or single_rule:COLUMN."),
    ] = None,
    legitimate_factor: Annotated[
        MaybeText,
        typer.Option("--legitimate-factor", help="Column: compare groups within its values too."),
    ] = None,
    clusters: Annotated[
        MaybeText, typer.Option("--clusters", help="Column of families, schools or persons.")
    ] = None,
    weights: Annotated[MaybeText, typer.Option("--weights", help="Column of weights.")] = None,
    time: Annotated[MaybeText, typer.Option("--time", help="Column of dates.")] = None,
    edition: Editions = None,
    standard: StandardFolder = None,
    as_of: AsOf = None,
    trust_pickle: Annotated[
        bool,
        typer.Option("--trust-pickle", help="Open a pickled model, which runs what it contains."),
    ] = False,
    minutes: Annotated[
        Optional[float],
        typer.Option(
            "--minutes",
            min=0,
            help="For fitting the model again without some of its columns: a longer or shorter "
            "search than usual, by the clock.",
        ),
    ] = None,
    resume: Annotated[
        MaybePath,
        typer.Option(
            "--resume",
            help="Keep what those fits lost in this file, and go on from it: a search that was "
            "stopped is taken up again. RESTRICTED: its sums are not protected.",
        ),
    ] = None,
    evidently: Annotated[
        MaybePath,
        typer.Option(
            "--evidently",
            help="Also write Evidently's own drift report here (.html). RESTRICTED: its figures "
            "are not protected. Needs reference data.",
        ),
    ] = None,
) -> None:
    r"""Run everything: findings, verdict, report.

    With a submission:

      essex-standard assess submission.toml --out results

    The first hour, with a table of scores:

      essex-standard assess --data scored.csv --scores risk --outcome happened
          --protected sex,age_band --threshold 0.5 --out results
    """
    from essex_standard.cli.assess import Asked, run

    run(
        Asked(
            submission=submission, out=out, data=data, reference=reference, model=model,
            scores=scores, outcome=outcome, positive=tuple(positive or ()), protected=protected,
            threshold=threshold, capacity=capacity, score_kind=score_kind,
            outcome_known=outcome_known, baseline=baseline, clusters=clusters, weights=weights,
            legitimate_factor=legitimate_factor, time=time,
            editions=tuple(edition or ("panel",)), standard=standard, as_of=as_of,
            trust_pickle=trust_pickle, minutes=minutes, resume=resume,
            evidently=evidently,
        )
    )  # fmt: skip


@app.command()
def gate(
    assessment: Annotated[Path, typer.Argument(help="assessment.json")],
    junit: Annotated[MaybePath, typer.Option("--junit", help="Write JUnit XML here.")] = None,
    model: Annotated[
        MaybePath, typer.Option("--model", help="Model file that must be the one assessed.")
    ] = None,
    fail_on: Annotated[
        MaybeText,
        typer.Option("--fail-on", help="block or refer; default refer from pilot on."),
    ] = None,
    max_age: Annotated[
        Optional[int],
        typer.Option("--max-age", help="Days after which an assessment no longer counts."),
    ] = None,
    as_of: AsOf = None,
    trust_pickle: Annotated[
        bool, typer.Option("--trust-pickle", help="Open a pickled model to compare its state.")
    ] = False,
) -> None:
    """Exit 0 released, 1 blocked, 3 referred without a decision, 2 unusable."""
    from essex_standard.cli.gate import run

    raise typer.Exit(
        run(assessment, junit=junit, model=model, fail_on=fail_on, max_age=max_age, as_of=as_of,
            trust_pickle=trust_pickle)
    )  # fmt: skip


@app.command()
def report(
    assessment: Annotated[Path, typer.Argument(help="assessment.json")],
    out: Annotated[
        MaybePath, typer.Option("--out", help="Folder; default that of the assessment.")
    ] = None,
    edition: Annotated[
        str, typer.Option("--edition", help="panel, public or restricted.")
    ] = "panel",
    format: Annotated[  # noqa: A002 - the option's name is part of the public contract
        str, typer.Option("--format", help="pdf, html, or both with a comma between.")
    ] = "pdf,html",
    evidence: Annotated[
        MaybePath, typer.Option("--evidence", help="Restricted store, for the restricted edition.")
    ] = None,
) -> None:
    """Render a stored assessment again."""
    from essex_standard.cli.report import run

    run(assessment, out=out, edition=edition, formats=format, evidence=evidence)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to make; nothing in it is overwritten.")],
    data: Annotated[Path, typer.Option("--data", help="The data file to be assessed.")],
    title: Annotated[MaybeText, typer.Option("--title", help="Name of the project.")] = None,
) -> None:
    """Scaffold a submission from a data file, every question marked and explained."""
    from essex_standard.cli.init import run

    run(folder, data=data, title=title)


@app.command()
def monitor(
    assessment: Annotated[Path, typer.Argument(help="assessment.json of the model approved")],
    data: Annotated[Path, typer.Option("--data", help="CSV or Parquet of the new rows.")],
    out: Out = Path("monitoring"),
    outcomes: Annotated[
        MaybePath, typer.Option("--outcomes", help="Outcomes that came later; needs --key.")
    ] = None,
    key: Annotated[
        MaybeText, typer.Option("--key", help="Column that the data and the outcomes share.")
    ] = None,
    model: Annotated[
        MaybePath, typer.Option("--model", help="Model file; it must be the one assessed.")
    ] = None,
    scores: Annotated[
        MaybeText, typer.Option("--scores", help="Column of scores, where they are ready.")
    ] = None,
    evidence: Annotated[
        MaybePath, typer.Option("--evidence", help="Restricted store; default beside it.")
    ] = None,
    standard: StandardFolder = None,
    submission: Annotated[
        MaybePath,
        typer.Option("--submission", help="The submission today: breaks, stop criteria, delay."),
    ] = None,
    looks_a_year: Annotated[
        int, typer.Option("--looks-a-year", help="Looks that a year has by plan.")
    ] = 12,
    as_of: AsOf = None,
    trust_pickle: Annotated[
        bool,
        typer.Option("--trust-pickle", help="Open a pickled model, which runs what it contains."),
    ] = False,
) -> None:
    """Compare new data with what was assessed. Exit 0 fine, 1 stop, 3 for the board, 2 unusable."""
    from essex_standard.cli.monitor import run

    raise typer.Exit(
        run(assessment, data=data, out=out, outcomes=outcomes, key=key, model=model, scores=scores,
            evidence=evidence, standard=standard, submission=submission,
            looks_a_year=looks_a_year, as_of=as_of, trust_pickle=trust_pickle)
    )  # fmt: skip


@app.command()
def demo(out: Out = Path("demo-output"), as_of: AsOf = None) -> None:
    """Assess the real example, end to end, and leave a report."""
    from essex_standard.cli.demo import run

    run(out, as_of=as_of)


@standard_app.command("show")
def standard_show(standard: StandardFolder = None) -> None:
    """Print the checks and rules in force, with their limits."""
    from essex_standard.cli.standard import show

    show(standard)


@standard_app.command("validate")
def standard_validate(
    folder: Annotated[Path, typer.Argument(help="Folder of a Standard.")],
) -> None:
    """Say whether a Standard can be used; list all that stands in the way."""
    from essex_standard.cli.standard import validate

    validate(folder)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from essex_standard import __version__

        typer.echo(f"essex-standard {__version__}")
        raise typer.Exit
