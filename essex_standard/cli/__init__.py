"""The command line: a thin shell over the library, one module a command.

Exit codes: 0 done or released, 1 blocked, 2 unusable input, 3 referred without a decision. No
traceback is ever shown: an error says what is wrong, where, and how to mend it.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run ``essex-standard``."""
    from essex_standard.errors import EssexError

    for stream in (sys.stdout, sys.stderr):
        # A group's name in a script that the console cannot show must not stop an assessment.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        from essex_standard.cli.app import app

        app()
    except EssexError as error:
        _say(f"Error: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        _say("Stopped. Nothing that was being written is left half-written.")
        sys.exit(130)
    except Exception as error:
        if os.environ.get("ESSEX_DEBUG"):
            raise
        # The message of a foreign exception may quote a value from the data: only its type is told.
        _say(
            f"Error: an unexpected fault of the kind {type(error).__name__} stopped the work. "
            "This is a defect of essex-standard: please report it. ESSEX_DEBUG=1 shows where it "
            "happened (its text may hold values from the data)."
        )
        sys.exit(2)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
