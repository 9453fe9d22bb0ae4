"""Give a fitted model the columns it was fitted on: by name, in its order, and no others."""

from __future__ import annotations

from typing import Any

from essex_standard.errors import ModelError, Problem, nearest


def feature_names(model: Any) -> tuple[str, ...] | None:
    """Return the names of the columns a model was fitted on; None if it knows no names."""
    names = getattr(model, "feature_names_in_", None)
    return None if names is None else tuple(names)


def as_the_model_expects(model: Any, X: Any, *, name: str) -> Any:  # noqa: N803
    """Return X as the fitted model takes it.

    Parameters
    ----------
    model : estimator
    X : pandas.DataFrame, array or sequence of texts
    name : str
        What messages call the model.

    Returns
    -------
    object
        For a model fitted on named columns, those columns in its order; for one fitted on an array,
        an array; for one that reads documents, the one column of texts.

    Raises
    ------
    ModelError
        If columns are missing, stand twice, or are not as many as the model was fitted on.
    """
    is_frame = hasattr(X, "columns") and hasattr(X, "loc")
    if not is_frame:
        return X
    names = feature_names(model)
    if names is not None:
        _check_names(names, list(X.columns), name)
        return X.loc[:, list(names)]
    if _reads_documents(model):
        if X.shape[1] != 1:
            raise ModelError.because(
                f"the model reads one column of texts, and the data has {X.shape[1]} columns",
                where=name,
                mend="Put the vectoriser into a ColumnTransformer that names its column, or give "
                "that column alone.",
            )
        return X.iloc[:, 0]
    expected = getattr(model, "n_features_in_", None)
    if expected is None:
        return X
    if expected != X.shape[1]:
        raise ModelError.because(
            f"the model was fitted on {expected} columns without names, and the data has "
            f"{X.shape[1]}",
            where=name,
            mend="Give exactly those columns in the order of training; better, fit the model on a "
            "dataframe, so that columns are found by name.",
        )
    return X.to_numpy()


def _check_names(names: tuple[str, ...], given: list[Any], name: str) -> None:
    present = set(given)
    problems = [
        Problem(
            what=f"the model reads the column '{column}', which is not in the data",
            where=name,
            mend=nearest(str(column), map(str, given))
            or "Add the column, or give the data the model was fitted on.",
        )
        for column in names
        if column not in present
    ]
    problems += [
        Problem(
            what=f"the column '{column}' stands in the data more than once",
            where=name,
            mend="Keep the one the model was fitted on.",
        )
        for column in names
        if given.count(column) > 1
    ]
    if problems:
        raise ModelError(problems)


def _reads_documents(model: Any) -> bool:
    """Return whether the first working step takes a sequence of texts and not a table."""
    from sklearn.pipeline import Pipeline

    while isinstance(model, Pipeline):
        working = [step for _, step in model.steps if step is not None and step != "passthrough"]
        if not working:
            return False
        model = working[0]
    # What scikit-learn's text vectorisers have in common, and nothing else has.
    return callable(getattr(model, "build_analyzer", None))
