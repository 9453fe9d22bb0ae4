"""The experiments on what the model is told: run only where a check in force asks for them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from essex_standard.experiments.proxies import Proxies
    from essex_standard.models.columns import ColumnsRead
    from essex_standard.pipeline.request import Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """What the experiments found; None for one that was not asked for or could not be run."""

    proxies: Proxies | None = None


def try_inputs(
    needs: Collection[str],
    inputs: Inputs,
    read: ColumnsRead | None,
    *,
    seed: int,
    step: Callable[[str], None],
) -> Trials:
    """Run the experiments needed on the columns that the model reads."""
    found: Proxies | None = None
    columns = _present(inputs, read)
    if "proxies" in needs and inputs.protected:
        step("Trying what the inputs tell of groups")
        found = _proxies(inputs, columns, seed)
    return Trials(proxies=found)


def _present(inputs: Inputs, read: ColumnsRead | None) -> tuple[str, ...]:
    """Return the columns read that stand in the table."""
    frame = inputs.assessed.frame
    if frame is None or read is None:
        return ()
    return tuple(c for c in read.columns if c in frame.columns)


def _proxies(inputs: Inputs, columns: tuple[str, ...], seed: int) -> Proxies:
    from essex_standard.experiments.proxies import proxies

    return proxies(
        inputs.assessed.frame if columns else None,
        columns,
        inputs.protected,
        seed=seed,
        scores=inputs.assessed.scores,
        weights=inputs.weights,
        clusters=inputs.clusters,
    )
