"""What ships works: the wheel, the sdist and the editable install find their plain files.

Each is installed into an environment of its own, in which the built package stands alone, without
installing 1.2 GB each time: the environment is given the libraries of this one by a path file.
Python reads the path files of its own site-packages only, so the editable install of this checkout
stays out of sight.
"""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKS = sorted(p.relative_to(ROOT / "checks").as_posix() for p in ROOT.glob("checks/**/*.toml"))
TEMPLATES = sorted(
    p.relative_to(ROOT / "report_templates").as_posix()
    for p in ROOT.glob("report_templates/**/*")
    if p.is_file() and not p.name.startswith(".")
)

FOUND = """
import json
from pathlib import Path
from essex_standard.resources import example_dir, standard_dir, templates_dir

def files(folder, pattern):
    folder = Path(str(folder))
    return sorted(p.relative_to(folder).as_posix() for p in folder.glob(pattern) if p.is_file())

import essex_standard
print(json.dumps({
    "package": essex_standard.__file__,
    "checks": files(standard_dir(), "**/*.toml"),
    "templates": files(templates_dir(), "**/*"),
    "example": files(example_dir(), "*.toml"),
}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """An environment of somebody who has never seen the checkout."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"

    @property
    def command(self) -> Path:
        return self.python.with_name("essex-standard")

    def install(self, *what: str) -> None:
        run(
            [sys.executable, "-m", "pip", "--python", str(self.python), "install", "--quiet",
             "--no-deps", "--no-index", "--no-build-isolation", *what]
        )  # fmt: skip

    def tell(self, code: str) -> str:
        """Run code away from the checkout, in isolation from folder and environment."""
        return run([str(self.python), "-I", "-c", code]).strip()


def run(command: list[str], **more) -> str:
    done = subprocess.run(
        command, cwd=Path(ROOT.anchor), capture_output=True, text=True, check=False, **more
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    def make(name: str) -> Stranger:
        folder = tmp_path_factory.mktemp(name)
        venv.EnvBuilder(with_pip=False).create(folder)
        made = Stranger(folder=folder)
        own = Path(made.tell("import sysconfig; print(sysconfig.get_path('purelib'))"))
        ours = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
        (own / "libraries.pth").write_text("\n".join(sorted(ours)), encoding="utf-8")
        return made

    return make


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with the sdist, and the wheel that was built from the sdist."""
    out = tmp_path_factory.mktemp("dist")
    run(
        [sys.executable, "-m", "build", "--no-isolation", "--skip-dependency-check",
         "--outdir", str(out), str(ROOT)]
    )  # fmt: skip
    return out


@pytest.fixture(scope="module")
def wheel(built):
    (file,) = built.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def sdist(built):
    (file,) = built.glob("*.tar.gz")
    return file


@pytest.fixture(scope="module")
def from_wheel(stranger, wheel):
    made = stranger("from-wheel")
    made.install(str(wheel))
    return made


@pytest.fixture(scope="module")
def from_sdist(stranger, sdist):
    made = stranger("from-sdist")
    made.install(str(sdist))
    return made


@pytest.fixture(scope="module")
def editable(stranger):
    made = stranger("editable")
    made.install("-e", str(ROOT))
    return made


@pytest.mark.parametrize("how", ["from_wheel", "from_sdist", "editable"])
def test_every_check_and_template_is_found_outside_the_checkout(how, request):
    found = json.loads(request.getfixturevalue(how).tell(FOUND))
    assert found["checks"] == CHECKS
    assert set(TEMPLATES) <= set(found["templates"])
    assert found["example"] == ["submission.toml"]
    in_checkout = Path(found["package"]).is_relative_to(ROOT)
    assert in_checkout == (how == "editable")


@pytest.mark.slow
def test_an_assessment_runs_from_the_wheel(from_wheel, tmp_path):
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CI": "1"}
    out = tmp_path / "out"
    said = run([str(from_wheel.command), "demo", "--out", str(out)], env=environment)
    stored = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    assert stored["schema"] == "essex-standard/assessment/1"
    assert stored["verdict"] in {"pass", "refer", "block"}
    assert len(stored["findings"]) >= 16
    assert "<html" in (out / "report.html").read_text(encoding="utf-8")
    assert f"Verdict: {stored['verdict'].upper()}" in said


def test_the_wheel_holds_the_plain_files_byte_for_byte(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for folder, names in {"checks": CHECKS, "report_templates": TEMPLATES}.items():
            for name in names:
                shipped = archive.read(f"essex_standard/{folder}/{name}")
                assert shipped == (ROOT / folder / name).read_bytes(), name


def test_the_wheel_puts_one_package_into_an_environment_and_no_debris(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"essex_standard"}
    assert not [n for n in names if n.endswith((".pyc", "~")) or "/tests/" in n]
    assert any(n.endswith("licenses/LICENSE") for n in names)
    assert "essex_standard/examples/open_university/ATTRIBUTION.md" in names


def test_wheel_and_sdist_install_the_same_files(from_wheel, from_sdist):
    record = (
        "from importlib.metadata import files; import json;"
        "print(json.dumps(sorted([str(f), f.hash.value] for f in files('essex-standard')"
        " if f.hash and str(f).startswith('essex_standard/'))))"
    )
    assert json.loads(from_wheel.tell(record)) == json.loads(from_sdist.tell(record))
