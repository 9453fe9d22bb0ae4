"""The two pages: what moved, in words; and the same over time."""

from __future__ import annotations

from html import escape

from essex_standard.monitoring.record import Record
from essex_standard.monitoring.wording import words


def render(record: Record, *, digest: str, paper: bool) -> str:
    say = words()
    lines = "".join(
        f"<li>{escape(s.finding.statement)}</li>" for e in record.entries for s in e.seen
    )
    return f"<!DOCTYPE html><html lang='en-GB'><head><title>x</title></head><body><h1>{say['page']['title']}</h1><ul>{lines}</ul></body></html>"
