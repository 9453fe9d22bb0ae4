"""The commands of ``essex-standard agreements`` and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

agreements_app = typer.Typer(
    help="Agreements by themselves, before any model.", no_args_is_help=True, rich_markup_mode=None
)

Files = Annotated[list[Path], typer.Argument(help="Agreement files (.toml).")]
Day = Annotated[
    Optional[str], typer.Option("--as-of", help="Date of the check, as 2026-11-23; default today.")
]


@agreements_app.command("check")
def check(
    files: Files,
    as_of: Day = None,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Run every rule that agreements by themselves can answer.

    Exit 0 nothing found, 1 something blocks, 3 something for the board or not assessed, 2 a file
    that cannot be used.
    """
    from essex_standard.cli.agreements import check as run

    raise typer.Exit(run(files, as_of=as_of, form=form))


@agreements_app.command("rules")
def rules() -> None:
    """List every rule, how grave it is and what it rests on."""
    from essex_standard.cli.agreements import rules as run

    run()


@agreements_app.command("explain")
def explain(code: Annotated[str, typer.Argument(help="Code of a rule, such as D1.")]) -> None:
    """Say in plain words what a rule asks, and why."""
    from essex_standard.cli.agreements import explain as run

    run(code)


@agreements_app.command("export")
def export(
    files: Files,
    out: Annotated[
        Optional[Path], typer.Option("--out", help="File to write; default the screen.")
    ] = None,
    internal: Annotated[
        bool,
        typer.Option(
            "--internal",
            help="For use inside: what the agreements do not allow to be published is kept.",
        ),
    ] = False,
) -> None:
    """Write rows in the layout of GOV.UK's information sharing agreement register (CSV)."""
    from essex_standard.cli.agreements import export as run

    run(files, out=out, internal=internal)
