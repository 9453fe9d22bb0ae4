"""``essex-standard demo``: the real example, from its data to its report."""

from __future__ import annotations

from importlib.resources import as_file
from pathlib import Path

from essex_standard.resources import example_dir


def run(out: Path, *, as_of: str | None = None) -> None:
    """Assess the Open University example and write its results to `out`."""
    from essex_standard.cli.assess import Asked
    from essex_standard.cli.assess import run as assess

    with as_file(example_dir()) as folder:
        assess(Asked(submission=Path(folder) / "submission.toml", out=out, as_of=as_of))
