"""Runs one command and turns what happens into words and an exit code."""

import argparse
import logging
import sys
import traceback
from collections.abc import Sequence

from platformdirs import user_log_path

from assay import __version__
from assay.base.errors import AssayError, Cancelled
from assay.base.ids import new_id
from assay.cli.parser import parser
from assay.cli.saying import say


def run(words: Sequence[str]) -> int:
    """Run the command in ``words``; its exit code."""
    reader = parser()
    asked = reader.parse_args(words)
    if asked.command is None:
        reader.error("a command is missing")
    return guarded(asked)


def guarded(asked: argparse.Namespace) -> int:
    """Run a command that was read: every fault comes out as a sentence and a code, never as a traceback."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    try:
        return int(asked.run(asked))
    except AssayError as error:
        say(f"assay: {error}")
        return error.exit_code
    except (Cancelled, KeyboardInterrupt):
        say("assay: Stopped. Nothing half-done was left behind.")
        return 1
    except BrokenPipeError:
        return 1
    except Exception:  # noqa: BLE001 - the border of the command line: a fault of ours becomes a report file
        say(f"assay: A fault of Assay's own. Please send the report {report_fault()}.")
        return 3


def report_fault() -> str:
    """Write down the fault being handled, without any content of a trace; the file's name."""
    folder = user_log_path("assay", appauthor=False)
    path = folder / f"fault-{new_id()[:8]}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(f"assay {__version__}\n{traceback.format_exc()}", encoding="utf-8")
    except OSError:
        return traceback.format_exc()
    return str(path)
