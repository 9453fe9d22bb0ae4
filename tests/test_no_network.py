"""Nothing is sent anywhere: no connection is opened, whatever the libraries below would like.

Two things that look like sockets and reach nobody are let pass, and nothing else is: asyncio's pair
of ends inside one process (Evidently makes an event loop as it is imported), and urllib3's look at
whether this machine knows IPv6 (it binds a port of ``::1`` and lets it go).
"""

from __future__ import annotations

from tests.helpers import people, python, write_standard

GUARD = """
import socket, sys

reached = []
FORBIDDEN = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
             "socket.sendmsg"}

def watch(event, arguments):
    if event in FORBIDDEN:
        reached.append(event)
        raise AssertionError(f"{event} was called")
    if event == "socket.bind" and arguments[1][0] != "::1":
        reached.append(event)

sys.addaudithook(watch)
"""

DRIFT = """
id = "DRIFT-01"
title = "Inputs look as they did in training"
question = "Do they?"
measure = "jensen_shannon_distance"
across = ["columns"]
level = "refer"
limit = { at_most = 0.10 }
"""
DEMOGRAPHIC = """
id = "BIAS-01"
title = "Groups are flagged about equally often"
question = "Are they?"
measure = "selection_rate_difference"
across = ["protected"]
level = "refer"
limit = { at_most = 0.10 }
"""


def test_an_assessment_and_its_report_open_no_connection(tmp_path):
    frame = people().assign(marks=lambda f: f.index % 50)
    frame.to_csv(tmp_path / "now.csv", index=False)
    frame.to_csv(tmp_path / "then.csv", index=False)
    checks = {"drift/inputs.toml": DRIFT, "bias/selected.toml": DEMOGRAPHIC}
    standard = write_standard(tmp_path / "standard", checks)
    arguments = [
        "essex-standard", "assess", "--data", str(tmp_path / "now.csv"), "--reference",
        str(tmp_path / "then.csv"), "--scores", "score", "--outcome", "happened", "--protected",
        "sex", "--threshold", "0.5", "--standard", str(standard), "--out", str(tmp_path / "out"),
        "--evidently", str(tmp_path / "drift.html"),
    ]  # fmt: skip
    done = python(
        GUARD
        + "from essex_standard.cli import main\n"
        + f"sys.argv = {arguments!r}\n"
        + "try:\n    main()\nexcept SystemExit as stopped:\n    assert not stopped.code\n"
        # Evidently and Fairlearn did take part: otherwise the guard would prove nothing.
        + "assert 'evidently' in sys.modules and 'fairlearn' in sys.modules\n"
        + "assert 'weasyprint' in sys.modules\n"
        + "import os, threading; assert threading.active_count() == 1, threading.enumerate()\n"
        + "sys.exit(f'reached: {reached}' if reached else 0)\n"
    )
    assert done.returncode == 0, done.stderr
    assert "DRIFT-01" in (tmp_path / "out" / "assessment.json").read_text(encoding="utf-8")


def test_the_guard_itself_notices_a_connection():
    done = python(
        GUARD
        + "try:\n    socket.create_connection(('127.0.0.1', 9), timeout=1)\n"
        + "except (AssertionError, OSError):\n    pass\n"
        + "sys.exit(f'reached: {reached}' if reached else 0)\n"
    )
    assert done.returncode == 1
    assert "reached: ['socket.getaddrinfo']" in done.stderr


def test_telemetry_of_the_libraries_is_switched_off(tmp_path):
    done = python(
        "import os\n"
        "os.environ.pop('DO_NOT_TRACK', None)\n"
        "from essex_standard.measures.drift.evidently import psi_score\n"
        "from essex_standard.evidence.column_profile import ColumnProfile\n"
        "import pandas as pd\n"
        "a = ColumnProfile.of('x', pd.Series(range(100)))\n"
        "psi_score(a, a)\n"
        "assert os.environ['DO_NOT_TRACK'] == '1'\n"
    )
    assert done.returncode == 0, done.stderr
