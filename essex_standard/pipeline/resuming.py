"""A search that goes on where it stopped: the file that keeps what copies of a model lost.

The file belongs to one model, one set of people and one reference; it is written whole after each
result, for its owner alone, because its sums are not protected.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from essex_standard.errors import DataError
from essex_standard.experiments.kept import Kept, a_loss
from essex_standard.models.digests import frame_digest, state_digest
from essex_standard.reports.files import write_whole

if TYPE_CHECKING:
    from essex_standard.experiments.necessity import Assessed
    from essex_standard.experiments.refitting import Learning

SCHEMA = "essex-standard/copies/1"
RESTRICTED = "RESTRICTED: sums that are not protected. Do not attach it to anything."


def kept_in(path: str | PathLike[str] | None, of: str) -> Kept:
    """Return what an earlier run kept in a file, and keep what is found in it from now on.

    Parameters
    ----------
    of : str
        Digest of what is tried, from `digest_of`.

    Raises
    ------
    DataError
        If the file is something else, or of another model or other data. It is left as it is.
    """
    if path is None:
        return Kept()
    where = Path(path)
    found = _read(where, of) if where.exists() else {}
    kept = Kept(found=found, write=partial(_write, where, of))
    kept.write(kept.found)  # that it can be written is known before minutes of work are lost
    return kept


def digest_of(learning: Learning, assessed: Assessed, reads: Sequence[str]) -> str:
    """Return the digest of all that a copy's loss follows from.

    Raises
    ------
    DataError
        If the model's fitted state cannot be digested.
    """
    model = state_digest(learning.risk.model)
    if model.digest is None:
        raise DataError.because(
            f"the model's fitted state could not be digested ({model.reason}), so that an earlier "
            "run cannot be known to be of the same model",
            where="resume",
            mend="Leave it out, and give the time in minutes",
        )
    parts: list[Any] = [
        model.digest,
        frame_digest(learning.frame, learning.labels),
        frame_digest(assessed.frame, assessed.outcome, assessed.weights, assessed.clusters),
        {name: frame_digest(groups) for name, groups in assessed.groups.items()},
        [assessed.score_kind, assessed.threshold, assessed.capacity],
        [list(reads), learning.seed, [str(p) for p in learning.positive]],
        [version(name) for name in ("essex-standard", "scikit-learn", "numpy")],
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _write(path: Path, of: str, found: Mapping[str, Any]) -> None:
    content = {"schema": SCHEMA, "note": RESTRICTED, "of": of, "found": found}
    write_whole(path, json.dumps(content, ensure_ascii=False).encode(), mode=0o600)


def _read(path: Path, of: str) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
        known, found = _results(content)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise DataError.because(
            "it is not what an earlier search wrote",
            where=str(path),
            mend="Name a new file, or the one that an earlier run was told to keep its copies in",
        ) from None
    if known != of:
        raise DataError.because(
            "an earlier search wrote it, for another model, other data, another threshold or "
            "another version of the libraries",
            where=str(path),
            mend="Name a new file; this one is left as it is",
        )
    return found


def _results(content: Any) -> tuple[str, dict[str, Any]]:
    """Return what the results are of, and the results; pydantic's errors are ValueErrors."""
    from pydantic import TypeAdapter

    from essex_standard.experiments.necessity import Loss

    if content["schema"] != SCHEMA:
        raise ValueError(SCHEMA)
    found: dict[str, Any] = dict(content["found"])
    for key, value in found.items():
        what = json.loads(key)[0]
        (TypeAdapter(Loss) if what == "source" else a_loss()).validate_python(value)
    return str(content["of"]), found
