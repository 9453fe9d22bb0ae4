"""What is imported when nothing is computed yet: no timing, for a slow machine is no defect."""

from __future__ import annotations

import pytest

from tests.helpers import python

HEAVY = ("pandas", "sklearn", "scipy", "fairlearn", "aif360", "evidently", "weasyprint",
         "matplotlib", "skops", "pyarrow", "jinja2")  # fmt: skip

AFTER = f"""
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"loaded: {{loaded}}" if loaded else 0)
"""


def test_importing_the_package_loads_nothing_heavy():
    done = python(f"import sys, essex_standard\n{AFTER}")
    assert done.returncode == 0, done.stderr
    done = python("import sys, essex_standard; sys.exit('pydantic' in sys.modules)")
    assert done.returncode == 0


def test_looking_at_the_public_names_loads_nothing_heavy():
    done = python(
        "import sys, essex_standard\n"
        "assert 'assess' in dir(essex_standard)\n"
        "essex_standard.EssexError, essex_standard.Verdict, essex_standard.Measurement\n" + AFTER
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["assess", "--help"],
                                       ["standard", "--help"]])  # fmt: skip
def test_asking_for_help_loads_nothing_heavy(arguments):
    done = python(
        "import sys\n"
        "from essex_standard.cli import main\n"
        f"sys.argv = ['essex-standard', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as stopped:\n    assert not stopped.code\n" + AFTER
    )
    assert done.returncode == 0, done.stderr
    assert "essex-standard" in done.stdout


def test_reading_and_gating_a_stored_assessment_loads_no_statistics(tmp_path):
    from tests.helpers import AS_OF, essex, write_standard, write_submission

    path = write_submission(tmp_path / "case")
    standard = write_standard(tmp_path / "standard")
    out = tmp_path / "out"
    done = essex("assess", path, "--standard", standard, "--as-of", AS_OF, "--out", out)
    assert done.returncode == 0, done.stderr
    unneeded = ("pandas", "sklearn", "fairlearn", "evidently", "weasyprint", "matplotlib")
    done = python(
        "import sys\n"
        "from essex_standard.cli import main\n"
        f"sys.argv = ['essex-standard', 'gate', {str(out / 'assessment.json')!r}]\n"
        "try:\n    main()\nexcept SystemExit as stopped:\n    assert not stopped.code\n"
        f"loaded = [name for name in {unneeded!r} if name in sys.modules]\n"
        "sys.exit(f'loaded: {loaded}' if loaded else 0)\n"
    )
    assert done.returncode == 0, done.stderr
    assert "Released." in done.stdout


def test_every_public_name_is_there_and_documented():
    import essex_standard

    for name in essex_standard.__all__:
        assert getattr(essex_standard, name).__doc__, name
    with pytest.raises(AttributeError, match="has no attribute 'asess'"):
        _ = essex_standard.asess
