"""`standard show` and `validate`: the checks in force, as a panel would read them."""

from __future__ import annotations

from tests.helpers import FOUND_EQUALLY, essex, write_standard


def test_the_shipped_standard_is_shown_with_every_limit_and_rule():
    done = essex("standard", "show")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The Essex Standard, version" in done.stdout
    for line in (
        "  BIAS-02   block  Need is found equally often in each group",
        "            true_positive_rate_difference across protected: at most 0.1",
        "  C1        block  ",
        "  sex: female, male",
    ):
        assert line in done.stdout


def test_another_standard_is_shown_with_what_is_not_run(tmp_path):
    folder = write_standard(tmp_path, level="refer", limit="0.07")
    stray = FOUND_EQUALLY.format(level="note", limit="0.2").replace("BIAS-02", "BIAS-99")
    (folder / "bias" / "stray.toml").write_text(stray)
    done = essex("standard", "show", "--standard", folder)
    assert "at most 0.07" in done.stdout
    assert "Not listed in standard.toml, so not run: bias/stray.toml" in done.stdout


def test_a_usable_standard_is_said_to_be_so_and_another_is_refused(tmp_path):
    folder = write_standard(tmp_path)
    done = essex("standard", "validate", folder)
    assert done.returncode == 0
    assert "A small Standard 1: 1 checks and 0 rules, all usable. sha256:" in done.stdout
    (folder / "standard.toml").write_text("schema = 1\n")
    done = essex("standard", "validate", folder)
    assert done.returncode == 2
    assert "standard.toml" in done.stderr


def test_help_and_version_need_no_folder():
    assert essex("--version").stdout.startswith("essex-standard ")
    done = essex("--help")
    assert done.returncode == 0
    for command in ("assess", "gate", "report", "init", "demo", "standard"):
        assert f"  {command} " in done.stdout


def test_an_unknown_command_or_option_exits_2():
    for arguments in (["frobnicate"], ["assess", "--frobnicate"], ["gate"]):
        done = essex(*arguments)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
