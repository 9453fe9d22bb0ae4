"""What each feature inside a fitted pipeline is made of: traced through its transformers, not run.

A selector drops some features, an encoder makes several of one, a vectoriser many of one text, a
component mixes those that it does not weigh by exactly 0. A transformer that cannot be looked into
is taken to mix all it is given, and is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from essex_standard.models.columns import chosen_of, untraced_step
from essex_standard.models.inputs import feature_names

Features = tuple[frozenset[str], ...]
"""For each feature, the columns that it is made of."""


@dataclass(slots=True)
class Trace:
    """What was noted on the way: parts that could not be looked into."""

    untraced: list[str] = field(default_factory=list)


def through(step: Any, features: Features, trace: Trace) -> Features:
    """Return the features that a transformer makes of those it is given."""
    from sklearn.compose import ColumnTransformer
    from sklearn.feature_selection import SelectorMixin
    from sklearn.pipeline import FeatureUnion, Pipeline
    from sklearn.preprocessing import FunctionTransformer

    if step is None or isinstance(step, str):
        return features
    if isinstance(step, Pipeline):
        for _, part in step.steps:
            features = through(part, features, trace)
        return features
    if isinstance(step, ColumnTransformer):
        return _column_transformer(step, features, trace)
    if isinstance(step, FeatureUnion):
        parts = [part for _, part in step.transformer_list if part != "drop"]
        return tuple(f for part in parts for f in through(part, features, trace))
    if isinstance(step, FunctionTransformer):
        if step.func is None or isinstance(step.func, np.ufunc):
            return features
        trace.untraced.append(untraced_step(step, "applies a function of its own"))
        return _mixed(features)
    if not is_sklearn(step):
        trace.untraced.append(untraced_step(step, "cannot be looked into"))
        return _mixed(features)
    if getattr(step, "n_features_in_", len(features)) != len(features):
        return _mixed(features)
    if isinstance(step, SelectorMixin):
        support = step.get_support()
        return tuple(f for f, kept in zip(features, support, strict=True) if kept)
    return _made(step, features)


def _column_transformer(step: Any, features: Features, trace: Trace) -> Features:
    fitted = getattr(step, "transformers_", None)
    names = feature_names(step) or tuple(f"#{i}" for i in range(len(features)))
    if fitted is None or len(names) != len(features):
        trace.untraced.append(untraced_step(step, "could not be followed"))
        return _mixed(features)
    place = {name: i for i, name in enumerate(names)}
    made: list[frozenset[str]] = []
    for label, part, selection in fitted:
        if isinstance(part, str) and part == "drop":
            continue
        chosen = chosen_of(selection, names)
        if chosen is None or not set(chosen) <= set(place):
            trace.untraced.append(untraced_step(step, "chooses columns in an unknown way"))
            return _mixed(features)
        found = through(part, tuple(features[place[c]] for c in chosen), trace) if chosen else ()
        span = getattr(step, "output_indices_", {}).get(label)
        n = len(found) if span is None else span.stop - span.start
        # What could not be counted inside is counted by its place in the whole.
        made += found if n == len(found) else [all_of(found)] * n
    return tuple(made)


def _made(step: Any, features: Features) -> Features:
    """Return what one transformer of scikit-learn makes: a mixture, where that is not known."""
    from sklearn.base import OneToOneFeatureMixin

    own = _MAKERS.get(type(step).__name__)
    if own is not None:
        return own(step, features)
    if callable(getattr(step, "build_analyzer", None)):
        n = len(getattr(step, "vocabulary_", ())) or getattr(step, "n_features", 1)
        return (all_of(features),) * n
    if isinstance(step, OneToOneFeatureMixin):
        # Divided by the length of its row, each number hangs on all others of the row.
        return (_mixed(features) * len(features)) if _of_whole_rows(step) else features
    if type(step).__name__ in _LINEAR:
        rows = np.atleast_2d(np.asarray(step.components_)) != 0
        return tuple(all_of(f for f, k in zip(features, row, strict=True) if k) for row in rows)
    return _mixed(features)


_LINEAR = frozenset({"PCA", "IncrementalPCA", "TruncatedSVD"})
"""Of these, a component hangs on exactly what it does not weigh by 0; other decompositions solve
for all components together."""


def _of_whole_rows(step: Any) -> bool:
    name = type(step).__name__
    return name == "Normalizer" or (name == "TfidfTransformer" and step.norm is not None)


def _one_hot(step: Any, features: Features) -> Features:
    made: list[frozenset[str]] = []
    rare = getattr(step, "infrequent_categories_", None) if _merges_rare(step) else None
    for i, feature in enumerate(features):
        n = len(step.categories_[i])
        if rare is not None and rare[i] is not None:
            n += 1 - len(rare[i])
        if step.drop_idx_ is not None and step.drop_idx_[i] is not None:
            n -= 1
        made += [feature] * n
    return tuple(made)


def _merges_rare(step: Any) -> bool:
    return step.max_categories is not None or step.min_frequency is not None


def _bins(step: Any, features: Features) -> Features:
    if step.encode == "ordinal":
        return features
    return tuple(f for f, n in zip(features, step.n_bins_, strict=True) for _ in range(int(n)))


def _imputed(step: Any, features: Features) -> Features:
    kept = features
    if not step.keep_empty_features:
        empty = [isinstance(s, float) and np.isnan(s) for s in step.statistics_.tolist()]
        kept = tuple(f for f, e in zip(features, empty, strict=True) if not e)
    indicator = step.indicator_
    return kept if indicator is None else (*kept, *(features[i] for i in indicator.features_))


def _powers(step: Any, features: Features) -> Features:
    rows = np.asarray(step.powers_) != 0
    return tuple(all_of(f for f, k in zip(features, row, strict=True) if k) for row in rows)


_MAKERS: dict[str, Callable[[Any, Features], Features]] = {
    "OneHotEncoder": _one_hot,
    "KBinsDiscretizer": _bins,
    "SimpleImputer": _imputed,
    "PolynomialFeatures": _powers,
}


def all_of(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    """Return the columns of all features together."""
    return frozenset().union(*sets)


def _mixed(features: Features) -> Features:
    """Return one feature made of all: no later step can be seen to drop any of its columns."""
    return (all_of(features),)


def is_sklearn(part: Any) -> bool:
    """Return whether a part is scikit-learn's own, whose structure is known here."""
    return type(part).__module__.split(".")[0] == "sklearn"
