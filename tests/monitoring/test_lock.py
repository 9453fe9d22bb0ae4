"""One run at a time: the second waits, is told, and takes over from one that died."""

import subprocess
import sys
import time

import pytest

from essex_standard.errors import OutputError
from essex_standard.monitoring.lock import NAME, only_one

HOLD = """
import sys, time
from pathlib import Path
from essex_standard.monitoring.lock import only_one
with only_one(Path(sys.argv[1]), wait=5):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock of a folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_whoever_comes_second_is_told_to_wait(holder, tmp_path):
    busy = pytest.raises(OutputError, match="another run is looking at this record")
    with busy, only_one(tmp_path, wait=0.2):
        raise AssertionError("both held it")


def test_a_lock_ends_with_its_process_however_that_ends(holder, tmp_path):
    holder.kill()
    holder.wait()
    began = time.monotonic()
    with only_one(tmp_path, wait=5):
        assert time.monotonic() - began < 2


def test_it_is_free_again_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), only_one(tmp_path, wait=0):
        1 / 0  # noqa: B018
    with only_one(tmp_path, wait=0):
        pass


def test_where_the_system_has_no_lock_a_file_that_was_left_is_named(tmp_path):
    with only_one(tmp_path, wait=0, portable=True):
        assert (tmp_path / NAME).exists()
        busy = pytest.raises(OutputError, match=f"if there is none, remove {NAME}")
        with busy, only_one(tmp_path, wait=0.1, portable=True):
            raise AssertionError("both held it")
    assert not (tmp_path / NAME).exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    refused = pytest.raises(OutputError, match="the folder cannot be written")
    with refused, only_one(tmp_path / "file" / "record", wait=0):
        raise AssertionError("held")
