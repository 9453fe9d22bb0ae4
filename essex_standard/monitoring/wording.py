"""The words of monitoring: those of the Standard, said of a batch and of the people assessed.

Sentences of drift speak of "the data the model learned from" and "the data assessed". Of a batch,
the first are the people assessed, and the second the new data; both are data in
``report_templates/monitoring.toml``.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from typing import Any

from essex_standard.resources import templates_dir


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """Return every text of monitoring."""
    text = (templates_dir() / "monitoring.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def reworded(text: str) -> str:
    """Return a sentence of the Standard as it is said of a batch.

    Examples
    --------
    >>> reworded("Scores are spread as they were in training")
    'Scores are spread as they were at the assessment'
    """
    for pattern, instead in words()["instead"]:
        text = re.sub(pattern, instead, text)
    return text


def counted(n: int, key: str, **values: object) -> str:
    """Return a sentence that counts one or many."""
    said = words()["counted"][key]
    return str(said["one" if n == 1 else "many"].format(n=n, **values))
