"""``essex-standard init``: a submission to fill in, made from the columns of a data file."""

from __future__ import annotations

import os
from pathlib import Path

from essex_standard.cli.screen import console
from essex_standard.cli.writing import Rendered, require_writable, write
from essex_standard.errors import OutputError, Problem


def run(folder: Path, *, data: Path, title: str | None) -> None:
    """Write ``submission.toml`` and ``agreements/own-records.toml``; overwrite nothing.

    Raises
    ------
    EssexError
        If the data cannot be read, or a file would be overwritten.
    """
    from essex_standard.evidence.table_files import read_table
    from essex_standard.submission.scaffold import ColumnFacts, scaffold

    frame = read_table(data, what="--data")
    columns = [
        ColumnFacts(name=str(c), dtype=str(frame[c].dtype), distinct=int(frame[c].nunique()))
        for c in frame.columns
    ]
    name = title or folder.absolute().name.replace("-", " ").replace("_", " ").strip().capitalize()
    files = scaffold(columns, data_path=_seen_from(folder, data), title=name or "New project")
    there = [file for file in files if (folder / file).exists()]
    if there:
        raise OutputError(
            Problem(
                what="it is there already, and nothing is overwritten",
                where=str(folder / file),
                mend="Name another folder, or move it away first",
            )
            for file in there
        )
    for inner in {(folder / file).parent for file in files}:
        require_writable(inner, option="")
    ready = Rendered()
    for file, text in files.items():
        ready.files[file] = (folder / file, text.encode("utf-8"), 0o644)
    written = write(ready, folder)
    out = console()
    for path in written.values():
        out.print(f"Written: {path}", markup=False)
    marked = sum(text.count("ANSWER") for text in files.values())
    out.print(
        f"{marked} questions are marked ANSWER. Answer what you can; what is left open is told in "
        "the report. Then run:",
        markup=False,
    )
    out.print(f"  essex-standard assess {folder} --out results", markup=False)


def _seen_from(folder: Path, data: Path) -> str:
    """Return the data's path relative to the folder, or in full where that cannot be said."""
    try:
        return Path(os.path.relpath(data.absolute(), folder.absolute())).as_posix()
    except ValueError:  # another drive, on Windows
        return data.absolute().as_posix()
