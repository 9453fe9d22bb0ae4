"""Each group's rates by the field's own definitions, from a table's few cells.

`MetricFrame` is called once on (group x outcome x decision) with the count as sample weight, so
that its cost does not grow with the rows.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from essex_standard.evidence.group_table import GroupTable


@lru_cache(maxsize=256)
def fairlearn_rates(table: GroupTable, rates: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return Fairlearn's rates for each group of a table, from its cells.

    Parameters
    ----------
    rates : tuple of str
        Those wanted; all, if empty. Each costs a call a group.

    Returns
    -------
    DataFrame
        Indexed by group; one column a rate of `CELLS`; NaN where the denominator is empty.
    """
    import pandas as pd
    from fairlearn.metrics import MetricFrame

    functions = {k: v for k, v in rate_functions().items() if not rates or k in rates}
    values = table.counts if table.weights is None else table.weights
    group, outcome, decision = np.nonzero(values)
    weight = values[group, outcome, decision].astype(float)
    names = np.asarray(table.groups, dtype=object)[group]
    found: dict[str, Any] = {}
    with warnings.catch_warnings():
        # scikit-learn warns of empty denominators; they are blanked below.
        warnings.simplefilter("ignore")
        for metrics, rows in (
            (
                {k: v for k, v in functions.items() if k == "selection_rate"},
                np.ones(len(group), bool),
            ),
            ({k: v for k, v in functions.items() if k != "selection_rate"}, outcome < 2),
        ):
            if not metrics or not rows.any():
                continue
            frame = MetricFrame(
                metrics=metrics,
                y_true=outcome[rows] % 2,
                y_pred=decision[rows],
                sensitive_features=pd.Series(names[rows], name="group"),
                sample_params={m: {"sample_weight": weight[rows]} for m in metrics},
            )
            found.update({m: frame.by_group[m] for m in metrics})
    result = pd.DataFrame(found, index=pd.Index(table.groups), columns=list(functions))
    for rate in result.columns:
        result.loc[table.denominator(rate) == 0, rate] = np.nan
    return result.astype(float)


@lru_cache(maxsize=1)
def rate_functions() -> dict[str, Any]:
    """Return the library's definition of each rate."""
    from fairlearn import metrics as fl
    from sklearn import metrics as sk

    def false_discovery_rate(y_true: Any, y_pred: Any, *, sample_weight: Any) -> float:
        return 1.0 - float(sk.precision_score(y_true, y_pred, sample_weight=sample_weight))

    def false_omission_rate(y_true: Any, y_pred: Any, *, sample_weight: Any) -> float:
        npv = sk.precision_score(y_true, y_pred, pos_label=0, sample_weight=sample_weight)
        return 1.0 - float(npv)

    def outcome_prevalence(y_true: Any, y_pred: Any, *, sample_weight: Any) -> float:
        return float(fl.selection_rate(y_pred, y_true, sample_weight=sample_weight))

    return {
        "selection_rate": fl.selection_rate,
        "true_positive_rate": fl.true_positive_rate,
        "false_negative_rate": fl.false_negative_rate,
        "false_positive_rate": fl.false_positive_rate,
        "true_negative_rate": fl.true_negative_rate,
        "positive_predictive_value": sk.precision_score,
        "false_discovery_rate": false_discovery_rate,
        "false_omission_rate": false_omission_rate,
        "accuracy": sk.accuracy_score,
        "outcome_prevalence": outcome_prevalence,
    }
