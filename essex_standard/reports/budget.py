"""Keep a report readable: about two hundred rows of figures, the rest in ``assessment.json``.

A row of a table costs the PDF engine twelve to fourteen milliseconds and a reader more than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from essex_standard.reports.figures import Block, beyond

ROWS_IN_ALL = 180
_FIRST_SHARE = 8


def share_out(sizes: Sequence[int], available: int) -> tuple[int, ...]:
    """Return how many rows each block may show, the first blocks being the gravest.

    Every block first gets a small share, so that none vanishes; what is left goes to the gravest.
    """
    shares = [0] * len(sizes)
    for target in (_FIRST_SHARE, max(sizes, default=0)):
        for i, size in enumerate(sizes):
            extra = min(max(min(size, target) - shares[i], 0), max(available, 0))
            shares[i] += extra
            available -= extra
    return tuple(shares)


def cut(block: Block, rows: int) -> Block:
    """Return the block with at most so many rows: those beyond the limit, then the widest gaps.

    What is kept stays in its order.
    """
    if len(block.rows) <= rows:
        return block

    def gravest(i: int) -> tuple[bool, float, int]:
        found = block.rows[i].by_measure
        gap = found.get(block.measures[-1])
        width = abs(gap.value) if gap is not None and gap.value is not None else 0.0
        return not any(beyond(m) for m in found.values()), -width, i

    ranked = sorted(range(len(block.rows)), key=gravest)
    kept = sorted(ranked[:rows])
    return replace(block, rows=tuple(block.rows[i] for i in kept))


def plainest(block: Block) -> Block:
    """Return the block with the spread between its groups, and no further summaries of it."""
    names = {f"{m}_{kind}" for m in block.measures for kind in ("difference", "ratio")}
    return replace(block, spread=tuple(m for m in block.spread if m.measure in names))
