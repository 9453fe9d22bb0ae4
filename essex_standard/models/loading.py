"""Load a model file without running what nobody declared.

A skops file holds data and the names of types; types that are not known to be harmless are loaded
only if the submission lists them. A pickle is a program: it runs when it is opened, so it is opened
only on the caller's word.
"""

from __future__ import annotations

import importlib
import io
import sys
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from essex_standard.errors import EssexError, ModelError, Problem, nearest
from essex_standard.models.digests import bytes_digest, file_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from os import PathLike
    from types import ModuleType

SKOPS = frozenset({".skops"})
PICKLES = frozenset({".pkl", ".pickle", ".joblib"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A model, the digest of the very bytes it came from, and what was trusted to load it.

    Attributes
    ----------
    model : object
    file_digest : str
        ``"sha256:..."`` of the model file, or of the file a function is written in.
    trusted : tuple of str
        Types outside skops' own list that were loaded because the submission lists them.
    told : tuple of str
        Sentences for the report.
    """

    model: Any = field(repr=False)
    file_digest: str
    trusted: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def load_model(
    path: str | PathLike[str],
    *,
    trusted_types: Sequence[str] = (),
    trust_pickle: bool = False,
) -> LoadedModel:
    """Load a ``.skops`` file, or on the caller's word a pickle.

    Parameters
    ----------
    path : path
        Ends in ``.skops``, ``.joblib``, ``.pkl`` or ``.pickle``.
    trusted_types : sequence of str
        Qualified names of types that may be loaded although skops does not vouch for them.
    trust_pickle : bool
        Whether a pickle may be opened, which runs whatever it contains.

    Returns
    -------
    LoadedModel

    Raises
    ------
    ModelError
        If the file is missing, of unknown kind, damaged, a pickle that is not trusted, or holds
        types that are not trusted (all listed).
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in SKOPS | PICKLES:
        raise ModelError.because(
            f"'{suffix or file.name}' is not a kind of model file that can be loaded",
            where=str(path),
            mend="Save the model with skops.io.dump(model, 'model.skops'), or give a function: "
            "callable = 'package.module:function'.",
        )
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelError.because(
            f"the model file cannot be read ({error.strerror or type(error).__name__})",
            where=str(path),
            mend="Check the path, which is relative to the submission, and the rights to read it.",
        ) from error
    if suffix in PICKLES and not trust_pickle:
        raise ModelError.because(
            "the model file is a pickle, which runs whatever it contains when it is opened",
            where=str(path),
            mend="Save it with skops.io.dump(model, 'model.skops'). If you made this very file "
            "yourself, give --trust-pickle (in Python: trust_pickle=True).",
        )
    with _version_warnings() as told:
        if suffix in PICKLES:
            model: Any = _from_pickle(content, path)
            trusted: tuple[str, ...] = ()
            told.append("The model file is a pickle, opened on the word of whoever ran this.")
        else:
            model, trusted = _from_skops(content, path, tuple(trusted_types), told)
    return LoadedModel(
        model=model, file_digest=bytes_digest(content), trusted=trusted, told=tuple(told)
    )


def load_callable(name: str, base_dir: str | PathLike[str]) -> LoadedModel:
    """Import a scoring function by its name.

    Parameters
    ----------
    name : str
        ``"package.module:function"``.
    base_dir : path
        Folder of the submission; looked in first.

    Returns
    -------
    LoadedModel

    Raises
    ------
    ModelError
        If the name is not of that form, or the module or function is not there or not callable.
    """
    module_name, colon, attribute = name.partition(":")
    if not colon or not attribute or not all(p.isidentifier() for p in module_name.split(".")):
        raise ModelError.because(
            f"'{name}' does not name a function",
            where="model.callable",
            mend="Write it as 'package.module:function'.",
        )
    module = _import(module_name, Path(base_dir).resolve())
    found: Any = module
    for part in attribute.split("."):
        if not hasattr(found, part):
            public = [n for n in dir(found) if not n.startswith("_")]
            raise ModelError.because(
                f"the module '{module_name}' has no '{attribute}'",
                where="model.callable",
                mend=nearest(part, public) or "Check the name after the colon.",
            )
        found = getattr(found, part)
    if not callable(found) and not hasattr(found, "predict_proba"):
        raise ModelError.because(
            f"'{name}' is {type(found).__name__}, which cannot score anything",
            where="model.callable",
            mend="Name a function that takes the data and returns one score a row.",
        )
    source = getattr(module, "__file__", None)
    return LoadedModel(
        model=found,
        file_digest=file_digest(source) if source else "",
        told=("The digest of the model is that of the one file its function is written in.",),
    )


def _from_skops(
    content: bytes, path: str | PathLike[str], offered: tuple[str, ...], told: list[str]
) -> tuple[Any, tuple[str, ...]]:
    import skops.io

    try:
        needed = tuple(skops.io.get_untrusted_types(data=content))
    except Exception as error:  # a foreign file may raise anything
        raise _unreadable(path, error) from error
    refused = [name for name in needed if name not in offered]
    if refused:
        raise _not_trusted(path, refused, needed, offered)
    unused = [name for name in offered if name not in needed]
    if unused:
        told.append(f"Listed as trusted and not in the model file: {', '.join(sorted(unused))}.")
    try:
        return skops.io.loads(content, trusted=list(needed)), needed
    except Exception as error:  # a foreign file may raise anything
        raise _unreadable(path, error) from error


def _not_trusted(
    path: str | PathLike[str],
    refused: Sequence[str],
    needed: Sequence[str],
    offered: Sequence[str],
) -> ModelError:
    listed = ", ".join(f'"{name}"' for name in dict.fromkeys((*offered, *needed)))
    problems = [
        Problem(
            what=f"the model file holds the type {name}, which is not trusted",
            where=str(path),
            mend="List it in the submission under [model] once you know where it comes from.",
        )
        for name in refused
    ]
    whole = Problem(
        what="loading runs code of the types it loads, so only types listed are loaded",
        where="submission.toml, model.trusted_types",
        mend=f"If you know them all: trusted_types = [{listed}]",
    )
    return ModelError([*problems, whole])


def _from_pickle(content: bytes, path: str | PathLike[str]) -> Any:

    import joblib

    try:
        return joblib.load(io.BytesIO(content))
    except Exception as error:  # a pickle runs, and may raise anything
        raise _unreadable(path, error) from error


def _unreadable(path: str | PathLike[str], error: BaseException) -> EssexError:
    if isinstance(error, ImportError) and error.name:
        return ModelError.because(
            f"the model needs the module '{error.name}', or a part of it, which is not here",
            where=str(path),
            mend="Install what the model was made with, in the same version.",
        )
    return ModelError.because(
        f"the model file is damaged, or was made with something that is not here "
        f"({type(error).__name__})",
        where=str(path),
        mend="Save it again, with classes defined in a module and not in the script that was run.",
    )


@contextmanager
def _version_warnings() -> Iterator[list[str]]:
    """Turn scikit-learn's warning of another version into a sentence; pass other warnings on."""
    from sklearn.exceptions import InconsistentVersionWarning

    told: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield told
    versions = set()
    for warning in caught:
        message = warning.message
        if isinstance(message, InconsistentVersionWarning):
            versions.add((message.original_sklearn_version, message.current_sklearn_version))
        else:
            warnings.warn_explicit(
                message, warning.category, warning.filename, warning.lineno, source=warning.source
            )
    told += [
        f"The model was saved with scikit-learn {saved} and is assessed with {here}: its "
        "scores may differ from those in use."
        for saved, here in sorted(versions)
    ]


def _import(name: str, base: Path) -> ModuleType:
    top = name.partition(".")[0]
    here = any(candidate.exists() for candidate in (base / f"{top}.py", base / top))
    loaded = sys.modules.get(top)
    origin = getattr(loaded, "__file__", None)
    if here and loaded is not None and origin and base not in Path(origin).resolve().parents:
        raise ModelError.because(
            f"another module called '{top}' is already loaded and would be run in its place",
            where="model.callable",
            mend="Give the module a name of its own.",
        )
    sys.path.insert(0, str(base))
    try:
        importlib.invalidate_caches()
        return importlib.import_module(name)
    except ImportError as error:
        raise ModelError.because(
            f"the module '{error.name or name}' cannot be imported ({type(error).__name__})",
            where="model.callable",
            mend=f"Put {top}.py into the submission's folder, or install what it needs.",
        ) from error
    except Exception as error:  # the module is somebody's program
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise ModelError.because(
            f"the module '{name}' cannot be run ({type(error).__name__}{line})",
            where="model.callable",
            mend=f"Mend it until 'python -c \"import {name}\"' runs in the submission's folder.",
        ) from error
    finally:
        sys.path.remove(str(base))
