"""What is held back, and the day on which it need not be: a hold must not outlive its reason."""

from __future__ import annotations

import tomllib
from importlib.metadata import files, version

from packaging.requirements import Requirement
from packaging.version import Version

from tests.helpers import ROOT, python

LAST_KNOWN_TO_NEED_THE_HOLD = Version("0.7.23")
"""Newest Evidently that was seen to fail under pandas 3.1 (it needs `infer_dtype_from_object`)."""


def declared(name: str) -> Requirement:
    """Return what pyproject.toml asks of a library."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (found,) = [r for r in map(Requirement, project["dependencies"]) if r.name == name]
    return found


def test_pandas_is_held_below_3_1_and_evidently_imports_with_what_is_installed():
    assert Version("3.1.0") not in declared("pandas").specifier
    assert Version(version("pandas")) in declared("pandas").specifier
    done = python("import os; os.environ['DO_NOT_TRACK'] = '1'\nimport evidently.legacy.metrics")
    assert done.returncode == 0, done.stderr


def test_the_hold_on_pandas_is_still_needed():
    """Fails on the day Evidently no longer needs what pandas 3.1 took away: lift the hold then.

    Offline, the reason can be seen in Evidently's own source: it takes `infer_dtype_from_object`
    from pandas. When no file does so any more, or its newest release is one that nobody has tried,
    this test asks for a decision.
    """
    installed = Version(version("evidently"))
    users = [
        str(file)
        for file in files("evidently") or ()
        if file.suffix == ".py" and "infer_dtype_from_object" in file.read_text(encoding="utf-8")
    ]
    assert users, (
        f"Evidently {installed} no longer uses infer_dtype_from_object: lift 'pandas<3.1' in "
        "pyproject.toml, try pandas 3.1 and delete this test"
    )
    assert installed <= LAST_KNOWN_TO_NEED_THE_HOLD, (
        f"Evidently {installed} is newer than the last one tried ({LAST_KNOWN_TO_NEED_THE_HOLD}): "
        "try it under pandas 3.1, then lift the hold or raise this number"
    )


def test_what_the_hold_is_about_is_still_in_the_pandas_installed():
    # Where this fails and the imports above work, Evidently has found another way: lift the hold.
    done = python("from pandas.core.dtypes.common import infer_dtype_from_object")
    assert done.returncode == 0, done.stderr


def test_every_dependency_is_installed_within_its_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in map(Requirement, project["dependencies"]):
        assert Version(version(requirement.name)) in requirement.specifier, requirement.name
