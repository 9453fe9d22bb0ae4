"""Find the folders of plain files that ship with the package.

``checks/`` and ``report_templates/`` lie beside ``essex_standard/`` in a checkout and inside it in
a wheel; nothing else in the package needs to know.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def standard_dir() -> Traversable:
    """Return the folder of the shipped Standard."""
    return _locate("checks")


def templates_dir() -> Traversable:
    """Return the folder of report templates, style sheets and fonts."""
    return _locate("report_templates")


def example_dir() -> Traversable:
    """Return the folder of the real example that ``essex-standard demo`` assesses."""
    return _locate("examples") / "open_university"


def schema_text(name: str) -> str:
    """Return the text of a JSON Schema shipped in ``essex_standard/schemas``."""
    return (files("essex_standard") / "schemas" / name).read_text(encoding="utf-8")


def _locate(name: str) -> Traversable:
    package = files("essex_standard")
    installed = package / name
    if installed.is_dir():
        return installed
    checkout = Path(__file__).parents[1]
    # Guarded by pyproject.toml: a broken wheel must not pick up a stranger's site-packages/checks.
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise FileNotFoundError(
        f"essex_standard was installed without its '{name}' folder (looked inside the package and "
        f"beside it). Reinstall it from a wheel, or run 'pip install -e .' in a full checkout."
    )
