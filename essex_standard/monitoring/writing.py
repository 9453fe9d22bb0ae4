"""The files of a record: the restricted one first, whole; then what is made from it.

The record is what ``monitoring.evidence`` says: replacing it is the one step that counts. The other
files are rendered before it is taken, and written after it; ``monitoring.json`` comes last, so that
whoever finds it in step with the record knows that the pages are too.
"""

from __future__ import annotations

import json
from pathlib import Path

from essex_standard.errors import PdfUnavailable
from essex_standard.monitoring.page import FEWER, render
from essex_standard.monitoring.record import Held, Record, record_dict, store_bytes
from essex_standard.reports.files import utf8, write_whole
from essex_standard.reports.pdf import paged_pdf

STORE, JSON = "monitoring.evidence", "monitoring.json"
HTML, PDF = "monitoring.html", "monitoring.pdf"
SHEETS = 2


def write_record(held: Held, out: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Write the record and its pages; return the path of each, and what must be told.

    Files that are in step with the record already stay untouched.

    Raises
    ------
    OutputError
        If a file cannot be written; none is left half-written, and the record is as it was unless
        it was replaced whole.
    """
    files = {
        "PDF": out / PDF, "HTML": out / HTML, "JSON": out / JSON, "Evidence": out / STORE,
    }  # fmt: skip
    content = record_dict(held.record)
    record = utf8(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    if _same(files["JSON"], record) and all(p.exists() for p in (files["HTML"], files["PDF"])):
        return files, ()
    ready = {"HTML": utf8(render(held.record, digest=str(content["digest"]), paper=False))}
    notes: tuple[str, ...] = ()
    try:
        ready["PDF"] = on_two_sheets(held.record, digest=str(content["digest"]))
    except PdfUnavailable as error:
        notes = (f"No PDF: {error}",)
        files.pop("PDF")
    store = store_bytes(held)
    if not _same(files["Evidence"], store):
        write_whole(files["Evidence"], store, mode=0o600)
    for what, page in ready.items():
        write_whole(files[what], page)
    write_whole(files["JSON"], record)
    return files, notes


def on_two_sheets(record: Record, *, digest: str) -> bytes:
    """Return the page on paper, with as many findings of each kind as two sheets can hold.

    Raises
    ------
    PdfUnavailable
        If the PDF engine or its system libraries are missing.
    """
    pdf = b""
    for fewer in FEWER:
        pdf, sheets = paged_pdf(render(record, digest=digest, paper=True, fewer=fewer))
        if sheets <= SHEETS:
            break
    return pdf


def _same(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
