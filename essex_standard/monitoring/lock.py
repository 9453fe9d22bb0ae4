"""One look at a time: whoever comes second waits, and is told if it takes too long.

On POSIX the lock is the system's own (``flock``) and ends with the process, however that ends.
Elsewhere a file that only one can make stands in for it; one that is left behind is named.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from essex_standard.errors import OutputError

NAME = "monitoring.lock"
_PAUSE = 0.05


@contextmanager
def only_one(folder: Path, *, wait: float, portable: bool = os.name != "posix") -> Iterator[None]:
    """Hold the folder's lock.

    Parameters
    ----------
    wait : float
        Seconds to wait for whoever holds it.
    portable : bool
        Use a file that only one can make.

    Raises
    ------
    OutputError
        If the folder cannot be written, or the lock is not free in time.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        release = _made(path, wait) if portable else _locked(path, wait)
    except OSError as error:
        raise OutputError.because(
            f"the folder cannot be written ({error.strerror or type(error).__name__})",
            where=str(folder),
            mend="Name a folder that you may write to",
        ) from error
    try:
        yield
    finally:
        release()


def _locked(path: Path, wait: float) -> Callable[[], None]:
    import fcntl

    handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                os.close(handle)
                raise _busy(path) from None
            time.sleep(_PAUSE)
        else:
            return lambda: os.close(handle)


def _made(path: Path, wait: float) -> Callable[[], None]:
    until = time.monotonic() + wait
    while True:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if time.monotonic() >= until:
                raise _busy(path, left_behind=True) from None
            time.sleep(_PAUSE)
        else:
            os.close(handle)
            return lambda: path.unlink(missing_ok=True)


def _busy(path: Path, *, left_behind: bool = False) -> OutputError:
    mend = "Wait until the other run has ended, and run this again"
    if left_behind:
        mend += f"; if there is none, remove {path.name}"
    error = OutputError.because(
        "another run is looking at this record", where=str(path.parent), mend=mend
    )
    assert isinstance(error, OutputError)  # noqa: S101 - because() makes one of its own class
    return error
