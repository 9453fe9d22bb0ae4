"""Small cases with known answers, shared by the tests of the pipeline and the command line.

A population is built from its four cells a group, so that what a check must find can be counted by
hand: nothing is drawn at random.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pandas as pd

ROOT = Path(__file__).parents[1]
FLAGGED, LEFT = 0.8, 0.2
AS_OF = "2026-11-23"


class Cells(NamedTuple):
    """How many of a group were found, missed, wrongly flagged and rightly left."""

    found: int
    missed: int
    wrongly: int
    rightly_left: int


ALIKE = {"F": Cells(700, 300, 200, 800), "M": Cells(700, 300, 200, 800)}
"""Both groups are found 70 times in 100, and wrongly flagged 20 times in 100."""

F_WORSE_OFF = {"F": Cells(450, 550, 200, 800), "M": Cells(700, 300, 200, 800)}
"""Group F is found 45 times in 100, group M 70 times."""


def people(groups: Mapping[str, Cells] = ALIKE, *, attribute: str = "sex") -> pd.DataFrame:
    """Return a table with the columns score, happened (0 or 1) and the attribute."""
    rows: list[tuple[float, int, str]] = []
    for group, cells in groups.items():
        rows += [(FLAGGED, 1, group)] * cells.found
        rows += [(LEFT, 1, group)] * cells.missed
        rows += [(FLAGGED, 0, group)] * cells.wrongly
        rows += [(LEFT, 0, group)] * cells.rightly_left
    return pd.DataFrame(rows, columns=["score", "happened", attribute])


FOUND_EQUALLY = """
id = "BIAS-02"
title = "Need is found equally often in each group"
question = "Does the model find each group equally often?"
measure = "true_positive_rate_difference"
across = ["protected"]
level = "{level}"
limit = {{ at_most = {limit} }}
evidence = {{ of = "positives" }}
remedy = ["Look at the inputs"]
"""


def write_standard(
    folder: Path,
    checks: Mapping[str, str] | None = None,
    *,
    level: str = "block",
    limit: str = "0.10",
    rules: str = "[]",
) -> Path:
    """Write a Standard: the check of `FOUND_EQUALLY`, or the texts given by their paths."""
    files = checks or {"bias/found.toml": FOUND_EQUALLY.format(level=level, limit=limit)}
    ids = []
    for place, text in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        ids += [line.split('"')[1] for line in text.splitlines() if line.startswith("id = ")]
    listed = ", ".join(f'"{i}"' for i in ids)
    (folder / "standard.toml").write_text(
        'schema = "essex-standard/1"\nname = "A small Standard"\nversion = "1"\n'
        f"adopted = 2026-01-01\nchecks = [{listed}]\nrules = {rules}\n",
        encoding="utf-8",
    )
    return folder


SUBMISSION = """
schema = "essex-submission/1"
agreements = []
polarity = "assistive"
unit = "person"
baseline = "prevalence"

[project]
id = "small"
title = "A small project"
stage = "pilot"

[model]
scores = "score"

[data]
assessed = "people.csv"
outcome = "happened"
protected = ["sex"]

[threshold]
kind = "score_cutoff"
value = 0.5
"""


def write_submission(
    folder: Path,
    frame: pd.DataFrame | None = None,
    *replaced: tuple[str, str],
    text: str = SUBMISSION,
) -> Path:
    """Write a submission over a CSV, with texts of it replaced, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    (people() if frame is None else frame).to_csv(folder / "people.csv", index=False)
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "submission.toml"
    path.write_text(text, encoding="utf-8")
    return path


class Done(NamedTuple):
    """What a command left on its streams, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


def essex(*arguments: object) -> Done:
    """Run ``essex-standard`` through its entry point, in this process (which saves a second)."""
    from essex_standard.cli import main

    out, err = io.StringIO(), io.StringIO()
    before, sys.argv = sys.argv, ["essex-standard", *map(str, arguments)]
    status: object = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as stopped:
        status = stopped.code
    finally:
        sys.argv = before
    return Done(int(status or 0), out.getvalue(), err.getvalue())  # type: ignore[call-overload]


def essex_process(
    *arguments: object, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``essex-standard`` as a user would, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "essex_standard", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **environment},
        timeout=300,
    )


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a piece of Python in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
