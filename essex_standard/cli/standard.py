"""``essex-standard standard``: the checks in force, as a panel would read them."""

from __future__ import annotations

from pathlib import Path

from essex_standard.cli.screen import console


def show(folder: Path | None) -> None:
    """Print every check and rule in force."""
    from essex_standard.pipeline.standards import resolve_standard
    from essex_standard.submission.rules import RULES

    standard = resolve_standard(folder)
    out = console()
    out.print(
        f"{standard.name}, version {standard.version}, adopted {standard.adopted}", markup=False
    )
    out.print(f"{standard.digest}\n", markup=False)
    for theme, checks in standard.checks.items():
        out.print(f"{theme.capitalize()}", markup=False, style="bold")
        for check in checks:
            limit = check.limit.words if check.limit else "told, not judged"
            across = ", ".join(check.across)
            out.print(f"  {check.id:<9} {check.level:<6} {check.title}", markup=False)
            out.print(f"            {check.measure} across {across}: {limit}", markup=False)
    if standard.rules:
        out.print("Rules over the submission and its agreements", markup=False, style="bold")
        for code in standard.rules:
            rule = RULES[code]
            out.print(f"  {code:<9} {rule.severity.value:<6} {rule.title}", markup=False)
    if standard.lexicon is not None:
        terms = standard.lexicon
        out.print("Terms exchanged in texts", markup=False, style="bold")
        out.print(f"  {terms.name}, version {terms.version}: {terms.size} terms", markup=False)
        for of in terms.characteristics:
            out.print(f"  {of.name}: {', '.join(of.groups)}", markup=False)
    for stray in standard.strays:
        out.print(f"Not listed in standard.toml, so not run: {stray}", markup=False)


def validate(folder: Path) -> None:
    """Read a Standard and say that it can be used.

    Raises
    ------
    StandardError
        Listing all that stands in the way.
    """
    from essex_standard.pipeline.standards import read_standard

    standard = read_standard(folder)
    count = sum(len(checks) for checks in standard.checks.values())
    console().print(
        f"{standard.name} {standard.version}: {count} checks and {len(standard.rules)} rules, all "
        f"usable. {standard.digest}",
        markup=False,
    )
