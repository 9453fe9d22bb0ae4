"""``essex-standard init``: a submission to fill in, made from the columns of a data file."""

from __future__ import annotations

import os
from pathlib import Path

from essex_standard.cli.screen import console
from essex_standard.errors import OutputError, Problem


def run(folder: Path, *, data: Path, title: str | None) -> None:
    """Write ``submission.toml`` and ``agreements/own-records.toml``; overwrite nothing.

    Raises
    ------
    EssexError
        If the data cannot be read, or a file would be overwritten.
    """
    from essex_standard.cli.assess import require_writable
    from essex_standard.evidence.frames import read_table
    from essex_standard.reports.store import write_whole
    from essex_standard.submission.scaffold import ColumnFacts, scaffold

    frame = read_table(data, what="--data")
    columns = [
        ColumnFacts(name=str(c), dtype=str(frame[c].dtype), distinct=int(frame[c].nunique()))
        for c in frame.columns
    ]
    relative = Path(os.path.relpath(data.absolute(), folder.absolute())).as_posix()
    files = scaffold(columns, data_path=relative, title=title or folder.name or "New project")
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise OutputError(
            Problem(
                what="it is there already, and nothing is overwritten",
                where=str(folder / name),
                mend="Name another folder, or move it away first",
            )
            for name in there
        )
    require_writable(folder)
    out = console()
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, text.encode("utf-8"))
        out.print(f"Written: {target}", markup=False)
    marked = sum(text.count("ANSWER") for text in files.values())
    out.print(f"{marked} questions are marked ANSWER. Answer what you can, then run:", markup=False)
    out.print(f"  essex-standard assess {folder} --out results", markup=False)
