"""The commands that set everything up, as far as they can be tried without setting it up again."""

import os
import stat
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_ci_calls_the_two_commands_of_the_readme_and_can_be_run():
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert script.stat().st_mode & stat.S_IXUSR
    for command in ("demo", "test", "lint"):
        assert f"make --no-print-directory {command}\n" in text
    # A reader, and whatever judges a run by its last line, sees pytest's own summary last.
    order = [text.index(f"directory {command}") for command in ("lint", "demo", "test")]
    assert order == sorted(order)


def test_a_machine_without_a_recent_python_is_told_what_to_do(tmp_path):
    (tmp_path / "scripts").mkdir()
    for name in ("pyproject.toml", "constraints.txt", "scripts/environment.sh"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    done = subprocess.run(
        ["sh", "scripts/environment.sh"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHON": "no-such-python"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert "PYTHON=" in done.stderr
    assert not (tmp_path / ".venv").exists()
